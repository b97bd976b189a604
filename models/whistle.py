"""Whistles: a call to departments, and who has reported in."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, Id, choice, identity, reference
from models.sealed import SealedColumn, new_seal_id


class WhistleKind(StrEnum):
    """Why it is blown: what the grid cannot solve, what several must do together, or an emergency."""

    UNSOLVED = "unsolved"
    JOINT = "joint"
    EMERGENCY = "emergency"


class Whistle(SQLModel, table=True):
    """A call by a street, or by a unit (`by_unit_id`), about a request or on its own (then `words` say what)."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    kind: WhistleKind = choice(WhistleKind)
    request_id: int | None = reference("request.id", nullable=True)
    area_id: int = reference("area.id")
    blower_id: int = reference("member.id", index=False)
    by_unit_id: int | None = reference("unit.id", nullable=True)
    blown_at: datetime
    report_in_by: datetime
    solved_at: datetime | None = None  # for one without a request: its blower says so
    ended_at: datetime | None = None
    version: int = 1
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    words: bytes | None = SealedColumn()


class WhistleCall(SQLModel, table=True):
    """One unit that was called: when it reported in, and by whom; when its lateness was told upwards."""

    __tablename__ = "whistle_call"

    whistle_id: int = Field(primary_key=True, foreign_key="whistle.id", sa_type=Id)
    unit_id: int = Field(primary_key=True, foreign_key="unit.id", sa_type=Id, index=True)
    reported_in_at: datetime | None = None
    reported_in_by: int | None = reference("member.id", nullable=True, index=False)
    told_at: datetime | None = None
