"""Taking, keeping and letting go of the lease, and the fence that every write of its holder passes.

The database's clock decides, never a process's own; a lease that ends later than any lease can is from before that clock
was set back, and free. On SQLite the lock of the operating system is the
lease: whoever gets this far holds it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlmodel import Session

from models import Lease, putting_back
from models.prepared import insert_new

LEASE_SECONDS = 15.0

_RUNS = "until BETWEEN clock_timestamp() AND clock_timestamp() + make_interval(secs => 2 * :seconds)"
HELD = text(f"SELECT until FROM lease WHERE holder IS NOT NULL AND {_RUNS}")
_TAKE = text(f"""
    UPDATE lease SET fence = CASE WHEN holder = :holder THEN fence ELSE fence + 1 END, holder = :holder,
        until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = 1 AND (holder IS NULL OR holder IN (:holder, :gone) OR NOT ({_RUNS})) RETURNING fence""")
_CLOCK = text("SELECT clock_timestamp()")
_HOLDER = text("SELECT holder FROM lease WHERE id = 1")
_KEEP = text("""
    UPDATE lease SET until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = 1 AND holder = :holder AND fence = :fence""")
_HOLD = (
    text("""
    SELECT 1 FROM lease WHERE id = 1 AND holder = :holder AND fence = :fence AND until > clock_timestamp()
    FOR SHARE""")
)  # shared by the holder's writes; whoever takes the lease over waits until they are committed


class LeaseLost(Exception):
    """Another process holds the lease by now: what this one wanted to write is not its business any more."""


@dataclass(frozen=True)
class Fence:
    """What the holder's writes pass first, inside their transaction."""

    holder: str
    number: int

    def __call__(self, connection: Connection) -> None:
        """Raises LeaseLost when the lease is another's, or has run out."""
        found = connection.execute(_HOLD, {"holder": self.holder, "fence": self.number}).first()
        if found is None:
            raise LeaseLost()


def _is_postgresql(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"


def is_being_restored(session: Session) -> bool:
    """Whether a copy is put back just now."""
    return putting_back.is_under_way(session.connection())


def is_unnoted(session: Session) -> bool:
    """Whether this is a copy put back that nobody has noted: it would send twice."""
    return putting_back.unnoted(session.connection()) is not None


def acquire(
    session: Session, now: datetime, holder: str, is_gone: Callable[[str], bool] = lambda _holder: False
) -> int | None:
    """The fence's number when the lease is ours now; None while another holds it, or a copy is put back. A holder that
    `is_gone` for sure need not be waited for."""
    if session.get(Lease, 1) is None:
        insert_new(session, Lease, id=1)  # another may begin in the same moment
    if _is_postgresql(session):
        if is_being_restored(session) or is_unnoted(session):
            return None
        taking = {"holder": holder, "seconds": LEASE_SECONDS, "gone": None}
        found = session.connection().execute(_TAKE, taking).first()
        if found is None and is_gone(before := session.connection().execute(_HOLDER).scalar() or ""):
            found = session.connection().execute(_TAKE, taking | {"gone": before}).first()
        return int(found[0]) if found else None
    row = session.get_one(Lease, 1)
    row.holder, row.fence, row.until = holder, row.fence + 1, now
    return row.fence


def clock(session: Session) -> datetime:
    """The database's own time."""
    told: datetime = session.connection().execute(_CLOCK).scalar_one()
    return told


def renew(session: Session, _now: datetime, holder: str, fence: int) -> bool:
    """Keep it for another while; False when it has been lost."""
    if not _is_postgresql(session):
        return True
    values = {"holder": holder, "fence": fence, "seconds": LEASE_SECONDS}
    return session.connection().execute(_KEEP, values).rowcount == 1


def release(session: Session, _now: datetime, holder: str) -> None:
    """Let go, so that another need not wait until it runs out."""
    row = session.get(Lease, 1, with_for_update=True)
    if row is not None and row.holder == holder:
        row.holder = None
