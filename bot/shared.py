"""What the processes of one bot share: a bell, how often somebody was counted elsewhere, and a mark."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.bell import Bell, make_bell
from bot.beside import background
from bot.clock import Clock
from bot.guard import Guard
from bot.marks import Marks, file_places
from bot.settings import Settings
from models.database import Database


@dataclass(frozen=True)
class Common:
    bell: Bell
    guard: Guard
    marks: Marks


@contextlib.asynccontextmanager
async def shared(
    settings: Settings, database: Database, clock: Clock, give_up: Callable[[Exception], None]
) -> AsyncIterator[Common]:
    """By Redis or Valkey where REDIS_URL names one; else by the database, and each process counts for itself. `give_up`
    hears what nobody should serve on with."""
    async with contextlib.AsyncExitStack() as stack:
        guard = Guard(clock.monotonic, lambda: clock.now().timestamp())
        redis_bell, places = None, file_places(settings.database_url)
        if settings.redis_url:
            from bot import valkey  # not needed, and not loaded, without it

            client = valkey.connect(settings.redis_url.get_secret_value())
            stack.push_async_callback(client.aclose)
            redis_bell = valkey.RedisBell(client, database.bot_id)
            counts = valkey.SharedCounts(client, database.bot_id)
            guard.elsewhere = counts.count
            places.append(valkey.RedisMark(client, database.bot_id))
            await stack.enter_async_context(background(counts.share))
        bell = make_bell(settings.database_url, redis_bell)
        await stack.enter_async_context(background(bell.carry))
        database.on_commit = lambda _answers: bell.ring()
        yield Common(bell, guard, Marks(database, places, give_up))
