"""Commands about requests as they are typed: reading their words, then doing what they say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Request
from models.actor import Actor
from services import (
    alarms,
    areas,
    asking,
    case_dialogue,
    chats,
    closing,
    deliveries,
    disposal_lists,
    extending,
    handling,
    posters,
    pressed,
    refusals,
    reports,
    request_dialogue,
    requests,
    roles,
    sorting,
    units,
    urgency,
    whistle_cards,
    whistle_dialogue,
    whistles,
)  # fmt: skip
from services.asking import Asking
from services.facts import Done
from services.pieces import Piece
from services.typed import numbered
from services.wording import bare, first_word, number, order_number


def request(session: Session, now: datetime, actor: Actor, words: str, piece: Piece) -> None:
    """`/request words` files them, whatever else is open; alone it asks. In a group what follows is private."""
    here = None if actor.private else chats.area_here(session, actor.cause.chat_id, actor.cause.thread_id)
    area_id = here.id if here else posters.asked_in(session, actor.member_id)
    piece = Piece(words, piece.photo, piece.position, piece.album, piece.file)
    if piece.is_empty:
        if actor.can_be_answered:
            request_dialogue.ask_words(session, now, actor, area_id)
        else:
            payload = f"help-{here.code}" if here else "help-"
            deliveries.whisper(session, now, actor, "continue_in_private", {"payload": payload})
        return
    helpers = urgency.helpers_for(words)
    if helpers:
        alarms.raise_alarm(session, now, actor, piece, helpers, area_id)
    else:
        request_dialogue.begin(session, now, actor, Asking((piece,), area_id))


def case(session: Session, now: datetime, actor: Actor, words: str) -> None:
    case_dialogue.show(session, now, actor, numbered(words, "case")[0])


def accept(session: Session, now: datetime, actor: Actor, words: str) -> Done:
    return _answered(session, now, actor, handling.accept(session, now, actor, numbered(words, "accept")[0]))


def resolve(session: Session, now: datetime, actor: Actor, words: str) -> Done:
    return _answered(
        session, now, actor, handling.resolve(session, now, actor, numbered(words, "resolve")[0])
    )


def _answered(session: Session, now: datetime, actor: Actor, done: Done) -> Done:
    deliveries.answer(session, now, actor, "case.noted", {"case": done.number, "step": done.what})
    return done


def decline(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/decline 1032 why`; without a reason it is asked for."""
    _with_reason(session, now, actor, words, "decline", handling.decline)


def extend(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/extend 1032 why`; without a reason it is asked for."""
    _with_reason(session, now, actor, words, "extend", extending.extend)


def _with_reason(
    session: Session, now: datetime, actor: Actor, words: str, command: str, verb: Callable[..., Done]
) -> None:
    case, why = numbered(words, command)
    if why:
        case_dialogue.close(session, now, actor, case)
        _answered(session, now, actor, verb(session, now, actor, case, why))
    else:
        case_dialogue.begin(session, now, actor, case, command)


def reopen(session: Session, now: datetime, actor: Actor, words: str) -> Done:
    """`/reopen 1032`, by its asker; what else is said with it is of the case."""
    case, rest = numbered(words, "reopen")
    done = closing.not_fixed(session, now, actor, case)
    if rest:
        asking.add(session, now, actor, requests.own(session, actor, case), Piece(rest))
    return done


def rate(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/rate 1032 5`, by its asker."""
    case, rest = numbered(words, "rate")
    closing.rate(session, now, actor, case, number(rest) or 0)
    deliveries.answer(session, now, actor, "request.closed", {"case": case})


def whistle(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/whistle 1032` about a case, also with words behind it; `/whistle words` about anything else; the rest by buttons."""
    first, rest = first_word(words)
    found = order_number(first)
    if found is not None and (not rest or session.get(Request, found) is not None):
        whistle_dialogue.begin(session, now, actor, found, rest)
    else:
        whistle_dialogue.begin(session, now, actor, words=words)


def report_in(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/here 58`: the unit has come."""
    done = whistles.report_in(session, now, actor, numbered(words, "here")[0])
    whistle_cards.show_again(session, now, actor, done.number)


def edited(session: Session, now: datetime, actor: Actor, words: str, is_command: bool = False) -> None:
    """Words said before were changed. Danger in them is danger, whatever they were of; a command or a report takes no
    changes."""
    taken = bool(words) and (
        asking.edited(session, now, actor, words) or sorting.edited(session, actor, words)
    )
    if urgency.helpers_for(words):
        alarms.heed(session, now, actor, words)
    elif not taken and (is_command or reports.owing(session, actor.member_id)):
        raise refusals.EditedSince()


def rates(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/rates` of one's own areas and units, `/rates NAME` of an area, a unit or a category."""
    led, mine = roles.areas_led(session, actor.member_id), roles.units_of(session, actor.member_id)
    if actor.suspended or not (led or mine or roles.is_administrator(session, actor)):
        raise refusals.NotAnOfficer()
    deliveries.answer(
        session, now, actor, "rates", _narrowed(session, now, actor, words) if words.strip() else {}
    )


def _narrowed(session: Session, now: datetime, actor: Actor, words: str) -> dict[str, object]:
    for version in disposal_lists.versions(session, now):  # also one that the list no longer has
        for category in disposal_lists.of(session, version):
            if bare(words) in (bare(category.zh), bare(category.en), category.code):
                return {"category": category.code, "list": version}
    if units.is_one(session, words):
        unit = units.find(session, words)
        leads = roles.is_administrator(session, actor) or roles.areas_led(session, actor.member_id)
        if not leads and not roles.speaks_for(session, actor.member_id, unit.id):
            raise refusals.NotAllowed()
        return {"unit": unit.id}
    area = areas.find(session, words)
    roles.require_leads(session, actor, area)
    return {"area": area.id}


def turn_list(session: Session, now: datetime, actor: Actor, only: str, page: int) -> None:
    """A filter or a page of /requests."""
    pressed.turn(session, now, actor, {"only": only, "page": page})


# Whole in their words: typed by somebody, or gone on with by [It's me]
COMMANDS: dict[str, Callable[[Session, datetime, Actor, str], Any]] = {
    "case": case, "accept": accept, "resolve": resolve, "decline": decline, "extend": extend, "reopen": reopen,
    "rate": rate, "whistle": whistle, "here": report_in, "rates": rates,
}  # fmt: skip
