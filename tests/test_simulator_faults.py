"""Faults and disorder on request, and that one seed replays a run. Each test quotes the rule it holds."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import pytest

from simulator.client import Remote
from simulator.server import Server, Simulator
from tests.city import BOT, TOKEN
from tests.wire import Wire, texts


@pytest.mark.parametrize(
    ("kind", "status", "arrives"),
    [
        ("429", 429, False),
        ("500", 500, False),
        ("502", 502, False),
        ("502_accepted", 502, True),
        ("403", 403, False),
    ],
)
async def test_answers_that_are_no_success(wire: Wire, kind: str, status: int, arrives: bool) -> None:
    """ "502 HTML with and without having accepted"; 429 carries retry_after, 500 is JSON."""
    ben = await wire.started()
    await wire.remote.ask("fault", kind=kind, method="sendMessage", retry_after=7)
    got, body = await wire.ask("sendMessage", chat_id=ben.id, text="x")
    assert got == status and (b"<html>" in body) == (status == 502)
    if kind == "429":
        assert b'"retry_after":7' in body
    assert (await texts(wire, ben) == ["x"]) is arrives
    assert (await wire.ask("sendMessage", chat_id=ben.id, text="y"))[0] == 200, "a fault strikes once"


@pytest.mark.parametrize(
    ("kind", "arrives"), [("close", False), ("accept_then_close", True), ("half_body", True)]
)
async def test_connections_that_end_early(wire: Wire, kind: str, arrives: bool) -> None:
    """ "accept-then-close, half a body": the sender cannot know whether it arrived."""
    ben = await wire.started()
    await wire.remote.ask("fault", kind=kind, method="sendMessage")
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, aiohttp.ClientOSError)):
        await wire.ask("sendMessage", chat_id=ben.id, text="x")
    assert (await texts(wire, ben) == ["x"]) is arrives


async def test_answers_that_hang_or_are_slow(wire: Wire) -> None:
    """ "accept-then-hang, slow answers"."""
    ben = await wire.started()
    await wire.remote.ask("fault", kind="accept_then_hang", method="sendMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wire.ask("sendMessage", chat_id=ben.id, text="hangs"), 0.3)
    assert await texts(wire, ben) == ["hangs"]
    await wire.remote.ask("fault", kind="slow", method="sendMessage", seconds=0.4)
    begun = asyncio.get_running_loop().time()
    assert (await wire.ask("sendMessage", chat_id=ben.id, text="slow"))[0] == 200
    assert asyncio.get_running_loop().time() - begun >= 0.4


async def test_faults_strike_downloads_and_are_kept_for_calls_that_succeed(wire: Wire) -> None:
    """A download is a call like any other; "accepted" is said only of what could be accepted."""
    ben = await wire.started()
    await ben.sends_photos(BOT)
    sent = (await wire.result("getUpdates"))[-1]["message"]
    path = (await wire.result("getFile", file_id=sent["photo"][0]["file_id"]))["file_path"]
    url = f"{wire.remote.url}/file/bot{TOKEN}/{path}"
    await wire.remote.ask("fault", kind="502", method="download")
    assert [(await wire.session.get(url)).status for _ in range(2)] == [502, 200]
    calls = (await wire.remote.ask("log", method="download"))["calls"]
    assert [(call["code"], call["fault"]) for call in calls] == [(502, "502"), (200, "")]
    await wire.remote.ask("fault", kind="502_accepted", method="sendMessage")
    assert (await wire.ask("sendMessage", chat_id=ben.id, text=""))[0] == 400
    assert (await wire.ask("sendMessage", chat_id=ben.id, text="once"))[0] == 502
    assert await texts(wire, ben) == ["once"]


async def test_an_outage_refuses_connections_and_ends(wire: Wire) -> None:
    """ "refused connection": nobody listens on the port."""
    ben = await wire.started()
    await wire.remote.ask("outage", seconds=0.4)
    await asyncio.sleep(0.15)
    with pytest.raises(aiohttp.ClientConnectorError):
        async with aiohttp.ClientSession() as fresh, fresh.get(f"{wire.remote.url}/bot{TOKEN}/getMe"):
            pass
    await asyncio.sleep(0.6)
    async with aiohttp.ClientSession() as fresh:
        wire.session = fresh
        assert (await wire.ask("sendMessage", chat_id=ben.id, text="back"))[0] == 200


async def test_faults_by_chat_method_and_chance(wire: Wire) -> None:
    """ "per method, chat and probability"; every call and what became of it is in the log."""
    ben, carl = await wire.started(), await wire.started("Carl")
    wire.simulator.api.limits.on = False
    await wire.remote.ask("fault", kind="400", method="sendMessage", chat_id=ben.id, times=0, chance=0.5)
    codes = [(await wire.ask("sendMessage", chat_id=ben.id, text=str(n)))[0] for n in range(60)]
    assert 15 <= codes.count(400) <= 45
    assert (await wire.ask("sendMessage", chat_id=carl.id, text="x"))[0] == 200
    found = (await wire.remote.ask("log", method="sendMessage", chat_id=ben.id, fault="400"))["calls"]
    assert len(found) == codes.count(400) and all(call["code"] == 400 for call in found)
    await wire.remote.ask("clear_faults")
    assert (await wire.ask("sendMessage", chat_id=ben.id, text="x"))[0] == 200
    with pytest.raises(ValueError, match="no such fault"):
        await wire.remote.ask("fault", kind="earthquake")


async def test_one_seed_replays_a_run() -> None:
    """Faults, ids and disorder all come from the seed."""

    async def run(seed: int) -> list[Any]:
        simulator = Simulator(seed=seed)
        simulator.world.add_bot(TOKEN, "DutyGridBot")
        simulator.api.limits.on = False
        async with Server(simulator) as url, Remote(url) as remote, aiohttp.ClientSession() as session:
            wire = Wire(simulator, remote, session)
            ben = await wire.started()
            await remote.ask("fault", kind="500", times=0, chance=0.3)
            codes = [(await wire.ask("sendMessage", chat_id=ben.id, text="x"))[0] for _ in range(40)]
            await ben.sends_photos(BOT)
            await remote.ask("clear_faults")
            photo = (await wire.result("getUpdates"))[-1]["message"]["photo"][0]["file_id"]
            return [codes, photo]

    assert await run(7) == await run(7)
    assert await run(7) != await run(8)


async def test_updates_come_twice_and_overtake_each_other(wire: Wire) -> None:
    """ "duplicated and reordered updates", of different queues; nothing is lost."""
    people = [await wire.started(f"P{number}") for number in range(20)]
    await wire.remote.ask("disorder", duplicate=0.3, reorder=0.5)
    seen: list[int] = []
    for _ in range(40):
        offset = max(seen, default=-1) + 1
        batch = await wire.result("getUpdates", offset=offset, limit=5)
        seen += [update["update_id"] for update in batch]
        if not batch:
            break
    assert len(set(seen)) == len(people), "every update arrived"
    assert len(seen) > len(set(seen)) and seen != sorted(seen), "some twice, some out of order"


async def test_asking_again_at_once_is_slowed(wire: Wire) -> None:
    """ "Same offset re-polled within 3 s with timeout < 3 is raised to 3 s; within 0.5 s the limit becomes 1"."""
    wire.simulator.api.limits.slow_polls = True
    ben = await wire.started()
    for number in range(3):
        await ben.says(BOT, str(number))
    first = await wire.result("getUpdates")
    offset = first[0]["update_id"] + 1
    assert len(await wire.result("getUpdates", offset=offset)) == 3
    assert len(await wire.result("getUpdates", offset=offset)) == 1
    empty = offset + 3
    await wire.result("getUpdates", offset=empty)
    waiting = asyncio.create_task(wire.result("getUpdates", offset=empty))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await wire.remote.step(3)
    assert await waiting == []


async def test_old_messages_are_forgotten_so_that_memory_is_not(wire: Wire) -> None:
    wire.simulator.world.kept = 50
    wire.simulator.api.limits.on = False
    ben = await wire.started()
    for number in range(80):
        await wire.result("sendMessage", chat_id=ben.id, text=str(number))
    kept = await texts(wire, ben)
    assert len(kept) == 50 and kept[-1] == "79"


def test_standing_alone_it_needs_nothing_of_ours_and_no_pages() -> None:
    """Without phones neither a database, a scheduler, a bot library nor NiceGUI is imported."""
    import subprocess
    import sys

    code = (
        "import sys, simulator.__main__, simulator.client; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('sqlalchemy', 'sqlmodel', 'apscheduler', 'telegram', 'aiogram', 'nicegui', 'bot', 'models', 'services')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parent.parent
    )
    assert done.stdout.strip() == b"[]"
    names = set(
        re.findall(
            r"^([a-z0-9_-]+)==",
            (Path(__file__).parent.parent / "requirements-simulator.lock").read_text(),
            re.M,
        )
    )
    assert not names & {"sqlalchemy", "sqlmodel", "apscheduler", "python-telegram-bot", "aiogram", "psycopg"}
