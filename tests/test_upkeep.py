"""Copies, putting one back, dead letters, and what is seen from outside: with real processes and commands."""

import asyncio
import re
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot import measuring
from bot.marks import RESTS
from models import Area, DeliveryClass, DeliveryState, Lane, Level, Member, Stamp
from models.database import Database
from models.sealed import Keys, new_key
from services import deliveries, restores
from simulator.client import Phone
from tests.asking import people, sent_case
from tests.city import City
from tests.outside import one_of
from tests.processes import Process, command, fleet
from tests.scene import Scene


async def _order_at_night(town: City, *people: Phone) -> int:
    """One place taken, and its reminders to come."""
    chat = await town.neighbourhood(*people)
    await town.order(chat, "need: 2")
    return chat


@pytest.mark.parametrize("later", one_of(True, False))
async def test_a_copy_put_back_sends_nothing_twice(some_database: str, tmp_path: Path, later: bool) -> None:
    """R43: what was sent after the copy was made is not sent again; numbers are not given twice."""
    async with fleet(some_database, tmp_path, 1) as (town, made):
        ben, (process,) = await town.person("Ben"), made.processes
        chat = await _order_at_night(town, ben)
        await ben.taps(chat, "I'm in")
        await town.settles()
        copy = tmp_path / "copy"
        assert (await command(process, "backup", str(copy)))[0] == 0
        await town.passes(hours=30)  # reminders are sent that the copy knows nothing of
        second = await town.order(chat, title="Another duty")
        await ben.taps(chat, "I'm in", message_id=second["message_id"])
        await town.settles()
        process.signal(signal.SIGTERM)
        assert await process.ended() == 0
        seen = {place: len(await ben.looks(place)) for place in (town.bot, chat)}
        code, said = await command(process, "restore", str(copy))
        assert code == 0 and "held back" in said, said
        await goes_on(town, process, ben, chat, seen, *(["--discard"] if later else []))


async def goes_on(
    town: City, process: Process, ben: Phone, chat: int, seen: dict[int, int], *how: str
) -> None:
    """A bot on a database that was put back and noted says nothing before its release, and goes on with new numbers."""
    await process.start()
    await process.says("started", times=2)
    await town.remote.step(5)
    await asyncio.sleep(1)
    assert {place: len(await ben.looks(place)) for place in seen} == seen, (
        "nothing is sent before it is released"
    )
    code, said = await command(process, "release", "--yes", *how)
    assert code == 0 and "order.remind" in said, said
    await town.settles()
    third = await town.order(chat, title="Third duty")
    assert "#100" in third["text"], "ten thousand further"
    assert (await command(process, "check"))[0] == 0


