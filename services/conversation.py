"""Private words and media: what they mean, one thing at a time, in the order the design gives."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import Claim, ClaimState, Delivery, Question
from models.actor import Actor, Refusal
from models.lifecycle import UNREPORTED
from services import (
    alarms,
    amend_dialogue,
    arrivals,
    case_answers,
    case_dialogue,
    claims,
    deliveries,
    duty_talk,
    evidence,
    grant_dialogue,
    members,
    my_place,
    order_dialogue,
    orders,
    questions,
    refusals,
    reports,
    request_answers,
    sorting,
    unasked,
    urgency,
    whistle_dialogue,
)
from services import reviews as review_service
from services.duty_words import is_arrival
from services.pieces import Piece
from services.replies import asks_for, holds_need, is_greeting, is_thanks

ADDING_FOR = timedelta(minutes=10)  # what is said so soon after a complete report still belongs to it


@dataclass(frozen=True)
class Heard:
    """A private message: a piece of something, and the message it replies to."""

    piece: Piece
    reply_to: int | None = None


def hear(session: Session, now: datetime, actor: Actor, heard: Heard) -> None:
    """Words of danger; the message replied to; its album; the open question; else ask what it is about."""
    piece = heard.piece
    question = questions.current(session, actor.member_id)
    helpers = urgency.helpers_for(piece.words)
    number = urgency.number_called(piece.words)
    if number and question is None and not reports.owing(session, actor.member_id):  # else it may be a count
        helpers = helpers or number
    if helpers:
        _danger(session, now, actor, question, piece, helpers)
        return
    if _is_reply(session, now, actor, heard, question):
        return
    if unasked.understood(session, now, actor, question, piece):
        return
    if case_answers.heard(session, now, actor, piece, question):
        return
    if is_greeting(piece.words) and not piece.holds_more and not _wants_words(question):
        _greeted(session, now, actor, question, piece)
    elif question is not None:
        ANSWERS[question.kind](session, now, actor, question, piece)
    else:
        sorting.ask(session, now, actor, piece)


def _greeted(session: Session, now: datetime, actor: Actor, question: Question | None, piece: Piece) -> None:
    """Back; "ok" from whoever owes a report still is shown what is asked of them."""
    if is_thanks(piece.words):
        deliveries.answer(session, now, actor, "thanks")
    elif question is not None and question.kind == "report" and _is_owed(session, actor, question):
        _show_what_is_asked(session, now, actor, question)
    else:
        deliveries.answer(session, now, actor, "greeting")


def _danger(
    session: Session,
    now: datetime,
    actor: Actor,
    question: Question | None,
    piece: Piece,
    helpers: tuple[str, ...],
) -> None:
    """Somebody in danger, or who writes of it in their work: a whistle calls those who help, and a report is what was
    seen; whatever else was asked, words that become public or end something, is asked once more."""
    if question is not None and (question.kind, question.step) == ("whistle", "words"):
        area_id = questions.content(session, question)["area"]
        try:
            whistle_dialogue.typed(session, now, actor, question, piece)
        except Refusal as refused:  # nobody was called: then it is an alarm as any other
            alarms.raise_alarm(session, now, actor, piece, helpers)
            deliveries.refuse(session, now, actor, refused)
        else:
            alarms.say_numbers(session, now, actor, helpers, area_id)
        return
    alarms.raise_alarm(session, now, actor, piece, helpers)
    if question is None or question.kind not in alarms.STAYS_OPEN:
        return
    if question.kind == "report":
        with suppress(Refusal):
            _report(session, now, actor, question, piece)
    else:
        questions.show(session, now, actor, question)


def _is_reply(session: Session, now: datetime, actor: Actor, heard: Heard, question: Question | None) -> bool:
    """Whether it belonged to what it replied to - a duty, a case, a whistle - or to an album's duty; then it is there."""
    row = deliveries.pointed_at(session, now, actor, heard.reply_to)
    if row is not None and row.kind.startswith("whistle"):
        whistle_dialogue.said_to(
            session, now, actor, row.args.get("whistle") or row.subject_id or 0, heard.piece
        )
        return True
    opened = row.args.get("order") if row is not None and row.kind == "place" else None
    if opened and my_place.claimed_by_word(session, now, actor, heard.piece.words, opened):
        return True
    album = heard.piece.album
    order_id = _order_of(session, actor, row) or (evidence.of_album(session, actor, album) if album else None)
    if order_id is not None:
        duty_talk.said_to(session, now, actor, order_id, heard.piece, row)
        return True
    case = _case_of(session, row)
    if question is not None and question.kind == "case":  # an owner is asked why, and may answer on the card
        return False
    if case is not None:
        sorting.add_reply(session, now, actor, case, heard.piece)
    return case is not None


def _wants_words(question: Question | None) -> bool:
    if question is not None and question.kind == "request":
        return question.step in ("where", "phone")  # "ok" answers what is asked there
    return question is not None and question.kind != "report"


def _order_of(session: Session, actor: Actor, row: Delivery | None) -> int | None:
    """The order whose message was replied to, where the sender holds a place on it."""
    order_id: int | None = row.args.get("order") if row and row.kind not in ("question", "review") else None
    return order_id if order_id and my_place.may_report(session, actor.member_id, order_id) else None


