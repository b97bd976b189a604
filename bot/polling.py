"""Long polling: an update is acknowledged, by asking for those behind it, only when its effects are committed."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import measuring
from bot.completing import ALLOWED
from bot.http import asked_pause
from bot.intake import Intake
from bot.quiet_bot import QuietBot
from bot.window import Window
from scheduler.cancelled import is_cancelled

log = structlog.get_logger()
# Updates, and seconds: a deadline waits until a poll has shown that nothing said before is left.
LIMIT, TIMEOUT = 100, 5
FLOOR = 0.3  # seconds between polls of a server that answers "nothing" at once
PAUSE, CONFLICT_PAUSE, REFUSED_PAUSE = 1.0, 5.0, 30.0
UNHOOK_EVERY = 60.0


class Polling:
    """Asks Telegram for updates. `caught_up` hears when the last poll left nothing behind."""

    def __init__(
        self,
        bot: QuietBot,
        intake: Intake,
        clock: Callable[[], datetime],
        caught_up: Callable[[datetime], None],
    ) -> None:
        self.bot, self.intake, self.clock, self.caught_up = bot, intake, clock, caught_up
        self._window = Window(intake.take)
        self._asked, self._unhooked_at = False, -UNHOOK_EVERY

    async def run(self) -> None:
        """Poll until cancelled; what is under way then ends by itself. After anything else it may be run again."""
        try:
            await self._poll()
        finally:
            if is_cancelled():
                self._window.close()

    async def _poll(self) -> None:
        while True:
            try:
                asked_at, begun = self.clock(), time.monotonic()
                # the first only looks what came while nobody listened
                wait = TIMEOUT if self._asked and not self._window.is_open else 0
                updates = await self._ask(wait)
                if updates or self._window.is_open:
                    await self._take(updates)
                    await self._window.rest(begun)
                elif (
                    wait and time.monotonic() - begun < FLOOR
                ):  # it does not wait: it would be asked without end
                    await asyncio.sleep(FLOOR)
            except TelegramError as error:
                if (
                    isinstance(error, Conflict)
                    and "webhook" in error.message.lower()
                    and await self._unhook()
                ):
                    continue
                await asyncio.sleep(_pause(error))
                continue
            except Exception as error:  # whatever it is, a bot that does not listen any more is worse
                log.error("polling.failed", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
                continue
            if len(updates) < LIMIT and not self._window.is_open:
                # An empty answer was written within its wait; after a sleep it may be read much later
                latest = asked_at + timedelta(seconds=0 if updates else wait)
                self.caught_up(min(self.clock(), latest))

    async def _ask(self, wait: int) -> list[dict[str, Any]]:
        asked = {"offset": self._window.offset, "limit": LIMIT, "timeout": wait, "allowed_updates": ALLOWED}
        updates = await self.bot.raw_updates(asked, read_timeout=TIMEOUT + 10)
        self._asked = True
        return [
            update for update in updates if isinstance(update, dict)
        ]  # rubbish must not hide what is good

    async def _unhook(self) -> bool:
        """A webhook of other days keeps every update from us; what waits there stays. One that comes back is another
        program's: it is removed once a minute."""
        if time.monotonic() < self._unhooked_at + UNHOOK_EVERY:
            return False
        with contextlib.suppress(TelegramError):
            await self.bot.delete_webhook()
            self._unhooked_at = time.monotonic()
            log.warning("polling.webhook_removed", hint="WEBHOOK_URL is empty, so updates are asked for")
            measuring.HOOK_TAKEN.inc()
            return True
        return False

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        if not self.intake.careful:
            await self._window.take(updates)
            return
        for update in updates:
            if await self.intake.begins(update):
                await self._window.take([update])
                await self.intake.lives(update)
            else:
                self._window.pass_over([update])
        self.intake.careful = False


def _pause(error: TelegramError) -> float:
    if isinstance(error, RetryAfter):
        return asked_pause(error)
    if isinstance(error, Conflict):
        log.error("polling.conflict", hint="another process polls with this token, or a webhook is set")
        return CONFLICT_PAUSE
    if isinstance(error, InvalidToken):
        log.error("polling.refused", hint="the token is not valid")
        return REFUSED_PAUSE
    log.warning("polling.failed", error=type(error).__name__)
    return PAUSE
