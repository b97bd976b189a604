"""The high-water mark outside the database: a copy that is put back without anybody saying so is recognised."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy import make_url

from bot import measuring
from models.database import Database
from models.engine import is_sqlite
from services import leases, restores
from services.restores import Mark, read_mark

log = structlog.get_logger()
KEEP_EVERY = 5.0  # seconds between marks while nothing is done
# Seconds between them while something is: a copy that is younger when it is put back is not noticed
RESTS = 1.0
LOOKS_EVERY = 0.05  # seconds until what is done first after a rest is marked
READ_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0)  # seconds between tries to read it at the start
LAST_WITHIN = 2.0  # seconds for the last one


class OlderDatabase(Exception):
    """This database is a copy older than what its bot has already done, and nobody has said so."""


class BeingRestored(Exception):
    """A copy is being put back into this database just now."""


class MarkAway(Exception):
    """Whoever keeps the mark does not answer: whether there is one is not known, and none can be left."""


class Place(Protocol):
    """Where a mark is kept. All raise MarkAway."""

    async def read(self) -> str | None: ...

    async def write(self, mark: str, *, serving: bool = False) -> None:
        """Leave a mark; `serving` says whose it is for the next seconds."""

    async def is_kept(self) -> bool:
        """Whether a bot that serves has left its mark here within the last seconds."""


class FilePlace:
    """Beside a SQLite file, whose lock says who serves it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def read(self) -> str | None:
        try:
            return self.path.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MarkAway() from error

    async def is_kept(self) -> bool:
        return False

    async def write(self, mark: str, *, serving: bool = False) -> None:  # noqa: ARG002 - the lock says that
        new = self.path.with_name(f"{self.path.name}.new")
        try:
            new.write_text(mark, encoding="ascii")
            new.replace(self.path)
        except OSError as error:
            raise MarkAway() from error


class Marks:
    """Every place that a mark is kept in. `give_up` hears when a mark that could not be read at the start is found ahead
    of this database."""

    def __init__(
        self,
        database: Database,
        places: list[Place],
        give_up: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self.database, self.places, self.give_up = database, places, give_up
        self._noted = 0  # the database's commits when the mark was last raised
        self._away: set[int] = set()  # which of the places do not answer, as was said

    async def check(self) -> None:
        """Raises OlderDatabase when a mark outside is ahead of this database, or a copy was put back and not noted, and
        BeingRestored while one is."""
        found = [read_mark(await _read_patiently(place)) for place in self.places]
        # Asked last: the mark may have been waited for
        if await self.database.read(leases.is_being_restored):
            raise BeingRestored()
        if await self.database.read(leases.is_unnoted):
            raise OlderDatabase()
        now: Mark = await self.database.read(restores.mark)
        if any(outside is not None and now.is_behind(outside) for outside in found):
            raise OlderDatabase()

    async def keep(self) -> None:
        """Write the mark down again and again, until cancelled, and then once more."""
        try:
            while True:
                await self._write()
                await self._until_more()
        except OlderDatabase as error:
            log.error("mark.ahead", hint="this database was put back from a copy: `dutygrid restored`")
            self.give_up(error)
            return
        finally:
            # A database that is away holds nobody back who is to stop
            with contextlib.suppress(TimeoutError, OlderDatabase):
                async with asyncio.timeout(LAST_WITHIN):
                    await self._write(serving=False)

    async def _until_more(self) -> None:
        """Rest; then wait for whatever is committed next, or so long that others see who serves."""
        await asyncio.sleep(RESTS)
        waited = RESTS
        while self.database.commits == self._noted and waited < KEEP_EVERY:
            await asyncio.sleep(LOOKS_EVERY)
            waited += LOOKS_EVERY

    async def _write(self, *, serving: bool = True) -> None:
        """Raises OlderDatabase; what is found outside is left as it is then."""
        # Before the database: others may go on
        outside = [await self._read(at) for at in range(len(self.places))]
        try:
            before = self.database.commits
            if before != self._noted:
                await self.database.write(None, restores.advance)
                self._noted = before + 1  # its own; what others committed meanwhile counts next time
            now = await self.database.read(restores.mark)
        except Exception as error:  # the database is away: the mark before stays true
            log.warning("mark.not_written", error=type(error).__name__)
            return
        for at, (is_there, mark) in enumerate(outside):
            if mark is not None and now.is_behind(mark):
                raise OlderDatabase()
            if is_there:
                await self._leave(at, str(now), serving)
        measuring.MARK_AWAY.set(bool(self._away))

    async def _read(self, at: int) -> tuple[bool, Mark | None]:
        """Whether a place answers, and what it holds."""
        try:
            return True, read_mark(await self.places[at].read())
        except MarkAway as error:
            self._tell_away(at, error)
        return False, None

    async def _leave(self, at: int, mark: str, serving: bool) -> None:
        try:
            await self.places[at].write(mark, serving=serving)
            self._away.discard(at)
        except MarkAway as error:  # full, perhaps: a copy that is put back later would not be noticed by it
            self._tell_away(at, error)

    def _tell_away(self, at: int, error: MarkAway) -> None:
        if at not in self._away:
            log.warning("mark.not_written", error=type(error.__cause__ or error).__name__)
        self._away.add(at)


async def _read_patiently(place: Place) -> str | None:
    """A keeper that is slow, or just starting, is waited for; one that is away for longer holds nobody up."""
    for pause in READ_PAUSES:
        with contextlib.suppress(MarkAway):
            return await place.read()
        await asyncio.sleep(pause)
    log.warning("mark.not_read")
    return None


def file_places(url: str) -> list[Place]:
    """A file beside a SQLite database; PostgreSQL's mark is in Redis, where there is one."""
    return [FilePlace(Path(f"{make_url(url).database}.mark"))] if is_sqlite(url) else []
