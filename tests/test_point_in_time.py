"""A database that comes back from its write-ahead log, as it was at a point in time: nothing is sent twice."""

import asyncio
import contextlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import runtime
from tests import postgres
from tests.city import City
from tests.processes import command, fleet
from tests.test_upkeep import goes_on

POINT = "before"


@pytest.fixture
def archive() -> Iterator[Path]:
    """A folder that the server can write to, whoever runs it."""
    folder = Path(tempfile.mkdtemp(prefix="wal-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def _says(url: str, statement: str) -> str:
    asked = ["psql", "-XAtq", f"--dbname={url}", f"--command={statement}"]
    path = {"PATH": str(postgres.binaries())}
    return subprocess.run(asked, env=path, check=True, capture_output=True, text=True).stdout.strip()


def _base_backup(server: str, folder: Path) -> Path:
    target = folder / "base"
    command = ["pg_basebackup", f"--pgdata={target}", "--checkpoint=fast", f"--dbname={server}"]
    subprocess.run(command, env={"PATH": str(postgres.binaries())}, check=True, capture_output=True)
    (target / "recovery.signal").touch()
    return target


async def _archived(url: str) -> None:
    """The log up to now is where it is kept."""
    segment = _says(url, "SELECT pg_walfile_name(pg_switch_wal())")
    async with asyncio.timeout(20):
        while _says(url, "SELECT last_archived_wal FROM pg_stat_archiver") < segment:
            await asyncio.sleep(0.1)


@contextlib.contextmanager
def _looking_at(town: City, url: str) -> Iterator[None]:
    """The city reads another database meanwhile."""
    before, settings = town.database, town.settings.model_copy(update={"database_url": url})
    with contextlib.closing(runtime.make_database(settings, runtime.Clock(settings.clock_file))) as other:
        town.database = other
        yield
    town.database = before


@pytest.mark.long
async def test_r43_a_database_of_a_point_in_time_sends_nothing_twice(
    valkey_url: str, tmp_path: Path, archive: Path
) -> None:
    keeping = ("archive_mode=on", f"archive_command=cp %p {archive}/%f", "archive_timeout=60")
    with postgres.own_server(*keeping) as server:
        postgres.run(server, "CREATE DATABASE city")
        url = postgres.named(server, "city")
        async with fleet(url, tmp_path, 1, redis_url=valkey_url) as (town, made):
            base = _base_backup(server, tmp_path)
            ben, (process,) = await town.person("Ben"), made.processes
            chat = await town.neighbourhood(ben)
            await town.order(chat, "need: 2")
            await ben.taps(chat, "I'm in")
            await town.settles()
            postgres.run(url, f"SELECT pg_create_restore_point('{POINT}')")
            await town.passes(hours=30)  # reminders are sent that the database will know nothing of
            await town.order(chat, title="Another duty")
            await town.settles()
            process.signal(signal.SIGTERM)
            assert await process.ended() == 0
            await _archived(url)
            seen = {place: len(await ben.looks(place)) for place in (town.bot, chat)}
            back = (f"restore_command=cp {archive}/%f %p", f"recovery_target_name={POINT}")
            with postgres.own_server(*back, "recovery_target_action=promote", copy=base) as again:
                process.settings["DATABASE_URL"] = recovered = postgres.named(again, "city")
                code, said = await command(process, "run")
                assert code == 1 and "Run `dutygrid restored`" in said, said
                code, said = await command(process, "restored")
                assert code == 0 and "held back" in said, said
                with _looking_at(town, recovered):
                    await goes_on(town, process, ben, chat, seen, "--discard")
