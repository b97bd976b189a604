"""Cold start of `dutygrid run` to its first getUpdates, on a fresh database and on one that is there, and resident memory
after 1,000 updates."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bench.process import TOKEN, environment, memory, running, until_count, until_polling
from models.sealed import new_key
from simulator.server import Server, Simulator

STARTS, UPDATES = 5, 1000
KEY = new_key()


async def measure() -> tuple[list[float], list[float], float]:
    """Seconds of each first start and of each start again, and the last process's memory in MB."""
    first: list[float] = []
    again: list[float] = []
    resident = 0.0
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as name:
            for starts in (first, again):
                seconds, resident = await start(Path(name), last=starts is again and len(again) == STARTS - 1)
                starts.append(seconds)
    return first, again, resident


async def start(folder: Path, *, last: bool) -> tuple[float, float]:
    simulator = Simulator()
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.on = False
    async with Server(simulator) as url:
        begun = time.perf_counter()
        settings = environment(folder, url) | {"DATA_KEY": KEY}
        async with running(["-m", "bot", "run"], settings, folder) as process:
            await until_polling(simulator)
            seconds = time.perf_counter() - begun
            if last:
                await talk(simulator)
            return seconds, memory(process.pid)


async def talk(simulator: Simulator) -> None:
    """1,000 messages from 100 people, each answered."""
    bot = simulator.world.bots[TOKEN]
    people = [simulator.world.add_person(f"P{number}") for number in range(100)]
    for person in people:
        person.started.add(bot.id)
    for number in range(UPDATES):
        simulator.control.start(people[number % 100].id) if number < 100 else simulator.control.say(
            people[number % 100].id, bot.id, "/points"
        )
    simulator.log.entries.clear()
    await until_count(simulator, "sendMessage", UPDATES - 50)


def main() -> None:
    first, again, resident = asyncio.run(measure())
    for what, starts in (("a fresh database", first), ("one that is there", again)):
        print(
            f"start on {what}: first getUpdates after {statistics.median(starts):.2f} s "
            f"(median of {STARTS}: {min(starts):.2f}-{max(starts):.2f}; goal 1.5 s)"
        )
    print(f"  resident after {UPDATES} updates: {resident:.0f} MB (goal 150 MB)")
