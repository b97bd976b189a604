"""The statements of a claim as other programs would run them: aiosqlite, asyncpg, and the bare drivers.

In our order, a COMMIT for each press; on a full order a press ends behind `order`, ours and theirs.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg

from models.engine import WRITERS_ON_POSTGRESQL

Press = tuple[int, int, int]  # update, member, order
GROUP = -1001
AT_ONCE = 64
SQLITE_NOW, NOW = "2026-11-24 00:00:00", datetime(2026, 11, 24, tzinfo=UTC)

STATEMENTS = {
    "seen": "INSERT INTO seen_update (bot_id, update_id, at) VALUES (0, {0}, {1}) ON CONFLICT DO NOTHING",
    "member": "SELECT m.*, EXISTS (SELECT 1 FROM chat_member p WHERE p.member_id = m.id AND p.chat_id = {1} AND p.left_at IS NULL) FROM member m WHERE m.telegram_id = {0}",
    "order": "SELECT o.places, o.taken, o.*, c.id, c.state, EXISTS (SELECT 1 FROM delivery d JOIN chat_member p ON p.chat_id = d.chat_id WHERE d.kind = 'order' AND d.subject_kind = 'order' AND d.subject_id = {1} AND (d.state != 'never' OR d.message_id IS NOT NULL) AND p.member_id = {0} AND p.left_at IS NULL) OR EXISTS (SELECT 1 FROM order_visit v WHERE v.order_id = {1} AND v.member_id = {0}) FROM duty_order o LEFT JOIN claim c ON c.order_id = o.id AND c.member_id = {0} WHERE o.id = {1}",
    "claim": "INSERT INTO claim (order_id, member_id, state, claimed_at, report_by, confirmed_revision, seal_id) VALUES ({0}, {1}, 'claimed', {2}, {2}, 0, 'x')",
    "role": "SELECT 1 FROM role WHERE member_id = {0} AND kind = 'volunteer'",
    "audit": "INSERT INTO audit (at, actor_id, fact, subject_kind, subject_id, details) VALUES ({0}, {1}, 'claim.claimed', 'order', {2}, '{{}}')",
    "take": "UPDATE duty_order SET taken = taken + 1, version = version + 1 WHERE id = {0} AND taken < places AND state IN ('open', 'running')",
}
MARKS = {
    "sqlite": tuple(f"?{number}" for number in range(1, 4)),
    "psycopg": tuple(f"%({number})s" for number in range(3)),
    "asyncpg": tuple(f"${number}" for number in range(1, 4)),
}
SQL = {
    driver: {name: words.format(*marks) for name, words in STATEMENTS.items()}
    for driver, marks in MARKS.items()
}


def steps(press: Press, now: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements of one press with their values."""
    update, member, order = press
    yield "seen", (update, now)
    yield "member", (member, GROUP)
    yield "order", (member, order)
    yield "claim", (order, member, now)
    yield "role", (member,)
    yield "audit", (now, member, order)
    yield "take", (order,)


def is_full(name: str, row: Any) -> bool:
    return name == "order" and row is not None and row[0] <= row[1]


async def through_aiosqlite(path: Path, presses: list[Press]) -> float:
    """Presses a second on one connection, which runs one transaction at a time."""
    lock = asyncio.Lock()
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("PRAGMA foreign_keys=ON")

        async def press_one(press: Press) -> None:
            async with lock:
                await connection.execute("BEGIN IMMEDIATE")
                for name, values in steps(press, SQLITE_NOW):
                    cursor = await connection.execute(SQL["sqlite"][name], values)
                    if is_full(name, await cursor.fetchone()):
                        break
                await connection.execute("COMMIT")

        return await _at_once(presses, press_one)


async def through_asyncpg(url: str, presses: list[Press]) -> float:
    """Presses a second on as many connections as ours has."""
    async with asyncpg.create_pool(
        url, min_size=WRITERS_ON_POSTGRESQL, max_size=WRITERS_ON_POSTGRESQL
    ) as pool:

        async def press_one(press: Press) -> None:
            async with pool.acquire() as connection, connection.transaction():
                for name, values in steps(press, NOW):
                    if is_full(name, await connection.fetchrow(SQL["asyncpg"][name], *values)):
                        break

        return await _at_once(presses, press_one)


async def _at_once(presses: list[Press], press_one: Any) -> float:
    waiting = iter(presses)

    async def worker() -> None:
        for press in waiting:
            await press_one(press)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(presses) / (time.perf_counter() - begun)


def through_sqlite3(path: Path, presses: list[Press]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return _through_driver(connection.cursor(), "sqlite", "BEGIN IMMEDIATE", presses)


def through_psycopg(url: str, presses: list[Press]) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        return _through_driver(connection.cursor(), "psycopg", "BEGIN", presses)


def _through_driver(cursor: Any, driver: str, begin: str, presses: list[Press]) -> float:
    """One thread, the bare driver, one press after the other."""
    now = SQLITE_NOW if driver == "sqlite" else NOW
    begun = time.perf_counter()
    for press in presses:
        cursor.execute(begin)
        for name, values in steps(press, now):
            given: Any = values
            if driver == "psycopg":
                given = {str(number): value for number, value in enumerate(values)}
            cursor.execute(SQL[driver][name], given)
            if is_full(name, cursor.fetchone() if cursor.description is not None else None):
                break
        cursor.execute("COMMIT")
    return len(presses) / (time.perf_counter() - begun)
