"""One process at a time sends, ticks and polls: the holder of the database's lease."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from bot.naming import is_gone
from models.database import Database
from services import leases
from services.leases import LEASE_SECONDS, Fence

log = structlog.get_logger()
RENEW_EVERY, TRY_EVERY = 4.0, 1.0  # seconds; another takes over within the lease, one try and its start
COMPARE_EVERY, CLOCKS_DIFFER = 60.0, 3.0  # seconds
MARGIN = 1.0  # seconds before the lease runs out in which nothing new begins


class Leadership:
    """Takes the lease when it is free, and runs the holder's `duties` for as long as it is kept."""

    def __init__(
        self, database: Database, name: str, duties: Callable[[], AbstractAsyncContextManager[None]],
        at_work: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.database, self.name, self.duties, self.at_work = database, name, duties, at_work
        self.settled = asyncio.Event()  # it is known who holds it: this process, at work already, or another
        self._fence: Fence | None = None
        self._taking: asyncio.Future[Any] | None = None  # the write that took the lease, or may take it yet
        self._until, self._compare_at = 0.0, 0.0
        self._alone = database.engine.dialect.name == "sqlite"  # the operating system's lock is the lease

    def holds(self) -> bool:
        """Whether this process may begin something new as the holder; after a long sleep it may not."""
        return self._fence is not None and (self._alone or time.monotonic() < self._until)

    async def run(self) -> None:
        """Take, keep, lose and take again, until cancelled; then let go, so that another need not wait."""
        try:
            while True:
                try:
                    await self._serve_once()
                except Exception as error:  # whatever it is, nobody would ever send again
                    log.error("lease.failed", error=type(error).__name__)
                await asyncio.sleep(TRY_EVERY)
        finally:
            await self._release()

    async def _serve_once(self) -> None:
        await self._acquire()
        try:
            async with self.duties():
                self.settled.set()
                await self._keep()
        except Exception as error:  # a holder that cannot begin its duties leaves them to another
            log.error("duties.failed", error=type(error).__name__)
        await self._release()

    async def _acquire(self) -> None:
        while True:
            asked = time.monotonic()
            asking = self.database.write(None, leases.acquire, holder=self.name, is_gone=is_gone)
            self._taking = asyncio.ensure_future(asking)
            number = await asyncio.shield(self._taking)
            if isinstance(number, int):
                self._fence, self._until = Fence(self.name, number), asked + LEASE_SECONDS - MARGIN
                if not self._alone:
                    self.database.fence = self._fence
                log.info("lease.taken", fence=number)
                return
            self.settled.set()
            await self._compare_clocks()
            await asyncio.sleep(TRY_EVERY)

    async def _keep(self) -> None:
        """Until the lease is lost: another holds it, or the database was away for too long; or the duties stand still, which
        are begun anew then, here or elsewhere. Who slept has a look's time to go on."""
        fence, still = self._fence, 0
        assert fence is not None
        while True:
            await asyncio.sleep(RENEW_EVERY)
            still = 0 if self.at_work() else still + 1
            if still > 1:
                log.error("duties.stand_still", fence=fence.number)
                return
            if self._alone:
                continue
            asked = time.monotonic()
            kept: object = False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.1, self._until - asked)):
                    kept = await self.database.write(
                        None, leases.renew, holder=fence.holder, fence=fence.number
                    )
            if kept is not True:
                log.warning("lease.lost", fence=fence.number)
                return
            self._until = asked + LEASE_SECONDS - MARGIN
            await self._compare_clocks()

    async def _compare_clocks(self) -> None:
        """A machine that is ahead makes its answers due later than the one that sends them thinks it is."""
        if time.monotonic() < self._compare_at:
            return
        self._compare_at = time.monotonic() + COMPARE_EVERY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TRY_EVERY):
                theirs = await self.database.read(leases.clock)
                ahead = (self.database.clock() - theirs).total_seconds()
                if abs(ahead) > CLOCKS_DIFFER:
                    log.warning(
                        "clock.differs", ahead=round(ahead), hint="of the database's; set both by NTP"
                    )

    async def _release(self) -> None:
        """Also a lease that was asked for, and comes when nobody waits for it any more."""
        taking, self._fence, self._taking = self._taking, None, None
        if taking is None:
            return
        with contextlib.suppress(Exception):  # it runs out by itself
            async with asyncio.timeout(2):
                if isinstance(await taking, int):
                    await self.database.write(None, leases.release, holder=self.name)
