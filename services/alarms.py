"""Alarms: somebody's words tell of danger. They read whom to call at once, and the leaders hear, loudly."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import asking, audit, deadlines, deliveries, questions, request_dialogue, requests
from services.asking import Asking
from services.reports import Piece

SAME_WITHIN = timedelta(hours=1)  # more words of danger so soon are of the same need


def raise_alarm(
    session: Session, now: datetime, actor: Actor, piece: Piece, helpers: tuple[str, ...]
) -> None:
    """Numbers first; then an urgent request, or more of the one there is. It never depends on what it may be about."""
    deliveries.answer(session, now, actor, "emergency", {"helpers": list(helpers)})
    lately = [
        request
        for request in requests.open_of(session, now, actor.member_id)
        if request.state in UNSOLVED and (request.touched_at > now - SAME_WITHIN or request.urgent)
    ]
    if not lately:
        question = questions.current(session, actor.member_id)
        if question is not None and question.kind in ("report", "checkin"):
            asking.file(
                session, now, actor, Asking((piece,)), urgent=True
            )  # what is asked of the volunteer stays open
        else:
            request_dialogue.begin(session, now, actor, Asking((piece,)), urgent=True)
        return
    request = requests.lock(session, lately[0].id)
    asking.add(session, now, actor, request, piece)
    if request.accepted_at is None or request.clock_from + deadlines.URGENT_WITHIN < now:
        deadlines.start(session, now, request)
    asking.send(session, now, request)
    audit.record(session, now, actor.member_id, "request.alarmed", "request", request.id)
