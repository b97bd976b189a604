"""5,000 open requests whose deadline passes in the same second: how long until the next level's notes are written.

The scheduler's own ticks at their own pace on the real clock, on SQLite and on PostgreSQL (R23: a step starts within ten
seconds in 99 of 100 cases, and within a minute always). Every level must be told once.
"""

import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from bench.updates import databases
from bot.collector import relax
from models import Audit, Delivery, Due, Request, migrate
from models.database import Database
from models.sealed import Keys, new_key
from scheduler.ticks import MOST, TICK_SECONDS, work_off_dues
from tests.test_request_deadlines import fill

REQUESTS = 5_000
AHEAD = timedelta(seconds=3)


def all_due(session: Session, now: datetime) -> datetime:
    """Their deadline is in three seconds; nothing else is due."""
    at = now + AHEAD
    session.exec(update(Request).values(due_at=at))
    session.exec(update(Due).where(col(Due.kind) == "request.escalate").values(due_at=at))
    session.exec(update(Due).where(col(Due.kind) != "request.escalate").values(due_at=at + timedelta(days=9)))
    return at


def _told(session: Session) -> int:
    return session.exec(select(func.count()).where(Audit.fact == "request.escalated")).one()


def _written(session: Session) -> list[datetime]:
    return list(session.exec(select(Delivery.created_at).where(Delivery.kind == "request.overdue")).all())


async def measure(url: str) -> None:
    database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    database.write_now(fill, count=REQUESTS, chance=random.Random(1))
    at: Any = await database.write(None, all_due)
    until = time.monotonic() + 120
    while await database.read(_told) < REQUESTS and time.monotonic() < until:
        if await work_off_dues(database, datetime.now(UTC)) < MOST:
            await asyncio.sleep(TICK_SECONDS)
    lateness = sorted((written - at).total_seconds() for written in await database.read(_written))
    told = await database.read(_told)
    database.close()
    p99, latest = lateness[int(len(lateness) * 0.99) - 1], lateness[-1]
    name = url.split(":", maxsplit=1)[0].split("+")[0]
    print(
        f"  {name}: {told} told once each; after the deadline p99 {p99:.1f} s (goal 10), latest {latest:.1f} s (goal 60)"
    )
    if told != REQUESTS or len(lateness) != REQUESTS:
        raise SystemExit(1)


def main() -> None:
    print(f"deadlines: {REQUESTS} requests overdue in the same second")
    relax()
    with tempfile.TemporaryDirectory() as folder, databases() as fresh:
        for url in (f"sqlite:///{folder}/bench.db", next(fresh)):
            migrate.migrate(url, now=datetime.now(UTC))
            asyncio.run(measure(url))


if __name__ == "__main__":
    main()
