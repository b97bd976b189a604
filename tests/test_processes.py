"""Many processes on one PostgreSQL: one holds the lease, another takes over, and a sleeper who wakes writes nothing."""

import asyncio
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.runtime import claim_identity
from models.database import Database
from models.sealed import Keys, new_key
from tests.outside import one_of
from tests.processes import Fleet, Process, fleet

FAILOVER = 20.0  # seconds, with the lease of fifteen


async def _holder(made: Fleet, *, besides: Any = None) -> Any:
    """The process that took the lease last."""
    async with asyncio.timeout(FAILOVER + 10):
        while True:
            for process in made.processes:
                if process is not besides and any("lease.taken" in line for line in process.log):
                    return process
            await asyncio.sleep(0.02)


async def test_processes_that_start_in_the_same_moment_on_a_new_database_all_start(postgres_url: str) -> None:
    database = Database(postgres_url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as another:
        another.execute("INSERT INTO identity (id, bot_id, running) VALUES (1, 7, true)")
        starting = asyncio.ensure_future(database.write(None, claim_identity, bot_id=7))
        await asyncio.sleep(0.3)
        assert not starting.done(), "it waits for what the other is about to say"
        another.commit()
    assert await starting is True
    database.close()


@pytest.mark.parametrize("how", ["frozen", *one_of("killed", "stopped")])
async def test_another_takes_over_and_a_resumed_holder_writes_nothing(
    postgres_url: str, tmp_path: Path, how: str
) -> None:
    async with fleet(postgres_url, tmp_path, 2) as (town, made):
        ben = await town.person("Ben")
        first = await _holder(made)
        began = time.monotonic()
        first.signal({"killed": signal.SIGKILL, "frozen": signal.SIGSTOP, "stopped": signal.SIGTERM}[how])
        second = await _holder(made, besides=first)
        took = time.monotonic() - began
        print(f"failover after {how}: {took:.1f} s")
        assert took <= (3.0 if how == "stopped" else FAILOVER)
        await ben.says(town.bot, "/points")
        await ben.sees(town.bot, "0 points")
        lease = await town.sql("SELECT holder, fence FROM lease")
        if how == "frozen":
            first.signal(signal.SIGCONT)
            await first.says("lease.lost")
            await ben.says(town.bot, "/orders")
            await ben.sees(town.bot, "No duty is open")
            assert await town.sql("SELECT holder, fence FROM lease") == lease
            owners = await town.sql("SELECT DISTINCT owner FROM delivery WHERE state = 'sending'")
            assert {owner for (owner,) in owners} <= {lease[0][0]}
        elif how == "stopped":
            assert await first.ended() == 0
        assert second.running is not None and second.running.returncode is None


@pytest.mark.parametrize("kind", one_of("400", "429"))
async def test_a_webhook_that_cannot_be_set_keeps_nobody_from_sending(
    postgres_url: str, tmp_path: Path, kind: str
) -> None:
    async with fleet(postgres_url, tmp_path, 2, webhook=True) as (town, made):
        ben = await town.person("Ben")
        first = await _holder(made)
        await ben.says(town.bot, "/points")
        await ben.sees(town.bot, "0 points")
        await town.remote.ask("fault", kind=kind, method="setWebhook", times=0, retry_after=60)
        first.signal(signal.SIGKILL)
        second = await _holder(made, besides=first)
        await second.says("webhook.not_set")
        await ben.says(town.bot, "/orders")
        await ben.sees(town.bot, "No duty is open")
        warned = sum("webhook.not_set" in line for line in second.log)
        assert warned == 1 or kind == "400", "Telegram asked for a minute of quiet"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_row_that_somebody_holds_keeps_only_those_waiting_who_want_it(
    postgres_url: str, tmp_path: Path, webhook: bool
) -> None:
    async with fleet(postgres_url, tmp_path, 1, webhook=webhook) as (town, _made):
        people, carl = [await town.person(f"P{number}") for number in range(12)], await town.person("Carl")
        chat = await town.neighbourhood(*people)
        await town.order(chat, "need: 12")
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as another:
            another.execute("SELECT 1 FROM duty_order FOR UPDATE")
            presses = [asyncio.ensure_future(person.taps(chat, "I'm in", wait=1)) for person in people]
            await asyncio.sleep(0.5)
            began = time.monotonic()
            await carl.says(town.bot, "/points")
            await carl.sees(town.bot, "0 points", within=FAILOVER / 2)
            print(f"answered beside a held row after {time.monotonic() - began:.1f} s")
            assert await town.sql("SELECT taken FROM duty_order") == [(0,)]
        async with asyncio.timeout(10):
            while await town.sql("SELECT taken FROM duty_order") != [(12,)]:
                await asyncio.sleep(0.1)
        await asyncio.gather(*presses, return_exceptions=True)  # their toasts may come too late to be shown


@pytest.mark.parametrize("carrier", ["postgresql", "valkey"])
async def test_every_process_takes_updates_and_what_it_wrote_leaves_at_once(
    postgres_url: str,
    tmp_path: Path,
    carrier: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Process, "program", ("tests.with_bug", "looks_only_when_rung"))
    more = {"redis_url": request.getfixturevalue("valkey_url")} if carrier == "valkey" else {}
    async with fleet(postgres_url, tmp_path, 3, webhook=True, **more) as (town, made):
        people = [await town.person(f"P{number}") for number in range(6)]
        chat = await town.neighbourhood(*people)
        await town.order(chat, "need: 3")
        toasts = await asyncio.gather(*(person.taps(chat, "I'm in") for person in people))
        assert sum("You have #1" in toast for toast in toasts) == 3, toasts
        waits = []
        for person in people * 2:
            last = await person.last_id(town.bot)
            began = time.monotonic()
            await person.says(town.bot, "/mine")
            await person.sees(town.bot, lambda _message: True, after=last)
            waits.append(time.monotonic() - began)
        print(f"answers by {carrier}: median {sorted(waits)[len(waits) // 2] * 1000:.0f} ms")
        assert sorted(waits)[len(waits) // 2] < 0.75  # by itself it looks every second and a half
        assert await town.sql("SELECT count(*) FROM claim WHERE state = 'claimed'") == [(3,)]
