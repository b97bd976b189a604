"""Orders: issue, recall, cancel, amend, start, close."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from models import Area, Claim, ClaimState, Delivery, Lane, Member, Order, OrderState, Reach
from models.actor import Actor
from models.lifecycle import CLAIM, ORDER, UNREPORTED, UNSETTLED, move
from models.sealed import seal
from services import (
    areas,
    audit,
    deliveries,
    held,
    helping,
    order_cards,
    order_facts,
    refusals,
    reminders,
    roles,
)
from services.facts import Done, Issued, OrderBrief
from services.forms import Draft

REPORT_AFTER = timedelta(hours=24)
REASON_LENGTH = 300


def get(session: Session, order_id: int) -> Order:
    order = session.get(Order, order_id)
    if order is None:
        raise refusals.NoSuchOrder(order=order_id)
    return order


def lock(session: Session, order_id: int) -> Order:
    """The order, newly read and held: whoever else would change it or its claims waits until this commits."""
    order = held.lock(session, Order, order_id)
    if order is None:
        raise refusals.NoSuchOrder(order=order_id)
    return order


def issue(session: Session, now: datetime, actor: Actor, draft: Draft, area_id: int) -> Issued:
    """Put an order out: its row, its cards in every chat of the area and below, its due rows."""
    if actor.suspended:
        raise refusals.Suspended()
    area = areas.get(session, area_id)
    roles.require_leads(session, actor, area)
    return put_out(session, now, actor.member_id, area, draft)


def put_out(
    session: Session,
    now: datetime,
    issuer_id: int,
    area: Area,
    draft: Draft,
    *,
    request_id: int | None = None,
) -> Issued:
    """`issue` for somebody whose right to it has been looked at; `request_id` is whose need it serves."""
    report_by = draft.report_by or (draft.ends_at + REPORT_AFTER if draft.ends_at else None)
    if report_by is None:
        raise refusals.WhenMissing()
    if min(report_by, draft.ends_at or report_by) <= now:
        raise refusals.PastTime()
    order = Order(
        area_id=area.id, issuer_id=issuer_id, request_id=request_id, title=draft.title, place=draft.place,
        latitude=draft.latitude, longitude=draft.longitude, starts_at=draft.starts_at, ends_at=draft.ends_at,
        report_by=report_by, places=draft.places, points=draft.points, evidence=draft.evidence,
        evidence_count=draft.evidence_count, issued_at=now,
    )  # fmt: skip
    session.add(order)
    session.flush()
    audit.record(session, now, issuer_id, "order.issued", "order", order.id)
    chats = len(order_cards.chats_of(session, area))
    order_cards.post(session, now, order)
    reminders.plan(session, now, order)
    return Issued(order.id, chats)


def touch(session: Session, order_id: int) -> None:
    """The order's cards must change."""
    session.exec(update(Order).where(col(Order.id) == order_id).values(version=col(Order.version) + 1))


def may_change(session: Session, actor: Actor, order: Order) -> None:
    """Who leads its area or above may amend it, also where somebody else sent it out."""
    roles.require_leads(session, actor, areas.get(session, order.area_id))


def require(order: Order, verb: str) -> OrderState:
    """The state the verb leads to; a refusal that says why not."""
    after = move(ORDER, order.state, verb)
    if after is not None:
        return after
    if order.state == OrderState.CANCELLED:
        raise refusals.OrderCancelled(order=order.id)
    raise refusals.OrderClosed(order=order.id)


def require_on(order: Order) -> None:
    """OrderCancelled or OrderClosed, once it is over."""
    require(order, "amend")


def may_cancel(session: Session, actor: Actor, order: Order) -> None:
    """The same, until it is over for somebody who was there: then their report is decided on."""
    may_change(session, actor, order)
    if order.taken and (order.ends_at or order.report_by) <= actor.said_at:
        raise refusals.OrderClosed(order=order.id)


