"""Where things meet: one bot, its database, its scheduler, and the way updates come in."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlmodel import Session
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

from bot.clock import Clock
from bot.guard import Guard
from bot.holding import Holding
from bot.intake import Intake
from bot.leadership import Leadership
from bot.quiet_bot import make_bot
from bot.settings import Settings
from bot.shared import shared
from bot.shortage import open_as_many_files_as_allowed
from handlers import all_handlers
from handlers.context import Context, Edge
from models import Identity
from models.database import Database
from models.prepared import insert_new
from models.sealed import Keys
from services import days, deliveries, disposal_lists, dues, members, rotation
from views.menu import GROUP_COMMANDS, PRIVATE_COMMANDS, descriptions

log = structlog.get_logger()
SAID_EVERY = 30.0  # seconds
STOPS_WITHIN = 9.0  # seconds from the signal on; whoever sent it waits ten


class WrongKey(Exception):
    """DATA_KEY does not open what this database holds."""


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


def tell_of_away() -> Callable[[Exception], None]:
    """Says in the log that nothing can be written, once in a while for as long as it lasts."""
    said = -SAID_EVERY

    def tell(error: Exception) -> None:
        nonlocal said
        if time.monotonic() - said >= SAID_EVERY:
            said = time.monotonic()
            cause = getattr(error, "orig", None) or error
            why = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
            log.error("database.away", error=type(cause).__name__, reason=why)

    return tell


def make_application(
    bot: Bot, database: Database, guard: Guard
) -> "Application[Any, Any, Any, Any, Any, Any]":
    """The handlers on a python-telegram-bot application that neither polls nor keeps anything."""
    edge = Edge(database, bot.username, changed=guard.forgive)
    make_edge: Any = lambda: edge  # noqa: E731 - python-telegram-bot types this as a class
    types = ContextTypes(context=Context, bot_data=make_edge)
    builder: Any = Application.builder().bot(bot).updater(None).job_queue(None).context_types(types)
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handlers(all_handlers())
    return application


def claim_identity(session: Session, _now: datetime, bot_id: int) -> bool:
    """Whose database this is; True when the last process ended without saying goodbye."""
    # Others may start in the same moment
    if insert_new(session, Identity, id=1, bot_id=bot_id, running=True):
        return False
    identity = session.get_one(Identity, 1)
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
            host = urlsplit(bot.base_url).netloc
            log.warning(
                "start.no_telegram",
                host=host,
                said=error.message,
                hint="BOT_API_URL, TELEGRAM_PROXY, the network",
            )
            await asyncio.sleep(2)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT: no new work, the work under way ends, nothing is lost. Raises what makes serving on
    wrong."""
    open_as_many_files_as_allowed()
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[Any] = loop.create_future()

    def end(error: Exception | None = None) -> None:
        if not stop.done():
            stop.set_result(error)

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, end)
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.ensure_future(stack.enter_async_context(serving(settings, end)))
        await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await stop
            log.info("stopping")
            _end_within(STOPS_WITHIN)
        else:  # told to stop while Telegram does not answer, or the database
            _end_within(STOPS_WITHIN)
            starting.cancel()
            await asyncio.wait({starting})
    error = stop.result()
    if error is not None:
        raise error


def _end_within(seconds: float) -> None:
    """End even where the database or Telegram does not answer: what is not written down comes again, and whoever
    starts next finds what was on its way."""

    def give_up() -> None:
        log.error("stop.cut_short", seconds=seconds)
        logging.shutdown()  # its last lines
        os._exit(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()


@contextlib.asynccontextmanager
async def serving(
    settings: Settings, give_up: Callable[[Exception], None] = lambda _error: None
) -> AsyncIterator[Database]:
    """The whole bot, running for as long as the context lasts. Every process takes webhooks and answers presses;
    the one that holds the lease also sends, ticks and polls. `give_up` hears what nobody should serve on with."""
    clock = Clock(settings.clock_file)
    bot = make_bot(settings)
    try:
        await connect(bot)
    except BaseException:
        await bot.shutdown()
        raise
    database = make_database(settings, clock, bot_id=bot.id, username=bot.username)
    database.on_away = tell_of_away()
    try:
        unclean = await database.write(None, claim_identity, bot_id=bot.id)
        if not await database.read(rotation.fits):
            raise WrongKey()
        await database.write(None, rotation.note_sealing)
        async with shared(settings, database, clock, give_up) as common:
            await common.marks.check()
            await _appoint(settings, database, bot.username)
            application = make_application(bot, database, common.guard)
            intake = Intake(application, database, common.guard)
            intake.careful = unclean is True
            holder = Holding(settings, bot, database, intake, clock, common)
            async with application, holder.web(), _leading(holder.leadership):
                menu = asyncio.ensure_future(_draw_menu(bot))
                log.info("started", bot=bot.id)
                try:
                    yield database
                finally:
                    menu.cancel()
                    await application.bot_data.drain()
        await database.write(None, release_identity)
    finally:
        database.close()
        await bot.shutdown()


@contextlib.asynccontextmanager
async def _leading(leadership: Leadership) -> AsyncIterator[None]:
    """Take part in who holds the lease; entered once it is known who does."""
    running = asyncio.ensure_future(leadership.run())
    settled = asyncio.ensure_future(leadership.settled.wait())
    try:
        await asyncio.wait({running, settled}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield
    finally:
        settled.cancel()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _appoint(settings: Settings, database: Database, username: str) -> None:
    """The administrators of ADMIN_IDS; with none at all, a one-time link for the first."""
    await database.write(None, members.appoint, telegram_ids=settings.admin_ids)
    await database.write(None, disposal_lists.ensure)
    await database.write(None, days.look_at_calendar)
    if await database.read(dues.held_since) is not None:
        log.warning("restore.held", hint="what was due before the copy waits for `dutygrid release`")
    if await database.read(members.needs_administrator):
        token = secrets.token_urlsafe(24)
        await database.write(None, members.invite, token=token)
        print(
            f"Open this link once to become the administrator: https://t.me/{username}?start=admin-{token}",
            flush=True,
        )


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
