"""The auditor looks once a minute whether what must always hold still does, and mends what can safely be mended."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from models import (
    Claim,
    ClaimState,
    Delivery,
    DeliveryState,
    Due,
    Order,
    Report,
    Request,
    guarding,
)
from models.lifecycle import ON, UNSOLVED
from services import (
    audit,
    closing,
    days,
    dead_letters,
    deadlines,
    dues,
    endings,
    outbox,
    requests,
    reviews,
    whistle_endings,
)

_UNPAID = """
    SELECT r.id FROM review r
    LEFT JOIN due d ON d.subject_id = r.id AND d.kind = 'review.settle' AND d.done_at IS NULL
    WHERE r.paid_at IS NULL AND r.undone_at IS NULL AND d.id IS NULL AND r.decision = 'approved'"""

MOST = 5_000  # rows looked at in one minute
MOST_MENDED = 100
# A clock is ahead of another's by so little every day; nothing that was tried waits for so long
AHEAD, LONGEST_PUT_OFF = timedelta(seconds=30), timedelta(hours=1)
AT_ONCE = timedelta(minutes=1)  # after it was written: what gathers or is paced is none the later


def mend(session: Session, now: datetime) -> list[str]:
    """What was mended, as facts with ids: lost next steps are written again, deliveries nobody carries are freed."""
    mended = [(fact, subject) for fact, mender in MENDERS.items() for subject in list(mender(session, now))]
    for fact, subject in mended:
        audit.record(session, now, None, "auditor.mended", fact.split(".")[0], subject)
    _plan_days(session, now)
    dead_letters.tell(session, now)
    return [f"{fact}:{subject}" for fact, subject in mended]


def _guard_ledger(session: Session, _now: datetime) -> Iterator[int]:
    """Somebody's hand was in the database."""
    if not guarding.is_guarded(session.connection()):
        guarding.forbid_ledger_changes(session.connection())
        yield 0


def _settle_reviews(session: Session, now: datetime) -> Iterator[int]:
    for (review_id,) in session.connection().execute(text(_UNPAID)).all():
        dues.set_due(session, "review.settle", review_id, now, step=f"again{now:%Y%m%d%H%M}")
        yield review_id


def _remind_of_reports(session: Session, now: datetime) -> Iterator[int]:
    for report_id in _reports_without_step(session, now):
        reviews.set_steps(session, now, report_id)
        yield report_id


def _reckon_requests(session: Session, now: datetime) -> Iterator[int]:
    for request in _requests_without_step(session):
        deadlines.reckon(session, now, requests.lock(session, request.id))
        yield request.id


def _anonymise_requests(session: Session, now: datetime) -> Iterator[int]:
    for request in closing.unanonymised(session, now, MOST_MENDED):
        closing.anonymise(session, now, request)
        yield request.id


def _forget_whistles(session: Session, now: datetime) -> Iterator[int]:
    for whistle in whistle_endings.unforgotten(session, now, MOST_MENDED):
        whistle_endings.forget_in_time(session, now, whistle.id)
        yield whistle.id


def _free_deliveries(session: Session, _now: datetime) -> Iterator[int]:
    nobody = (col(Delivery.state) == DeliveryState.SENDING) & (
        col(Delivery.owner).is_(None) | col(Delivery.lease_until).is_(None)
    )
    for row in session.exec(select(Delivery).where(nobody).limit(200)).all():
        row.state, row.owner = DeliveryState.LATER, None
        yield row.id


def _from_the_future(session: Session, now: datetime) -> Iterator[int]:
    """Written to leave at once, or put off, by a clock that ran ahead and was set back; what has a time of its own keeps it."""
    waiting = (outbox.IS_WAITING, col(Delivery.due_at) > now)
    ahead = col(Delivery.created_at) > now + AHEAD
    ours = col(Delivery.reason).is_(None) | (col(Delivery.reason) != endings.QUIET)  # Telegram may want a day
    put_off = (col(Delivery.state) == DeliveryState.LATER) & (col(Delivery.due_at) > now + LONGEST_PUT_OFF)
    for row in session.exec(select(Delivery).where(*waiting, ahead | (put_off & ours)).limit(MOST)).all():
        if row.created_at <= now or row.due_at - row.created_at < AT_ONCE:
            row.due_at, row.created_at = now, min(row.created_at, now)
            yield row.id


def _start_clocks(session: Session, now: datetime) -> Iterator[int]:
    """Of requests that were filed, or opened again, by such a clock."""
    ahead = col(Request.state).in_(UNSOLVED) & (col(Request.clock_from) > now + AHEAD)
    for request in session.exec(select(Request).where(ahead).limit(MOST_MENDED)).all():
        deadlines.start(session, now, requests.lock(session, request.id))
        yield request.id


def _plan_days(session: Session, now: datetime) -> None:
    """While there are requests; nothing new, unless a clock ran ahead and was set back."""
    unsolved = select(Request.id).where(col(Request.state).in_(UNSOLVED))
    if session.exec(unsolved.limit(1)).first() is not None:
        days.plan(session, now)


def _requests_without_step(session: Session) -> list[Request]:
    """Unsolved requests that nobody would look at again."""
    waiting = (
        select(Due.id)
        .where(
            col(Due.subject_id) == col(Request.id),
            col(Due.done_at).is_(None),
            col(Due.kind) == "request.escalate",
        )
        .exists()
    )
    lost = col(Request.state).in_(UNSOLVED) & ~waiting
    return list(session.exec(select(Request).where(lost).limit(MOST_MENDED)).all())


def _reports_without_step(session: Session, now: datetime) -> list[int]:
    """Reports that wait for review and would never go to the area above; older ones have been there, and are swept."""
    up = (col(Report.up_at) > now - outbox.TOLD_FOR) & (col(Claim.state) == ClaimState.REPORTED)
    waiting = session.exec(select(Report.id, Report.up_at).join(Claim).where(up).limit(MOST)).all()
    said = select(Due.key).where(
        Due.kind == "report.overdue", col(Due.subject_id).in_([row[0] for row in waiting])
    )
    known = set(session.exec(said).all())
    return [row[0] for row in waiting if f"report.overdue:{row[0]}:{reviews.step_of(row)}" not in known]


def _end_orders(session: Session, now: datetime) -> Iterator[int]:
    """Orders that are not over and that nothing would ever end; each gets its end again."""
    waiting = (
        select(Due.id)
        .where(
            col(Due.subject_id) == col(Order.id), col(Due.done_at).is_(None), col(Due.kind) == "order.expire"
        )
        .exists()
    )
    open_ = col(Order.state).in_(ON)
    for order in session.exec(
        select(Order).where(open_, col(Order.report_by) > now, ~waiting).limit(200)
    ).all():
        dues.set_due(session, "order.expire", order.id, order.report_by, step=f"again{now:%Y%m%d%H%M}")
        yield order.id


MENDERS: dict[str, Callable[[Session, datetime], Iterator[int]]] = {
    "ledger.guarded": _guard_ledger,
    "order.step": _end_orders,
    "review.step": _settle_reviews,
    "report.step": _remind_of_reports,
    "request.step": _reckon_requests,
    "request.anonymised": _anonymise_requests,
    "whistle.forgotten": _forget_whistles,
    "delivery.freed": _free_deliveries,
    "delivery.clock": _from_the_future,
    "request.clock": _start_clocks,
}
