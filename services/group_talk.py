"""What is said in a group in reply to a card: a claim, a report, or talk among people."""

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.actor import Actor, Refusal
from services import adoption, alarms, claims, deliveries, duty_talk, my_place, reports
from services.pieces import Piece


def replied(
    session: Session,
    now: datetime,
    actor: Actor,
    reply_to: int,
    piece: Piece,
    claims_place: bool,
    reports_it: bool,
    shown: tuple[int, datetime] | None = None,
) -> None:
    """A reply to a card in a group: a claim word claims, media or 汇报 reports; all else is conversation. `shown` is the
    order on the card, and when it was sent, for one that we never heard of."""
    row = deliveries.pointed_at(session, now, actor, reply_to)
    if row is None and shown is not None:
        pointing = replace(actor.cause, message_id=reply_to, card_at=shown[1])
        if adoption.adopt(session, now, pointing, shown[0]):
            session.flush()
            row = deliveries.at_message(session, actor.cause.chat_id, reply_to)
    if row is None or row.kind not in ("order", "reminder.group") or row.subject_id is None:
        return
    if claims_place:
        claims.claim(session, now, actor, row.subject_id)
    elif not piece.is_empty:
        alarmed = alarms.heed(session, now, actor, piece.words, row.subject_id)
        if reports_it and not _is_talk(session, actor, row.subject_id, piece):
            # An alarm stands, whatever becomes of the report
            with suppress(Refusal) if alarmed else nullcontext():
                reports.submit(session, now, actor, row.subject_id, piece)


def _is_talk(session: Session, actor: Actor, order_id: int, piece: Piece) -> bool:
    """Whether a voice note under a card is talk among the group, and no report: it comes before the duty begins, or from
    somebody without a place on it. What shows something is a report, or is refused as one."""
    if not duty_talk.is_spoken(piece):
        return False
    return duty_talk.is_to_come(session, actor, order_id) or not my_place.may_report(
        session, actor.member_id, order_id
    )
