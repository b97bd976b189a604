"""Digests: more than three notes to one person at once become one message."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Delivery, DeliveryClass, DeliveryState, Lane
from services import deliveries
from services.outbox import WAITING


def merge(session: Session, now: datetime, delivery_ids: list[int]) -> None:
    """Put notes that wait for one person into one; those that have left meanwhile stay as they are."""
    rows = session.exec(
        select(Delivery)
        .where(col(Delivery.id).in_(delivery_ids), col(Delivery.state).in_(WAITING))
        .order_by(col(Delivery.id))
    ).all()
    if len(rows) < 2:
        return
    for row in rows:
        row.state, row.reason = DeliveryState.NEVER, "merged"
    critical = any(row.klass == DeliveryClass.CRITICAL for row in rows)
    deliveries.put(
        session, now, kind="digest", args={"notes": [row.id for row in rows]}, chat_id=rows[0].chat_id,
        recipient_id=rows[0].recipient_id, lane=Lane(min(row.lane for row in rows)),
        klass=DeliveryClass.CRITICAL if critical else DeliveryClass.COURTESY,
    )  # fmt: skip
