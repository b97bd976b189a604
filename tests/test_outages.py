"""R42, R43: the database cut off while we work, and a process that dies in the middle of a migration."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from sqlalchemy import create_engine, insert, make_url, text

from models import Audit, migrate
from models.engine import driver_url, make_engine
from models.sealed import new_key
from tests import postgres
from tests.city import TOKEN
from tests.outside import SEED, until, waiting_reports
from tests.processes import ROOT, command, fleet
from tests.proxy import Proxy


@contextlib.asynccontextmanager
async def by_way_of(url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before this PostgreSQL, and the URL through it."""
    behind = make_url(url)
    proxy = Proxy(Path(str(behind.query["host"])) / f".s.PGSQL.{behind.port or 5432}")
    async with proxy.serve() as before:
        through = behind.update_query_dict({"host": str(before.parent)})
        yield proxy, through.render_as_string(hide_password=False)


async def ready(port: int) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status


async def cut_off(url: str, folder: Path, chance: random.Random, *, cuts: int, reports: int) -> None:
    """Approvals come all the time, and the database is cut off again and again."""
    async with (
        by_way_of(url) as (proxy, through),
        fleet(url, folder, 1, webhook=True, settle_delay=0, through=through) as (town, made),
    ):
        (process,) = made.processes
        leader, waiting, _ = await waiting_reports(town, 5, reports // 5)
        unready = []

        async def cut_and_mend() -> None:
            for _ in range(cuts):
                await asyncio.sleep(chance.uniform(0.3, 0.8))
                proxy.cut = True
                proxy.reset()
                await asyncio.sleep(chance.uniform(0.2, 0.6))
                unready.append(await ready(process.port))
                proxy.cut = False

        cutting = asyncio.ensure_future(cut_and_mend())
        for report in waiting:
            data = f"report:approve:{report}:5:1"
            await town.remote.ask("forge", person=leader.id, chat=town.bot, data=data)
            await asyncio.sleep(cuts / len(waiting))
        await cutting

        async def paid() -> bool:
            rows = await town.sql("SELECT count(*), count(DISTINCT review_id) FROM transfer")
            return bool(rows == [(len(waiting), len(waiting))])

        await until(paid, 60)

        async def ready_again() -> bool:
            return await ready(process.port) == 200

        await until(ready_again, 20)
        print(f"R42: {cuts} cuts under {len(waiting)} approvals, ready said {sorted(set(unready))} meanwhile")
        assert set(unready) == {503}
        assert (await command(process, "check"))[0] == 0


async def test_r42_the_database_cut_off_loses_nothing(
    postgres_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await cut_off(postgres_url, tmp_path, chance, cuts=3, reports=25)


@pytest.mark.long
async def test_r42_fifty_cuts(postgres_url: str, tmp_path: Path, chance: random.Random) -> None:
    await cut_off(postgres_url, tmp_path, chance, cuts=50, reports=300)


@pytest.mark.parametrize("starting", [True, False])
async def test_who_is_told_to_stop_ends_though_the_database_hangs(
    postgres_url: str, tmp_path: Path, starting: bool
) -> None:
    """Somebody holds a table that everything needs, and whoever sends SIGTERM waits ten seconds."""
    async with fleet(postgres_url, tmp_path, 1) as (_town, made):
        (process,) = made.processes
        if starting:
            process.signal(signal.SIGTERM)
            await process.ended()
        with psycopg.connect(postgres_url) as held:
            held.execute("LOCK TABLE identity, lease IN ACCESS EXCLUSIVE MODE")
            if starting:
                await process.start()
            await asyncio.sleep(3)
            process.signal(signal.SIGTERM)
            await process.ended(within=10)
        await process.start()
        await process.says("started", times=2)


# R43: a migration is done or not begun


def old_city(url: str, rows: int) -> None:
    """The first schema there was, with so many rows."""
    now = datetime.now(UTC)
    migrate.migrate(url, now=now, to="0001")
    engine = create_engine(driver_url(url))
    fact = {
        "at": now,
        "actor_id": None,
        "fact": "x.done",
        "subject_kind": "x",
        "subject_id": 1,
        "details": {},
    }
    with engine.begin() as connection:
        connection.execute(insert(Audit.__table__), [fact] * rows)  # type: ignore[attr-defined]
    engine.dispose()


def schema(url: str) -> list[Any]:
    """Tables and columns, as they are."""
    engine = create_engine(driver_url(url))
    query = (
        "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        if url.startswith("sqlite")
        else "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    with engine.connect() as connection:
        found = sorted(tuple(row) for row in connection.execute(text(query)))
    engine.dispose()
    return found


def schemas(folder: Path) -> dict[str | None, list[Any]]:
    """What each revision looks like, made step by step on a fresh file."""
    url, found = f"sqlite:///{folder}/steps.db", {}
    for number in range(1, int(migrate.head()) + 1):
        revision = f"{number:04}"
        migrate.migrate(url, now=datetime.now(UTC), to=revision)
        found[migrate.present(url)] = [row for row in schema(url) if row[0] != "sqlite_sequence"]
    return found


async def killed_while_migrating(
    url: str, folder: Path, chance: random.Random, kills: int, rows: int
) -> None:
    old_city(url, rows)
    known, met = schemas(folder), []
    environment = {
        "DATABASE_URL": url, "BOT_TOKEN": TOKEN, "DATA_KEY": new_key(), "PATH": os.environ["PATH"],
        "ADMIN_IDS": "1",
    }  # fmt: skip
    began = time.monotonic()
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "--help", cwd=ROOT)
    await running.wait()
    longest = (time.monotonic() - began) * 3
    for _ in range(kills):
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "migrate", cwd=ROOT, env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await asyncio.sleep(chance.uniform(longest / 6, longest))
        with contextlib.suppress(ProcessLookupError):
            running.kill()
        await running.wait()
        at = migrate.present(url)
        met.append(at)
        assert [row for row in schema(url) if row[0] != "sqlite_sequence"] == known[at], "between two"
        if at == migrate.head():
            break
    migrate.migrate(url, now=datetime.now(UTC))
    print(f"R43: {len(met)} kills while migrating, at {met}; then {migrate.present(url)}")
    assert schema(url) and migrate.present(url) == migrate.head()
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit")).scalar() == rows
    engine.dispose()
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, SQLite or PostgreSQL as the seed has it."""
    if SEED % 2:
        return f"sqlite:///{tmp_path}/old.db"
    server, _ = request.getfixturevalue("postgres_server")
    name = f"old_{tmp_path.name.replace('-', '_')}"
    postgres.run(server, f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: postgres.run(server, f"DROP DATABASE {name} WITH (FORCE)"))
    return postgres.named(server, name)


async def test_r43_a_killed_migration_is_done_or_not_begun(
    empty_database: str, tmp_path: Path, chance: random.Random
) -> None:
    await killed_while_migrating(empty_database, tmp_path, chance, kills=5, rows=2_000)


@pytest.mark.long
async def test_r43_twenty_kills_while_migrating_a_hundred_thousand_rows(
    empty_database: str, tmp_path: Path, chance: random.Random
) -> None:
    await killed_while_migrating(empty_database, tmp_path, chance, kills=20, rows=100_000)


def test_r43_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    """SQLite writes to the disk at every COMMIT of the engine that writes: only that survives a power cut."""
    url = f"sqlite:///{tmp_path}/city.db"
    with make_engine(url).connect() as connection:
        said = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")
        ]
    assert said == [2, "wal"], "FULL, so that a COMMIT waits for the disk"
