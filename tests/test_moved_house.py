"""A neighbourhood that began with SQLite goes on in PostgreSQL: every row, every number, every word."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlmodel import Session

from bot.lock import only_process
from models import Area, Delivery, Due, Level, Member, Order, Request, RequestState, migrate, moving
from models.actor import Cause, Person
from models.database import Database
from models.engine import driver_url
from models.sealed import Keys
from services import claims, disposal_lists, reports, reviews, timetable
from services.pieces import Photo, Piece
from tests import postgres
from tests.scene import BEN, LEA, stage
from tests.test_operators import import_areas, run

Run = Callable[..., tuple[int, str]]
__all__ = ["run"]  # the fixture


@pytest.fixture
def empty(postgres_server: tuple[str, str], tmp_path: Path) -> str:
    """A new database on a server."""
    name = f"moved_{os.getpid()}_{tmp_path.name[-6:].replace('-', '_')}".lower()
    postgres.run(postgres_server[0], f"CREATE DATABASE {name}")
    return postgres.named(postgres_server[0], name)


_updates = count(1)


def lived_in(file: Path) -> None:
    """A duty that was claimed, reported, approved and paid, and requests of which one was merged into a later one."""
    migrate.migrate(f"sqlite:///{file}", now=datetime.now(UTC))
    now = [datetime.now(UTC)]
    keys = Keys.from_text(os.environ["DATA_KEY"])
    with closing(Database(f"sqlite:///{file}", keys=keys, clock=lambda: now[0])) as database:
        database.write_now(stage)
        _acts(database, BEN, claims.claim, order_id=1)
        _acts(database, BEN, reports.submit, order_id=1, piece=Piece("全部正常", Photo("f", "u")))
        _acts(database, LEA, reviews.decide, report_id=1, verb="approve", rating=5)
        now[0] += timedelta(hours=1)
        while database.write_now(_falls_due):
            pass
        database.write_now(disposal_lists.ensure)
        database.write_now(_asks)


def _falls_due(session: Session, now: datetime) -> int:
    """Decisions settle and are paid."""
    ids = (
        session.exec(select(Due.id).where(Due.due_at <= now, Due.done_at.is_(None)).limit(5)).scalars().all()
    )  # type: ignore
    timetable.perform(session, now, due_ids=list(ids))
    return len(ids)


def _acts(database: Database, member: int, service: Any, **how: Any) -> None:
    cause = Cause(next(_updates), Person(member, f"m{member}"), member, True, database.clock())
    asyncio.run(database.write(cause, service, **how))


def _asks(session: Session, now: datetime) -> None:
    session.add(Area(id=7, code="9", level=Level.STREET, name="Street", path="/7/"))
    session.flush()
    session.exec(text("UPDATE area SET parent_id = 7, path = '/7/1/' WHERE id = 1"))  # type: ignore[call-overload]
    over = {"state": RequestState.CONFIRMED, "closed_at": now, "closed_by": "asker", "touched_at": now}
    asked = {
        "asker_id": BEN,
        "list_version": 1,
        "level": "grid",
        "asked_at": now,
        "clock_from": now,
        "due_at": now,
    }
    for number in (1001, 1002):
        session.add(Request(id=number, area_id=1, **asked, **over))
        session.flush()
    first = session.get(Request, 1001)
    assert first is not None
    first.merged_into, first.state = 1002, RequestState.MERGED


def _rows(url: str) -> dict[str, list[Any]]:
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in moving.tables()
        }
    engine.dispose()
    return found


def test_everything_is_there_and_goes_on(run: Run, empty: str, tmp_path: Path) -> None:
    lived_in(tmp_path / "duty.db")
    before = _rows(f"sqlite:///{tmp_path}/duty.db")
    assert before["transfer"] and before["report_photo"] and before["audit"]
    code, said = run("move", "duty.db", DATABASE_URL=empty)
    assert code == 0 and "rows moved" in said, said
    assert _rows(empty) == before == _rows(f"sqlite:///{tmp_path}/duty.db")
    assert run("check", DATABASE_URL=empty) == (0, "All is well.\n")
    keys = Keys.from_text(os.environ["DATA_KEY"])
    with closing(Database(empty, keys=keys, clock=lambda: datetime.now(UTC))) as database:
        newest = {table: max(database.read_now(lambda s, t=table: s.exec(select(t.id)).scalars().all())) for table in (Member, Order, Delivery)}  # fmt: skip
        made = database.write_now(_new_member)
    assert made == newest[Member] + 1


def test_what_did_not_hold_before_is_said_and_is_no_success(run: Run, empty: str, tmp_path: Path) -> None:
    lived_in(tmp_path / "duty.db")
    with closing(sqlite3.connect(tmp_path / "duty.db")) as by_hand:
        by_hand.execute("UPDATE duty_order SET taken = taken + 1, places = places + 5")
        by_hand.commit()
    code, said = run("move", "duty.db", DATABASE_URL=empty)
    assert code == 1 and "places taken but" in said and "rows moved. Look at the above" in said, said


def _new_member(session: Session, now: datetime) -> int:
    member = Member(telegram_id=8_000_000_001, name="New", joined_at=now)
    session.add(member)
    session.flush()
    return member.id


def test_what_cannot_be_moved_is_said_and_changes_nothing(run: Run, empty: str, tmp_path: Path) -> None:
    lived_in(tmp_path / "duty.db")
    assert "names SQLite" in run("move", "duty.db")[1]
    assert "There is no file" in run("move", "other.db", DATABASE_URL=empty)[1]
    (tmp_path / "words").write_text("no database")
    assert "is no SQLite database" in run("move", "words", DATABASE_URL=empty)[1]
    with only_process(f"sqlite:///{tmp_path}/duty.db"):
        assert "A process serves" in run("move", "duty.db", DATABASE_URL=empty)[1]
    cut = (tmp_path / "duty.db").read_bytes()[:-4096]
    (tmp_path / "cut.db").write_bytes(cut)
    assert "is no whole database" in run("move", "cut.db", DATABASE_URL=empty)[1]
    assert run("migrate", DATABASE_URL=empty)[0] == 0
    import_areas(run, DATABASE_URL=empty)
    assert "is not empty" in run("move", "duty.db", DATABASE_URL=empty)[1]
    postgres.run(empty, "DELETE FROM area")
    assert run("move", "duty.db", DATABASE_URL=empty)[0] == 0
    code, said = run("move", "duty.db", DATABASE_URL=empty)
    assert code == 1 and "is not empty" in said
