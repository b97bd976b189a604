"""An order's cards: one in every chat of its area and below, a slice in each transaction."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Area, Binding, Chat, ChatState, Delivery, Lane, Order
from services import areas, deliveries, dues, order_facts

SLICE = 200  # rows one transaction writes at the most


def chats_of(session: Session, area: Area) -> list[tuple[int, int]]:
    """Telegram chat id and thread of every chat bound to the area or below it."""
    rows = session.exec(
        select(Chat.telegram_id, Binding.thread_id)
        .join(Binding, col(Binding.chat_id) == col(Chat.id))
        .join(Area, col(Area.id) == col(Binding.area_id))
        .where(areas.within(area), col(Binding.ended_at).is_(None), Chat.state == ChatState.ACTIVE)
        .order_by(col(Chat.id))
    ).all()
    return [(row[0], row[1]) for row in rows]


def language_of(session: Session, area: Area) -> str:
    """What a duty for the area is called in: the language of its chats where they share one, else the area's."""
    shown = [chat for chat, _thread in chats_of(session, area)]
    spoken = set(session.exec(select(Chat.language).where(col(Chat.telegram_id).in_(shown))).all())
    return (spoken.pop() if len(spoken) == 1 else None) or areas.language(session, area)


def post(session: Session, now: datetime, order: Order) -> None:
    """Write the next slice of cards; a due row brings the rest."""
    chats = chats_of(session, areas.get(session, order.area_id))
    have = set(
        session.exec(select(Delivery.chat_id, Delivery.thread_id).where(*order_facts.is_card(order.id))).all()
    )
    missing = [(chat, thread) for chat, thread in chats if (chat, thread or None) not in have]
    lane = Lane.ANSWER if len(chats) == 1 else Lane.BROADCAST
    for chat_id, thread_id in missing[:SLICE]:
        deliveries.card(
            session,
            now,
            "order",
            ("order", order.id),
            chat_id=chat_id,
            thread_id=thread_id or None,
            lane=lane,
        )
    if len(missing) > SLICE:
        dues.set_due(session, "order.post", order.id, now, step=str(len(have)))
