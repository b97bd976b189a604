"""What needs no question to be understood: what the menu offers, and what is said of a whistle or a duty."""

from datetime import datetime

from sqlmodel import Session

from models import Question
from models.actor import Actor
from services import duty_talk, menu, my_place, questions, spelled, whistle_dialogue
from services.pieces import Piece


def understood(
    session: Session, now: datetime, actor: Actor, question: Question | None, piece: Piece
) -> bool:
    """Whether words said by themselves what they are, though no question asked for them, or one that is of something else.
    Where it is asked what something is about, "report" is the answer."""
    asked_by_a_case = question is not None and question.kind == "request" and question.step != "words"
    if asked_by_a_case and my_place.reported_by_word(session, now, actor, piece):
        return True  # no place begins with 汇报
    if _is_answer(session, actor, question):
        return False
    wanted = spelled.asked_for(piece.words) if not piece.holds_more else None
    if wanted is not None:
        menu.choose(session, now, actor, wanted)
        return True
    if question is not None and question.kind == "sort":
        return not piece.holds_more and (
            whistle_dialogue.is_answered(session, now, actor, piece)
            or duty_talk.says_of_coming(session, now, actor, piece)
        )
    return (
        whistle_dialogue.is_answered(session, now, actor, piece)
        or my_place.claimed_by_word(session, now, actor, piece.words)
        or my_place.reported_by_word(session, now, actor, piece)
        or duty_talk.says_of_coming(session, now, actor, piece)
        or duty_talk.asks_why(session, now, actor, piece)
        or (question is None and duty_talk.agrees_to_come(session, now, actor, piece))
    )


def _is_answer(session: Session, actor: Actor, question: Question | None) -> bool:
    """Whether what is said by itself elsewhere is an answer here: to a question that was asked just now, and could be."""
    if question is None or question.kind == "sort":
        return False
    if question.kind == "request":
        if question.step in ("words", "area"):
            return True
        return question.step == "where" and not questions.is_late(session, actor, question)
    return question.kind == "report" or not questions.is_late(session, actor, question)
