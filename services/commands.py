"""Commands as they are typed: reading their words, then doing what they say. A refusal is the answer."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models import Area, Member, RoleKind, Unit
from models.actor import Actor
from services import (
    alarms,
    amend_dialogue,
    areas,
    case_dialogue,
    chats,
    claims,
    conversation,
    deliveries,
    duty_talk,
    grant_dialogue,
    leaving,
    members,
    order_dialogue,
    order_forms,
    orders,
    questions,
    refusals,
    reports,
    request_dialogue,
    reviews,
    roles,
    sorting,
    units,
)  # fmt: skip
from services.facts import Claimed, Done
from services.pieces import Piece
from services.typed import Typed, about_order, numbered
from services.wording import first_word, normal, number, order_number, telegram_id

ROLES = {
    "leader": RoleKind.LEADER, "组长": RoleKind.LEADER, "officer": RoleKind.OFFICER, "干部": RoleKind.OFFICER,
    "administrator": RoleKind.ADMINISTRATOR, "admin": RoleKind.ADMINISTRATOR, "管理员": RoleKind.ADMINISTRATOR,
}  # fmt: skip
LANGUAGES = {
    "zh": "zh",
    "中文": "zh",
    "chinese": "zh",
    "汉语": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
}


def claim(session: Session, now: datetime, actor: Actor, typed: Typed) -> Claimed:
    return claims.claim(session, now, actor, about_order(session, now, actor, typed, "claim")[0])


def withdraw(session: Session, now: datetime, actor: Actor, typed: Typed) -> Done:
    return claims.withdraw(session, now, actor, about_order(session, now, actor, typed, "withdraw")[0])


def check_in(session: Session, now: datetime, actor: Actor, typed: Typed) -> None:
    order_id, _rest = about_order(session, now, actor, typed, "checkin")
    duty_talk.ask_check_in(session, now, actor, order_id)


def report(session: Session, now: datetime, actor: Actor, typed: Typed, piece: Piece) -> None:
    """`/report 17 words`, or as the caption of a photo; alone it asks for what comes next."""
    order_id, rest = about_order(session, now, actor, typed, "report")
    piece = replace(piece, words=rest)
    if piece.is_empty:
        conversation.ask_report(session, now, actor, order_id)
        return
    alarms.heed(session, now, actor, piece.words, order_id)
    album = sorting.adopt_kept(session, now, actor, order_id, piece.album)
    reports.submit(session, now, actor, order_id, replace(piece, album=album))


def approve(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/approve REPORT [1-5]`; without a rating it is a 5."""
    report_id, rest = numbered(words, "approve")
    rating = number(rest) if rest else 5
    reviews.decide(session, now, actor, report_id, "approve", rating=rating if rating is not None else 0)


