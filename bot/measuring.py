"""What can be seen from outside of one process: whether it is ready, and its metrics."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime

from prometheus_client import Counter, Gauge, generate_latest
from sqlalchemy import case, text
from sqlmodel import Session, col, func, select

from models import TREASURY, Delivery, DeliveryState, Lane, Transfer
from models.database import Database
from models.lifecycle import WAITING
from scheduler.meters import LATENESS
from services import dead_letters, dues
from services.leases import LEASE_SECONDS

PATIENCE = 1.0  # seconds the database has to answer
STUCK_AFTER = 5.0  # seconds in which nothing could be written: a full disk answers what is read
FROZEN_AFTER = 30.0  # seconds without a look at what is due

UPDATES = Counter("dutygrid_updates_total", "Updates from Telegram, by what became of them", ["outcome"])
AGE = Gauge(
    "dutygrid_delivery_age_seconds", "Age of the oldest delivery that is due and has not left", ["lane"]
)
WAITING_NOW = Gauge("dutygrid_deliveries_waiting", "Deliveries that are due and have not left", ["lane"])
AMBIGUOUS = Gauge("dutygrid_deliveries_ambiguous", "Deliveries of which nobody knows whether they arrived")
DEAD = Gauge("dutygrid_dead_letters", "What could not be worked on or made, and waits for people")
POINTS = Gauge("dutygrid_ledger_points", "Points in all accounts but the treasury's")
HOOK_WAITING = Gauge(
    "dutygrid_webhook_pending_updates", "Updates that Telegram has not brought yet, where it brings them"
)
HOOK_FAILED = Gauge(
    "dutygrid_webhook_last_error_timestamp_seconds", "When Telegram last failed to bring one; 0 is never"
)
HOOK_TAKEN = Counter(
    "dutygrid_webhook_taken_total",
    "How often another program had set or taken the webhook, and updates were had to come here again",
)
MARK_AWAY = Gauge(
    "dutygrid_mark_away", "1 while Redis does not take the mark by which an older database is recognised"
)
ANSWERS = Gauge("dutygrid_database_answers", "0 where what the database knows could not be asked for now")
HOLDS = Gauge("dutygrid_lease_held", "1 in the process that sends, ticks and polls")


async def ready(
    database: Database, holds: Callable[[], bool], worked_at: Callable[[], float], known: Callable[[], bool]
) -> dict[str, bool]:
    """The database answers, somebody holds the lease, who holds it here is at work, and Telegram knows the token."""
    found = {"database": False, "lease": False, "dispatcher": False, "token": known()}
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PATIENCE):
            found["lease"] = holds() or await database.read(_somebody_holds)
            answers = True if not holds() else await database.read(_answers)
            away = database.away_since
            found["database"] = answers and (away is None or time.monotonic() - away < STUCK_AFTER)
    found["dispatcher"] = not holds() or time.monotonic() - worked_at() < FROZEN_AFTER
    return found


def _answers(session: Session) -> bool:
    """What is read from a table: a file that was cut short still answers what needs none."""
    return session.connection().execute(text("SELECT count(*) FROM lease")).scalar() is not None


def _somebody_holds(session: Session) -> bool:
    longest = f"clock_timestamp() + make_interval(secs => {2 * LEASE_SECONDS})"  # else the clock was set back
    on_postgresql = session.connection().dialect.name == "postgresql"
    running = f"AND until BETWEEN clock_timestamp() AND {longest}" if on_postgresql else ""
    found = session.connection().execute(text(f"SELECT 1 FROM lease WHERE holder IS NOT NULL {running}"))
    return found.first() is not None


async def measure(database: Database, holds: Callable[[], bool]) -> bytes:
    """All metrics in Prometheus's text form; what the database knows is asked for now."""
    HOLDS.set(int(holds()))
    ANSWERS.set(0)
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PATIENCE * 5):
            await database.read(_gauge, now=database.clock())
            ANSWERS.set(1)
    return generate_latest()


def _gauge(session: Session, now: datetime) -> None:
    tried = col(Delivery.state).in_((DeliveryState.LATER, DeliveryState.SENDING))
    due = tried | (col(Delivery.state).in_(WAITING) & (col(Delivery.due_at) <= now))
    failed = col(Delivery.state) == DeliveryState.LATER
    at_once = (col(Delivery.lane) <= Lane.ESCALATION) & ~col(Delivery.kind).startswith("reminder.")
    soon = failed & at_once  # due since it was written, however often it failed
    since = case((soon, col(Delivery.created_at)), else_=col(Delivery.due_at))
    rows = session.exec(
        select(Delivery.lane, func.count(), func.min(since)).where(due).group_by(col(Delivery.lane))
    ).all()
    by_lane = {lane: (count, max(0.0, (now - oldest).total_seconds())) for lane, count, oldest in rows}
    for lane in Lane:
        count, age = by_lane.get(lane, (0, 0.0))
        WAITING_NOW.labels(lane.name.lower()).set(count)
        AGE.labels(lane.name.lower()).set(age)
    unknown = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.AMBIGUOUS)
    AMBIGUOUS.set(session.exec(unknown).one())
    DEAD.set(dead_letters.count(session))
    overdue = dues.waiting(session, now=now, caught_up_at=now, most=1)
    LATENESS.set((now - overdue[0][2]).total_seconds() if overdue else 0.0)
    paid = select(func.coalesce(func.sum(Transfer.points), 0))
    given = session.exec(paid.where(Transfer.from_account == TREASURY)).one()
    back = session.exec(paid.where(Transfer.to_account == TREASURY)).one()
    POINTS.set(given - back)
