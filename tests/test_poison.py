"""R3: updates that make no sense stop nobody, and what can't be read is answered."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from bot import intake
from tests.processes import Process, fleet
from tests.test_taking_in import hook

ODD: tuple[Any, ...] = (
    None,
    7,
    "x",
    [],
    {},
    {"id": "no number"},
    "\ud800",
    "y" * 70_000,
    -(2**70),
    True,
    1.5,
)
KINDS = (
    "message",
    "callback_query",
    "my_chat_member",
    "edited_message",
    "poll",
    "no_such_kind",
    "inline_query",
)


async def test_r03_updates_that_make_no_sense_stop_nobody(
    some_database: str, tmp_path: Path, chance: random.Random
) -> None:
    await _poison(some_database, tmp_path, chance, 300)


@pytest.mark.long
async def test_r03_five_thousand_updates_that_make_no_sense(
    database_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await _poison(database_url, tmp_path, chance, 5_000)


def _nonsense(chance: random.Random) -> dict[str, Any]:
    """Unknown kinds, nulls, half surrogates, huge texts, numbers beyond 64 bits, in places where they hurt."""
    fields = (
        "from",
        "chat",
        "text",
        "date",
        "message_id",
        "data",
        "message",
        "entities",
        "photo",
        "id",
        "reply_to_message",
    )
    content = {name: chance.choice(ODD) for name in chance.sample(fields, chance.randint(0, 7))}
    if chance.random() < 0.5:
        content |= {"from": {"id": 5, "is_bot": False, "first_name": chance.choice(["x", "\ud83d", ""])}}
        content |= {"chat": {"id": 5, "type": "private"}, "date": 1, "message_id": 1}
    return {chance.choice(KINDS): chance.choice([content, *ODD])}


async def _poison(url: str, folder: Path, chance: random.Random, count: int) -> None:
    async with fleet(url, folder, 1) as (town, made):
        ben, (process,) = await town.person("Ben"), made.processes
        box = town.simulator.api.box(next(iter(town.simulator.world.bots.values())))
        waits = []
        for number in range(count):
            for kind, content in _nonsense(chance).items():
                box.force(kind, content)
            if number % (count // 10) == 0:
                last, began = await ben.last_id(town.bot), time.monotonic()
                await ben.says(town.bot, "/points")
                await ben.sees(town.bot, lambda _message: True, after=last, within=30)
                waits.append(time.monotonic() - began)
        assert process.running is not None and process.running.returncode is None
        letters = await town.sql("SELECT count(*) FROM dead_letter")
        print(f"R3: {count} odd updates, {letters[0][0]} buried, good ones {max(waits):.2f} s at most")
        assert sorted(waits)[int(len(waits) * 0.95) - 1] <= 2.0


@pytest.mark.long
async def test_r03_an_update_that_kills_the_process_is_buried_unopened(
    some_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Process, "program", ("tests.with_bug", "dies_of_a_word"))
    async with fleet(some_database, tmp_path, 1) as (town, made):
        ben, cal, (process,) = await town.person("Ben"), await town.person("Cal"), made.processes
        await cal.says(town.bot, "a deadly word")
        await ben.says(town.bot, "/points")
        for _ in range(1 + intake.MOST_DEATHS):
            assert await process.ended(within=40) == 1  # on PostgreSQL the lease runs out first
            await process.start()
        await process.says("update.buried", within=60)
        await cal.sees(town.bot, "This broke on our side")
        await ben.sees(town.bot, "points")
        assert await town.sql("SELECT error FROM dead_letter") == [("killed the process",)]
        assert await town.sql("SELECT * FROM attempt") == []


async def test_what_cannot_be_read_is_answered_also_to_a_newcomer(some_database: str, tmp_path: Path) -> None:
    async with fleet(some_database, tmp_path, 1, webhook=True) as (town, made):
        ben, gao = await town.person("Ben"), await town.remote.phone("Gao", "en")
        town.simulator.world.people[gao.id].started.add(town.bot)
        for number, phone, what in (
            (1, ben, {"dice": {"emoji": "🎲", "value": 3}}),
            (2, gao, {"poll": {"id": 7}}),
        ):
            person = town.simulator.world.people[phone.id].user()
            chat = {"id": phone.id, "type": "private", "first_name": phone.name}
            message = {"message_id": 900 + number, "date": 1, "from": person, "chat": chat} | what
            assert await made.posts("/telegram", {"update_id": number, "message": message}, hook(town)) == 200
        await ben.sees(town.bot, "I can't read that kind of message")
        await gao.sees(town.bot, "I can't read that kind of message")
