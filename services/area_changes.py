"""Changes of areas that are there: their name, where they belong, their zone, whom people are told to call."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models import Area, Request
from models.lifecycle import UNSOLVED
from services import areas, audit, days, refusals, request_cards, requests
from services.areas import ORDER_OF_LEVELS
from services.wording import clean

MOST = 500  # cases whose next owners are shown them at once; the others climb by their deadlines


def rename(session: Session, now: datetime, code: str, name: str) -> str:
    """An area has another name from now on; what it was. NoSuchArea."""
    area = areas.coded(session, code)
    before, area.name = area.name, clean(name)[:80]
    session.add(area)
    audit.record(session, now, None, "area.renamed", "area", area.id)
    return before


def show_unplaced(session: Session, now: datetime) -> None:
    """The tree has grown: what names no place may be others' now, who get it."""
    _show(session, now, col(Request.area_id).is_(None))


def _show(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    """Whoever has open cases now gets their cards."""
    cases = select(Request.id).where(
        which, col(Request.state).in_(UNSOLVED), col(Request.sent_at).is_not(None)
    )
    for case in session.exec(cases.order_by(col(Request.id)).limit(MOST)).all():
        request = requests.lock(session, case)
        requests.touch(session, request)
        request_cards.seat(session, now, request)


def move(session: Session, now: datetime, code: str, parent_code: str) -> str:
    """An area, and all below it, is part of another from now on, as one that was begun with a group is of the tree that came
    later. Its name; NoSuchArea, also where the other is not above its level."""
    area, parent = areas.coded(session, code), areas.coded(session, parent_code)
    levels = ORDER_OF_LEVELS.index(area.level), ORDER_OF_LEVELS.index(parent.level)
    if levels[1] >= levels[0]:
        raise refusals.NoSuchArea()
    old, new = area.path, f"{parent.path}{area.id}/"
    for each in session.exec(select(Area).where(col(Area.path).startswith(old, autoescape=True))).all():
        each.path = new + each.path.removeprefix(old)
    area.parent_id = parent.id
    session.flush()
    below = select(Area.id).where(col(Area.path).startswith(new, autoescape=True))
    _show(session, now, col(Request.area_id).in_(below))
    audit.record(session, now, None, "area.moved", "area", area.id, parent=parent.id)
    return area.name


def set_zone(session: Session, now: datetime, code: str, zone: str) -> str:
    """The time zone of an area and all below it, as "Asia/Shanghai"; empty for that of the area above. Its name.

    Hours are read and deadlines counted by it from now on. Duties that were issued keep their moment; open deadlines are
    counted anew with the calendar, and whoever asked hears of one that moved.
    """
    area = areas.coded(session, code)
    area.time_zone = zone or None
    session.add(area)
    days.look_at_calendar(session, now)
    audit.record(session, now, None, "area.zone_set", "area", area.id)
    return area.name


def set_emergency(session: Session, now: datetime, code: str, said: str) -> str:
    """Say whom to call in an area and below it; empty words for what the area above says. The area's name."""
    area = areas.coded(session, code)
    area.emergency = said.strip() or None
    audit.record(session, now, None, "area.emergency", "area", area.id)
    return area.name
