"""A card that Telegram showed and we never heard of: whoever presses on it tells us that it is there."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from models import Delivery, DeliveryState, Stamp
from models.actor import Cause
from services import audit, order_facts, removals


def adopt(session: Session, now: datetime, cause: Cause, order_id: int) -> bool:
    """Make the pressed message the order's card in its chat, and take the twin away; False when it cannot be.

    Only a message of our own in a chat that should show the order, and newer than the last restore: an older one
    may belong to a number that is given anew. One that is on its way just now will be heard of by itself.
    """
    if cause.card_at is None or cause.private or cause.message_id is None:
        return False
    stamp = session.exec(select(func.max(Stamp.at))).one()
    if stamp is not None and cause.card_at <= stamp:
        return False
    here = (col(Delivery.chat_id) == cause.chat_id) & (
        col(Delivery.thread_id).is_not_distinct_from(cause.thread_id)
    )
    card = select(Delivery).where(*order_facts.is_card(order_id), here)
    held = card.order_by(col(Delivery.id)).limit(1).with_for_update()
    row = session.exec(held.execution_options(populate_existing=True)).first()
    if row is None or row.state in (DeliveryState.SENDING, DeliveryState.NEVER):
        return False
    # It was heard of while this press was on its way, or can't be edited and the card was posted anew
    if cause.message_id in (row.message_id, *row.args.get("old", ())):
        return False
    if removals.is_going(session, cause.chat_id, cause.message_id):  # the twin of one that was adopted before
        return False
    if _is_another(session, cause):  # who forges what a button says must not make one card the other's twin
        return False
    if row.message_id is not None:
        removals.delete_later(session, now, row.chat_id, row.message_id, removals.AT_ONCE)
    row.message_id, row.state, row.live, row.shown_version = cause.message_id, DeliveryState.SENT, True, 0
    row.owner, row.due_at = None, now
    session.add(row)
    audit.record(session, now, None, "card.adopted", "delivery", row.id)
    return True


def _is_another(session: Session, cause: Cause) -> bool:
    """Whether the pressed message is known as something that was sent."""
    sent = select(Delivery.id).where(
        Delivery.chat_id == cause.chat_id, Delivery.message_id == cause.message_id
    )
    return session.exec(sent.limit(1)).first() is not None
