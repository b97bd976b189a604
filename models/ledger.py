"""The ledger: every row moves whole points from one account to another, and no row ever changes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, Id, identity, reference

TREASURY = 1  # the account points come from; made by the first migration


class Account(SQLModel, table=True):
    __table_args__ = AUTOINCREMENT

    id: int = identity()
    member_id: int | None = Field(
        default=None, foreign_key="member.id", sa_type=Id, nullable=True, unique=True
    )


class Transfer(SQLModel, table=True):
    """One row is balanced by construction. UPDATE, DELETE and TRUNCATE are refused by triggers."""

    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("from_account <> to_account", name="accounts"),
        UniqueConstraint("review_id", "kind"),
        AUTOINCREMENT,
    )

    id: int = identity()
    from_account: int = reference("account.id")
    to_account: int = reference("account.id")
    points: int
    kind: str = Field(max_length=20)
    review_id: int | None = reference("review.id", nullable=True, index=False)
    rule: str = Field(max_length=40)
    arithmetic: str = Field(max_length=80)
    at: datetime
