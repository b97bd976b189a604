"""Private words that could be about several things: kept until a button says what they are. Silence loses none of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import Lane, Member, Order, Question, Request, RequestState
from models.actor import Actor
from models.lifecycle import UNSOLVED
from models.sealed import unseal
from services import (
    asking,
    at_the_door,
    case_answers,
    closing,
    complaints,
    deliveries,
    dues,
    holders,
    kept,
    more_of_danger,
    my_place,
    questions,
    refusals,
    reports,
    request_cards,
    request_dialogue,
    requests,
)
from services.asking import Asking
from services.duty_words import is_of_duty, which_order
from services.pieces import Piece
from services.replies import (
    answers_of,
    holds_need,
    is_greeting,
    is_praise,
    is_thanks,
    is_withdrawal,
    says_nothing,
    which_case,
)
from services.solved_words import is_solved
from services.wording import is_claim

MOST_ORDERS, MOST_CASES = 5, 3
ANSWERED_WITHIN = timedelta(hours=2)  # what is said later may be of anything
REPORTS_WAIT = timedelta(hours=1)  # who has a duty may still press for an hour; then it is a request


def ask(session: Session, now: datetime, actor: Actor, piece: Piece) -> None:
    """Where the sender has duties or requests, ask which it is; else it is a new request."""
    if case_answers.heard(session, now, actor, piece) or _is_of_a_visit(session, now, actor, piece):
        return
    owing, cases = _open_of(session, now, actor)
    unsolved = [case for case in cases if case.state in UNSOLVED]
    asking_too = any(case_answers.asks(session, case) for case in cases)
    if is_claim(piece.words) and not asking_too and not piece.holds_more:  # which duty, is not said
        deliveries.answer(session, now, actor, "list.orders")
        return
    if owing and not asking_too and answers_of(piece.words) in ("yes", "agrees") and not piece.holds_more:
        deliveries.answer(session, now, actor, "list.mine")  # to what, is not said
        return
    if len(unsolved) == 1 and not asking_too and not owing and is_withdrawal(piece.words):
        request = requests.lock(session, unsolved[0].id)
        asking.add(session, now, actor, request, piece)  # whoever is on the way to them reads it
        deliveries.answer(session, now, actor, "request.open", {"case": request.id})  # it has the button
        return
    empty = _starts_nothing(piece, bool(cases)) if not owing else None
    if empty is not None:
        deliveries.answer(session, now, actor, empty)
        return
    if not owing and not cases:
        request_dialogue.begin(session, now, actor, Asking((piece,)))
        return
    if not owing and more_of_danger.is_more(session, actor, cases, piece):
        _add(session, now, actor, cases[0], [kept.pack(piece, actor)], apart=True)
        return
    question = questions.ask(session, now, actor, "sort", "which", _kept(session, actor, piece, owing, cases))
    _wait(session, question, now + (REPORTS_WAIT if owing else asking.SILENT_FOR))


def _is_of_a_visit(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """Whether it was of the case they are at work on. With one of their own it may be of either; and who was just asked how it
    went may answer."""
    asked = _asked_lately(session, actor)
    if asked or piece.holds_more or requests.open_of(session, now, actor.member_id):
        return False
    return at_the_door.heard(session, now, actor, piece)


def ask_late(session: Session, now: datetime, actor: Actor, before: Question, piece: Piece) -> None:
    """Words came long after a question that words answer: whether they do, or are of something else."""
    content = _kept(session, actor, piece, *_open_of(session, now, actor))
    content["before"] = {
        "kind": before.kind, "step": before.step, "content": questions.content(session, before),
    }  # fmt: skip
    question = questions.ask(session, now, actor, "sort", "which", content)
    _wait(session, question, now + (asking.SILENT_FOR if holds_need(piece.words) else REPORTS_WAIT))


def _open_of(session: Session, now: datetime, actor: Actor) -> tuple[list[Order], list[Request]]:
    """The duties and the requests that words of theirs may be about."""
    owing = [*reports.owing(session, actor.member_id), *my_place.late_lately(session, actor)]
    cases = requests.open_of(session, now, actor.member_id)
    return owing, [*cases, *requests.joined_open(session, actor.member_id)]


def _kept(
    session: Session, actor: Actor, piece: Piece, owing: list[Order], cases: list[Request]
) -> dict[str, Any]:
    """What waits for its place, the places it may have, and the duty that was asked about just before."""
    return {
        "pieces": [kept.pack(piece, actor)],
        "orders": [[order.id, order.title] for order in owing[:MOST_ORDERS]],
        "cases": [[case.id, case.list_version, case.category] for case in cases[:MOST_CASES]],
        "asked": _asked_lately(session, actor),
    }


def _asked_lately(session: Session, actor: Actor) -> int | None:
    """The duty whose report was asked for just before."""
    since = actor.said_at - ANSWERED_WITHIN
    return deliveries.just_asked(session, actor.telegram_id, ("reminder.report",), since)


def _starts_nothing(piece: Piece, has_cases: bool) -> str | None:
    """What answers words that ask for nothing, from somebody who has no duty."""
    if piece.holds_more:
        return None
    if is_praise(piece.words):
        return "thanks"
    if has_cases:
        return None
    if is_of_duty(piece.words):  # theirs is over, or never was
        return "list.mine"
    return "greeting" if says_nothing(piece.words) else None


def add_reply(session: Session, now: datetime, actor: Actor, request_id: int, piece: Piece) -> None:
    """A reply to a case's message is about that case: its asker's words are added, or say whether it is solved."""
    request = requests.lock(session, request_id)
    if request.asker_id != actor.member_id:
        raise refusals.NotPassedOn(case=request_id)
    solved = is_solved(piece.words) if case_answers.asks(session, request) else None
    if solved is not None:
        case_answers.answer(session, now, actor, piece, request_id, solved)
    elif is_greeting(piece.words) and not piece.holds_more:
        deliveries.answer(session, now, actor, "thanks" if is_thanks(piece.words) else "greeting")
    elif request.state in (*UNSOLVED, RequestState.RESOLVED):
        asking.add(session, now, actor, request, piece)
        _added(session, now, actor, request)
    else:  # it has ended: whether this opens it again is for them to say
        ask(session, now, actor, piece)


def _wait(session: Session, question: Question, until: datetime) -> None:
    dues.set_due(session, "question.silent", question.id, until, step=f"{until:%Y%m%d%H%M%S}")


def more(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """More came before it was clear what the first was about: it names the answer, or is kept with the rest."""
    content = questions.content(session, question)
    chosen = which_case(piece.words, [case for case, *_about in content["cases"]])
    order_id = which_order(piece.words, [order for order, _title in content["orders"]])
    if chosen and order_id:  # a number of both
        chosen = order_id = None
    if (chosen is not None or order_id) and piece.holds_more:  # the answer is its caption
        content["pieces"].append(kept.pack(replace(piece, words=""), actor))
        questions.put(session, question, content)
    if chosen:
        add_to_case(session, now, actor, question.id, chosen)
        return
    if chosen == 0 or order_id:
        sort_into(session, now, actor, question.id, order_id or 0)
        return
    if answers_of(piece.words) in ("yes", "agrees") and not piece.holds_more:  # which of them, is not said
        questions.show(session, now, actor, question)
        return
    content["pieces"].append(kept.pack(piece, actor))
    questions.put(session, question, content)
    if piece.album is None or all(other["album"] != piece.album for other in content["pieces"][:-1]):
        questions.show(session, now, actor, question)


def edited(session: Session, actor: Actor, words: str) -> bool:
    """A message that is kept was edited: the new words are. Any other edit is False."""
    question = questions.kept(session, actor.member_id)
    content = questions.content(session, question) if question else {"pieces": []}
    mine = [stored for stored in content["pieces"] if stored["message"] == actor.cause.message_id]
    for stored in mine:
        stored["words"] = words
    if question is not None and mine:
        questions.put(session, question, content)
    return bool(mine)


def sort_into(session: Session, now: datetime, actor: Actor, question_id: int, order_id: int) -> None:
    """[A report for #17] was pressed (0: something new): what was kept goes there."""
    question = questions.get_kept(session, actor, question_id)
    pieces = questions.content(session, question).get("pieces", [])
    questions.close(session, now, question)
    if not order_id:
        request_dialogue.begin(session, now, actor, kept.asking_of(pieces))
        return
    if all(kept.unpack(stored).is_empty for stored in pieces):  # a phone number alone
        raise refusals.EmptyReport(order=order_id)
    album = f"sorted-{question_id}" if len(pieces) > 1 else None  # one answer for all of it
    _submit_kept(session, now, actor, order_id, pieces, album)


def add_to_case(session: Session, now: datetime, actor: Actor, question_id: int, request_id: int) -> None:
    """[About case 1032] was pressed: it is added there; a case that was closed is open again."""
    question = questions.get_kept(session, actor, question_id)
    pieces = questions.content(session, question).get("pieces", [])
    questions.close(session, now, question)
    _add(session, now, actor, requests.own(session, actor, request_id), pieces)


def _add(
    session: Session, now: datetime, actor: Actor, request: Request, pieces: list[dict[str, Any]], *,
    apart: bool = False,
) -> None:  # fmt: skip
    """What was said of a case, also of one that goes on as part of another; `apart` where it may be none of it."""
    known = frozenset(part.id for part in requests.parts_of(session, request.id))
    for stored in pieces:
        asking.add(session, now, kept.as_said(actor, stored), request, kept.unpack(stored))
    target = session.get(Request, request.merged_into or 0) if request.state == RequestState.MERGED else None
    if target is not None and target.state in UNSOLVED:
        owners = holders.of(session, target).members
        request_cards.pass_on(session, now, request, target, to=owners, but=known)
        _answer_added(session, now, actor, request, pieces[-1]["album"], apart=apart)
        return
    _added(session, now, actor, request, kept.solved_by(pieces), pieces[-1]["album"], apart=apart)


def _added(
    session: Session, now: datetime, actor: Actor, request: Request, solved: bool | None = None,
    album: str | None = None, *, apart: bool = False,
) -> None:  # fmt: skip
    """More was said about a case: one that asks whether it is solved still does, one that was closed is open again."""
    unpressed = replace(actor, cause=replace(actor.cause, press=False))
    if request.state == RequestState.RESOLVED and solved is not None:
        (closing.confirm if solved else closing.not_fixed)(session, now, unpressed, request.id)
    elif request.state == RequestState.RESOLVED:
        closing.wait_again(session, now, request)
        deliveries.answer(session, now, actor, "request.resolved", {"case": request.id})
    elif request.state not in UNSOLVED:
        closing.not_fixed(session, now, unpressed, request.id)
    else:
        _answer_added(session, now, actor, request, album, apart=apart)


def _answer_added(
    session: Session, now: datetime, actor: Actor, request: Request, album: str | None, *, apart: bool
) -> None:
    """The parts of an album are one message to who sent it, and get one answer."""
    part = requests.part_at(session, actor.cause.chat_id, actor.cause.message_id or 0) if apart else None
    args = {"case": request.id, "part": part.id if part is not None and part.words else None}
    newest = requests.parts_of(session, request.id)[-1:]
    if any(
        complaints.is_one(session, request, unseal(session, each, "words") or "", each.said_at)
        for each in newest
    ):
        args["private"] = True
    if album is None:
        deliveries.answer(session, now, actor, "request.added", args)
        return
    member, key = session.get_one(Member, actor.member_id), f"added:{request.id}:{album}"
    deliveries.note(session, now, member, "request.added", args, lane=Lane.ANSWER, key=key)


def _submit_kept(
    session: Session,
    now: datetime,
    actor: Actor,
    order_id: int,
    pieces: list[dict[str, Any]],
    album: str | None,
) -> None:
    """Report what was kept, as said when it was said."""
    for stored in pieces:
        piece = replace(kept.unpack(stored), album=album)
        if not piece.is_empty:
            reports.submit(session, now, kept.as_said(actor, stored), order_id, piece)


def adopt_kept(session: Session, now: datetime, actor: Actor, order_id: int, album: str | None) -> str | None:
    """`/report 17 ...` says what the kept pieces belong to: the same report; its album, which gets one answer for all."""
    question = questions.kept(session, actor.member_id)
    content = questions.content(session, question) if question is not None else {}
    if question is None or "before" in content:  # those may be an answer to something else
        return album
    pieces = content["pieces"]
    questions.close(session, now, question)
    album = album or f"sorted-{question.id}"
    _submit_kept(session, now, actor, order_id, pieces, album)
    return album
