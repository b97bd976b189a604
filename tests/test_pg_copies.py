"""A copy of PostgreSQL is looked at before anything is changed, and one of an older version is put back whole."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import typer
from sqlalchemy import create_engine
from sqlmodel import Session

from bot import pg_copies
from bot.marks import BeingRestored, Marks, OlderDatabase
from models import Area, Level, migrate, putting_back
from models.database import Database
from models.engine import driver_url
from models.revision import present
from models.sealed import Keys
from services import leases
from tests import postgres
from tests.processes import ROOT
from tests.test_operators import run

Run = Callable[..., tuple[int, str]]
__all__ = ["run"]  # the fixture


@pytest.fixture
def server(
    postgres_server: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[], str]:
    """Makes empty databases; PostgreSQL's own programs are on the way."""
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:{os.environ['PATH']}")
    address, _ = postgres_server
    made = iter(range(9))

    def fresh() -> str:
        name = f"copies_{os.getpid()}_{next(made)}_{tmp_path.name[-6:].replace('-', '_')}".lower()
        postgres.run(address, f"CREATE DATABASE {name}")
        return postgres.named(address, name)

    return fresh


def _dump(url: str, file: Path) -> Path:
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={url}"], check=True)
    return file


SAID = {
    "newer": "of a newer version", "foreign": "is no copy of a DutyGrid", "damaged": "is no whole copy. Nothing was changed",
    "sqlite": "is a copy of a SQLite database",
}  # fmt: skip


def _live(server: Callable[[], str]) -> str:
    url = server()
    migrate.migrate(url, now=datetime.now(UTC))
    postgres.run(url, "INSERT INTO area (code, level, name, path) VALUES ('1', 'grid', 'Live', '/1/')")
    return url


