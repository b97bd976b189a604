"""Long polling takes side by side what one poll brings: the slow hold up nobody else, and nothing is acknowledged early."""

import asyncio
import random
import struct
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram.error import Conflict

from bot import window
from bot.beside import background
from bot.polling import Polling
from bot.window import NotTaken, Window


class Server:
    """Keeps updates until somebody asks from behind them, as getUpdates does, a few at a time; a `paced` one gives no more
    than one to whoever asks again from the same number within half a second."""

    def __init__(self, most: int, *, paced: bool = False) -> None:
        self.kept: list[dict[str, Any]] = []
        self.most, self.paced = most, paced
        self._asked = (-1, 0.0)

    def says(self, person: int, number: int) -> None:
        self.kept.append({"update_id": number, "message": {"from": {"id": person}, "text": str(number)}})

    def gives(self, offset: int) -> list[dict[str, Any]]:
        self.kept = [update for update in self.kept if update["update_id"] >= offset]
        before, at = self._asked
        self._asked = (offset, time.monotonic())
        again = self.paced and before == offset and self._asked[1] - at < 0.5
        return self.kept[: 1 if again else self.most]


async def _polls(under: Window, server: Server) -> None:
    asked_at = time.monotonic()
    await under.take(server.gives(under.offset))
    await under.rest(asked_at)


