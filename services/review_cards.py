"""Which reviewer has which report on a card: one open card each, the next when that one is decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, false, func, or_, true
from sqlalchemy import select as core_select
from sqlalchemy import update as core_update
from sqlmodel import Session, col, select

from models import Area, Claim, ClaimState, Delivery, Lane, Order, Report
from models.prepared import Prepared
from services import areas, deliveries, orders, roles
from services.deliveries import Recipient
from services.roles import Holder

LATE_FOR = timedelta(days=7)  # so long a leader may accept a late report


class Queue(NamedTuple):
    """Reports that wait for the same people: of one area, by one claimant, passed up or not."""

    area_id: int
    claimant: int
    passed_up: bool
    reports: int


class Audience(NamedTuple):
    """Who may decide a report: those of its area, and once it was passed up the next ones above who are not among them."""

    asked: list[Holder]
    above: list[Holder]


def _undecided(since: Any) -> ColumnElement[bool]:
    """Reported and open, or late, up since then and not accepted yet."""
    late: ColumnElement[bool] = (
        (col(Claim.state) == ClaimState.EXPIRED) & col(Report.late) & (col(Report.up_at) >= since)
    )
    return (col(Claim.state) == ClaimState.REPORTED) | late


def _cards_of(member_id: Any) -> tuple[ColumnElement[bool], ...]:
    """A person's live review cards; a card whose decision has settled is history."""
    return (
        col(Delivery.kind) == "review",
        col(Delivery.recipient_id) == member_id,
        col(Delivery.live) == true(),
    )


# An open card says how many more wait; for every report that waits, hence on the driver
_COUNT_ON = Prepared(
    core_update(Report)
    .where(
        col(Report.id).in_(
            core_select(col(Report.id))
            .join(Delivery, col(Delivery.subject_id) == col(Report.id))
            .join(Claim, col(Claim.id) == col(Report.claim_id))
            .where(*_cards_of(bindparam("member")), _undecided(bindparam("since")))
        )
    )
    .values(version=col(Report.version) + 1)
)


def seat(session: Session, now: datetime, reviewer: Recipient, *, due_at: datetime | None = None) -> None:
    """Give the reviewer a card for the oldest report that waits for them, unless they have one open."""
    if _COUNT_ON.count(session, member=reviewer.id, since=now - LATE_FOR):
        return
    queues = waiting_for(session, now, reviewer.id)
    if queues and reviewer.telegram_id is not None:
        _show(session, now, reviewer, _longest(session, now, queues[0]), due_at)


def seat_audience(
    session: Session,
    now: datetime,
    report: Report,
    claim: Claim,
    order: Order,
    *,
    due_at: datetime | None = None,
) -> Audience:
    """Give everybody who may decide the report a card, of it or of one that waits longer; who they are."""
    session.flush()
    rungs = roles.ladder(session, areas.get(session, order.area_id))
    audience = _audience(list(rungs), claim.member_id, passed_up=report.passed_up_at is not None)
    for reviewer in audience.asked + audience.above:
        seat(session, now, reviewer, due_at=due_at)
    return audience


def seat_others(session: Session, now: datetime, report_id: int) -> None:
    """One of a report's reviewers turned out to be out of reach: the next ones get their card."""
    report = session.get(Report, report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if report is None or claim is None or claim.state not in (ClaimState.REPORTED, ClaimState.EXPIRED):
        return
    seat_audience(session, now, report, claim, orders.get(session, claim.order_id))


def waiting_for(session: Session, now: datetime, member_id: int, *, without: int = 0) -> list[Queue]:
    """What waits for this reviewer, longest first; `without` is a report they have before them."""
    passed_up = col(Report.passed_up_at).is_not(None)
    led = or_(false(), *map(areas.within, roles.areas_led(session, member_id)))
    theirs = true() if roles.administers(session, member_id) else led
    rows = session.exec(
        _waiting(now, select(Order.area_id, Claim.member_id, passed_up, func.count()))
        .join(Area, col(Area.id) == col(Order.area_id))
        .where(theirs, Claim.member_id != member_id, Report.id != without)
        .group_by(col(Order.area_id), col(Claim.member_id), passed_up)
        .order_by(func.min(Report.up_at), func.min(Report.id))
    ).all()
    queues = [Queue(*row) for row in rows]
    rungs = {id_: list(roles.ladder(session, areas.get(session, id_))) for id_ in {q.area_id for q in queues}}
    waits = (_audience(rungs[queue.area_id], queue.claimant, passed_up=queue.passed_up) for queue in queues)
    return [
        queue
        for queue, audience in zip(queues, waits, strict=True)
        if any(member.id == member_id for member in audience.asked + audience.above)
    ]


def _audience(rungs: Sequence[list[Holder]], claimant: int, *, passed_up: bool) -> Audience:
    """Who may decide a report of the area with these rungs."""
    asked = roles.nearest(rungs, without=claimant)
    told = {claimant, *(member.id for member in asked)}
    above = ([member for member in rung if member.id not in told] for rung in rungs)
    return Audience(asked, next((rung for rung in above if rung), []) if passed_up else [])


def _longest(session: Session, now: datetime, queue: Queue) -> int:
    passed_up = col(Report.passed_up_at).is_not(None)
    longest: int = session.exec(
        _waiting(now, select(Report.id))
        .where(
            Order.area_id == queue.area_id, Claim.member_id == queue.claimant, passed_up == queue.passed_up
        )
        .order_by(col(Report.up_at), col(Report.id))
        .limit(1)
    ).one()
    return longest


def _waiting(now: datetime, chosen: Any) -> Any:
    """The choice among the reports that are up for review."""
    return (
        chosen.join_from(Report, Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .where(col(Report.up_at).is_not(None), _undecided(now - LATE_FOR))
    )


def _show(
    session: Session, now: datetime, reviewer: Recipient, report_id: int, due_at: datetime | None
) -> None:
    have = select(Delivery.id).where(*_cards_of(reviewer.id), Delivery.subject_id == report_id)
    if reviewer.telegram_id is None or session.exec(have.limit(1)).first():
        return
    deliveries.card(
        session, now, "review", ("report", report_id), chat_id=reviewer.telegram_id, recipient_id=reviewer.id,
        lane=Lane.ESCALATION, due_at=due_at,
    )  # fmt: skip
