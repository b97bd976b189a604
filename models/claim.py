"""Claims: one member's place on one order."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, choice, identity, reference
from models.sealed import SealedColumn, new_seal_id


class ClaimState(StrEnum):
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CLAIMED = "claimed"
    CHECKED_IN = "checked_in"
    REPORTED = "reported"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class Claim(SQLModel, table=True):
    """`confirmed_revision` is the order's revision whose hours the claimant has accepted."""

    __table_args__ = (UniqueConstraint("order_id", "member_id"), AUTOINCREMENT)

    id: int = identity()
    order_id: int = reference("duty_order.id", index=False)
    member_id: int = reference("member.id")
    state: ClaimState = choice(ClaimState, default=ClaimState.CLAIMED, index=True)
    claimed_at: datetime
    report_by: datetime
    confirmed_revision: int = 0
    attending_at: datetime | None = None
    checked_in_at: datetime | None = None
    distance: int | None = None  # metres from the place of the duty
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    position: bytes | None = SealedColumn()
