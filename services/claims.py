"""Claims: taking a place, giving it back, confirming it."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import update as core_update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from models import (
    Claim,
    ClaimState,
    Lane,
    Member,
    Order,
    OrderState,
    Reach,
)  # fmt: skip
from models.actor import Actor
from models.lifecycle import CLAIM, HOLDING, UNREPORTED, move
from models.prepared import Prepared, insert_new
from services import (
    adoption,
    areas,
    audit,
    case_duties,
    deliveries,
    dues,
    held,
    helping,
    in_charge,
    order_facts,
    orders,
    refusals,
    reminders,
    roles,
    standings,
)
from services.facts import Claimed, Done

TELL_ISSUER_WITHIN, LOOKS_EVERY = timedelta(hours=24), timedelta(minutes=10)
SOON = timedelta(hours=36)  # before a duty, from the noon of its eve
_ORDER, _CLAIM = Order.__table__, Claim.__table__  # type: ignore[attr-defined]


def claim(session: Session, now: datetime, actor: Actor, order_id: int) -> Claimed:
    """Take a place on an order. The database alone decides who gets the last one."""
    if actor.suspended:
        raise refusals.Suspended()
    order = standings.standing(session, actor, order_id)
    _require_open(session, actor, order)
    held_from = {"claimed_at": now, "report_by": order.report_by, "confirmed_revision": order.revision}
    if order.claim_id is None:
        made: object = insert_new(
            session, Claim, order_id=order_id, member_id=actor.member_id, state=ClaimState.CLAIMED,
            **held_from,
        )  # fmt: skip
        roles.become_volunteer(session, now, actor.member_id)
    else:
        made = _move(session, order.claim_id, order.claim_state, "claim", attending_at=None, **held_from)
    if not made:  # the same person pressed twice at once, and the other press was quicker
        raise refusals.AlreadyYours(order=order_id)
    audit.record(session, now, actor.member_id, "claim.claimed", "order", order_id)
    _answer_claim(session, now, actor, order_id)
    if order.starts_at is not None and now > order.starts_at - SOON:
        _remind_too(session, now, actor, order_id)
    if order.request_id is not None:
        helping.claimed(session, now, actor, order_id, order.request_id)
    if not order.card:
        adoption.adopt(session, now, actor.cause, order_id)
    claimed = Claimed(order_facts.brief(session, order), actor.reach == Reach.OK)
    session.flush()
    if _take_place(session, actor, order):
        _remind_too(session, now, actor, order_id)
        return Claimed(order_facts.brief(session, orders.get(session, order_id)), actor.reach == Reach.OK)
    return claimed


# Statements of the busiest path are built once: making one costs more than running it.
_FREE = (
    (col(Order.id) == bindparam("order"))
    & (col(Order.taken) < col(Order.places))
    & ((col(Order.state) == OrderState.OPEN) | (col(Order.state) == OrderState.RUNNING))
)
_TAKE = Prepared(
    core_update(_ORDER)
    .where(_FREE)
    .values(taken=col(Order.taken) + 1, version=col(Order.version) + 1)
    .returning(col(Order.report_by), col(Order.revision))
)
_GIVE_BACK = Prepared(
    core_update(_ORDER)
    .where(col(Order.id) == bindparam("order"))
    .values(taken=col(Order.taken) - 1, version=col(Order.version) + 1)
)
_MINE = (col(Claim.order_id) == col(Order.id)) & (col(Claim.member_id) == bindparam("member"))
_OF = (
    select(Order, Claim)
    .join(Claim, _MINE)
    .where(col(Order.id) == bindparam("order"))
    .with_for_update(of=Claim, key_share=True)
    .execution_options(populate_existing=True)
)


def _require_open(session: Session, actor: Actor, order: Any) -> None:
    if order.claim_state == ClaimState.EXPIRED:
        raise refusals.OrderClosed(order=order.id)
    if order.claim_state in HOLDING:
        raise refusals.AlreadyYours(order=order.id)
    if order.state == OrderState.CANCELLED:
        raise refusals.OrderCancelled(order=order.id)
    if order.state == OrderState.CLOSED or actor.said_at > (order.ends_at or order.report_by):
        raise refusals.OrderClosed(order=order.id)
    require_near(session, actor, order)
    if order.taken >= order.places:  # most presses on a hot order end here; the UPDATE below is the judge
        raise refusals.OrderFull(order=order.id)


def require_near(session: Session, actor: Actor, order: Any) -> None:
    """OrderForeign, unless theirs already, shown where they have acted, led by them, or come to by its link."""
    if order.claim_id is not None or order.shown:
        return
    if not roles.leads(session, actor, areas.get(session, order.area_id)):
        raise refusals.OrderForeign(order=order.id)


def _take_place(session: Session, actor: Actor, order: Any) -> bool:
    """One conditional UPDATE, last in the transaction so that the row is locked only briefly; whether the order was
    amended since it was read, so that what was said of its hours is to be said again."""
    took = _TAKE.first(session, order=order.id)
    if took is None:  # filled, cancelled or closed since it was read
        now_there = session.get(Order, order.id, populate_existing=True)
        if now_there is not None:
            orders.require_on(now_there)
        raise refusals.OrderFull(order=order.id)
    amended = (took.report_by, took.revision) != (order.report_by, order.revision)
    if amended:
        mine = (_CLAIM.c.order_id == order.id) & (_CLAIM.c.member_id == actor.member_id)
        new = {"report_by": took.report_by, "confirmed_revision": took.revision}
        session.connection().execute(core_update(_CLAIM).where(mine).values(**new))
        session.expire_all()
    return amended


def _give_back(session: Session, order_id: int) -> None:
    _GIVE_BACK.count(session, order=order_id)


def _remind_too(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """The duty is so near that its reminders may have been written down already."""
    order, mine = of(session, actor, order_id)
    member = session.get(Member, actor.member_id)
    if member is not None:
        reminders.catch_up(session, now, order, mine, member)


def _answer_claim(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    if actor.cause.press:
        return  # the toast is the answer
    if actor.private:
        deliveries.answer(session, now, actor, "place", {"order": order_id})
        return
    claim_id = session.exec(
        select(Claim.id).where(Claim.order_id == order_id, Claim.member_id == actor.member_id)
    ).one()
    deliveries.react(session, now, actor, claim_id)


def _move(session: Session, claim_id: int, state: ClaimState, verb: str, **values: Any) -> ClaimState | None:
    """Move a claim by `verb` with a compare-and-set; None when its state does not allow that (any more)."""
    after = move(CLAIM, state, verb)
    if after is None:
        return None
    new = {f"new_{column}": value for column, value in values.items()}
    how = {"claim": claim_id, "before": state, "new_state": after, **new}
    changed = _moving(("state", *values)).count(session, **how)
    return after if changed == 1 else None


@lru_cache
def _moving(columns: tuple[str, ...]) -> Prepared:
    still = (_CLAIM.c.id == bindparam("claim")) & (_CLAIM.c.state == bindparam("before"))
    new: dict[str, Any] = {column: bindparam(f"new_{column}") for column in columns}
    return Prepared(core_update(_CLAIM).where(still).values(new))


def advance(session: Session, row: Claim, verb: str, **values: Any) -> bool:
    """Move a loaded claim by `verb`; False when its state does not allow that (any more)."""
    session.flush()
    after = _move(session, row.id, row.state, verb, **values)
    if after is None:
        session.refresh(row)
        return False
    for column, value in {"state": after, **values}.items():
        set_committed_value(row, column, value)
    return True


def of(session: Session, actor: Actor, order_id: int) -> tuple[Order, Claim]:
    """The actor's own claim on the order, newly read and held; NoSuchOrder, NotYourClaim."""
    found = session.exec(_OF, params={"order": order_id, "member": actor.member_id}).first()
    if found is None or found[1].state == ClaimState.WITHDRAWN:
        order = orders.get(session, order_id)
        if found is not None and order.state == OrderState.CANCELLED:
            raise refusals.OrderCancelled(order=order_id)
        raise refusals.NotYourClaim(order=order_id)
    return found[0], found[1]


