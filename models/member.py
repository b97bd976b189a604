"""Members and their roles."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, choice, identity, reference, telegram_id


class Reach(StrEnum):
    """Whether the bot may write to a person: only after they pressed Start, until they block it."""

    NEVER_STARTED = "never_started"
    OK = "ok"
    BLOCKED = "blocked"


class RoleKind(StrEnum):
    VOLUNTEER = "volunteer"
    LEADER = "leader"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


class Member(SQLModel, table=True):
    __table_args__ = AUTOINCREMENT

    id: int = identity()
    telegram_id: int | None = telegram_id(default=None, unique=True, nullable=True)
    name: str = Field(max_length=12)
    language: str | None = Field(default=None, max_length=8)
    telegram_language: str | None = Field(default=None, max_length=16)
    reach: Reach = choice(Reach, default=Reach.NEVER_STARTED)
    joined_at: datetime
    suspended_at: datetime | None = None
    forgotten_at: datetime | None = None


class Role(SQLModel, table=True):
    """What a member may do, over an area and all below it; an administrator's area is empty.

    An officer with a `unit_id` speaks for that unit, and leads no area.
    """

    __table_args__ = (Index("ix_role_kind", "kind"), AUTOINCREMENT)

    id: int = identity()
    member_id: int = reference("member.id")
    kind: RoleKind = choice(RoleKind)
    area_id: int | None = reference("area.id", nullable=True)
    unit_id: int | None = reference("unit.id", nullable=True)
    granted_by: int | None = reference("member.id", nullable=True, index=False)
    granted_at: datetime
    revoked_at: datetime | None = None
