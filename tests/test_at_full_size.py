"""R9, R10, R12, R20 and R21 with the numbers of the requirement. The short test of each stands beside its neighbours;
those of R1 to R8, R16, R19, R22 to R24, R42 and R43 stand with their long runs.
"""

import asyncio
import random
import re
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests import staging
from tests.city import City
from tests.outside import crowd, lead_all, until, waiting_reports, write
from tests.processes import Fleet, Process, command, fleet

pytestmark = pytest.mark.long

FAILOVER = 20.0  # seconds, with the lease of fifteen


async def _shown(town: City, chats: list[int], words: str) -> Counter[int]:
    """How often each chat shows the words."""
    world = town.simulator.world
    return Counter(
        {chat: sum(words in m.get("text", "") for m in world.chats[chat].messages.values()) for chat in chats}
    )


async def _until_all_show(town: City, chats: list[int], words: str, within: float) -> Counter[int]:
    async def all_do() -> bool:
        return min((await _shown(town, chats, words)).values()) >= 1

    await until(all_do, within, every=1.0)
    await town.settles()
    return await _shown(town, chats, words)


async def test_r09_two_hundred_groups_that_can_never_be_written_to(
    database_url: str, tmp_path: Path, chance: random.Random
) -> None:
    async with fleet(database_url, tmp_path, 1) as (town, _made):
        leader = await town.person("Lea")
        chats = [await town.group_silently(f"G{number}", leader) for number in range(300)]
        await lead_all(town, leader, chats)
        chance.shuffle(chats)
        kicked, gone, well = chats[:100], chats[100:200], chats[200:]
        for chat in kicked:
            town.simulator.world.chats[chat].members[town.bot] = "kicked"
        for chat in gone:
            del town.simulator.world.chats[chat]
        await leader.says(town.bot, "/order Checkpoint duty\nwhen: tomorrow 8-12\nin: Street")
        began = town.database.clock()
        await leader.taps(town.bot, "Send it out", wait=20)
        shown = await _until_all_show(town, well, "Checkpoint duty", 60)
        assert set(shown.values()) == {1}
        calls = (await town.remote.ask("log", method="sendMessage"))["calls"]
        tries = Counter(call["chat_id"] for call in calls)
        told = [m for m in await leader.looks(town.bot) if m["is_bot"] and "can't" in m["text"]]
        print(
            f"R9: {max(tries[chat] for chat in kicked + gone)} tries at most, leader told by {len(told)} messages, "
            f"{(town.database.clock() - began).total_seconds():.0f} s of the clock"
        )
        assert max(tries[chat] for chat in kicked + gone) <= 2
        assert told and told[0]["date"] - began.timestamp() <= 60
        waiting = await town.sql(
            "SELECT count(*) FROM delivery WHERE state IN ('pending', 'later', 'sending')"
        )
        assert waiting == [(0,)]


async def test_r10_fifty_groups_that_move_during_a_broadcast(
    database_url: str, tmp_path: Path, chance: random.Random
) -> None:
    async with fleet(database_url, tmp_path, 1) as (town, _made):
        leader = await town.person("Lea")
        chats = [await town.remote.group(f"G{number}", leader, kind="group") for number in range(150)]
        for chat in chats:
            town.simulator.world.chats[chat].members[town.bot] = "member"
        await lead_all(town, leader, chats)
        await leader.says(town.bot, "/order Checkpoint duty\nwhen: tomorrow 8-12\nneed: 60\nin: Street")
        await leader.taps(town.bot, "Send it out", wait=20)
        moved: dict[int, int] = {}
        for chat in chance.sample(chats, 50):
            await asyncio.sleep(0.1)
            moved[chat] = (await town.remote.ask("migrate", person=leader.id, chat=chat))["id"]
        now = [moved.get(chat, chat) for chat in chats]
        shown = await _until_all_show(town, now, "Checkpoint duty", 60)
        assert set(shown.values()) == {1}
        pressing = list((await crowd(town, 10)).values())
        for phone, chat in zip(pressing, moved.values(), strict=False):
            town.simulator.world.chats[chat].members[phone.id] = "member"
            assert "You have #1" in await phone.taps(chat, "I'm in", wait=20)
        await leader.says(town.bot, "/order Second duty\nwhen: tomorrow 8-12\nin: Street")
        await leader.taps(town.bot, "Send it out", wait=20)
        shown = await _until_all_show(town, now, "Second duty", 60)
        calls = (await town.remote.ask("log", method="sendMessage"))["calls"]
        later = {call["chat_id"] for call in calls if "Second duty" in str(call.get("text"))}
        print(f"R10: {len(moved)} of {len(chats)} groups moved, {len(pressing)} places taken in them")
        assert set(shown.values()) == {1} and not later & set(moved), "later orders go to the new ones alone"


async def test_r12_a_thousand_courtesies_a_fifth_of_unknown_outcome(
    database_url: str, tmp_path: Path
) -> None:
    async with fleet(database_url, tmp_path, 1, settle_delay=0) as (town, _made):
        leader, reports, phones = await waiting_reports(town, 1_000, 1)
        await town.remote.ask("fault", kind="accept_then_close", method="sendMessage", times=0, chance=0.2)
        for report in reports:
            data = f"report:approve:{report}:5:1"
            await town.remote.ask("forge", person=leader.id, chat=town.bot, data=data)
            await asyncio.sleep(0.02)

        async def told() -> bool:
            unsaid = (
                "SELECT count(*) FROM delivery WHERE kind = 'review.told' AND state IN ('sent', 'ambiguous')"
            )
            return await town.sql(unsaid) == [(len(reports),)]

        await until(told, 180, every=1.0)
        read = Counter([len(await phone.looks(town.bot)) for phone in phones.values()])
        (unknown,) = (await town.sql("SELECT count(*) FROM delivery WHERE state = 'ambiguous'"))[0]
        print(f"R12: {len(reports)} courtesies, {unknown} of unknown outcome, read so often: {dict(read)}")
        assert set(read) == {1} and unknown > len(reports) // 10


