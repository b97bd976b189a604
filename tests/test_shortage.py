"""The machine has too little of something for a while: what people write waits, and is answered."""

import asyncio
import errno
import resource
import subprocess
import sys
from typing import Any

import pytest

from bot import intake, shortage
from services import commands
from tests.city import City

SHORT = [MemoryError(), OSError(errno.EMFILE, "Too many open files"), ImportError("no memory for it")]
LOADS_NOTHING_LATE = """
import sys
from services import wording
sys.modules["_codecs_cn"] = None  # what holds GB 2312 can't be loaded any more
assert wording.simplified("\u89f8\u96fb") == "\u89e6\u7535"
"""


@pytest.mark.parametrize("short", SHORT, ids=lambda error: type(error).__name__)
async def test_what_comes_in_a_shortage_waits_and_is_done(
    village: City, monkeypatch: pytest.MonkeyPatch, short: Exception
) -> None:
    monkeypatch.setattr(intake, "SHORT_PAUSE", 0.05)
    real, times = commands.claim, [short] * 2 * intake.TRIES

    def claim(*given: Any, **named: Any) -> Any:
        if times:
            raise times.pop()
        return real(*given, **named)

    ben = await village.person("Ben")
    monkeypatch.setattr("services.commands.claim", claim)
    await ben.says(village.bot, "/claim 1")
    await ben.sees(village.bot, "There is no duty #1")
    assert await village.sql("SELECT count(*) FROM dead_letter") == [(0,)]


async def test_what_uses_everything_up_by_itself_is_buried_in_the_end(
    village: City, expected_failures: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_failures |= {"update.failed", "update.buried"}
    monkeypatch.setattr(intake, "SHORT_PAUSE", 0.05)
    monkeypatch.setattr(intake, "SHORT_FOR", 0.5)
    ben = await village.person("Ben")

    def claim(*_given: Any, **_named: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("services.commands.claim", claim)
    await ben.says(village.bot, "/claim 1")
    await ben.sees(village.bot, "This broke on our side")


async def test_who_is_told_to_stop_in_a_shortage_does_not_wait_for_it(
    village: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes again, and is done after the next start."""
    monkeypatch.setattr(intake, "SHORT_PAUSE", 0.2)
    short, real = [True], commands.claim

    def claim(*given: Any, **named: Any) -> Any:
        if short:
            raise MemoryError
        return real(*given, **named)

    ben = await village.person("Ben")
    monkeypatch.setattr("services.commands.claim", claim)
    await ben.says(village.bot, "/claim 1")
    await asyncio.sleep(0.5)
    async with asyncio.timeout(20):
        await village.restart()
    short.clear()
    await ben.sees(village.bot, "There is no duty #1")
    assert await village.sql("SELECT count(*) FROM dead_letter") == [(0,)]


def test_danger_is_known_by_what_was_loaded_at_the_start() -> None:
    subprocess.run([sys.executable, "-c", LOADS_NOTHING_LATE], check=True)


def test_as_many_files_as_allowed_may_be_open() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[0] - 1, before[1]))
        shortage.open_as_many_files_as_allowed()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
