"""Updates a second through the whole bot, claim and withdraw alternating, beside bare echo bots.

All are processes of their own on the same simulator in the same run; each update costs one call of the Bot
API as its answer. Ours commits every update durably before it is answered; the echo bots keep nothing.
"""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.balancer import balanced
from bench.claim_peers import GROUP
from bench.process import TOKEN, environment, running, until_count, until_polling
from models import Area, Delivery, DeliveryClass, DeliveryState, Due, Lane, Level, Member, Order, migrate
from models.database import Database
from models.sealed import Keys
from simulator.server import Server, Simulator
from tests import postgres
from tests.processes import free_ports

PEOPLE, ORDERS, ROUNDS, RUNS = 100, 20, 10, 3
UPDATES = PEOPLE * ROUNDS * 2
PTB, AIOGRAM = "echo_bot.py", "echo_aiogram.py"
PROCESSES = (1, 2, 4)


def fill(session: Any, now: datetime) -> None:
    """Orders with a place for everybody, their cards in the group."""
    session.add(Area(code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.add(Member(telegram_id=1, name="Lea", joined_at=now))
    session.flush()
    end = datetime(2036, 1, 1, tzinfo=UTC)
    for number in range(1, ORDERS + 1):
        session.add(
            Order(
                area_id=1, issuer_id=1, title="Duty", report_by=end, starts_at=end, ends_at=end,
                places=PEOPLE, points=1, issued_at=now,
            )
        )  # fmt: skip
        key = f"order.expire:{number}"
        session.add(Due(kind="order.expire", subject_id=number, key=key, due_at=end))
        session.add(
            Delivery(
                kind="order", subject_kind="order", subject_id=number, chat_id=GROUP, lane=Lane.BROADCAST,
                live=False, klass=DeliveryClass.CRITICAL, due_at=now, created_at=now,
                state=DeliveryState.SENT, message_id=number,
            )
        )  # fmt: skip


def make_simulator() -> Simulator:
    simulator = Simulator()
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.on = False
    return simulator


async def ours(database_url: str = "", processes: int = 0) -> float:
    """Updates a second: one process that polls, or so many behind one webhook."""
    simulator = make_simulator()
    with tempfile.TemporaryDirectory() as name:
        folder, ports = Path(name), free_ports(processes)
        async with Server(simulator) as url, balanced(ports) as front, contextlib.AsyncExitStack() as stack:
            settings = environment(folder, url)
            if database_url:
                settings["DATABASE_URL"] = database_url
            prepare(settings)
            for port in ports or [0]:
                more = {"WEB_PORT": str(port), "WEBHOOK_URL": front} if port else {}
                await stack.enter_async_context(running(["-m", "bot", "run"], settings | more, folder))
            await (until_hooked(simulator) if processes else until_polling(simulator))
            await asyncio.sleep(1 + processes)
            simulator.log.entries.clear()
            begun = time.perf_counter()
            press_all(simulator)
            await until_count(simulator, "answerCallbackQuery", UPDATES)
            seconds = time.perf_counter() - begun
            require_well(settings, folder)
    return UPDATES / seconds


def prepare(settings: dict[str, str]) -> None:
    migrate.migrate(settings["DATABASE_URL"], now=datetime.now(UTC))
    keys = Keys.from_text(settings["DATA_KEY"])
    database = Database(settings["DATABASE_URL"], keys=keys, clock=lambda: datetime.now(UTC))
    database.write_now(fill)
    database.close()


def require_well(settings: dict[str, str], folder: Path) -> None:
    """`dutygrid check` finds nothing afterwards."""
    command = [sys.executable, "-m", "bot", "check"]
    done = subprocess.run(command, env=settings, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout.decode())


async def until_hooked(simulator: Simulator, *, patience: float = 30) -> None:
    """Wait for setWebhook."""
    async with asyncio.timeout(patience):
        while simulator.api.box(simulator.world.bots[TOKEN]).webhook is None:
            await asyncio.sleep(0.01)


def press_all(simulator: Simulator) -> None:
    box = simulator.api.box(simulator.world.bots[TOKEN])
    chat = {"id": GROUP, "type": "supergroup", "title": "G"}
    for number in range(UPDATES):
        verb = "withdraw" if (number // PEOPLE) % 2 else "claim"
        order = number % PEOPLE % ORDERS + 1
        message = {"message_id": order, "date": simulator.world.now(), "chat": chat, "text": "card"}
        person = {
            "id": 7_000_000_000 + number % PEOPLE, "is_bot": False, "first_name": "P", "language_code": "en",
        }  # fmt: skip
        press = {
            "id": str(number), "from": person, "message": message, "chat_instance": "1",
            "data": f"order:{verb}:{order}",
        }  # fmt: skip
        box.put("callback_query", press, f"user:{person['id']}")


async def echo(script: str) -> float:
    simulator = make_simulator()
    bot = simulator.world.bots[TOKEN]
    people = [simulator.world.add_person(f"P{number}") for number in range(PEOPLE)]
    for person in people:
        person.started.add(bot.id)
    with tempfile.TemporaryDirectory() as name:
        async with Server(simulator) as url:
            path = str(Path(__file__).with_name(script))
            async with running([path], environment(Path(name), url), Path(name)):
                await until_polling(simulator)
                await asyncio.sleep(1)
                simulator.log.entries.clear()
                begun = time.perf_counter()
                for number in range(UPDATES):
                    simulator.control.say(people[number % PEOPLE].id, bot.id, "hello")
                await until_count(simulator, "sendMessage", UPDATES)
                seconds = time.perf_counter() - begun
    return UPDATES / seconds


@contextlib.contextmanager
def databases() -> Iterator[Iterator[str]]:
    """Empty databases of a durable PostgreSQL, as many as are asked for."""
    fast = postgres.FAST
    postgres.FAST = ("max_connections=200",)  # the tests' server is not durable; here it is
    try:
        with postgres.server() as url:
            yield (_created(url, number) for number in range(1_000))
    finally:
        postgres.FAST = fast


def _created(url: str, number: int) -> str:
    postgres.run(url, f"CREATE DATABASE bench_{number}")
    return postgres.named(url, f"bench_{number}")


async def measure(fresh: Iterator[str]) -> dict[str, list[float]]:
    """What each does, run by run in turn."""
    seen: dict[str, list[float]] = {}
    for _ in range(RUNS):
        works = {"python-telegram-bot": echo(PTB), "aiogram": echo(AIOGRAM), "SQLite": ours()}
        works["PostgreSQL"] = ours(next(fresh))
        works |= {f"PostgreSQL, {many} behind a webhook": ours(next(fresh), many) for many in PROCESSES}
        for name, work in works.items():
            seen.setdefault(name, []).append(await work)
            print(f"   {name}: {seen[name][-1]:.0f}/s", flush=True)
    return seen


def compare(seen: dict[str, list[float]], name: str, peer: str, goal: str) -> None:
    ratios = [one / other for one, other in zip(seen[name], seen[peer], strict=True)]
    print(
        f"  {name}: {statistics.median(seen[name]):.0f}/s, {statistics.median(ratios):.2f} x {peer} "
        f"({min(ratios):.2f}-{max(ratios):.2f}; {goal})"
    )


def main() -> None:
    print(f"updates: {UPDATES} updates from {PEOPLE} people, {RUNS} runs in turn")
    with databases() as fresh:
        seen = asyncio.run(measure(fresh))
    compare(seen, "SQLite", "python-telegram-bot", "goal 1.3")
    compare(seen, "PostgreSQL", "python-telegram-bot", "goal 1.0")
    one = f"PostgreSQL, {PROCESSES[0]} behind a webhook"
    for many in PROCESSES[1:]:
        compare(seen, f"PostgreSQL, {many} behind a webhook", "aiogram", "goal 1.0")
        compare(seen, f"PostgreSQL, {many} behind a webhook", one, "no goal")
