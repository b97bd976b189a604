"""What Telegram has brought and may not forget yet: an update that takes long holds up its own person's next ones, and
nobody else's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.intake import order_key, update_id_of
from scheduler.cancelled import is_cancelled

PATIENCE = 1.0  # seconds that others wait for the slowest of what came together with theirs
# Seconds between polls while one is under way: Telegram brings it again at once, and to whoever asks from the same number
# within half a second nothing but it
LOOK = 0.6


class NotTaken(Exception):
    """It came too late to be begun; Telegram brings it again."""


@dataclass
class Under:
    """One update under way, or done behind one that is not; `task` ends with what went wrong."""

    key: str
    task: "asyncio.Task[Exception | None]"


class Window:
    """Takes updates side by side, in order for each person. `offset` is the first that is not done: asking from there on
    acknowledges what is (https://core.telegram.org/bots/api#getupdates)."""

    def __init__(self, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._take = take
        self._under: dict[int, Under] = {}
        self._came: dict[int, None] = {}  # since all was done last, in the order in which it first came
        self._closed = False
        self.offset = 0

    @property
    def is_open(self) -> bool:
        """Whether something that came is not acknowledged."""
        return bool(self._under)

    async def take(self, updates: list[dict[str, Any]]) -> None:
        """Begin what is new and wait for it a while. Raises what kept one from being done; that comes again."""
        fresh = self._begin(updates)
        if fresh:
            await asyncio.wait(fresh, timeout=PATIENCE)
        self.pass_over(updates)

    async def rest(self, asked_at: float) -> None:
        """Where something is under way still, wait for it until Telegram may be asked again; it was by `time.monotonic()`."""
        left = [under.task for under in self._under.values() if not under.task.done()]
        if left:
            await asyncio.wait(left, timeout=max(0.0, asked_at + LOOK - time.monotonic()))
            self._settle([])

    def pass_over(self, updates: list[dict[str, Any]]) -> None:
        """Settle what came: all of it is done, but for what is under way here or went wrong."""
        self._settle([number for number in map(update_id_of, updates) if number >= 0])

    def close(self) -> None:
        """Begin nothing any more; what is under way ends by itself."""
        self._closed = True

    def _begin(self, updates: list[dict[str, Any]]) -> list["asyncio.Task[Exception | None]"]:
        latest = {under.key: under.task for under in self._under.values()}
        begun = []
        for raw in updates:
            number, key = update_id_of(raw), order_key(raw)
            if number in self._under:
                continue
            task = asyncio.create_task(self._after(latest.get(key), raw))
            begun.append(task)
            if number >= 0:
                latest[key] = task
                self._under[number] = Under(key, task)
        return begun

    async def _after(
        self, before: "asyncio.Task[Exception | None] | None", raw: dict[str, Any]
    ) -> Exception | None:
        """Take it when what this person said before is done; where that could not be, neither is this."""
        error = await before if before is not None else None
        if self._closed:
            return NotTaken()
        if error is None:
            try:
                await self._take(raw)
            except Exception as caught:
                error = caught
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
                error = NotTaken()  # something that it waited for was cut off
        return error

    def _settle(self, came: list[int]) -> None:
        self._came |= dict.fromkeys(came)
        ended = {number: under.task.result() for number, under in self._under.items() if under.task.done()}
        failed = {number: error for number, error in ended.items() if error is not None}
        left = [number for number in self._under if number not in ended or number in failed]
        if left:
            self.offset = min(left)
            self._came = {number: None for number in self._came if number >= self.offset}
        elif self._came:  # the last, not the highest: after a quiet week Telegram may begin anew lower down
            self.offset = next(reversed(self._came)) + 1
            self._came.clear()
        for number, error in ended.items():
            if error is not None or not left or number < self.offset:
                del self._under[number]
        for error in failed.values():
            raise error
