"""When people are reminded and left in peace: what an area or a person has set; the rest is inherited."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, Id, identity


class Habit(SQLModel, table=True):
    """Of one area or one member. `quiet_from`, `quiet_until` and `eve_at` are minutes of the day, `before` minutes."""

    __table_args__ = (
        CheckConstraint("(member_id IS NULL) <> (area_id IS NULL)", name="owner"),
        AUTOINCREMENT,
    )

    id: int = identity()
    member_id: int | None = Field(
        default=None, foreign_key="member.id", sa_type=Id, nullable=True, unique=True
    )
    area_id: int | None = Field(default=None, foreign_key="area.id", sa_type=Id, nullable=True, unique=True)
    quiet_from: int | None = None
    quiet_until: int | None = None
    eve_at: int | None = None
    before: int | None = None
