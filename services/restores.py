"""After a restore: numbers that were given out since the copy are never given again, and nothing that may have
been sent since is sent again before somebody has looked at it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, SQLModel, col, func, select, update

from models import Delivery, DeliveryState, Due, Lease, Stamp, putting_back
from models.lifecycle import WAITING
from services.dues import held_since

DIGITS = 19  # of a number of the database's
GAP = 10_000  # numbers left free in every sequence
ON_THE_WAY = (*WAITING, DeliveryState.SENDING)
REMINDING = ("order.remind_eve", "order.remind_hour", "report.nag")


@dataclass(frozen=True)
class Held:
    """So many of a kind wait for release; `oldest` is when the first was due."""

    kind: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Mark:
    """How far a database has come: how often it was stamped, its newest delivery, and how often it was marked; what is
    sent or edited leaves no newer delivery."""

    stamps: int
    deliveries: int
    marked: int = 0

    def __str__(self) -> str:
        return f"{self.stamps}:{self.deliveries}:{self.marked}"

    def is_behind(self, other: "Mark") -> bool:
        """Whether a database with this mark is an older copy of the one that left the other."""
        mine, theirs = ((mark.stamps, mark.deliveries, mark.marked) for mark in (self, other))
        return mine < theirs


def read_mark(words: str | None) -> Mark | None:
    """The mark that `str(mark)` wrote; None for anything else."""
    parts = (words or "").strip().split(":")  # of two parts before version 0010
    whole = all(part.isdecimal() and len(part) <= DIGITS for part in parts)
    return Mark(*map(int, parts)) if len(parts) in (2, 3) and whole else None


def mark(session: Session) -> Mark:
    stamps = session.exec(select(func.count()).select_from(Stamp)).one()
    newest = session.exec(select(func.coalesce(func.max(Delivery.id), 0))).one()
    marked = session.exec(select(func.coalesce(func.max(Lease.marked), 0))).one()
    return Mark(stamps, newest, marked)


def advance(session: Session, _now: datetime) -> None:
    """Something was done since the mark was last written down: the next one is ahead of any copy from before."""
    session.exec(update(Lease).values(marked=Lease.marked + 1))


def stamp(session: Session, now: datetime, given: dict[str, int] | None = None, stamps: int = 0) -> int:
    """Note that this is a copy put back, where numbers up to those `given` by table are taken, of a database that was
    stamped as often as `stamps` says; how many deliveries and due rows it holds back.

    The same copy put back once more begins behind the numbers that were given out after the first time.
    """
    again = max(stamps - mark(session).stamps, 0) + 1
    _raise_numbers(session, given or {}, GAP * again)
    putting_back.noted(session.connection())
    session.add_all(Stamp(at=now) for _ in range(again))
    if session.connection().dialect.name == "postgresql":  # who held it then serves it no more
        session.exec(update(Lease).values(holder=None))
    left = update(Delivery).where(col(Delivery.state) == DeliveryState.SENDING)
    session.exec(left.values(state=DeliveryState.PENDING, owner=None, lease_until=None))
    session.flush()
    return sum(row.count for row in held(session))


def _raise_numbers(session: Session, given: dict[str, int], gap: int) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for name in _counted():
            connection.execute(
                text(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0 "
                    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name)"
                ),
                {"name": name},
            )
            highest = "UPDATE sqlite_sequence SET seq = max(seq, :given) + :gap WHERE name = :name"
            connection.execute(text(highest), {"given": given.get(name, 0), "gap": gap, "name": name})
        return
    for name in _counted():
        connection.execute(
            text(
                # from the sequence, not the newest row: rows are swept, and their numbers were given out all the same
                "SELECT setval(s, greatest(nextval(s), :given) + :gap) FROM pg_get_serial_sequence(:name, 'id') s "
                "WHERE s IS NOT NULL"
            ),
            {"gap": gap, "name": name, "given": given.get(name, 0)},
        )


def _counted() -> list[str]:
    """The tables whose numbers the database counts."""
    return [
        table.name
        for table in SQLModel.metadata.sorted_tables
        if table.dialect_options["sqlite"].get("autoincrement") or table.kwargs.get("sqlite_autoincrement")
    ]


def _overdue(at: datetime) -> ColumnElement[bool]:
    return col(Due.done_at).is_(None) & (col(Due.due_at) < at)


def held(session: Session) -> list[Held]:
    """What waits for release, by kind: deliveries, and due rows that would bring new ones."""
    at = held_since(session)
    if at is None:
        return []
    waiting = (
        col(Delivery.state).in_(ON_THE_WAY) & (col(Delivery.created_at) < at) & (col(Delivery.due_at) < at)
    )
    columns = (Delivery.kind, func.count(), func.min(Delivery.due_at))
    rows = list(session.exec(select(*columns).where(waiting).group_by(Delivery.kind)).all())
    due_columns = (Due.kind, func.count(), func.min(Due.due_at))
    rows += session.exec(select(*due_columns).where(_overdue(at)).group_by(Due.kind)).all()
    return [Held(kind, count, oldest) for kind, count, oldest in rows]


def release(session: Session, now: datetime, *, discard: bool) -> None:
    """Let what was held go its way; or, with `discard`, leave unsaid what would only repeat or remind: what has to be done
    is done, and what it would tell stays unsaid (`dues.TELLING`)."""
    at = held_since(session)
    if at is None:
        return
    if discard:
        old = (
            col(Delivery.state).in_(ON_THE_WAY)
            & (col(Delivery.created_at) < at)
            & (col(Delivery.due_at) < at)
        )
        values = {"state": DeliveryState.NEVER, "reason": "before the restore", "live": False}
        # A group may have its card: it counts as shown there, and a press on it is answered
        cards = old & (col(Delivery.kind) == "order")
        session.exec(update(Delivery).where(cards).values(**values | {"state": DeliveryState.AMBIGUOUS}))
        session.exec(update(Delivery).where(old).values(**values))
        session.exec(update(Due).where(_overdue(at), col(Due.kind).in_(REMINDING)).values(done_at=now))
    how = {"released_at": now, "discarded_at": now if discard else None}
    session.exec(update(Stamp).where(col(Stamp.released_at).is_(None)).values(**how))
