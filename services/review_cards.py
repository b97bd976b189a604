"""Which reviewer has which report on a card: one open card each, the next when that one is decided."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, text, true
from sqlalchemy import select as core_select
from sqlalchemy import update as core_update
from sqlmodel import Session, col, select

from models import Claim, ClaimState, Delivery, Lane, Order, Report
from models.prepared import Prepared
from models.together import once
from services import areas, deliveries, orders, roles
from services.deliveries import Recipient
from services.roles import Holder

LATE_FOR = timedelta(days=7)  # so long a leader may accept a late report


class Queue(NamedTuple):
    """Reports that wait for the same people: of one area, passed up or not, and by which claimant if they lead
    or administer (else 0)."""

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


# Nobody decides their own report: a claimant who could is told apart, all others are 0
_CLAIMANT = case((col(Claim.member_id).in_(roles.deciding()), col(Claim.member_id)), else_=0)
_PASSED_UP = col(Report.passed_up_at).is_not(None)


def _waiting(*chosen: Any) -> Any:
    """The choice among the reports that are up for review where the member leads or administers."""
    return (
        core_select(col(Order.area_id), _CLAIMANT.label("claimant"), _PASSED_UP.label("passed_up"), *chosen)
        .join_from(Report, Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .where(col(Report.up_at).is_not(None), _undecided(bindparam("since")))
        .where(col(Claim.member_id) != bindparam("member"), col(Report.id) != bindparam("without"))
        .where(col(Order.area_id).in_(roles.areas_under(bindparam("member"))))
    )


_QUEUES = Prepared(
    _waiting(func.count().label("reports"))
    .group_by(col(Order.area_id), text("claimant"), text("passed_up"))
    .order_by(func.min(Report.up_at), func.min(Report.id))
)
_LONGEST = Prepared(
    _waiting(col(Report.id)).order_by(col(Report.up_at), col(Report.id)).limit(bindparam("most"))
)
MANY, EVERY = 20, 1_000_000  # looked at for the one that waits longest: a few, and when none is theirs all


def seat(session: Session, now: datetime, reviewer: Recipient, *, due_at: datetime | None = None) -> None:
    """Give the reviewer a card for the oldest report that waits for them, unless they have one open."""
    since = now - LATE_FOR
    count_on = lambda: _COUNT_ON.count(session, member=reviewer.id, since=since) > 0  # noqa: E731
    if once(session, ("review card counts on", reviewer.id), count_on):
        return
    longest = _longest(session, now, reviewer.id) if reviewer.telegram_id is not None else None
    if longest is not None:
        _show(session, now, reviewer, longest, due_at)


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
    rows = _QUEUES.rows(session, member=member_id, since=now - LATE_FOR, without=without)
    mine = _decides(session, member_id)
    return [Queue(*row) for row in rows if mine(row)]


def _longest(session: Session, now: datetime, member_id: int) -> int | None:
    """The report that waits longest for this reviewer."""
    mine = _decides(session, member_id)
    for most in (MANY, EVERY):
        rows = _LONGEST.rows(session, member=member_id, since=now - LATE_FOR, without=0, most=most)
        found = next((row.id for row in rows if mine(row)), None)
        if found is not None or len(rows) < most:
            return found
    return None


def _decides(session: Session, member_id: int) -> Callable[[Any], bool]:
    """Whether the member is one of those who may decide what waits in a row's area, by its claimant."""

    @cache
    def rungs(area_id: int) -> list[list[Holder]]:
        return list(roles.ladder(session, areas.get(session, area_id)))

    def mine(row: Any) -> bool:
        audience = _audience(rungs(row.area_id), row.claimant, passed_up=row.passed_up)
        return any(member.id == member_id for member in audience.asked + audience.above)

    return mine


def _audience(rungs: Sequence[list[Holder]], claimant: int, *, passed_up: bool) -> Audience:
    """Who may decide a report of the area with these rungs."""
    asked = roles.nearest(rungs, without=claimant)
    told = {claimant, *(member.id for member in asked)}
    above = ([member for member in rung if member.id not in told] for rung in rungs)
    return Audience(asked, next((rung for rung in above if rung), []) if passed_up else [])


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
