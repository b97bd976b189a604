"""Reminders: when they fall due, and what is said when they do."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from models import Claim, ClaimState, Delivery, DeliveryState, Lane, Member, Order, Reach
from models.lifecycle import ON, UNREPORTED
from services import areas, deliveries, dues, habits, in_charge, order_facts

SLEPT = timedelta(minutes=5)  # a reminder so late says so
# Reminders are written down ahead of everybody's own hour, and sent at it
EVE_FROM = time(12, 0)
LONGEST_BEFORE = timedelta(minutes=habits.LONGEST_BEFORE)


def plan(session: Session, now: datetime, order: Order) -> None:
    """Write the due rows of an order; those of an earlier revision find themselves outdated."""
    zone = areas.zone(session, areas.get(session, order.area_id))
    step = str(order.revision)
    dues.set_due(
        session, "order.expire", order.id, order.report_by, step=f"{step}:{order.report_by:%Y%m%d%H%M}"
    )
    if order.starts_at is None or order.ends_at is None:
        return
    ahead = {
        "order.remind_eve": _eve(order.starts_at, EVE_FROM, zone),
        "order.remind_hour": order.starts_at - LONGEST_BEFORE,
    }
    for kind, at in ahead.items():
        if at > now:
            dues.set_due(session, kind, order.id, at, step=step)
    for claim, member in _claimants(session, order.id, (ClaimState.CLAIMED,)):
        catch_up(session, now, order, claim, member)
    dues.set_due(session, "order.start", order.id, order.starts_at, step=step)
    dues.set_due(session, "order.end", order.id, order.ends_at, step=step)


def _eve(starts_at: datetime, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(starts_at.astimezone(zone).date() - timedelta(days=1), at, tzinfo=zone)


def is_outdated(order: Order | None, step: str) -> bool:
    """Whether a due row was written before the hours moved, or the order is over."""
    return order is None or str(order.revision) != step or order.state not in ON


def remind_on_the_eve(session: Session, now: datetime, order: Order) -> None:
    """The evening before, everybody at their own hour; who cannot be reached is named in the group at the area's."""
    area = areas.get(session, order.area_id)
    zone = areas.zone(session, area)
    held = _claimants(session, order.id, (ClaimState.CLAIMED,))
    for claim, member in held:
        _eve_note(session, now, order, claim, member)
    if order.starts_at is not None:
        at = _eve(order.starts_at, habits.clock(habits.of_area(session, area).eve_at), zone)
        if now < order.starts_at - LONGEST_BEFORE:
            _name_unreachable(session, now, order, _far(held), at=max(at, now))


def remind_before(session: Session, now: datetime, order: Order) -> None:
    """Before the duty, everybody as long before as they like."""
    held = _claimants(session, order.id, (ClaimState.CLAIMED,))
    for claim, member in held:
        _hour_note(session, now, order, claim, member)
    at = max(now, (order.starts_at or now) - timedelta(hours=1))
    _name_unreachable(session, now, order, _far(held), at=at)


def catch_up(session: Session, now: datetime, order: Order, claim: Claim, member: Member) -> None:
    """A place was taken after the reminders had been written down."""
    if order.starts_at is None or now >= order.starts_at:
        return
    zone = areas.zone(session, areas.get(session, order.area_id))
    if now >= _eve(order.starts_at, EVE_FROM, zone):
        _eve_note(session, now, order, claim, member, only_ahead=True)
    if now >= order.starts_at - LONGEST_BEFORE:
        _hour_note(session, now, order, claim, member, only_ahead=True)


def catch_up_with(session: Session, now: datetime, member: Member) -> None:
    """Somebody can be written to by now: the reminders of what they hold already."""
    mine = (col(Claim.member_id) == member.id) & (col(Claim.state) == ClaimState.CLAIMED)
    on = col(Order.state).in_(ON) & (col(Order.starts_at) > now)
    held = select(Order, Claim).join(Claim, col(Claim.order_id) == col(Order.id)).where(mine, on)
    for order, claim in session.exec(held).all():
        catch_up(session, now, order, claim, member)


def _eve_note(
    session: Session, now: datetime, order: Order, claim: Claim, member: Member, *, only_ahead: bool = False
) -> None:
    """At the person's hour; where we slept through it, after their quiet hours, unless the duty is near."""
    if order.starts_at is None:
        return
    area = areas.get(session, order.area_id)
    theirs, zone = habits.of_member(session, member.id, area), areas.zone(session, area)
    planned = _eve(order.starts_at, habits.clock(theirs.eve_at), zone)
    if planned <= now and only_ahead:
        return
    at = planned if planned > now else theirs.after_quiet(now, zone)
    if at < order.starts_at - timedelta(minutes=theirs.before):
        _note(
            session, now, order, claim, member, "reminder.eve", at, planned=planned, late=at > planned + SLEPT
        )


