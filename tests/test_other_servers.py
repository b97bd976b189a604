"""Servers that are not quite Telegram: they know few methods, say less, or say it otherwise. Nobody waits for that."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from markupsafe import Markup
from telegram.error import Conflict, InvalidToken

from bot import http, measuring
from bot import polling as polling_module
from bot.completing import read
from bot.http import asked_pause
from bot.polling import Polling
from bot.quiet_bot import QuietBot, make_bot
from bot.sender import TelegramSender
from scheduler.sender import Ambiguous, Later, MessageGone, Never, Paused
from tests.city import make_settings
from tests.scene import Scene
from views.message import Message

Answer = dict[str, Any]
OK: Answer = {"ok": True, "result": True}
NOT_FOUND: Answer = {"ok": False, "error_code": 404, "description": "Not Found"}
ME: Answer = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Bot"}}


@contextlib.asynccontextmanager
async def served(answer: Callable[[str], tuple[int, Answer]]) -> AsyncIterator[tuple[QuietBot, list[str]]]:
    """A bot beside a server that answers each method so, and the methods it was asked for."""
    asked: list[str] = []

    async def take(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        asked.append(method)
        status, body = answer(method)
        return web.Response(status=status, body=json.dumps(body), content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    bot = make_bot(make_settings("sqlite:///none.db", f"http://127.0.0.1:{port}", Path(), 1))
    try:
        for request in bot._request:
            await request.initialize()
        yield bot, asked
    finally:
        for request in bot._request:
            await request.shutdown()
        await runner.cleanup()


def only(**known: Answer) -> Callable[[str], tuple[int, Answer]]:
    return lambda method: (200, known[method]) if method in known else (404, NOT_FOUND)


async def test_a_method_that_is_not_there_is_done_without_and_nobody_waits() -> None:
    async with served(only(getMe=ME, sendMessage={"ok": True, "result": {"message_id": 7}})) as (bot, asked):
        sender = TelegramSender(bot)
        with pytest.raises(Never):
            await sender.react(5, 6, "👍")
        assert asked == ["setMessageReaction", "getMe"]
        assert await sender.send(5, None, Message("a photo", photo="file")) == 7, (
            "its words, where no photo goes"
        )


async def test_a_token_nobody_knows_is_no_missing_method() -> None:
    async with served(only()) as (bot, _asked):
        with pytest.raises(Paused):
            await TelegramSender(bot).delete(5, 6)
        with pytest.raises(Paused):
            await TelegramSender(bot).send(5, None, Message("words"))


async def test_whoever_watches_hears_of_a_token_that_is_refused(scene: Scene) -> None:
    """Until it is known again: a rotation that was half done, or undone, mends itself."""
    refused: Answer = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    answers = [(401, refused), (200, ME)]
    async with served(lambda _method: answers[0]) as (bot, _asked):
        for known in (False, True):
            with contextlib.suppress(InvalidToken):
                await bot.get_me()
            found = await measuring.ready(scene.database, lambda: True, time.monotonic, lambda: bot.is_known)
            assert found == {"database": True, "lease": True, "dispatcher": True, "token": known}
            answers.pop(0)


async def test_a_404_of_one_message_stops_no_other() -> None:
    async with served(only(getMe=ME)) as (bot, _asked):
        with pytest.raises(Later):
            await TelegramSender(bot).send(5, None, Message("words"))


def test_what_an_update_lacks_is_filled_in() -> None:
    sparse = {
        "message": {
            "message_id": 3, "chat": {"id": 5}, "from": {"id": 5}, "caption": "the lamp is dark",
            "photo": [{"file_id": "f"}],
        }
    }  # fmt: skip
    message = read({"update_id": 1, **sparse}, None).message
    assert message is not None and message.caption == "the lamp is dark"
    assert message.chat.type == "private" and message.photo[0].file_unique_id == "f"
    sparse["message"]["from"]["id"] = "5"
    with pytest.raises(ValueError, match="no number"):
        read({"update_id": 1, **sparse}, None)


def test_what_cannot_be_read_and_nobody_reads_is_left_out() -> None:
    """A poll of tomorrow in the message that is replied to; an administrator whose rights nobody tells."""
    told = {"message_id": 3, "date": 1, "chat": {"id": 5}, "from": {"id": 5}, "text": "/points", "venue": {}}
    told["reply_to_message"] = {"message_id": 2, "date": 1, "chat": {"id": 5}, "giveaway": {}}
    message = read({"update_id": 1, "message": told}, None).message
    assert message is not None and message.text == "/points" and message.venue is None
    assert message.reply_to_message is not None and message.reply_to_message.message_id == 2
    bot = {"id": 9, "is_bot": True}
    standing = {
        "chat": {"id": -5}, "from": {"id": 5}, "old_chat_member": {"user": bot, "status": "kicked"},
        "new_chat_member": {"user": bot, "status": "administrator"},
    }  # fmt: skip
    change = read({"update_id": 2, "my_chat_member": standing}, None).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("left", "member")


@pytest.mark.parametrize(
    ("status", "answer", "seconds"),
    [
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7"}, 7.0),
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"}, 5.0),
        (413, {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}, 2.0),
        (200, {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}, "description": "x"}, 3.0),
        (200, {"ok": False, "error_code": 429, "parameters": {"retry_after": 0.4}, "description": "x"}, 1.0),
    ],
)
async def test_what_was_surely_refused_is_sent_again(status: int, answer: Answer, seconds: float) -> None:
    async with served(lambda _method: (status, answer)) as (bot, _asked):
        with pytest.raises(Later) as ended:
            await TelegramSender(bot).send(5, None, Message("words"))
        assert ended.value.seconds == seconds


async def test_a_refusal_in_the_body_alone_is_one() -> None:
    gone = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
    async with served(lambda _method: (200, gone)) as (bot, _asked):
        with pytest.raises(Never, match="gone"):
            await TelegramSender(bot).send(5, None, Message("words"))


async def test_a_gateway_s_error_in_the_body_alone_is_an_unknown_outcome() -> None:
    async with served(
        lambda _method: (200, {"ok": False, "error_code": 502, "description": "Bad Gateway"})
    ) as (bot, _):
        with pytest.raises(Ambiguous):
            await TelegramSender(bot).send(5, None, Message("words"))


async def test_a_webhook_of_other_days_is_taken_away_before_polling() -> None:
    hooked = True

    def answer(method: str) -> tuple[int, Answer]:
        nonlocal hooked
        if method == "deleteWebhook":
            hooked = False
            return 200, OK
        said = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        return (
            (409, {"ok": False, "error_code": 409, "description": said})
            if hooked
            else (200, {"ok": True, "result": []})
        )

    async with served(answer) as (bot, _asked):
        polling = Polling(bot, SimpleNamespace(take=None), None, None)  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            await polling._ask(0)
        assert await polling._unhook()
        assert await polling._ask(0) == []
        assert not await polling._unhook(), "one that comes back is another program's, and has a minute"
        hooked = True
        polling._unhooked_at -= polling_module.UNHOOK_EVERY
        assert await polling._unhook() and await polling._ask(0) == []


@pytest.mark.parametrize("named", ["soon", 10**20, float("inf"), -3, 0, None, [7]])
def test_a_pause_that_nobody_can_read_is_a_short_one(named: Any) -> None:
    """A proxy in between may write anything; what it says in words counts where that is more."""
    refused = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": named}}
    assert asked_pause(http._refusal(429, refused)) == http.FLOOD_PAUSE
    assert asked_pause(http._refusal(429, {**refused, "parameters": [named]})) == http.FLOOD_PAUSE
    said = "Too Many Requests: retry after 17"
    assert asked_pause(http._refusal(429, {**refused, "description": said})) == 17  # noqa: PLR2004


@contextlib.asynccontextmanager
async def dripping(said: bytes) -> AsyncIterator[int]:
    """A server that takes what comes and says this, letter by letter, without an end; its port."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(said)
            while said:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
            await asyncio.sleep(60)

    server = await asyncio.start_server(serve, "127.0.0.1")
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_proxy_that_never_lets_through_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECTED", 0.3)
    async with dripping(b"") as port, asyncio.timeout(10):
        request = http.AiohttpRequest(proxy=f"http://127.0.0.1:{port}")
        await request.initialize()
        with pytest.raises(http.NotSent):
            await request.do_request("https://api.example/botX/getUpdates", "POST")
        await request.shutdown()