async def _reminded(town: City, people: list[int]) -> Counter[int]:
    """How often each has read that their duty is near."""
    world, bot = town.simulator.world, town.simulator.world.bots
    (ours,) = bot.values()
    return Counter(
        {
            person: sum(
                "Duty" in message.get("text", "")
                for message in world.private_chat(ours, world.people[person]).messages.values()
            )
            for person in people
        }
    )


async def test_r20_ten_thousand_that_fell_due_while_we_were_away(database_url: str, tmp_path: Path) -> None:
    """Those of duties that begin soon, and of others that have begun meanwhile."""
    async with fleet(database_url, tmp_path, 1) as (town, made):
        (process,) = made.processes
        leader, phones = await town.person("Lea"), await crowd(town, 10_000)
        await lead_all(town, leader, [])
        await process.killed()
        starts = [town.database.clock() + timedelta(hours=3, seconds=3.5 * n) for n in range(2_000)]
        await write(town, staging.claimed, claimants=list(phones), starts=starts)
        await town.remote.step(4 * 3600)
        town.remote.hurry = 0.0
        began, people = time.monotonic(), [phone.id for phone in phones.values()]
        await process.start()

        async def all_are() -> bool:
            return min((await _reminded(town, people)).values()) >= 1

        await until(all_are, 420, every=2.0)
        took = time.monotonic() - began
        await town.settles()
        often = Counter((await _reminded(town, people)).values())
        print(
            f"R20: {len(people)} reminders of an outage of four hours in {took:.0f} s, so often: {dict(often)}"
        )
        assert set(often) == {1} and took <= 360
        assert (await command(process, "check"))[0] == 0


# R21: while 10,000 reminders fall due, the holder of the lease is killed, frozen or told to stop fifty times


async def _takes_over(town: City, made: Fleet, chance: random.Random) -> float:
    """The holder is killed or frozen; how long it takes until another holds the lease, in seconds."""
    before = [sum("lease.taken" in line for line in process.log) for process in made.processes]
    ((holder, fence),) = await town.sql("SELECT holder, fence FROM lease")
    taken = re.compile(rf"lease\.taken.*fence\W+{fence}\b|fence\W+{fence}\b.*lease\.taken")
    first = next(process for process in made.processes if any(map(taken.search, process.log)))
    how = chance.choice([signal.SIGKILL, signal.SIGSTOP])
    lost = sum("lease.lost" in line for line in first.log)
    began = time.monotonic()
    first.signal(how)

    async def another() -> bool:
        counts = [sum("lease.taken" in line for line in process.log) for process in made.processes]
        return any(
            now > then
            for process, now, then in zip(made.processes, counts, before, strict=True)
            if process is not first
        )

    await until(another, FAILOVER + 10, every=0.05)
    took = time.monotonic() - began
    ((taken_by, higher),) = await town.sql("SELECT holder, fence FROM lease")
    assert taken_by != holder and higher > fence
    if how == signal.SIGSTOP:
        first.signal(signal.SIGCONT)
        await first.says("lease.lost", times=lost + 1)
        assert await town.sql("SELECT holder, fence FROM lease") == [(taken_by, higher)]
    else:
        await _starts_again(first)
    return took


async def _starts_again(process: Process) -> None:
    await process.ended()
    lives = sum("started" in line for line in process.log)
    await process.start()
    await process.says("started", times=lives + 1)


async def test_r21_ten_thousand_reminders_and_fifty_holders_that_die_or_sleep(
    postgres_url: str, tmp_path: Path, chance: random.Random
) -> None:
    async with fleet(postgres_url, tmp_path, 3, webhook=True) as (town, made):
        leader, phones = await town.person("Lea"), await crowd(town, 10_000)
        await lead_all(town, leader, [])
        town.remote.hurry = 0.0
        span = 50 * 16 / 2_000  # over all the time that fifty failovers take
        starts = [town.database.clock() + timedelta(hours=1, seconds=30 + span * n) for n in range(2_000)]
        await write(town, staging.claimed, claimants=list(phones), starts=starts)
        waits = [await _takes_over(town, made, chance) for _ in range(50)]
        people = [phone.id for phone in phones.values()]

        async def all_are() -> bool:
            return min((await _reminded(town, people)).values()) >= 1

        await until(all_are, 420, every=2.0)
        await town.settles()
        (rows,) = (await town.sql("SELECT count(*) FROM delivery WHERE kind = 'reminder.hour'"))[0]
        twice = sum(count - 1 for count in (await _reminded(town, people)).values())
        print(
            f"R21: {rows} reminders, failover {max(waits):.1f} s at most of {len(waits)}, {twice} read twice"
        )
        assert rows == len(people) and max(waits) <= FAILOVER and twice <= 2 * len(waits)
        assert (await command(made.processes[0], "check"))[0] == 0
