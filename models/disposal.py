"""Disposal lists by version; a request keeps the one it was judged by."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, identity, reference


class DisposalList(SQLModel, table=True):
    """One version of the list, as its rows; the newest is in force."""

    __tablename__ = "disposal_list"
    __table_args__ = AUTOINCREMENT

    id: int = identity()
    rows: list[dict[str, Any]] = Field(sa_type=JSON)
    digest: str = Field(max_length=64, index=True)
    shipped: bool = False  # it came with a release, and gives way to the next one's
    imported_by: int | None = reference("member.id", nullable=True, index=False)
    imported_at: datetime
