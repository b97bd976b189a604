"""Reviews: a report goes up to the leaders of its area, one live card each; a decision can be undone for a while."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import update as core_update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select, update

from models import Area, Claim, ClaimState, Member, Order, Report, Review
from models.actor import Actor
from models.prepared import Prepared
from models.sealed import seal
from services import (
    areas,
    audit,
    claims,
    deliveries,
    dues,
    evidence,
    habits,
    helping,
    orders,
    pressed,
    refusals,
    requests,
    review_cards,
    roles,
)

RETURNED_FOR = timedelta(hours=24)  # a returned report may be sent again for at least so long
NAG_AFTER, OVERDUE_AFTER = timedelta(hours=24), timedelta(hours=48)
FACTS = {"approve": "report.approved", "return": "report.returned", "reject": "report.rejected"}
RETURN_CODES = ("unclear", "no_photo", "wrong_place")  # reasons that are buttons
REASON_LENGTH = 500


def put_up(
    session: Session,
    now: datetime,
    order: Order,
    claim: Claim,
    report: Report,
    *,
    after: timedelta = timedelta(),
) -> None:
    """Offer the report to its reviewers; `after` leaves an album time to gather."""
    report.up_at, report.passed_up_at, report.version = now, None, report.version + 1
    session.add(report)
    session.flush()
    review_cards.seat_audience(session, now, report, claim, order, due_at=now + after)
    _touch_case(session, order)
    _set_steps(session, now, report, areas.get(session, order.area_id))


def _touch_case(session: Session, order: Order) -> None:
    """Whoever has the case that the duty serves sees whether a report waits."""
    if order.request_id is not None:
        requests.touch(session, requests.get(session, order.request_id))


_PASS_UP = Prepared(
    core_update(Report.__table__)  # type: ignore[attr-defined]
    .where(col(Report.id) == bindparam("report"))
    .values(passed_up_at=bindparam("at"))
)


def pass_up(session: Session, now: datetime, report: Report) -> None:
    """Those above may decide it as well from now on; on the driver, for there may be thousands."""
    _PASS_UP.count(session, report=report.id, at=now)
    set_committed_value(report, "passed_up_at", now)


def set_steps(session: Session, now: datetime, report_id: int) -> None:
    """Write down anew when the reviewers of a waiting report are asked again, and whom it goes to then."""
    report = session.get(Report, report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if report is not None and claim is not None:
        area = areas.get(session, orders.get(session, claim.order_id).area_id)
        _set_steps(session, report.up_at or now, report, area)


def _set_steps(session: Session, since: datetime, report: Report, area: Area) -> None:
    zone, usual, step = areas.zone(session, area), habits.of_area(session, area), step_of(report)
    for kind, after in (("report.nag", NAG_AFTER), ("report.overdue", OVERDUE_AFTER)):
        dues.set_due(session, kind, report.id, usual.after_quiet(since + after, zone), step=step)


def step_of(report: Any) -> str:
    """Which going up for review a due row of a report belongs to; one that came back goes up anew."""
    return f"{report.up_at:%Y%m%d%H%M%S}" if report.up_at else ""


def _load(session: Session, actor: Actor, report_id: int) -> tuple[Report, Claim, Order]:
    """The report with its claim and order, for somebody who may review it."""
    report = session.get(Report, report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if report is None or claim is None:
        raise refusals.NoSuchReport(report=report_id)
    order = orders.get(session, claim.order_id)
    if claim.member_id == actor.member_id:
        raise refusals.OwnClaim()
    roles.require_leads(session, actor, areas.get(session, order.area_id))
    return report, claim, order


def require_reviewer(session: Session, actor: Actor, report_id: int) -> None:
    """A refusal unless the actor may review the report."""
    _load(session, actor, report_id)


def decide(
    session: Session,
    now: datetime,
    actor: Actor,
    report_id: int,
    verb: str,
    *,
    rating: int | None = None,
    code: str = "",
    reason: str = "",
    content_version: int | None = None,
) -> Review:
    """Approve with a rating, return or reject; the claimant hears once the settle delay has passed."""
    report, claim, order = _load(session, actor, report_id)
    if verb == "approve" and rating not in (1, 2, 3, 4, 5):
        raise refusals.BadRating()
    if code and code not in RETURN_CODES:
        raise refusals.QuestionGone()
    if len(reason) > REASON_LENGTH:
        raise refusals.WordsTooLong(most=REASON_LENGTH)
    _make_ready(session, now, report, claim)
    before = claim.state
    if not claims.advance(session, claim, verb):
        raise refusals.AlreadyDecided(report=report_id, **_decider(session, actor, report_id))
    session.refresh(report)  # the claim is ours from here on: nothing more can come to the report
    if content_version not in (None, report.content_version):
        raise refusals.ReportChanged(report=report_id)
    review = _record(
        session, now, actor, report, claim.state, before, rating=rating, code=code, reason=reason
    )
    pressed.turn(session, now, actor, {"menu": ""})
    if claim.state == ClaimState.RETURNED:
        _give_time(session, claim, now)
    _after_decision(session, now, report, order)
    audit.record(session, now, actor.member_id, FACTS[verb], "report", report_id, rating=rating, code=code)
    dues.set_due(session, "review.settle", review.id, review.settles_at)
    review_cards.seat_audience(session, now, report, claim, order)
    if not actor.cause.press:
        deliveries.answer(session, now, actor, "review.decided", {"review": review.id})
    return review


def _make_ready(session: Session, now: datetime, report: Report, claim: Claim) -> None:
    """A report is decided once it is up for review; a late one for seven days after that."""
    if report.up_at is None:
        raise refusals.ReportIncomplete(report=report.id)
    if not report.late or claim.state != ClaimState.EXPIRED:
        return
    if now > report.up_at + review_cards.LATE_FOR:
        raise refusals.TooLate(order=claim.order_id)
    claims.advance(session, claim, "accept_late")
    deliveries.revive(session, ("order", claim.order_id))  # a card that said Done thanks one more


def settle(session: Session, now: datetime, review: Review) -> bool:
    """The decision stands from now on; False when it was undone, or stood already."""
    open_ = (col(Review.id) == review.id) & col(Review.undone_at).is_(None) & col(Review.paid_at).is_(None)
    settled = session.exec(update(Review).where(open_).values(paid_at=now)).rowcount == 1
    session.refresh(review)
    return settled


def _record(
    session: Session, now: datetime, actor: Actor, report: Report, decision: ClaimState, was: str, **what: Any
) -> Review:
    """The decision as a row; it takes effect when the settle delay has passed."""
    review = Review(
        report_id=report.id, content_version=report.content_version, reviewer_id=actor.member_id,
        decision=decision, was=was, rating=what["rating"], code=what["code"], decided_at=now,
        settles_at=now + timedelta(seconds=areas.policy(session).settle_delay),
    )  # fmt: skip
    seal(session, review, "reason", what["reason"].strip() or None)
    session.add(review)
    session.flush()
    return review


def _decider(session: Session, actor: Actor, report_id: int) -> dict[str, str]:
    """Who decided the report, for a toast; a name is never written into a delivery."""
    if not actor.cause.press:
        return {}
    name = session.exec(
        select(Member.name)
        .join(Review, col(Review.reviewer_id) == col(Member.id))
        .where(Review.report_id == report_id, col(Review.undone_at).is_(None))
        .order_by(col(Review.id).desc())
    ).first()
    return {"by": name} if name else {}


def _give_time(session: Session, claim: Claim, now: datetime) -> None:
    """A returned report may be sent again for at least a day."""
    claim.report_by = max(claim.report_by, now + RETURNED_FOR)
    session.add(claim)
    dues.set_due(session, "claim.expire", claim.id, claim.report_by, step=f"{claim.report_by:%Y%m%d%H%M%S}")


def _after_decision(session: Session, now: datetime, report: Report, order: Order) -> None:
    _show_anew(session, report, order)
    orders.close_if_done(session, now, order.id)


def _show_anew(session: Session, report: Report, order: Order) -> None:
    """Every card that says how the report stands is drawn again: the reviewers', the order's, the case's."""
    report.version += 1
    session.add(report)
    orders.touch(session, order.id)
    _touch_case(session, order)


