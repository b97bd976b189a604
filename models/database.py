"""The database, and the only code that commits.

`write` runs one synchronous service function in one transaction; `read` runs a query in a read-only
one. On SQLite a single thread writes and the writes that wait share a COMMIT, each service
undone by its refusal (models/undoing.py); on PostgreSQL a pool of threads writes, a transaction each.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from models.actor import Actor, Cause, Holder, Policy, Refusal, load_actor
from models.delivery import Delivery, DeliveryState
from models.engine import (
    READERS,
    WRITERS_ON_POSTGRESQL,
    File,
    NotYet,
    is_damage,
    is_sqlite,
    is_weather,
    make_engine,
    make_watch,
)  # fmt: skip
from models.intake import SeenUpdate
from models.jobs import Job, collect, settle
from models.prepared import insert_new, run_command
from models.sealed import Keys
from models.undoing import RefusedLate, serve
from models.waiting import Waiting

Result = TypeVar("Result")
BATCH = 64  # writes that may share one COMMIT
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between tries while the database is away


class Seen:
    """The answer to an update whose effects are already committed."""


SEEN: Final = Seen()


class Database:
    """One bot's database.

    `clock` gives the present as an aware datetime; `refuse` writes the answer to a refusal that was
    not a press; `on_commit` hears, in the committing thread, of answers that are to leave at once.
    """

    def __init__(
        self,
        url: str,
        *,
        keys: Keys,
        clock: Callable[[], datetime],
        policy: Policy | None = None,
        bot_id: int = 0,
        refuse: Callable[[Session, datetime, Actor, Refusal], None] | None = None,
    ) -> None:
        self.url, self.keys, self.clock = url, keys, clock
        self.policy, self.bot_id, self.refuse = policy or Policy(), bot_id, refuse
        # This process's name while it is the one that sends; and what a holder's writes pass first
        self.sender: Callable[[], str | None] = lambda: None
        self.fence: Callable[[Connection], None] = lambda _connection: None
        self.on_commit: Callable[[list[Delivery]], None] = lambda _answers: None
        self._file = File(url)
        self.commits = 0  # by this process; whoever keeps the mark looks whether there are more
        self.away_since: float | None = None  # by time.monotonic(): nothing could be written since
        self.on_away: Callable[[Exception], None] = lambda _error: None
        self._waiting = Waiting()
        self._watch = make_watch(url)
        self.engine = make_engine(url, watch=self._watch)
        self._reader_engine = make_engine(url, read_only=True, watch=self._watch)
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work_off, name=f"writer-{number}", daemon=True)
            for number in range(1 if is_sqlite(url) else WRITERS_ON_POSTGRESQL)
        ]
        self._batch = BATCH if is_sqlite(url) else 1
        for thread in self._threads:
            thread.start()

    # What the edges call

    async def write(
        self, cause: Cause | Holder | None, service: Callable[..., Result], /, **arguments: Any
    ) -> Result | Refusal | Seen:
        """Run `service(session, now[, actor], **arguments)` and commit; its facts, its refusal, or SEEN.

        `actor` is passed when the cause is an update; with HOLDER the write passes the fence first. The database being away is waited out without
        limit, and what is NotYet as long as the service says so; any other exception is the service's and reaches the caller, with nothing done.
        """
        return await self._wait_out(partial(self._write_once, cause, service, arguments, []))

    async def _write_once(
        self, cause: Cause | Holder | None, service: Callable[..., Result], arguments: dict[str, Any],
        doubt: list[Job],
    ) -> Result | Refusal | Seen:  # fmt: skip
        """Whoever is cancelled while they wait is not told of what is done all the same. `doubt` holds the last try that
        may be done: where the update is known by now it was, and its outcome and answers are the update's."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result | Refusal | Seen] = loop.create_future()
        job = self._put(cause, service, arguments, future, loop)
        try:
            outcome = await future
        except Exception as error:
            doubt[:] = [job] if job.has_run and job.result is not SEEN else doubt
            if self.away_since is None and (is_weather(error) or is_damage(error)):
                self.away_since = time.monotonic()
            raise
        if outcome is not SEEN or not doubt:
            return outcome
        for answer in doubt[0].answers:  # it may have left meanwhile, and is to be taken first
            answer.state = DeliveryState.PENDING
        self.on_commit(doubt[0].answers)
        done: Result | Refusal | Seen = doubt[0].result
        return done

    async def _wait_out(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Try until the database is there, and until what is NotYet is."""
        pause, since = FIRST_PAUSE, time.monotonic()
        while True:
            try:
                return await attempt()
            except NotYet:
                pass
            except Exception as error:
                if not is_weather(error):
                    raise
                self._waiting.stepped_back(error, since)
                self.on_away(error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def write_now(self, service: Callable[..., Result], /, **arguments: Any) -> Result | Refusal | Seen:
        """`write` without an update, for code that has no event loop: the command line."""
        future: Future[Result | Refusal | Seen] = Future()
        self._put(None, service, arguments, future)
        return future.result()

    async def read(self, query: Callable[..., Result], /, **arguments: Any) -> Result:
        """Run `query(session, **arguments)` in a read-only transaction; the database being away is waited out here too."""
        loop = asyncio.get_running_loop()
        return await self._wait_out(
            lambda: loop.run_in_executor(self._readers, lambda: self.read_now(query, **arguments))
        )

    def read_now(self, query: Callable[..., Result], /, **arguments: Any) -> Result:
        """`read` for code that has no event loop."""
        info = {"keys": self.keys, "policy": self.policy}
        with self._reader_engine.connect() as connection, Session(connection, info=info) as session:
            return query(session, **arguments)

    def close(self) -> None:
        """Finish the writes that wait, then let go of the database."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._readers.shutdown()
        self.engine.dispose()
        self._reader_engine.dispose()
        if self._watch is not None:
            self._watch.close()

    # One write

    def _put(
        self, cause: Cause | Holder | None, service: Callable[..., Any], arguments: dict[str, Any],
        future: "asyncio.Future[Any] | Future[Any]", loop: asyncio.AbstractEventLoop | None = None,
    ) -> Job:  # fmt: skip
        run = lambda connection, job: self._run(connection, job, cause, service, arguments)  # noqa: E731
        job = Job(run, future, loop, undoable=self._batch == 1)
        self._jobs.put(job)
        return job

    def _run(
        self, connection: Connection, job: Job, cause: Cause | Holder | None, service: Callable[..., Any],
        arguments: dict[str, Any],
    ) -> Any:  # fmt: skip
        now = self.clock()
        if isinstance(cause, Holder):
            self.fence(connection)
        if not isinstance(cause, Cause):
            return self._serve(connection, job, lambda session: service(session, now, **arguments))
        if self._batch == 1:  # the SAVEPOINT comes with the BEGIN, and whoever acts is recognised inside
            return self._serve_anybody(connection, job, cause, now, partial(service, **arguments))
        actor = self._recognise(connection, cause, now)
        if actor is None:
            return SEEN
        outcome = self._serve(connection, job, lambda session: service(session, now, actor, **arguments))
        return self._refuse(connection, job, actor, now, outcome) if isinstance(outcome, Refusal) else outcome

    def _serve_anybody(
        self, connection: Connection, job: Job, cause: Cause, now: datetime, service: Callable[..., Any]
    ) -> Any:
        """A refusal undoes also that the update was seen, which is noted once more."""

        def work(session: Session) -> Any:
            actor = self._recognise(connection, cause, now)
            return SEEN if actor is None else service(session, now, actor)

        outcome = self._serve(connection, job, work)
        if not isinstance(outcome, Refusal):
            return outcome
        actor = self._recognise(connection, cause, now)
        if actor is None:  # the same update came twice at once, and the other one waited for this
            return SEEN
        return self._refuse(connection, job, actor, now, outcome)

    def _recognise(self, connection: Connection, cause: Cause, now: datetime) -> Actor | None:
        """Who acts; None when the effects of the update are already committed."""
        new = insert_new(connection, SeenUpdate, bot_id=self.bot_id, update_id=cause.update_id, at=now)
        return load_actor(connection, cause, self.policy, now) if new else None

    def _refuse(
        self, connection: Connection, job: Job, actor: Actor, now: datetime, refusal: Refusal
    ) -> Refusal:
        """The refusal in its reader's language; whoever said something rather than pressed hears why not."""
        refusal.language, refuse = actor.language, self.refuse
        if not actor.cause.press and refuse is not None:
            self._serve(connection, job, lambda session: refuse(session, now, actor, refusal))
        return refusal

    def _serve(self, connection: Connection, job: Job, work: Callable[[Session], Any]) -> Any:
        """Run `work`; what it did stays on success, and is undone by its refusal, which is returned. Raises RefusedLate."""
        outcome = serve(connection, self._session(connection), job, work)
        if job.undoable and self._batch > 1:
            run_command(connection, "RELEASE SAVEPOINT service")  # else the COMMIT that comes next does it
        return outcome

    def _session(self, connection: Connection) -> Session:
        """A session inside the connection's transaction, which it can neither end nor outlive.

        The savepoint is the driver's own: a session's nested transaction costs as much as three statements.
        So does making a session, hence one for each connection of the driver, empty between its uses.
        """
        session: Session | None = connection.info.get("session")
        if session is None:
            session = Session(join_transaction_mode="rollback_only", expire_on_commit=False)
            connection.info["session"] = session
        session.bind = connection
        session.info.update(keys=self.keys, policy=self.policy, sender=self.sender(), held={})
        return session

    # The writer threads

    def _work_off(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, last = collect(self._jobs, job, self._batch)
            try:
                self._commit(batch)
            except Exception as error:  # whatever it is: everybody would wait for a writer that has ended
                for each in batch:
                    each.error = error
                settle(batch)
            if last:
                return

    def _commit(self, batch: list[Job]) -> None:
        """Commit the jobs together; if any refuses late, once more in SAVEPOINTs; if any fails, each on its own."""
        try:
            self._run_all(batch)
        except RefusedLate:
            for job in batch:
                job.undoable = True
            self._commit(batch)
            return
        except Exception as error:
            if len(batch) > 1 and not is_weather(error):
                for job in batch:
                    self._commit([job])
                return
            for job in batch:
                job.error = error
        else:
            self.away_since, self.commits = None, self.commits + 1
            self.on_commit([answer for job in batch for answer in job.answers])
        settle(batch)

    def _run_all(self, batch: list[Job]) -> None:
        """In one transaction."""
        with self.engine.begin() as connection:
            self._waiting.begin(connection)
            for job in batch:
                job.answers.clear()
                job.result, job.has_run = job.run(connection, job), True
            self._file.require()
