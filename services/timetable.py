"""What happens when a due row comes up. Each looks again whether it is still true."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, exists, select

from models import Claim, ClaimState, Lane, Member, Order, Report, Review
from models.lifecycle import UNREPORTED
from models.together import together
from services import (
    audit,
    case_timetable,
    claims,
    deliveries,
    dues,
    held,
    helping,
    ledger,
    order_cards,
    orders,
    questions,
    reminders,
    reports,
    review_cards,
    reviews,
)
from services.dues import Taken


def perform(session: Session, now: datetime, due_ids: list[int]) -> int:
    """Do what due rows of one kind say, one after the other, each for one taker only; how many others had not taken."""
    with together(session), dues.saying(session) as turn_to:
        taken = dues.take(session, now, due_ids)
        for kind in {due.kind for due in taken} & READ_AHEAD.keys():
            READ_AHEAD[kind](session, [due.subject_id for due in taken if due.kind == kind])
        for due in taken:
            turn_to(due)
            PERFORMERS[due.kind](session, now, due)
            session.flush()
    return len(taken)


def _current_order(session: Session, due: Taken) -> Order | None:
    """The order, held, unless the row was written before its hours moved, or it is over."""
    order = orders.lock(session, due.subject_id)
    return None if reminders.is_outdated(order, due.step) else order


def _hold_orders(session: Session, order_ids: list[int]) -> None:
    held.lock_all(session, Order, order_ids)


def _remind_eve(session: Session, now: datetime, due: Taken) -> None:
    order = _current_order(session, due)
    if order is not None and order.starts_at is not None and order.starts_at > now:
        reminders.remind_on_the_eve(session, now, order)


def _remind_hour(session: Session, now: datetime, due: Taken) -> None:
    order = _current_order(session, due)
    if order is not None and order.ends_at is not None and order.ends_at > now:
        reminders.remind_before(session, now, order)


def _start(session: Session, _now: datetime, due: Taken) -> None:
    order = _current_order(session, due)
    if order is not None:
        orders.start(order)


def _end(session: Session, now: datetime, due: Taken) -> None:
    order = _current_order(session, due)
    if order is not None:
        orders.start(order)  # a start that was slept through
        order.version += 1  # nobody can join any more
        reminders.ask_for_reports(session, now, order)
        orders.close_if_done(session, now, order.id)


def _post(session: Session, now: datetime, due: Taken) -> None:
    order = orders.get(session, due.subject_id)
    if order.ended_at is None:
        order_cards.post(session, now, order)


def _expire_order(session: Session, now: datetime, due: Taken) -> None:
    """Every claim of the order whose own deadline has passed."""
    order = orders.lock(session, due.subject_id)
    if order.report_by > now:
        return  # the deadline moved; a due row of its own waits for the new one
    if order.ended_at is None:
        orders.start(order)
    kept_back = exists().where(col(Report.claim_id) == col(Claim.id), col(Report.up_at).is_(None))
    concerned = col(Claim.state).in_(UNREPORTED) | ((col(Claim.state) == ClaimState.REPORTED) & kept_back)
    late = select(Claim).where(Claim.order_id == order.id, Claim.report_by <= now, concerned)
    for claim in session.exec(late).all():
        reports.expire(session, now, claim, order)
    orders.close_if_done(session, now, order.id)


def _expire_claim(session: Session, now: datetime, due: Taken) -> None:
    claim = session.get(Claim, due.subject_id)
    if claim is not None and claim.report_by <= now:
        reports.expire(session, now, claim, orders.get(session, claim.order_id))
        orders.close_if_done(session, now, claim.order_id)


def _waiting_report(session: Session, due: Taken) -> tuple[Report, Claim, Order] | None:
    """The report, held until this commits: a decision confirmed before is seen, one that comes meanwhile waits."""
    report = session.get(Report, due.subject_id)
    claim = claims.lock(session, report.claim_id) if report else None
    if report is None or claim is None or report.up_at is None or due.step != reviews.step_of(report):
        return None
    undecided = claim.state == ClaimState.REPORTED or (report.late and claim.state == ClaimState.EXPIRED)
    return (report, claim, orders.get(session, claim.order_id)) if undecided else None


def _read_ahead(session: Session, report_ids: list[int]) -> None:
    """What many reports whose time has come would each read by themselves: the claim, the report, the order."""
    theirs = session.exec(select(Report.claim_id).where(col(Report.id).in_(report_ids))).all()
    orders_of = {claim.order_id for claim in held.lock_all(session, Claim, theirs)}
    session.exec(select(Report).where(col(Report.id).in_(report_ids))).all()
    session.exec(select(Order).where(col(Order.id).in_(orders_of))).all()


def _nag(session: Session, now: datetime, due: Taken) -> None:
    found = _waiting_report(session, due)
    if found is None:
        return
    report, claim, order = found
    for reviewer in review_cards.seat_audience(session, now, report, claim, order).asked:
        args = {"report": report.id, "order": order.id}
        deliveries.note(session, now, reviewer, "review.nag", args, key=f"nag:{due.id}:{reviewer.id}")


def _overdue(session: Session, now: datetime, due: Taken) -> None:
    """After 48 hours the area above is told, and may decide."""
    found = _waiting_report(session, due)
    if found is None:
        return
    report, claim, order = found
    reviews.pass_up(session, now, report)
    for reviewer in review_cards.seat_audience(session, now, report, claim, order).above:
        deliveries.note(
            session, now, reviewer, "review.overdue", {"report": report.id, "order": order.id},
            lane=Lane.ESCALATION, key=f"overdue:{due.id}:{reviewer.id}",
        )  # fmt: skip


def _settle(session: Session, now: datetime, due: Taken) -> None:
    """The settle delay has passed: pay an approval, tell the claimant of any decision."""
    review = session.get(Review, due.subject_id)
    if review is None or not reviews.settle(session, now, review):
        return
    report = session.get(Report, review.report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if report is None or claim is None:
        return
    order = orders.get(session, claim.order_id)
    if review.decision == ClaimState.APPROVED and ledger.award(session, now, review, order, claim.member_id):
        audit.record(session, now, None, "points.paid", "review", review.id, points=order.points)
    if review.decision == ClaimState.APPROVED:
        case_timetable.resolve_by(session, now, order)
    elif review.decision == ClaimState.REJECTED:
        helping.came_to_nothing(session, now, order)
    report.version += 1
    member = session.get(Member, claim.member_id)
    if member is not None:
        args = {"review": review.id, "order": order.id, "report": report.id}
        deliveries.note(session, now, member, "review.told", args, key=f"told:{review.id}")


def _filled(session: Session, now: datetime, due: Taken) -> None:
    """Whether somebody has the place that was given back; looked for until the duty begins."""
    claim = session.get(Claim, due.subject_id)
    order = orders.get(session, claim.order_id) if claim is not None else None
    if claim is None or order is None or claim.state != ClaimState.WITHDRAWN or order.ended_at is not None:
        return
    member = session.get(Member, claim.member_id)
    if order.taken >= order.places and member is not None:
        key = f"filled:{claim.id}:{due.step}"
        deliveries.note(session, now, member, "place.filled", {"order": order.id}, key=key)
    elif now < (order.starts_at or order.report_by):
        claims.look_for_somebody(session, now, claim.id)


def _expire_question(session: Session, now: datetime, due: Taken) -> None:
    questions.expire(session, now, due.subject_id)


PERFORMERS: dict[str, Callable[[Session, datetime, Taken], None]] = {
    "order.remind_eve": _remind_eve,
    "order.remind_hour": _remind_hour,
    "order.start": _start,
    "order.end": _end,
    "order.post": _post,
    "order.expire": _expire_order,
    "claim.expire": _expire_claim,
    "claim.filled": _filled,
    "report.nag": _nag,
    "report.overdue": _overdue,
    "review.settle": _settle,
    "question.expire": _expire_question,
    **case_timetable.PERFORMERS,
}

# Of kinds whose rows are worked on together, what all of them need
READ_AHEAD: dict[str, Callable[[Session, list[int]], None]] = {
    "order.remind_eve": _hold_orders,
    "order.remind_hour": _hold_orders,
    "report.nag": _read_ahead,
    "report.overdue": _read_ahead,
    **case_timetable.READ_AHEAD,
}
