"""Floods stay with whoever makes them (R33), and nobody who does their work is taken for one."""

import asyncio
from datetime import datetime
from typing import Any

import redis
from sqlmodel import Session, col, update

from bot.guard import MOST, TOLD_AGAIN, WINDOW, Guard
from bot.valkey import WORTH_SHARING, SharedCounts, connect
from models import Delivery
from tests.city import City

BEN = 7


class Hands:
    """Somebody who sends, and a clock."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.guard = Guard(lambda: self.now, lambda: self.now)

    def sends(
        self, count: int, over: float, *, said_ago: float = 0.0, changes: bool = False, letters: int = 0
    ) -> int:
        """How many of so many updates are let in."""
        admitted = 0
        for _ in range(count):
            self.now += over / count
            raw: dict[str, Any] = {"message": {"date": int(self.now - said_ago), "text": "我" * letters}}
            admitted += self.guard.admits(BEN, raw)
            if changes:
                self.guard.forgive(BEN)
        return admitted


def test_a_flood_is_kept_out_for_as_long_as_it_goes_on() -> None:
    hands = Hands()
    assert hands.sends(400, over=WINDOW) == MOST
    assert hands.sends(6_000, over=60) == 0, "at a hundred a second nothing more gets in"
    assert [hands.guard.tells(BEN), hands.guard.tells(BEN)] == [True, False]
    hands.now += TOLD_AGAIN
    assert hands.guard.tells(BEN), "once a minute"
    assert hands.sends(10, over=5) == 10, "who is calm again is heard again"


def test_who_does_their_work_or_was_waiting_for_us_is_no_flood() -> None:
    assert Hands().sends(600, over=60) == 600, "ten a second, for a minute"
    assert Hands().sends(3_000, over=3, changes=True) == 3_000, "what changes something is given back"
    assert Hands().sends(3_000, over=3, said_ago=3_600) == 3_000, "said while we were away"


def test_long_words_are_sooner_a_flood_but_what_somebody_pastes_is_none() -> None:
    assert Hands().sends(400, over=WINDOW, letters=4_096) < 12
    assert Hands().sends(10, over=1, letters=4_096) == 10, "forty thousand letters at once"
    assert Hands().sends(1, over=1, letters=1_000_000) == 1


async def test_a_flood_in_the_bot_leaves_others_alone_and_is_told_once(
    town: City, expected_failures: set[str]
) -> None:
    expected_failures.add("update.flood")
    ben, dan = await town.person("Ben"), await town.person("Dan")
    town.remote.hurry = 0.0  # a flood is one only in real time
    before = await town.sql("SELECT count(*) FROM seen_update")
    await town.remote.ask("say_often", person=ben.id, chat=town.bot, text="/points", times=MOST * 6)
    await dan.says(town.bot, "/points")
    await dan.sees(town.bot, "0 points", within=20)
    told = await town.sql("SELECT count(*) FROM delivery WHERE kind = 'slow_down'")
    after = await town.sql("SELECT count(*) FROM seen_update")
    assert told == [(1,)] and after[0][0] - before[0][0] < MOST * 4
    await town.database.write(None, _unsaid)


def _unsaid(session: Session, _now: datetime) -> None:
    """The answers to the flood need not be waited for."""
    session.exec(update(Delivery).where(col(Delivery.state) != "sent").values(state="never"))


async def test_processes_share_their_counts_of_who_is_busy(valkey_url: str) -> None:
    one, two = (SharedCounts(connect(valkey_url), 1) for _ in range(2))
    sharing = [asyncio.ensure_future(counts.share()) for counts in (one, two)]
    for _ in range(40):
        one.count(BEN)
        two.count(BEN)
    await asyncio.sleep(0.6)
    for _ in range(40):
        one.count(BEN)
        two.count(BEN)
    await asyncio.sleep(0.6)
    assert one.count(BEN) >= 40 and two.count(BEN) >= 40, "each knows of the other's"
    key = f"dutygrid:1:flood:{BEN}"
    with redis.Redis.from_url(valkey_url) as client:
        assert client.ttl(key) > 0
        client.persist(key)  # as where the window before ends between two commands
        two.count(BEN)
        for _ in range(WORTH_SHARING):
            one.count(BEN)
        await asyncio.sleep(0.6)
        assert client.ttl(key) > 0
    for task in sharing:
        task.cancel()
