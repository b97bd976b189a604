"""Cold start of `dutygrid run` to its first getUpdates, and resident memory after 1,000 updates."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bench.process import TOKEN, environment, memory, running, until_count, until_polling
from simulator.server import Server, Simulator

STARTS, UPDATES = 5, 1000


async def measure() -> tuple[list[float], float]:
    starts, resident = [], 0.0
    for number in range(STARTS):
        simulator = Simulator()
        simulator.world.add_bot(TOKEN, "DutyGridBot")
        simulator.api.limits.on = False
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            async with Server(simulator) as url:
                begun = time.perf_counter()
                async with running(["-m", "bot", "run"], environment(folder, url), folder) as process:
                    await until_polling(simulator)
                    starts.append(time.perf_counter() - begun)
                    if number == STARTS - 1:
                        await talk(simulator)
                        resident = memory(process.pid)
    return starts, resident


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
    starts, resident = asyncio.run(measure())
    print(
        f"start: first getUpdates after {statistics.median(starts):.2f} s (median of {STARTS}: {min(starts):.2f}-{max(starts):.2f}; goal 1.5 s)"
    )
    print(f"  resident after {UPDATES} updates: {resident:.0f} MB (goal 150 MB)")
