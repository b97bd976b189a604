"""Reports with their evidence, and the reviews that decide them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, choice, identity, reference, telegram_id
from models.claim import ClaimState
from models.sealed import SealedColumn, new_seal_id


class Report(SQLModel, table=True):
    """What was done on a claim. `content_version` moves with what it holds and is what a reviewer's
    press must quote; `version` moves with everything a review card shows.

    `up_at` is when it went up for review; before that it lacks evidence and its sender was asked.
    `passed_up_at` is when nobody had decided it in time and those of the area above could as well.
    """

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    claim_id: int = reference("claim.id")
    said_at: datetime
    up_at: datetime | None = None
    passed_up_at: datetime | None = None
    asked_at: datetime | None = None
    lacking: bool = False
    late: bool = False
    content_version: int = 1
    version: int = 1
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    words: bytes | None = SealedColumn()
    position: bytes | None = SealedColumn()


class ReportPhoto(SQLModel, table=True):
    """One photo of a report, or what came in its place - a video, a voice note, a document: `kind` says which. Kept by
    Telegram's ids and never as bytes."""

    __tablename__ = "report_photo"
    __table_args__ = (UniqueConstraint("report_id", "file_unique_id"), AUTOINCREMENT)

    id: int = identity()
    report_id: int = reference("report.id", index=False)
    kind: str = Field(default="photo", max_length=12)
    file_id: str = Field(max_length=255)
    file_unique_id: str = Field(max_length=64)
    album: str | None = Field(default=None, max_length=64, index=True)
    chat_id: int = telegram_id()
    message_id: int = telegram_id()


class Review(SQLModel, table=True):
    """One decision on one version of a report: approved (with a rating), returned or rejected."""

    __table_args__ = (
        CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 5)", name="rating"),
        AUTOINCREMENT,
    )

    id: int = identity()
    report_id: int = reference("report.id")
    content_version: int
    reviewer_id: int = reference("member.id")
    decision: ClaimState = choice(ClaimState)
    was: str = Field(max_length=20)  # the claim's state before, for undo
    rating: int | None = None
    code: str = Field(default="", max_length=20)
    decided_at: datetime
    settles_at: datetime
    undone_at: datetime | None = None
    paid_at: datetime | None = None
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    reason: bytes | None = SealedColumn()
