"""40 orders of 5 places, 200 members pressing Claim at once on each: who gets a place, and how many claims a second.

Peers run the same statements in the same run: through aiosqlite (one connection, a COMMIT each) and through
the bare driver (one thread, a COMMIT each).
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import psycopg
from sqlalchemy import text
from sqlmodel import Session

from models import Area, Delivery, DeliveryClass, DeliveryState, Lane, Level, Member, Order, Reach, migrate
from models.actor import Cause, Person, Refusal
from models.database import Database
from models.sealed import Keys, new_key
from services import claims
from services.facts import Claimed
from tests import postgres

ORDERS, PLACES, MEMBERS = 40, 5, 200
PEER_ORDERS, RUNS = 8, 3
GROUP = -1001


def fill(session: Session, now: datetime) -> None:
    """An area, the members, the orders and their cards."""
    session.add(Area(code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.flush()
    for number in range(1, MEMBERS + 1):
        session.add(
            Member(
                telegram_id=number, name=f"m{number}", reach=Reach.OK, joined_at=now, telegram_language="en"
            )
        )
    session.flush()
    for number in range(1, ORDERS + PEER_ORDERS * 2 + 1):
        end = now + timedelta(days=1)
        session.add(
            Order(
                area_id=1,
                issuer_id=1,
                title="Duty",
                report_by=end,
                starts_at=now,
                ends_at=end,
                places=PLACES,
                points=1,
                issued_at=now,
            )
        )
        session.add(
            Delivery(
                kind="order",
                subject_kind="order",
                subject_id=number,
                chat_id=GROUP,
                lane=Lane.BROADCAST,
                live=True,
                klass=DeliveryClass.CRITICAL,
                due_at=now,
                created_at=now,
                state=DeliveryState.SENT,
                message_id=number,
            )  # fmt: skip
        )


async def press_all(database: Database) -> float:
    """Every member presses on every order at once; presses answered a second."""

    async def press(member: int, order: int) -> Any:
        number = order * 1000 + member
        cause = Cause(
            number, Person(member, "m", "en"), GROUP, False, datetime.now(UTC), message_id=order, press=True
        )
        return await database.write(cause, claims.claim, order_id=order)

    begun = time.perf_counter()
    won = answered = 0
    for order in range(1, ORDERS + 1):
        results = await asyncio.gather(*(press(member, order) for member in range(1, MEMBERS + 1)))
        won += sum(isinstance(result, Claimed) for result in results)
        answered += sum(isinstance(result, Claimed | Refusal) for result in results)
    seconds = time.perf_counter() - begun
    held = await database.read(
        lambda session: (
            session.connection().execute(text("SELECT order_id, count(*) FROM claim GROUP BY order_id")).all()
        )
    )
    exact = sum(count == PLACES for _order, count in held)
    print(
        f"  {exact}/{ORDERS} orders hold exactly {PLACES}; {won} won, {answered}/{ORDERS * MEMBERS} answered; {answered / seconds:.0f} presses/s"
    )
    return answered / seconds


STATEMENTS = {
    "seen": "INSERT INTO seen_update (bot_id, update_id, at) VALUES (0, {0}, {1}) ON CONFLICT DO NOTHING",
    "member": "SELECT m.*, EXISTS (SELECT 1 FROM chat_member p WHERE p.member_id = m.id AND p.chat_id = {1} AND p.left_at IS NULL) FROM member m WHERE m.telegram_id = {0}",
    "order": "SELECT o.places, o.taken, o.*, c.id, c.state, EXISTS (SELECT 1 FROM delivery d JOIN chat_member p ON p.chat_id = d.chat_id WHERE d.kind = 'order' AND d.subject_kind = 'order' AND d.subject_id = {1} AND d.state != 'never' AND p.member_id = {0} AND p.left_at IS NULL) OR EXISTS (SELECT 1 FROM order_visit v WHERE v.order_id = {1} AND v.member_id = {0}) FROM duty_order o LEFT JOIN claim c ON c.order_id = o.id AND c.member_id = {0} WHERE o.id = {1}",
    "claim": "INSERT INTO claim (order_id, member_id, state, claimed_at, report_by, confirmed_revision, seal_id) VALUES ({0}, {1}, 'claimed', {2}, {2}, 0, 'x')",
    "role": "SELECT 1 FROM role WHERE member_id = {0} AND kind = 'volunteer'",
    "audit": "INSERT INTO audit (at, actor_id, fact, subject_kind, subject_id, details) VALUES ({0}, {1}, 'claim.claimed', 'order', {2}, '{{}}')",
    "take": "UPDATE duty_order SET taken = taken + 1, version = version + 1 WHERE id = {0} AND taken < places AND state IN ('open', 'running')",
}


def steps(member: int, order: int, now: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements of one press, in our order; on a full order a press ends behind `order`, ours and theirs."""
    yield "seen", (order * 1000 + member, now)
    yield "member", (member, GROUP)
    yield "order", (member, order)
    yield "claim", (order, member, now)
    yield "role", (member,)
    yield "audit", (now, member, order)
    yield "take", (order,)


