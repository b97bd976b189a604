"""The answer to a COMMIT is lost on its way, and the COMMIT is done: whoever wrote or pressed reads what came of it, once and
at once."""

import asyncio
import sqlite3
from typing import Any

import pytest

from models.actor import Cause, Refusal
from models.database import Database, Seen
from models.jobs import Job
from tests.asking import card, people, sent_case
from tests.city import City

HOME = "My house is on fire, people are trapped inside"


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The COMMITs of what people write and press are done, and the first answer to each of those is lost."""
    real, lost = Database._run_all, list[list[str]]()

    def run_all(self: Database, batch: list[Job]) -> None:
        real(self, batch)
        for job in batch:
            said = [answer.kind for answer in job.answers] + [type(job.result).__name__]
            # also the answer to the next try's, which finds the update known
            doubted = job.answers or isinstance(job.result, Refusal | Seen)
            if doubted and said not in lost:
                lost.append(said)
                gone = sqlite3.OperationalError("disk I/O error")
                gone.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise gone

    monkeypatch.setattr(Database, "_run_all", run_all)
    return lost


async def test_danger_is_answered_at_once_though_nobody_heard_that_it_was_written_down(
    village: City, unheard: list[list[str]]
) -> None:
    ben = await village.person("Ben")
    unheard.clear()
    await ben.says(village.bot, HOME)
    await ben.sees(village.bot, "119")
    assert unheard
    assert len([said for said in await ben.looks(village.bot) if "119" in said["text"]]) == 1
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_refused_press_says_why_though_its_commit_was_in_doubt(
    village: City, unheard: list[list[str]]
) -> None:
    rosa, ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    pressed = await card(village.leader, village, case)
    unheard.clear()
    assert await ben.forges(village.bot, pressed["message_id"], f"case:accept:{case}")
    assert unheard and await village.sql("SELECT state FROM request") == [("new",)]


async def test_an_answer_that_has_left_meanwhile_does_not_leave_twice(
    village: City, unheard: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for so long after it that the answer was found and sent before the retry."""
    ben = await village.person("Ben")
    real, waited = Database._write_once, list[bool]()

    async def write_once(self: Database, cause: Any, *given: Any) -> Any:
        if isinstance(cause, Cause) and unheard and not waited:
            waited.append(True)
            await asyncio.sleep(9)
        return await real(self, cause, *given)

    unheard.clear()
    monkeypatch.setattr(Database, "_write_once", write_once)
    await ben.says(village.bot, HOME)
    await ben.sees(village.bot, "119")
    await asyncio.sleep(6)
    await village.settles()
    assert waited and len([said for said in await ben.looks(village.bot) if "119" in said["text"]]) == 1
