"""Writes on their way to a writer thread, and how those who wait for them are told."""

import asyncio
import queue
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from models.delivery import Delivery


@dataclass
class Job:
    """One write on its way: what to run, whom to tell (on which loop, if any), and the answers to send at once."""

    run: Callable[[Connection, "Job"], Any]
    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None = None
    answers: list[Delivery] = field(default_factory=list)
    undoable: bool = False  # whether its service runs in a SAVEPOINT
    has_run: bool = False  # its COMMIT may be done, also where nobody hears that it is
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        """Tell the caller what came of it; one that was cancelled meanwhile is not told, and it is done all the same."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def collect(jobs: "queue.SimpleQueue[Job | None]", first: Job, most: int) -> tuple[list[Job], bool]:
    """The first job and those that wait behind it, at most so many; whether the end of the queue was met."""
    batch = [first]
    while len(batch) < most:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            break
        if job is None:
            return batch, True
        batch.append(job)
    return batch, False


def settle(batch: list[Job]) -> None:
    """Resolve the futures: each loop is woken once, which costs as much as a statement."""
    for loop, jobs in groupby(batch, key=lambda job: job.loop):
        settle_all = partial(_settle_all, list(jobs))
        if loop is None:
            settle_all()
        else:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle_all)


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()
