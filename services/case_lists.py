"""Lists of requests: what waits for an officer, and what a resident has asked for."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select as core_select
from sqlmodel import Session, case, col, func, select

from models import Request
from models.lifecycle import UNTAKEN
from services import areas, deadlines, disposal_lists, request_cards, request_facts, requests
from services.disposal import Category
from services.request_facts import CaseFacts

MOST = 8


@dataclass(frozen=True)
class Counts:
    """What waits for one person."""

    overdue: int
    today: int
    untaken: int
    waiting: int


@dataclass(frozen=True)
class CaseLine:
    """A request in a list: enough to choose it, none of its words."""

    id: int
    category: Category | None
    area: str
    due_at: datetime
    overdue: bool
    untaken: bool
    urgent: bool
    zone: ZoneInfo


def counts(session: Session, now: datetime, member_id: int) -> Counts:
    """How many requests of the member's areas and units are overdue, due today, untaken, and unsolved at all."""
    kinds = (_only(session, now, member_id, name) for name in ("overdue", "today", "untaken", "all"))
    sums = (func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds)
    counted = core_select(*sums).where(request_cards.is_waiting(session, member_id))
    return Counts(*map(int, session.connection().execute(counted).one()))


def end_of_day(session: Session, now: datetime) -> datetime:
    zone = ZoneInfo(areas.policy(session).time_zone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), tzinfo=zone)


def waiting(
    session: Session, now: datetime, member_id: int, only: str = "all", page: int = 0
) -> tuple[list[CaseLine], int]:
    """A page of the requests that wait for an officer, and how many there are of that kind: urgent ones first, then
    the officer's own, then those due first."""
    condition = request_cards.is_waiting(session, member_id) & _only(session, now, member_id, only)
    own = case((col(Request.owner_id) == member_id, 0), else_=1)
    ordered = (
        select(Request)
        .where(condition)
        .order_by(col(Request.urgent).desc(), own, col(Request.due_at), col(Request.id))
    )
    rows = session.exec(ordered.offset(page * MOST).limit(MOST)).all()
    return [_line(session, now, request) for request in rows], requests.count(session, condition)


def _only(session: Session, now: datetime, member_id: int, only: str) -> Any:
    return {
        "overdue": col(Request.due_at) <= now,
        "today": (col(Request.due_at) > now) & (col(Request.due_at) <= end_of_day(session, now)),
        "untaken": col(Request.owner_id).is_(None) & col(Request.state).in_(UNTAKEN),
        "mine": col(Request.owner_id) == member_id,
    }.get(only, col(Request.id) > 0)


def _line(session: Session, now: datetime, request: Request) -> CaseLine:
    return CaseLine(
        id=request.id, category=disposal_lists.category_of(session, request),
        area=request_facts.area_name(session, request.area_id), due_at=request.due_at, overdue=request.due_at <= now,
        untaken=request.owner_id is None and request.state in UNTAKEN, urgent=request.urgent, zone=deadlines.zone_of(session, request),
    )  # fmt: skip


def asked_by(session: Session, now: datetime, member_id: int) -> list[CaseFacts]:
    """A resident's own requests, open ones first, newest first."""
    open_first = case((col(Request.closed_at).is_(None), 0), else_=1)
    mine = select(Request.id).where(Request.asker_id == member_id, col(Request.anonymised_at).is_(None))
    mine = mine.where(requests.IS_ASKED)
    rows = session.exec(mine.order_by(open_first, col(Request.id).desc()).limit(MOST)).all()
    return [request_facts.facts(session, now, request_id) for request_id in rows]
