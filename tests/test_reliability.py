"""R19, R20, R42: exact among many, on time after an outage, and whole through restarts and cuts; seen from outside."""

import asyncio
import contextlib
import random
import signal
import time
from pathlib import Path

import pytest

from tests.outside import WAITING, crowd, until, waiting_reports
from tests.processes import command, fleet

# R19: capacity is exact


async def test_r19_places_are_never_given_twice_across_processes(
    postgres_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await _race(postgres_url, tmp_path, chance, processes=3, orders=5, people=30)


@pytest.mark.long
async def test_r19_forty_orders_two_hundred_people_eight_processes(
    postgres_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await _race(postgres_url, tmp_path, chance, processes=8, orders=40, people=200)


async def _race(
    url: str, folder: Path, chance: random.Random, *, processes: int, orders: int, people: int
) -> None:
    """Everybody presses on every order of five places, at once, through a balancer."""
    async with fleet(url, folder, processes, webhook=True) as (town, made):
        leader = await town.person("Lea")
        phones = list((await crowd(town, people)).values())
        chat = await town.neighbourhood(*phones, leader=leader)
        for number in range(orders):
            await town.order(chat, "need: 5", title=f"Duty {number}")
        presses = [(phone, order) for phone in phones for order in range(1, orders + 1)]
        chance.shuffle(presses)
        began = time.monotonic()
        for phone, order in presses:
            await town.remote.ask("forge", person=phone.id, chat=chat, data=f"order:claim:{order}")

        async def quiet() -> bool:
            return bool((await town.remote.ask("pending"))["count"] == 0)

        await until(quiet, 120)
        took = time.monotonic() - began
        print(
            f"R19: {len(presses)} presses on {orders} orders, {processes} processes, {len(presses) / took:.0f}/s"
        )
        assert await town.sql("SELECT DISTINCT taken FROM duty_order") == [(5,)]
        held = "SELECT count(*) FROM claim WHERE state = 'claimed' GROUP BY order_id"
        assert await town.sql(held) == [(5,)] * orders


# R20: no reminder is lost to downtime, and nobody is punished for it


async def test_r20_what_fell_due_while_we_were_away_comes_once(some_database: str, tmp_path: Path) -> None:
    async with fleet(some_database, tmp_path, 1) as (town, made):
        (process,) = made.processes
        people = [await town.person(f"P{number}") for number in range(5)]
        chat = await town.neighbourhood(*people)
        await town.order(chat, "need: 5")
        for person in people:
            await person.taps(chat, "I'm in")
        await town.settles()
        seen = {person.id: len(await person.looks(town.bot)) for person in people}
        await process.killed()
        await town.remote.step(21.5 * 3600)  # over the reminder of the eve, and the one before
        reports = await people[0].says(town.bot, "/report 1 all calm")
        await process.start()
        await process.says("started", times=2)
        await town.settles()
        for person in people:
            fresh = (await person.looks(town.bot))[seen[person.id] :]
            reminded = [m for m in fresh if m["is_bot"] and "Checkpoint duty" in m["text"]]
            assert 1 <= len(reminded) <= 2, [m["text"] for m in fresh]
        assert reports and await town.sql("SELECT count(*) FROM report WHERE late") == [(0,)]
        assert (await command(process, "check"))[0] == 0


# R42: stopping, and what others do to us


async def test_r42_rolling_restarts_lose_nothing_and_redis_is_only_speed(
    postgres_url: str, tmp_path: Path, valkey_url: str
) -> None:
    await _roll(postgres_url, tmp_path, valkey_url, times=3, claimants=8, duties=8)


@pytest.mark.long
async def test_r42_a_hundred_rolling_restarts(postgres_url: str, tmp_path: Path, valkey_url: str) -> None:
    await _roll(postgres_url, tmp_path, valkey_url, times=100, claimants=60, duties=50)


async def _roll(url: str, folder: Path, valkey_url: str, *, times: int, claimants: int, duties: int) -> None:
    """One process after the other is told to stop while reports are approved, and Redis forgets all each time."""
    import redis

    async with fleet(url, folder, 2, webhook=True, settle_delay=0, redis_url=valkey_url) as (town, made):
        leader, reports, _ = await waiting_reports(town, claimants, duties)
        client = redis.Redis.from_url(valkey_url)
        exits = []
        await town.remote.ask("fault", kind="slow", method="sendMessage", times=0, chance=1.0, seconds=0.6)

        async def is_sending() -> bool:
            return bool((await town.sql("SELECT count(*) FROM delivery WHERE state = 'sending'"))[0][0])

        async def roll() -> None:
            for turn in range(times):
                process = made.processes[turn % 2]
                with contextlib.suppress(
                    TimeoutError
                ):  # in the middle of something, where there is something
                    await until(is_sending, 5)
                began = time.monotonic()
                process.signal(signal.SIGTERM)
                assert await process.ended() == 0
                exits.append(time.monotonic() - began)
                client.flushall()
                client.client_kill_filter(_type="pubsub")
                started = sum("started" in line for line in process.log)
                await process.start()
                await process.says("started", times=started + 1)

        rolling = asyncio.ensure_future(roll())
        for report in reports:
            await town.remote.ask(
                "forge", person=leader.id, chat=town.bot, data=f"report:approve:{report}:5:1"
            )
            await asyncio.sleep(0.15)
            while (await town.remote.ask("pending"))["count"] > WAITING:
                await asyncio.sleep(0.1)
        await rolling

        async def paid() -> bool:
            return bool((await town.sql("SELECT count(*) FROM transfer"))[0][0] == len(reports))

        await until(paid, 60)
        unknown = await town.sql("SELECT count(*) FROM delivery WHERE state = 'ambiguous'")
        print(
            f"R42: {len(reports)} approvals, {times} restarts, exits {max(exits):.1f} s at most, "
            f"{unknown[0][0]} of unknown outcome"
        )
        assert max(exits) <= 10 and unknown == [(0,)]
        assert (await command(made.processes[0], "check"))[0] == 0
