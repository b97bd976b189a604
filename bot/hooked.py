"""Updates by webhook: Telegram is told where to post, and asked again and again whether it still does."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import structlog
from telegram.error import TelegramError

from bot import measuring
from bot.beside import background
from bot.completing import ALLOWED
from bot.http import asked_pause, does_not_do
from bot.quiet_bot import QuietBot
from web.webhook import PATH

log = structlog.get_logger()
LOOK = 5.0  # seconds between looks at how many updates a webhook has waiting
RETRY = 2.0
BROUGHT_WITHIN = 30.0  # seconds in which a server that can't say what waits has brought it
TAKE_BACK = 60.0  # seconds between two times that it is taken back: another bot may do the same


class Hooked:
    """Keeps the webhook ours, as long as this process holds the lease. `caught_up` hears when Telegram had nothing waiting."""

    def __init__(
        self,
        bot: QuietBot,
        url: str,
        secret: str,
        clock: Callable[[], datetime],
        caught_up: Callable[[datetime], None],
    ) -> None:
        self.bot, self.secret, self.clock, self.caught_up = bot, secret, clock, caught_up
        self.url = f"{url.rstrip('/').removesuffix(PATH)}{PATH}"
        self._is_set, self._taken = False, asyncio.Event()  # by us; by somebody else since

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """What is due does not wait until it is set: a webhook of before goes on bringing updates, and answers are sent."""
        async with background(self._keep), background(self._watch):
            yield

    async def _keep(self) -> None:
        """Set it, and again when somebody else has taken it: a forgotten test machine with the same token, or a hand."""
        taken_back_at = -TAKE_BACK
        while True:
            await self._set()
            self._taken.clear()
            self._is_set = True
            await self._taken.wait()
            self._is_set = False
            log.error("webhook.taken", hint="another program uses this token; it is set to here again")
            measuring.HOOK_TAKEN.inc()
            await asyncio.sleep(max(0.0, taken_back_at + TAKE_BACK - time.monotonic()))
            taken_back_at = time.monotonic()

    async def _set(self) -> None:
        while True:
            try:
                await self.bot.set_webhook(self.url, secret_token=self.secret, allowed_updates=ALLOWED)
                return
            except TelegramError as error:
                log.warning("webhook.not_set", error=type(error).__name__, said=error.message)
                await asyncio.sleep(asked_pause(error) or RETRY)

    async def _watch(self) -> None:
        """Caught up is when Telegram has nothing waiting for us. A server that can't say so has brought what waited after a
        while: nobody's time is taken before, and nothing waits for ever."""
        refused_since = None
        while True:
            asked_at, was_set = self.clock(), self._is_set
            try:
                hook = await self.bot.get_webhook_info()
                measuring.HOOK_WAITING.set(hook.pending_update_count)
                measuring.HOOK_FAILED.set(hook.last_error_date.timestamp() if hook.last_error_date else 0)
                if was_set and hook.url.rstrip("/") != self.url.rstrip("/"):
                    self._taken.set()
                if hook.pending_update_count == 0:
                    self.caught_up(asked_at)
                refused_since = None
            except TelegramError as error:
                if not does_not_do(error):
                    refused_since = None  # it is away; what waits there comes later
                elif refused_since is None and was_set:
                    refused_since = time.monotonic()
                    log.warning("webhook.not_watched", said=error.message)
                if refused_since is not None and time.monotonic() - refused_since >= BROUGHT_WITHIN:
                    self.caught_up(asked_at)
            await asyncio.sleep(LOOK)
