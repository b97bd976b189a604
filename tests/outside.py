"""What tests do to processes and their database from outside; everything random of a run follows one seed."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from simulator.client import Phone
from tests import staging
from tests.city import City
from tests.processes import Process

SEED = int(os.environ.get("DUTYGRID_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
os.environ["DUTYGRID_SEED"] = str(SEED)  # the workers of one run share it


WAITING = 100  # presses at Telegram at most: it keeps each for 150 seconds only


async def write(town: City, service: Callable[..., Any], **arguments: Any) -> Any:
    """Write straight into the database, beside the processes."""
    return await town.database.write(None, service, **arguments)


async def crowd(town: City, count: int) -> dict[int, Phone]:
    """So many people who pressed Start long ago; their phones by their members' ids."""
    people = [town.simulator.world.add_person(f"P{number}", "en") for number in range(count)]
    for person in people:
        person.started.add(town.bot)
    phones = [Phone(town.remote, person.id, person.first_name) for person in people]
    ids = await write(town, staging.people, telegram_ids=[phone.id for phone in phones])
    return dict(zip(ids, phones, strict=True))


async def lead_all(town: City, leader: Phone, groups: list[int]) -> int:
    """A street with a grid for each group, which they lead; their member's id."""
    (leading,) = (await town.sql(f"SELECT id FROM member WHERE telegram_id = {leader.id}"))[0]
    await write(town, staging.city, groups=groups, leader=leading)
    return int(leading)


async def waiting_reports(
    town: City, claimants: int, duties: int
) -> tuple[Phone, list[int], dict[int, Phone]]:
    """A leader, and reports of so many people on so many orders that wait for review."""
    leader, phones = await town.person("Lea"), await crowd(town, claimants)
    leading = await lead_all(town, leader, [])
    reports = await write(town, staging.reported, leader=leading, claimants=list(phones), orders=duties)
    return leader, reports, phones


def one_of(*values: Any) -> list[Any]:
    """Parameters of a test that takes long: the seed picks one, and the others are for the long runs."""
    chosen = SEED % len(values)
    return [
        pytest.param(value, marks=[] if at == chosen else [pytest.mark.long])
        for at, value in enumerate(values)
    ]


async def until(what: Callable[[], Awaitable[bool]], within: float, *, every: float = 0.2) -> None:
    async with asyncio.timeout(within):
        while not await what():
            await asyncio.sleep(every)


AT_WORK = 0.75  # of the kills; a slow machine would else see none of them


async def killed_again_and_again(
    process: Process, chance: random.Random, times: int, pause: tuple[float, float] = (0.4, 1.6)
) -> None:
    """SIGKILL at random moments, most of them at work and some while it starts, and start again at once."""
    for _ in range(times):
        await asyncio.sleep(chance.uniform(*pause))
        await process.killed()
        lives = sum("started" in line for line in process.log)
        await process.start()
        if chance.random() < AT_WORK:
            await process.says("started", times=lives + 1)
