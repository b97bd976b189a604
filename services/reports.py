"""Reports: words, photos and places, in any order; an album is one report with one answer."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Lane, Member, Order, Report
from models.actor import Actor
from models.lifecycle import UNREPORTED
from models.sealed import seal, unseal
from services import (
    audit,
    claims,
    deliveries,
    evidence,
    helping,
    orders,
    questions,
    refusals,
    review_cards,
    reviews,
)
from services.pieces import Piece

ALBUM_GATHERS = timedelta(seconds=2)
WORDS_LENGTH = 1500


def submit(session: Session, now: datetime, actor: Actor, order_id: int, piece: Piece) -> Report:
    """Report on a claim, or add to a report that has not been reviewed."""
    if piece.is_empty:
        raise refusals.EmptyReport(order=order_id)
    if len(piece.words) > WORDS_LENGTH:
        raise refusals.WordsTooLong(most=WORDS_LENGTH)
    order, claim = claims.of(session, actor, order_id)
    report = _open_report(session, actor, order, claim)
    _add(session, actor, report, piece)
    _go_up_if_complete(session, now, order, claim, report, gathering=piece.album is not None)
    orders.touch(session, order_id)
    _answer(session, now, actor, order, report, piece)
    return report


def _open_report(session: Session, actor: Actor, order: Order, claim: Claim) -> Report:
    """The report this message belongs to, with its claim moved on; a refusal when there can be none."""
    latest = latest_of(session, claim.id)
    if claim.state in UNREPORTED and actor.said_at > claim.report_by:
        claims.advance(session, claim, "expire")
    if claim.state == ClaimState.EXPIRED:
        return _after_expiry(session, actor, order, claim, latest)
    if claim.state == ClaimState.REPORTED and latest is not None:
        return latest  # until it is reviewed: `of` holds the claim, so a review waits or was first
    require_undecided(session, claim)
    returned = claim.state == ClaimState.RETURNED
    if not claims.advance(session, claim, "report"):
        raise refusals.NothingToReport(order=order.id)
    if returned and latest is not None:
        latest.up_at, latest.asked_at, latest.lacking = None, None, False
        deliveries.retire(
            session, "review", ("report", latest.id)
        )  # its reviewers get a new card, not an old one
        return latest
    return _new(session, actor, claim, late=False)


def require_undecided(session: Session, claim: Claim) -> None:
    """Raises AlreadyDecided: nothing more can come to it."""
    if claim.state in (ClaimState.APPROVED, ClaimState.REJECTED):
        latest = latest_of(session, claim.id)
        raise refusals.AlreadyDecided(report=latest.id if latest else 0)


def _after_expiry(
    session: Session, actor: Actor, order: Order, claim: Claim, latest: Report | None
) -> Report:
    """What was said in time, and read or sorted out only now, is in time; the rest is late, for seven days."""
    if actor.said_at <= claim.report_by:
        claims.advance(session, claim, "accept_late")
        orders.reopen(session, order.id)
        return _new(session, actor, claim, late=False)
    if actor.said_at > claim.report_by + review_cards.LATE_FOR:
        raise refusals.TooLate(order=order.id)
    return latest if latest and latest.late else _new(session, actor, claim, late=True)


def _new(session: Session, actor: Actor, claim: Claim, *, late: bool) -> Report:
    report = Report(claim_id=claim.id, said_at=actor.said_at, late=late, content_version=0)
    session.add(report)
    session.flush()
    audit.record(
        session, actor.said_at, actor.member_id, "report.submitted", "report", report.id, claim=claim.id
    )
    return report


def _add(session: Session, actor: Actor, report: Report, piece: Piece) -> None:
    if piece.words.strip():
        before = unseal(session, report, "words")
        words = f"{before}\n{piece.words.strip()}" if before else piece.words.strip()
        if len(words) > WORDS_LENGTH:
            raise refusals.WordsTooLong(most=WORDS_LENGTH)
        seal(session, report, "words", words)
    if piece.position is not None:
        seal(session, report, "position", f"{piece.position.latitude:.6f},{piece.position.longitude:.6f}")
    evidence.add(session, actor, report, piece)
    report.content_version += 1
    report.version += 1
    report.said_at = actor.said_at
    session.add(report)
    session.flush()


def latest_of(session: Session, claim_id: int) -> Report | None:
    return session.exec(
        select(Report).where(Report.claim_id == claim_id).order_by(col(Report.id).desc())
    ).first()


def _go_up_if_complete(
    session: Session, now: datetime, order: Order, claim: Claim, report: Report, *, gathering: bool
) -> None:
    lacking = evidence.lacks(session, order, report)
    if report.late and lacking:  # its deadline has passed already: it goes up as it is, marked so
        report.lacking = True
    elif report.lacking and not lacking:
        report.lacking = False
    if report.up_at is None and (report.late or not lacking):
        reviews.put_up(session, now, order, claim, report, after=ALBUM_GATHERS if gathering else timedelta())


def _answer(
    session: Session, now: datetime, actor: Actor, order: Order, report: Report, piece: Piece
) -> None:
    """One answer to a message, or to an album however many parts it has."""
    asking = report.up_at is None and report.asked_at is None
    if asking:
        report.asked_at = now
        session.add(report)
        _listen(session, now, actor, order, report)
    args = {"order": order.id, "report": report.id}
    if piece.album is not None:
        _answer_album(session, now, actor, args, piece.album)
    elif actor.can_be_answered:
        deliveries.answer(session, now, actor, "report.received", args)
    else:
        deliveries.react(session, now, actor, 0)


def _listen(session: Session, now: datetime, actor: Actor, order: Order, report: Report) -> None:
    """The answer asks for the missing evidence: what comes next in private is that, unless a dialogue is open."""
    question = questions.current(session, actor.member_id)
    if question is None or question.kind in ("sort", "checkin"):
        content = {"order": order.id, "claim": report.claim_id}
        questions.open_(session, now, actor.member_id, "report", "more", content)


def _answer_album(session: Session, now: datetime, actor: Actor, args: dict[str, int], album: str) -> None:
    member = session.get(Member, actor.member_id)
    key = f"album:{args['report']}:{album}"[:80]
    if member is None:
        return
    due = now + ALBUM_GATHERS
    if not deliveries.note(
        session, now, member, "report.received", args, due_at=due, key=key, lane=Lane.ANSWER
    ):
        deliveries.react(session, now, actor, 0)


def send_without(session: Session, now: datetime, actor: Actor, report_id: int) -> None:
    """The claimant sends the report without the evidence it lacks; it is marked so."""
    report = session.get(Report, report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if report is None or claim is None:
        raise refusals.NoSuchReport(report=report_id)
    if claim.member_id != actor.member_id:
        raise refusals.NotYourClaim(order=claim.order_id)
    if report.up_at is None:
        report.lacking = True
        reviews.put_up(session, now, orders.get(session, claim.order_id), claim, report)
    deliveries.answer(session, now, actor, "report.received", {"order": claim.order_id, "report": report.id})


def owing(
    session: Session, member_id: int, states: tuple[ClaimState, ...] = (*UNREPORTED, ClaimState.REPORTED)
) -> list[Order]:
    """Orders on which the member holds a place that is running or due, or a report still open."""
    return list(
        session.exec(
            select(Order)
            .join(Claim, col(Claim.order_id) == col(Order.id))
            .where(Claim.member_id == member_id, col(Claim.state).in_(states))
            .order_by(col(Claim.report_by))
        ).all()
    )


def expire(session: Session, now: datetime, claim: Claim, order: Order) -> None:
    """The deadline has passed. A report that lacks evidence goes up marked so; no report, and the place expires."""
    if claim.state == ClaimState.REPORTED:
        report = latest_of(session, claim.id)
        if report is not None and report.up_at is None:
            report.lacking = True
            reviews.put_up(session, now, order, claim, report)
        return
    if claims.advance(session, claim, "expire"):
        audit.record(session, now, None, "claim.expired", "order", order.id, claim=claim.id)
        orders.touch(session, order.id)
        if order.request_id is not None:
            helping.given_back(session, now, claim.member_id, order.request_id, silent=True)
        _tell_expired(session, now, claim)


def _tell_expired(session: Session, now: datetime, claim: Claim) -> None:
    member = session.get(Member, claim.member_id)
    if member is not None:
        deliveries.note(
            session, now, member, "claim.expired", {"order": claim.order_id}, key=f"expired:{claim.id}"
        )
