"""What confirmed requests have taught about the words people use."""

from sqlmodel import Field, SQLModel

from models.base import telegram_id


class Lesson(SQLModel, table=True):
    """How many confirmed requests of a category held a feature; feature 0 counts the requests themselves.

    A feature is a keyed hash of a pair of letters: nobody's words can be read from here.
    """

    feature: int = telegram_id(primary_key=True)
    category: str = Field(max_length=30, primary_key=True)
    requests: int = 0
