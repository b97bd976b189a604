"""The simulator keeps Telegram's rules. Each test quotes the rule it holds (Bot API and its server, as observed)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import aiohttp.web
import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from simulator.client import Phone, Remote
from simulator.server import Server, Simulator
from tests.city import BOT, TOKEN
from tests.drivers import press_of


@pytest.fixture
async def line() -> AsyncIterator[tuple[AiogramBot, Remote, Simulator]]:
    """aiogram's bot, which parses strictly in its own way, on a fresh simulator."""
    simulator = Simulator(strict=True)
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.slow_polls = False  # these tests ask again and again without an offset
    async with Server(simulator) as url, Remote(url) as remote:
        bot = AiogramBot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        yield bot, remote, simulator
        await bot.session.close()


async def _started(remote: Remote, name: str = "Ben") -> Phone:
    phone = await remote.phone(name)
    await phone.starts()
    return phone


def _keyboard(data: str = "order:claim:1") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data=data)]])


async def test_bots_cannot_begin_a_private_chat(line: Any) -> None:
    """ "Bots cannot start a DM: user must press Start"; blocked: "Forbidden: bot was blocked by the user"."""
    bot, remote, _ = line
    ben = await remote.phone("Ben")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(ben.id, "hi")
    await ben.starts()
    assert (await bot.send_message(ben.id, "hi")).text == "hi"
    await remote.ask("block", person=ben.id)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ben.id, "hi")


async def test_privacy_mode(line: Any) -> None:
    """ "commands explicitly meant for it, bare commands only if it was the last bot to post, replies to it, service messages"."""
    bot, remote, _ = line
    ben = await remote.phone("Ben")
    chat = await remote.group("G", ben)
    await remote.ask("add_bot", chat=chat, person=ben.id)
    await ben.says(chat, "hello")
    await ben.says(chat, "/bare")
    await ben.says(chat, "/mine@DutyGridBot")
    await ben.says(chat, "/mine@OtherBot")
    await ben.says(chat, "@DutyGridBot hello")
    card = await bot.send_message(chat, "card")
    await ben.says(chat, "/bare2")
    await ben.says(chat, "I'm in", reply_to=card.message_id)
    await ben.shares_place(chat, 39, 117)
    await ben.sends_photos(chat, 2)
    await remote.ask("leave", person=ben.id, chat=chat)
    heard = [update.message for update in await bot.get_updates() if update.message]
    assert heard[0].new_chat_members[0].id == BOT
    assert [message.text for message in heard[1:]] == ["/mine@DutyGridBot", "/bare2", "I'm in", None]
    assert heard[3].reply_to_message.message_id == card.message_id
    assert heard[4].left_chat_member.id == ben.id


async def test_edits(line: Any) -> None:
    """ "message is not modified"; "Editing without reply_markup removes the keyboard"; "message to edit not found"."""
    bot, remote, _ = line
    ben = await _started(remote)
    sent = await bot.send_message(ben.id, "one", reply_markup=_keyboard())
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            "one", chat_id=ben.id, message_id=sent.message_id, reply_markup=_keyboard()
        )
    edited = await bot.edit_message_text("two", chat_id=ben.id, message_id=sent.message_id)
    assert edited.reply_markup is None and edited.edit_date
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("two", chat_id=ben.id, message_id=9999)


async def test_sizes(line: Any) -> None:
    """ "text 1-4096 after entity parsing"; "callback_data 1-64 bytes": BUTTON_DATA_INVALID."""
    bot, remote, _ = line
    ben = await _started(remote)
    assert await bot.send_message(ben.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    for text in ("x" * 4097, "😀" * 2049, " "):
        with pytest.raises(TelegramBadRequest):
            await bot.send_message(ben.id, text)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(ben.id, "x", reply_markup=_keyboard("数" * 22))


async def test_presses_are_answered_once_and_in_time(line: Any) -> None:
    """ "query is too old and response timeout expired or query ID is invalid"."""
    bot, remote, _ = line
    ben = await _started(remote)
    sent = await bot.send_message(ben.id, "card", reply_markup=_keyboard())
    press = asyncio.create_task(ben.taps(BOT, "Go"))

    async def poll(**given: int) -> list[dict[str, Any]]:
        return [update.model_dump(exclude_none=True) for update in await bot.get_updates(**given)]

    query = await press_of(poll)
    assert query["data"] == "order:claim:1" and query["message"]["message_id"] == sent.message_id
    await bot.answer_callback_query(query["id"], text="Yours")
    assert await press == "Yours"
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query["id"])


async def test_polling(line: Any) -> None:
    """ "confirms everything < offset"; "Second poller aborts the first with 409"; presses are kept 150 s, messages 24 h."""
    bot, remote, _ = line
    ben = await _started(remote)
    await ben.says(BOT, "one")
    first = await bot.get_updates()
    assert [update.update_id for update in first] == [first[0].update_id, first[0].update_id + 1]
    assert await bot.get_updates(offset=first[-1].update_id + 1) == []
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await bot.get_updates()
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await waiting
    await bot.send_message(ben.id, "card", reply_markup=_keyboard())
    await ben.says(BOT, "two")
    with pytest.raises(AssertionError):
        await ben.taps(BOT, "Go", wait=0.05)
    await remote.step(151)
    assert [update.message.text for update in await bot.get_updates()] == ["two"]
    await remote.step(24 * 3600)
    assert await bot.get_updates() == []


