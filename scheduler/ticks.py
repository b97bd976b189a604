"""Ticks: what APScheduler calls again and again. Each is a plain coroutine that any caller may await."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from models.actor import HOLDER, Refusal
from models.database import Database
from scheduler.dispatcher import Dispatcher
from scheduler.meters import MENDED, PROBLEMS
from scheduler.sender import Sender
from services import auditor, dues, invariants, outbox, timetable
from services.leases import LeaseLost

log = structlog.get_logger()
MOST = 200  # due rows worked on in one tick
TOGETHER = 32  # so few that a press between them waits a moment only
ALONE = {"order.post"}  # each writes a card for every group there is
TICK_SECONDS = 0.5
CLOCK_EVERY = 2.0  # seconds between looks whether the clock was put back
MISSED = 10.0  # seconds after which a tick that should have begun has been missed
SWEEP_MINUTES = 10
FORGOTTEN_AT_ONCE = 500  # rows of a kind in one transaction
AUDIT_SECONDS = 60


async def work_off_dues(database: Database, caught_up_at: datetime) -> int:
    """Do everything that is due; how many things. A failure is postponed, and stops nothing else.

    One kind at a time in the order of their times; things of one kind together, so that they share a COMMIT and
    what they read.
    """
    now = database.clock()
    waiting = await database.read(dues.waiting, now=now, caught_up_at=min(now, caught_up_at), most=MOST)
    for kind, same_kind in groupby(waiting, key=lambda due: due[1].split(":")[0]):
        alike = [(due_id, key) for due_id, key, _ in same_kind]
        most = 1 if kind in ALONE else TOGETHER
        for at in range(0, len(alike), most):
            await _perform_together(database, now, alike[at : at + most])
    return len(waiting)


async def _perform_together(database: Database, now: datetime, together: list[tuple[int, str]]) -> None:
    """One after the other in one transaction; when one of them fails, each in its own."""
    try:
        await _write(database, [due_id for due_id, _ in together])
    except LeaseLost:
        raise
    except Exception:
        for due_id, key in together:
            await _perform(database, now, due_id, key)


async def _write(database: Database, due_ids: list[int]) -> None:
    """A refusal is for people, and here a failure like any other: what it undid would be due for ever."""
    outcome = await database.write(HOLDER, timetable.perform, due_ids=due_ids)
    if isinstance(outcome, Refusal):
        raise outcome


async def _perform(database: Database, now: datetime, due_id: int, key: str) -> None:
    try:
        await _write(database, [due_id])
    except LeaseLost:
        raise
    except Exception as error:
        log.error("due.failed", due=due_id, key=key, error=type(error).__name__)
        await database.write(HOLDER, dues.postpone, due_id=due_id, at=now + timedelta(minutes=1))


async def sweep(database: Database) -> None:
    """Forget what is no longer needed, a little at a time."""
    while any(found := await database.read(outbox.forgettable, now=database.clock(), most=FORGOTTEN_AT_ONCE)):
        await database.write(HOLDER, outbox.forget, found=found)


async def look_over(database: Database) -> None:
    """The auditor's minute: mend what can be mended, and say what cannot."""
    mended = await database.write(HOLDER, auditor.mend)
    for fact in mended if isinstance(mended, list) else []:
        MENDED.inc()
        log.warning("auditor.mended", fact=fact)
    problems = await database.read(lambda session: list(invariants.broken(session)))
    PROBLEMS.set(len(problems))
    for problem in problems:
        log.error("auditor.found", problem=problem)


class Scheduler:
    """The ticks and the dispatcher on the running loop, whichever bot framework owns it.

    `caught_up_at` tells up to when every message people sent has been read; `holds` whether this process is
    still the one that sends and ticks.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        *,
        owner: str,
        monotonic: Callable[[], float] = time.monotonic,
        caught_up_at: Callable[[], datetime] | None = None,
        holds: Callable[[], bool] = lambda: True,
        left: set[int] | None = None,
    ) -> None:
        self.database = database
        self.caught_up_at = caught_up_at or database.clock
        self.holds = holds
        self.dispatcher = Dispatcher(
            database, sender, owner=owner, monotonic=monotonic, holds=holds, left=left
        )
        self._ticks = AsyncIOScheduler(timezone="UTC")
        self._running: list[asyncio.Future[None]] = []
        self._ticked_at = time.monotonic()

    async def start(self) -> None:
        owner, before = self.dispatcher.owner, (self.database.sender, self.database.on_commit)
        self._before = before
        self.database.sender = lambda: owner if self.holds() else None
        self.database.on_commit = self.dispatcher.hand_over
        often = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._ticks.add_job(self._tick, IntervalTrigger(seconds=TICK_SECONDS), id="dues", **often)
        self._ticks.add_job(self._look_over, IntervalTrigger(seconds=AUDIT_SECONDS), id="audit", **often)
        self._ticks.add_job(self._sweep, IntervalTrigger(minutes=SWEEP_MINUTES), id="sweep", **often)
        self._ticks.start()
        self._running = [
            asyncio.ensure_future(work) for work in (self.dispatcher.run(), self._follow_clock())
        ]

    async def stop(self) -> None:
        """No more ticks; the calls under way end."""
        self.database.sender, self.database.on_commit = self._before
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        await self.dispatcher.stop()
        for running in self._running:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    @property
    def worked_at(self) -> float:
        """By time.monotonic(): when both the dispatcher and the ticks had last looked at what is due."""
        return min(self.dispatcher.looked_at, self._ticked_at)

    def has_not_worked_since(self, at: float) -> None:
        """Duties begun anew because they stood still have not worked until they have: whoever watches sees no other."""
        self.dispatcher.looked_at = self._ticked_at = at

    async def _tick(self) -> None:
        await _say_if_it_fails("tick.failed", self._work_off())
        self._ticked_at = time.monotonic()

    async def _work_off(self) -> None:
        while self.holds() and await work_off_dues(self.database, self.caught_up_at()) >= MOST:
            # so much is due at once that the next tick need not be waited for
            self._ticked_at = time.monotonic()

    async def _follow_clock(self) -> None:
        """APScheduler waits for a time of day; where the clock was put back, that is hours away."""
        while True:
            await asyncio.sleep(CLOCK_EVERY)
            await _say_if_it_fails("clock.failed", self._look_at_clock())

    async def _look_at_clock(self) -> None:
        for job in self._ticks.get_jobs():
            now = datetime.now(UTC)  # noqa: TID251 - its own clock
            latest = now + job.trigger.interval + timedelta(seconds=CLOCK_EVERY)
            if job.next_run_time and job.next_run_time > latest:
                log.warning("clock.put_back", job=job.id)
                job.modify(next_run_time=now)
            elif job.next_run_time and job.next_run_time < now - timedelta(seconds=MISSED):
                log.error("ticks.missed", job=job.id)  # its timer has ended: it would wait for ever
                self._ticks.wakeup()

    async def _look_over(self) -> None:
        if self.holds():
            await _say_if_it_fails("auditor.failed", look_over(self.database))

    async def _sweep(self) -> None:
        if self.holds():
            await _say_if_it_fails("sweep.failed", sweep(self.database))


async def _say_if_it_fails(name: str, work: Coroutine[Any, Any, None]) -> None:
    """APScheduler would print a traceback, also where the work is only cut off as the process or its lease ends."""
    try:
        await work
    except asyncio.CancelledError:
        return
    except Exception as error:
        log.warning(name, error=type(error).__name__)
