"""Stamps: when this database was put back from a copy."""

from datetime import datetime

from sqlmodel import SQLModel

from models.base import AUTOINCREMENT, identity


class Stamp(SQLModel, table=True):
    """What was due before `at` waits until somebody has seen it and released it: the copy does not know what
    was sent after it was made. Where it was discarded, notes of what was due before are left unsaid."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    at: datetime
    released_at: datetime | None = None
    discarded_at: datetime | None = None
