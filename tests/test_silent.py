"""Connections to PostgreSQL that fall silent behind a proxy: given up, and what waited on them is done once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import Member, migrate, watching
from models.database import Database
from models.sealed import Keys, new_key
from tests.proxy import Proxy
from tests.test_outages import by_way_of

MEMBERS = 20
COUNT = "SELECT count(*), count(DISTINCT name) FROM member"


def joins(session: Session, now: datetime, number: int) -> None:
    session.add(Member(name=f"m{number}", joined_at=now))


def works_long(session: Session, _now: datetime, seconds: float) -> None:
    session.connection().execute(text(f"SELECT pg_sleep({seconds})"))


@contextlib.asynccontextmanager
async def behind(url: str) -> AsyncIterator[tuple[Proxy, Database]]:
    """A database behind a proxy, with all its connections open."""
    migrate.migrate(url, now=datetime.now(UTC))
    async with by_way_of(url) as (proxy, through):
        keys = Keys.from_text(new_key())
        database = Database(through, keys=keys, clock=lambda: datetime.now(UTC))
        await asyncio.gather(*(database.write(None, works_long, seconds=0.1) for _ in range(8)))
        await asyncio.gather(*(database.read(lambda session: session.get(Member, 1)) for _ in range(4)))
        yield proxy, database
        await asyncio.get_running_loop().run_in_executor(None, database.close)


async def test_a_database_that_fell_silent_is_connected_to_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SILENT", 1.0)
    async with behind(postgres_url) as (proxy, database):
        proxy.hush()
        async with asyncio.timeout(20):
            await asyncio.gather(*(database.write(None, joins, number=n) for n in range(MEMBERS)))
            rows = await database.read(lambda session: session.connection().execute(text(COUNT)).all())
        assert [tuple(row) for row in rows] == [(MEMBERS, MEMBERS)]


async def test_what_the_server_is_at_work_on_is_waited_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SILENT", 0.5)
    tries = 0

    def counted(session: Session, now: datetime) -> None:
        nonlocal tries
        tries += 1
        works_long(session, now, 2.5)

    async with behind(postgres_url) as (_proxy, database):
        async with asyncio.timeout(20):
            await database.write(None, counted)
        assert tries == 1
