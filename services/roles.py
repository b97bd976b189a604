"""Roles: who may do what where. Authority comes from here alone, never from a button or an admin list."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from models import Area, Member, Reach, Role, RoleKind
from models.actor import Actor
from models.prepared import Prepared, insert_new
from services import areas, audit, refusals

LEADING = (RoleKind.LEADER, RoleKind.OFFICER)
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


def reviewers(session: Session, area: Area, *, without: int) -> list[Member]:
    """The reachable leaders of the area, or of the nearest area above that has one; last the
    administrators. `without` is the claimant, whom nobody lets review themself."""
    leading = _reachable(without)
    near = session.exec(
        leading.where(col(Role.kind).in_(LEADING), col(Role.area_id).in_(areas.covering(area)))
    ).all()
    for area_id in areas.covering(area):
        found = {member.id: member for member, at in near if at == area_id}
        if found:
            return list(found.values())
    return administrators(session, without=without)


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


def administrators(session: Session, *, without: int = 0) -> list[Member]:
    """The administrators that can be written to."""
    rows = session.exec(_reachable(without).where(Role.kind == RoleKind.ADMINISTRATOR)).all()
    return list({member.id: member for member, _ in rows}.values())


def _reachable(without: int):  # type: ignore[no-untyped-def]
    """Members with a role who can be written to, and the role's area."""
    return (
        select(Member, Role.area_id)
        .join(Role, col(Role.member_id) == col(Member.id))
        .where(col(Role.revoked_at).is_(None), Member.reach == Reach.OK, Member.id != without)
        .where(col(Member.suspended_at).is_(None), col(Member.telegram_id).is_not(None))
    )


def grant(
    session: Session, now: datetime, actor: Actor, kind: RoleKind, area: Area | None, telegram_id: int
) -> Member:
    """Give a role to the person with that numeric id, known to the bot or not yet."""
    if not is_administrator(session, actor):
        raise refusals.NotAllowed()
    member = known(session, now, telegram_id)
    give(session, now, member.id, kind, area.id if area else None, by=actor.member_id)
    return member


def known(session: Session, now: datetime, telegram_id: int) -> Member:
    """The person with that numeric id, known from now on."""
    member = session.exec(select(Member).where(Member.telegram_id == telegram_id)).first()
    if member is None:
        member = Member(telegram_id=telegram_id, name=str(telegram_id)[-4:], joined_at=now)
        session.add(member)
        session.flush()
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
    """Take a role back; NoSuchMember when the person does not hold it."""
    if not is_administrator(session, actor):
        raise refusals.NotAllowed()
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
    for role in held:
        role.revoked_at = now
        session.add(role)
    audit.record(session, now, actor.member_id, "role.revoked", "member", member.id, kind=kind)
    return member


def _held(member_id: int):  # type: ignore[no-untyped-def]
    return select(Role).where(Role.member_id == member_id, col(Role.revoked_at).is_(None))