async def test_one_that_takes_long_holds_up_its_own_person_only() -> None:
    server, taken, gate = Server(100), [], asyncio.Event()

    async def take(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 10:
            await gate.wait()
        taken.append(raw["update_id"])

    under = Window(take)
    for person, number in ((1, 10), (2, 11), (1, 12)):
        server.says(person, number)
    await _polls(under, server)
    assert taken == [11] and under.offset == 10 and under.is_open
    server.says(3, 13)
    await _polls(under, server)
    assert taken == [11, 13] and under.offset == 10, "and none is taken twice"
    gate.set()
    await _polls(under, server)
    assert taken == [11, 13, 10, 12] and under.offset == 14 and not under.is_open
    server.says(1, 3)  # after a quiet week numbers begin anew lower down
    await under.take([server.kept[-1]])
    assert under.offset == 4


async def test_telegram_brings_the_others_though_one_is_under_way() -> None:
    server, taken = Server(100, paced=True), []

    async def take(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 10:
            await asyncio.sleep(60)
        taken.append(raw["update_id"])

    under = Window(take)
    server.says(1, 10)
    await _polls(under, server)
    for number in (11, 12, 13):
        server.says(2, number)
        async with asyncio.timeout(2):
            while number not in taken:
                await _polls(under, server)
    assert under.offset == 10


async def test_one_that_ends_when_nothing_but_it_is_brought_again_acknowledges_those_behind_it() -> None:
    gate, taken = asyncio.Event(), []

    async def take(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 10:
            await gate.wait()
        taken.append(raw["update_id"])

    server, under = Server(100), Window(take)
    for number in (10, 11, 12):
        server.says(number, number)
    await under.take(server.gives(0))
    gate.set()
    await asyncio.sleep(0.01)
    await under.take(server.gives(10)[:1])
    assert under.offset == 13 and taken == [11, 12, 10]


async def test_what_could_not_be_taken_comes_again_and_before_what_its_person_said_next() -> None:
    server, taken, away = Server(100), [], [True]

    async def take(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 10 and away:
            raise OSError(away.pop())
        taken.append(raw["update_id"])

    under = Window(take)
    for person, number in ((1, 10), (2, 11), (1, 12)):
        server.says(person, number)
    with pytest.raises(OSError, match="True"):
        await _polls(under, server)
    assert taken == [11] and under.offset == 10
    await _polls(under, server)
    assert taken == [11, 10, 12] and under.offset == 13


async def test_nothing_begins_once_it_is_closed() -> None:
    taken, gate = [], asyncio.Event()

    async def take(raw: dict[str, Any]) -> None:
        await gate.wait()
        taken.append(raw["update_id"])

    server, under = Server(100), Window(take)
    server.says(1, 10), server.says(1, 11)
    taking = asyncio.create_task(under.take(server.gives(0)))
    await asyncio.sleep(0.01)
    taking.cancel()
    under.close()
    gate.set()
    await asyncio.sleep(0.01)
    assert taken == [10]


async def test_whatever_is_slow_or_fails_each_is_taken_once_and_in_order(
    chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "PATIENCE", 0.002)
    monkeypatch.setattr(window, "LOOK", 0.001)
    server, taken = Server(7), []
    said = [(chance.randint(1, 5), number) for number in range(100, 300)]

    async def take(raw: dict[str, Any]) -> None:
        await asyncio.sleep(chance.choice((0, 0, 0.001, 0.02)))
        if chance.random() < 0.1:
            raise OSError
        taken.append((raw["message"]["from"]["id"], raw["update_id"]))

    under = Window(take)
    for person, number in said:
        server.says(person, number)
    while server.kept:
        try:
            await _polls(under, server)
        except OSError:
            await asyncio.sleep(0.001)
        assert {number for _, number in said if number < under.offset} <= {number for _, number in taken}
    assert len(taken) == len(said)
    for person in range(1, 6):
        assert [number for who, number in taken if who == person] == [n for who, n in said if who == person]


async def test_after_a_crash_one_that_waits_holds_up_none_of_those_taken_one_by_one() -> None:
    async def take(raw: dict[str, Any]) -> None:
        await asyncio.sleep(60 if raw["update_id"] == 10 else 0)

    server, under, began = Server(100), Window(take), time.monotonic()
    for number in range(10, 60):
        server.says(number, number)
    for update in server.gives(0):
        await under.take([update])
    assert time.monotonic() - began < window.PATIENCE + 1 and under.offset == 10


async def test_what_comes_when_nothing_is_begun_any_more_is_not_acknowledged() -> None:
    server, taken = Server(100), []

    async def take(raw: dict[str, Any]) -> None:
        taken.append(raw["update_id"])

    under = Window(take)
    server.says(1, 10)
    await _polls(under, server)
    under.close()
    server.says(1, 11)
    with pytest.raises(NotTaken):
        await _polls(under, server)
    assert taken == [10] and under.offset == 11


class FailsOnce(Server):
    """Telegram, a clock and who takes updates, of which one fails once, after nine."""

    def __init__(self, broken: str) -> None:
        super().__init__(3)
        self.careful, self.taken, self._broken = False, [], broken
        for number in range(1, 31):
            self.says(number, number)

    def _breaks(self, what: str) -> bool:
        return self._broken == what and len(self.taken) >= 9

    async def take(self, raw: dict[str, Any]) -> None:
        if self._breaks("taking an update"):
            self._broken = ""
            raise asyncio.CancelledError
        self.taken.append(raw["update_id"])

    def now(self) -> datetime:
        if self._breaks("the clock"):
            self._broken = ""
            raise struct.error("half a clock")
        return datetime.now(UTC)

    async def raw_updates(self, asked: dict[str, Any], **_times: float) -> list[dict[str, Any]]:
        if self._breaks("taking the webhook away"):
            raise Conflict("can't use getUpdates method while webhook is active")
        return self.gives(asked["offset"])

    async def delete_webhook(self) -> None:
        self._broken = ""
        raise ValueError("an answer nobody can read")


@pytest.mark.parametrize("broken", ["the clock", "taking the webhook away"])
async def test_polling_that_failed_once_goes_on_and_loses_nothing(broken: str) -> None:
    """Whatever it is that fails in it, and wherever."""
    world = FailsOnce(broken)
    polling = Polling(world, world, world.now, lambda _at: None)  # type: ignore[arg-type]
    async with background(polling.run), asyncio.timeout(15):
        while world.kept or len(world.taken) < 30:
            await asyncio.sleep(0.01)
    assert world.taken == list(range(1, 31))


async def test_an_update_that_something_else_cut_off_comes_again_and_polling_goes_on() -> None:
    """A library may cancel what it was asked for; nobody asked polling to end."""
    world = FailsOnce("taking an update")
    polling = Polling(world, world, world.now, lambda _at: None)  # type: ignore[arg-type]
    async with background(polling.run), asyncio.timeout(15):
        while world.kept or len(world.taken) < 30:
            await asyncio.sleep(0.01)
    assert sorted(world.taken) == list(range(1, 31))


async def test_what_goes_on_beside_ends_when_it_is_to_and_not_before() -> None:
    begun: list[int] = []

    async def work() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise asyncio.CancelledError
        await asyncio.sleep(60)

    async with background(work):
        async with asyncio.timeout(5):
            while len(begun) < 2:
                await asyncio.sleep(0.01)
    assert len(begun) == 2
