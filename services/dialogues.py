"""Buttons of dialogues."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.actor import Actor
from services import (
    amend_dialogue,
    answers,
    case_dialogue,
    grant_dialogue,
    order_dialogue,
    pressed,
    questions,
    refusals,
    request_dialogue,
    sorting,
    whistle_dialogue,
)
from services.facts import Done


def pick(session: Session, now: datetime, actor: Actor, question_id: int, step: str, value: str) -> None:
    """A choice in a dialogue. A forged value is an ended question, like any other stale button."""
    question = questions.get(session, actor, question_id)
    if question.kind not in PICKS:
        raise refusals.QuestionGone()
    try:
        PICKS[question.kind](session, now, actor, question, step, value)
    except (IndexError, ValueError, KeyError):
        raise refusals.QuestionGone() from None
    if question.closed_at is not None:
        pressed.turn(session, now, actor, {})


PICKS: dict[str, Callable[..., Any]] = {
    "order": order_dialogue.pick,
    "grant": grant_dialogue.pick,
    "request": request_dialogue.pick,
    "case": case_dialogue.pick,
    "whistle": whistle_dialogue.pick,
}


def pick_change(session: Session, now: datetime, actor: Actor, question_id: int, field: str) -> None:
    question = questions.get(session, actor, question_id)
    if question.kind != "amend":
        raise refusals.QuestionGone()
    amend_dialogue.pick(session, now, actor, question, field)


def stop(session: Session, now: datetime, actor: Actor, question_id: int) -> Done:
    """[Stop] was pressed."""
    questions.close(session, now, questions.get(session, actor, question_id))
    pressed.turn(session, now, actor, {})
    return Done("closed")


def sort(session: Session, now: datetime, actor: Actor, question_id: int, order_id: int) -> None:
    """What the private words belong to was pressed."""
    sorting.sort_into(session, now, actor, question_id, order_id)
    pressed.turn(session, now, actor, {})


def take_late(session: Session, now: datetime, actor: Actor, question_id: int) -> None:
    """What was said is the answer to what was asked long before."""
    answers.take_late(session, now, actor, question_id)
    pressed.turn(session, now, actor, {})


def sort_to_case(session: Session, now: datetime, actor: Actor, question_id: int, request_id: int) -> None:
    """[About case 1032] was pressed."""
    sorting.add_to_case(session, now, actor, question_id, request_id)
    pressed.turn(session, now, actor, {})
