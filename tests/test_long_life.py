"""What a process meets that runs for weeks: cut connections, errors nobody thought of, sleep, clocks that are put right."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bot.beside import background
from bot.leadership import Leadership
from bot.polling import Polling
from models import Delivery, DeliveryClass, Due, Lane, Request
from scheduler import ticks
from scheduler.pacer import Pacer
from scheduler.ticks import Scheduler
from services import auditor, deadlines, deliveries, disposal_lists, endings, leases
from tests.outside import until
from tests.processes import fleet
from tests.scene import BEN, Scene

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"


@contextlib.asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


async def test_a_connection_cut_in_the_middle_of_a_write_is_waited_out(scene: Scene) -> None:
    """On SQLite nobody can cut it, and the write goes through at once."""
    tries = []

    def write(session: Session, _now: datetime) -> str:
        session.connection().execute(text("SELECT 1"))
        tries.append(1)
        if len(tries) == 1 and scene.database.url.startswith("postgresql"):
            scene.database.read_now(lambda other: other.connection().execute(text(CUT)).all())
        session.connection().execute(text("SELECT 1"))
        return "written"

    async with asyncio.timeout(20):
        assert await scene.database.write(None, write) == "written"


async def test_an_error_nobody_thought_of_does_not_end_the_leadership(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = leases.acquire, []

    def acquire(session: Session, now: datetime, **how: Any) -> int | None:
        if not failures:
            failures.append(1)
            raise RuntimeError
        return real(session, now, **how)

    monkeypatch.setattr(leases, "acquire", acquire)
    leadership = Leadership(scene.database, "me", _nothing)
    running = asyncio.ensure_future(leadership.run())
    async with asyncio.timeout(20):
        await leadership.settled.wait()
    assert failures and leadership.holds()
    running.cancel()
    await asyncio.wait([running])


async def test_who_stops_while_the_lease_is_being_taken_does_not_keep_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = leases.acquire, threading.Event()

    def acquire(session: Session, now: datetime, **how: Any) -> int | None:
        asked.set()
        time.sleep(0.3)
        return real(session, now, **how)

    monkeypatch.setattr(leases, "acquire", acquire)
    running = asyncio.ensure_future(Leadership(scene.database, "me", _nothing).run())
    await asyncio.to_thread(asked.wait, 10)
    running.cancel()
    await asyncio.wait([running])
    await asyncio.sleep(0.5)
    assert await scene.sql("SELECT holder FROM lease") == [(None,)]


async def test_what_runs_beside_begins_anew_when_it_fails() -> None:
    begun = []

    async def work(name: str) -> None:
        begun.append(name)
        if len(begun) == 1:
            raise ValueError
        await asyncio.Event().wait()

    async with background(work, "share"):
        await until(lambda: _true(len(begun) == 2), 10)
    assert begun == ["share", "share"]


async def _true(fact: bool) -> bool:
    return fact


class Quiet:
    """A Telegram that has nothing to say until it is woken, an hour later."""

    def __init__(self, clock: list[datetime]) -> None:
        self.clock = clock

    async def raw_updates(self, asked: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        self.clock[0] += timedelta(hours=1) if asked["timeout"] else timedelta()
        return []


async def test_an_answer_read_after_a_sleep_tells_of_before_it() -> None:
    """The machine was suspended with the empty answer already in its socket: what was said since is not read yet."""
    clock = [datetime(2026, 11, 26, 8, tzinfo=UTC)]
    told: list[datetime] = []

    def caught_up(at: datetime) -> None:
        told.append(at)
        if len(told) == 2:
            raise asyncio.CancelledError

    with contextlib.suppress(asyncio.CancelledError):
        await Polling(Quiet(clock), SimpleNamespace(take=None), lambda: clock[0], caught_up).run()  # type: ignore[arg-type]
    assert told[1] - told[0] < timedelta(minutes=1), told


def test_a_chat_that_asked_for_long_quiet_keeps_it() -> None:
    pacer = Pacer()
    pacer.record(-7, 0.0, card_edit=False)
    pacer.hold(-7, 900.0)
    pacer.forget_before(500.0)
    assert pacer.ready_at(-7, card_edit=False) == 900.0
    pacer.forget_before(1000.0)
    assert not pacer.by_chat and not pacer.held


async def test_ticks_go_on_when_the_clock_is_put_back(scene: Scene) -> None:
    scheduler = Scheduler(scene.database, None, owner="me", monotonic=time.monotonic)  # type: ignore[arg-type]
    await scheduler.start()
    for job in scheduler._ticks.get_jobs():  # an hour before what it waits for
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))  # noqa: TID251
    put_back_at = time.monotonic()
    await until(lambda: _true(scheduler._ticked_at > put_back_at + 0.5), 20)
    await scheduler.stop()


async def test_what_was_written_by_a_clock_that_ran_ahead_leaves_when_it_was_set_right(scene: Scene) -> None:
    """A cry of danger, a deadline of two hours ahead, and what was put off by that clock; a note for the morning waits for it."""

    def put_off(session: Session, now: datetime) -> None:
        endings.later(session, now, 1, 60.0, edit=False)
        endings.later(session, now, 2, 20_000.0, edit=False, flood=True)  # as Telegram says

    def is_filed(session: Session, now: datetime) -> None:
        who = {"asker_id": BEN, "list_version": 1, "area_id": 1}
        request = Request(**who, asked_at=now, touched_at=now, clock_from=now, due_at=now)
        session.add(request)
        session.flush()
        deadlines.start(session, now, request)
        note = {
            "kind": "greeting",
            "args": {},
            "chat_id": 7,
            "lane": Lane.NOTE,
            "klass": DeliveryClass.CRITICAL,
        }
        deliveries.put(session, now, **note)
        deliveries.put(session, now, **note, due_at=now + timedelta(hours=9))

    def note(session: Session, now: datetime) -> None:
        more = {"lane": Lane.ANSWER, "klass": DeliveryClass.CRITICAL}
        deliveries.put(session, now, kind="greeting", args={}, chat_id=7, **more)

    right = scene.now
    await scene.database.write(None, disposal_lists.ensure)
    await scene.database.write(None, note)
    await scene.database.write(None, note)
    scene.now = right + timedelta(hours=2)
    await scene.database.write(None, put_off)
    await scene.database.write(None, is_filed)
    scene.now = right + timedelta(minutes=1)
    mended = await scene.database.write(None, auditor.mend)
    assert sum("delivery.clock" in fact for fact in mended) == 2 and "request.clock:1001" in mended
    due = await scene.database.read(lambda session: session.exec(select(Delivery.due_at)).all())
    assert sorted(due)[:2] == [scene.now, scene.now], "two leave now"
    assert right + timedelta(hours=11) in due, "the morning is when it is"
    assert right + timedelta(hours=2, seconds=20_000) in due, "as Telegram said"
    assert await scene.sql("SELECT count(*) FROM request WHERE clock_from > due_at") == [(0,)]
    waits = select(Due.due_at).where(Due.kind == "request.escalate", col(Due.key).like("%:2:0"))
    (escalates,) = await scene.database.read(lambda session: session.exec(waits).all())
    (request,) = await scene.database.read(lambda session: session.exec(select(Request)).all())
    assert request.clock_from == scene.now and escalates == request.due_at
    assert [fact for fact in await scene.database.write(None, auditor.mend) if "clock" in fact] == []


async def test_ticks_go_on_when_their_timer_has_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after anything unexpected in the library's own loop: nothing would ever set it again."""
    monkeypatch.setattr(ticks, "MISSED", 1.0)
    monkeypatch.setattr(ticks, "CLOCK_EVERY", 0.2)
    scheduler = Scheduler(scene.database, None, owner="me", monotonic=time.monotonic)  # type: ignore[arg-type]
    await scheduler.start()
    await until(lambda: _true(scheduler._ticks._timeout is not None), 5)
    scheduler._ticks._stop_timer()
    ended_at = time.monotonic()
    await until(lambda: _true(scheduler._ticked_at > ended_at + 0.8), 20)
    await scheduler.stop()


