"""Real residents' messages through the whole flow: filed, sorted by pressing, placed, taken, solved, confirmed, rated.

python -m bench.requests FILE.csv [MOST]     columns message_id, sent_at, subject, body

Every resident and leader is a phone on the simulator, the bot a process of its own on SQLite, paced as for the real
Telegram: thirty messages a second, of which a request takes about six. Nothing may be lost, break the bot, or be refused by
Telegram's limits; an edit that changes nothing is counted, and harmless.
"""

import asyncio
import csv
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.process import TOKEN, environment, running, until_polling
from bench.updates import require_well
from models import Area, Level, Member, Reach, Role, RoleKind, migrate
from models.database import Database
from models.sealed import Keys
from simulator.server import Server, Simulator

GRIDS = 100
AT_ONCE = 64  # residents who talk at the same time
LOOK_EVERY = 0.05  # seconds between looks at a phone
MOST_UNITS = 4000
PATIENCE = 300.0
HTTP_OK = 200
BOT = int(TOKEN.split(":")[0])


@dataclass
class Play:
    """One run: the simulator, who leads which grid, and what went wrong."""

    simulator: Simulator
    leaders: list[int]
    open_: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    filed: int = 0
    solved: int = 0

    def seen(self, person: int) -> list[dict[str, Any]]:
        """What the bot has written to somebody, newest first."""
        shown = self.simulator.control.view(person, BOT)["messages"]
        return [message for message in reversed(shown) if message["is_bot"]]

    async def waits(self, person: int, test: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            found = next((message for message in self.seen(person) if test(message)), None)
            if found is not None:
                return found
            if time.monotonic() > end:
                raise SystemExit(f"a resident did not see {what}")
            await asyncio.sleep(LOOK_EVERY)

    async def press(self, person: int, message: dict[str, Any], label: str) -> None:
        await self.simulator.control.press(person, BOT, message["message_id"], label=label, wait=60)


def words_of(file: Path) -> list[list[str]]:
    """Each message as the texts a phone would send it in: Telegram takes 4,096 units at once."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    texts = [f"{row['subject']}\n{row['body']}".strip() for row in rows]
    return [[text[at : at + MOST_UNITS] for at in range(0, max(len(text), 1), MOST_UNITS)] for text in texts]


def fill(session: Any, now: datetime, leaders: list[int]) -> None:
    """A street with a hundred grids, each with its leader."""
    street = Area(code="s", level=Level.STREET, name="Street", path="/1/")
    session.add(street)
    session.flush()
    for number, telegram_id in enumerate(leaders):
        grid = Area(code=f"g{number}", parent_id=1, level=Level.GRID, name=f"Grid {number}", path="/")
        member = Member(
            telegram_id=telegram_id, name=f"L{number}", joined_at=now, reach=Reach.OK, telegram_language="en"
        )
        session.add_all([grid, member])
        session.flush()
        grid.path = f"/1/{grid.id}/"
        session.add(Role(member_id=member.id, kind=RoleKind.LEADER, area_id=grid.id, granted_at=now))
        if number == 0:
            session.add(Role(member_id=member.id, kind=RoleKind.LEADER, area_id=1, granted_at=now))


async def live(play: Play, person: int, number: int, texts: list[str]) -> None:
    """One resident, from the poster's link to the last star; and the leader who helps."""
    control = play.simulator.control
    async with play.open_:
        control.start(person, f"help-g{number % GRIDS}")
        await play.waits(person, lambda m: "What do you need?" in m["text"], "the first question")
        for text in texts:
            control.say(person, BOT, text)
        asked = await play.waits(person, lambda m: "Got it: case" in m["text"], "a case number")
        case = int("".join(c for c in asked["text"].split("case ")[1].split(".")[0] if c.isdigit()))
        play.filed += 1
        await answer(play, person)
        control.say(play.leaders[number % GRIDS], BOT, f"/resolve {case}")
        solved = await play.waits(person, lambda m: "Is it solved?" in m["text"], "the last question")
        await play.press(person, solved, "Yes, solved")
        stars = await play.waits(person, lambda m: "How well did we do?" in m["text"], "the stars")
        await play.press(person, stars, "5")
        await play.waits(person, lambda m: "You gave 5 of 5" in m["text"], "thanks")
        play.solved += 1


async def answer(play: Play, person: int) -> None:
    """What it is, where, and whether to phone: by pressing and typing, as each is asked."""
    done: set[int] = set()
    while True:
        message = await play.waits(
            person,
            lambda m: (
                m["message_id"] not in done
                and (bool(m["buttons"] or m["keyboard"]) or "/mine shows" in m["text"])
            ),
            "the next question",
        )
        done.add(message["message_id"])
        labels = [label for row in (*message["buttons"], *message["keyboard"]) for label in row]
        if "/mine shows" in message["text"]:
            return
        if "None of these, or not sure" in labels:
            await play.press(person, message, labels[0])
        elif "No, mine is another" in labels:
            await play.press(person, message, "No, mine is another")
        elif "Skip" in labels:
            play.simulator.control.say(person, BOT, "Building 3, door 501")
        elif "No calls" in labels:
            play.simulator.control.say(person, BOT, "No calls")


async def measure(messages: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        simulator = Simulator(strict=True)
        simulator.world.add_bot(TOKEN, "DutyGridBot")
        leaders = [simulator.world.add_person(f"L{number}") for number in range(GRIDS)]
        residents = [simulator.world.add_person(f"R{number}") for number in range(len(messages))]
        for leader in leaders:
            leader.started.add(BOT)
        async with Server(simulator) as url:
            settings = environment(folder, url)
            migrate.migrate(settings["DATABASE_URL"], now=datetime.now(UTC))
            database = Database(
                settings["DATABASE_URL"],
                keys=Keys.from_text(settings["DATA_KEY"]),
                clock=lambda: datetime.now(UTC),
            )
            database.write_now(fill, leaders=[leader.id for leader in leaders])
            database.close()
            async with running(["-m", "bot", "run"], settings, folder):
                await until_polling(simulator)
                play = Play(simulator, [leader.id for leader in leaders])
                began = time.perf_counter()
                await asyncio.gather(
                    *(
                        live(play, person.id, number, messages[number])
                        for number, person in enumerate(residents)
                    )
                )
                seconds = time.perf_counter() - began
            require_well(settings, folder)
            report(folder, simulator, play, len(messages), seconds)


def report(folder: Path, simulator: Simulator, play: Play, count: int, seconds: float) -> None:
    """What was seen; ends with 1 where anything was lost, refused or buried."""
    with sqlite3.connect(folder / "bench.db") as database:
        states = dict(database.execute("SELECT state, count(*) FROM request GROUP BY state").fetchall())
        letters = database.execute("SELECT count(*) FROM dead_letter").fetchone()[0]
        urgent = database.execute("SELECT count(*) FROM request WHERE urgent").fetchone()[0]
        learned = database.execute("SELECT sum(requests) FROM lesson WHERE feature = 0").fetchone()[0]
    refused = Counter(
        f"{call['method']}: {call['code']} {str(call.get('description', ''))[:60]}"
        for call in simulator.log.entries
        if call["code"] != HTTP_OK
    )
    sent = sum(call["method"].startswith("send") for call in simulator.log.entries)
    print(f"requests: {count} messages, {play.filed} filed, {play.solved} solved and rated, {states}")
    print(f"  {count / seconds:.1f} requests/s through the whole flow ({seconds:.0f} s)")
    print(f"  {sent} messages sent to people; {urgent} urgent by their words, {learned or 0} lessons learned")
    print(f"  refused by Telegram: {dict(refused) or 'none'}; dead letters: {letters}")
    if (
        states != {"confirmed": count}
        or letters
        or any(": 400" in each and "not modified" not in each for each in refused)
    ):
        raise SystemExit(1)


def main() -> None:
    if len(sys.argv) < 2:  # noqa: PLR2004 - the program's name and the file
        raise SystemExit(__doc__)
    messages = words_of(Path(sys.argv[1]))
    most = int(sys.argv[2]) if len(sys.argv) > 2 else len(messages)  # noqa: PLR2004
    asyncio.run(measure(messages[:most]))


if __name__ == "__main__":
    main()
