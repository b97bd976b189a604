"""What the intake remembers: whose database this is, the updates seen, and those that could not be done."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, identity, telegram_id
from models.sealed import SealedColumn, new_seal_id


class Identity(SQLModel, table=True):
    """One database serves one bot. `running` is true from start to clean stop."""

    id: int = Field(default=1, primary_key=True)
    bot_id: int = telegram_id()
    running: bool = False


class SeenUpdate(SQLModel, table=True):
    """An update whose effects are committed. Membership, not a high-water mark: Telegram's ids
    restart at random after a quiet week, so rows go after 48 hours."""

    __tablename__ = "seen_update"

    bot_id: int = telegram_id(primary_key=True)
    update_id: int = telegram_id(primary_key=True)
    at: datetime = Field(index=True)


class Attempt(SQLModel, table=True):
    """An update that was begun after an unclean start, and how often; one that is found here again and again has
    killed us."""

    update_id: int = telegram_id(primary_key=True)
    tries: int = 1


class DeadLetter(SQLModel, table=True):
    __tablename__ = "dead_letter"
    __table_args__ = AUTOINCREMENT

    id: int = identity()
    update_id: int = telegram_id(index=True)
    error: str = Field(max_length=80)
    at: datetime
    redrive_at: datetime | None = None  # when somebody asked for it to be tried again
    redriven_at: datetime | None = None
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    body: bytes | None = SealedColumn()


class Invitation(SQLModel, table=True):
    """A one-time link that makes its opener the administrator; only the token's hash is kept."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime
    used_at: datetime | None = None
