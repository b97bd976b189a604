"""Of a database that is put back: what the one in its place had given out, and the mark kept outside."""

import asyncio
from typing import TYPE_CHECKING

from models.database import Database

if TYPE_CHECKING:
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
    from models.engine import driver_url, is_sqlite

    if is_sqlite(settings.database_url) and not opening.sqlite_file(settings).exists():
        return {}
    engine = create_engine(driver_url(settings.database_url))
    try:
        with engine.connect() as connection:
            rows = connection.execute(text(_NUMBERS[engine.dialect.name])).all()
            return {str(name): int(number) for name, number in rows}
    except DBAPIError:
        return {}
    finally:
        engine.dispose()


def note_outside(settings: "Settings", database: Database) -> None:
    """Write the mark of a database that somebody says is right to every place where one is kept."""
    from services import dead_letters, restores

    mark, bot_id = str(database.read_now(restores.mark)), database.read_now(dead_letters.bot_id)
    asyncio.run(_write(settings, bot_id, mark))


async def _write(settings: "Settings", bot_id: int, mark: str) -> None:
    from bot.marks import file_places

    for place in file_places(settings.database_url):
        await place.write(mark)
    if settings.redis_url:
        from bot import valkey

        client = valkey.connect(settings.redis_url.get_secret_value())
        await valkey.RedisMark(client, bot_id).write(mark)
        await client.aclose()
