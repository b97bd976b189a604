"""Roles: who may do what where. Authority comes from here alone, never from a button or an admin list."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_
from sqlalchemy import select as core_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Area, Member, Reach, Role, RoleKind
from models.actor import Actor, unknown_name
from models.prepared import Prepared, insert_new
from models.together import rows_once
from services import areas, audit, refusals

LEADING = (RoleKind.LEADER, RoleKind.OFFICER)


class Holder(NamedTuple):
    """As much of a member as it takes to write to them."""

    id: int
    telegram_id: int
    reach: Reach
    name: str


def _is_one_of(role: Any, kinds: tuple[RoleKind, ...]) -> ColumnElement[bool]:
    """The condition on a role's kind, for a prepared statement too."""
    return or_(*(col(role.kind) == kind for kind in kinds))


def _reachable(kinds: tuple[RoleKind, ...], *columns: Any) -> Any:
    """Who holds one of these roles and can be written to."""
    return (
        core_select(*columns, col(Member.id), col(Member.telegram_id), col(Member.reach), col(Member.name))
        .join_from(Role, Member, col(Member.id) == col(Role.member_id))
        .where(_is_one_of(Role, kinds), col(Role.revoked_at).is_(None))
        .where(col(Member.reach) == Reach.OK, col(Member.suspended_at).is_(None))
        .where(col(Member.telegram_id).is_not(None))
        .order_by(col(Member.id))
    )


# Asked for every card, note and step up, hence on the driver
_LEADERS = Prepared(
    _reachable(LEADING, col(Area.id).label("area"), col(Area.level), col(Area.name).label("area_name"))
    .join(Area, col(Area.id) == col(Role.area_id))
    .where(areas.is_one_of(col(Area.id)))
)
_ADMINISTRATORS = Prepared(_reachable((RoleKind.ADMINISTRATOR,)))
_VOLUNTEERS = Prepared(
    core_select(col(Role.id))
    .where(col(Role.member_id) == bindparam("member"), col(Role.kind) == RoleKind.VOLUNTEER)
    .limit(1)
)


def is_administrator(session: Session, actor: Actor) -> bool:
    return not actor.suspended and administers(session, actor.member_id)


def administers(session: Session, member_id: int) -> bool:
    held = _held(member_id).where(Role.kind == RoleKind.ADMINISTRATOR)
    return session.exec(held.limit(1)).first() is not None


def leads(session: Session, actor: Actor, area: Area) -> bool:
    """Whether the actor leads the area or one above it, or is an administrator."""
    if actor.suspended or not actor.member_id:
        return False
    over = col(Role.kind).in_(LEADING) & col(Role.area_id).in_(areas.covering(area))
    held = _held(actor.member_id).where(over | (col(Role.kind) == RoleKind.ADMINISTRATOR))
    return session.exec(held.limit(1)).first() is not None


def require_administrator(session: Session, actor: Actor) -> None:
    if not is_administrator(session, actor):
        raise refusals.AdministratorsOnly()


def require_leads(session: Session, actor: Actor, area: Area) -> None:
    if not leads(session, actor, area):
        raise refusals.NotAllowed()


def areas_led(session: Session, member_id: int) -> list[Area]:
    """The areas the member leads directly, in order of code."""
    return list(
        session.exec(
            select(Area)
            .join(Role, col(Role.area_id) == col(Area.id))
            .where(Role.member_id == member_id, col(Role.revoked_at).is_(None), col(Role.kind).in_(LEADING))
            .order_by(col(Area.code))
        ).all()
    )


def reviewers(session: Session, area: Area, *, without: int) -> list[Holder]:
    """The reachable leaders of the area, or of the nearest area above that has one; last the
    administrators. `without` is the claimant, whom nobody lets review themself."""
    return nearest(ladder(session, area), without=without)


def ladder(session: Session, area: Area) -> Iterator[list[Holder]]:
    """The reachable leaders of the area, then those of each area above it; last the administrators."""
    found = leaders_of(session, areas.covering(area))
    for step in areas.covering(area):
        yield list({row.id: holder(row) for row in found if row.area == step}.values())
    yield administrators(session)


def leaders_of(session: Session, area_ids: tuple[int, ...]) -> list[Any]:
    """Who leads one of the areas directly and can be written to: a row each, with the area."""
    return rows_once(session, _LEADERS, **areas.as_parameters(area_ids))


def holder(row: Any) -> Holder:
    return Holder(row.id, row.telegram_id, row.reach, row.name)


def nearest(rungs: Iterable[list[Holder]], *, without: int) -> list[Holder]:
    """The people of the first rung that has somebody else than this one."""
    others = ([member for member in rung if member.id != without] for rung in rungs)
    return next((rung for rung in others if rung), [])


def deciding() -> Any:
    """The choice of everybody who leads something or administers, for an IN."""
    kinds = _is_one_of(Role, (*LEADING, RoleKind.ADMINISTRATOR))
    return core_select(col(Role.member_id)).where(kinds, col(Role.revoked_at).is_(None))


