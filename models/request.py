"""Requests: a resident's need, in their own words, with an owner and a deadline until they say it is met."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, choice, identity, reference, telegram_id
from models.sealed import SealedColumn, new_seal_id


class RequestState(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    DECLINED = "declined"
    MERGED = "merged"


class Request(SQLModel, table=True):
    """What somebody asked for. `level` and `unit_id` say whose matter it is now, `owner_id` who took it.

    `list_version` is the disposal list it is judged by; without a category it is unsorted. `round` counts
    deadlines: a due row of an earlier one finds itself outdated. `clock_from` is when the present one began.
    `sent_at` is when its owners first saw it, `told_up` how far up the chain it has escalated.
    """

    __table_args__ = (
        CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 5)", name="rating"),
        Index(
            "ix_request_open",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        AUTOINCREMENT,
    )

    id: int = identity()
    asker_id: int = reference("member.id")
    for_other: bool = False  # filed by somebody else, who noted the person's consent
    area_id: int | None = reference("area.id", nullable=True)
    # Who says so: "home", "poster", "asker" or "owner"; "helper" where it is a helper's word about another's case
    area_from: str | None = Field(default=None, max_length=10)
    list_version: int = reference("disposal_list.id", index=False)
    category: str | None = Field(default=None, max_length=30)
    sorted_by: str | None = Field(default=None, max_length=10)  # "guess", "asker" or "owner"
    urgent: bool = False
    level: str = Field(default="grid", max_length=12)
    unit_id: int | None = reference("unit.id", nullable=True)
    owner_id: int | None = reference("member.id", nullable=True)
    state: RequestState = choice(RequestState, default=RequestState.NEW, index=True)
    asked_at: datetime
    touched_at: datetime
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_in_time: bool | None = None  # by whoever took it first, once it was opened again
    solved_late: bool = False  # so it was said once; kept when it is opened again
    clock_from: datetime
    due_at: datetime
    extended: int = 0
    extended_from: datetime | None = None  # where it was overdue already when it was extended
    round: int = 0
    told_up: int = 0
    merged_into: int | None = reference("request.id", nullable=True)
    resolved_at: datetime | None = None
    reopened: int = 0
    closed_at: datetime | None = None
    closed_by: str | None = Field(
        default=None, max_length=10
    )  # "asker", "silence", "owner", "merge", "forgotten"
    rating: int | None = None
    consented_at: datetime | None = None
    anonymised_at: datetime | None = None
    version: int = 1
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    place: bytes | None = SealedColumn()
    position: bytes | None = SealedColumn()
    phone: bytes | None = SealedColumn()
    reason: bytes | None = SealedColumn()  # why it was declined or extended, for the resident to read


class RequestPart(SQLModel, table=True):
    """One message of a request: words, a photo or a voice note, kept as it came; or where its place or phone was said,
    so that a correction is understood."""

    __tablename__ = "request_part"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"), AUTOINCREMENT)

    id: int = identity()
    request_id: int = reference("request.id")
    chat_id: int = telegram_id()
    message_id: int = telegram_id()
    said_at: datetime
    kind: str = Field(default="words", max_length=10)  # "words", "place", "phone", or a kind of file
    file_id: str | None = Field(default=None, max_length=255)
    file_unique_id: str | None = Field(default=None, max_length=64)
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    words: bytes | None = SealedColumn()