def _case_of(session: Session, row: Delivery | None) -> int | None:
    """The case whose message was replied to; what asks something still is answered as any question is."""
    if row is not None and row.kind == "question":
        asked = session.get(Question, row.args.get("question") or 0)
        over: int | None = row.args.get("case") if asked is None or asked.closed_at is not None else None
        return over
    if row is None or not row.kind.startswith("request"):
        return None
    case: int | None = row.args.get("case") or (row.subject_id if row.subject_kind == "request" else None)
    return case


def _report(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """More for the report that was asked for; once it is with the leaders, only for a few minutes."""
    content = questions.content(session, question)
    if _is_over(session, actor, content):
        questions.close(session, now, question)
        sorting.ask(session, now, actor, piece)
        return
    if duty_talk.is_no_evidence(piece):
        _show_what_is_asked(session, now, actor, question)
        return
    reports.submit(session, now, actor, content["order"], piece)
    if not question.closed_at:
        questions.put(session, question, {**content, "at": actor.said_at.isoformat()})


def _show_what_is_asked(session: Session, now: datetime, actor: Actor, question: Question) -> None:
    if not duty_talk.tell_again(session, now, actor, questions.content(session, question)["order"]):
        questions.show(session, now, actor, question)


def _is_owed(session: Session, actor: Actor, question: Question) -> bool:
    content = questions.content(session, question)
    claim = session.get(Claim, content["claim"])
    return claim is not None and claim.state in UNREPORTED and not _is_over(session, actor, content)


def _is_over(session: Session, actor: Actor, content: dict[str, Any]) -> bool:
    claim = session.get(Claim, content["claim"])
    report = reports.latest_of(session, content["claim"])
    if claim is None or claim.state in (ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.WITHDRAWN):
        return True
    last = datetime.fromisoformat(content["at"]) if "at" in content else None
    with_leaders = report is not None and report.up_at is not None and claim.state == ClaimState.REPORTED
    return bool(with_leaders and last and actor.said_at > last + ADDING_FOR)


def _check_in(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    order_id = questions.content(session, question)["order"]
    _order, claim = claims.of(session, actor, order_id)
    if piece.position is not None and arrivals.can_check_in(claim):
        questions.close(session, now, question)
        arrivals.check_in(session, now, actor, order_id, piece.position)
    elif any((piece.position, piece.photo, piece.file)) or len(piece.words) > 20:
        questions.close(session, now, question)
        reports.submit(session, now, actor, order_id, piece)  # words and photos are never an arrival
    elif is_arrival(piece.words):
        questions.show(session, now, actor, question)
    else:
        raise refusals.NotUnderstood()


def _by_words(typed: Callable[..., None]) -> Callable[..., None]:
    """A dialogue that is told words alone."""
    return lambda session, now, actor, question, piece: typed(session, now, actor, question, piece.words)


def _order(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    order_dialogue.typed(session, now, actor, question, piece.words, piece.position)


def _reason(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """The words of a return, a rejection or a cancellation."""
    content = questions.content(session, question)
    if not piece.words.strip():
        raise refusals.NotUnderstood()
    questions.close(session, now, question)
    if question.step == "cancel":
        orders.cancel(session, now, actor, content["order"], piece.words)
        return
    report, version = content["report"], content.get("version")
    review_service.decide(
        session, now, actor, report, question.step, reason=piece.words, content_version=version
    )


def _name(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """A name goes onto cards in groups: what may be a need, or holds a number, does not."""
    if piece.holds_more or _may_be_a_need(actor, question, piece):
        sorting.ask(session, now, actor, piece)
    elif not members.may_be_name(piece.words):
        questions.show(session, now, actor, question)
    else:
        questions.close(session, now, question)
        members.rename(session, now, actor, piece.words)


def _may_be_a_need(actor: Actor, question: Question, piece: Piece) -> bool:
    """Whether it reads as one, and is no name; once the question is forgotten, either is enough."""
    late = actor.said_at > question.asked_at + questions.ASKED_JUST_NOW
    need, long = holds_need(piece.words), not members.fits_as_name(piece.words)
    signs = (need and long) or members.is_no_name(piece.words) or asks_for(piece.words)
    return signs or (late and long)


ANSWERS = {
    "sort": sorting.more,
    "report": _report,
    "checkin": _check_in,
    "order": _order,
    "amend": _by_words(amend_dialogue.typed),
    "grant": _by_words(grant_dialogue.typed),
    "reason": _reason,
    "name": _name,
    "request": request_answers.typed,
    "whistle": whistle_dialogue.typed,
    "case": case_dialogue.typed,
}


def ask_report(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/report 17` or [Report] without anything yet: what comes next in private belongs to it, and what was
    kept till now."""
    order, claim = claims.of(session, actor, order_id)
    if questions.kept(session, actor.member_id) is not None:
        sorting.adopt_kept(session, now, actor, order_id, None)
        return
    questions.ask(session, now, actor, "report", "more", {"order": order.id, "claim": claim.id})


def ask_reason(
    session: Session, now: datetime, actor: Actor, verb: str, subject_id: int, version: int | None
) -> None:
    """Ask for the words of a return, rejection or cancellation."""
    if verb == "cancel":
        orders.may_change(session, actor, orders.get(session, subject_id))
        questions.ask(session, now, actor, "reason", "cancel", {"order": subject_id})
        return
    review_service.require_reviewer(session, actor, subject_id)
    questions.ask(session, now, actor, "reason", verb, {"report": subject_id, "version": version})
