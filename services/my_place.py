"""A member's own place on an order: what they see of it, and how they come to it."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Member, Order, OrderVisit, Reach, Report
from models.actor import Actor, Refusal
from models.lifecycle import HOLDING, UNREPORTED
from models.prepared import insert_new
from services import (
    claims,
    deliveries,
    order_facts,
    orders,
    questions,
    refusals,
    reports,
    review_cards,
    standings,
)
from services.facts import Claimed, Done, MyPlace
from services.pieces import Piece
from services.replies import asks_for, holds_need
from services.spelled import done_with
from services.wording import first_word, is_claim, order_number, report_words


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


def claimed_by_word(
    session: Session, now: datetime, actor: Actor, words: str, order_id: int | None = None
) -> bool:
    """ "I'm in" in private: a place on the duty whose message it replies to, else on the one just opened by its link."""
    if not is_claim(words):
        return False
    if order_id is not None:
        claims.claim(session, now, actor, order_id)
        return True
    since = now - questions.ASKED_JUST_NOW
    lately = (col(OrderVisit.member_id) == actor.member_id) & (col(OrderVisit.at) > since)
    newest = select(OrderVisit.order_id).where(lately).order_by(col(OrderVisit.at).desc()).limit(1)
    order_id = session.exec(newest).first()
    if order_id is not None:
        claims.claim(session, now, actor, order_id)
    return order_id is not None


def reported_by_word(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """`汇报 17 words` or 完成 17 in private, as in reply to a card; without a number 汇报 is of the only duty that waits for one, and
    other words may tell of a street lamp."""
    done = done_with(piece.words)
    said = report_words(piece.words) if done is None else f"{done} {piece.words}"
    if said is None:
        return False
    first, rest = first_word(said)
    order_id, owed = order_number(first), _waiting_for_report(session, actor)
    late = not reports.owing(session, actor.member_id) and (holds_need(said) or asks_for(said))
    if order_id is None and len(owed) == 1 and not late and piece.words.strip().startswith("汇报"):
        order_id, rest = owed[0], said
    told = replace(piece, words=rest)
    if order_id is None or told.is_empty or not may_report(session, actor.member_id, order_id):
        return False
    reports.submit(session, now, actor, order_id, told)
    return True


def _waiting_for_report(session: Session, actor: Actor) -> list[int]:
    """The duties a report may be of: that have begun, else that are still to, else those it is late for."""
    owed = reports.owing(session, actor.member_id)
    begun = [order.id for order in owed if order.starts_at is None or order.starts_at <= actor.said_at]
    late = select(Claim.order_id).where(
        Claim.member_id == actor.member_id, Claim.state == ClaimState.EXPIRED,
        col(Claim.report_by) > actor.said_at - review_cards.LATE_FOR,
    )  # fmt: skip
    return begun or [order.id for order in owed] or list(session.exec(late).all())


def may_report(session: Session, member_id: int, order_id: int) -> bool:
    """Whether somebody has, or had, a place on an order that a report may still come for; a late one too."""
    states = (*UNREPORTED, ClaimState.REPORTED, ClaimState.EXPIRED)
    mine = (
        (col(Claim.order_id) == order_id) & (col(Claim.member_id) == member_id) & col(Claim.state).in_(states)
    )
    return session.exec(select(Claim.id).where(mine)).first() is not None


def late_lately(session: Session, actor: Actor) -> list[Order]:
    """Orders that somebody has just reported on too late: what comes next may be of that report."""
    just_now = (col(Report.late)) & (col(Report.said_at) > actor.said_at - questions.ASKED_JUST_NOW)
    mine = (col(Claim.member_id) == actor.member_id) & (col(Claim.state) == ClaimState.EXPIRED) & just_now
    found = (
        select(Order)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .join(Report, col(Report.claim_id) == col(Claim.id))
    )
    return list(session.exec(found.where(mine).distinct().order_by(col(Order.id))).all())