@pytest.mark.parametrize("what", ["newer", "foreign", "damaged", "sqlite"])
def test_a_copy_that_is_not_for_this_program_changes_nothing(
    server: Callable[[], str], run: Run, tmp_path: Path, what: str
) -> None:
    live, other = _live(server), server()
    if what == "newer":
        migrate.migrate(other, now=datetime.now(UTC))
        postgres.run(other, "UPDATE alembic_version SET version_num = '9999'")
    elif what == "foreign":
        postgres.run(other, "CREATE TABLE shop (id int)")
    copy = _dump(live if what == "damaged" else other, tmp_path / "copy")
    if what == "damaged":
        copy.write_bytes(copy.read_bytes()[:-50])
    if what == "sqlite":
        migrate.migrate(f"sqlite:///{tmp_path}/other.db", now=datetime.now(UTC))
        copy = tmp_path / "other.db"
    code, said = run("restore", str(copy), DATABASE_URL=live)
    assert code == 1 and SAID[what] in said, said
    assert present(live) == migrate.head()
    assert (
        "Live"
        in subprocess.run(
            ["psql", f"--dbname={live}", "-Atc", "SELECT name FROM area"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    assert run("check", DATABASE_URL=live) == (0, "All is well.\n")


@pytest.mark.parametrize("revision", ["0002", "0005"])
def test_a_copy_of_an_older_version_is_put_back_and_brought_up(
    server: Callable[[], str], run: Run, tmp_path: Path, revision: str
) -> None:
    live, old = _live(server), server()
    migrate.migrate(old, now=datetime.now(UTC), to=revision)
    code, said = run("restore", str(_dump(old, tmp_path / "copy")), DATABASE_URL=live)
    assert code == 0 and "is kept as" in said, said
    assert present(live) == migrate.head()
    assert run("check", DATABASE_URL=live) == (0, "All is well.\n")


KILLED = """
import os, sys
from bot import cli, restoring
restoring._note = lambda *given: os.kill(os.getpid(), 9)
sys.argv = ["dutygrid", "restore", "copy"]
cli.main()
"""


def _opened(url: str) -> Database:
    return Database(url, keys=Keys.from_text(os.environ["DATA_KEY"]), clock=lambda: datetime.now(UTC))


def _new_area(session: Session, _now: datetime, id: int | None = None) -> int:
    area = Area(id=id, code=f"n{id}", level=Level.GRID, name="New", path="/9/")
    session.add(area)
    session.flush()
    return area.id


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_that_was_killed_serves_nobody_and_gives_no_number_twice(
    server: Callable[[], str], run: Run, kind: str
) -> None:
    """SQLite keeps the database that was there; PostgreSQL knows that what took its place is not noted."""
    live = server() if kind == "postgresql" else "sqlite:///live.db"
    migrate.migrate(live, now=datetime.now(UTC))
    assert run("backup", "copy", DATABASE_URL=live)[0] == 0
    with closing(_opened(live)) as database:
        database.write_now(_new_area, id=70_000)
        if kind == "postgresql":
            postgres.run(live, "SELECT setval('area_id_seq', 70000)")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env={**os.environ, "DATABASE_URL": live, "PYTHONPATH": str(ROOT)}
    )
    assert killed.returncode == -signal.SIGKILL
    with closing(_opened(live)) as database:
        if kind == "postgresql":
            assert database.write_now(leases.acquire, holder="one") is None
            with pytest.raises(OlderDatabase):
                asyncio.run(Marks(database, []).check())
            assert run("restored", DATABASE_URL=live)[0] == 0
            ends = time.monotonic() + 10  # the server may still be at work for who was killed
            while database.write_now(leases.acquire, holder="one") is None:
                assert time.monotonic() < ends
                time.sleep(0.1)
        asyncio.run(Marks(database, []).check())
        assert int(str(database.write_now(_new_area))) > 70_000
    assert run("restore", "copy", DATABASE_URL=live)[0] == 0, "whoever held the lease is gone"
    assert not list(Path().glob("*.restoring*"))


def test_nobody_begins_to_serve_while_a_copy_is_put_back(
    server: Callable[[], str], run: Run, tmp_path: Path
) -> None:
    live = _live(server)
    copy = _dump(live, tmp_path / "copy")
    engine = create_engine(driver_url(live))
    with closing(_opened(live)) as database, engine.connect() as restoring:
        assert putting_back.begin(restoring)
        code, said = run("restore", str(copy), DATABASE_URL=live)
        assert code == 1 and "Another `dutygrid restore`" in said
        assert database.write_now(leases.acquire, holder="one") is None
        with pytest.raises(BeingRestored):
            asyncio.run(Marks(database, []).check())
        restoring.close()
        engine.dispose()
        assert database.write_now(leases.acquire, holder="one") is not None


def test_a_damaged_database_makes_way_for_its_copy(run: Run, tmp_path: Path) -> None:
    live, url = tmp_path / "live.db", "sqlite:///live.db"
    migrate.migrate(url, now=datetime.now(UTC))
    assert run("backup", "copy", DATABASE_URL=url)[0] == 0
    damaged = b"x" * 100 + live.read_bytes()[100:]
    live.write_bytes(damaged)
    code, said = run("restore", "copy", DATABASE_URL=url)
    assert code == 0 and "is damaged" in said and "Noted" in said, said
    assert [aside.read_bytes() for aside in tmp_path.glob("live.db.before-restore-*")] == [damaged]
    assert run("check", DATABASE_URL=url) == (0, "All is well.\n")


def test_restored_beside_a_bot_changes_nothing(server: Callable[[], str], run: Run, valkey_url: str) -> None:
    """Neither the calls that are under way nor, where that bot serves another database, its mark."""
    live, practice, more = _live(server), _live(server), {"REDIS_URL": valkey_url}
    with redis.Redis.from_url(valkey_url) as client, closing(_opened(live)) as database:
        assert run("restored", DATABASE_URL=live, **more)[0] == 0
        (mark,) = client.keys("dutygrid:*:mark")
        client.set(mark, "5:5:5")
        client.set(mark + b":kept", "", ex=15)
        code, said = run("restored", DATABASE_URL=practice, **more)
        assert code == 0 and "The mark in Redis stays" in said and client.get(mark) == b"5:5:5", said
        fence = database.write_now(leases.acquire, holder="one")
        renewing = threading.Timer(1, lambda: database.write_now(leases.renew, holder="one", fence=fence))
        renewing.start()
        code, said = run("restored", DATABASE_URL=live, **more)
        renewing.join()
        assert code == 1 and "A process serves this database" in said, said
        # As it stands when the server's clock was put back since
        postgres.run(live, "UPDATE lease SET until = now() + interval '2 hours'")
        assert run("restored", DATABASE_URL=live, **more)[0] == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "pg_restore: error: could not write to file: No space left on device",
            "There is no room on the disk.",
        ),
        ("pg_restore: error: unsupported version (1.16) in file header", "are older than the copy"),
        ("pg_dump: error: aborting because of server version mismatch", "are older than the server"),
    ],
)
def test_what_postgresql_s_programs_lack_is_said(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    said: str,
    sentence: str,
) -> None:
    program = tmp_path / "pg_restore"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(typer.Exit):
        pg_copies.run("pg_restore", failed="copy is no whole copy")
    shown = capsys.readouterr().err
    assert sentence in shown and "Nothing was changed" in shown and "no whole copy" not in shown
