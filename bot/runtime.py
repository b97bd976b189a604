"""Where things meet: one bot, its database, its scheduler, and the way updates come in."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import structlog
import uvicorn
from sqlmodel import Session
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

from bot.clock import Clock
from bot.intake import Intake
from bot.polling import ALLOWED, Polling
from bot.quiet_bot import QuietBot, make_bot
from bot.sender import TelegramSender
from bot.settings import Settings
from handlers import all_handlers
from handlers.context import Context, Edge
from models import Identity
from models.database import Database
from models.sealed import Keys
from scheduler.ticks import Scheduler
from services import deliveries, members
from views.menu import GROUP_COMMANDS, PRIVATE_COMMANDS, descriptions
from web.webhook import PATH, make_app

log = structlog.get_logger()
HOOK_LOOK = 5.0  # seconds between looks at how many updates a webhook has waiting


class WrongBot(Exception):
    """This database belongs to another bot."""


def make_database(settings: Settings, clock: Clock, *, bot_id: int = 0, username: str = "") -> Database:
    return Database(
        settings.database_url,
        keys=Keys.from_text(settings.data_key.get_secret_value()),
        clock=clock.now,
        policy=settings.policy(username),
        bot_id=bot_id,
        refuse=deliveries.refuse,
    )


def make_application(bot: Bot, database: Database) -> "Application[Any, Any, Any, Any, Any, Any]":
    """The handlers on a python-telegram-bot application that neither polls nor keeps anything."""
    edge = Edge(database, bot.username)
    make_edge: Any = lambda: edge  # noqa: E731 - python-telegram-bot types this as a class
    types = ContextTypes(context=Context, bot_data=make_edge)
    builder: Any = Application.builder().bot(bot).updater(None).job_queue(None).context_types(types)
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handlers(all_handlers())
    return application


def claim_identity(session: Session, _now: datetime, bot_id: int) -> bool:
    """Whose database this is; True when the last process ended without saying goodbye."""
    identity = session.get(Identity, 1)
    if identity is None:
        session.add(Identity(bot_id=bot_id, running=True))
        return False
    if identity.bot_id != bot_id:
        raise WrongBot()
    unclean, identity.running = identity.running, True
    return unclean


def release_identity(session: Session, _now: datetime) -> None:
    identity = session.get(Identity, 1)
    if identity is not None:
        identity.running = False


async def connect(bot: Bot) -> None:
    """getMe, for as long as it takes Telegram to answer; a token it refuses ends the start."""
    while True:
        try:
            await bot.initialize()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("start.no_telegram", error=type(error).__name__)
            await asyncio.sleep(2)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT: no new work, the work under way ends, nothing is lost."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.ensure_future(stack.enter_async_context(serving(settings)))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # told to stop while Telegram does not answer
            starting.cancel()
            await asyncio.wait({starting})
            return
        starting.result()
        await stopping
        log.info("stopping")


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Database]:
    """The whole bot, running for as long as the context lasts."""
    clock = Clock(settings.clock_file)
    bot = make_bot(settings)
    await connect(bot)
    database = make_database(settings, clock, bot_id=bot.id, username=bot.username)
    try:
        unclean = await database.write(None, claim_identity, bot_id=bot.id)
        await _appoint(settings, database, bot.username)
        application = make_application(bot, database)
        intake = Intake(application, database)
        intake.careful = unclean is True
        async with application, _incoming(settings, bot, intake, clock) as incoming:
            owner = f"{socket.gethostname()[:16]}:{os.getpid()}:{secrets.token_hex(4)}"
            scheduler = Scheduler(
                database, TelegramSender(bot), owner=owner, monotonic=clock.monotonic, caught_up_at=incoming
            )
            await scheduler.start()
            menu = asyncio.ensure_future(_draw_menu(bot))
            log.info("started", bot=bot.id)
            try:
                yield database
            finally:
                menu.cancel()
                await application.bot_data.drain()
                await scheduler.stop()
        await database.write(None, release_identity)
    finally:
        database.close()
        await bot.shutdown()


async def _appoint(settings: Settings, database: Database, username: str) -> None:
    """The administrators of ADMIN_IDS; with none at all, a one-time link for the first."""
    await database.write(None, members.appoint, telegram_ids=settings.admin_ids)
    if await database.read(members.needs_administrator):
        token = secrets.token_urlsafe(24)
        await database.write(None, members.invite, token=token)
        print(
            f"Open this link once to become the administrator: https://t.me/{username}?start=admin-{token}",
            flush=True,
        )


@contextlib.asynccontextmanager
async def _incoming(settings: Settings, bot: QuietBot, intake: Intake, clock: Clock) -> AsyncIterator[Any]:
    """Updates come in by polling, or by webhook where WEBHOOK_URL is set. Yields `caught_up_at`."""
    if settings.webhook_url:
        async with _webhook(settings, bot, intake, clock) as caught_up_at:
            yield caught_up_at
        return
    polling = Polling(bot, intake, clock.now)
    task = asyncio.ensure_future(polling.run())
    try:
        yield lambda: polling.caught_up_at
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await intake.drain()


@contextlib.asynccontextmanager
async def _webhook(settings: Settings, bot: Bot, intake: Intake, clock: Clock) -> AsyncIterator[Any]:
    secret = (
        settings.webhook_secret.get_secret_value() if settings.webhook_secret else secrets.token_urlsafe(32)
    )
    config = uvicorn.Config(
        make_app(intake.take_one, secret), host=settings.web_host, port=settings.web_port, log_config=None,
        access_log=False, lifespan="off", timeout_graceful_shutdown=8,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving_task = asyncio.ensure_future(server._serve())
    while not server.started and not serving_task.done():
        await asyncio.sleep(0.01)
    url = f"{str(settings.webhook_url).rstrip('/')}{PATH}"
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED)
    caught = {"at": datetime.fromtimestamp(0, clock.now().tzinfo)}
    watching = asyncio.ensure_future(_watch_hook(bot, clock, caught))
    try:
        yield lambda: caught["at"]
    finally:
        watching.cancel()
        server.should_exit = True
        await serving_task
        await intake.drain()


async def _watch_hook(bot: Bot, clock: Clock, caught: dict[str, datetime]) -> None:
    """Caught up is when Telegram has nothing waiting for us."""
    while True:
        asked_at = clock.now()
        with contextlib.suppress(TelegramError):
            if (await bot.get_webhook_info()).pending_update_count == 0:
                caught["at"] = asked_at
        await asyncio.sleep(HOOK_LOOK)


async def _draw_menu(bot: Bot) -> None:
    """The command menus, in both languages; without them everything works all the same."""
    scopes = (
        (BotCommandScopeAllPrivateChats(), PRIVATE_COMMANDS),
        (BotCommandScopeAllGroupChats(), GROUP_COMMANDS),
    )
    for scope, names in scopes:
        for language in (None, "zh"):
            listed = [BotCommand(name, text) for name, text in descriptions(names, language or "en")]
            with contextlib.suppress(TelegramError):
                await bot.set_my_commands(listed, scope=scope, language_code=language)
