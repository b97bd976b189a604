"""The deliveries' way out: what is due, who takes it, what is forgotten."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, true
from sqlmodel import Session, col, delete, func, or_, select, update

from models import (
    Claim,
    DeadLetter,
    Delivery,
    DeliveryState,
    Due,
    Member,
    Order,
    Report,
    Request,
    SeenUpdate,
    Whistle,
)  # fmt: skip
from models.lifecycle import WAITING
from services import deliveries, dues, endings
from services.deliveries import STALE

NEWEST = 5_000  # deliveries: more than leave in a minute
# Written out, not as parameters: SQLite uses a partial index only where its own words stand
IS_WAITING = col(Delivery.state).in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
IS_SENDING = col(Delivery.state) == bindparam("sending", DeliveryState.SENDING, literal_execute=True)
SUBJECTS: dict[str, Any] = {"order": Order, "report": Report, "request": Request, "whistle": Whistle}
SEEN_FOR, TOLD_FOR = timedelta(hours=48), timedelta(days=30)
CARDS_FOR = timedelta(days=90)  # so long a duty's card in a group is known for what it was


class Crowded(NamedTuple):
    """Chats of which enough is in hand: of notes by the lane from which on, and of cards."""

    notes: dict[int, list[int]]
    cards: list[int]


NOTHING_IN_HAND = Crowded({}, [])


def due(session: Session, now: datetime, most: int, crowded: Crowded) -> list[Delivery]:
    """Deliveries whose time has come, first lanes first; not what a restored database holds back, and no more of chats
    that are crowded."""
    wanted = [
        or_(col(Delivery.lane) < lane, col(Delivery.chat_id).not_in(chats))
        for lane, chats in crowded.notes.items()
    ]
    statement = (
        select(Delivery)
        .where(IS_WAITING, Delivery.due_at <= now, *_not_held(session), *wanted)
        .order_by(col(Delivery.lane), col(Delivery.due_at), col(Delivery.id))
        .limit(most)
    )
    return list(session.exec(statement).all())


def stale_cards(session: Session, now: datetime, most: int, crowded: Crowded) -> list[Delivery]:
    """Live cards that show less than their subject's newest version; of crowded chats those that a press turned."""
    shown = (col(Delivery.live)) & (col(Delivery.state) == DeliveryState.SENT) & (col(Delivery.due_at) <= now)
    turned = col(Delivery.shown_version) == STALE  # it leaves as an answer does
    behind = [turned]
    statement = select(Delivery)
    for kind, table in SUBJECTS.items():
        of_kind = (col(Delivery.subject_kind) == kind) & (col(table.id) == col(Delivery.subject_id))
        statement = statement.outerjoin(table, of_kind)
        behind.append(col(table.version) > col(Delivery.shown_version))
    wanted = [turned | col(Delivery.chat_id).not_in(crowded.cards)] if crowded.cards else []
    statement = statement.where(shown, or_(*behind), *_not_held(session), *wanted)
    longest_unshown = (col(Delivery.due_at), col(Delivery.id))
    return list(session.exec(statement.order_by(*longest_unshown).limit(most)).all())


def _not_held(session: Session) -> list[ColumnElement[bool]]:
    """After a restore, what was there before waits until it is released."""
    at = dues.held_since(session)
    return [] if at is None else [(col(Delivery.created_at) >= at) | (col(Delivery.due_at) >= at)]


def version_of(session: Session, row: Delivery) -> int:
    """The subject's version now, which is what a rendering shows."""
    table = SUBJECTS.get(row.subject_kind or "")
    found = session.get(table, row.subject_id) if table else None
    return found.version if found else 0


def take(session: Session, now: datetime, delivery_id: int, owner: str) -> bool:
    """Mark a delivery as on its way, before the call leaves; False when it is no longer wanted. It may be marked already by
    a try whose COMMIT was done and answered by nobody."""
    ours = (col(Delivery.state) == DeliveryState.SENDING) & (col(Delivery.owner) == owner)
    waiting = (col(Delivery.id) == delivery_id) & (col(Delivery.state).in_(WAITING) | ours)
    values = {"state": DeliveryState.SENDING, "owner": owner, "lease_until": now + deliveries.LEASE}
    return session.exec(update(Delivery).where(waiting).values(**values)).rowcount == 1


def claimants(session: Session, claim_ids: list[int]) -> list[tuple[str, int]]:
    """Names and order numbers of some claims."""
    rows = session.exec(
        select(Member.name, Claim.order_id)
        .join(Claim, col(Claim.member_id) == col(Member.id))
        .where(col(Claim.id).in_(claim_ids))
        .order_by(col(Claim.id))
    ).all()
    return [(row[0], row[1]) for row in rows]