def cancel(session: Session, now: datetime, actor: Actor, order_id: int, reason: str) -> Issued:
    """Cancel with a reason that everybody concerned is told; places not yet reported on are released."""
    order = lock(session, order_id)
    may_cancel(session, actor, order)
    after = require(order, "cancel")
    if not reason.strip():
        raise refusals.ReasonMissing(order=order_id)
    if len(reason) > REASON_LENGTH:
        raise refusals.WordsTooLong(most=REASON_LENGTH)
    seal(session, order, "cancel_reason", reason.strip())
    order.state, order.ended_at = after, now
    audit.record(session, now, actor.member_id, "order.cancelled", "order", order_id)
    told = release_and_tell(session, now, actor.member_id, order)
    order.version += 1
    helping.order_ended(session, now, order)
    shown = deliveries.recall(session, ("order", order_id))
    _tell_issuer(session, now, actor, order, "order.cancelled")
    if not actor.cause.press:
        deliveries.answer(session, now, actor, "order.cancel_done", {"order": order_id, "told": told})
    return Issued(order_id, shown)


def release_and_tell(
    session: Session, now: datetime, actor_id: int, order: Order, whom: Sequence[ClaimState] = UNSETTLED
) -> int:
    """Free the places not yet reported on, and tell those who hold one; how many people that is."""
    holders = session.exec(
        select(Claim, Member)
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Claim.order_id == order.id, col(Claim.state).in_(whom))
    ).all()
    for claim, member in holders:
        after = move(CLAIM, claim.state, "release")
        if after is not None:
            claim.state = after
            order.taken -= 1
        if member.id != actor_id:
            about = {"order": order.id}
            deliveries.note(session, now, member, "order.cancelled", about, lane=Lane.ESCALATION)
    return sum(member.reach == Reach.OK for _, member in holders)


def _tell_issuer(session: Session, now: datetime, actor: Actor, order: Order, kind: str) -> None:
    issuer = session.get(Member, order.issuer_id)
    if issuer is not None and issuer.id != actor.member_id:
        deliveries.note(session, now, issuer, kind, {"order": order.id})


def recall(session: Session, now: datetime, actor: Actor, order_id: int) -> Done:
    """Take an order back before any chat has seen it."""
    order = lock(session, order_id)
    may_change(session, actor, order)
    after = require(order, "cancel")
    if order.taken or deliveries.recall(
        session, ("order", order_id)
    ):  # by /orders it may be seen before it arrives
        raise refusals.OrderSent(order=order_id)
    order.state, order.ended_at = after, now
    order.version += 1
    audit.record(session, now, actor.member_id, "order.recalled", "order", order_id)
    helping.order_ended(session, now, order)
    return Done("recalled", order_id)


def amend(session: Session, now: datetime, actor: Actor, order_id: int, draft: Draft) -> OrderBrief:
    """Change place, hours, places or deadline. When the hours move, every claimant is asked again."""
    order = lock(session, order_id)
    may_change(session, actor, order)
    require(order, "amend")
    if draft.places < order.taken:
        raise refusals.PlacesTaken(taken=order.taken)
    moved = (draft.starts_at, draft.ends_at) != (order.starts_at, order.ends_at)
    if moved and draft.report_by == order.report_by and draft.ends_at:
        draft = replace(draft, report_by=draft.ends_at + REPORT_AFTER)
    if moved and draft.ends_at and draft.ends_at <= now:
        raise refusals.PastTime()
    elsewhere = draft.place != order.place
    sooner = draft.report_by is not None and draft.report_by < order.report_by
    order.place, order.latitude, order.longitude = draft.place, draft.latitude, draft.longitude
    order.starts_at, order.ends_at, order.places = draft.starts_at, draft.ends_at, draft.places
    order.report_by = draft.report_by or order.report_by
    order.version += 1
    if moved:
        order.revision += 1
        if order.starts_at and order.starts_at > now:
            order.state = OrderState.OPEN
    unreported = (col(Claim.order_id) == order_id) & col(Claim.state).in_(UNREPORTED)
    shortens = (col(Claim.state) == ClaimState.RETURNED) & (col(Claim.report_by) > order.report_by)
    session.exec(update(Claim).where(unreported, ~shortens).values(report_by=order.report_by))
    audit.record(session, now, actor.member_id, "order.amended", "order", order_id, revision=order.revision)
    reminders.plan(session, now, order)
    asked = _ask_again(session, now, actor, order) if moved else 0
    told = _tell_of_change(session, now, order) if not moved and (elsewhere or sooner) else 0
    deliveries.answer(session, now, actor, "order.amended", {"order": order_id, "asked": asked, "told": told})
    return order_facts.brief(session, order)


