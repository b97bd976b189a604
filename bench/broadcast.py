"""One order to 2,564 groups under Telegram's limits, as it is and with a fifth of the calls failing, and an answer
asked for every second meanwhile; beside python-telegram-bot's own rate limiter, and a plain loop that sends one
after the other and sleeps when it is told to.
"""

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot

from bench.process import TOKEN, environment, running, until_polling
from models import migrate
from models.database import Database
from models.sealed import Keys
from simulator.client import Phone, Remote
from simulator.server import Server, Simulator
from tests import staging

GROUPS = 2_564
RATE = 30.0  # messages a second that Telegram allows
FAULTS = ("429", "500", "502_accepted", "accept_then_close", "close")
BOT = int(TOKEN.split(":")[0])
WORDS = "/order Checkpoint duty\nwhen: tomorrow 8-12\nin: Street"


def make_simulator() -> tuple[Simulator, list[int], int]:
    """The groups, with the bot in each, and a leader who has pressed Start."""
    simulator = Simulator(seed=1)
    bot = simulator.world.add_bot(TOKEN, "DutyGridBot")
    leader = simulator.world.add_person("Lea", "en")
    leader.started.add(bot.id)
    groups = []
    for number in range(GROUPS):
        chat = simulator.world.add_group(f"G{number}")
        chat.members = {leader.id: "member", bot.id: "member"}
        groups.append(chat.id)
    return simulator, groups, leader.id


def strike(simulator: Simulator, share: float) -> None:
    """So large a share of sendMessage fails, in five ways."""
    for kind in FAULTS if share else ():
        simulator.control.fault(kind=kind, method="sendMessage", times=0, chance=share / 5, retry_after=2)


def shows(simulator: Simulator, group: int) -> int:
    """How often a group shows the duty."""
    messages = simulator.world.chats[group].messages.values()
    return sum("Checkpoint duty" in message.get("text", "") for message in messages)


def report(name: str, simulator: Simulator, groups: list[int], took: float, urgent: list[float]) -> None:
    """A line: how long, how close to what is allowed, who was missed, what came twice, how long an answer took."""
    counts = {group: shows(simulator, group) for group in groups}
    calls = [call for call in simulator.log.entries if call["method"] == "sendMessage"]
    unknown = sum(call["fault"] in ("502_accepted", "accept_then_close", "close", "500") for call in calls)
    told = sum(call["code"] == 429 and not call["fault"] for call in calls)
    twice = sum(count - 1 for count in counts.values() if count > 1)
    missed = sum(counts[group] == 0 for group in groups)
    slow = sorted(urgent) or [0.0]
    print(
        f"  {name}: {took:.1f} s, {len(calls) / took / RATE:.1%} of the allowed rate, {len(calls)} attempts, "
        f"{told} answers of 429, {missed} missed, {twice} twice of {unknown} unknown; "
        f"answers meanwhile p95 {slow[int(len(slow) * 0.95) - 1]:.2f} s, {slow[-1]:.2f} s at most"
    )


async def ours(share: float) -> None:
    simulator, groups, leader = make_simulator()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Server(simulator) as url, Remote(url) as remote:
            settings = environment(folder, url)
            migrate.migrate(settings["DATABASE_URL"], now=datetime.now(UTC))
            keys = Keys.from_text(settings["DATA_KEY"])
            database = Database(settings["DATABASE_URL"], keys=keys, clock=lambda: datetime.now(UTC))
            (leading,) = await database.write(None, staging.people, telegram_ids=[leader])  # type: ignore[misc]
            await database.write(None, staging.city, groups=groups, leader=leading)
            database.close()
            async with running(["-m", "bot", "run"], settings, Path.cwd()):
                await until_polling(simulator)
                lea = Phone(remote, leader, "Lea")
                await lea.says(BOT, WORDS)
                asked = await lea.sees(BOT, "This goes to", within=30)
                strike(simulator, share)
                simulator.log.entries.clear()
                began = time.monotonic()
                await lea.taps(BOT, "Send it out", message_id=asked["message_id"], wait=30)
                urgent: list[float] = []
                missing = groups
                while missing := [group for group in missing if not shows(simulator, group)]:
                    urgent.append(await answered(lea))
                report("DutyGrid", simulator, groups, time.monotonic() - began, urgent)


async def answered(lea: Phone) -> float:
    """Ask, and wait for the answer; one a second at most."""
    last, began = await lea.last_id(BOT), time.monotonic()
    await lea.says(BOT, "/points")
    await lea.sees(BOT, lambda _message: True, after=last, within=60)
    took = time.monotonic() - began
    await asyncio.sleep(max(0.0, 1.3 - took))
    return took


Push = Callable[[ExtBot[Any], list[int]], Awaitable[None]]


async def peer(name: str, limiter: AIORateLimiter | None, push: Push, share: float) -> None:
    """python-telegram-bot pushing to all groups, and a message to the leader every 1.3 s meanwhile."""
    simulator, groups, leader = make_simulator()
    async with Server(simulator) as url:
        strike(simulator, share)
        async with ExtBot(TOKEN, base_url=f"{url}/bot", rate_limiter=limiter) as bot:
            began, urgent = time.monotonic(), []
            pushing = asyncio.ensure_future(push(bot, groups))
            while not pushing.done():
                sent = time.monotonic()
                with contextlib.suppress(TelegramError):
                    await bot.send_message(leader, "Urgent")
                    urgent.append(time.monotonic() - sent)
                await asyncio.sleep(max(0.0, 1.3 - (time.monotonic() - sent)))
            await pushing
            report(name, simulator, groups, time.monotonic() - began, urgent)


async def one_after_the_other(bot: ExtBot[Any], groups: list[int]) -> None:
    """Three tries each, sleeping when it is told to."""
    for group in groups:
        for _ in range(3):
            try:
                await bot.send_message(group, "Checkpoint duty")
                break
            except RetryAfter as error:
                after = error.retry_after
                await asyncio.sleep(after if isinstance(after, int) else after.total_seconds())
            except TelegramError:
                continue


async def all_at_once(bot: ExtBot[Any], groups: list[int]) -> None:
    """As the limiter lets them, which tries again what was refused for a flood."""
    sends = (bot.send_message(group, "Checkpoint duty") for group in groups)
    await asyncio.gather(*sends, return_exceptions=True)


def main() -> None:
    logging.disable()  # the peer's limiter writes a traceback for every 429
    print(f"broadcast: one order to {GROUPS} groups; {GROUPS / RATE:.1f} s at the allowed rate")
    for share in (0.0, 0.2):
        print(f" {share:.0%} of the calls fail")
        asyncio.run(ours(share))
        limiter = AIORateLimiter(max_retries=3)
        asyncio.run(peer("AIORateLimiter, 3 retries", limiter, all_at_once, share))
        asyncio.run(peer("a plain loop", None, one_after_the_other, share))
