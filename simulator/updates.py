"""Updates on their way to a bot: long polling, or a webhook served queue by queue."""

import asyncio
import contextlib
import itertools
import json
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from simulator.errors import ApiError
from simulator.world import MESSAGE_RETENTION, PRESS_RETENTION, Bot, World

DEFAULT_ALLOWED = frozenset(
    "message edited_message channel_post edited_channel_post callback_query my_chat_member inline_query".split()
)
LONGEST_POLL = 50  # seconds; getUpdates' timeout is clamped (telegram.md section 3)
WEBHOOK_TIMEOUT = 60
CONFLICT_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
CONFLICT_HOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass
class Pending:
    update: dict[str, Any]
    kind: str
    queue: str
    at: float


@dataclass
class Mailbox:
    """One bot's updates."""

    world: World
    bot: Bot
    numbers: Any
    pending: list[Pending] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    allowed: frozenset[str] = DEFAULT_ALLOWED
    poller: "asyncio.Event | None" = None
    webhook: dict[str, Any] = field(default_factory=dict)
    serving: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    last_error: str | None = None

    def put(self, kind: str, content: dict[str, Any], queue: str) -> None:
        """A new update of a kind; dropped when the bot did not ask for that kind."""
        if kind not in self.allowed:
            return
        update = {"update_id": next(self.numbers), kind: json.loads(json.dumps(content))}
        self.pending.append(Pending(update, kind, queue, self.world.clock.now()))
        self.arrived.set()
        if self.webhook:
            self._serve(queue)

    def drop_old(self) -> None:
        """Messages are kept 24 hours, presses 150 seconds."""
        now = self.world.clock.now()
        self.pending = [
            item
            for item in self.pending
            if now - item.at < (PRESS_RETENTION if item.kind == "callback_query" else MESSAGE_RETENTION)
        ]

    def allow(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self.allowed = frozenset(kinds) if kinds else DEFAULT_ALLOWED

    # Long polling

    async def poll(self, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:
        if self.webhook:
            raise ApiError(409, CONFLICT_HOOK)
        if self.poller is not None:
            self.poller.set()
        ended = self.poller = asyncio.Event()
        try:
            self._confirm(offset)
            await self._wait(min(max(timeout, 0), LONGEST_POLL), ended)
            if ended.is_set():
                raise ApiError(409, CONFLICT_POLL)
            self.drop_old()
            return [item.update for item in self.pending[: min(max(limit, 1), 100)]]
        finally:
            if self.poller is ended:
                self.poller = None

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self.pending = [item for item in self.pending if item.update["update_id"] >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]

    async def _wait(self, timeout: float, ended: asyncio.Event) -> None:
        """Until something arrives or the timeout passes on the simulator's clock, which may be stepped."""
        clock = self.world.clock
        until = clock.now() + timeout
        while not self.pending and not ended.is_set() and clock.now() < until:
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

    def hook(self, url: str, secret: str | None, allowed: list[str] | None) -> None:
        self.allow(allowed)
        self.webhook = {"url": url, "secret": secret}
        for queue in {item.queue for item in self.pending}:
            self._serve(queue)

    def unhook(self) -> None:
        self.webhook = {}
        for task in self.serving.values():
            task.cancel()
        self.serving.clear()

    def _serve(self, queue: str) -> None:
        if queue not in self.serving or self.serving[queue].done():
            self.serving[queue] = asyncio.create_task(self._serve_queue(queue))

    async def _serve_queue(self, queue: str) -> None:
        tries = 0
        while self.webhook:
            self.drop_old()
            item = next((item for item in self.pending if item.queue == queue), None)
            if item is None:
                return
            pause = await self._post(item)
            if pause is None:
                with contextlib.suppress(ValueError):
                    self.pending.remove(item)
                tries = 0
                continue
            # the first retry is immediate, then 2, 4, 8 ... seconds, capped at a random 60-120
            wait = pause or (0 if tries == 0 else min(2.0**tries, random.uniform(60, 120)))
            tries += 1
            await asyncio.sleep(wait)

    async def _post(self, item: Pending) -> float | None:
        """None when it was taken; else the seconds of Retry-After, or 0."""
        headers = (
            {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]} if self.webhook["secret"] else {}
        )
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.webhook["url"], json=item.update, headers=headers) as response,
            ):
                if 200 <= response.status < 300:
                    return None
                self.last_error = f"Wrong response from the webhook: {response.status}"
                after = response.headers.get("Retry-After", "0")
                return min(float(after), 3600) if after.isdigit() else 0
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = type(error).__name__
            return 0


class PostOffice:
    """The mailboxes of all bots."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.boxes: dict[int, Mailbox] = {}

    def box(self, bot: Bot) -> Mailbox:
        if bot.id not in self.boxes:
            start = 100_000_000 + bot.id % 1_000_000
            self.boxes[bot.id] = Mailbox(self.world, bot, itertools.count(start))
        return self.boxes[bot.id]