def latest_by(session: Session, actor: Actor) -> Review:
    """The actor's last decision that stands; NothingToUndo when there is none."""
    found = session.exec(
        select(Review)
        .where(Review.reviewer_id == actor.member_id, col(Review.undone_at).is_(None))
        .order_by(col(Review.id).desc())
        .limit(1)
    ).first()
    if found is None:
        raise refusals.NothingToUndo()
    return found


def undo(session: Session, now: datetime, actor: Actor, review_id: int | None = None) -> Review:
    """Take one's own decision back within the settle delay; the report is up for review again."""
    review = session.get(Review, review_id) if review_id else latest_by(session, actor)
    if review is None or review.reviewer_id != actor.member_id:
        raise refusals.NothingToUndo()
    report, claim, order = _load(session, actor, review.report_id)
    if review.paid_at is not None or now >= review.settles_at:
        raise refusals.UndoTooLate()
    standing = (col(Review.id) == review.id) & col(Review.undone_at).is_(None) & col(Review.paid_at).is_(None)
    undone = session.exec(update(Review).where(standing).values(undone_at=now)).rowcount == 1
    if not undone or claim.state != review.decision or not claims.advance(session, claim, "undo"):
        raise refusals.NothingToUndo()
    session.refresh(review)
    orders.reopen(session, order.id)
    _show_anew(session, report, order)
    audit.record(session, now, actor.member_id, "report.undone", "report", report.id)
    if not actor.cause.press:
        deliveries.answer(session, now, actor, "review.undone", {"report": report.id})
    return review


def show_files(session: Session, now: datetime, actor: Actor, report_id: int) -> None:
    """[Recordings and files]: each as it came, protected, gone after a day."""
    _load(session, actor, report_id)
    for row in evidence.files(session, report_id):
        about = {"report": report_id, "file": row.id, "vanish": int(helping.SHOWN_FOR.total_seconds())}
        deliveries.answer(session, now, actor, "report.file", about)


def turn_card(
    session: Session, now: datetime, actor: Actor, report_id: int, *, photo: int | None = None, menu: str = ""
) -> None:
    """Show the next photo, or open and close the menu of reasons, on the pressed card."""
    _load(session, actor, report_id)
    pressed.turn(session, now, actor, {"menu": menu} | ({"photo": photo} if photo is not None else {}))
