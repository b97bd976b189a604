"""Taking the bot's own messages away again, wherever they are: waiting, on their way, or on a phone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Delivery, DeliveryClass, DeliveryState, Lane
from models.lifecycle import WAITING
from services import deliveries, held
from services.deliveries import TAKEN_BACK

AT_ONCE = timedelta()
AS_IT_ARRIVES = 1  # second, for what is to be gone and is on its way
DELETABLE = timedelta(hours=47)  # Telegram lets a bot delete its own messages for 48


def delete_later(session: Session, now: datetime, chat_id: int, message_id: int, after: timedelta) -> None:
    """One of the bot's own messages goes after a while; it may hold what is nobody else's, and is tried until it has gone."""
    deliveries.put(
        session, now, kind="deletion", args={"message": message_id}, chat_id=chat_id, lane=Lane.EDIT,
        klass=DeliveryClass.CRITICAL, due_at=now + after,
    )  # fmt: skip


def take_away(session: Session, now: datetime, delivery_ids: Sequence[int]) -> None:
    """Messages are to be read no longer: they are deleted, or do not leave; one on its way goes as it arrives."""
    for row in held.lock_all(session, Delivery, delivery_ids):
        if row.message_id is not None:
            delete_later(session, now, row.chat_id, row.message_id, AT_ONCE)
        elif row.state == DeliveryState.SENDING:
            row.args = {**row.args, "vanish": AS_IT_ARRIVES}
        elif row.state in WAITING:
            row.state = DeliveryState.NEVER
        row.live, row.reason = False, TAKEN_BACK


def is_going(session: Session, chat_id: int, message_id: int) -> bool:
    """Whether the message is to be deleted."""
    deletions = select(Delivery.args).where(Delivery.kind == "deletion", Delivery.chat_id == chat_id)
    return any(args.get("message") == message_id for args in session.exec(deletions).all())


def supersede(session: Session, now: datetime, kind: str, subject: tuple[str, int], member_id: int) -> None:
    """A fresh card takes the place of one person's older ones: those go, or where Telegram lets none go, live on."""
    about = (col(Delivery.subject_kind) == subject[0]) & (col(Delivery.subject_id) == subject[1])
    theirs = about & (col(Delivery.kind) == kind) & (col(Delivery.recipient_id) == member_id)
    recent = col(Delivery.live) & (col(Delivery.created_at) > now - DELETABLE)
    take_away(session, now, session.exec(select(Delivery.id).where(theirs, recent)).all())
