"""Private words and media: what they mean, one thing at a time, in the order the design gives."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import Delivery, Question
from models.actor import Actor, Refusal
from services import (
    alarms,
    answers,
    case_answers,
    case_dialogue,
    claims,
    deliveries,
    duty_talk,
    evidence,
    my_place,
    orders,
    questions,
    reports,
    sorting,
    unasked,
    urgency,
    whistle_dialogue,
)
from services import reviews as review_service
from services.pieces import Piece
from services.replies import is_greeting, is_thanks


@dataclass(frozen=True)
class Heard:
    """A private message: a piece of something, and the message it replies to."""

    piece: Piece
    reply_to: int | None = None
    passed_on: bool = False  # somebody else's words, which say nothing of the sender's own places and cases


def hear(session: Session, now: datetime, actor: Actor, heard: Heard) -> None:
    """Words of danger; the message replied to; its album; the open question; else ask what it is about."""
    piece = heard.piece
    question = questions.current(session, actor.member_id)
    helpers = urgency.helpers_for(piece.words)
    number = urgency.number_called(piece.words)
    if number and question is None and not reports.owing(session, actor.member_id):  # else it may be a count
        helpers = helpers or number
    if helpers:
        _danger(session, now, actor, question, heard, helpers)
        return
    if _is_reply(session, now, actor, heard, question):
        return
    own = not heard.passed_on
    if own and unasked.understood(session, now, actor, question, piece):
        return
    if own and case_answers.heard(session, now, actor, piece, question):
        return
    greets = is_greeting(piece.words) and not piece.holds_more
    if greets and not (_wants_words(question) and not _is_forgotten(session, actor, question)):
        _greeted(session, now, actor, question, piece)
    elif question is not None:
        replied = _is_to_question(session, now, actor, heard, question)
        answers.answer(session, now, actor, question, piece, replied=replied)
    else:
        sorting.ask(session, now, actor, piece)


def _case_asked_about(session: Session, question: Question | None) -> int | None:
    if question is None or question.kind != "request":
        return None
    return questions.content(session, question).get("case") or None


def _greeted(session: Session, now: datetime, actor: Actor, question: Question | None, piece: Piece) -> None:
    """Back; "ok" from whoever owes a report still is shown what is asked of them."""
    if is_thanks(piece.words):
        deliveries.answer(session, now, actor, "thanks")
    elif question is not None and question.kind == "report" and answers.is_owed(session, actor, question):
        answers.show_what_is_asked(session, now, actor, question)
    else:
        deliveries.answer(session, now, actor, "greeting")


def _danger(
    session: Session,
    now: datetime,
    actor: Actor,
    question: Question | None,
    heard: Heard,
    helpers: tuple[str, ...],
) -> None:
    """Somebody in danger, or who writes of it in their work: a whistle calls those who help, and a report is what was
    seen; whatever else was asked, words that become public or end something, is asked once more."""
    piece, row = heard.piece, deliveries.pointed_at(session, now, actor, heard.reply_to)
    case = _case_asked_about(session, question) if urgency.says_danger(piece.words) else None
    if case is not None:
        alarms.sound(session, now, actor, case)
        return
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
    alarms.raise_alarm(session, now, actor, piece, helpers, order_id=_order_of(session, actor, row))
    if question is None or question.kind not in alarms.STAYS_OPEN:
        return
    if question.kind == "report":
        with suppress(Refusal):
            answers.report(session, now, actor, question, piece)
    else:
        questions.show(session, now, actor, question)


def _is_reply(session: Session, now: datetime, actor: Actor, heard: Heard, question: Question | None) -> bool:
    """Whether it belonged to what it replied to - a duty, a case, a whistle - or to an album's duty; then it is there."""
    row = deliveries.pointed_at(session, now, actor, heard.reply_to)
    if row is not None and _is_to_earlier(session, now, actor, row, question, heard.piece):
        return True
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


def _is_to_earlier(
    session: Session, now: datetime, actor: Actor, row: Delivery, question: Question | None, piece: Piece
) -> bool:
    """Whether it answers an earlier question about one of the sender's cases: it is of that case, and what was asked since
    stays asked."""
    asked = session.get(Question, row.args.get("question") or 0) if row.kind == "question" else None
    if asked is None or asked.member_id != actor.member_id or asked == question or asked.kind != "case":
        return False
    content = questions.content(session, question) if question is not None else {}
    case_dialogue.begin_again(session, now, actor, row.args.get("owned") or 0, asked.step, piece)
    if question is not None and questions.current(session, actor.member_id) is None:
        questions.open_again(session, now, actor, question, content)
    return True


def _is_to_question(session: Session, now: datetime, actor: Actor, heard: Heard, question: Question) -> bool:
    """Whether it replies to the very message that asks."""
    row = deliveries.pointed_at(session, now, actor, heard.reply_to)
    return row is not None and row.kind == "question" and row.args.get("question") == question.id


def _is_forgotten(session: Session, actor: Actor, question: Question | None) -> bool:
    return question is not None and question.kind != "request" and questions.is_late(session, actor, question)


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


def ask_report(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/report 17` or [Report] without anything yet: what comes next in private belongs to it, and what was
    kept till now."""
    order, claim = claims.of(session, actor, order_id)
    reports.require_undecided(session, claim)
    if questions.kept(session, actor.member_id) is not None:
        sorting.adopt_kept(session, now, actor, order_id, None)
        return
    questions.ask(session, now, actor, "report", "more", {"order": order.id, "claim": claim.id})


def ask_reason(
    session: Session, now: datetime, actor: Actor, verb: str, subject_id: int, version: int | None
) -> None:
    """Ask for the words of a return, rejection or cancellation."""
    if verb == "cancel":
        orders.may_cancel(session, actor, orders.get(session, subject_id))
        questions.ask(session, now, actor, "reason", "cancel", {"order": subject_id})
        return
    review_service.require_reviewer(session, actor, subject_id)
    questions.ask(session, now, actor, "reason", verb, {"report": subject_id, "version": version})
