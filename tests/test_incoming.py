"""Telegram in and out when things go wrong: webhook, dead letters, faults, secrets."""

import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import logs
from bot.demo import free_port
from bot.quiet_bot import make_bot
from tests.city import BOT, TOKEN, City, city


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
    await ben.taps(chat, "I'm in", on="Duty 429")
    await ben.sees(chat, "Full · Duty 429", after=before)


async def test_who_blocks_the_bot_is_not_written_to_again(town: City) -> None:
    ben = await town.person("Ben")
    await town.remote.ask("block", person=ben.id)
    await town.settles()
    assert await town.sql(f"SELECT reach FROM member WHERE telegram_id = {ben.id}") == [("blocked",)]


async def test_the_token_shows_nowhere(town: City, capsys: pytest.CaptureFixture[str]) -> None:
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
    printed = capsys.readouterr()
    assert TOKEN not in printed.err + printed.out and logs.HIDDEN in printed.err
    logging.getLogger().handlers.clear()
