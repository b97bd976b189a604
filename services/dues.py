"""Due rows: writing down when to look at something again."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as core_select
from sqlalchemy import update as core_update
from sqlmodel import Session, col, func, select, update

from models import Due, Stamp
from models.together import insert_soon
from services import deliveries

_DUE = Due.__table__  # type: ignore[attr-defined]

# Dues that take something away or escalate wait until every message said before them has been read.
TAKING = frozenset(
    {
        "order.expire",
        "claim.expire",
        "order.end",
        "question.expire",
        "report.nag",
        "report.overdue",
        "request.untaken",
        "request.warn",
        "request.escalate",
        "request.close",
        "request.send",
        "question.silent",
        "whistle.late",
    }  # fmt: skip
)


# Dues whose notes tell what was done: after a restore that was discarded they do it without a word. Escalations are said
# all the same, and so is "How did it go?", for the report may be lost.
TELLING = frozenset(
    {"claim.filled", "review.settle", "order.expire", "claim.expire", "request.send", "cases.morning"}
)


def set_due(session: Session, kind: str, subject_id: int, at: datetime, *, step: str = "") -> None:
    """Look at the subject at that time; the same kind, subject and step falls due once."""
    key = f"{kind}:{subject_id}:{step}" if step else f"{kind}:{subject_id}"
    insert_soon(session, Due, kind=kind, subject_id=subject_id, key=key, due_at=at, tries=0)


class Taken(NamedTuple):
    """A due row whose turn has come."""

    id: int
    kind: str
    subject_id: int
    key: str
    due_at: datetime

    @property
    def step(self) -> str:
        """What follows kind and subject in the key."""
        return self.key.split(":", 2)[2] if self.key.count(":") > 1 else ""


def take(session: Session, now: datetime, due_ids: list[int]) -> list[Taken]:
    """Mark due rows done, for one taker only; those that no other was quicker to take, as they were given."""
    connection = session.connection()
    # Found by their ids alone: asked for "not done" as well, PostgreSQL may read all that wait, of which it knows little
    rows = core_select(*(_DUE.c[name] for name in Taken._fields), _DUE.c.done_at).where(
        _DUE.c.id.in_(due_ids)
    )
    held = connection.execute(rows.order_by(_DUE.c.id).with_for_update()).all()
    taken = {row.id: Taken(*row[:-1]) for row in held if row.done_at is None}
    if taken:
        connection.execute(core_update(_DUE).where(_DUE.c.id.in_(list(taken))).values(done_at=now))
    return [taken[due_id] for due_id in due_ids if due_id in taken]


def held_since(session: Session) -> datetime | None:
    """The stamp of a restore that is not released yet; None on ordinary days."""
    return session.exec(select(func.max(Stamp.at)).where(col(Stamp.released_at).is_(None))).one()


@contextlib.contextmanager
def saying(session: Session) -> Iterator[Callable[[Taken], None]]:
    """To be told of each row before it is worked on: what was due before a restore, and was discarded then, tells nothing."""
    discarded = select(func.max(Stamp.at)).where(col(Stamp.discarded_at).is_not(None))
    before = session.exec(discarded).one()

    def turn_to(due: Taken) -> None:
        old = before is not None and due.due_at < before
        session.info[deliveries.UNSAID] = old and due.kind in TELLING

    try:
        yield turn_to
    finally:
        session.info.pop(deliveries.UNSAID, None)


def waiting(
    session: Session, *, now: datetime, caught_up_at: datetime, most: int
) -> list[tuple[int, str, datetime]]:
    """Ids, keys and times of what is due, oldest first; what takes something away only up to `caught_up_at`."""
    ready = (col(Due.due_at) <= caught_up_at) | col(Due.kind).not_in(TAKING)
    at = held_since(session)
    if at is not None:  # a restored database: what was due before may have been done already, and waits
        ready &= col(Due.due_at) >= at
    rows = session.exec(
        select(Due.id, Due.key, Due.due_at)
        .where(col(Due.done_at).is_(None), col(Due.due_at) <= now, ready)
        .order_by(col(Due.due_at))
        .limit(most)
    )
    return [(row[0], row[1], row[2]) for row in rows.all()]


def postpone(session: Session, _now: datetime, due_id: int, at: datetime) -> None:
    """Look again later, after a failure; counts the tries."""
    session.exec(update(Due).where(col(Due.id) == due_id).values(due_at=at, tries=col(Due.tries) + 1))
