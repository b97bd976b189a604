"""What is said soon after words of danger is passed on at once, and unasked; where it was another matter, one press says so."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models import Request, RequestPart
from models.actor import Actor
from models.lifecycle import UNSOLVED
from models.sealed import unseal
from services import deliveries, refusals, request_dialogue, requests, urgency
from services.asking import Asking
from services.pieces import Piece
from services.replies import holds_need, is_greeting, says_nothing

DANGER_LASTS = timedelta(hours=1)


def is_more(session: Session, actor: Actor, cases: list[Request], piece: Piece) -> bool:
    """Whether somebody whose only matter is urgent says more of it while it lasts: it waits for no answer of theirs. What reads
    as a need may be another matter, and is asked about."""
    words = piece.words
    if len(cases) != 1 or (words and (says_nothing(words) or is_greeting(words) or holds_need(words))):
        return False
    going_on = requests.counted(session, cases[0])
    fresh = max(cases[0].asked_at, going_on.clock_from) > actor.said_at - DANGER_LASTS
    return going_on.urgent and going_on.state in UNSOLVED and fresh


def take_apart(session: Session, now: datetime, actor: Actor, part_id: int) -> None:
    """[Something new] was pressed below what was added to danger unasked: it is a case of its own as well."""
    part = session.get(RequestPart, part_id)
    words = unseal(session, part, "words") if part is not None else None
    if part is None or not words or requests.own(session, actor, part.request_id).anonymised_at:
        raise refusals.QuestionGone()
    known = requests.part_at(session, 0, -part_id)  # where its words stand a second time
    if known is not None:
        deliveries.answer(session, now, actor, "request.known", {"case": known.request_id})
        return
    asked = Asking((Piece(words=words),), said_at=(part.said_at,), message_ids=(part.message_id,))
    request_dialogue.begin(session, now, actor, asked, urgent=bool(urgency.helpers_for(words)))
