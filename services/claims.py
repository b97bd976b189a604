"""Claims: taking a place, giving it back, confirming it, arriving."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, exists, select, update

from models import (
    ChatMember,
    Claim,
    ClaimState,
    Delivery,
    DeliveryState,
    Lane,
    Member,
    Order,
    OrderState,
    OrderVisit,
    Reach,
    Report,
)  # fmt: skip
from models.actor import Actor, insert_new
from models.lifecycle import CLAIM, HOLDING, UNREPORTED, move
from models.sealed import seal
from services import areas, audit, deliveries, order_facts, orders, refusals, roles
from services.facts import Claimed, Done, MyPlace

TELL_ISSUER_WITHIN = timedelta(hours=24)
EARTH_RADIUS = 6_371_000  # metres


@dataclass(frozen=True)
class Position:
    latitude: float
    longitude: float

    def metres_to(self, latitude: float, longitude: float) -> int:
        """Great-circle distance by the haversine formula."""
        north = radians(latitude - self.latitude) / 2
        east = radians(longitude - self.longitude) / 2
        a = sin(north) ** 2 + cos(radians(self.latitude)) * cos(radians(latitude)) * sin(east) ** 2
        return round(2 * EARTH_RADIUS * asin(sqrt(a)))


def claim(session: Session, now: datetime, actor: Actor, order_id: int) -> Claimed:
    """Take a place on an order. The database alone decides who gets the last one."""
    if actor.suspended:
        raise refusals.Suspended()
    order, mine = _order_and_claim(session, actor, order_id)
    _require_open(session, actor, order, mine)
    if mine is None:
        row = insert_new(
            session.connection(), Claim, order_id=order_id, member_id=actor.member_id, state=ClaimState.CLAIMED,
            claimed_at=now, report_by=order.report_by, confirmed_revision=order.revision,
        )  # fmt: skip
        if not row:  # the same person pressed twice at once, and the other press was quicker
            raise refusals.AlreadyYours(order=order_id)
        roles.become_volunteer(session, now, actor.member_id)
    elif not advance(
        session, mine, "claim", claimed_at=now, report_by=order.report_by,
        confirmed_revision=order.revision, attending_at=None,
    ):  # fmt: skip
        raise refusals.AlreadyYours(order=order_id)
    audit.record(session, now, actor.member_id, "claim.claimed", "order", order_id)
    session.flush()
    if not _take_place(session, order_id):
        raise refusals.OrderFull(order=order_id)
    _answer_claim(session, now, actor, order_id, mine)
    return Claimed(order_facts.brief(session, order), actor.reach == Reach.OK)


# Statements of the busiest path are built once: making one costs more than running it.
_ORDER_AND_CLAIM = (
    select(Order, Claim)
    .outerjoin(Claim, (col(Claim.order_id) == col(Order.id)) & (col(Claim.member_id) == bindparam("member")))
    .where(col(Order.id) == bindparam("order"))
)
_FREE = (
    (col(Order.id) == bindparam("order"))
    & (col(Order.taken) < col(Order.places))
    & col(Order.state).in_((OrderState.OPEN, OrderState.RUNNING))
)
_TAKE = (
    update(Order)
    .where(_FREE)
    .values(taken=col(Order.taken) + 1, version=col(Order.version) + 1)
    .execution_options(synchronize_session=False)
)
_GIVE_BACK = (
    update(Order)
    .where(col(Order.id) == bindparam("order"))
    .values(taken=col(Order.taken) - 1, version=col(Order.version) + 1)
    .execution_options(synchronize_session=False)
)
_SHOWN_TO = select(
    exists().where(
        *order_facts.is_card(bindparam("order")),
        col(Delivery.state) != DeliveryState.NEVER,
        col(ChatMember.chat_id) == col(Delivery.chat_id),
        col(ChatMember.member_id) == bindparam("member"),
        col(ChatMember.left_at).is_(None),
    )
    | exists().where(
        col(OrderVisit.order_id) == bindparam("order"), col(OrderVisit.member_id) == bindparam("member")
    )
)


def _order_and_claim(session: Session, actor: Actor, order_id: int) -> tuple[Order, Claim | None]:
    found = session.exec(_ORDER_AND_CLAIM, params={"order": order_id, "member": actor.member_id}).first()
    if found is None:
        raise refusals.NoSuchOrder(order=order_id)
    return found[0], found[1]


def _require_open(session: Session, actor: Actor, order: Order, mine: Claim | None) -> None:
    if mine is not None and mine.state in HOLDING:
        raise (
            refusals.AlreadyYours(order=order.id)
            if mine.state != ClaimState.EXPIRED
            else refusals.OrderClosed(order=order.id)
        )
    if order.state == OrderState.CANCELLED:
        raise refusals.OrderCancelled(order=order.id)
    if order.state == OrderState.CLOSED or actor.said_at > (order.ends_at or order.report_by):
        raise refusals.OrderClosed(order=order.id)
    if mine is None and is_foreign(session, actor, order):
        raise refusals.OrderForeign(order=order.id)
    if order.taken >= order.places:  # most presses on a hot order end here; the UPDATE below is the judge
        raise refusals.OrderFull(order=order.id)


def _take_place(session: Session, order_id: int) -> bool:
    """One conditional UPDATE, last in the transaction so that the row is locked only briefly."""
    return session.exec(_TAKE, params={"order": order_id}).rowcount == 1


def _answer_claim(session: Session, now: datetime, actor: Actor, order_id: int, mine: Claim | None) -> None:
    if actor.cause.press:
        return  # the toast is the answer
    if actor.private:
        deliveries.answer(session, now, actor, "place", {"order": order_id})
        return
    claim_id = mine.id if mine else session.exec(
        select(Claim.id).where(Claim.order_id == order_id, Claim.member_id == actor.member_id)
    ).one()  # fmt: skip
    deliveries.react(session, now, actor, claim_id)


def advance(session: Session, row: Claim, verb: str, **values: Any) -> bool:
    """Move a claim by `verb` with a compare-and-set; False when its state does not allow that (any more)."""
    after = move(CLAIM, row.state, verb)
    if after is None:
        return False
    session.flush()
    still = (col(Claim.id) == row.id) & (col(Claim.state) == row.state)
    moved = session.exec(update(Claim).where(still).values(state=after, **values)).rowcount == 1
    session.refresh(row)
    return moved


def is_foreign(session: Session, actor: Actor, order: Order) -> bool:
    """Foreign, unless it is shown in a chat where they have acted, they lead there, or came by its link."""
    if session.exec(_SHOWN_TO, params={"order": order.id, "member": actor.member_id}).one():
        return False
    return not roles.leads(session, actor, areas.get(session, order.area_id))


def of(session: Session, actor: Actor, order_id: int) -> tuple[Order, Claim]:
    """The actor's own claim on the order; NoSuchOrder, NotYourClaim."""
    order, mine = _order_and_claim(session, actor, order_id)
    if mine is None or mine.state == ClaimState.WITHDRAWN:
        raise refusals.NotYourClaim(order=order_id)
    return order, mine


