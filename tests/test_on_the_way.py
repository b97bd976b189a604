"""What stands between the bot and Telegram, or writes otherwise than Telegram does: nothing is lost by it, and nobody waits."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.completing import read
from bot.hooked import Hooked
from bot.quiet_bot import QuietBot, make_bot
from bot.sender import TelegramSender
from scheduler.sender import Later
from tests.city import make_settings
from views.message import Message

SENT = b'{"ok": true, "result": {"message_id": 7}}'


@contextlib.asynccontextmanager
async def answered(by: Callable[[web.Request], web.Response]) -> AsyncIterator[QuietBot]:
    """A bot whose every call is answered so."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return by(request)

    app = web.Application()
    app.router.add_route("*", "/{all:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    bot = make_bot(make_settings("sqlite:///none.db", url, Path(), 1))
    for request in bot._request:
        await request.initialize()
    try:
        yield bot
    finally:
        for request in bot._request:
            await request.shutdown()
        await runner.cleanup()


def moved(status: int) -> Callable[[web.Request], web.Response]:
    def by(request: web.Request) -> web.Response:
        if request.path.startswith("/there"):
            return web.Response(
                body=SENT if request.method == "POST" else b'{"ok": false, "error_code": 400}'
            )
        return web.Response(status=status, headers={"Location": f"/there{request.path}"})

    return by


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_would_ask_for_something_else_is_waited_out(status: int) -> None:
    """Such a one turns a message into an empty question; a front that leads from http to https does it."""
    async with answered(moved(status)) as bot:
        with pytest.raises(Later):
            await TelegramSender(bot).send(5, None, Message("words"))


async def test_a_redirect_behind_a_redirect_is_waited_out_too() -> None:
    def by(request: web.Request) -> web.Response:
        first = not request.path.startswith("/there")
        return web.Response(status=307 if first else 302, headers={"Location": f"/there{request.path}"})

    async with answered(by) as bot:
        with pytest.raises(Later):
            await TelegramSender(bot).send(5, None, Message("words"))


async def test_redirects_that_lead_round_in_a_circle_end() -> None:
    async with answered(lambda request: web.Response(status=307, headers={"Location": request.path})) as bot:
        with pytest.raises(Later):
            await TelegramSender(bot).send(5, None, Message("words"))


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_what_was_asked_is_followed(status: int) -> None:
    async with answered(moved(status)) as bot:
        assert await TelegramSender(bot).send(5, None, Message("words")) == 7


async def test_an_answer_may_begin_with_a_byte_order_mark(caplog: pytest.LogCaptureFixture) -> None:
    """The library can't read it, and would write all that people said into the log."""
    update = {"update_id": 1, "message": {"text": "my door is at number 3"}}
    body = b"\xef\xbb\xbf" + json.dumps({"ok": True, "result": [update]}).encode()
    async with answered(lambda _request: web.Response(body=body)) as bot:
        assert await bot.raw_updates({}, read_timeout=1) == [update]
    assert "number 3" not in caplog.text


async def test_an_edit_that_changes_nothing_is_a_success_in_whatever_words() -> None:
    refused = {"ok": False, "error_code": 400, "description": "Bad Request: MESSAGE_NOT_MODIFIED"}
    async with answered(lambda _request: web.json_response(refused, status=400)) as bot:
        await TelegramSender(bot).edit(5, 6, Message("words"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"ok": false, "error_code": 404, "description": "Not Found"}'),
        (404, b"<h1>Not Found</h1>"),
        (405, b"no"),
    ],
)
async def test_where_nobody_knows_what_waits_time_goes_on(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    """A server without getWebhookInfo: what is due would never be, and no case would come to anybody. What waits there is
    brought first: nobody's place lapses whose report is on its way."""
    monkeypatch.setattr("bot.hooked.BROUGHT_WITHIN", 0.5)
    monkeypatch.setattr("bot.hooked.LOOK", 0.05)

    def by(request: web.Request) -> web.Response:
        if "getWebhookInfo" in request.path:
            return web.Response(status=status, body=body)
        me = {"id": 1, "is_bot": True, "first_name": "Bot"}
        return web.json_response({"ok": True, "result": me if "getMe" in request.path else True})

    caught_up: list[datetime] = []
    async with answered(by) as bot:
        hooked = Hooked(bot, "https://here", "secret", lambda: datetime.now(UTC), caught_up.append)
        async with hooked.serving(), asyncio.timeout(10):
            began = time.monotonic()
            while not caught_up:
                await asyncio.sleep(0.02)
            assert time.monotonic() - began >= 0.5


async def test_a_server_that_is_away_lets_everybody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What people said meanwhile is still there: nothing is taken away from anybody."""
    monkeypatch.setattr("bot.hooked.BROUGHT_WITHIN", 0.1)
    monkeypatch.setattr("bot.hooked.LOOK", 0.02)

    def by(request: web.Request) -> web.Response:
        if "getWebhookInfo" in request.path:
            return web.Response(status=502, body=b"<h1>Bad Gateway</h1>")
        return web.json_response({"ok": True, "result": True})

    caught_up: list[datetime] = []
    async with answered(by) as bot:
        hooked = Hooked(bot, "https://here", "secret", lambda: datetime.now(UTC), caught_up.append)
        async with hooked.serving():
            await asyncio.sleep(1)
    assert not caught_up


def test_what_was_never_asked_for_is_not_read() -> None:
    """A server may send of each kind, and write it as it likes: a message beside it is heard."""
    message = {
        "message_id": 3,
        "chat": {"id": 5},
        "from": {"id": 5},
        "text": "help",
        "sender_chat": {"id": -5},
    }
    update = read({"update_id": 1, "poll": {"odd": 1}, "poll_answer": 3, "message": message}, None)
    assert update.message is not None and update.message.text == "help"
    assert read({"update_id": 2, "business_connection": {}}, None).effective_message is None


TALKS = """
import logging, sys, time
from bot import logs
logs.set_up("text", "INFO")
for at in range(40):
    logging.getLogger("x").warning("line %d %s", at, "." * 4000)
print("goes on", flush=True)
"""


def test_a_log_that_nobody_reads_holds_nobody_up() -> None:
    """A pipe to a program that hangs takes some lines and then no more."""
    reads, writes = os.pipe()
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", TALKS], stdout=subprocess.PIPE, stderr=writes, timeout=30, check=False
    )
    print(f"ended after {time.monotonic() - began:.1f} s")
    assert (done.returncode, done.stdout) == (0, b"goes on\n")
    os.close(writes)
    with open(reads, "rb") as pipe:  # noqa: PTH123 - a number, no path
        assert b"line 0" in pipe.readline()


def test_lines_are_written_as_they_come() -> None:
    code = TALKS.replace("4000", "40")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=True)
    assert [line.split(b"line ")[1].split()[0] for line in done.stderr.splitlines()] == [
        str(at).encode() for at in range(40)
    ]
