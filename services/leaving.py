"""Leaving: somebody has lost a role, blocked the bot or is to be forgotten. What was with them goes on to those who
come next, at once, and their phone keeps nothing of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import true
from sqlmodel import Session, col, select

from models import (
    Area,
    Claim,
    Delivery,
    DeliveryState,
    Member,
    Order,
    Reach,
    Report,
    Request,
    RequestState,
    Role,
    Unit,
)
from models.lifecycle import UNSOLVED
from services import (
    areas,
    audit,
    deliveries,
    evidence,
    handling,
    helping,
    holders,
    refusals,
    removals,
    request_cards,
    requests,
    review_cards,
    roles,
    whistle_cards,
)

MOST = 200  # cases that one transaction hands over; the others climb by their deadlines
CARDS = ("request", "review", "whistle")


def waiting(session: Session, member: Member) -> list[Request]:
    """The unsolved cases that may be with somebody, as long as their roles still say so."""
    return request_cards.waiting_for(session, member.id, limit=MOST)


def without_role(session: Session, now: datetime, telegram_id: int, revoke: Callable[[], Member]) -> Member:
    """Take a role from somebody, and hand over what was with them by it."""
    before = session.exec(select(Member).where(Member.telegram_id == telegram_id)).first()
    cases = waiting(session, before) if before is not None else []
    member = revoke()
    hand_over(session, now, member, cases)
    return member


def retire(session: Session, now: datetime, code: str) -> str:
    """A unit takes part no more: nobody speaks for it, and its cases are with those who come next. Its name."""
    unit = session.exec(select(Unit).where(Unit.code == code, col(Unit.retired_at).is_(None))).first()
    if unit is None:
        raise refusals.NoSuchUnit()
    held = select(Request.id).where(Request.unit_id == unit.id, col(Request.state).in_(UNSOLVED))
    cases = session.exec(held.order_by(col(Request.id)).limit(MOST)).all()
    spoke = (col(Role.unit_id) == unit.id) & col(Role.revoked_at).is_(None)
    speakers = session.exec(select(Role).where(spoke)).all()
    for role in speakers:
        role.revoked_at = now
        audit.record(
            session, now, None, "role.revoked", "member", role.member_id, kind="officer", unit=unit.id
        )
        about = {"role": role.kind, "area": None, "unit": unit.id, "revoked": True}
        deliveries.note(session, now, session.get_one(Member, role.member_id), "role.given", about)
    unit.retired_at = now
    session.add(unit)
    session.flush()
    for case in cases:
        request = requests.lock(session, case)
        request.unit_id = None
        owner = session.get(Member, request.owner_id or 0)
        keeps = owner is not None and _keeps(session, owner, request)
        _hand_on(session, now, request, free=not keeps, told=owner is not None)
    for whistle in whistle_cards.calling(session, unit.id):  # the district hears that nobody speaks for it
        whistle_cards.show(session, now, whistle)
        whistle_cards.touch(session, whistle)
    audit.record(session, now, None, "unit.retired", "unit", unit.id)
    return unit.name


def hand_over(
    session: Session, now: datetime, member: Member, cases: list[Request], *, forgotten: bool = False
) -> None:
    """Of these cases, and of others they had taken, what the member had in person is free, and who has them now gets a card;
    who is to be forgotten keeps none."""
    session.flush()
    taken = select(Request).where(Request.owner_id == member.id, col(Request.state).in_(UNSOLVED))
    theirs = {case.id: case for case in (*cases, *session.exec(taken.limit(MOST)).all())}
    for request in sorted(theirs.values(), key=lambda each: each.id):
        request = requests.lock(session, request.id)
        held = request.owner_id == member.id and (forgotten or not _keeps(session, member, request))
        _hand_on(session, now, request, free=held, told=held)
        if not holders.may_handle(session, member.id, member.suspended_at is not None, request):
            helping.take_back_all(session, now, request.id, member.id)
    for whistle in whistle_cards.shown_to(session, member.id):
        whistle_cards.show(session, now, whistle)
        whistle_cards.touch(session, whistle)
    for report_id in session.exec(_cards(member.id, "review")).all():
        review_cards.seat_others(session, now, report_id or 0)
        if not _decides(session, member.id, report_id or 0):
            removals.supersede(session, now, "review", ("report", report_id or 0), member.id)
    evidence.take_back(session, now, member.id, lambda report_id: _decides(session, member.id, report_id))


def _hand_on(session: Session, now: datetime, request: Request, *, free: bool, told: bool) -> None:
    """Those who have it now get a card; where nobody has it in person any more, they and who asked are told. Whoever helps
    by a duty that is out goes on."""
    out = requests.open_order(session, request.id) is not None
    if free and out:
        request.owner_id = None
    elif free:
        holders.hand_on(session, request)
    requests.touch(session, request)
    request_cards.seat(session, now, request)
    if free and told and not out:
        handling.tell_free(session, now, request)


def _decides(session: Session, member_id: int, report_id: int) -> bool:
    """Whether a role of theirs still lets somebody decide a report."""
    found = select(Area).join(Order, col(Order.area_id) == col(Area.id)).join(Claim).join(Report)
    area = session.exec(found.where(Report.id == report_id)).first()
    leads = area is not None and roles.leads_one_of(session, member_id, list(areas.covering(area)))
    return leads or roles.administers(session, member_id)


def _keeps(session: Session, member: Member, request: Request) -> bool:
    """Whether a case stays with who had it: they can be written to, and were given it, or may act on it by a role."""
    if member.reach != Reach.OK or member.suspended_at is not None:
        return False
    given = request.state == RequestState.DISPATCHED and requests.open_order(session, request.id) is None
    return given or holders.has_part(session, member.id, request)


def _cards(member_id: int, kind: str) -> Any:
    """What the live cards of a kind that the member has are about."""
    mine = (
        (col(Delivery.kind) == kind)
        & (col(Delivery.recipient_id) == member_id)
        & (col(Delivery.live) == true())
    )
    return select(Delivery.subject_id).where(mine)


def take_messages(session: Session, now: datetime, member: Member) -> None:
    """Cards and details of others' cases go from a phone: deleted, or where Telegram lets none go, emptied."""
    arrived = (col(Delivery.state) == DeliveryState.SENT) & col(Delivery.message_id).is_not(None)
    there = arrived | (col(Delivery.state) == DeliveryState.SENDING)
    of_others = col(Delivery.subject_kind).in_(CARDS) | col(Delivery.kind).startswith("request.")
    theirs = select(Delivery).where(col(Delivery.recipient_id) == member.id, there, of_others)
    rows = session.exec(theirs).all()
    recent = [row.id for row in rows if row.created_at > now - removals.DELETABLE]
    removals.take_away(session, now, recent)
    for row in rows:
        if row.id not in recent and row.kind in CARDS:
            row.shown_version, row.live, row.due_at, row.recipient_id = deliveries.STALE, True, now, None
    session.flush()
