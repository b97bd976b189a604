"""Of a database that is put back: what the one in its place had given out, and the mark kept outside."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from models.database import Database

if TYPE_CHECKING:
    from bot.marks import Place
    from bot.settings import Settings

_NUMBERS = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence",
    "postgresql": "SELECT regexp_replace(sequencename, '_id_seq$', ''), last_value FROM pg_sequences "
    "WHERE schemaname = current_schema() AND last_value IS NOT NULL",
}


def numbers_given(settings: "Settings") -> dict[str, int]:
    """The newest number of each table in the database that is there now; nothing where none is, or it can't be read."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    from bot import opening
    from models import putting_back
    from models.engine import driver_url, is_sqlite

    if is_sqlite(settings.database_url) and not opening.sqlite_file(settings).exists():
        return {}
    engine = create_engine(driver_url(settings.database_url))
    try:
        with engine.connect() as connection:
            rows = connection.execute(text(_NUMBERS[engine.dialect.name])).all()
            # Of the one whose place a copy took that was not noted
            before = putting_back.unnoted(connection) or {}
            return _higher(before, {str(name): int(number) for name, number in rows})
    except DBAPIError:
        return {}
    finally:
        engine.dispose()


def _higher(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in one.keys() | other.keys()}


def stamps_outside(settings: "Settings", database: Database) -> int:
    """How often the database was stamped that left the marks outside; 0 where none is kept, or none can be read."""
    from services import dead_letters, restores

    found = asyncio.run(_read(settings, database.read_now(dead_letters.bot_id)))
    return max((mark.stamps for mark in map(restores.read_mark, found) if mark is not None), default=0)


def is_older(settings: "Settings", database: Database) -> bool:
    """Whether the bot may not start on it: a mark outside is ahead of it, or a copy took its place that was not noted. A
    mark that a bot keeps just now is of the database it serves, and says nothing of another."""
    from services import dead_letters, leases, restores

    bot_id = database.read_now(dead_letters.bot_id)
    outside = list(map(restores.read_mark, asyncio.run(_read(settings, bot_id, kept=False))))
    now = database.read_now(restores.mark)
    ahead = any(mark is not None and now.is_behind(mark) for mark in outside)
    return ahead or database.read_now(leases.is_unnoted)


def note_outside(settings: "Settings", bot_id: int, mark: str) -> bool:
    """Write the mark of a database that somebody says is right to every place where one is kept; whether all took it.
    What a bot keeps that serves another database stays: a copy beside it is for practice."""
    return asyncio.run(_write(settings, bot_id, mark))


async def _write(settings: "Settings", bot_id: int, mark: str) -> bool:
    from bot.marks import MarkAway

    async with _places(settings, bot_id) as places:
        try:
            for place in places:
                if await place.is_kept():
                    return False
                await place.write(mark)
        except MarkAway:
            return False
    return True


async def _read(settings: "Settings", bot_id: int, *, kept: bool = True) -> list[str | None]:
    """Every mark that can be read; without those that a bot keeps just now, where they are not wanted."""
    from bot.marks import MarkAway

    found = []
    async with _places(settings, bot_id) as places:
        for place in places:
            with contextlib.suppress(MarkAway):
                if kept or not await place.is_kept():
                    found.append(await place.read())
    return found


@contextlib.asynccontextmanager
async def _places(settings: "Settings", bot_id: int) -> "AsyncIterator[list[Place]]":
    """Wherever a mark is kept."""
    from bot.marks import file_places

    places = file_places(settings.database_url)
    if not settings.redis_url:
        yield places
        return
    from bot import valkey

    client = valkey.connect(settings.redis_url.get_secret_value())
    try:
        yield [*places, valkey.RedisMark(client, bot_id)]
    finally:
        await client.aclose()
