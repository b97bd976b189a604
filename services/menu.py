"""What /help offers: by its buttons, and by their names, typed in private."""

from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from services import deliveries, lists, members, order_dialogue, request_dialogue


def choose(session: Session, now: datetime, actor: Actor, what: str) -> None:
    """A button of /help, or its name."""
    if what == "order":
        order_dialogue.begin(session, now, actor)
    elif what == "language":
        members.choose_language(session, now, actor, None)
    elif what == "request":
        request_dialogue.ask_words(session, now, actor)
    elif what == "rank":
        lists.rank(session, now, actor)
    else:
        deliveries.answer(session, now, actor, members.ASKED[what])