def send_back(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/return REPORT why`; without a reason it is asked for in private."""
    _decide_with_words(session, now, actor, words, "return")


def reject(session: Session, now: datetime, actor: Actor, words: str) -> None:
    _decide_with_words(session, now, actor, words, "reject")


def _decide_with_words(session: Session, now: datetime, actor: Actor, words: str, verb: str) -> None:
    report_id, reason = numbered(words, verb)
    if reason:
        reviews.decide(session, now, actor, report_id, verb, reason=reason)
    else:
        conversation.ask_reason(session, now, actor, verb, report_id, None)


def undo(session: Session, now: datetime, actor: Actor) -> None:
    reviews.undo(session, now, actor)


def cancel(session: Session, now: datetime, actor: Actor, typed: Typed) -> None:
    order_id, reason = about_order(session, now, actor, typed, "cancel")
    if reason:
        orders.cancel(session, now, actor, order_id, reason)
    else:
        orders.require(orders.get(session, order_id), "cancel")
        conversation.ask_reason(session, now, actor, "cancel", order_id, None)


def amend(session: Session, now: datetime, actor: Actor, typed: Typed) -> None:
    """`/amend 17` alone, or with lines of the order form below it."""
    first, *lines = typed.words.split("\n")
    order_id, rest = about_order(session, now, actor, replace(typed, words=first), "amend")
    amend_dialogue.with_form(session, now, actor, order_id, [rest, *lines])


def order(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/order` with its form below, or alone for the dialogue in private."""
    here = None if actor.private else chats.area_here(session, actor.cause.chat_id, actor.cause.thread_id)
    if "\n" in words:
        order_forms.issue(session, now, actor, words, here.id if here else None)
        return
    order_dialogue.begin(session, now, actor, words, here.id if here else None)
    if not actor.private and actor.reach == "ok":
        deliveries.whisper(session, now, actor, "continue_in_private", {"payload": "go"})


def bind(session: Session, now: datetime, actor: Actor, words: str, title: str) -> None:
    chats.bind_by_words(session, now, actor, words, title)


def grant(session: Session, now: datetime, actor: Actor, words: str, replied: int | None) -> None:
    """`/grant leader AREA ID`, or in reply to the person; alone by buttons in private."""
    if not words:
        roles.require_administrator(session, actor)
        grant_dialogue.begin(session, now, actor, replied)
        return
    if _of_unit(session, now, actor, words, replied, units.appoint):
        return
    kind, area, person = _role_words(session, actor, words, replied, "grant")
    member = roles.grant(session, now, actor, kind, area, person)
    grant_dialogue.told(session, now, actor, kind, area.id if area else None, member, revoked=False)


def revoke(session: Session, now: datetime, actor: Actor, words: str, replied: int | None) -> None:
    if _of_unit(session, now, actor, words, replied, _dismiss):
        return
    kind, area, person = _role_words(session, actor, words, replied, "revoke")
    member = leaving.without_role(
        session, now, person, lambda: roles.revoke(session, now, actor, kind, area, person)
    )
    grant_dialogue.told(session, now, actor, kind, area.id if area else None, member, revoked=True)


def _dismiss(session: Session, now: datetime, actor: Actor, unit: Unit, telegram_id: int) -> Member:
    return leaving.without_role(
        session, now, telegram_id, lambda: units.dismiss(session, now, actor, unit, telegram_id)
    )


def _of_unit(
    session: Session,
    now: datetime,
    actor: Actor,
    words: str,
    replied: int | None,
    verb: Callable[..., Member],
) -> bool:
    """`/grant officer UNIT ID`: somebody speaks for a unit, or no more; False where no unit is named."""
    first, rest = first_word(words)
    name, person = _name_and_person(rest, replied, units.is_one(session, rest))
    if ROLES.get(normal(first)) != RoleKind.OFFICER or person is None or not units.is_one(session, name):
        return False
    unit = units.find(session, name)
    member = verb(session, now, actor, unit, person)
    grant_dialogue.told(
        session, now, actor, RoleKind.OFFICER, None, member, revoked=verb is _dismiss, unit_id=unit.id
    )
    return True


def _role_words(
    session: Session, actor: Actor, words: str, replied: int | None, command: str
) -> tuple[RoleKind, Area | None, int]:
    """Role, area and numeric id; a @username moves no rights, and is refused like any other unknown word."""
    roles.require_administrator(session, actor)
    first, rest = first_word(words)
    kind = ROLES.get(normal(first))
    name, person = _name_and_person(rest, replied, areas.is_named(session, rest))
    if kind is None or person is None:
        raise refusals.BadCommand(command=command, usage=True)
    return kind, _role_area(session, actor, kind, name, command), person


def _name_and_person(words: str, replied: int | None, names_all: bool) -> tuple[str, int | None]:
    """The area's or unit's name, and whose role it is: the number behind it, or whoever was replied to. A code is a number
    too: in reply to somebody, words that name an area or a unit as they stand name nobody else."""
    head, _, last = words.rpartition(" ")
    typed = None if replied and names_all else telegram_id(last)
    return head.strip() if typed else words, typed or replied


def _role_area(session: Session, actor: Actor, kind: RoleKind, named: str, command: str) -> Area | None:
    if kind == RoleKind.ADMINISTRATOR:
        if named:  # who meant a leader of it would have made somebody administrator of all
            raise refusals.BadCommand(command=command, usage=True)
        return None
    if named:
        try:
            return areas.find(session, named)
        except refusals.NoSuchArea:
            if kind == RoleKind.OFFICER:
                raise refusals.NoSuchAreaOrUnit() from None
            raise
    here = None if actor.private else chats.area_here(session, actor.cause.chat_id, actor.cause.thread_id)
    if here is None:
        raise refusals.SayWhere()
    return here


def language(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/language`, or `/language English`."""
    chosen = LANGUAGES.get(normal(words))
    if chosen is None:
        members.choose_language(session, now, actor, None)
        return
    members.set_language(session, actor, chosen)
    deliveries.say_here(session, now, actor, "language", {"chosen": chosen})


def start(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """Start was pressed, maybe through a link with a payload."""
    case = order_number(words[1:]) if words.startswith("c") else None
    if not actor.can_be_answered:  # the link goes on with what was asked for
        payload = words if re.fullmatch(r"[\w-]{1,64}", words, re.ASCII) else "start"
        deliveries.whisper(session, now, actor, "continue_in_private", {"payload": payload})
    elif words == "order":
        members.tell_roles(session, now, actor)
        order_dialogue.begin(session, now, actor)
    elif words.startswith("help-"):
        members.welcome(session, now, actor)
        request_dialogue.by_poster(session, now, actor, words.removeprefix("help-"))
    elif case is not None:
        members.welcome(session, now, actor)
        case_dialogue.show(session, now, actor, case)
    else:
        members.start(session, now, actor, words)


def pass_over(_session: Session, _now: datetime, _actor: Actor) -> None:
    """Taken, and nothing comes of it."""


def edited(_session: Session, _now: datetime, _actor: Actor) -> None:
    """A command was changed after it was sent: what it did stays."""
    raise refusals.EditedSince()


def not_known(session: Session, now: datetime, actor: Actor) -> None:
    """A button or a command that nobody knows."""
    if actor.cause.press:
        raise refusals.NotUnderstood()
    deliveries.answer(session, now, actor, "command.unknown")


def ask_name(session: Session, now: datetime, actor: Actor) -> None:
    questions.ask(session, now, actor, "name", "which")


def answer(session: Session, now: datetime, actor: Actor, kind: str) -> None:
    """`/orders /mine /points /help /mydata`: in private, or in a group by one link button."""
    deliveries.answer(session, now, actor, kind, payload=kind.rpartition(".")[2])
