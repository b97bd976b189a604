"""Private words and media: what they mean, one thing at a time, in the order the design gives."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Question
from models.actor import Actor
from services import (
    amend_dialogue,
    arrivals,
    claims,
    deliveries,
    members,
    order_dialogue,
    orders,
    questions,
    refusals,
    reports,
)
from services import reviews as review_service
from services.arrivals import Position
from services.reports import Photo, Piece
from services.wording import is_greeting


@dataclass(frozen=True)
class Heard:
    """A private message: a piece of something, and the message it replies to."""

    piece: Piece
    reply_to: int | None = None


def hear(session: Session, now: datetime, actor: Actor, heard: Heard) -> None:
    """The message replied to; its album; the open question; else ask what it is about."""
    piece = heard.piece
    order_id = _order_replied_to(session, actor, heard.reply_to) or _order_of_album(session, actor, piece)
    if order_id is not None:
        reports.submit(session, now, actor, order_id, piece)
        return
    question = questions.current(session, actor.member_id)
    if (
        is_greeting(piece.words)
        and piece.photo is None
        and piece.position is None
        and not _wants_words(question)
    ):
        deliveries.answer(session, now, actor, "greeting")
    elif question is not None:
        ANSWERS[question.kind](session, now, actor, question, piece)
    else:
        _ask_what_it_is(session, now, actor, piece)


def _wants_words(question: Question | None) -> bool:
    return question is not None and question.kind not in ("report", "sort")


def _order_replied_to(session: Session, actor: Actor, message_id: int | None) -> int | None:
    """The order whose message was replied to, where the sender holds a place on it."""
    row = deliveries.at_message(session, actor.telegram_id, message_id)
    if row is None or row.kind in ("question", "review"):
        return None
    order_id = row.args.get("order")
    return order_id if order_id in {order.id for order in reports.owing(session, actor.member_id)} else None


def _order_of_album(session: Session, actor: Actor, piece: Piece) -> int | None:
    return reports.of_album(session, actor, piece.album) if piece.album else None


def _ask_what_it_is(session: Session, now: datetime, actor: Actor, piece: Piece) -> None:
    owing = reports.owing(session, actor.member_id)
    if not owing:
        deliveries.answer(session, now, actor, "help", {"lost": True})
        return
    content = {"pieces": [pack(piece, actor)], "orders": [[order.id, order.title] for order in owing[:5]]}
    questions.ask(session, now, actor, "sort", "which", content)


def pack(piece: Piece, actor: Actor) -> dict[str, Any]:
    """A piece as JSON, to be kept until it is clear what it belongs to."""
    position = (piece.position.latitude, piece.position.longitude) if piece.position else None
    photo = (piece.photo.file_id, piece.photo.file_unique_id) if piece.photo else None
    return {
        "words": piece.words,
        "photo": photo,
        "position": position,
        "album": piece.album,
        "at": actor.said_at.isoformat(),
    }


def unpack(stored: dict[str, Any]) -> Piece:
    photo = Photo(*stored["photo"]) if stored["photo"] else None
    position = Position(*stored["position"]) if stored["position"] else None
    return Piece(words=stored["words"], photo=photo, position=position, album=stored["album"])


def sort_into(session: Session, now: datetime, actor: Actor, question_id: int, order_id: int) -> None:
    """[A report for #17] was pressed (0: something else): what was kept goes there."""
    question = questions.get(session, actor, question_id)
    pieces = questions.content(session, question).get("pieces", [])
    questions.close(session, now, question)
    if not order_id:
        deliveries.answer(session, now, actor, "help", {"lost": True})
        return
    for stored in pieces[:-1]:
        reports.submit(session, now, actor, order_id, replace(unpack(stored), album=f"sorted-{question_id}"))
    for stored in pieces[-1:]:
        album = f"sorted-{question_id}" if len(pieces) > 1 else None
        reports.submit(session, now, actor, order_id, replace(unpack(stored), album=album))


def adopt_album(session: Session, now: datetime, actor: Actor, order_id: int, album: str | None) -> None:
    """The captioned part of an album came after parts that were kept: they belong to the same report."""
    question = questions.current(session, actor.member_id)
    if album is None or question is None or question.kind != "sort":
        return
    pieces = questions.content(session, question)["pieces"]
    if all(stored["album"] == album for stored in pieces):
        questions.close(session, now, question)
        for stored in pieces:
            reports.submit(session, now, actor, order_id, unpack(stored))


def _sort(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """More came before it was clear what the first was about: keep it with the rest."""
    content = questions.content(session, question)
    content["pieces"].append(pack(piece, actor))
    questions.put(session, question, content)
    if piece.album is None or all(other["album"] != piece.album for other in content["pieces"][:-1]):
        questions.show(session, now, actor, question)


def _report(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    order_id = questions.content(session, question)["order"]
    reports.submit(session, now, actor, order_id, piece)


def _check_in(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    order_id = questions.content(session, question)["order"]
    if piece.position is not None:
        questions.close(session, now, question)
        arrivals.check_in(session, now, actor, order_id, piece.position)
    elif piece.photo is not None or len(piece.words) > 20:
        reports.submit(session, now, actor, order_id, piece)  # words and photos are never a place
    else:
        raise refusals.NotUnderstood()


def _order(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    order_dialogue.typed(session, now, actor, question, piece.words, piece.position)


def _amend(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    amend_dialogue.typed(session, now, actor, question, piece.words)


def _reason(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """The words of a return, a rejection or a cancellation."""
    content = questions.content(session, question)
    if not piece.words.strip():
        raise refusals.NotUnderstood()
    questions.close(session, now, question)
    if question.step == "cancel":
        orders.cancel(session, now, actor, content["order"], piece.words)
        return
    version = content.get("version")
    review_service.decide(
        session, now, actor, content["report"], question.step, reason=piece.words, content_version=version
    )


def _name(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    if not piece.words.strip():
        raise refusals.NotUnderstood()
    questions.close(session, now, question)
    members.rename(session, now, actor, piece.words)


ANSWERS = {
    "sort": _sort,
    "report": _report,
    "checkin": _check_in,
    "order": _order,
    "amend": _amend,
    "reason": _reason,
    "name": _name,
}


def ask_report(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/report 17` or [Report] without anything yet: what comes next in private belongs to it."""
    order, claim = claims.of(session, actor, order_id)
    questions.ask(session, now, actor, "report", "more", {"order": order.id, "claim": claim.id})


def ask_check_in(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/checkin 17` or [Check in]: the next place shared in private is the arrival."""
    order, claim = claims.of(session, actor, order_id)
    if not arrivals.can_check_in(claim):
        raise (
            refusals.AlreadyCheckedIn(order=order_id)
            if claim.checked_in_at
            else refusals.NothingToCheckIn(order=order_id)
        )
    questions.ask(session, now, actor, "checkin", "where", {"order": order.id})


def ask_reason(
    session: Session, now: datetime, actor: Actor, verb: str, subject_id: int, version: int | None
) -> None:
    """Ask for the words of a return, rejection or cancellation."""
    if verb == "cancel":
        orders.may_change(session, actor, orders.get(session, subject_id))
        questions.ask(session, now, actor, "reason", "cancel", {"order": subject_id})
        return
    review_service.require_reviewer(session, actor, subject_id)
    questions.ask(session, now, actor, "reason", verb, {"report": subject_id, "version": version})


def in_group(
    session: Session, now: datetime, actor: Actor, reply_to: int, piece: Piece, claims_place: bool
) -> None:
    """A reply to a card in a group: a claim word claims, media or 汇报 reports; all else is conversation."""
    row = deliveries.at_message(session, actor.cause.chat_id, reply_to)
    if row is None or row.kind not in ("order", "reminder.group") or row.subject_id is None:
        return
    if claims_place:
        claims.claim(session, now, actor, row.subject_id)
    elif not piece.is_empty:
        reports.submit(session, now, actor, row.subject_id, piece)