def lock(session: Session, claim_id: int) -> Claim | None:
    """The claim, newly read and held: whoever else would move it waits until this commits."""
    return held.lock(session, Claim, claim_id)


def withdraw(session: Session, now: datetime, actor: Actor, order_id: int, *, kindly: bool = False) -> Done:
    """Give the place back; the issuer hears of it when the duty is near, or runs."""
    order = standings.standing(session, actor, order_id)
    if order.claim_state in (None, ClaimState.WITHDRAWN):
        raise refusals.NotYourClaim(order=order_id)
    over = actor.said_at > (order.ends_at or order.report_by)
    if over or not _move(session, order.claim_id, order.claim_state, "withdraw"):
        raise refusals.CannotWithdraw(order=order_id)
    audit.record(session, now, actor.member_id, "claim.withdrawn", "order", order_id)
    if not order.card:
        adoption.adopt(session, now, actor.cause, order_id)
    near = order.starts_at is not None and order.starts_at <= now + TELL_ISSUER_WITHIN
    kindly = kindly and near  # long before there is time enough, and nobody need be looked for
    hear = in_charge.of(session, orders.get(session, order_id), but=actor.member_id) if near else []
    for member in hear:
        about = {"order": order_id, "claim": order.claim_id}
        deliveries.note(session, now, member, "place.freed", about, lane=Lane.ESCALATION)
    if kindly:
        look_for_somebody(session, now, order.claim_id)
    if actor.private or actor.reach == Reach.OK and not actor.cause.press:
        deliveries.answer(session, now, actor, "claim.withdrawn", {"order": order_id, "kindly": kindly})
    elif not actor.cause.press:
        deliveries.react(session, now, actor, 0)
    _free(session, now, actor.member_id, order_id, order.request_id)
    return Done("withdrawn", order_id)


