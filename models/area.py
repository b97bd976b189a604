"""Areas: one tree of district, street, community and grid."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, choice, identity, reference


class Level(StrEnum):
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class Area(SQLModel, table=True):
    """A place in the tree. `path` lists the ids from the root to itself, as `/1/4/17/`."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    code: str = Field(unique=True, max_length=32)
    parent_id: int | None = reference("area.id", nullable=True)
    level: Level = choice(Level)
    name: str = Field(max_length=80, index=True)
    path: str = Field(max_length=200, index=True)
    time_zone: str | None = Field(default=None, max_length=40)
    language: str | None = Field(default=None, max_length=8)
    emergency: str | None = Field(default=None, max_length=200)  # whom to call, as EMERGENCY_NUMBERS says it
    retired_at: datetime | None = None
