"""Telegram in and out when things go wrong: webhook, dead letters, faults, secrets."""

import asyncio
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message

from bot import hooked, logs, measuring
from bot.guard import Guard
from bot.intake import Intake
from bot.quiet_bot import make_bot
from bot.runtime import make_application
from models import SeenUpdate
from models.sealed import new_key
from simulator.__main__ import free_port
from tests.city import BOT, TOKEN, City, city
from web import webhook
from web.webhook import MOST_BYTES, SECRET_HEADER, webhook_route


async def test_the_webhook_brings_updates_and_refuses_strangers(database_url: str, tmp_path: Path) -> None:
    port = free_port(18_080)
    async with city(database_url, tmp_path, webhook_url=f"http://127.0.0.1:{port}", web_port=port) as town:
        ben = await town.person("Ben")
        chat = await town.neighbourhood(ben)
        await town.order(chat)
        assert "You have #1" in await ben.taps(chat, "I'm in")
        update = {"update_id": 1, "message": {}}
        async with aiohttp.ClientSession() as session:
            hook = f"http://127.0.0.1:{port}/telegram"
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
                async with session.post(hook, json=update, headers=headers) as answer:
                    assert answer.status == 403
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("how", ["taken away", "set elsewhere"])
async def test_a_webhook_that_somebody_takes_is_taken_back_and_what_waited_comes(
    some_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A forgotten test machine with the same token; one that does it again and again is given a minute."""
    monkeypatch.setattr(hooked, "LOOK", 0.1)
    port, taken = free_port(18_080), measuring.HOOK_TAKEN._value.get()
    elsewhere = {"url": "https://elsewhere.example/hook"} if how == "set elsewhere" else {}
    method = "setWebhook" if elsewhere else "deleteWebhook"
    async with city(some_database, tmp_path, webhook_url=f"http://127.0.0.1:{port}", web_port=port) as town:
        ben = await town.person("Ben")
        api = f"{town.settings.bot_api_url}/bot{TOKEN}/{method}"
        async with aiohttp.ClientSession() as session:
            for again in (False, True):
                await asyncio.sleep(1.1)  # Telegram lets a webhook be set once a second
                async with session.post(api, json=elsewhere) as answer:
                    assert answer.status == 200
                await ben.says(town.bot, "/points")
                if not again:
                    await ben.sees(town.bot, "0 points")
        await asyncio.sleep(1)
        assert measuring.HOOK_TAKEN._value.get() - taken == 2
        async with aiohttp.ClientSession() as session:
            info = f"{town.settings.bot_api_url}/bot{TOKEN}/getWebhookInfo"
            async with session.get(info) as answer:
                assert (await answer.json())["result"]["url"] == elsewhere.get("url", "")


async def test_an_update_that_breaks_is_buried_and_its_sender_told(
    town: City, expected_failures: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_failures |= {"update.failed", "update.buried"}
    ben = await town.person("Ben")

    def broken(*_args: Any, **_kw: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.commands.claim", broken)
    await ben.says(town.bot, "/claim 1")
    await ben.sees(town.bot, "This broke on our side")
    await town.admin.sees(town.bot, "could not be worked on")
    letters = await town.sql("SELECT error, body FROM dead_letter")
    assert letters[0][0] == "ZeroDivisionError" and b"claim" not in letters[0][1], "kept, and sealed"
    await ben.says(town.bot, "/help")
    await ben.sees(town.bot, "What I can do here")


async def test_faults_on_the_way_out_lose_nothing(town: City) -> None:
    """429, 502 with and without having been accepted, a connection closed before the answer."""
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    for kind in ("429", "502", "502_accepted", "close", "accept_then_close"):
        await town.remote.ask("fault", kind=kind, method="sendMessage", chat_id=chat)
        before = await ben.last_id(chat)
        await town.order(chat, title=f"Duty {kind}")
        await ben.sees(chat, f"Duty {kind}", after=before)
    await town.remote.ask("fault", kind="502", method="sendMessage", chat_id=ben.id, times=2)
    await ben.says(town.bot, "/help")
    await ben.sees(town.bot, "What I can do here")
    await town.remote.ask(
        "fault",
        kind="400",
        method="editMessageText",
        chat_id=chat,
        description="Bad Request: message to edit not found",
    )
    before = await ben.last_id(chat)
    old = await ben.sees(chat, "Duty 429")
    await ben.taps(chat, "I'm in", on="Duty 429")
    await ben.sees(chat, "Full · Duty 429", after=before)
    await ben.taps(
        chat, "I'm in", message_id=old["message_id"]
    )  # it stands there still, and is the card no more
    await town.settles()
    cards = [m for m in await ben.looks(chat) if m["message_id"] > before]
    assert len(cards) == 1 and "Full · Duty 429" in cards[0]["text"]


async def test_who_blocks_the_bot_is_not_written_to_again(town: City) -> None:
    ben = await town.person("Ben")
    await town.remote.ask("block", person=ben.id)
    await town.settles()
    assert await town.sql(f"SELECT reach FROM member WHERE telegram_id = {ben.id}") == [("blocked",)]


async def test_the_token_shows_nowhere(town: City, capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "DEBUG")
    bot = make_bot(town.settings)
    assert TOKEN not in repr(bot) + repr(town.settings) + str(bot)
    await bot.initialize()
    await town.remote.ask("fault", kind="502", method="sendMessage")
    try:
        await bot.send_message(BOT, "x")
    except Exception:
        logging.getLogger("test").exception("failed with https://api/bot%s/sendMessage", TOKEN)
    await bot.shutdown()
    logging.getLogger().handlers[0].flush()
    printed = capfd.readouterr()
    assert TOKEN not in printed.err + printed.out and logs.HIDDEN in printed.err
    logging.getLogger().handlers.clear()


async def test_one_person_s_updates_keep_their_order_however_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where one ends just as another arrives while a third still waits."""
    intake, done, running = Intake.__new__(Intake), [], []
    intake._turns, intake.careful = {}, False
    intake._failed = {}
    intake.guard = Guard(time.monotonic, time.time)

    async def handle(raw: dict[str, Any], **_how: Any) -> None:
        running.append(raw["update_id"])
        assert len(running) == 1, "one at a time for one person"
        await asyncio.sleep(0.01)
        done.append(raw["update_id"])
        running.clear()

    monkeypatch.setattr(intake, "_try", handle)
    takes = []
    for number in range(8):
        raw = {"update_id": number, "message": {"from": {"id": 5}, "chat": {"id": 5}}}
        takes.append(asyncio.ensure_future(intake.take(raw)))
        await asyncio.sleep(0.004)
    await intake.drain()
    await asyncio.gather(*takes)
    assert done == list(range(8)) and intake._turns == {}


async def test_an_update_that_could_not_be_taken_is_not_acknowledged() -> None:
    async def take(_raw: dict[str, Any]) -> None:
        raise RuntimeError

    transport = httpx.ASGITransport(Starlette(routes=[webhook_route(take, ["secret"])]))
    bodies = ((b'{"update_id": 1}', 503), (b"nonsense", 400), (b"[]", 400), (b"x" * (MOST_BYTES + 1), 413))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        for body, code in bodies:
            answer = await client.post("/telegram", content=body, headers={SECRET_HEADER: "secret"})
            assert answer.status_code == code


async def test_an_update_that_waits_gives_its_connection_back_and_is_taken_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Telegram has forty connections at most; who waits for a row that is held must not keep them from others."""
    monkeypatch.setattr(webhook, "PATIENCE", 0.05)
    taken, gate = [], asyncio.Event()

    async def take(raw: dict[str, Any]) -> None:
        taken.append(raw["update_id"])
        if raw["update_id"] == 1:
            await gate.wait()

    transport = httpx.ASGITransport(Starlette(routes=[webhook_route(take, ["secret"])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:

        async def posts(number: int) -> int:
            body, headers = {"update_id": number}, {SECRET_HEADER: "secret"}
            return (await client.post("/telegram", json=body, headers=headers)).status_code

        assert [await posts(number) for number in (1, 1, 2)] == [503, 503, 200]
        again = asyncio.ensure_future(posts(1))
        await asyncio.sleep(0)
        gate.set()
        assert await again == 200
        assert taken == [1, 2]


async def test_a_press_that_comes_again_is_answered_from_how_things_stand(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    card = await town.order(chat)
    await ben.taps(chat, "I'm in")
    taken = await town.sql("SELECT max(update_id) FROM seen_update")
    await town.database.write(None, _see_again, update_id=taken[0][0] + 1)
    assert "You have #1" in await ben.forges(chat, card["message_id"], "order:claim:1")
    assert await town.sql("SELECT count(*) FROM claim") == [(1,)]


def _see_again(session: Any, now: Any, update_id: int) -> None:
    session.add(SeenUpdate(bot_id=BOT, update_id=update_id, at=now))


async def test_stopping_works_while_telegram_does_not_answer(tmp_path: Path) -> None:
    """SIGTERM ends `dutygrid run` that cannot reach Telegram."""
    settings = {
        "PATH": os.environ["PATH"], "BOT_TOKEN": TOKEN, "WEB_PORT": "0", "DATA_KEY": new_key(), "LOG_LEVEL": "WARNING",
        "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "BOT_API_URL": f"http://127.0.0.1:{free_port(18_500)}",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=settings, stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert process.stderr is not None
    async with asyncio.timeout(30):
        assert b"start.no_telegram" in await process.stderr.readline()
        process.terminate()
        assert await process.wait() == 0


async def test_a_client_that_goes_away_within_its_body_is_no_error() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    route = webhook_route(_never, ["secret"])
    scope = {"type": "http", "method": "POST", "headers": [(b"x-telegram-bot-api-secret-token", b"secret")]}
    answer = await route.endpoint(Request(scope, gone))
    assert answer.status_code == 400


async def _never(_update: dict[str, Any]) -> None:
    raise AssertionError


@pytest.mark.parametrize("what", ["/claim@DutyBot 1", "+1", "a press"])
async def test_other_bots_and_presses_without_words_start_nothing(town: City, what: str) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    card = await town.order(chat)
    sender = {"id": 7_777_888, "is_bot": True, "first_name": "Other"}
    where = {"id": chat, "type": "supergroup", "title": "Ziyun"}
    said_at = int(town.database.clock().timestamp())
    message = {"message_id": 900, "date": said_at, "chat": where, "from": sender, "text": what}
    its = {"id": BOT, "is_bot": True, "first_name": "DutyGrid", "username": "DutyBot"}
    shown = {"message_id": card["message_id"], "date": said_at, "chat": where, "from": its, "text": "Duty"}
    raw: dict[str, Any] = {"update_id": 900_000_001, "message": message | {"reply_to_message": shown}}
    if what == "a press":
        person = {"id": ben.id, "is_bot": False, "first_name": "Ben"}
        query = {"id": "1", "from": person, "message": shown, "chat_instance": "1", "data": ""}
        raw = {"update_id": 900_000_001, "callback_query": query}
    guard = Guard(time.monotonic, time.time)
    async with make_bot(town.settings) as bot, make_application(bot, town.database, guard) as application:
        await Intake(application, town.database, guard).take(raw)
        await town.settles()
    assert await town.sql("SELECT count(*) FROM claim") == [(0,)]
    assert await town.sql("SELECT count(*) FROM member WHERE telegram_id = 7777888") == [(0,)]
    assert await town.sql("SELECT count(*) FROM seen_update WHERE update_id = 900000001") == [(1,)]
