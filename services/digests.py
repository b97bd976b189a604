"""Digests: more than three notes to one person at once become one message."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from models import Delivery, DeliveryClass, DeliveryState, Lane
from models.lifecycle import WAITING
from services import deliveries

_DELIVERY = Delivery.__table__  # type: ignore[attr-defined]
_COLUMNS = [_DELIVERY.c[name] for name in ("id", "kind", "lane", "klass", "chat_id", "recipient_id")]
MOST_KEPT = 60  # more notes than a message has room for are counted only


def merge(session: Session, now: datetime, delivery_ids: list[int]) -> None:
    """Put notes that wait for one person into one, the one that waits for them already if there is one.

    Those that have left meanwhile stay as they are.
    """
    waiting = select(*_COLUMNS).where(_DELIVERY.c.id.in_(delivery_ids), col(Delivery.state).in_(WAITING))
    rows = session.connection().execute(waiting.order_by(_DELIVERY.c.id).with_for_update()).all()
    notes = [row for row in rows if row.kind != "digest"]
    if not notes or len(rows) < 2:
        return
    digest = next((session.get_one(Delivery, row.id) for row in rows if row.kind == "digest"), None)
    if digest is None:
        first = notes[0]
        digest = deliveries.put(
            session, now, kind="digest", chat_id=first.chat_id, recipient_id=first.recipient_id,
            lane=first.lane, klass=first.klass,
        )  # fmt: skip
    merged = _DELIVERY.c.id.in_([row.id for row in notes])  # hundreds at once: one statement for all of them
    session.connection().execute(
        update(_DELIVERY).where(merged).values(state=DeliveryState.NEVER, reason="merged")
    )
    digest.lane = Lane(min(digest.lane, *(row.lane for row in notes)))
    if any(row.klass == DeliveryClass.CRITICAL for row in notes):
        digest.klass = DeliveryClass.CRITICAL
    _add(digest, [row.id for row in notes])


def _add(digest: Delivery, note_ids: list[int]) -> None:
    kept, counted = digest.args.get("notes", []), digest.args.get("counted", 0)
    added = note_ids[: max(0, MOST_KEPT - len(kept))]
    digest.args = {"notes": kept + added, "counted": counted + len(note_ids) - len(added)}