async def test_an_answer_that_drips_in_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECTED", 0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n"
    async with dripping(head) as port, asyncio.timeout(10):
        request = http.AiohttpRequest()
        await request.initialize()
        with pytest.raises(http.Unknown):
            await request.do_request(f"http://127.0.0.1:{port}/botX/getUpdates", "POST", read_timeout=0.3)
        await request.shutdown()


@pytest.mark.parametrize(
    "result", [True, None, {}, {"message_id": "x"}, [1], {"message_id": 5, "date": "soon"}]
)
async def test_an_answer_that_nobody_can_read_is_an_unknown_outcome(result: Any) -> None:
    """The message has left, and is not sent again for it."""
    async with served(lambda _method: (200, {"ok": True, "result": result})) as (bot, asked):
        with contextlib.suppress(Ambiguous):
            assert await TelegramSender(bot).send(5, None, Message(Markup("words"))) in ("x", 5)
        assert asked.count("sendMessage") == 1


async def test_a_message_with_a_photo_that_has_words_alone_now_is_sent_anew() -> None:
    refused = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: there is no text in the message to edit",
    }
    async with served(lambda method: (200, OK) if method == "deleteMessage" else (400, refused)) as (
        bot,
        asked,
    ):
        with pytest.raises(MessageGone) as gone:
            await TelegramSender(bot).edit(5, 7, Message(Markup("words")))
        assert gone.value.replaced and asked[-1] == "deleteMessage"
