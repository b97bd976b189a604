"""Duty orders."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, Id, choice, identity, reference
from models.sealed import SealedColumn, new_seal_id


class Line(StrEnum):
    """`welfare` is judged by quality, `work` counted by workload."""

    WELFARE = "welfare"
    WORK = "work"


class OrderState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Evidence(StrEnum):
    """What a report must hold before it is up for review."""

    NONE = "none"
    WORDS = "words"
    PHOTO = "photo"
    LOCATION = "location"


class Order(SQLModel, table=True):
    """A duty that is issued. `taken` counts the places held; `version` moves whenever cards must change.

    `revision` counts the times the hours moved: a claim that has confirmed an older one is asked again.
    """

    __tablename__ = "duty_order"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= places", name="capacity"),
        CheckConstraint("places > 0 AND points >= 0", name="sizes"),
        AUTOINCREMENT,
    )

    id: int = identity()
    area_id: int = reference("area.id")
    issuer_id: int = reference("member.id")
    request_id: int | None = reference("request.id", nullable=True)  # whose need it serves
    line: Line = choice(Line, default=Line.WELFARE)
    title: str = Field(max_length=80)
    place: str = Field(default="", max_length=80)
    latitude: float | None = None
    longitude: float | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    report_by: datetime
    places: int
    taken: int = 0
    points: int
    evidence: Evidence = choice(Evidence, default=Evidence.NONE)
    evidence_count: int = 1
    state: OrderState = choice(OrderState, default=OrderState.OPEN, index=True)
    version: int = 1
    revision: int = 0
    issued_at: datetime
    ended_at: datetime | None = None
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    cancel_reason: bytes | None = SealedColumn()


class OrderVisit(SQLModel, table=True):
    """A member came to an order by its link, which makes it theirs to claim."""

    __tablename__ = "order_visit"

    order_id: int = Field(primary_key=True, foreign_key="duty_order.id", sa_type=Id)
    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=Id)
    at: datetime
