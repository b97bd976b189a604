"""What Redis or Valkey does for us: a bell between processes, how often somebody was counted elsewhere, and the
high-water mark outside the database. Flushed, killed or away it costs speed, never an effect, save that a copy put back
meanwhile is not recognised as older.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import redis.asyncio
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.bell import Bell, Send
from bot.guard import WINDOW
from bot.marks import MarkAway

log = structlog.get_logger()
PATIENCE = 2.0  # seconds for an answer
QUIET = 5.0  # seconds without a ring, after which the line is asked whether it still lives, and then given up
SHARE_EVERY, WORTH_SHARING = 0.5, 10  # seconds; updates of one person, below which nobody is told
REMEMBERED = 1_000  # people
KEPT_FOR = 15  # seconds, as the lease
AWAY = (RedisError, OSError, TimeoutError)


def connect(url: str) -> "redis.asyncio.Redis":
    """A client that connects when it is first used; valkey:// and valkeys:// mean the same as redis:// and rediss://."""
    known = re.sub("^valkey", "redis", url)
    # A connection may have died in silence; more tries are for whoever asks, who has patience of their own
    once_more = Retry(NoBackoff(), 1)
    return redis.asyncio.Redis.from_url(
        known, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True,
        encoding_errors="replace", retry=once_more,
    )  # fmt: skip


def is_known(url: str) -> bool:
    """Whether an address names a database by its number, and options that there are."""
    address = urlsplit(url)
    if address.scheme != "unix" and not re.fullmatch(r"/?\d*", address.path):
        return False
    try:
        # It connects when it is used
        connect(url).connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (TypeError, ValueError, AttributeError, RedisError):
        return False
    return True


class RedisBell(Bell):
    """Publish and subscribe."""

    def __init__(self, client: "redis.asyncio.Redis", bot_id: int) -> None:
        super().__init__()
        self.away = AWAY
        self._redis, self._channel = client, f"dutygrid:{bot_id}:bell"

    @contextlib.asynccontextmanager
    async def carrier(self) -> AsyncIterator[Send]:
        yield lambda: self._redis.publish(self._channel, "")

    async def rings(self) -> AsyncIterator[None]:
        async with self._redis.pubsub() as listening:
            await listening.subscribe(self._channel)
            asked = False
            while True:
                message = await listening.get_message(timeout=QUIET)
                if message is None:
                    if asked:  # a line that died in silence looks like one on which nobody rings
                        raise TimeoutError
                    await listening.ping()
                asked = message is None
                if message is not None and message["type"] == "message":
                    yield


class SharedCounts:
    """How many updates other processes counted for a person in the present window. Only those who are busy are
    shared, so that ordinary people cost nothing."""

    def __init__(self, client: "redis.asyncio.Redis", bot_id: int) -> None:
        self._redis, self._prefix = client, f"dutygrid:{bot_id}:flood"
        self._fresh: Counter[int] = Counter()  # counted here and not yet shared
        self._given: dict[int, int] = {}  # shared from here in this window
        self._elsewhere: dict[int, int] = {}

    def count(self, person: int) -> int:
        """Note one more of this person's here; how many there were elsewhere."""
        self._fresh[person] += 1
        return self._elsewhere.get(person, 0)

    async def share(self) -> None:
        """Exchange counts until cancelled."""
        while True:
            await asyncio.sleep(SHARE_EVERY)
            busy = {person: count for person, count in self._fresh.items() if count >= WORTH_SHARING}
            self._fresh.clear()
            try:
                totals = await self._add(busy) if busy else {}
            except AWAY as error:
                log.warning("flood.unshared", error=type(error).__name__)
                totals = {}
            if len(self._given) > REMEMBERED:
                self._given.clear()
            for person, total in totals.items():  # a total below what came from here is of a new window
                self._given[person] = min(self._given.get(person, 0) + busy[person], total)
            self._elsewhere = {person: total - self._given[person] for person, total in totals.items()}

    async def _add(self, busy: dict[int, int]) -> dict[int, int]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for person, count in busy.items():
                pipe.set(f"{self._prefix}:{person}", 0, ex=int(WINDOW), nx=True)  # the window begins
                pipe.incrby(f"{self._prefix}:{person}", count)
                pipe.ttl(f"{self._prefix}:{person}")
            found = await pipe.execute()
        for person, left in zip(busy, found[2::3], strict=True):
            if left < 0:  # the window before ended between the two
                await self._redis.expire(f"{self._prefix}:{person}", int(WINDOW))
        return dict(zip(busy, found[1::3], strict=True))


class RedisMark:
    """The high-water mark of `services.restores`, kept where a restore does not reach."""

    def __init__(self, client: "redis.asyncio.Redis", bot_id: int) -> None:
        self._redis, self._key = client, f"dutygrid:{bot_id}:mark"
        self._kept = f"{self._key}:kept"

    async def read(self) -> str | None:
        try:
            found = await self._redis.get(self._key)
        except AWAY as error:
            raise MarkAway() from error
        return None if found is None else str(found)

    async def write(self, mark: str, *, serving: bool = False) -> None:
        try:
            async with self._redis.pipeline() as pipe:
                pipe.set(self._key, mark)
                if serving:
                    pipe.set(self._kept, "", ex=KEPT_FOR)
                else:
                    pipe.delete(self._kept)
                await pipe.execute()
        except AWAY as error:
            raise MarkAway() from error

    async def is_kept(self) -> bool:
        try:
            return bool(await self._redis.exists(self._kept))
        except AWAY as error:
            raise MarkAway() from error
