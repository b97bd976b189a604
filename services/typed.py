"""What follows a command: the number it is about, typed or by the card it replies to, and the rest."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from models.lifecycle import UNREPORTED
from services import deliveries, refusals, reports
from services.wording import first_word, normal, order_number


def numbered(words: str, command: str) -> tuple[int, str]:
    """The number a command begins with, and the rest."""
    first, rest = first_word(words)
    found = order_number(first)
    if found is None:
        raise refusals.BadCommand(command=command, usage=True)
    return found, rest


OF_MINE = ("withdraw", "checkin", "report")


@dataclass(frozen=True)
class Typed:
    """What follows a command, and the message of ours that it replies to."""

    words: str
    reply_to: int | None = None


def about_order(session: Session, now: datetime, actor: Actor, typed: Typed, command: str) -> tuple[int, str]:
    """The duty that a command names first, else the one whose message it replies to, else, of what one does with a place of
    one's own, the only one; and the rest. Raises BadCommand; WhichDuty where a number in front of words may be a count:
    "/cancel 4 people are ill" under another duty's card."""
    first, rest = first_word(typed.words)
    found = order_number(first)
    row = deliveries.pointed_at(session, now, actor, typed.reply_to)
    shown = deliveries.order_shown(row) if row is not None else None
    counts = found is not None and shown not in (None, found) and rest and normal(first).isdigit()
    if counts:
        raise refusals.WhichDuty(order=found, card=shown)
    if found is None and shown is None:
        alone = command in OF_MINE and not typed.words.strip()
        held = reports.owing(session, actor.member_id, UNREPORTED) if alone else []
        if len(held) == 1:
            return held[0].id, ""
        raise refusals.BadCommand(command=command, usage=True)
    return (found, rest) if found is not None else (shown or 0, typed.words)
