"""What is said while a question is open: the answer, something else, or nothing that can be answered any more."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import Claim, ClaimState, Order, Question
from models.actor import Actor
from models.lifecycle import UNREPORTED
from services import (
    amend_dialogue,
    arrivals,
    case_dialogue,
    claims,
    deliveries,
    duty_talk,
    grant_dialogue,
    kept,
    members,
    my_place,
    order_dialogue,
    orders,
    questions,
    refusals,
    reports,
    request_answers,
    sorting,
    whistle_dialogue,
)
from services import reviews as review_service
from services.duty_words import (
    asks_about_place,
    asks_back,
    is_arrival,
    is_done,
    mentions_work,
    puts_off,
    tells_of_work,
)
from services.pieces import Piece
from services.replies import answers_of, asks_for, holds_need, says_nothing
from services.wording import bare, report_words

_THE_ANSWER = re.compile(
    r"(yes,? )?(it'?s |this is |that is )?the answer|是,? ?(这|那)是回答|(这|那)?是?回答|是的,? ?(这|那)?是?(回答)?"
)
REPORT_FORGOTTEN = timedelta(hours=2)
ADDING_FOR = timedelta(minutes=10)  # what is said so soon after a complete report still belongs to it
# What was asked about is over: nothing answers it any more
OVER = (refusals.OrderCancelled, refusals.OrderClosed, refusals.AlreadyDecided, refusals.NotYourClaim)
# Words answer these whatever they say, and end or publish something: late, it is asked whether they do
ANY_WORDS = ("order", "amend", "grant", "reason", "case", "whistle")


def answer(
    session: Session, now: datetime, actor: Actor, question: Question, piece: Piece, *, replied: bool = False
) -> None:
    """What answers the open question, or does not; `replied` to its very message it does, however late."""
    if not replied and questions.is_late(session, actor, question) and question.kind in ANY_WORDS:
        sorting.ask_late(session, now, actor, question, piece)
        return
    if question.kind == "sort" and _says_it_is_the_answer(session, question, piece):
        take_late(session, now, actor, question.id)
        return
    try:
        ANSWERS[question.kind](session, now, actor, question, piece)
    except OVER as over:
        questions.close(session, now, question)
        deliveries.refuse(session, now, actor, over)


def _says_it_is_the_answer(session: Session, question: Question, piece: Piece) -> bool:
    """A typed yes, or the button's own words, to "is this the answer?"."""
    says_so = answers_of(piece.words) == "yes" or _THE_ANSWER.fullmatch(bare(piece.words)) is not None
    return says_so and not piece.holds_more and "before" in questions.content(session, question)


def take_late(session: Session, now: datetime, actor: Actor, question_id: int) -> None:
    """[The answer] was pressed: what was kept is what was asked for long before."""
    asked = questions.get_kept(session, actor, question_id)
    content = questions.content(session, asked)
    before = content.get("before")
    if before is None:
        raise refusals.QuestionGone()
    questions.close(session, now, asked)
    other = questions.current(session, actor.member_id)
    going_on = questions.content(session, other) if other is not None else {}
    question = questions.open_(
        session, now, actor.member_id, before["kind"], before["step"], before["content"]
    )
    first, *more = content["pieces"]
    answer(session, now, kept.as_said(actor, first), question, kept.unpack(first), replied=True)
    for stored in more:  # said since, of whatever it is
        sorting.ask(session, now, kept.as_said(actor, stored), kept.unpack(stored))
    if other is not None and questions.current(session, actor.member_id) is None:
        questions.ask(session, now, actor, other.kind, other.step, going_on)