def areas_under(member_id: Any) -> Any:
    """The choice of the areas that the member leads or that are below one of them, for an IN; all for administrators."""
    held, led = aliased(Role), aliased(Area)
    leading = _is_one_of(held, LEADING) & col(Area.path).startswith(col(led.path))
    return (
        core_select(col(Area.id))
        .join_from(held, led, col(led.id) == col(held.area_id), isouter=True)
        .join(Area, leading | (col(held.kind) == RoleKind.ADMINISTRATOR))
        .where(col(held.member_id) == member_id, col(held.revoked_at).is_(None))
    )


def leads_one_of(session: Session, member_id: int, area_ids: list[int]) -> bool:
    over = _held(member_id).where(col(Role.kind).in_(LEADING), col(Role.area_id).in_(area_ids))
    return session.exec(over.limit(1)).first() is not None


def speaks_for(session: Session, member_id: int, unit_id: int) -> bool:
    """Whether the member is an officer of the unit."""
    speaking = _held(member_id).where(Role.kind == RoleKind.OFFICER, Role.unit_id == unit_id)
    return session.exec(speaking.limit(1)).first() is not None


def units_of(session: Session, member_id: int) -> list[int]:
    """Ids of the units the member speaks for."""
    held = _held(member_id).where(Role.kind == RoleKind.OFFICER, col(Role.unit_id).is_not(None))
    return [role.unit_id for role in session.exec(held).all() if role.unit_id is not None]


def administrators(session: Session) -> list[Holder]:
    """The administrators that can be written to."""
    return list({row.id: holder(row) for row in rows_once(session, _ADMINISTRATORS)}.values())


def grant(
    session: Session, now: datetime, actor: Actor, kind: RoleKind, area: Area | None, telegram_id: int
) -> Member:
    """Give a role to the person with that numeric id, known to the bot or not yet."""
    require_administrator(session, actor)
    member = known(session, now, telegram_id)
    give(session, now, member.id, kind, area.id if area else None, by=actor.member_id)
    return member


def known(session: Session, now: datetime, telegram_id: int) -> Member:
    """The person with that numeric id, known from now on; held, for several processes may start at once."""
    theirs = select(Member).where(Member.telegram_id == telegram_id).with_for_update()
    member = session.exec(theirs).first()
    if member is None:
        name = unknown_name(telegram_id)
        insert_new(
            session, Member, telegram_id=telegram_id, name=name, reach=Reach.NEVER_STARTED, joined_at=now
        )
        member = session.exec(theirs).one()
    return member


def give(
    session: Session, now: datetime, member_id: int, kind: RoleKind, area_id: int | None, *, by: int | None
) -> bool:
    """Record a role unless the member holds it already; True when it is new."""
    if session.exec(_held(member_id).where(Role.kind == kind, Role.area_id == area_id).limit(1)).first():
        return False
    session.add(Role(member_id=member_id, kind=kind, area_id=area_id, granted_by=by, granted_at=now))
    audit.record(session, now, by, "role.granted", "member", member_id, kind=kind, area=area_id)
    return True


def become_volunteer(session: Session, now: datetime, member_id: int) -> None:
    """The first claim makes a person a volunteer."""
    if _VOLUNTEERS.first(session, member=member_id) is None:
        insert_new(session, Role, member_id=member_id, kind=RoleKind.VOLUNTEER, granted_at=now)


def revoke(
    session: Session, now: datetime, actor: Actor, kind: RoleKind, area: Area | None, telegram_id: int
) -> Member:
    """Take a role back; NoSuchMember when the person does not hold it, LastAdministrator where nobody would be left."""
    require_administrator(session, actor)
    member = session.exec(select(Member).where(Member.telegram_id == telegram_id)).first()
    held = (
        session.exec(
            _held(member.id).where(Role.kind == kind, Role.area_id == (area.id if area else None))
        ).all()
        if member
        else []
    )
    if member is None or not held:
        raise refusals.NoSuchMember()
    if kind == RoleKind.ADMINISTRATOR:
        require_another_administrator(session, member.id)
    for role in held:
        role.revoked_at = now
        session.add(role)
    audit.record(session, now, actor.member_id, "role.revoked", "member", member.id, kind=kind)
    return member


def appointed(session: Session, member_id: int) -> list[Role]:
    """The roles somebody was given; who is a volunteer has become one by themselves."""
    given = _held(member_id).where(Role.kind != RoleKind.VOLUNTEER).order_by(col(Role.id))
    return list(session.exec(given).all())


def require_another_administrator(session: Session, member_id: int) -> None:
    """Somebody is left who can appoint others; LastAdministrator."""
    if administers(session, member_id) and not _other_administrators(session, member_id):
        raise refusals.LastAdministrator()


def require_somebody_reachable(session: Session, member_id: int) -> None:
    """Somebody is left whom the last request reaches; LastAdministrator."""
    if administers(session, member_id) and all(row.id == member_id for row in administrators(session)):
        raise refusals.LastAdministrator()


def _other_administrators(session: Session, member_id: int) -> bool:
    others = (
        (col(Role.kind) == RoleKind.ADMINISTRATOR)
        & (col(Role.member_id) != member_id)
        & col(Role.revoked_at).is_(None)
    )
    return session.exec(select(Role.id).where(others).limit(1)).first() is not None


def _held(member_id: int):  # type: ignore[no-untyped-def]
    return select(Role).where(Role.member_id == member_id, col(Role.revoked_at).is_(None))
