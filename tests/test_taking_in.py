"""R1 to R4: what people send is taken in once, whatever becomes of us and whatever they send.

Real processes, seen from outside. Each test is named after its requirement in docs/promises.md and prints its figures;
`make test` runs each short on one database, taken by the seed, `make test-long` the full numbers on both.
"""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot import intake
from simulator.client import Phone
from tests import staging
from tests.city import City
from tests.outside import killed_again_and_again, until, waiting_reports
from tests.processes import Process, command, fleet

# R1: an acknowledged update is never lost nor applied twice

WAITING = 100  # presses at Telegram at most: it keeps each for 150 seconds only


async def _approve_all(
    url: str, folder: Path, chance: random.Random, *, webhook: bool, kills: int, claimants: int, duties: int
) -> None:
    async with fleet(url, folder, 1, webhook=webhook, settle_delay=0) as (town, made):
        (process,) = made.processes
        leader, reports, _ = await waiting_reports(town, claimants, duties)
        await town.remote.ask("disorder", duplicate=0.05, reorder=0.1)
        killing = asyncio.ensure_future(killed_again_and_again(process, chance, kills))
        for report in reports:
            await town.remote.ask(
                "forge", person=leader.id, chat=town.bot, data=f"report:approve:{report}:5:1"
            )
            await asyncio.sleep(0.9 * kills / len(reports))
            while (await town.remote.ask("pending"))["count"] > WAITING:
                await asyncio.sleep(0.1)
        await killing

        async def paid() -> bool:
            return bool((await town.sql("SELECT count(*) FROM transfer"))[0][0] == len(reports))

        await until(paid, 90)
        rows = await town.sql("SELECT count(*), count(DISTINCT review_id), sum(points) FROM transfer")
        assert rows == [(len(reports), len(reports), staging.POINTS * len(reports))]
        told = dict(
            await town.sql("SELECT state, count(*) FROM delivery WHERE kind = 'review.told' GROUP BY state")
        )
        unknown = told.get("ambiguous", 0)
        print(f"R1: {len(reports)} approvals, {kills} kills, {unknown} notes of unknown outcome")
        code, said = await command(process, "check")
        assert code == 0, said


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_r01_updates_survive_kills(
    some_database: str, tmp_path: Path, chance: random.Random, webhook: bool
) -> None:
    await _approve_all(some_database, tmp_path, chance, webhook=webhook, kills=10, claimants=10, duties=6)


@pytest.mark.long
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_r01_updates_survive_two_hundred_kills(
    database_url: str, tmp_path: Path, chance: random.Random, webhook: bool
) -> None:
    await _approve_all(database_url, tmp_path, chance, webhook=webhook, kills=100, claimants=60, duties=50)


# R2: redelivery and disorder are harmless


async def test_r02_updates_that_come_again_in_any_order_change_nothing_more(
    some_database: str, tmp_path: Path, chance: random.Random
) -> None:
    """Each update two to five times, shuffled, sixteen at once, after ids that began anew lower down: presses, and
    words that would be answered again, if they were taken twice."""
    async with fleet(some_database, tmp_path, 1, webhook=True) as (town, made):
        people = [await town.person(f"P{number}") for number in range(6)]
        chat = await town.neighbourhood(*people)
        card = await town.order(chat, "need: 3")
        secret, raw = await _secret_and_presses(town, people, chat, card["message_id"], chance)
        free = chance.sample(
            sorted(set(range(1, 1000)) - {update["update_id"] for update in raw}), len(people)
        )
        askers = [await town.person(f"Q{number}") for number in range(len(people))]
        raw += [_words(town, phone, number, "/points") for phone, number in zip(askers, free, strict=True)]
        copies = [update for update in raw for _ in range(chance.randint(2, 5))]
        chance.shuffle(copies)
        gate = asyncio.Semaphore(16)

        async def post(update: dict[str, Any]) -> int:
            async with gate:
                return await made.posts("/telegram", update, secret)

        codes = Counter(await asyncio.gather(*(post(update) for update in copies)))
        assert codes == {200: len(copies)}
        await town.settles()
        claimed = await town.sql("SELECT count(*) FROM claim")
        seen = await town.sql("SELECT count(*) FROM seen_update WHERE update_id < 1000")
        print(f"R2: {len(raw)} updates, {len(copies)} deliveries")
        assert claimed == [(3,)] and seen == [(len(raw),)]
        assert await town.sql("SELECT taken FROM duty_order") == [(3,)]
        answers = "SELECT count(*), count(DISTINCT chat_id) FROM delivery WHERE kind = 'points'"
        assert await town.sql(answers) == [(len(askers), len(askers))]


async def _secret_and_presses(
    town: City, people: list[Phone], chat: int, message_id: int, chance: random.Random
) -> tuple[str, list[dict[str, Any]]]:
    """What the webhook's header must hold, and a press of everybody, as Telegram would post them."""
    numbers = chance.sample(range(1, 1000), len(people))
    group = town.simulator.world.chats[chat]
    return _hook(town), [
        {
            "update_id": number,
            "callback_query": {
                "id": str(number), "from": town.simulator.world.people[phone.id].user(), "chat_instance": "1",
                "message": {"message_id": message_id, "date": 0, "chat": group.json()}, "data": "order:claim:1",
            },
        }
        for number, phone in zip(numbers, people, strict=True)
    ]  # fmt: skip


# R3: poison updates do not stop the queue


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
            assert (
                await made.posts("/telegram", {"update_id": number, "message": message}, _hook(town)) == 200
            )
        await ben.sees(town.bot, "I can't read that kind of message")
        await gao.sees(town.bot, "I can't read that kind of message")


# R4: taking in does not depend on sending out


async def test_r04_updates_are_taken_while_nothing_can_be_sent(some_database: str, tmp_path: Path) -> None:
    async with fleet(some_database, tmp_path, 1, webhook=True) as (town, made):
        ben = await town.person("Ben")
        await town.settles()
        for method in ("sendMessage", "editMessageText"):
            await town.remote.ask("fault", kind="502", method=method, times=0)
        secret = _hook(town)
        waits = []
        for number in range(100):
            update = _words(town, ben, number + 1, "/points")
            began = time.monotonic()
            assert await made.posts("/telegram", update, secret) == 200
            waits.append(time.monotonic() - began)
        await town.remote.ask("clear_faults")
        last = await ben.last_id(town.bot)
        await town.settles()
        answers = [m for m in await ben.looks(town.bot) if m["message_id"] > last and m["is_bot"]]
        print(
            f"R4: p99 {sorted(waits)[98] * 1000:.0f} ms while sending was down; {len(answers)} answers afterwards"
        )
        assert sorted(waits)[98] <= 0.2
        assert answers, "what was asked meanwhile is answered afterwards"


def _hook(town: City) -> str:
    hook = town.simulator.api.box(next(iter(town.simulator.world.bots.values()))).webhook
    assert hook is not None
    return hook.secret


def _words(town: City, phone: Phone, number: int, text: str) -> dict[str, Any]:
    """A private message as Telegram would post it."""
    person = town.simulator.world.people[phone.id]
    chat = {"id": phone.id, "type": "private", "first_name": person.first_name}
    mark = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[0] == "/" else []
    message = {"message_id": 10_000 + number, "date": town.simulator.world.now(), "chat": chat, "text": text}
    return {"update_id": number, "message": message | {"from": person.user(), "entities": mark}}
