"""A connection to PostgreSQL that fails for what it is: it is replaced, and whoever wrote does not notice."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import Session, select

from models import Member
from models.database import Database
from models.prepared import Prepared
from models.sealed import Keys, new_key

PREPARED_BY_NOW = 60  # writes, so that every connection has met the statement as often as psycopg wants
MEMBERS = Prepared(select(Member.__table__))  # type: ignore[attr-defined]


def _join(session: Session, now: datetime) -> None:
    session.add(Member(telegram_id=1, name="m", joined_at=now))


def _on_the_wire(session: Session, _now: datetime) -> str:
    return str(MEMBERS.first(session).name)


def _by_sqlalchemy(session: Session, _now: datetime) -> str:
    return session.exec(select(Member)).one().name


def _database(url: str) -> Database:
    return Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))


async def _all_write(database: Database, service: Any) -> None:
    said = await asyncio.gather(*(database.write(None, service) for _ in range(PREPARED_BY_NOW)))
    assert set(said) == {"m"}


@pytest.mark.parametrize("service", [_on_the_wire, _by_sqlalchemy])
async def test_a_table_that_is_altered_beside_running_bots_stops_nobody(
    postgres_url: str, service: Any
) -> None:
    """ "cached plan must not change result type": a new version's migration, while the old one serves on."""
    database = _database(postgres_url)
    await database.write(None, _join)
    await _all_write(database, service)
    with psycopg.connect(postgres_url, autocommit=True) as another:
        another.execute("ALTER TABLE member ALTER COLUMN name TYPE varchar(400)")
    async with asyncio.timeout(30):
        await _all_write(database, service)
    database.close()


@pytest.mark.parametrize("service", [_on_the_wire, _by_sqlalchemy])
async def test_a_server_that_was_read_only_for_a_while_is_written_to_again(
    postgres_url: str, service: Any
) -> None:
    """A connection that was begun meanwhile would stay read-only for ever."""

    def touches(session: Session, now: datetime) -> str:
        name = str(service(session, now))
        session.connection().exec_driver_sql("UPDATE member SET name = name")
        return name

    database, name = _database(postgres_url), make_url(postgres_url).database
    await database.write(None, _join)
    with psycopg.connect(postgres_url, autocommit=True) as another:
        another.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")  # type: ignore[call-overload]
        another.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        waiting = asyncio.ensure_future(_all_write(database, touches))
        await asyncio.sleep(1)
        assert not waiting.done()
        another.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")  # type: ignore[call-overload]
    async with asyncio.timeout(30):
        await waiting
        await _all_write(database, touches)
    database.close()
