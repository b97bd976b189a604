"""The bell: one process tells another that there is something new. What it carries is speed, never an effect:
who holds the lease looks every quarter of a second all the same.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog
from sqlalchemy import make_url

from models.engine import is_sqlite, patience

log = structlog.get_logger()
GATHERS = 0.003  # seconds in which many rings become one
RETRY, TOLD_EVERY = 1.0, 60.0
Send = Callable[[], Awaitable[Any]]


class Bell:
    """Rings to every process of this bot. This one is for a process that is alone: nobody hears it."""

    away: tuple[type[Exception], ...] = (OSError, TimeoutError)

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._told_at = -TOLD_EVERY

    def ring(self) -> None:
        """From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is gone: the process is ending
            self._loop.call_soon_threadsafe(self._rung.set)

    async def carry(self) -> None:
        """Pass rings on until cancelled; while the carrier is away they are lost, and that is all."""
        while True:
            try:
                async with self.carrier() as send:
                    while True:
                        await self._rung.wait()
                        self._rung.clear()
                        await send()
                        await asyncio.sleep(GATHERS)
            except self.away as error:
                self._tell_away(error)
                await asyncio.sleep(RETRY)

    def _tell_away(self, error: Exception) -> None:
        """Once in a while for as long as it lasts: it costs speed only, and must not bury what matters."""
        if time.monotonic() - self._told_at >= TOLD_EVERY:
            self._told_at = time.monotonic()
            log.warning("bell.away", error=type(error).__name__)

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` at each ring of any process, until cancelled."""
        while True:
            try:
                async for _ in self.rings():
                    heard()
            except self.away as error:
                self._tell_away(error)
            await asyncio.sleep(RETRY)

    @contextlib.asynccontextmanager
    async def carrier(self) -> AsyncIterator[Send]:
        """What passes one ring on."""
        await asyncio.Event().wait()
        yield lambda: asyncio.sleep(0)

    async def rings(self) -> AsyncIterator[None]:
        """Every ring that is heard."""
        await asyncio.Event().wait()
        yield


class PostgresBell(Bell):
    """NOTIFY on a connection of its own, outside every transaction, where commits would queue behind it."""

    def __init__(self, url: str) -> None:
        import psycopg

        super().__init__()
        self.away = (*Bell.away, psycopg.Error)
        self._connect, self._patience = psycopg.AsyncConnection.connect, patience(url)
        self._where = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def _connected(self) -> Any:
        return await self._connect(self._where, autocommit=True, **self._patience)

    @contextlib.asynccontextmanager
    async def carrier(self) -> AsyncIterator[Send]:
        async with await self._connected() as connection:
            yield lambda: connection.execute("NOTIFY dutygrid")

    async def rings(self) -> AsyncIterator[None]:
        async with await self._connected() as connection:
            await connection.execute("LISTEN dutygrid")
            async for _ in connection.notifies():
                yield


def make_bell(database_url: str, redis_bell: Bell | None) -> Bell:
    """By Redis where there is one, else by PostgreSQL itself; one process on SQLite needs none."""
    if redis_bell is not None:
        return redis_bell
    return Bell() if is_sqlite(database_url) else PostgresBell(database_url)
