"""Due rows, which are all the scheduler knows of time, and the audit of what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, identity, reference, telegram_id


class Due(SQLModel, table=True):
    """Something to look at when its time comes. `key` is unique: each thing falls due once."""

    __table_args__ = (
        Index(
            "ix_due_waiting",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_due_subject", "subject_id", "kind"),
        AUTOINCREMENT,
    )

    id: int = identity()
    kind: str = Field(max_length=30)
    subject_id: int = telegram_id()
    key: str = Field(max_length=80, unique=True)
    due_at: datetime
    tries: int = 0
    done_at: datetime | None = None


class Audit(SQLModel, table=True):
    """Who did what, by ids and codes; `fact` is past tense, as `order.issued`."""

    __table_args__ = (Index("ix_audit_subject", "subject_kind", "subject_id"), AUTOINCREMENT)

    id: int = identity()
    at: datetime
    actor_id: int | None = reference("member.id", nullable=True)
    fact: str = Field(max_length=40)
    subject_kind: str = Field(max_length=20)
    subject_id: int = telegram_id()
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