def withdraw(session: Session, now: datetime, actor: Actor, order_id: int, *, kindly: bool = False) -> Done:
    """Give the place back; the issuer hears of it when the duty is near."""
    order, mine = of(session, actor, order_id)
    if not advance(session, mine, "withdraw"):
        raise refusals.CannotWithdraw(order=order_id, state=mine.state)
    session.exec(_GIVE_BACK, params={"order": order_id})
    audit.record(session, now, actor.member_id, "claim.withdrawn", "order", order_id)
    issuer = session.get(Member, order.issuer_id)
    near = order.starts_at is not None and now < order.starts_at <= now + TELL_ISSUER_WITHIN
    if issuer and near and issuer.id != actor.member_id:
        deliveries.note(
            session, now, issuer, "place.freed", {"order": order_id, "claim": mine.id}, lane=Lane.ESCALATION
        )
    if not actor.cause.press or actor.private:
        deliveries.answer(session, now, actor, "claim.withdrawn", {"order": order_id, "kindly": kindly})
    return Done("withdrawn", order_id)


def release(session: Session, now: datetime, row: Claim) -> None:
    """Free a place whose holder is gone."""
    if advance(session, row, "release"):
        session.exec(_GIVE_BACK, params={"order": row.order_id})
        audit.record(session, now, None, "claim.released", "order", row.order_id)


