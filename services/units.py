"""Units: departments, property managers, charities; where they work, and who speaks for them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import Area, Member, Request, Role, RoleKind, Unit
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import areas, audit, disposal_lists, holders, refusals, roles
from services.wording import clean

COLUMNS = ("code", "name", "area_code")


def get(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None or unit.retired_at is not None:
        raise refusals.NoSuchUnit()
    return unit


def find(session: Session, words: str) -> Unit:
    """The one unit with that code or name, else the one whose name holds the words; NoSuchUnit."""
    words = clean(words)
    live = select(Unit).where(col(Unit.retired_at).is_(None))
    conditions = (
        Unit.code == words,
        func.lower(col(Unit.name)) == words.lower(),
        col(Unit.name).contains(words, autoescape=True),
    )
    for condition in conditions if words else ():
        found = session.exec(live.where(condition).limit(2)).all()
        if len(found) == 1:
            return found[0]
    raise refusals.NoSuchUnit()


def is_one(session: Session, words: str) -> bool:
    """Whether the words name a unit and not an area of the same name."""
    try:
        find(session, words)
    except refusals.NoSuchUnit:
        return False
    return not areas.is_named(session, words)


def working_in(session: Session, area: Area | None) -> list[Unit]:
    """The units that work in an area: those of its own, of the areas above it, and of everywhere."""
    above = areas.covering(area) if area is not None else ()
    here = col(Unit.area_id).is_(None) | col(Unit.area_id).in_(above)
    found = select(Unit).where(col(Unit.retired_at).is_(None), here).order_by(col(Unit.name))
    return list(session.exec(found).all())


def listed(session: Session) -> list[tuple[str, str, int]]:
    """Code, name and number of officers of each."""
    speaking = (col(Role.unit_id) == col(Unit.id)) & col(Role.revoked_at).is_(None)
    rows = session.exec(
        select(Unit.code, Unit.name, func.count(col(Role.id)))
        .outerjoin(Role, speaking)
        .where(col(Unit.retired_at).is_(None))
        .group_by(col(Unit.code), col(Unit.name))
        .order_by(col(Unit.code))
    ).all()
    return [(code, name, count) for code, name, count in rows]


def unanswered(session: Session, now: datetime) -> list[str]:
    """The bodies that the disposal list gives cases to, for which no unit is there."""
    _version, categories = disposal_lists.current(session, now)
    there = session.exec(select(Unit).where(col(Unit.retired_at).is_(None))).all()
    wanted = sorted({each.unit for each in categories if each.level == "department"})
    return [word for word in wanted if not any(holders.is_meant(word, unit) for unit in there)]


def problems_of(rows: Sequence[Mapping[str, str]], known_areas: set[str]) -> list[tuple[int, str]]:
    """What is wrong with the rows of a file of units, by line (the header is line 1)."""
    seen: set[str] = set()
    named: set[tuple[str, str]] = set()
    problems = []
    for line, row in enumerate(rows, start=2):
        problems += [(line, problem) for problem in _problems(row, seen, known_areas)]
        called = clean(row["name"]), row["area_code"]
        if called in named:
            problems.append((line, f"name {called[0]!r} is there twice for the same area"))
        seen.add(row["code"])
        named.add(called)
    return problems


def _problems(row: Mapping[str, str], seen: set[str], known_areas: set[str]) -> Iterable[str]:
    if not row["code"] or len(row["code"]) > 32:  # noqa: PLR2004 - the column's width
        yield "code is empty or longer than 32 characters"
    if row["code"] in seen:
        yield f"code {row['code']!r} is there twice"
    if not clean(row["name"]) or len(row["name"]) > 80:  # noqa: PLR2004 - the column's width
        yield "name is empty or longer than 80 characters"
    if row["area_code"] and row["area_code"] not in known_areas:
        yield f"area_code {row['area_code']!r} is no area; leave it empty for everywhere"


def import_rows(session: Session, _now: datetime, rows: Sequence[Mapping[str, str]]) -> int:
    """Add the units of a file that `problems_of` found nothing wrong with; one that is there is renamed or moved."""
    by_code = {unit.code: unit for unit in session.exec(select(Unit)).all()}
    area_ids = {area.code: area.id for area in session.exec(select(Area)).all()}
    for row in rows:
        unit = by_code.get(row["code"]) or Unit(code=row["code"], name="")
        unit.name, unit.area_id, unit.retired_at = clean(row["name"]), area_ids.get(row["area_code"]), None
        session.add(unit)
    session.flush()
    _take_up(session)
    return len(rows)


def _take_up(session: Session) -> None:
    """Cases that waited for a unit of their category's name are its own from now on."""
    waiting = (col(Request.level) == "department") & col(Request.unit_id).is_(None)
    unsolved = select(Request).where(waiting, col(Request.state).in_(UNSOLVED)).order_by(col(Request.id))
    for request in session.exec(unsolved).all():
        unit = holders.unit_of(session, request)
        request.unit_id = unit.id if unit is not None else None
        session.add(request)


def appoint(session: Session, now: datetime, actor: Actor, unit: Unit, telegram_id: int) -> Member:
    """Somebody speaks for the unit from now on."""
    roles.require_administrator(session, actor)
    member = roles.known(session, now, telegram_id)
    if not roles.speaks_for(session, member.id, unit.id):
        role = Role(
            member_id=member.id,
            kind=RoleKind.OFFICER,
            unit_id=unit.id,
            granted_by=actor.member_id,
            granted_at=now,
        )
        session.add(role)
        audit.record(
            session, now, actor.member_id, "role.granted", "member", member.id, kind="officer", unit=unit.id
        )
    return member


def dismiss(session: Session, now: datetime, actor: Actor, unit: Unit, telegram_id: int) -> Member:
    """They do so no more; NoSuchMember when they did not."""
    roles.require_administrator(session, actor)
    speaking = (
        (col(Role.kind) == RoleKind.OFFICER) & (col(Role.unit_id) == unit.id) & col(Role.revoked_at).is_(None)
    )
    rows = session.exec(
        select(Role, Member)
        .join(Member, col(Member.id) == col(Role.member_id))
        .where(speaking, Member.telegram_id == telegram_id)
    ).all()
    if not rows:
        raise refusals.NoSuchMember()
    for role, _ in rows:
        role.revoked_at = now
        session.add(role)
    member: Member = rows[0][1]
    audit.record(
        session, now, actor.member_id, "role.revoked", "member", member.id, kind="officer", unit=unit.id
    )
    return member
