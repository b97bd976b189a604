"""Faults and disorder on request, and that one seed replays a run. Each test quotes the rule it holds."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import aiohttp.web
import pytest

from simulator.client import Phone, Remote
from simulator.server import Server, Simulator
from tests.city import BOT, TOKEN
from tests.wire import Wire


async def _texts(wire: Wire, phone: Phone) -> list[str]:
    return [message["text"] for message in await phone.looks(BOT) if message["is_bot"]]


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
    assert (await _texts(wire, ben) == ["x"]) is arrives
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
    assert (await _texts(wire, ben) == ["x"]) is arrives


async def test_answers_that_hang_or_are_slow(wire: Wire) -> None:
    """ "accept-then-hang, slow answers"."""
    ben = await wire.started()
    await wire.remote.ask("fault", kind="accept_then_hang", method="sendMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wire.ask("sendMessage", chat_id=ben.id, text="hangs"), 0.3)
    assert await _texts(wire, ben) == ["hangs"]
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
    assert await _texts(wire, ben) == ["once"]


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


async def test_webhook_retries_follow_the_stepped_clock(wire: Wire) -> None:
    """ "first retry immediate, then 2, 4, 8 ...; Retry-After honoured"; getWebhookInfo tells the last error."""
    came: list[float] = []
    answers = [(500, {}), (500, {}), (500, {}), (503, {"Retry-After": "100"}), (200, {})]

    async def receive(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        came.append(wire.simulator.world.clock.now())
        status, headers = answers.pop(0)
        return aiohttp.web.Response(status=status, headers=headers)

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url, secret_token="s3cret")
        await wire.started()
        for pause in (0, 3, 5, 101):
            await asyncio.sleep(0.15)
            await wire.remote.step(pause)
        await asyncio.sleep(0.15)
        gaps = [round(after - before) for before, after in zip(came, came[1:], strict=False)]
        assert len(came) == 5 and gaps[0] == 0 and 2 <= gaps[1] <= 4 and 4 <= gaps[2] <= 7 and gaps[3] >= 100
        info = await wire.result("getWebhookInfo")
        assert info["pending_update_count"] == 0 and "503" in info["last_error_message"]


def _answered(kind: str, **answer: str) -> aiohttp.web.Response:
    """A webhook's answer as one kind of body; aiogram's are multipart."""
    if kind == "json":
        return aiohttp.web.json_response(answer)
    if kind == "urlencoded":
        return aiohttp.web.Response(body=urlencode(answer), content_type="application/x-www-form-urlencoded")
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in answer.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    return aiohttp.web.Response(body=writer)


@pytest.mark.parametrize("kind", ["json", "urlencoded", "multipart"])
async def test_a_webhook_may_answer_with_a_method(wire: Wire, kind: str) -> None:
    """ "Replying with a method in the webhook body is allowed but result/errors are lost"; get... is ignored."""
    ben = await wire.remote.phone("Ben")

    async def receive(request: aiohttp.web.Request) -> aiohttp.web.Response:
        update = await request.json()
        method = "sendMessage" if update["message"]["text"] == "/start" else "getMe"
        return _answered(kind, method=method, chat_id=str(ben.id), text="answered")

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url)
        await ben.starts()
        await ben.sees(BOT, "answered")
        (call,) = (await wire.remote.ask("log", method="sendMessage"))["calls"]
        assert call["code"] == 200
        await wire.remote.ask("fault", kind="500", method="sendMessage")
        await ben.starts()
        async with asyncio.timeout(5):
            while len(calls := (await wire.remote.ask("log", method="sendMessage"))["calls"]) < 2:
                await asyncio.sleep(0.02)
        assert calls[1]["code"] == 500 and await _texts(wire, ben) == ["answered"]


async def test_a_webhook_that_is_gone_for_23_hours_is_removed(wire: Wire) -> None:
    """ "HTTP 410 for 23 h removes the webhook"; "setWebhook at most 1/s"."""

    async def receive(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(status=410)

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url)
        assert (await wire.ask("setWebhook", url=url))[0] == 429
        await wire.started()
        async with asyncio.timeout(20):
            while (await wire.result("getWebhookInfo"))["url"]:
                await wire.remote.step(30 * 60)
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://example.org/hook"}, "HTTPS URL must be provided"),
        ({"url": "https://example.org:9999/hook"}, "ports 80, 88, 443 or 8443"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "no spaces"}, "unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "max_connections": 0}, "max_connections"),
    ],
)
async def test_webhooks_that_are_refused(wire: Wire, parameters: dict[str, Any], words: str) -> None:
    """ "HTTPS only, ports 443/80/88/8443"; "secret_token 1-256 [A-Za-z0-9_-]"; "max_connections 1-100"."""
    status, body = await wire.ask("setWebhook", **parameters)
    assert status == 400 and words in body.decode()


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
    texts = await _texts(wire, ben)
    assert len(texts) == 50 and texts[-1] == "79"


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


def _listening(receive: Any) -> Any:
    """A web server on loopback for a webhook; its address."""
    import contextlib

    @contextlib.asynccontextmanager
    async def listening() -> AsyncIterator[str]:
        app = aiohttp.web.Application()
        app.router.add_post("/hook", receive)
        runner = aiohttp.web.AppRunner(app)
        await runner.setup()
        await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await runner.cleanup()

    return listening()