async def test_an_older_database_is_refused_until_somebody_says_so(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """By the mark kept outside: a file beside SQLite, Redis for PostgreSQL."""
    sqlite = database_url.startswith("sqlite")
    more = {} if sqlite else {"redis_url": request.getfixturevalue("valkey_url")}
    async with fleet(database_url, tmp_path, 1, **more) as (town, made):
        (process,) = made.processes
        copy = tmp_path / "copy"
        await town.areas(("1", "", "street", "Tanggu"), ("11", "1", "grid", "Ziyun"))
        await town.settles()
        assert (await command(process, "backup", str(copy)))[0] == 0
        ben = await town.person("Ben")
        await _order_at_night(town, ben)
        process.signal(signal.SIGTERM)
        assert await process.ended() == 0
        assert (await command(process, "check"))[0] == 0
        await _put_back_behind_its_back(process, database_url, copy)
        for words in ("check", "run"):
            code, said = await command(process, words)
            assert code == 1 and "dutygrid restored" in said, said
        given = []
        for again in (1, 2):  # the same copy: each time behind what was given out since
            code, said = await command(process, "restored")
            assert code == 0 and "Noted. 0 things" in said, said
            await process.start()
            await process.says("started", times=1 + again)
            chat = await town.neighbourhood(ben)
            given.append(int(re.search(r"#(\d+)", (await town.order(chat))["text"]).group(1)))
            process.signal(signal.SIGTERM)
            assert await process.ended() == 0
            await _put_back_behind_its_back(process, database_url, copy)
        assert [number // 10_000 for number in given] == [1, 2], given


async def test_a_copy_of_seconds_before_a_kill_is_refused_too(
    some_database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The mark is left as soon as anything is done, not when the process ends."""
    sqlite = some_database.startswith("sqlite")
    more = {} if sqlite else {"redis_url": request.getfixturevalue("valkey_url")}
    async with fleet(some_database, tmp_path, 1, **more) as (town, made):
        (process,) = made.processes
        ben = await town.person("Ben")
        chat = await town.neighbourhood(ben)
        await town.settles()
        copy = tmp_path / "copy"
        assert (await command(process, "backup", str(copy)))[0] == 0
        await town.order(chat)
        await asyncio.sleep(RESTS + 0.5)
        await process.killed()
        await _put_back_behind_its_back(process, some_database, copy)
        code, said = await command(process, "run")
        assert code == 1 and "dutygrid restored" in said, said


async def _put_back_behind_its_back(process: Any, url: str, copy: Path) -> None:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for extra in ("-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        path.write_bytes(copy.read_bytes())
        return
    tool = await asyncio.create_subprocess_exec(
        "pg_restore", "--clean", "--if-exists", f"--dbname={url}", str(copy), env=process.environment()
    )
    assert await tool.wait() == 0


async def test_seen_from_outside(postgres_url: str, tmp_path: Path) -> None:
    """Alive, ready, and measured, in the process that holds the lease and in the one that does not."""
    async with fleet(postgres_url, tmp_path, 2) as (town, made), aiohttp.ClientSession() as session:
        ben = await town.person("Ben")
        await ben.says(town.bot, "/points")
        await ben.sees(town.bot, "0 points")
        held = []
        for process in made.processes:
            base = f"http://127.0.0.1:{process.port}"
            async with session.get(f"{base}/healthz") as answer:
                assert answer.status == 200
            async with session.get(f"{base}/readyz") as answer:
                assert answer.status == 200, await answer.text()
                assert await answer.json() == {
                    "database": True, "lease": True, "dispatcher": True, "token": True,
                }  # fmt: skip
            async with session.get(f"{base}/metrics") as answer:
                text = await answer.text()
            assert "Ben" not in text and str(ben.id) not in text
            values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
            held.append(float(values["dutygrid_lease_held"]))
            assert float(values["dutygrid_webhook_pending_updates"]) == 0
            assert float(values["dutygrid_webhook_last_error_timestamp_seconds"]) == 0
            assert float(values["dutygrid_dead_letters"]) == 0
            assert 'dutygrid_delivery_age_seconds{lane="answer"}' in values
        assert sorted(held) == [0.0, 1.0]


async def test_what_fails_again_and_again_grows_old_in_the_metrics(scene: Scene) -> None:
    """Each try puts it off; the alarm must not be put off with it."""

    def put(session: Session, now: datetime) -> None:
        for lane, state in ((Lane.ANSWER, DeliveryState.LATER), (Lane.NOTE, DeliveryState.PENDING)):
            ahead = timedelta(hours=1)
            deliveries.put(
                session, now, kind="x", args={}, chat_id=5, lane=lane, klass=DeliveryClass.CRITICAL, state=state,
                due_at=now + ahead,
            )  # fmt: skip

    await scene.database.write(None, put)
    scene.now += timedelta(seconds=200)
    text = (await measuring.measure(scene.database, lambda: True)).decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['dutygrid_delivery_age_seconds{lane="answer"}']) == 200
    assert float(values['dutygrid_deliveries_waiting{lane="answer"}']) == 1
    assert float(values['dutygrid_deliveries_waiting{lane="note"}']) == 0, "an hour ahead is not late"


async def test_a_database_that_takes_nothing_is_not_ready_and_says_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk answers whatever is read."""
    database, engine, said = scene.database, scene.database.engine, []
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode, cause.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
    full = OperationalError("COMMIT", {}, cause)

    class Full:
        def begin(self) -> Any:
            raise full

    database.on_away = said.append
    monkeypatch.setattr(measuring, "STUCK_AFTER", 0.0)
    monkeypatch.setattr(database, "engine", Full())
    writing = asyncio.ensure_future(database.write(None, lambda _session, _now: "done"))
    await asyncio.sleep(0.3)
    found = await measuring.ready(database, lambda: True, time.monotonic, lambda: True)
    assert not found["database"] and said and not writing.done()
    monkeypatch.setattr(database, "engine", engine)
    assert await writing == "done"
    assert (await measuring.ready(database, lambda: True, time.monotonic, lambda: True))["database"]


async def test_a_damaged_file_is_not_ready(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in memory is still read, and no waiting mends what is written."""
    torn = sqlite3.DatabaseError("database disk image is malformed")
    torn.sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    def write(_session: Session, _now: datetime) -> None:
        raise torn

    monkeypatch.setattr(measuring, "STUCK_AFTER", 0.0)
    with pytest.raises(sqlite3.DatabaseError):
        await scene.database.write(None, write)
    assert not (await measuring.ready(scene.database, lambda: True, time.monotonic, lambda: True))["database"]


def test_numbers_are_raised_past_those_of_rows_that_are_gone(database_url: str) -> None:
    """A stamp leaves ten thousand numbers free after the last that was given out, in tables that are empty too."""
    database = Database(database_url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
    newest = max(int(str(database.write_now(_come_and_go))) for _ in range(3))
    database.write_now(restores.stamp)
    assert int(str(database.write_now(_come_and_go))) > newest + restores.GAP - 1
    assert int(str(database.write_now(_area))) > restores.GAP - 1
    database.write_now(restores.stamp, given={"member": 70_000})
    assert int(str(database.write_now(_come_and_go))) > 70_000 + restores.GAP - 1, (
        "the database before gave more"
    )
    database.close()


def _come_and_go(session: Session, now: datetime) -> int:
    row = Member(telegram_id=1, name="m", joined_at=now)
    session.add(row)
    session.flush()
    number = row.id
    session.delete(row)
    return number


def _area(session: Session, _now: datetime) -> int:
    row = Area(code="1", level=Level.GRID, name="Grid", path="/1/")
    session.add(row)
    session.flush()
    return row.id


async def test_what_is_discarded_after_a_restore_is_done_without_a_word_and_escalations_are_said(
    village: City,
) -> None:
    """An approval that was to be paid, and a case that is late: of the copy's time, and perhaps told since."""
    rosa, ben, chat = await people(village)
    await sent_case(village, rosa)
    await village.order(chat, when="today 10:10-10:30")
    await ben.taps(chat, "I'm in")
    await village.at(0, "10:31")
    await ben.says(village.bot, "/report 1 all calm")
    await village.leader.taps(village.bot, "5 Great", on="all calm")
    last = await ben.last_id(village.bot)
    await village.database.write(None, _stamp_in, later=timedelta(days=7))
    await village.passes(days=6)
    above = await village.admin.last_id(village.bot)
    await village.passes(days=2)
    assert (await village.sql("SELECT count(*) FROM transfer")) == [(0,)]
    held = {row.kind for row in await village.database.read(restores.held)}
    assert {"review.settle", "request.escalate"} <= held
    await village.database.write(None, restores.release, discard=True)
    await village.settles()
    assert await village.sql("SELECT sum(points) FROM transfer") == [(1,)]
    assert not any("Approved" in m["text"] for m in await ben.looks(village.bot) if m["message_id"] > last)
    await village.admin.sees(village.bot, "it was due", after=above)


def _stamp_in(session: Session, now: datetime, later: timedelta) -> None:
    """As if a copy of now were put back so much later, after what falls due meanwhile."""
    session.add(Stamp(at=now + later))
