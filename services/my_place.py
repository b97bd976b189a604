"""A member's own place on an order: what they see of it, and how they come to it."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Member, Order, OrderVisit, Reach, Report
from models.actor import Actor, Refusal
from models.lifecycle import HOLDING
from models.prepared import insert_new
from services import claims, deliveries, order_facts, orders, refusals, standings
from services.facts import Claimed, Done, MyPlace


def my_place(session: Session, now: datetime, member_id: int, order_id: int) -> MyPlace:
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
        facts=order_facts.facts(session, now, order_id),
        claim_id=mine.id if mine else None,
        claim_state=mine.state if mine else None,
        claim_report_by=mine.report_by if mine else None,
        confirmed=bool(mine and order and mine.confirmed_revision >= order.revision),
        distance=mine.distance if mine else None,
        on_the_way=bool(mine and mine.attending_at),
        lacking=bool(report and report.up_at is None),
    )


def as_it_stands(session: Session, telegram_id: int, order_id: int) -> Claimed | Done | Refusal | None:
    """What a press that comes again is told: the place they hold, or gave back, or why there is none."""
    found = session.exec(
        select(Order, Claim, Member)
        .select_from(Order)
        .join(Member, col(Member.telegram_id) == telegram_id)
        .outerjoin(Claim, (col(Claim.order_id) == col(Order.id)) & (col(Claim.member_id) == col(Member.id)))
        .where(Order.id == order_id)
    ).first()
    if found is None:
        return None
    order, claim, member = found
    if claim is not None and claim.state in HOLDING:
        return Claimed(order_facts.brief(session, order), member.reach == Reach.OK)
    if claim is not None:
        return Done("withdrawn", order_id)
    return refusals.OrderFull(order=order_id) if order.taken >= order.places else None


def visit(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """Open an order by its link, which makes it theirs to claim."""
    orders.get(session, order_id)
    insert_new(session, OrderVisit, order_id=order_id, member_id=actor.member_id, at=now)
    deliveries.answer(session, now, actor, "place", {"order": order_id})


def show(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """The member's own view of an order that is not foreign to them."""
    claims.require_near(session, actor, standings.standing(session, actor, order_id))
    deliveries.answer(session, now, actor, "place", {"order": order_id}, payload=f"o{order_id}")
