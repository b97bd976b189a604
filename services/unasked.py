"""What needs no question to be understood: what the menu offers, and what is said of a whistle or a duty."""

from datetime import datetime

from sqlmodel import Session

from models import Question
from models.actor import Actor
from services import (
    deliveries,
    duty_talk,
    forgetting,
    menu,
    my_place,
    questions,
    reports,
    requests,
    spelled,
    talk_words,
    whistle_cards,
    whistle_dialogue,
)
from services.pieces import Piece
from services.replies import is_key

STOPPABLE = ("order", "amend", "grant", "reason", "name", "whistle", "case")


def understood(
    session: Session, now: datetime, actor: Actor, question: Question | None, piece: Piece
) -> bool:
    """Whether words said by themselves what they are, though no question asked for them, or one that is of something else.
    Where it is asked what something is about, "report" is the answer."""
    if not piece.holds_more and _of_the_talk(session, now, actor, question, piece.words):
        return True
    if _may_agree(session, actor, question) and duty_talk.agrees_to_come(session, now, actor, piece):
        return True  # what was asked last, by a reminder, is answered first
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
    )


def _may_agree(session: Session, actor: Actor, question: Question | None) -> bool:
    """Whether yes or no is to a reminder that came later: a reason, a title or a name may be a word like that."""
    if question is None or question.kind in ("sort", "request", "checkin", "report"):
        return True
    return questions.is_late(session, actor, question)


def _of_the_talk(
    session: Session, now: datetime, actor: Actor, question: Question | None, words: str
) -> bool:
    """Whether it is of the talk itself: the button's own words, a key of a question that is over, "delete my data", "who are
    you". It is no answer, no reason and no need, whatever is asked."""
    asked = question.step if question is not None and question.kind == "request" else None
    # Elsewhere it may be a reason, a name or a title
    about_us = (
        talk_words.asks_about_us(words) if question is None or question.kind in ("request", "sort") else None
    )
    if question is not None and _can_stop(question) and talk_words.stops(words):
        questions.close(session, now, question)
        deliveries.answer(session, now, actor, "stopped")
    elif question is None and talk_words.stops(words) and _has_nothing_open(session, now, actor):
        _stop(session, now, actor)
    elif talk_words.wants_erasure(words) or (
        asked not in (None, "words", "phone") and talk_words.refuses(words)
    ):
        forgetting.ask(session, now, actor)
    elif about_us is not None:
        menu.choose(session, now, actor, about_us)
    elif is_key(words) and (question is None or asked == "words"):
        deliveries.answer(session, now, actor, "key.over")
    else:
        return False
    return True


def _stop(session: Session, now: datetime, actor: Actor) -> None:
    """ "Cancel" about nothing that was asked: whistles that are on are ended by their own buttons."""
    blown = whistle_cards.shown_to(session, actor.member_id)
    for whistle in blown:
        whistle_cards.show_again(session, now, actor, whistle.id)
    if not blown:
        deliveries.answer(session, now, actor, "stopped")


def _has_nothing_open(session: Session, now: datetime, actor: Actor) -> bool:
    """Whether there is no place and no case of theirs that "cancel" could be about."""
    cases = requests.open_of(session, now, actor.member_id) or requests.joined_open(session, actor.member_id)
    return not cases and not reports.owing(session, actor.member_id)


def _can_stop(question: Question) -> bool:
    """Whether its message has [Stop], or might: what was begun there can be left."""
    return question.kind in STOPPABLE or (question.kind == "request" and question.step == "words")


def _is_answer(session: Session, actor: Actor, question: Question | None) -> bool:
    """Whether what is said by itself elsewhere is an answer here: to a question that was asked just now, and could be."""
    if question is None or question.kind == "sort":
        return False
    if question.kind == "request":
        if question.step in ("words", "area"):
            return True
        return question.step == "where" and not questions.is_late(session, actor, question)
    return question.kind == "report" or not questions.is_late(session, actor, question)
