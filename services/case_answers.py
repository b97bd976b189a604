"""What is said to a case that asked whether it is solved, or that waits for points: its asker's last word, typed."""

from datetime import datetime

from sqlmodel import Session

from models import Question, Request, RequestState
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import asking, closing, deliveries, reports, requests
from services.pieces import Piece
from services.replies import (
    answers_of,
    asks_progress,
    is_greeting,
    is_praise,
    is_withdrawal,
    rating_said,
)
from services.solved_words import is_solved, is_solved_beside, says_more


def heard(
    session: Session, now: datetime, actor: Actor, piece: Piece, question: Question | None = None
) -> bool:
    """ "Yes" or "not yet" to the only case that asked whether it is solved, or was closed by silence; while a question is
    open, where the case asked after it."""
    if question is not None and (question.kind not in ("request", "sort") or answers_of(piece.words)):
        return False
    if _asks_progress(session, now, actor, piece, question):
        return True
    if reports.owing(session, actor.member_id):
        return False
    cases = requests.open_of(session, now, actor.member_id)
    joined = requests.joined_open(session, actor.member_id)
    rating = rating_said(piece.words)
    if rating is not None and question is None:
        return _rates(session, now, actor, cases, rating)
    solved = is_solved(piece.words) if question is None else is_solved_beside(piece.words)
    asked = [case for case in (*cases, *joined) if asks(session, case, question)]
    if len(asked) != 1 or (solved and is_withdrawal(piece.words) and _is_one_open(cases)):
        return False
    if solved is not None:
        answer(session, now, actor, piece, asked[0].id, solved)
        return True
    return question is None and _asks_back(session, now, actor, asked[0], piece)


def _asks_progress(
    session: Session, now: datetime, actor: Actor, piece: Piece, question: Question | None
) -> bool:
    """ "How far is it?" is answered with what is known; where a case asked whether it is solved, that is the answer."""
    if piece.holds_more or not asks_progress(piece.words) or (question and question.step == "words"):
        return False
    mine = requests.open_of(session, now, actor.member_id)
    cases = [*mine, *requests.joined_open(session, actor.member_id)]
    waiting = [case for case in cases if case.state in UNSOLVED]
    if any(asks(session, case, question) for case in cases) or (cases and not waiting):
        return False
    if len(waiting) == 1:
        deliveries.answer(session, now, actor, "request.open", {"case": waiting[0].id})
    else:
        deliveries.answer(session, now, actor, "list.mine")
    return True


def _asks_back(session: Session, now: datetime, actor: Actor, case: Request, piece: Piece) -> bool:
    """收到, "thank you" and praise leave open whether it is solved: the question comes again, with its buttons."""
    if (
        requests.counted(session, case).state != RequestState.RESOLVED
        or piece.holds_more
        or not (is_greeting(piece.words) or is_praise(piece.words) or asks_progress(piece.words))
    ):
        return False
    if case.state == RequestState.RESOLVED:
        closing.wait_again(session, now, requests.lock(session, case.id))
    deliveries.answer(session, now, actor, "request.resolved", {"case": case.id})
    return True


def _is_one_open(cases: list[Request]) -> bool:
    return any(case.state in UNSOLVED for case in cases)


def asks(session: Session, case: Request, question: Question | None = None) -> bool:
    """Whether it asked if it is solved, or was closed without an answer; and did so last. What had joined another asks
    with it, also when that one's asker has answered."""
    end = requests.counted(session, case)
    if end is not case and requests.helper_of(session, case):  # they help with it, and are asked for a report
        return False
    joined = end is not case and end.state == RequestState.CONFIRMED
    asks = joined or end.state == RequestState.RESOLVED or end.closed_by == "silence"
    at = end.resolved_at if joined else end.closed_at or end.resolved_at
    return asks and (
        question is None or question.kind == "sort" or (at is not None and at > question.asked_at)
    )


def _rates(session: Session, now: datetime, actor: Actor, cases: list[Request], rating: int) -> bool:
    """A number of points, where only one case waits for them and nothing else is open."""
    waiting = [case for case in cases if case.closed_by == "asker" and case.rating is None]
    if len(waiting) != 1 or len(cases) != 1:
        return False
    closing.rate(session, now, actor, waiting[0].id, rating)
    deliveries.answer(session, now, actor, "request.closed", {"case": waiting[0].id})
    return True


def answer(
    session: Session, now: datetime, actor: Actor, piece: Piece, request_id: int, solved: bool
) -> None:
    """What else was said with it is of the case, and its owners read it."""
    request = requests.own(session, actor, request_id)
    if piece.holds_more or says_more(piece.words):
        asking.add(session, now, actor, request, piece)
    (closing.confirm if solved else closing.not_fixed)(session, now, actor, request_id)
