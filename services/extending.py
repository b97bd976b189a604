"""More time for a case: once, as far as its list allows, by those it names."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Area, Level, Request
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import (
    areas,
    case_duties,
    deadlines,
    disposal_lists,
    handling,
    holders,
    refusals,
    requests,
    roles,
)
from services.disposal import Category
from services.facts import Done

_GRANTS = {"grid": tuple(Level), "street": (Level.STREET, Level.DISTRICT), "district": (Level.DISTRICT,)}


def extend(session: Session, now: datetime, actor: Actor, request_id: int, why: str) -> Done:
    """More time, once, as far as the list allows and by whom it names; the asker reads the new date and why."""
    request = handling.ruled(session, actor, request_id)
    require_may_extend(session, actor, request)
    handling.say_why(session, request, why)
    request.extended += 1
    request.extended_from = now if request.due_at < now else None
    deadlines.reckon(session, now, request)
    duty = requests.open_order(session, request.id)
    if duty is not None:
        case_duties.last_longer(session, now, duty.id, request.due_at)
    handling.tell_asker(
        session, now, request, "request.extended", key=f"extended:{request.id}:{request.round}"
    )
    return handling.noted(session, now, actor, request, "request.extended", "extended")


def require_may_extend(session: Session, actor: Actor, request: Request) -> None:
    """CaseClosed, NoExtension, ExtendedAbove: asked before the reason is, so that nobody writes in vain."""
    category = disposal_lists.category_of(session, request)
    if request.state not in UNSOLVED:
        raise refusals.CaseClosed(case=request.id)
    if category is None or category.extension is None or request.extended or request.urgent:
        raise refusals.NoExtension(case=request.id)
    if not may_extend(session, actor, request, category):
        raise refusals.ExtendedAbove(case=request.id)


def may_extend(session: Session, actor: Actor, request: Request, category: Category) -> bool:
    """Whether the actor stands at the level that may grant it, or above."""
    if roles.is_administrator(session, actor):
        return True
    if category.extended_by == "department":
        unit = holders.unit_of(session, request)
        if unit is not None and roles.speaks_for(session, actor.member_id, unit.id):
            return True
    levels = _GRANTS.get(category.extended_by, _GRANTS["street"])
    area = session.get(Area, request.area_id) if request.area_id else None
    above = areas.covering(area) if area else ()
    rows = session.exec(select(Area.id).where(col(Area.id).in_(above), col(Area.level).in_(levels))).all()
    return roles.leads_one_of(session, actor.member_id, list(rows))
