"""Whose matter a request is: the people of its level who can be written to, else those of the next level up."""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, or_, select

from models import (
    Area,
    Level,
    Member,
    Reach,
    Request,
    RequestState,
    Role,
    RoleKind,
    Unit,
    Whistle,
    WhistleCall,
)
from models.lifecycle import REQUEST, move
from services import areas, disposal_lists, requests, roles, unit_names
from services.deliveries import Recipient
from services.disposal import Category

# From each level of the disposal list upwards
UPWARDS = {
    "grid": ("grid", "street", "district"),
    "street": ("street", "district"),
    "department": ("department", "street", "district"),
    "district": ("district",),
}
_TREE = {
    "grid": (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT),
    "street": (Level.STREET, Level.DISTRICT),
    "district": (Level.DISTRICT,),
}
LAST = "administrator"


@dataclass(frozen=True)
class Holders:
    """Who has it: `level` is where they were found; `name` is the area's or the unit's, empty for administrators."""

    level: str
    name: str
    members: tuple[Recipient, ...]


def of(session: Session, request: Request) -> Holders:
    """Who has the request now: the person it was given to, else the people of its level or the next ones who exist."""
    if request.owner_id is not None:
        owner = session.get(Member, request.owner_id)
        if owner is not None and owner.reach == Reach.OK and owner.suspended_at is None:
            return Holders("person", owner.name, (owner,))
    return at_level(session, request, request.level)


def at_level(session: Session, request: Request, level: str) -> Holders:
    """The people of a level, or of the next one up that has somebody who can be written to.

    Who is in danger themselves does not help: then it is the others of that level, or the next one's.
    """
    for up in UPWARDS[level]:
        found = _of_unit(session, request) if up == "department" else _of_tree(session, request.area_id, up)
        others = _others(request, found) if found is not None else None
        if others is not None:
            return others
    return _others(request, last(session)) or last(session)


def _others(request: Request, found: Holders) -> Holders | None:
    if not request.urgent:
        return found
    members = tuple(member for member in found.members if member.id != request.asker_id)
    return replace(found, members=members) if members else None


def at_level_of(session: Session, area_id: int | None, level: str) -> Holders:
    """The leaders of an area's street or district, or the next ones up."""
    found = (_of_tree(session, area_id, up) for up in UPWARDS[level])
    return next((each for each in found if each is not None), None) or last(session)


def last(session: Session) -> Holders:
    """When nobody else is there."""
    return Holders(LAST, "", tuple(roles.administrators(session)))


def _of_tree(session: Session, area_id: int | None, level: str) -> Holders | None:
    """The leaders of the nearest area of that level or above; of the roots where no area is known."""
    for near in _nearest_first(session, area_id):
        rows = roles.leaders_of(session, near)
        for at in near:
            here = [row for row in rows if row.area == at and row.level in _TREE[level]]
            if here:
                people = {row.id: roles.holder(row) for row in here}
                return Holders(_named(here[0].level), here[0].area_name, tuple(people.values()))
    return None


def _nearest_first(session: Session, area_id: int | None) -> list[tuple[int, ...]]:
    """The areas from here upwards; or, each by itself, those that have what is of no known place."""
    if area_id is not None:
        area = session.get(Area, area_id)
        return [areas.covering(area)] if area else []
    return [(root,) for root in areas.of_no_place(session)]


def _named(level: Level) -> str:
    return "grid" if level in (Level.GRID, Level.COMMUNITY) else level.value


def _of_unit(session: Session, request: Request) -> Holders | None:
    unit = unit_of(session, request)
    people = officers(session, unit.id) if unit else []
    return Holders("department", unit.name, tuple(people)) if unit and people else None


def unit_of(session: Session, request: Request) -> Unit | None:
    """The unit a request was given to, else the one its category names that works nearest to it."""
    if request.unit_id is not None:
        return session.get(Unit, request.unit_id)
    category = disposal_lists.category_of(session, request)
    if category is None:
        return None
    area = session.get(Area, request.area_id) if request.area_id else None
    near: list[int | None] = [*areas.covering(area), None] if area else [None]
    called = unit_names.names_of(category.unit)
    named = or_(
        col(Unit.code) == category.unit, *(col(Unit.name).contains(word, autoescape=True) for word in called)
    )
    rows = session.exec(
        select(Unit).where(col(Unit.retired_at).is_(None), named).order_by(col(Unit.id))
    ).all()
    found = [unit for unit in rows if unit.area_id in near and is_meant(category.unit, unit)]
    exact = {unit.id: category.unit in (unit.name, unit.code) for unit in found}
    return min(found, key=lambda unit: (near.index(unit.area_id), not exact[unit.id]), default=None)


