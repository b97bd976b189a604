"""The deliveries' way out: what is due, and how each attempt ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, or_, select, update

from models import (
    Claim,
    Delivery,
    DeliveryClass,
    DeliveryState,
    Due,
    Lane,
    Member,
    Order,
    Reach,
    Report,
    SeenUpdate,
)  # fmt: skip
from services import chats, deliveries
from services.deliveries import STALE

WAITING = (DeliveryState.PENDING, DeliveryState.LATER)
MOST_TRIES = 25
AMBIGUOUS_AGAIN = timedelta(seconds=5)
SEEN_FOR, TOLD_FOR = timedelta(hours=48), timedelta(days=30)
LINE_GATHERS = timedelta(seconds=10)


def due(session: Session, now: datetime, most: int) -> list[Delivery]:
    """Deliveries whose time has come, first lanes first."""
    statement = (
        select(Delivery)
        .where(col(Delivery.state).in_(WAITING), Delivery.due_at <= now)
        .order_by(col(Delivery.lane), col(Delivery.due_at), col(Delivery.id))
        .limit(most)
    )
    return list(session.exec(statement).all())


def stale_cards(session: Session, now: datetime, most: int) -> list[Delivery]:
    """Live cards that show less than their subject's newest version."""
    shown = (col(Delivery.live)) & (col(Delivery.state) == DeliveryState.SENT) & (col(Delivery.due_at) <= now)
    of_order = (col(Delivery.subject_kind) == "order") & (col(Order.id) == col(Delivery.subject_id))
    of_report = (col(Delivery.subject_kind) == "report") & (col(Report.id) == col(Delivery.subject_id))
    behind = or_(
        col(Delivery.shown_version) == STALE,
        col(Order.version) > col(Delivery.shown_version),
        col(Report.version) > col(Delivery.shown_version),
    )
    statement = select(Delivery).outerjoin(Order, of_order).outerjoin(Report, of_report).where(shown, behind)
    return list(session.exec(statement.order_by(col(Delivery.id)).limit(most)).all())


def version_of(session: Session, row: Delivery) -> int:
    """The subject's version now, which is what a rendering shows."""
    found: Order | Report | None = None
    if row.subject_kind == "order":
        found = session.get(Order, row.subject_id)
    elif row.subject_kind == "report":
        found = session.get(Report, row.subject_id)
    return found.version if found else 0


def take(session: Session, now: datetime, delivery_id: int, owner: str) -> bool:
    """Mark a delivery as on its way, before the call leaves; False when it is no longer wanted."""
    waiting = (col(Delivery.id) == delivery_id) & col(Delivery.state).in_(WAITING)
    values = {"state": DeliveryState.SENDING, "owner": owner, "lease_until": now + deliveries.LEASE}
    return session.exec(update(Delivery).where(waiting).values(**values)).rowcount == 1


