"""Questions: what the bot last asked a person. At most one is open each; it holds every dialogue."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, identity, reference
from models.sealed import SealedColumn, new_seal_id


class Question(SQLModel, table=True):
    """`kind` names the dialogue and `step` where it stands; `content` is sealed JSON."""

    __table_args__ = (
        Index(
            "uq_question_open",
            "member_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        AUTOINCREMENT,
    )

    id: int = identity()
    member_id: int = reference("member.id")
    kind: str = Field(max_length=20)
    step: str = Field(max_length=20)
    version: int = 1
    asked_at: datetime
    closed_at: datetime | None = None
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    content: bytes | None = SealedColumn()