def report(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """More for the report that was asked for; once it is with the leaders, only for a few minutes."""
    content = questions.content(session, question)
    if _is_over(session, actor, content) or _is_forgotten(actor, question, piece):
        questions.close(session, now, question)
        sorting.ask(session, now, actor, piece)
        return
    if duty_talk.is_no_evidence(piece):
        show_what_is_asked(session, now, actor, question)
        return
    reports.submit(session, now, actor, content["order"], piece)
    if not question.closed_at:
        questions.put(session, question, {**content, "at": actor.said_at.isoformat()})


def show_what_is_asked(session: Session, now: datetime, actor: Actor, question: Question) -> None:
    if not duty_talk.tell_again(session, now, actor, questions.content(session, question)["order"]):
        questions.show(session, now, actor, question)


def is_owed(session: Session, actor: Actor, question: Question) -> bool:
    content = questions.content(session, question)
    claim = session.get(Claim, content["claim"])
    return claim is not None and claim.state in UNREPORTED and not _is_over(session, actor, content)


def _is_forgotten(actor: Actor, question: Question, piece: Piece) -> bool:
    """Whether so much later it is a need, and nothing of work is in it; what a patrol finds is a report."""
    late = actor.said_at > question.asked_at + REPORT_FORGOTTEN
    need = holds_need(piece.words) and not mentions_work(piece.words)
    return late and need and not piece.holds_more


def _is_over(session: Session, actor: Actor, content: dict[str, Any]) -> bool:
    claim = session.get(Claim, content["claim"])
    report = reports.latest_of(session, content["claim"])
    if claim is None or claim.state in (ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.WITHDRAWN):
        return True
    last = datetime.fromisoformat(content["at"]) if "at" in content else None
    with_leaders = report is not None and report.up_at is not None and claim.state == ClaimState.REPORTED
    return bool(with_leaders and last and actor.said_at > last + ADDING_FOR)


def _check_in(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """A place; a report, which is never an arrival; whatever else is said is not of it."""
    order_id = questions.content(session, question)["order"]
    if not my_place.may_report(session, actor.member_id, order_id):
        questions.close(session, now, question)
        sorting.ask(session, now, actor, piece)
        return
    order, claim = claims.of(session, actor, order_id)
    if piece.position is not None and not piece.position.passed_on and arrivals.can_check_in(claim):
        questions.close(session, now, question)
        arrivals.check_in(session, now, actor, order_id, piece.position)
    elif piece.photo or piece.file or _is_report(order, actor, piece.words):
        questions.close(session, now, question)
        reports.submit(session, now, actor, order_id, piece)
    elif (
        piece.position is None
        and not asks_about_place(piece.words)
        and _may_be_more(order, actor, piece.words)
    ):
        sorting.ask(session, now, actor, piece)
    else:
        questions.show(session, now, actor, question)


def _has_ended(order: Order, actor: Actor) -> bool:
    return order.ends_at is not None and actor.said_at > order.ends_at


def _is_report(order: Order, actor: Actor, words: str) -> bool:
    """Whether it tells of work; 报告 alone may be how somebody says that they are there."""
    told = report_words(words) if _has_ended(order, actor) and not asks_for(words) else None
    named = told is not None and not (is_arrival(told) or asks_back(told))
    return named or is_done(words) or tells_of_work(words)


def _may_be_more(order: Order, actor: Actor, words: str) -> bool:
    """Whether it is more than talk of the place that is waited for: a need, work, or whatever is said when the duty is over."""
    if holds_need(words) or asks_for(words) or mentions_work(words):
        return True
    return _has_ended(order, actor) and not (is_arrival(words) or puts_off(words) or says_nothing(words))


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
    if piece.holds_more or _may_be_a_need(session, actor, question, piece):
        sorting.ask(session, now, actor, piece)
    elif not members.may_be_name(piece.words):
        questions.show(session, now, actor, question)
    else:
        questions.close(session, now, question)
        members.rename(session, now, actor, piece.words)


def _may_be_a_need(session: Session, actor: Actor, question: Question, piece: Piece) -> bool:
    """Whether it reads as one, and is no name; once the question is forgotten, either is enough."""
    late = questions.is_late(session, actor, question)
    need, long = holds_need(piece.words), not members.fits_as_name(piece.words)
    signs = (need and long) or members.is_no_name(piece.words) or asks_for(piece.words)
    return signs or (late and long)


ANSWERS = {
    "sort": sorting.more,
    "report": report,
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
