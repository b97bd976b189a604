"""Alarms: somebody's words tell of danger. They read whom to call at once, and the leaders hear, loudly."""

from datetime import datetime

from sqlmodel import Session

from models import Request
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import (
    asking,
    at_the_door,
    audit,
    deadlines,
    deliveries,
    posters,
    questions,
    request_cards,
    request_dialogue,
    requests,
    urgency,
)
from services.asking import Asking
from services.pieces import Piece

SOS = "🆘"  # where nothing of the words is left
# What volunteers and leaders are asked for their work, and is asked still when they have cried for help
STAYS_OPEN = {"report", "checkin", "case", "reason", "order", "amend", "grant", "whistle"}


def raise_alarm(
    session: Session,
    now: datetime,
    actor: Actor,
    piece: Piece,
    helpers: tuple[str, ...],
    area_id: int | None = None,
    order_id: int | None = None,
) -> None:
    """Numbers first; then the case they are at work on is urgent; else an urgent request, or more of the urgent one there is: a
    lesser matter may be with volunteers. The numbers never depend on what it may be about.
    """
    area_id = _place(session, now, actor, piece, area_id)
    say_numbers(session, now, actor, helpers, area_id)
    attended = None if at_the_door.is_own(piece.words) else at_the_door.attended(session, actor, order_id)
    if attended is not None:
        at_the_door.raise_there(session, now, actor, piece, attended)
        return
    lately = [
        request
        for request in requests.open_of(session, now, actor.member_id)
        if request.state in UNSOLVED and request.urgent
    ]
    if not lately:
        _file(session, now, actor, piece, area_id)
        return
    request = requests.lock(session, lately[0].id)
    asking.add(session, now, actor, request, piece)
    _spread(session, now, actor, request)


def sound(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """[Somebody is in danger], or these words: a case of theirs is urgent, whatever it says; one that has ended begins anew."""
    request = requests.own(session, actor, request_id)
    words = requests.words_of(session, request)
    helpers = urgency.helpers_for(words) or urgency.WHOEVER
    if request.state not in UNSOLVED:
        raise_alarm(session, now, actor, Piece(words or SOS), helpers, request.area_id)
        return
    say_numbers(session, now, actor, helpers, request.area_id)
    deadlines.hurry(session, now, request)
    _spread(session, now, actor, request)
    question = questions.current(session, actor.member_id)
    if question is None or question.kind != "request":
        return
    if questions.content(session, question).get("case") == request_id:
        talk = request_dialogue.talk_of(session, now, actor, question)
        asked = question.step not in ("what", "similar")
        request_dialogue.go(talk, question.step if asked else request_dialogue.after_what(request))


def _spread(session: Session, now: datetime, actor: Actor, request: Request) -> None:
    """Whoever has it hears, and whoever has heard of it."""
    asking.send(session, now, request)
    key, also = f"alarm:{request.id}:{now:%d%H%M%S}", deadlines.who_know(session, request)
    request_cards.tell(session, now, request, "request.alarm", key=key, also=also)
    audit.record(session, now, actor.member_id, "request.alarmed", "request", request.id)


def say_numbers(
    session: Session, now: datetime, actor: Actor, helpers: tuple[str, ...], area_id: int | None
) -> None:
    """Whom to call is nobody's secret: in a group it is said there to whom the bot may not write."""
    about = {"helpers": list(helpers), "area": area_id}
    if actor.can_be_answered:
        deliveries.answer(session, now, actor, "emergency", about)
    else:
        deliveries.whisper(session, now, actor, "emergency", about)


def _place(session: Session, now: datetime, actor: Actor, piece: Piece, area_id: int | None) -> int | None:
    """Where they are: said by the command, the poster or the words, or known; else where another case of theirs is."""
    found = asking.home(session, actor, piece.words, area_id or posters.asked_in(session, actor.member_id))
    if found is not None:
        return found
    others = (request.area_id for request in requests.open_of(session, now, actor.member_id))
    return next((other for other in others if other is not None), None)


def _file(session: Session, now: datetime, actor: Actor, piece: Piece, area_id: int | None) -> None:
    question = questions.current(session, actor.member_id)
    asked = Asking((piece,), area_id)
    if question is not None and question.kind in STAYS_OPEN:
        asking.file(session, now, actor, asked, urgent=True)
    else:
        request_dialogue.begin(session, now, actor, asked, urgent=True)


def heed(session: Session, now: datetime, actor: Actor, words: str, order_id: int | None = None) -> bool:
    """Danger in a report, or in words changed afterwards, is danger too; whether there was any."""
    helpers = urgency.helpers_for(words)
    if helpers:
        raise_alarm(session, now, actor, Piece(words), helpers, order_id=order_id)
    return bool(helpers)
