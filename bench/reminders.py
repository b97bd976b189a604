"""10,000 reminders that fall due in one minute, among 10,000 and among 1,000,000 due rows that wait.

The scheduler's own tick at its own pace, on the real clock: how long a tick takes, and how long after its time a
reminder's delivery row is written.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, select

from bench.updates import databases
from bot.collector import relax
from models import Area, Claim, ClaimState, Delivery, Due, Level, Member, Order, Reach, migrate
from models.database import Database
from models.sealed import Keys, new_key, new_seal_id
from scheduler.ticks import TICK_SECONDS, work_off_dues
from services.reminders import LONGEST_BEFORE

REMINDERS, SECONDS, WAITING = 10_000, 60, (10_000, 1_000_000)
FIRST_DUE = timedelta(seconds=20)  # writing them down takes a while, on a slow day more than ten seconds


def fill(session: Session, now: datetime) -> None:
    """An order for each reminder, with one claim on it."""
    session.add(Area(code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.add(Member(telegram_id=1, name="Lea", reach=Reach.OK, joined_at=now))
    session.flush()
    end = now + timedelta(days=1)
    numbers = range(1, REMINDERS + 1)
    many(
        session, Member,
        ({"telegram_id": n + 1, "name": "P", "reach": Reach.OK, "joined_at": now} for n in numbers),
    )  # fmt: skip
    many(
        session, Order,
        (
            {
                "area_id": 1, "issuer_id": 1, "title": "Duty", "report_by": end, "starts_at": end,
                "ends_at": end, "places": 1, "taken": 1, "points": 1, "issued_at": now,
            }
            for _ in numbers
        ),
    )  # fmt: skip
    many(
        session, Claim,
        (
            {
                "order_id": n, "member_id": n + 1, "state": ClaimState.CLAIMED, "claimed_at": now,
                "report_by": end, "confirmed_revision": 0, "seal_id": new_seal_id(),
            }
            for n in numbers
        ),
    )  # fmt: skip


def many(session: Session, table: Any, rows: Iterable[dict[str, Any]], at_once: int = 10_000) -> None:
    """Insert rows in bulk."""
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == at_once:
            session.connection().execute(insert(table.__table__), waiting)
            waiting = []
    if waiting:
        session.connection().execute(insert(table.__table__), waiting)


def wait_for_later(session: Session, now: datetime, count: int) -> None:
    """Due rows of the coming weeks."""
    rows = (
        {
            "kind": "order.remind_hour", "subject_id": 10**9 + n, "key": f"order.remind_hour:{10**9 + n}:0",
            "due_at": now + timedelta(days=7, seconds=n), "tries": 0,
        }
        for n in range(count)
    )  # fmt: skip
    many(session, Due, rows)


def begin(session: Session, now: datetime) -> None:
    """The reminders, spread over a minute; a duty starts as long after its reminder as it should."""
    first = now + FIRST_DUE
    for n in range(1, REMINDERS + 1):
        at = first + timedelta(seconds=SECONDS * n / REMINDERS)
        values = {
            "kind": "order.remind_hour",
            "subject_id": n,
            "key": f"order.remind_hour:{n}:0",
            "due_at": at,
        }
        session.connection().execute(insert(Due.__table__), values)  # type: ignore[attr-defined]
        starts = {"id": n, "at": at + LONGEST_BEFORE, "end": at + timedelta(hours=9)}
        session.connection().execute(
            text("UPDATE duty_order SET starts_at = :at, ends_at = :end, report_by = :end WHERE id = :id"),
            starts,
        )


async def tick_on(database: Database) -> list[float]:
    """Tick as the scheduler does until nothing of ours is due any more; the seconds of each tick with work."""
    took: list[float] = []
    end = time.monotonic() + FIRST_DUE.total_seconds() + SECONDS + 30
    done = 0
    while done < REMINDERS:
        if time.monotonic() > end:
            raise TimeoutError(f"{done} of {REMINDERS} reminders")
        begun = time.perf_counter()
        count = await work_off_dues(database, database.clock())
        seconds = time.perf_counter() - begun
        done += count
        if count:
            took.append(seconds)
        await asyncio.sleep(max(0.0, TICK_SECONDS - seconds))
    return took


def lateness(session: Session) -> list[float]:
    """Seconds from a reminder's time to its delivery row's."""
    due = dict(session.exec(select(Due.subject_id, Due.due_at).where(Due.subject_id <= REMINDERS)).all())
    written = session.exec(select(Delivery.args, Delivery.created_at)).all()
    return sorted((at - due[args["order"]]).total_seconds() for args, at in written)


def measure(url: str, waiting: int) -> float:
    """Run the minute once; the median seconds of a tick."""
    migrate.migrate(url, now=datetime.now(UTC))
    database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    database.write_now(fill)
    database.write_now(wait_for_later, count=waiting)
    database.write_now(begin)
    took = asyncio.run(tick_on(database))
    late = database.read_now(lateness)
    database.close()
    print(
        f"   among {waiting}: {len(late)} of {REMINDERS} written, p99 {late[int(len(late) * 0.99) - 1]:.2f} s "
        f"after their time (goal 2), {late[-1]:.2f} s at most; a tick {statistics.median(took) * 1000:.0f} ms"
    )
    return statistics.median(took)


def main() -> None:
    relax()
    print(f"reminders: {REMINDERS} fall due within {SECONDS} s, ticks every {TICK_SECONDS} s")
    with databases() as fresh, tempfile.TemporaryDirectory() as folder:
        places = {"SQLite": [f"sqlite:///{folder}/{waiting}.db" for waiting in WAITING]}
        places["PostgreSQL"] = [next(fresh) for _ in WAITING]
        for name, urls in places.items():
            print(f"  {name}")
            few, most = (measure(url, waiting) for url, waiting in zip(urls, WAITING, strict=True))
            print(f"   a tick among {WAITING[1]} takes {most / few:.2f} x one among {WAITING[0]} (goal 1.2)")
