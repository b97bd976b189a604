"""Due rows: writing down when to look at something again."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from models import Due
from models.actor import insert_new

# Dues that take something away or escalate wait until every message said before them has been read.
TAKING = frozenset(
    {"order.expire", "claim.expire", "order.end", "question.expire", "report.nag", "report.overdue"}
)


def set_due(session: Session, kind: str, subject_id: int, at: datetime, *, step: str = "") -> None:
    """Look at the subject at that time; the same kind, subject and step falls due once."""
    key = f"{kind}:{subject_id}:{step}" if step else f"{kind}:{subject_id}"
    insert_new(session.connection(), Due, kind=kind, subject_id=subject_id, key=key, due_at=at, tries=0)


def take(session: Session, now: datetime, due_id: int) -> Due | None:
    """Mark a due row done, for one taker only; None when another was quicker."""
    statement = update(Due).where(col(Due.id) == due_id, col(Due.done_at).is_(None)).values(done_at=now)
    if session.exec(statement).rowcount != 1:
        return None
    return session.get(Due, due_id, populate_existing=True)


def waiting(session: Session, *, now: datetime, caught_up_at: datetime, most: int) -> list[tuple[int, str]]:
    """Ids and keys of what is due, oldest first; what takes something away only up to `caught_up_at`."""
    ready = (col(Due.due_at) <= caught_up_at) | col(Due.kind).not_in(TAKING)
    rows = session.exec(
        select(Due.id, Due.key)
        .where(col(Due.done_at).is_(None), col(Due.due_at) <= now, ready)
        .order_by(col(Due.due_at))
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows.all()]


def postpone(session: Session, _now: datetime, due_id: int, at: datetime) -> None:
    """Look again later, after a failure; counts the tries."""
    session.exec(update(Due).where(col(Due.id) == due_id).values(due_at=at, tries=col(Due.tries) + 1))