def is_meant(word: str, unit: Unit) -> bool:
    """Whether the unit is the body that the list calls by this word."""
    return word == unit.code or unit_names.is_meant(word, unit.name)


def officers(session: Session, unit_id: int) -> list[Member]:
    """Those who speak for a unit and can be written to."""
    speak = (
        (col(Role.kind) == RoleKind.OFFICER) & (col(Role.unit_id) == unit_id) & col(Role.revoked_at).is_(None)
    )
    reachable = (col(Member.reach) == Reach.OK) & col(Member.suspended_at).is_(None)
    rows = select(Member).join(Role, col(Role.member_id) == col(Member.id)).where(speak, reachable)
    return list(session.exec(rows.distinct().order_by(col(Member.id))).all())


def is_of_unit(session: Session, member_id: int, request: Request) -> bool:
    """Whether somebody speaks for the unit whose matter it is; a unit of that name has no part in a grid's matters."""
    if request.unit_id is None and request.level != "department":
        return False
    unit = unit_of(session, request)
    return unit is not None and roles.speaks_for(session, member_id, unit.id)


def may_look(session: Session, member_id: int, suspended: bool, request: Request) -> bool:
    """Whether somebody may read a request: who may act on it, and who was called about it, while that lasts."""
    if may_handle(session, member_id, suspended, request):
        return True
    mine = roles.units_of(session, member_id)
    called = (
        select(WhistleCall.unit_id)
        .join(Whistle, col(Whistle.id) == col(WhistleCall.whistle_id))
        .where(
            Whistle.request_id == request.id,
            col(Whistle.ended_at).is_(None),
            col(WhistleCall.unit_id).in_(mine),
        )
    )
    return not suspended and bool(mine) and session.exec(called.limit(1)).first() is not None


def may_handle(session: Session, member_id: int, suspended: bool, request: Request) -> bool:
    """Whether somebody may act on a request: its owner, its unit's officers, and the leaders over its area."""
    if suspended or not member_id:
        return False
    return request.owner_id == member_id or has_part(session, member_id, request)


def has_part(session: Session, member_id: int, request: Request) -> bool:
    """Whether a role of theirs lets somebody act on a request."""
    if roles.administers(session, member_id):
        return True
    if is_of_unit(session, member_id, request):
        return True
    area = session.get(Area, request.area_id) if request.area_id else None
    if area is None:
        return roles.leads_one_of(session, member_id, areas.of_no_place(session))
    return roles.leads_one_of(session, member_id, list(areas.covering(area)))


def may_end(session: Session, member_id: int, request: Request) -> bool:
    """Whether a request is for somebody to decline: theirs whose matter it is, or who lead above; not for those below."""
    if roles.administers(session, member_id) or is_of_unit(session, member_id, request):
        return True
    area = session.get(Area, request.area_id) if request.area_id else None
    if area is None:
        return has_part(session, member_id, request)
    levels = _TREE["street" if request.level == "department" else request.level]
    above = col(Area.id).in_(areas.covering(area)) & col(Area.level).in_(levels)
    return roles.leads_one_of(session, member_id, list(session.exec(select(Area.id).where(above)).all()))


def route(session: Session, request: Request, category: Category) -> None:
    """Whose matter it is from now on, by its category; danger is its leader's, until one of the owners says otherwise."""
    if request.urgent and request.sorted_by != "owner":
        request.category = category.code
        return
    before = request.level, request.unit_id
    request.category, request.level, request.unit_id = category.code, category.level, None
    unit = unit_of(session, request) if category.level == "department" else None
    request.unit_id = unit.id if unit else None
    if (request.level, request.unit_id) != before:
        hand_on(session, request)


def hand_on(session: Session, request: Request) -> None:
    """Nobody has it in person any more: those whose matter it is take it anew. Whoever comes to help by a duty still does."""
    request.owner_id = None
    out = request.state == RequestState.DISPATCHED and requests.open_order(session, request.id)
    if not out or not out.taken:
        request.state = move(REQUEST, request.state, "hand_on") or request.state
