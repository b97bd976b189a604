"""Units: departments, property managers, charities and others that take part beside the grids."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, identity, reference


class Unit(SQLModel, table=True):
    """An organisation. It works in its area and all below it; without one, everywhere."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    code: str = Field(unique=True, max_length=32)
    name: str = Field(max_length=80, index=True)
    area_id: int | None = reference("area.id", nullable=True)
    retired_at: datetime | None = None
