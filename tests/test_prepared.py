"""Statements run straight on the driver give what SQLAlchemy gives, on both databases."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy import func, make_url, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models import Account, Area, Evidence, Level, Member, Order
from models.database import Database
from models.engine import File, is_weather, make_engine
from models.libpq import wire_of
from models.migrate import migrate
from models.prepared import Prepared, insert_new
from models.sealed import Keys, new_key

NOW = datetime(2026, 11, 25, 8, 30, 15, 123456, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ORDER = Order.__table__  # type: ignore[attr-defined]


def fill(session: Session) -> None:
    session.add(Area(id=1, code="1", level=Level.GRID, name="Grid", path="/1/"))
    session.add(Member(id=1, telegram_id=2**51, name="李'%s ? :a", joined_at=NOW))
    session.flush()
    for number, starts in ((1, None), (2, NOW + MOMENT)):
        session.add(
            Order(
                id=number, area_id=1, issuer_id=1, title="Tea; 🍵", latitude=39.0625, longitude=117.5,
                starts_at=starts, report_by=NOW, places=3, points=2, evidence=Evidence.PHOTO, issued_at=NOW,
            )
        )  # fmt: skip


def test_rows_and_counts_are_those_of_sqlalchemy(database_url: str) -> None:
    with make_engine(database_url).begin() as connection, Session(connection) as session:
        fill(session)
        session.flush()
        for statement in (
            select(ORDER).order_by(ORDER.c.id),
            select(ORDER.c.id, ORDER.c.starts_at.label("from"), (ORDER.c.points > 1).label("many")),
            select(Member.__table__).where(Member.__table__.c.name.contains("%s")),  # type: ignore[attr-defined]
            select(ORDER.c.id).where(ORDER.c.places > 99),
        ):
            plain = [tuple(row) for row in connection.execute(statement)]
            for place in (connection, session):
                assert [tuple(row) for row in Prepared(statement).rows(place)] == plain
        more = update(ORDER).where(ORDER.c.points == 2).values(points=5)
        told = update(ORDER).where(ORDER.c.points == 5).values(points=1).returning(ORDER.c.starts_at)
        assert Prepared(more).count(session) == 2
        assert {row.starts_at for row in Prepared(told).rows(session)} == {None, NOW + MOMENT}
        assert Prepared(told).first(session) is None


def test_a_row_is_inserted_once_with_what_fills_itself(database_url: str) -> None:
    with make_engine(database_url).begin() as connection:
        assert insert_new(connection, Member, telegram_id=7, name="a", reach="never_started", joined_at=NOW)
        assert not insert_new(connection, Member, telegram_id=7, name="b", reach="ok", joined_at=NOW)
        member = Prepared(select(Member.__table__)).first(connection)  # type: ignore[attr-defined]
        assert (member.name, member.joined_at, member.language) == ("a", NOW, None)
        assert insert_new(connection, Account, member_id=member.id)


def test_the_drivers_own_errors_are_told_apart(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(Exception) as broken, engine.begin() as connection:  # noqa: PT011 - two drivers
        insert_new(connection, Account, member_id=404)
        connection.exec_driver_sql("COMMIT")
    assert not is_weather(broken.value), "a broken rule is a bug"


def test_what_libpq_says_by_itself_is_the_weather(postgres_url: str) -> None:
    """A server that was restarted: the connection looks well when its last answer, which holds no state, is read."""
    with make_engine(postgres_url).connect() as connection:
        wire = wire_of(connection)
        lost = wire._pq.make_empty_result(ExecStatus.FATAL_ERROR)
        with pytest.raises(psycopg.OperationalError) as caught:
            wire._well(lost)
        assert wire._pq.status == ConnStatus.OK and is_weather(caught.value)


def _members(session: Session) -> int:
    rows = Prepared(select(func.count().label("many")).select_from(Member)).rows(session)
    many: int = rows[0].many
    return many


@pytest.mark.parametrize(
    "accident",
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
        "DEALLOCATE ALL",
    ],
)
async def test_a_lost_connection_or_statement_is_waited_out(postgres_url: str, accident: str) -> None:
    keys = Keys.from_text(new_key())
    database = Database(postgres_url, keys=keys, clock=lambda: NOW)
    migrate(postgres_url, now=NOW)

    def adds(session: Session, _now: datetime, number: int) -> bool:
        return insert_new(session, Member, telegram_id=number, name="a", reach="never_started", joined_at=NOW)

    def breaks(session: Session, _now: datetime) -> None:
        session.connection().exec_driver_sql(accident)

    try:
        for number in range(20):
            assert await database.write(None, adds, number=number)
        await asyncio.gather(*(database.write(None, breaks) for _ in range(8)), return_exceptions=True)
        async with asyncio.timeout(10):
            for number in range(20, 40):
                assert await database.write(None, adds, number=number)
        assert await database.read(_members) == 40
    finally:
        database.close()


def test_a_server_that_answers_nothing_for_too_long_is_the_weather() -> None:
    """psycopg has kinds of its own for that."""
    errors = (psycopg.OperationalError, psycopg.errors.ConnectionTimeout, psycopg.errors.CancellationTimeout)
    for kind in errors:
        assert is_weather(DBAPIError.instance("SELECT 1", None, kind("timeout"), psycopg.Error))  # type: ignore[arg-type]
    assert not is_weather(psycopg.ProgrammingError("no such thing"))


@pytest.mark.parametrize("taken", ["", "-wal"])
def test_nothing_is_written_into_a_file_that_was_taken_away(sqlite_url: str, taken: str) -> None:
    file = File(sqlite_url)
    with make_engine(sqlite_url).begin() as connection:
        connection.execute(text("UPDATE member SET name = 'x'"))
        file.require()
        Path(f"{make_url(sqlite_url).database}{taken}").unlink()
        with pytest.raises(sqlite3.OperationalError) as gone:
            file.require()
        assert is_weather(gone.value)
