"""Databases, the city, and what makes a test fail even when nothing was asserted."""

import contextlib
import itertools
import os
import random
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from models import migrate
from simulator.client import Remote
from simulator.server import Server, Simulator
from tests import postgres, valkey
from tests.city import TOKEN, City, city
from tests.outside import SEED
from tests.post import Post
from tests.post import stage as post_office
from tests.scene import Scene, stage
from tests.wire import Wire

_numbers = itertools.count()
URLS = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}  # the fixture of each kind of database
FAILURES = (
    "update.failed",
    "update.buried",
    "delivery.failed",
    "due.failed",
    "tick.failed",
    "dispatcher.look_failed",
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[tuple[str, str]]:
    """A server, and the name of a migrated database that every test copies."""
    with postgres.server() as url:
        template = f"template_{os.getpid()}"
        postgres.run(url, f"CREATE DATABASE {template}")
        migrate.migrate(postgres.named(url, template), now=datetime.now(UTC))
        yield url, template


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that every test copies."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.migrate(f"sqlite:///{file}", now=datetime.now(UTC))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database at the newest schema, once on each kind."""
    return str(request.getfixturevalue(URLS[request.param]))


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """A fresh database on SQLite, at the newest schema."""
    return f"sqlite:///{shutil.copy(sqlite_file, tmp_path / 'city.db')}"


@pytest.fixture
def postgres_url(postgres_server: tuple[str, str]) -> Iterator[str]:
    """A fresh database on PostgreSQL, at the newest schema."""
    server, template = postgres_server
    name = f"city_{os.getpid()}_{next(_numbers)}"
    postgres.run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.named(server, name)
    postgres.run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    with valkey.server() as url:
        yield url


@pytest.fixture
def chance() -> Iterator[random.Random]:
    """Everything random of one test; its seed is printed when it fails."""
    print(f"DUTYGRID_SEED={SEED}")
    yield random.Random(SEED)


@pytest.fixture
def some_database(request: pytest.FixtureRequest) -> str:
    """SQLite or PostgreSQL, as the seed and the test's name have it: over days both are met."""
    kind = ("sqlite", "postgresql")[(SEED + sum(map(ord, request.node.name))) % 2]
    return str(request.getfixturevalue(URLS[kind]))


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """A Valkey that knows nothing."""
    import redis

    with redis.Redis.from_url(valkey_server) as client:
        client.flushall()
    return valkey_server


@pytest.fixture
def log() -> Iterator[list[Any]]:
    """Every log line of the test."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def expected_failures() -> set[str]:
    """Log verbs of failures that a test provokes; it adds them here."""
    return set()


@contextlib.asynccontextmanager
async def _watched(url: str, folder: Path, log: list[Any], expected: set[str]) -> AsyncIterator[City]:
    """The city with its bot and administrator; a handler, delivery or tick that failed fails the test."""
    async with city(url, folder) as made:
        yield made
    assert [line for line in log if line["event"] in FAILURES and line["event"] not in expected] == []


@pytest.fixture
async def town(
    database_url: str, tmp_path: Path, log: list[Any], expected_failures: set[str]
) -> AsyncIterator[City]:
    """A city on each kind of database; see `pytest_collection_modifyitems`."""
    async with _watched(database_url, tmp_path, log, expected_failures) as made:
        yield made


@pytest.fixture
async def village(
    some_database: str, tmp_path: Path, log: list[Any], expected_failures: set[str]
) -> AsyncIterator[City]:
    """A city on one of them, as the seed has it: for scenes that are the same on both."""
    async with _watched(some_database, tmp_path, log, expected_failures) as made:
        yield made


@pytest.fixture
def seed() -> int:
    """A random seed; a failing test shows it."""
    chosen = int(os.environ.get("SEED", random.randrange(1_000_000)))
    print(f"SEED={chosen}")
    return chosen


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A scene of the city is played on one kind of database, as the seed and its name have it; on the other in the long
    runs. What is between the database and us (tests with `scene` or `database_url`) is always tried on both."""
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        kind = params.get("database_url")
        if kind is not None and "town" in getattr(item, "fixturenames", ()):
            name = getattr(item, "originalname", item.name)
            if kind != ("sqlite", "postgresql")[(SEED + sum(map(ord, name))) % 2]:
                item.add_marker(pytest.mark.long)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a test machine a skipped test counts as a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("DUTYGRID_FORBID_SKIPS"):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"did not run: {report.nodeid}: {report.longrepr[2]}")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A fresh simulator that checks every result against the specification, over plain HTTP."""
    simulator = Simulator(strict=True)
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.slow_polls = False
    async with Server(simulator) as url, Remote(url) as remote, aiohttp.ClientSession() as session:
        yield Wire(simulator, remote, session)


@pytest.fixture
async def post(sqlite_url: str) -> AsyncIterator[Post]:
    """The dispatcher by itself."""
    made = Post(sqlite_url)
    await made.does(post_office)
    yield made
    made.database.close()


@pytest.fixture
async def scene(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    made = Scene(database_url, monkeypatch)
    await made.database.write(None, stage)
    yield made
    await made.is_sound()
    made.database.close()
