"""Updates on their way to a bot: long polling, or a webhook served queue by queue."""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from simulator.errors import ApiError
from simulator.faults import Faults
from simulator.webhook import Webhook
from simulator.world import MESSAGE_RETENTION, PRESS_RETENTION, Bot, World

DEFAULT_ALLOWED = frozenset(
    "message edited_message channel_post edited_channel_post callback_query my_chat_member inline_query".split()
)
LONGEST_POLL = 50  # seconds; getUpdates' timeout is clamped (telegram.md section 3)
SINCE, A_SECOND = 1_600_000_000, 5  # of the machine's time; updates, in a long run
QUIET_WEEK = 7 * 24 * 3600  # seconds after which numbers begin anew, at random (telegram.md section 3)
CONFLICT_PAUSE = 3  # seconds until the second 409 in a row is answered
CONFLICT_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
CONFLICT_SET_HOOK = "Conflict: terminated by setWebhook request"
CONFLICT_HOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass
class Pending:
    update: dict[str, Any]
    kind: str
    queue: str
    at: float
    again: bool = False  # it has been delivered once already
    written: Any = None  # as it is to stand in the answer, where that is no JSON of ours


@dataclass
class Mailbox:
    """One bot's updates."""

    world: World
    bot: Bot
    numbers: Any
    pending: list[Pending] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    allowed: frozenset[str] = DEFAULT_ALLOWED
    faults: Faults = field(default_factory=lambda: Faults(Random(0)))
    poller: "asyncio.Event | None" = None
    webhook: "Webhook | None" = None
    serving: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    hooked_at: float = -1.0  # when the webhook was last set
    last_at: float = float("inf")  # when the last update was made
    conflict: bool = False  # the poll before was ended by another
    ended_by: str = CONFLICT_POLL
    asked: tuple[int, float] = (-1, 0.0)  # the last poll's offset, and when it was

    def put(self, kind: str, content: dict[str, Any], queue: str) -> None:
        """A new update of a kind; dropped when the bot did not ask for that kind."""
        if kind not in self.allowed:
            return
        if self.world.clock.now() - self.last_at > QUIET_WEEK:
            self.numbers = itertools.count(self.world.random.randrange(10**6, 10**9))
        self.last_at = self.world.clock.now()
        update = {"update_id": next(self.numbers), kind: orjson.loads(orjson.dumps(content))}
        self.pending.append(Pending(update, kind, queue, self.world.clock.now()))
        self.arrived.set()
        if self.webhook is not None:
            self._serve(queue)

    def force(self, kind: str, content: Any) -> None:
        """An update of any kind and content, to see what a bot does with it."""
        number = next(self.numbers)
        text = json.dumps({"update_id": number, kind: content})  # JSON may hold what UTF-8 and 64 bits do not
        item = Pending({"update_id": number}, kind, "forced", self.world.clock.now())
        item.written = orjson.Fragment(text.encode())
        self.pending.append(item)
        self.arrived.set()

    def drop_old(self) -> None:
        """Messages are kept 24 hours, presses 150 seconds."""
        now = self.world.clock.now()
        if self.pending and now - min(self.pending[0].at, self.pending[-1].at) >= PRESS_RETENTION:
            self.pending = [item for item in self.pending if now - item.at < _kept_for(item.kind)]

    def allow(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self.allowed = frozenset(kinds) if kinds else DEFAULT_ALLOWED

    # Long polling

    async def poll(self, offset: int, limit: int, timeout: int, *, pace: bool = True) -> list[dict[str, Any]]:
        """getUpdates. With `pace`, asking again for the same offset is slowed as Telegram slows it."""
        if self.webhook is not None:
            raise ApiError(409, CONFLICT_HOOK)
        if self.poller is not None:
            self.poller.set()
        ended = self.poller = asyncio.Event()
        try:
            self._confirm(offset)
            timeout, limit = self._paced(offset, limit, timeout) if pace else (timeout, limit)
            await self._wait(min(max(timeout, 0), LONGEST_POLL), ended)
            if ended.is_set():
                if self.conflict:
                    await asyncio.sleep(CONFLICT_PAUSE)
                self.conflict = True
                said, self.ended_by = self.ended_by, CONFLICT_POLL
                raise ApiError(409, said)
            self.drop_old()
            self.conflict = False
            return self._batch(min(max(limit, 1), 100))
        finally:
            if self.poller is ended:
                self.poller = None

    def _paced(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        """The same offset within 3 s waits up to 3 s, and within 0.5 s gets one update (telegram.md section 3)."""
        now, (before, at) = self.world.clock.now(), self.asked
        self.asked = (offset, now)
        if offset != before or now - at >= 3:
            return timeout, limit
        return max(timeout, 3), 1 if now - at < 0.5 else limit

    def _batch(self, limit: int) -> list[dict[str, Any]]:
        batch = self.pending[:limit]
        for at in range(len(batch) - 1):
            if batch[at].queue != batch[at + 1].queue and self.faults.overtakes():
                batch[at], batch[at + 1] = batch[at + 1], batch[at]
        return [item.written or item.update for item in batch]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset and self.pending and self.pending[0].update["update_id"] < offset:
            done = [item for item in self.pending if item.update["update_id"] < offset]
            again = [item for item in done if not item.again and self.faults.comes_twice()]
            for item in again:
                item.again = True
            self.pending = again + [item for item in self.pending if item.update["update_id"] >= offset]

    async def _wait(self, timeout: float, ended: asyncio.Event) -> None:
        """Until something arrives or the timeout passes on the simulator's clock, which may be stepped."""
        clock = self.world.clock
        until = clock.now() + timeout
        while True:
            self.drop_old()
            if self.pending or ended.is_set() or clock.now() >= until:
                return
            self.arrived.clear()
            waits = [asyncio.ensure_future(self.arrived.wait()), asyncio.ensure_future(ended.wait())]
            await asyncio.wait(waits, timeout=until - clock.now(), return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    def close(self) -> None:
        """The simulator ends: nobody waits for updates any more."""
        self.unhook()
        if self.poller is not None:
            self.poller.set()

    # Webhook: the next update of a queue is posted only after a 2xx for the one before

    def hook(self, webhook: "Webhook") -> None:
        self.webhook = webhook
        for queue in {item.queue for item in self.pending}:
            self._serve(queue)

    def unhook(self) -> None:
        self.webhook = None
        for task in self.serving.values():
            task.cancel()
        self.serving.clear()

    def _serve(self, queue: str) -> None:
        if queue not in self.serving or self.serving[queue].done():
            self.serving[queue] = asyncio.create_task(self._serve_queue(queue))

    async def _serve_queue(self, queue: str) -> None:
        tries = 0
        while (hook := self.webhook) is not None:
            self.drop_old()
            item = next((item for item in self.pending if item.queue == queue), None)
            if item is None:
                return
            pause = await hook.post(item.written or item.update, self.world.now())
            if hook.is_gone(self.world.now()):
                self.webhook = None
            if pause is None:
                if item.again or not self.faults.comes_twice():
                    self.pending = [other for other in self.pending if other is not item]
                item.again, tries = True, 0
                continue
            # the first retry is immediate, then 2, 4, 8 ... seconds, capped at a random 60-120
            wait = pause or (0 if tries == 0 else min(2.0**tries, self.world.random.uniform(60, 120)))
            tries += 1
            await self.world.clock.sleep(wait)


def _kept_for(kind: str) -> int:
    return PRESS_RETENTION if kind == "callback_query" else MESSAGE_RETENTION


class PostOffice:
    """The mailboxes of all bots."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world, self.faults = world, faults
        self.boxes: dict[int, Mailbox] = {}

    def box(self, bot: Bot) -> Mailbox:
        if bot.id not in self.boxes:
            # Ahead of what a run before this one has given out: whoever remembers its numbers would drop these
            start = int(self.world.clock.began - SINCE) * A_SECOND
            self.boxes[bot.id] = Mailbox(self.world, bot, itertools.count(start), faults=self.faults)
        return self.boxes[bot.id]
