"""Reminders: when they fall due, and what is said when they do."""

from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Delivery, DeliveryState, Lane, Member, Order, OrderState, Reach
from models.lifecycle import UNREPORTED
from services import areas, deliveries, dues, order_facts

EVE_AT = time(19, 0)
HOUR_BEFORE = timedelta(minutes=60)
SLEPT = timedelta(minutes=5)  # a reminder so late says so


def plan(session: Session, now: datetime, order: Order) -> None:
    """Write the due rows of an order; those of an earlier revision find themselves outdated."""
    zone = areas.zone(session, areas.get(session, order.area_id))
    step = str(order.revision)
    dues.set_due(
        session, "order.expire", order.id, order.report_by, step=f"{step}:{order.report_by:%Y%m%d%H%M}"
    )
    if order.starts_at is None or order.ends_at is None:
        return
    eve = datetime.combine(order.starts_at.astimezone(zone).date() - timedelta(days=1), EVE_AT, tzinfo=zone)
    before = order.starts_at - HOUR_BEFORE
    if eve > now:
        dues.set_due(session, "order.remind_eve", order.id, eve, step=step)
    if before > now:  # the last hour is exempt from the quiet hours, but silent in them
        dues.set_due(session, "order.remind_hour", order.id, before, step=step)
    dues.set_due(session, "order.start", order.id, order.starts_at, step=step)
    dues.set_due(session, "order.end", order.id, order.ends_at, step=step)


def is_outdated(order: Order | None, step: str) -> bool:
    """Whether a due row was written before the hours moved, or the order is over."""
    return (
        order is None
        or str(order.revision) != step
        or order.state not in (OrderState.OPEN, OrderState.RUNNING)
    )


def remind_on_the_eve(session: Session, now: datetime, order: Order, *, planned_for: datetime) -> None:
    """The evening before; where we slept through it, after the quiet hours, unless the last hour has come."""
    zone = areas.zone(session, areas.get(session, order.area_id))
    at = dues.after_quiet(now, zone)
    if order.starts_at is not None and at < order.starts_at - HOUR_BEFORE:
        remind(session, at, order, hour=False, late=at > planned_for + SLEPT)


def remind(session: Session, at: datetime, order: Order, *, hour: bool, late: bool = False) -> None:
    """Remind every claimant in private, and name in the group those the bot cannot reach, once per order."""
    now = at
    kind = "reminder.hour" if hour else "reminder.eve"
    zone = areas.zone(session, areas.get(session, order.area_id))
    late = late or bool(hour and order.starts_at and order.starts_at < now)
    for claim, member in _claimants(session, order.id, (ClaimState.CLAIMED,)):
        args = {"order": order.id, "claim": claim.id, "silent": dues.is_quiet(now, zone), "late": late}
        key = f"{kind}:{claim.id}:{order.revision}"
        deliveries.note(session, now, member, kind, args, lane=Lane.ESCALATION, due_at=at, key=key)
    _name_unreachable(session, now, order)


def _name_unreachable(session: Session, now: datetime, order: Order) -> None:
    far = [
        member
        for _, member in _claimants(session, order.id, (ClaimState.CLAIMED,))
        if member.reach != Reach.OK
    ]
    said = select(Delivery.id).where(Delivery.kind == "reminder.group", Delivery.subject_id == order.id)
    if not far or session.exec(said.limit(1)).first():
        return
    home = session.exec(
        select(Delivery.chat_id, Delivery.thread_id)
        .where(*order_facts.is_card(order.id), Delivery.state == DeliveryState.SENT)
        .order_by(col(Delivery.id))
    ).all()
    for chat_id, thread_id in home:
        if order_facts.is_own_chat(session, order, chat_id) or len(home) == 1:
            deliveries.post(
                session, now, chat_id, thread_id, "reminder.group", {"order": order.id},
                subject=("order", order.id),
            )  # fmt: skip
            break
    issuer = session.get(Member, order.issuer_id)
    if issuer:
        deliveries.note(session, now, issuer, "reminder.unreachable", {"order": order.id})


def ask_for_reports(session: Session, now: datetime, order: Order) -> None:
    """The duty is over: ask those who still owe a report, once."""
    zone = areas.zone(session, areas.get(session, order.area_id))
    for claim, member in _claimants(session, order.id, UNREPORTED):
        deliveries.note(
            session, now, member, "reminder.report", {"order": order.id, "claim": claim.id},
            due_at=dues.after_quiet(now, zone), key=f"reminder.report:{claim.id}:{order.revision}",
        )  # fmt: skip


def _claimants(session: Session, order_id: int, states: tuple[ClaimState, ...]) -> list[tuple[Claim, Member]]:
    rows = session.exec(
        select(Claim, Member)
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Claim.order_id == order_id, col(Claim.state).in_(states))
        .order_by(col(Claim.id))
    ).all()
    return [(row[0], row[1]) for row in rows]


def unreachable_names(session: Session, order_id: int) -> tuple[str, ...]:
    """Claimants the bot cannot write to, by the names they chose."""
    return tuple(
        member.name
        for _, member in _claimants(session, order_id, (ClaimState.CLAIMED,))
        if member.reach != Reach.OK
    )


def mates(session: Session, order_id: int, claim_id: int) -> tuple[str, ...]:
    """The others who hold a place."""
    states = (ClaimState.CLAIMED, ClaimState.CHECKED_IN)
    return tuple(
        member.name for claim, member in _claimants(session, order_id, states) if claim.id != claim_id
    )
