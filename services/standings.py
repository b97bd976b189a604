"""How a person stands to an order: everything a claim asks first, in one statement of the busiest path."""

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, col, exists

from models import ChatMember, Claim, Delivery, DeliveryState, Order, OrderVisit
from models.actor import Actor
from models.prepared import Prepared
from services import order_facts, refusals

_ORDER = Order.__table__  # type: ignore[attr-defined]
_SHOWN = exists().where(
    *order_facts.is_card(bindparam("order")),
    (col(Delivery.state) != DeliveryState.NEVER) | col(Delivery.message_id).is_not(None),
    col(ChatMember.chat_id) == col(Delivery.chat_id),
    col(ChatMember.member_id) == bindparam("member"),
    col(ChatMember.left_at).is_(None),
) | exists().where(
    col(OrderVisit.order_id) == bindparam("order"), col(OrderVisit.member_id) == bindparam("member")
)
_CARD = exists().where(  # the message that was pressed is the order's card there
    *order_facts.is_card(bindparam("order")),
    col(Delivery.chat_id) == bindparam("chat"),
    col(Delivery.message_id) == bindparam("message"),
)
_UNREAD = ("line", "issued_at", "ended_at", "seal_id", "cancel_reason", "latitude", "longitude", "version")
_MINE = (col(Claim.order_id) == col(Order.id)) & (col(Claim.member_id) == bindparam("member"))
_STANDING = Prepared(
    core_select(
        *(column for column in _ORDER.c if column.name not in _UNREAD),
        col(Claim.id).label("claim_id"),
        col(Claim.state).label("claim_state"),
        _SHOWN.label("shown"),
        _CARD.label("card"),
    )
    .outerjoin(Claim, _MINE)
    .where(col(Order.id) == bindparam("order"))
)


def standing(session: Session, actor: Actor, order_id: int) -> Any:
    """The order's row, with the actor's claim on it and whether it is `shown` to them; NoSuchOrder."""
    cause = actor.cause
    found = _STANDING.first(
        session, order=order_id, member=actor.member_id, chat=cause.chat_id, message=cause.message_id or 0
    )
    if found is None:
        raise refusals.NoSuchOrder(order=order_id)
    return found