async def test_floods(line: Any) -> None:
    """ "Group: max 20 messages/minute", edits counted; 429 with retry_after, prolonged for who goes on."""
    bot, remote, _ = line
    ben = await remote.phone("Ben")
    chat = await remote.group("G", ben)
    await remote.ask("add_bot", chat=chat, person=ben.id)
    sent = None
    for number in range(19):
        sent = await bot.send_message(chat, str(number))
        await remote.step(1.1)
    await bot.edit_message_text("edit", chat_id=chat, message_id=sent.message_id)
    await remote.step(1.1)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(chat, "twenty-first")
    with pytest.raises(TelegramRetryAfter) as again:
        await bot.send_message(chat, "at once")
    assert again.value.retry_after > refused.value.retry_after > 30
    await remote.step(again.value.retry_after + 1)
    await bot.send_message(chat, "later")


async def test_a_supergroup_has_another_id(line: Any) -> None:
    """400 "group chat was upgraded to a supergroup chat" with migrate_to_chat_id; message ids are not carried over."""
    bot, remote, _ = line
    ben = await remote.phone("Ben")
    chat = await remote.group("G", ben, kind="group")
    await remote.ask("add_bot", chat=chat, person=ben.id)
    new = (await remote.ask("migrate", person=ben.id, chat=chat))["id"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{remote.url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "x"}) as answer,
    ):
        body = await answer.json()
    assert body["parameters"] == {"migrate_to_chat_id": new}
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"


async def test_webhooks_are_served_queue_by_queue(line: Any) -> None:
    """ "next update of a queue is only posted after a 2xx for the previous"; "first retry immediate"; the secret header."""
    bot, remote, _ = line
    seen: list[tuple[str, str]] = []
    refusals = [503, 200]

    async def receive(request: aiohttp.web.Request) -> aiohttp.web.Response:
        update = await request.json()
        seen.append((update["message"]["text"], request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        return aiohttp.web.Response(status=refusals.pop(0) if refusals else 200)

    app = aiohttp.web.Application()
    app.router.add_post("/hook", receive)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    ben = await remote.phone("Ben")
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
    await ben.starts()
    await ben.says(BOT, "two")
    for _ in range(100):
        if len(seen) == 3:
            break
        await asyncio.sleep(0.02)
    assert seen == [("/start", "s3cret"), ("/start", "s3cret"), ("two", "s3cret")]
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await runner.cleanup()


async def test_requests_are_checked_against_the_specification(line: Any) -> None:
    """404 "method not found", 401 "Unauthorized", 400 for what is missing or of another type; every body kind is read."""
    _bot, remote, _ = line
    ben = await _started(remote)
    async with aiohttp.ClientSession() as session:

        async def ask(method: str, token: str = TOKEN, **request: Any) -> tuple[int, dict[str, Any]]:
            async with session.post(f"{remote.url}/bot{token}/{method}", **request) as answer:
                return answer.status, await answer.json()

        assert (await ask("fly"))[1]["description"] == "Not Found: method not found"
        assert (await ask("getMe", token="1:x"))[0] == 401
        assert (await ask("sendMessage", json={"chat_id": ben.id}))[1][
            "description"
        ] == "Bad Request: message text is empty"
        assert (await ask("sendMessage", json={"text": "x"}))[1][
            "description"
        ] == "Bad Request: chat_id is empty"
        assert (await ask("sendMessage", json={"chat_id": ben.id, "text": "x", "reply_markup": "[1]"}))[
            0
        ] == 400
        assert (await ask("sendMessage", json={"chat_id": 1, "text": "x"}))[1][
            "description"
        ] == "Bad Request: chat not found"
        assert (await ask("sendMessage", json={"chat_id": ben.id, "text": "json"}))[0] == 200
        assert (await ask("SENDMESSAGE", data={"chat_id": str(ben.id), "text": "form"}))[0] == 200
        form = aiohttp.FormData({"chat_id": str(ben.id)})
        form.add_field("photo", b"\xff\xd8jpeg", filename="a.jpg")
        status, sent = await ask("sendPhoto", data=form)
        assert status == 200
        file = (await ask("getFile", json={"file_id": sent["result"]["photo"][0]["file_id"]}))[1]["result"]
        async with session.get(f"{remote.url}/file/bot{TOKEN}/{file['file_path']}") as photo:
            assert await photo.read() == b"\xff\xd8jpeg"


async def test_keys_may_be_words_and_an_empty_url_removes_a_webhook() -> None:
    """As small clients write them: the specification allows both."""
    simulator = Simulator()
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    async with Server(simulator) as url, Remote(url) as remote, aiohttp.ClientSession() as client:
        ben = await remote.phone("Ben")
        await ben.starts()
        asked = {"chat_id": ben.id, "text": "Well?", "reply_markup": {"keyboard": [["Yes", "No"]]}}
        async with client.post(f"{url}/bot{TOKEN}/sendMessage", json=asked) as answer:
            assert (await answer.json())["ok"] is True
        for given in ({"json": {"url": ""}}, {"data": {"url": ""}}, {"params": {"url": ""}}):
            async with client.post(f"{url}/bot{TOKEN}/setWebhook", **given) as answer:
                assert (await answer.json())["ok"] is True
        async with client.post(f"{url}/bot{TOKEN}/setWebhook") as answer:
            assert (await answer.json())["error_code"] == 400