def look_for_somebody(session: Session, now: datetime, claim_id: int) -> None:
    """Who could not come was promised to hear when somebody else has the place."""
    dues.set_due(session, "claim.filled", claim_id, now + LOOKS_EVERY, step=f"{now:%Y%m%d%H%M%S}")


def withdraw_kindly(session: Session, now: datetime, actor: Actor, order_id: int) -> Done:
    """[Can't make it] under a reminder."""
    return withdraw(session, now, actor, order_id, kindly=True)


def release(session: Session, now: datetime, row: Claim) -> None:
    """Free a place whose holder is gone."""
    if advance(session, row, "release"):
        audit.record(session, now, None, "claim.released", "order", row.order_id)
        request_id = session.exec(select(Order.request_id).where(Order.id == row.order_id)).first()
        _free(session, now, row.member_id, row.order_id, request_id)


def _free(session: Session, now: datetime, member_id: int, order_id: int, request_id: int | None) -> None:
    """A place is free again; for a case whoever asked hears of it, and what they were shown goes."""
    if request_id is not None:
        helping.given_back(session, now, member_id, request_id)
    session.flush()
    _give_back(session, order_id)  # last, as in a claim
    if request_id is not None:
        case_duties.given_back(session, now, order_id, request_id)


def confirm(session: Session, now: datetime, actor: Actor, order_id: int) -> Done:
    """The claimant accepts the moved hours, or says after a reminder that they will come."""
    order, mine = of(session, actor, order_id)
    if mine.state not in UNREPORTED:
        raise refusals.CannotWithdraw(order=order_id)
    if (
        order.ends_at is not None and actor.said_at > order.ends_at
    ):  # an old reminder: nobody is awaited any more
        return Done("over", order_id)
    mine.confirmed_revision, mine.attending_at = order.revision, now
    orders.touch(session, order_id)
    audit.record(session, now, actor.member_id, "claim.confirmed", "order", order_id, revision=order.revision)
    return Done("confirmed", order_id)
