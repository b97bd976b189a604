"""The lease: which one process sends and polls."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class Lease(SQLModel, table=True):
    """One row. `fence` grows with every change of hands, so that a holder that was asleep is told from the
    present one; `until` is compared with the database's own clock. No holder: it was let go cleanly. `marked` counts
    how often it was noted outside that something was done."""

    id: int = Field(default=1, primary_key=True)
    holder: str | None = Field(default=None, max_length=80)
    fence: int = Field(default=0, sa_type=BigInteger)
    until: datetime | None = None
    marked: int = Field(default=0, sa_type=BigInteger)
