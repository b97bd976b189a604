"""What one process does for all of them while it holds the lease - sending, ticking, and hearing what people say -
and the webhook, which every process serves."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from datetime import datetime

import structlog
import uvicorn
from starlette.applications import Starlette

from bot import measuring
from bot.beside import background
from bot.clock import Clock
from bot.hooked import Hooked
from bot.intake import Intake
from bot.leadership import Leadership
from bot.naming import own_name
from bot.polling import Polling
from bot.quiet_bot import QuietBot
from bot.sender import TelegramSender
from bot.settings import Settings
from bot.shared import Common
from models.actor import HOLDER
from models.database import Database
from models.sealed import Keys
from scheduler.ticks import Scheduler
from services import dead_letters
from web.health import health_routes
from web.webhook import webhook_route

log = structlog.get_logger()
REDRIVE_EVERY = 2.0
DRAINS_WITHIN = 5.0  # seconds
STANDS_STILL = 60.0  # seconds without a look at what is due


class Holding:
    """One process's part: `web` always, the duties while `leadership` is with it."""

    def __init__(
        self,
        settings: Settings,
        bot: QuietBot,
        database: Database,
        intake: Intake,
        clock: Clock,
        common: Common,
    ) -> None:
        self.settings, self.bot, self.database, self.intake = settings, bot, database, intake
        self.clock, self.bell, self.marks = clock, common.bell, common.marks
        self.secrets = webhook_secrets(settings)
        self._scheduler: Scheduler | None = None
        self._began_at, self._stood_still = 0.0, False  # this term of the duties; the one before
        # Deliveries whose call has left in this process, also in an earlier term of its duties
        self._left: set[int] = set()
        self._caught_up_at = datetime.fromtimestamp(0, clock.now().tzinfo)
        self.leadership = Leadership(database, own_name(), self.duties, self._at_work)

    @contextlib.asynccontextmanager
    async def duties(self) -> AsyncIterator[None]:
        """Send and tick, and have updates come in by polling or to the webhook."""
        async with self._incoming():
            scheduler = Scheduler(
                self.database,
                TelegramSender(self.bot),
                owner=self.leadership.name,
                left=self._left,
                monotonic=self.clock.monotonic,
                caught_up_at=lambda: self._caught_up_at,
                holds=self.leadership.holds,
            )
            if self._stood_still and self._scheduler is not None:
                scheduler.has_not_worked_since(self._scheduler.worked_at)
            self._scheduler, self._began_at = scheduler, time.monotonic()
            await scheduler.start()
            try:
                async with (
                    background(self.bell.listen, scheduler.dispatcher.wake),
                    background(self._redrive),
                    background(self.marks.keep),
                ):
                    yield
            finally:
                self._stood_still = not self._at_work()
                await scheduler.stop()

    @contextlib.asynccontextmanager
    async def _incoming(self) -> AsyncIterator[None]:
        def caught_up(at: datetime) -> None:
            self._caught_up_at = at

        now, url = self.clock.now, self.settings.webhook_url
        if url:
            async with Hooked(self.bot, str(url), self.secrets[0], now, caught_up).serving():
                yield
            return
        async with background(Polling(self.bot, self.intake, now, caught_up).run):
            yield
        with contextlib.suppress(TimeoutError):  # what waits longer comes again, and is done once
            async with asyncio.timeout(DRAINS_WITHIN):
                await self.intake.drain()

    async def _redrive(self) -> None:
        """Take once more the updates that somebody wants tried again."""
        while True:
            try:
                for letter_id, body in await self.database.read(dead_letters.asked):
                    if body:
                        await self.intake.take(json.loads(body), again=True)
                    await self.database.write(HOLDER, dead_letters.done, letter_id=letter_id)
            except Exception as error:  # the database is away, or the lease is: the letters wait
                log.warning("redrive.failed", error=type(error).__name__)
            await asyncio.sleep(REDRIVE_EVERY)

    def _at_work(self) -> bool:
        """Whether the dispatcher has looked at what is due lately, or cannot as the database is away. The ticks may wait for a
        row that somebody holds."""
        looked_at = self._scheduler.dispatcher.looked_at if self._scheduler is not None else 0.0
        idle = time.monotonic() - max(looked_at, self._began_at)
        return self.database.away_since is not None or idle < STANDS_STILL

    def _worked_at(self) -> float:
        return self._scheduler.worked_at if self._scheduler is not None else 0.0

    @contextlib.asynccontextmanager
    async def web(self) -> AsyncIterator[None]:
        """Listen for updates, where WEBHOOK_URL is set, and for whoever watches; in every process."""
        holds = self.leadership.holds
        routes = health_routes(
            lambda: measuring.ready(self.database, holds, self._worked_at, lambda: self.bot.is_known),
            lambda: measuring.measure(self.database, holds),
        )
        if self.settings.webhook_url:
            routes.append(webhook_route(self.intake.take_one, self.secrets))
        listening = _listen(self.settings)
        if listening is None:
            try:
                yield
            finally:
                await self.intake.drain()
            return
        config = uvicorn.Config(
            Starlette(routes=routes), log_config=None, access_log=False, lifespan="off",
            timeout_graceful_shutdown=8,
        )  # fmt: skip
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server._serve([listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            await serving
            await self.intake.drain()


def _listen(settings: Settings) -> socket.socket | None:
    """The socket that WEB_HOST and WEB_PORT name; 0 is none. Only a webhook cannot do without it."""
    if not settings.web_port:
        return None
    listening = socket.socket(socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.web_host, settings.web_port))
    except OSError as error:
        listening.close()
        if settings.webhook_url:
            where = f"WEB_HOST and WEB_PORT, {settings.web_host}:{settings.web_port}"
            raise OSError(error.errno, error.strerror, where) from None
        log.warning("web.not_listening", port=settings.web_port, error=type(error).__name__)
        return None
    return listening


def webhook_secrets(settings: Settings) -> list[str]:
    """What Telegram may prove itself with; the first is told to it. Without WEBHOOK_SECRET one is made from each key of
    DATA_KEY, so that every process knows the same, also while a key is changed; it tells nothing of the key."""
    given = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    named = [secret for secret in given.replace(",", " ").split() if secret]
    if named:
        return named
    keys = Keys.from_text(settings.data_key.get_secret_value()).by_version
    return [hmac.new(key, b"webhook", hashlib.sha256).hexdigest() for key in keys.values()]