async def test_it_ends_in_time_where_the_database_lets_nobody_write(
    tmp_path: Path, chance: random.Random
) -> None:
    """Another program holds the file: what was not written comes again, and the next start finds the rest."""
    async with fleet(f"sqlite:///{tmp_path}/city.db", tmp_path, 1) as (town, made):
        (process,) = made.processes
        ben = await town.person("Ben")
        with contextlib.closing(sqlite3.connect(tmp_path / "city.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await ben.says(town.bot, "/points")
            await asyncio.sleep(chance.uniform(0.1, 1.0))
            process.signal(signal.SIGTERM)
            begun = time.monotonic()
            assert await process.ended(within=15) == 1
            print(f"ended after {time.monotonic() - begun:.1f} s")
            other.execute("ROLLBACK")
        await process.start()
        await ben.sees(town.bot, "points")


async def test_a_writer_outlives_whatever_fails_in_it(scene: Scene) -> None:
    """Who asked for that write hears of it; the next one is done."""

    def fails(_answers: Any) -> None:
        scene.database.on_commit = lambda _answers: None
        raise ValueError("the bell")

    scene.database.on_commit = fails
    async with asyncio.timeout(10):
        with pytest.raises(ValueError, match="the bell"):
            await scene.database.write(None, lambda _session, _now: "first")
        assert await scene.database.write(None, lambda _session, _now: "second") == "second"
