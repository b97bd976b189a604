"""A whole city for a test: the simulator over HTTP, the real bot, people with phones, and time that passes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import col, select

from bot import runtime
from bot.polling import TIMEOUT
from bot.settings import Settings
from models import Delivery, DeliveryState, migrate
from models.database import Database
from models.sealed import new_key
from scheduler import ticks
from services import areas, dues, invariants, outbox
from services.endings import QUIET
from simulator.client import Phone, Remote
from simulator.server import Server, Simulator

TOKEN = "100200300:test-token-of-the-simulated-bot"
BOT = 100200300
HURRY = 0.4  # seconds of the shared clock that pass at each look
HELD = 3  # looks after which what is due and not done waits for a poll
TICKS = 0.15  # seconds between ticks: there is so little to look at that nobody need wait for half of one
PACED = timedelta(seconds=5)  # longer than a chat of one person asks to wait
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class City:
    """Groups, phones and the bot's database. `bot` is the id of everybody's private chat with the bot."""

    simulator: Simulator
    remote: Remote
    settings: Settings
    database: Database
    admin: Phone
    _serving: contextlib.AsyncExitStack
    bot: int = BOT
    leader: Phone = field(init=False)

    async def passes(self, **span: float) -> None:
        """Time passes, and what falls due is done."""
        seconds = (
            span.get("seconds", 0)
            + 60 * span.get("minutes", 0)
            + 3600 * span.get("hours", 0)
            + 86400 * span.get("days", 0)
        )
        await self.remote.step(seconds)
        await self.settles()

    async def restart(self) -> None:
        """The bot stops cleanly and starts again; people's phones notice nothing."""
        await self._serving.aclose()
        self.database = await self._serving.enter_async_context(runtime.serving(self.settings))

    async def is_sound(self) -> None:
        """What must always hold does, at the end of every scene, but that in some there is nobody to turn to."""
        found = await self.database.read(lambda session: list(invariants.broken(session, thorough=True)))
        assert [line for line in found if "nobody who could act" not in line] == []

    async def settles(self) -> None:
        """Wait until the bot has read everything and has nothing left to do now."""
        quiet = looks = held = 0
        while quiet < 3:
            await asyncio.sleep(0.06)
            pending = (await self.remote.ask("pending"))["count"]
            leaving, due = await self.database.read(_waiting, now=self.database.clock())
            quiet = 0 if pending or leaving or due else quiet + 1
            held = held + 1 if due and not leaving else 0
            if held == HELD:
                # What takes something away waits for a poll that began after it was due, and brought nothing
                await self.remote.step(TIMEOUT)
            elif leaving or due:
                await self.remote.hurries(looks)
                looks += 1

    async def person(self, name: str, *, language: str = "en", started: bool = True) -> Phone:
        phone = await self.remote.phone(name, language)
        if started:
            await phone.starts()
            await phone.sees(self.bot, str(phone.id))
        return phone

    async def group(self, title: str, *people: Phone, **options: Any) -> int:
        """A group with these people and the bot in it."""
        chat = await self.remote.group(title, *people, **options)
        await self.remote.ask("add_bot", chat=chat, person=people[0].id)
        await people[0].sees(chat, lambda message: bool(message["text"]), what="the bot's welcome")
        return chat

    async def group_silently(self, title: str, person: Phone) -> int:
        """A group with the bot in it, of which the bot has not heard."""
        chat = await self.remote.group(title, person)
        self.simulator.world.chats[chat].members[BOT] = "member"
        return chat

    async def areas(self, *rows: tuple[str, str, str, str]) -> None:
        """Areas as (code, parent code, level, name)."""
        await self.database.write(
            None, areas.import_rows, rows=[dict(zip(areas.COLUMNS, row, strict=True)) for row in rows]
        )

    async def lead(self, phone: Phone, area: str) -> None:
        await self.admin.says(self.bot, f"/grant leader {area} {phone.id}")
        await self.admin.sees(self.bot, f"leader of {area}")

    async def neighbourhood(self, *people: Phone, leader: Phone | None = None, **options: Any) -> int:
        """A group of one grid, Ziyun in Tanggu, with its leader and these people."""
        if not await self.sql("SELECT id FROM area"):
            await self.areas(
                ("1", "", "street", "Tanggu"), ("11", "1", "grid", "Ziyun"), ("12", "1", "grid", "Hehua")
            )
        self.leader = leader or await self.person("Lea")
        await self.lead(self.leader, "Ziyun")
        chat = await self.group("Ziyun neighbours", self.leader, *people, **options)
        await self.leader.says(chat, "/bind@DutyGridBot Ziyun")
        await self.leader.sees(chat, "belongs to Ziyun")
        return chat

    async def order(
        self, chat: int, *lines: str, title: str = "Checkpoint duty", when: str = "tomorrow 8-12"
    ) -> dict[str, Any]:
        """The leader sends out an order; its card."""
        last = await self.leader.last_id(chat)
        form = "\n".join([f"/order@DutyGridBot {title}", f"when: {when}", *lines])
        await self.leader.says(chat, form)
        return await self.leader.sees(chat, title, after=last)

    async def at(self, days: int, clock: str) -> None:
        """Time passes until that time of day, so many days from today, where the people are."""
        now = self.database.clock().astimezone(ZONE)
        hour, minute = map(int, clock.split(":"))
        then = (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        await self.passes(seconds=(then - now).total_seconds())

    async def sql(self, statement: str) -> list[Any]:
        """Committed rows, through a connection of their own."""
        return await self.database.read(
            lambda session: list(session.connection().execute(text(statement)).all())
        )


def seconds_until_ten(now: float) -> float:
    """Every test begins at ten in the morning, whenever it is run."""
    local = datetime.fromtimestamp(now, ZONE)
    ten = local.replace(hour=10, minute=0, second=0, microsecond=0)
    return ((ten if ten > local else ten + timedelta(days=1)) - local).total_seconds()


def _waiting(session: Any, now: Any) -> tuple[int, int]:
    """How much is to leave for people, and how much has fallen due."""
    # A chat that wants it a second later still gets it: on a slow machine what left in time arrives in a bunch
    paced = (col(Delivery.reason) == QUIET) & (col(Delivery.due_at) <= now + PACED)
    leaving = (col(Delivery.state) == DeliveryState.SENDING) | (
        col(Delivery.state) == DeliveryState.LATER
    ) & paced
    on_the_way = len(session.exec(select(Delivery.id).where(leaving)).all())
    due = dues.waiting(session, now=now, caught_up_at=now, most=1)
    return (
        on_the_way
        + len(outbox.due(session, now, 1, outbox.NOTHING_IN_HAND))
        + len(outbox.stale_cards(session, now, 1, outbox.NOTHING_IN_HAND)),
        len(due),
    )


def make_settings(url: str, api: str, folder: Path, admin: int, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "bot_token": SecretStr(TOKEN), "data_key": SecretStr(new_key()), "database_url": url, "bot_api_url": api,
        "admin_ids": (admin,), "default_language": "en", "clock_file": folder / "clock", "web_port": 0,
    }  # fmt: skip
    return Settings(_env_file=None, **(values | more))


@contextlib.asynccontextmanager
async def city(url: str, folder: Path, **more: Any) -> AsyncIterator[City]:
    """The city and its administrator, who has pressed Start."""
    simulator = Simulator(clock_file=folder / "clock", strict=True)
    simulator.world.clock.step(seconds_until_ten(simulator.world.clock.now()))
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    ticks.TICK_SECONDS = TICKS
    async with Server(simulator) as api, Remote(api, hurry=HURRY) as remote:
        admin = await remote.phone("Admin", "en")
        settings = make_settings(url, api, folder, admin.id, **more)
        migrate.migrate(url, now=runtime.Clock(settings.clock_file).now())
        async with contextlib.AsyncExitStack() as serving:
            database = await serving.enter_async_context(runtime.serving(settings))
            made = City(simulator, remote, settings, database, admin, serving)
            await admin.starts()
            await admin.sees(BOT, str(admin.id))
            yield made
            await made.is_sound()