def can_check_in(row: Claim) -> bool:
    return move(CLAIM, row.state, "check_in") is not None


def confirm(session: Session, now: datetime, actor: Actor, order_id: int) -> Done:
    """The claimant accepts the moved hours, or says after a reminder that they will come."""
    order, mine = of(session, actor, order_id)
    if mine.state not in UNREPORTED:
        raise refusals.CannotWithdraw(order=order_id, state=mine.state)
    mine.confirmed_revision, mine.attending_at = order.revision, now
    orders.touch(session, order_id)
    audit.record(session, now, actor.member_id, "claim.confirmed", "order", order_id, revision=order.revision)
    return Done("confirmed", order_id)


def check_in(session: Session, now: datetime, actor: Actor, order_id: int, position: Position) -> Claim:
    """Arrive: the place shared is measured against the place of the duty where that is known."""
    order, mine = of(session, actor, order_id)
    orders.require(order, "amend")
    known = mine.state == ClaimState.CHECKED_IN
    if not advance(session, mine, "check_in", checked_in_at=actor.said_at):
        raise (
            refusals.AlreadyCheckedIn(order=order_id) if known else refusals.NothingToCheckIn(order=order_id)
        )
    seal(session, mine, "position", f"{position.latitude:.6f},{position.longitude:.6f}")
    if order.latitude is not None and order.longitude is not None:
        mine.distance = position.metres_to(order.latitude, order.longitude)
    orders.touch(session, order_id)
    audit.record(session, now, actor.member_id, "claim.checked_in", "order", order_id)
    deliveries.answer(session, now, actor, "claim.checked_in", {"order": order_id})
    return mine


def my_place(session: Session, member_id: int, order_id: int) -> MyPlace:
    """A member's own view of an order."""
    mine = session.exec(select(Claim).where(Claim.order_id == order_id, Claim.member_id == member_id)).first()
    order = session.get(Order, order_id)
    if mine is not None and mine.state == ClaimState.WITHDRAWN:
        mine = None
    report = (
        session.exec(select(Report).where(Report.claim_id == mine.id).order_by(col(Report.id).desc())).first()
        if mine
        else None
    )
    return MyPlace(
        facts=order_facts.facts(session, order_id),
        claim_id=mine.id if mine else None,
        claim_state=mine.state if mine else None,
        claim_report_by=mine.report_by if mine else None,
        confirmed=bool(mine and order and mine.confirmed_revision >= order.revision),
        distance=mine.distance if mine else None,
        on_the_way=bool(mine and mine.attending_at),
        lacking=bool(report and report.up_at is None),
    )


def visit(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """Open an order by its link, which makes it theirs to claim."""
    orders.get(session, order_id)
    insert_new(session.connection(), OrderVisit, order_id=order_id, member_id=actor.member_id, at=now)
    deliveries.answer(session, now, actor, "place", {"order": order_id})


def show(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """The member's own view of an order that is not foreign to them."""
    order, mine = _order_and_claim(session, actor, order_id)
    if mine is None and is_foreign(session, actor, order):
        raise refusals.OrderForeign(order=order_id)
    deliveries.answer(session, now, actor, "place", {"order": order_id}, payload=f"o{order_id}")