def _tell_of_change(session: Session, now: datetime, order: Order) -> int:
    """Whoever still has a place hears where it is now, and by when to report. How many."""
    unreported = (col(Claim.order_id) == order.id) & col(Claim.state).in_(UNREPORTED)
    mine = select(Member).join(Claim, col(Claim.member_id) == col(Member.id)).where(unreported)
    people = session.exec(mine.order_by(col(Member.id))).all()
    for member in people:
        deliveries.note(session, now, member, "claim.changed", {"order": order.id}, lane=Lane.ESCALATION)
    return len(people)


def _ask_again(session: Session, now: datetime, actor: Actor, order: Order) -> int:
    """Ask the claimants whether the new hours suit them; the issuer watches who has answered. How many."""
    rows = session.exec(
        select(Claim, Member)
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Claim.order_id == order.id, col(Claim.state).in_((ClaimState.CLAIMED, ClaimState.CHECKED_IN)))
    ).all()
    for claim, member in rows:
        if order.starts_at and order.starts_at > now:
            claim.state = move(CLAIM, claim.state, "reconfirm") or claim.state
        args = {"order": order.id, "revision": order.revision}
        deliveries.note(session, now, member, "claim.reconfirm", args, lane=Lane.ESCALATION)
    watching = session.exec(
        select(Delivery).where(
            Delivery.subject_kind == "order",
            Delivery.subject_id == order.id,
            Delivery.kind == "order.answers",
        )
    ).first()
    if rows and actor.reach == Reach.OK and watching is None:
        deliveries.card(
            session, now, "order.answers", ("order", order.id),
            chat_id=actor.telegram_id, recipient_id=actor.member_id,
        )  # fmt: skip
    return len(rows)


def draft_of(order: Order) -> Draft:
    """The order as a draft, to amend it or to issue it again."""
    return Draft(
        title=order.title, place=order.place, latitude=order.latitude, longitude=order.longitude,
        starts_at=order.starts_at, ends_at=order.ends_at, report_by=order.report_by, places=order.places,
        points=order.points, evidence=order.evidence, evidence_count=order.evidence_count, area_id=order.area_id,
    )  # fmt: skip


def start(order: Order) -> None:
    """The hours have begun. The order is one that `lock` gave."""
    after = move(ORDER, order.state, "start")
    if after is not None:
        order.state, order.version = after, order.version + 1


def reopen(session: Session, order_id: int) -> None:
    """A decision on the last claim of a closed order was undone: its cards live again."""
    order = lock(session, order_id)
    after = move(ORDER, order.state, "reopen")
    if after is not None:
        order.state, order.ended_at = after, None
        deliveries.revive(session, ("order", order_id))
        session.flush()


def close_if_done(session: Session, now: datetime, order_id: int) -> None:
    """Close an order that has ended and whose every claim is in a final state."""
    session.flush()
    order = lock(session, order_id)
    if move(ORDER, order.state, "close") is None:
        return
    over = (order.ends_at or order.report_by) <= now
    if not over or (not order.taken and order.report_by > now and order.ends_at is None):
        return
    unsettled = col(Claim.state).in_(UNSETTLED)
    owing = session.exec(select(func.count()).where(Claim.order_id == order_id, unsettled)).one()
    if owing == 0:
        order.state, order.ended_at, order.version = OrderState.CLOSED, now, order.version + 1
        audit.record(session, now, None, "order.closed", "order", order_id)
        helping.order_ended(session, now, order)
