"""One hot order, and 1,000 orders, 64 presses on Claim at once: who gets a place, how many a second, how long one waits.

Beside ours, in the same run and on the same database, the same statements by other programs (claim_peers.py).
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from bench.claim_peers import (
    AT_ONCE,
    GROUP,
    Press,
    through_aiosqlite,
    through_asyncpg,
    through_psycopg,
    through_sqlite3,
)
from bot.collector import relax
from models import Area, Delivery, DeliveryClass, DeliveryState, Lane, Level, Member, Order, Reach, migrate
from models.actor import Cause, Person, Refusal
from models.database import Database
from models.sealed import Keys, new_key
from services import claims
from services.facts import Claimed
from tests import postgres

MEMBERS, WIDE, RUNS = 2_000, 1_000, 3
HOT = WIDE + 1  # the number of the hot order
WORKS = {
    "one hot order of 100 places": (100, [(member, HOT) for member in range(1, MEMBERS + 1)] * 2),
    "1,000 orders of 2 places": (
        2,
        [((order * 4 + press) % MEMBERS + 1, order) for press in range(4) for order in range(1, WIDE + 1)],
    ),
}
Peer = Callable[[list[Press]], float]


def fill(session: Session, now: datetime) -> None:
    """An area, the members, the orders and their cards."""
    session.add(Area(code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.flush()
    session.add_all(
        Member(telegram_id=number, name=f"m{number}", reach=Reach.OK, joined_at=now, telegram_language="en")
        for number in range(1, MEMBERS + 1)
    )
    session.flush()
    begin, end = now + timedelta(days=3), now + timedelta(days=4)
    for number in range(1, HOT + 1):
        session.add(
            Order(
                area_id=1, issuer_id=1, title="Duty", report_by=end, starts_at=begin, ends_at=end,
                places=100 if number == HOT else 2, points=1, issued_at=now,
            )
        )  # fmt: skip
        session.add(
            Delivery(
                kind="order", subject_kind="order", subject_id=number, chat_id=GROUP, lane=Lane.BROADCAST,
                live=True, klass=DeliveryClass.CRITICAL, due_at=now, created_at=now,
                state=DeliveryState.SENT, message_id=number,
            )
        )  # fmt: skip


def empty(session: Session, _now: datetime) -> None:
    """Give all places back, for the next who presses."""
    for words in ("DELETE FROM claim", "DELETE FROM due", "UPDATE duty_order SET taken = 0"):
        session.connection().execute(text(words))


async def press_all(database: Database, presses: list[Press], places: int) -> tuple[float, float]:
    """Presses a second, and the 99th percentile of what one waits, in seconds."""
    waiting, waits, won = iter(presses), [], 0

    async def worker() -> None:
        nonlocal won
        for update, member, order in waiting:
            person, began = Person(member, "m", "en"), time.perf_counter()
            cause = Cause(update, person, GROUP, False, datetime.now(UTC), message_id=order, press=True)
            result = await database.write(cause, claims.claim, order_id=order)
            waits.append(time.perf_counter() - began)
            assert isinstance(result, Claimed | Refusal), result
            won += isinstance(result, Claimed)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - begun
    held = await database.read(
        lambda session: (
            session.connection().execute(text("SELECT count(*) FROM claim GROUP BY order_id")).all()
        )
    )
    exact = sum(row[0] == places for row in held)
    rate, late = len(presses) / seconds, sorted(waits)[int(len(waits) * 0.99)]
    print(
        f"   {exact}/{len(held)} orders hold exactly {places}; {won} won, {len(waits)} answered; "
        f"{rate:.0f} presses/s, p99 {late * 1000:.0f} ms"
    )
    return rate, late


@contextmanager
def filled(url: str) -> Iterator[Database]:
    migrate.migrate(url, now=datetime.now(UTC))
    database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    database.write_now(fill)
    try:
        yield database
    finally:
        database.close()


def compare(database: Database, peers: dict[str, tuple[Peer, str]]) -> None:
    """Every work by ours and by each peer in turn, as often as RUNS; print how they stand."""
    updates = iter(range(1, 10_000_000))
    for name, (places, work) in WORKS.items():
        print(f"  {name}, {len(work)} presses, {AT_ONCE} at once")
        rates: dict[str, list[float]] = {peer: [] for peer in peers}
        ours, late = [], []
        for _ in range(RUNS):
            rate, wait = asyncio.run(press_all(database, [(next(updates), *press) for press in work], places))
            ours.append(rate)
            late.append(wait)
            for peer, (run, _goal) in peers.items():
                database.write_now(empty)
                rates[peer].append(run([(next(updates), *press) for press in work]))
            database.write_now(empty)
        print(f"   ours: {statistics.median(ours):.0f}/s, p99 {max(late) * 1000:.0f} ms at most (goal 100)")
        for peer, (_run, goal) in peers.items():
            report(peer, list(zip(ours, rates[peer], strict=True)), goal)


def report(name: str, pairs: list[tuple[float, float]], goal: str) -> None:
    """The medians beside each other, and how far the ratios lie apart."""
    ratios = [ours / theirs for ours, theirs in pairs]
    theirs = statistics.median(pair[1] for pair in pairs)
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}; {goal}"
    print(f"   {name}: {theirs:.0f}/s, ours is {statistics.median(ratios):.2f} x ({spread})")


def main() -> None:
    relax()  # as `dutygrid run` does, and the peers with it
    print("capacity: claims, each durable before it is answered")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with filled(f"sqlite:///{path}") as database:
            print(" SQLite, synchronous=FULL")
            on_sqlite: dict[str, tuple[Peer, str]] = {
                "through aiosqlite": (lambda work: asyncio.run(through_aiosqlite(path, work)), "goal 4 x"),
                "through sqlite3, one thread": (lambda work: through_sqlite3(path, work), "no goal"),
            }
            compare(database, on_sqlite)
    fast = postgres.FAST
    postgres.FAST = ("max_connections=100",)  # the tests' server is not durable; here it is
    try:
        with postgres.server() as url, filled(url) as database:
            print(" PostgreSQL, durable")
            on_postgresql: dict[str, tuple[Peer, str]] = {
                "through asyncpg": (lambda work: asyncio.run(through_asyncpg(url, work)), "no goal"),
                "through psycopg, one thread": (lambda work: through_psycopg(url, work), "goal 0.5 x"),
            }
            compare(database, on_postgresql)
    finally:
        postgres.FAST = fast