def sql(name: str, mark: str) -> str:
    """A statement with the driver's numbered or positional marks, in argument order."""
    if mark == "?":
        return STATEMENTS[name].format(*(f"?{number}" for number in range(1, 4)))
    return STATEMENTS[name].format(*(f"%({number})s" for number in range(3)))


async def through_aiosqlite(path: Path) -> float:
    begun, done = time.perf_counter(), 0
    lock = asyncio.Lock()
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("PRAGMA foreign_keys=ON")

        async def press(member: int, order: int) -> None:
            async with lock:
                await connection.execute("BEGIN IMMEDIATE")
                for name, values in steps(member, order, "2026-11-24 00:00:00"):
                    cursor = await connection.execute(sql(name, "?"), values)
                    row = await cursor.fetchone()
                    if name == "order" and row is not None and row[0] <= row[1]:
                        break
                await connection.execute("COMMIT")

        for order in range(ORDERS + 1, ORDERS + PEER_ORDERS + 1):
            await asyncio.gather(*(press(member, order) for member in range(1, MEMBERS + 1)))
            done += MEMBERS
    return done / (time.perf_counter() - begun)


def through_driver(connection: Any, mark: str, first: int) -> float:
    """One thread, the bare driver, a COMMIT each."""
    begun, done = time.perf_counter(), 0
    cursor = connection.cursor()
    now: Any = "2026-11-24 00:00:00"
    for order in range(first, first + PEER_ORDERS):
        for member in range(1, MEMBERS + 1):
            cursor.execute("BEGIN IMMEDIATE" if mark == "?" else "BEGIN")
            for name, values in steps(member, order, now):
                given: Any = (
                    values if mark == "?" else {str(number): value for number, value in enumerate(values)}
                )
                cursor.execute(sql(name, mark), given)
                row = cursor.fetchone() if cursor.description is not None else None
                if name == "order" and row is not None and row[0] <= row[1]:
                    break
            cursor.execute("COMMIT")
            done += 1
    return done / (time.perf_counter() - begun)


@contextmanager
def filled(url: str) -> Iterator[Database]:
    migrate.migrate(url, now=datetime.now(UTC))
    database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    database.write_now(fill)
    try:
        yield database
    finally:
        database.close()


def on_sqlite() -> tuple[float, float, float]:
    """Presses a second: ours, through aiosqlite, through the bare driver; on one fresh file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with filled(f"sqlite:///{path}") as database:
            ours = asyncio.run(press_all(database))
        through = asyncio.run(through_aiosqlite(path))
        bare = sqlite3.connect(path, isolation_level=None)
        bare.execute("PRAGMA synchronous=FULL")
        return ours, through, through_driver(bare, "?", ORDERS + PEER_ORDERS + 1)


def report(name: str, pairs: list[tuple[float, float]], goal: str) -> None:
    """The medians beside each other, and how far the ratios lie apart."""
    ratios = [ours / theirs for ours, theirs in pairs]
    theirs = statistics.median(pair[1] for pair in pairs)
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}; {goal}"
    print(f"  {name}: {theirs:.0f}/s, ours is {statistics.median(ratios):.2f} x ({spread})")


def main() -> None:
    print(f"capacity: {ORDERS} orders of {PLACES} places, {MEMBERS} members press at once on each")
    print(f" SQLite, synchronous=FULL, {RUNS} runs in turn")
    runs = [on_sqlite() for _ in range(RUNS)]
    report("same statements through aiosqlite", [(ours, theirs) for ours, theirs, _bare in runs], "goal 3 x")
    report("same statements through sqlite3, one thread", [(ours, bare) for ours, _, bare in runs], "no goal")
    fast = postgres.FAST
    postgres.FAST = ("max_connections=100",)  # the tests' server is not durable; here it is
    try:
        with postgres.server() as url, filled(url) as database:
            print(" PostgreSQL, durable")
            ours = asyncio.run(press_all(database))
            with psycopg.connect(url, autocommit=True) as connection:
                bare = through_driver(connection, "%", ORDERS + 1)
            report("same statements through psycopg, one thread", [(ours, bare)], "no goal")
    finally:
        postgres.FAST = fast
