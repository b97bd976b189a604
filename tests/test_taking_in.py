"""R1, R2, R4: what people send is taken in once, whatever becomes of us (R3 is in tests/test_poison.py).

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

from simulator.client import Phone
from tests import staging
from tests.city import City
from tests.outside import WAITING, crowd, killed_again_and_again, one_of, until, waiting_reports
from tests.processes import command, fleet

# R1: an acknowledged update is never lost nor applied twice


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

FIRST_AGAIN = 20_000  # below it are the numbers of updates that began anew


async def test_r02_updates_that_come_again_in_any_order_change_nothing_more(
    some_database: str, tmp_path: Path, chance: random.Random
) -> None:
    await _come_again(some_database, tmp_path, chance, people=6, duties=1)


@pytest.mark.long
async def test_r02_ten_thousand_updates_that_come_again(
    database_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await _come_again(database_url, tmp_path, chance, people=1_000, duties=9)


async def _come_again(url: str, folder: Path, chance: random.Random, *, people: int, duties: int) -> None:
    """Each update two to five times, shuffled, sixteen at once, after ids that began anew lower down: everybody's
    presses on every duty, and words that would be answered again, if they were taken twice."""
    async with fleet(url, folder, 1, webhook=True) as (town, made):
        askers = list((await crowd(town, people)).values())
        chat = await town.neighbourhood(*askers)
        cards = [await town.order(chat, "need: 3", title=f"Duty {number}") for number in range(duties)]
        await town.settles()
        first = FIRST_AGAIN
        numbers = chance.sample(range(1, first), people * (duties + 1))
        raw = [
            _press(town, phone, chat, card["message_id"], f"order:claim:{order}", numbers.pop())
            for order, card in enumerate(cards, start=1)
            for phone in askers
        ]
        raw += [_words(town, phone, numbers.pop(), "/points") for phone in askers]
        secret, copies = hook(town), [update for update in raw for _ in range(chance.randint(2, 5))]
        chance.shuffle(copies)
        gate = asyncio.Semaphore(16)

        async def post(update: dict[str, Any]) -> int:
            async with gate:
                return await made.posts("/telegram", update, secret)

        codes = Counter(await asyncio.gather(*(post(update) for update in copies)))
        assert codes == {200: len(copies)}
        await town.settles()
        claimed = await town.sql("SELECT count(*) FROM claim")
        seen = await town.sql(f"SELECT count(*) FROM seen_update WHERE update_id < {first}")
        print(f"R2: {len(raw)} updates, {len(copies)} deliveries")
        assert claimed == [(3 * duties,)] and seen == [(len(raw),)]
        assert await town.sql("SELECT DISTINCT taken FROM duty_order") == [(3,)]
        answers = "SELECT count(*), count(DISTINCT chat_id) FROM delivery WHERE kind = 'points'"
        assert await town.sql(answers) == [(people, people)]


def _press(town: City, phone: Phone, chat: int, message_id: int, data: str, number: int) -> dict[str, Any]:
    """A press as Telegram would post it."""
    query = {
        "id": str(number), "from": town.simulator.world.people[phone.id].user(), "chat_instance": "1", "data": data,
        "message": {"message_id": message_id, "date": 0, "chat": town.simulator.world.chats[chat].json()},
    }  # fmt: skip
    return {"update_id": number, "callback_query": query}


# R4: taking in does not depend on sending out


@pytest.mark.parametrize("how", one_of("502", "accept_then_hang"))
async def test_r04_updates_are_taken_while_nothing_can_be_sent(
    some_database: str, tmp_path: Path, how: str
) -> None:
    await _say_to_nobody(some_database, tmp_path, how, seconds=1)


@pytest.mark.long
async def test_r04_a_hundred_a_second_for_five_minutes(database_url: str, tmp_path: Path) -> None:
    await _say_to_nobody(database_url, tmp_path, "accept_then_hang", seconds=300)


async def _say_to_nobody(url: str, folder: Path, how: str, *, seconds: int) -> None:
    """A hundred updates a second while nothing can be sent; in the long run whether those before are taken or not."""
    async with fleet(url, folder, 1, webhook=True) as (town, made):
        people = list((await crowd(town, 50 if seconds == 1 else 1_000)).values())
        await town.settles()
        for method in ("sendMessage", "editMessageText"):
            await town.remote.ask("fault", kind=how, method=method, times=0)
        seen = {phone.id: await phone.last_id(town.bot) for phone in people}
        secret, waits, began = hook(town), [], time.monotonic()
        gate = asyncio.Semaphore(1 if seconds == 1 else 1_000)

        async def post(number: int) -> None:
            await asyncio.sleep(began + number / 100 - time.monotonic())
            update = _words(town, people[number % len(people)], number + 1, "/points")
            async with gate:
                at = time.monotonic()
                assert await made.posts("/telegram", update, secret) == 200
                waits.append(time.monotonic() - at)

        await asyncio.gather(*(post(number) for number in range(100 * seconds)))
        await town.remote.ask("clear_faults")
        await town.settles()
        answered = 0
        for phone in people:
            answered += any(
                m["is_bot"] and m["message_id"] > seen[phone.id] for m in await phone.looks(town.bot)
            )
        late = sorted(waits)[int(len(waits) * 0.99) - 1] * 1000
        print(
            f"R4: {len(waits)} updates, p99 {late:.0f} ms while sending was down ({how}); "
            f"{answered} of {len(people)} answered afterwards"
        )
        assert late <= 200
        assert answered == len(people), "what was asked meanwhile is answered afterwards"


def hook(town: City) -> str:
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
