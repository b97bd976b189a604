"""[It's me]: what an anonymous administrator or a channel wrote goes on as the person who pressed."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from models.actor import Actor
from services import case_commands, commands, deliveries, habits, lists, members, pressed
from services.pieces import Piece
from services.typed import Typed


def it_is_me(session: Session, now: datetime, actor: Actor, command: str, words: str, title: str) -> Any:
    """[It's me]: what was written goes on as the person who pressed, with that person's rights and no others."""
    if command == "bind" and not words:
        pressed.turn(session, now, actor, {"area": 0, "page": 0, "vanish": 0})
        pressed.keep(session, actor)
        return None
    pressed.forget(session, now, actor)
    if command == "bind":
        return commands.bind(session, now, actor, words, title)
    if command in AS_TYPED:
        return AS_TYPED[command](session, now, actor, words)
    deliveries.answer(session, now, actor, members.ASKED.get(command, "help"))
    return None


def _request(session: Session, now: datetime, actor: Actor, words: str) -> None:
    case_commands.request(session, now, actor, words, Piece(words))


def _report(session: Session, now: datetime, actor: Actor, words: str) -> None:
    commands.report(session, now, actor, Typed(words), Piece())


def _of_duty(
    verb: Callable[[Session, datetime, Actor, Typed], Any],
) -> Callable[[Session, datetime, Actor, str], Any]:
    """A command about a duty, by its number."""
    return lambda session, now, actor, words: verb(session, now, actor, Typed(words))


def _alone(verb: Callable[[Session, datetime, Actor], Any]) -> Callable[[Session, datetime, Actor, str], Any]:
    """A command without words of its own."""
    return lambda session, now, actor, _words: verb(session, now, actor)


# Commands that are whole in their words, and questions about oneself
AS_TYPED: dict[str, Callable[[Session, datetime, Actor, str], Any]] = {
    "claim": _of_duty(commands.claim), "withdraw": _of_duty(commands.withdraw), "order": commands.order,
    "cancel": _of_duty(commands.cancel), "amend": _of_duty(commands.amend), "checkin": _of_duty(commands.check_in),
    "approve": commands.approve, "return": commands.send_back,
    "reject": commands.reject, "language": commands.language, "report": _report, "request": _request,
    **case_commands.COMMANDS, "undo": _alone(commands.undo), "rank": _alone(lists.rank), "reminders": habits.by_words,
    "grant": partial(commands.grant, replied=None), "revoke": partial(commands.revoke, replied=None),
}  # fmt: skip
