"""Deliveries: everything anybody is to see. A note is sent once; a card lives on and is edited."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, SmallInteger, text
from sqlmodel import Field, SQLModel, col

from models.base import AUTOINCREMENT, choice, identity, reference, telegram_id


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    LATER = "later"
    AMBIGUOUS = "ambiguous"
    NEVER = "never"


class DeliveryClass(StrEnum):
    """What an unknown outcome means: `critical` is sent again, `courtesy` is not."""

    CRITICAL = "critical"
    COURTESY = "courtesy"


class Lane(IntEnum):
    """Who goes first."""

    ANSWER = 0
    ESCALATION = 1
    NOTE = 2
    EDIT = 3
    BROADCAST = 4


class Delivery(SQLModel, table=True):
    """`args` holds codes and numbers, never people's words. `live` cards follow their subject's version."""

    __table_args__ = (
        Index(
            "ix_delivery_waiting",
            "due_at",
            sqlite_where=text("state IN ('pending', 'later')"),
            postgresql_where=text("state IN ('pending', 'later')"),
        ),
        Index(
            "ix_delivery_sending",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_delivery_given_up",
            "id",
            sqlite_where=text("reason IN ('failed', 'a day late')"),
            postgresql_where=text("reason IN ('failed', 'a day late')"),
        ),
        Index("ix_delivery_subject", "subject_kind", "subject_id"),
        Index("ix_delivery_message", "chat_id", "message_id"),
        # On SQLite the very words of the queries, or it is not used
        Index(
            "ix_delivery_live", "recipient_id", sqlite_where=text("live = 1"), postgresql_where=text("live")
        ),
        AUTOINCREMENT,
    )

    id: int = identity()
    kind: str = Field(max_length=40)
    args: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    subject_kind: str | None = Field(default=None, max_length=20)
    subject_id: int | None = telegram_id(default=None, nullable=True)
    chat_id: int = telegram_id()
    thread_id: int | None = telegram_id(default=None, nullable=True)
    recipient_id: int | None = reference("member.id", nullable=True)
    lane: int = Field(sa_type=SmallInteger)
    klass: DeliveryClass = choice(DeliveryClass)
    due_at: datetime
    live: bool = False
    shown_version: int = 0
    message_id: int | None = telegram_id(default=None, nullable=True)
    state: DeliveryState = choice(DeliveryState)
    reason: str | None = Field(default=None, max_length=80)
    attempts: int = 0
    owner: str | None = Field(default=None, max_length=40)
    lease_until: datetime | None = None
    unique_key: str | None = Field(default=None, max_length=80, unique=True)
    created_at: datetime


def is_about(kind: str, subject_id: int) -> ColumnElement[bool]:
    """The condition that a delivery is about it."""
    return (col(Delivery.subject_kind) == kind) & (col(Delivery.subject_id) == subject_id)