def _set(session: Session, delivery_id: int, **values: Any) -> None:
    session.exec(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


def sent(
    session: Session, now: datetime, delivery_id: int, message_id: int | None, version: int, *, final: bool
) -> None:
    """It arrived. A silent line in a group is deleted again after its minute."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    row.state, row.shown_version, row.owner = DeliveryState.SENT, version, None
    row.message_id = message_id or row.message_id
    row.live = row.live and not final
    vanish = row.args.get("vanish")
    if vanish and message_id and row.chat_id < 0:
        session.add(
            Delivery(
                kind="deletion",
                args={"message": message_id},
                chat_id=row.chat_id,
                lane=Lane.EDIT,
                klass=DeliveryClass.COURTESY,
                due_at=now + timedelta(seconds=vanish),
                created_at=now,
                state=DeliveryState.PENDING,
            )  # fmt: skip
        )


def later(session: Session, now: datetime, delivery_id: int, seconds: float, *, edit: bool) -> None:
    """Not accepted; again after so many seconds. After 25 tries it is given up."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    row.attempts += 1
    row.due_at, row.owner = now + timedelta(seconds=seconds), None
    if not edit:
        row.state = DeliveryState.LATER if row.attempts < MOST_TRIES else DeliveryState.NEVER
        row.reason = None if row.attempts < MOST_TRIES else "tries"


def paused(session: Session, now: datetime, delivery_id: int, seconds: float) -> None:
    """The bot itself was refused: nothing is lost, and the try does not count."""
    row = session.get(Delivery, delivery_id)
    if row is not None:
        row.due_at, row.owner = now + timedelta(seconds=seconds), None
        row.state = DeliveryState.SENT if row.message_id is not None else DeliveryState.LATER


def never(session: Session, now: datetime, delivery_id: int, reason: str) -> None:
    """It can never arrive; whoever cannot be reached is marked so."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    row.state, row.reason, row.live, row.owner = DeliveryState.NEVER, reason[:80], False, None
    if reason == "blocked" and row.recipient_id is not None and row.chat_id > 0:
        session.exec(update(Member).where(col(Member.id) == row.recipient_id).values(reach=Reach.BLOCKED))
    if reason == "gone" and row.chat_id < 0:
        chats.gone(session, row.chat_id)
    if row.kind == "reaction":
        _merge_into_line(session, now, row)


def _merge_into_line(session: Session, now: datetime, reaction: Delivery) -> None:
    """Reactions are off here: one line per ten seconds names who claimed."""
    claim_id = reaction.args.get("claim")
    if not claim_id:
        return
    key = f"line:{reaction.chat_id}:{int(now.timestamp()) // int(LINE_GATHERS.total_seconds())}"
    line = session.exec(select(Delivery).where(Delivery.unique_key == key)).first()
    if line is not None:
        line.args = {"claims": [*line.args["claims"], claim_id]}
        return
    session.add(
        Delivery(
            kind="claims.line",
            args={"claims": [claim_id]},
            chat_id=reaction.chat_id,
            thread_id=reaction.thread_id,
            lane=Lane.NOTE,
            klass=DeliveryClass.COURTESY,
            due_at=now + LINE_GATHERS,
            created_at=now,
            state=DeliveryState.PENDING,
            unique_key=key,
        )  # fmt: skip
    )


def claimants(session: Session, claim_ids: list[int]) -> list[tuple[str, int]]:
    """Names and order numbers of some claims."""
    rows = session.exec(
        select(Member.name, Claim.order_id)
        .join(Claim, col(Claim.member_id) == col(Member.id))
        .where(col(Claim.id).in_(claim_ids))
        .order_by(col(Claim.id))
    ).all()
    return [(row[0], row[1]) for row in rows]


def ambiguous(session: Session, now: datetime, delivery_id: int, *, edit: bool) -> None:
    """The connection broke after the request left: what is critical goes again, a courtesy does not."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    if edit or row.klass == DeliveryClass.CRITICAL:
        later(session, now, delivery_id, AMBIGUOUS_AGAIN.total_seconds(), edit=edit)
    else:
        row.state, row.owner = DeliveryState.AMBIGUOUS, None


def lost_message(session: Session, now: datetime, delivery_id: int) -> None:
    """The card to edit is gone: it is posted again, once."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    if row.args.get("reposted"):
        row.live, row.state, row.reason = False, DeliveryState.NEVER, "deleted"
        return
    row.args = {**row.args, "reposted": True}
    row.message_id, row.state, row.due_at, row.shown_version = None, DeliveryState.PENDING, now, 0


def moved(session: Session, now: datetime, delivery_id: int, new_chat_id: int) -> None:
    """The group became a supergroup while this was on its way."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        return
    old = row.chat_id
    row.state, row.due_at = DeliveryState.PENDING, now
    session.flush()
    chats.migrate(session, now, old, new_chat_id)


def recover(session: Session, now: datetime, owner: str) -> int:
    """At start: what another process left on its way has an unknown outcome. How many rows."""
    left = session.exec(
        select(Delivery.id).where(Delivery.state == DeliveryState.SENDING, Delivery.owner != owner)
    ).all()
    for delivery_id in left:
        ambiguous(session, now, delivery_id, edit=False)
    return len(left)


def sweep(session: Session, now: datetime) -> None:
    """Forget what is no longer needed: seen updates, done due rows, courtesies long told."""
    session.exec(delete(SeenUpdate).where(col(SeenUpdate.at) < now - SEEN_FOR))
    session.exec(delete(Due).where(col(Due.done_at) < now - TOLD_FOR))
    over = (col(Delivery.created_at) < now - TOLD_FOR) & col(Delivery.live).is_(False)
    done = col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.NEVER, DeliveryState.AMBIGUOUS))
    session.exec(delete(Delivery).where(over, done, col(Delivery.kind) != "order"))
