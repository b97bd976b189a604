"""Updates a second through the whole bot, claim and withdraw alternating, beside a bare echo bot.

Both are processes of their own on the same simulator in the same run; each update costs one call of the Bot
API as its answer. Ours commits every update durably (SQLite, synchronous=FULL) before it is answered.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.claim_peers import GROUP
from bench.process import TOKEN, environment, running, until_count, until_polling
from models import Area, Delivery, DeliveryClass, DeliveryState, Due, Lane, Level, Member, Order, migrate
from models.database import Database
from models.sealed import Keys
from simulator.server import Server, Simulator

PEOPLE, ROUNDS, RUNS = 100, 10, 3
UPDATES = PEOPLE * ROUNDS * 2


def fill(session: Any, now: datetime) -> None:
    """One order with a place for everybody, its card in the group."""
    session.add(Area(code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.add(Member(telegram_id=1, name="Lea", joined_at=now))
    session.flush()
    end = datetime(2036, 1, 1, tzinfo=UTC)
    session.add(
        Order(
            area_id=1,
            issuer_id=1,
            title="Duty",
            report_by=end,
            starts_at=end,
            ends_at=end,
            places=PEOPLE,
            points=1,
            issued_at=now,
        )
    )
    session.add(Due(kind="order.expire", subject_id=1, key="order.expire:1", due_at=end))
    session.add(
        Delivery(
            kind="order",
            subject_kind="order",
            subject_id=1,
            chat_id=GROUP,
            lane=Lane.BROADCAST,
            live=False,
            klass=DeliveryClass.CRITICAL,
            due_at=now,
            created_at=now,
            state=DeliveryState.SENT,
            message_id=1,
        )  # fmt: skip
    )


def make_simulator() -> Simulator:
    simulator = Simulator()
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.on = False
    return simulator


async def ours() -> float:
    simulator = make_simulator()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Server(simulator) as url:
            settings = environment(folder, url)
            migrate.migrate(settings["DATABASE_URL"], now=datetime.now(UTC))
            database = Database(
                settings["DATABASE_URL"],
                keys=Keys.from_text(settings["DATA_KEY"]),
                clock=lambda: datetime.now(UTC),
            )
            database.write_now(fill)
            database.close()
            async with running(["-m", "bot", "run"], settings, folder):
                await until_polling(simulator)
                await asyncio.sleep(0.5)
                simulator.log.entries.clear()
                begun = time.perf_counter()
                press_all(simulator)
                await until_count(simulator, "answerCallbackQuery", UPDATES)
                seconds = time.perf_counter() - begun
            check = verified(settings, folder)
            print(f"  ours {UPDATES / seconds:.0f}/s; dutygrid check: {check}")
    return UPDATES / seconds


def verified(settings: dict[str, str], folder: Path) -> str:
    """What `dutygrid check` says afterwards."""
    command = [sys.executable, "-m", "bot", "check"]
    return (
        subprocess.run(command, env=settings, cwd=folder, capture_output=True, check=False)
        .stdout.decode()
        .strip()
    )


def press_all(simulator: Simulator) -> None:
    box = simulator.api.box(simulator.world.bots[TOKEN])
    chat = {"id": GROUP, "type": "supergroup", "title": "G"}
    message = {"message_id": 1, "date": simulator.world.now(), "chat": chat, "text": "card"}
    for number in range(UPDATES):
        verb = "withdraw" if (number // PEOPLE) % 2 else "claim"
        person = {
            "id": 7_000_000_000 + number % PEOPLE,
            "is_bot": False,
            "first_name": "P",
            "language_code": "en",
        }
        press = {
            "id": str(number),
            "from": person,
            "message": message,
            "chat_instance": "1",
            "data": f"order:{verb}:1",
        }
        box.put("callback_query", press, f"user:{person['id']}")


async def echo() -> float:
    simulator = make_simulator()
    bot = simulator.world.bots[TOKEN]
    people = [simulator.world.add_person(f"P{number}") for number in range(PEOPLE)]
    for person in people:
        person.started.add(bot.id)
    with tempfile.TemporaryDirectory() as name:
        async with Server(simulator) as url:
            script = str(Path(__file__).with_name("echo_bot.py"))
            async with running([script], environment(Path(name), url), Path(name)):
                await until_polling(simulator)
                await asyncio.sleep(0.5)
                simulator.log.entries.clear()
                begun = time.perf_counter()
                for number in range(UPDATES):
                    simulator.control.say(people[number % PEOPLE].id, bot.id, "hello")
                await until_count(simulator, "sendMessage", UPDATES)
                seconds = time.perf_counter() - begun
    print(f"  echo {UPDATES / seconds:.0f}/s")
    return UPDATES / seconds


async def measure() -> tuple[list[float], list[float]]:
    pairs = [(await ours(), await echo()) for _ in range(RUNS)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def main() -> None:
    print(f"updates: {UPDATES} updates from {PEOPLE} people, {RUNS} runs in turn")
    mine, theirs = asyncio.run(measure())
    ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
    print(
        f"  ours {statistics.median(mine):.0f}/s, echo bot {statistics.median(theirs):.0f}/s, "
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}; goal 1.0)"
    )
