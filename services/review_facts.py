"""What a review card shows."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Member, Order, Report, ReportPhoto, Review
from models.sealed import unseal
from services import order_facts, refusals, review_cards
from services.arrivals import Position
from services.facts import ReviewFacts


def facts(
    session: Session, report_id: int, viewer_id: int, now: datetime, *, review_id: int | None = None
) -> ReviewFacts:
    """The report as this reviewer sees it, with the decision on it if there is one, or with that very one."""
    row = session.exec(
        select(Report, Claim, Order, Member)
        .join(Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Report.id == report_id)
    ).first()
    if row is None:
        raise refusals.NoSuchReport(report=report_id)
    report, claim, order, claimant = row
    photos, files = _sent(session, report_id)
    review = session.get(Review, review_id) if review_id else standing(session, report_id)
    decided = review is not None and (review_id is not None or claim.state == review.decision)
    waiting = [] if decided else review_cards.waiting_for(session, now, viewer_id, without=report_id)
    common = ReviewFacts(
        report_id=report_id,
        content_version=report.content_version,
        claimant=claimant.name,
        brief=order_facts.brief(session, order),
        words=unseal(session, report, "words"),
        located=report.position is not None,
        report_distance=_distance(session, report, order),
        photos=tuple(photos),
        files=files,
        checked_in_at=claim.checked_in_at,
        distance=claim.distance,
        said_at=report.said_at,
        lacking=report.lacking,
        late=report.late,
        waiting=sum(queue.reports for queue in waiting),
    )
    return _with_review(session, common, review, viewer_id, now) if decided and review else common


def _sent(session: Session, report_id: int) -> tuple[list[str], int]:
    """The photos by their file ids, and how much else there is."""
    sent = session.exec(
        select(ReportPhoto.file_id, ReportPhoto.kind)
        .where(ReportPhoto.report_id == report_id)
        .order_by(col(ReportPhoto.message_id))
    ).all()
    photos = [file_id for file_id, kind in sent if kind == "photo"]
    return photos, len(sent) - len(photos)


def standing(session: Session, report_id: int) -> Review | None:
    """The last decision on a report that was not undone."""
    return session.exec(
        select(Review)
        .where(Review.report_id == report_id, col(Review.undone_at).is_(None))
        .order_by(col(Review.id).desc())
        .limit(1)
    ).first()


def _with_review(
    session: Session, facts: ReviewFacts, review: Review, viewer_id: int, now: datetime
) -> ReviewFacts:
    reviewer = session.get(Member, review.reviewer_id)
    mine = review.reviewer_id == viewer_id
    return replace(
        facts,
        decision=ClaimState(review.decision),
        review_id=review.id,
        rating=review.rating,
        reviewer=reviewer.name if reviewer else "?",
        mine=mine,
        reason=unseal(session, review, "reason"),
        code=review.code,
        settles_at=review.settles_at,
        can_undo=mine and review.paid_at is None and now < review.settles_at,
        paid=review.paid_at is not None,
        added=facts.content_version > review.content_version,
    )


def _distance(session: Session, report: Report, order: Order) -> int | None:
    stored = unseal(session, report, "position")
    if stored is None or order.latitude is None or order.longitude is None:
        return None
    latitude, longitude = map(float, stored.split(","))
    return Position(latitude, longitude).metres_to(order.latitude, order.longitude)