def recover(session: Session, now: datetime, owner: str) -> int:
    """At start: what another process left on its way has an unknown outcome. How many rows."""
    left = session.exec(select(Delivery.id).where(IS_SENDING, Delivery.owner != owner)).all()
    for delivery_id in left:
        endings.ambiguous(session, now, delivery_id, edit=False)
    return len(left)


def quiet(session: Session, now: datetime) -> list[tuple[int, float]]:
    """Chats that asked for quiet, and for how many seconds more."""
    told = (col(Delivery.reason) == endings.QUIET, col(Delivery.due_at) > now)
    rows = [
        row
        for which in (IS_WAITING, col(Delivery.live) == true())  # one after the other: each has its index
        for row in session.exec(select(Delivery.chat_id, Delivery.due_at).where(which, *told)).all()
    ]
    return [(chat_id, (until - now).total_seconds()) for chat_id, until in rows]


def lately(session: Session, now: datetime, within: timedelta) -> list[tuple[int, float]]:
    """To which groups something left so lately, and how many seconds ago, the first first: whoever begins to send did not
    see it. Of cards of long ago those that still change are looked at."""
    newest = session.exec(select(func.coalesce(func.max(Delivery.id), 0))).one()
    left = (
        Delivery.state == DeliveryState.SENT,
        col(Delivery.due_at) <= now,  # an edit that was put off has not left
        col(Delivery.due_at) > now - within,
        col(Delivery.chat_id) < 0,
    )
    recent, older = col(Delivery.id) > newest - NEWEST, col(Delivery.live) == true()
    found = {
        delivery_id: (chat_id, (now - left_at).total_seconds())
        for which in (recent, older)
        for delivery_id, chat_id, left_at in session.exec(
            select(Delivery.id, Delivery.chat_id, Delivery.due_at).where(which, *left)
        ).all()
    }
    return sorted(found.values(), key=lambda one: -one[1])


def unbegun(session: Session, owner: str, before: datetime, begun: frozenset[int]) -> list[int]:
    """Ids of deliveries that an owner took before then, are on their way as far as the database knows, and never began."""
    taken = (IS_SENDING, col(Delivery.owner) == owner, col(Delivery.lease_until) <= before + deliveries.LEASE)
    found = session.exec(select(Delivery.id).where(*taken)).all()
    return [delivery_id for delivery_id in found if delivery_id not in begun]


def put_back(session: Session, _now: datetime, owner: str, before: datetime, begun: frozenset[int]) -> None:
    """What was to leave at once and never did is for whoever sends next."""
    ours = col(Delivery.id).in_(unbegun(session, owner, before, begun)) & IS_SENDING
    session.exec(update(Delivery).where(ours).values(state=DeliveryState.LATER, owner=None))


def forgotten(session: Session, now: datetime, most: int) -> list[int]:
    """Ids of deliveries whose lease has run out while they were on their way."""
    out = select(Delivery.id).where(IS_SENDING, col(Delivery.lease_until) < now)
    return list(session.exec(out.limit(most)).all())


class Forgettable(NamedTuple):
    """What is no longer needed, some of it: seen updates, done due rows, deliveries long told, dead letters, by their ids."""

    updates: list[int]
    dues: list[int]
    deliveries: list[int]
    letters: list[int]


def forgettable(session: Session, now: datetime, most: int) -> Forgettable:
    """At most so many of each, found in a read: writers do not wait for it.

    The newest delivery stays: the mark outside the database is its number, and must not go down.
    """
    told = col(Delivery.created_at) < now - TOLD_FOR
    shown = (col(Delivery.kind) != "order") | (col(Delivery.created_at) < now - CARDS_FOR)
    done = col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.NEVER, DeliveryState.AMBIGUOUS))
    newest = select(func.max(Delivery.id)).scalar_subquery()
    over = (told, shown, done, col(Delivery.live).is_(False), col(Delivery.id) != newest)
    queries: tuple[Any, ...] = (
        select(SeenUpdate.update_id).where(col(SeenUpdate.at) < now - SEEN_FOR),
        select(Due.id).where(col(Due.done_at) < now - TOLD_FOR),
        select(Delivery.id).where(*over),
        select(DeadLetter.id).where(col(DeadLetter.at) < now - TOLD_FOR),
    )
    return Forgettable(*(list(session.exec(query.limit(most)).all()) for query in queries))


def forget(session: Session, now: datetime, found: Forgettable) -> None:
    """So few that nobody waits; what changed meanwhile is looked at again another time."""
    seen = col(SeenUpdate.update_id).in_(found.updates) & (col(SeenUpdate.at) < now - SEEN_FOR)
    session.exec(delete(SeenUpdate).where(seen))
    session.exec(delete(Due).where(col(Due.id).in_(found.dues)))
    session.exec(
        delete(Delivery).where(col(Delivery.id).in_(found.deliveries), col(Delivery.live).is_(False))
    )
    session.exec(delete(DeadLetter).where(col(DeadLetter.id).in_(found.letters)))