def _hour_note(
    session: Session, now: datetime, order: Order, claim: Claim, member: Member, *, only_ahead: bool = False
) -> None:
    """As long before as the person likes; the last hour is exempt from the quiet hours, and silent in them."""
    if order.starts_at is None:
        return
    theirs = habits.of_member(session, member.id, areas.get(session, order.area_id))
    planned = order.starts_at - timedelta(minutes=theirs.before)
    if planned <= now and only_ahead:
        return
    at, late = max(planned, now), order.starts_at < now
    _note(session, now, order, claim, member, "reminder.hour", at, planned=planned, late=late)


def _note(
    session: Session,
    now: datetime,
    order: Order,
    claim: Claim,
    member: Member,
    kind: str,
    at: datetime,
    *,
    planned: datetime,
    late: bool,
) -> None:
    """`at` is when it goes; `planned` when it should have gone."""
    args = {
        "order": order.id, "claim": claim.id, "revision": order.revision, "late": late, "at": planned.isoformat(),
        "since": claim.claimed_at.isoformat(),
    }  # fmt: skip
    key = f"{kind}:{claim.id}:{order.revision}:{claim.claimed_at:%m%d%H%M%S}"
    deliveries.note(session, now, member, kind, args, lane=Lane.ESCALATION, due_at=at, key=key)


def is_late(args: dict[str, Any], now: datetime) -> bool:
    """Whether a reminder goes out so long after it should have that it must not say "tomorrow" or "in one hour"."""
    return bool(args["late"]) or ("at" in args and now > datetime.fromisoformat(args["at"]) + SLEPT)


def is_overtaken(order: Order, kind: str, minutes: int, now: datetime) -> bool:
    """Whether the evening's reminder comes when the one before the duty has come too."""
    soon = order.starts_at is not None and now >= order.starts_at - timedelta(minutes=minutes)
    return kind == "reminder.eve" and soon


def _far(held: list[tuple[Claim, Member]]) -> list[Member]:
    """Those whom the bot cannot write to."""
    return [member for _, member in held if member.reach != Reach.OK]


def _name_unreachable(
    session: Session, now: datetime, order: Order, far: list[Member], *, at: datetime
) -> None:
    if not far:
        return
    said = select(Delivery.args).where(
        Delivery.subject_kind == "order", Delivery.subject_id == order.id, Delivery.kind == "reminder.group"
    )
    if any(args.get("revision", 0) == order.revision for args in session.exec(said).all()):
        return  # once for these hours
    home = session.exec(
        select(Delivery.chat_id, Delivery.thread_id)
        .where(*order_facts.is_card(order.id), Delivery.state == DeliveryState.SENT)
        .order_by(col(Delivery.id))
    ).all()
    for chat_id, thread_id in home:
        if order_facts.is_own_chat(session, order, chat_id) or len(home) == 1:
            deliveries.post(
                session, now, chat_id, thread_id, "reminder.group", {"order": order.id, "revision": order.revision},
                subject=("order", order.id), due_at=at,
            )  # fmt: skip
            break
    for member in in_charge.of(session, order):
        deliveries.note(session, now, member, "reminder.unreachable", {"order": order.id}, due_at=at)


def ask_for_reports(session: Session, now: datetime, order: Order) -> None:
    """The duty is over: ask those who still owe a report and may yet give it in time, once."""
    area = areas.get(session, order.area_id)
    zone = areas.zone(session, area)
    for claim, member in _claimants(session, order.id, UNREPORTED):
        if claim.report_by <= now:  # we were away till now; that the place has lapsed is told as well
            continue
        at = habits.of_member(session, member.id, area).after_quiet(now, zone)
        deliveries.note(
            session, now, member, "reminder.report", {"order": order.id, "claim": claim.id},
            due_at=at, key=f"reminder.report:{claim.id}:{order.revision}",
        )  # fmt: skip


_HOLDING = (
    select(Claim, Member)
    .join(Member, col(Member.id) == col(Claim.member_id))
    .where(
        col(Claim.order_id) == bindparam("order"), col(Claim.state).in_(bindparam("states", expanding=True))
    )
    .order_by(col(Claim.id))
)


def _claimants(session: Session, order_id: int, states: tuple[ClaimState, ...]) -> list[tuple[Claim, Member]]:
    rows = session.exec(_HOLDING, params={"order": order_id, "states": states}).all()
    return [(row[0], row[1]) for row in rows]


def unreachable_names(session: Session, order_id: int) -> tuple[str, ...]:
    """Claimants the bot cannot write to, by the names they chose."""
    return tuple(member.name for member in _far(_claimants(session, order_id, (ClaimState.CLAIMED,))))


def mates(session: Session, order_id: int, claim_id: int) -> tuple[str, ...]:
    """The others who hold a place."""
    states = (ClaimState.CLAIMED, ClaimState.CHECKED_IN)
    return tuple(
        member.name for claim, member in _claimants(session, order_id, states) if claim.id != claim_id
    )
