"""Telegram in: one update at a time to the handlers, tried again when the weather is bad, buried when it cannot be done."""

import asyncio
import contextvars
import json
import time
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session, col, select
from telegram.ext import Application

from bot.completing import ALLOWED, Senseless, read
from bot.guard import Guard
from bot.measuring import UPDATES
from bot.shortage import is_shortage
from models import Attempt, DeadLetter, Delivery, DeliveryClass, DeliveryState, Lane, Member, SeenUpdate
from models.database import Database
from models.prepared import insert_new
from models.sealed import seal
from services import chats, deliveries, roles

log = structlog.get_logger()
MOST_DEATHS = 4
LIVES = 1.0  # seconds after which an update that only waits for something has shown that it kills nobody
TRIES, TRY_PAUSES = 3, (0.3, 0.9)  # three tries within five seconds; others may wait behind them
# Seconds in which more from the same person is tried without a pause: others wait behind it
FAILS_AGAIN = 60.0
MOST_FAILED = 1_000
SHORT_FOR, SHORT_PAUSE = 300.0, 2.0  # seconds in which what the machine has too little of is waited for
failure: contextvars.ContextVar[list[BaseException]] = contextvars.ContextVar("failure")


async def note_failure(_update: object, context: Any) -> None:
    """The application's error handler: python-telegram-bot swallows a handler's exception, we do not."""
    failure.get().append(context.error)


@dataclass
class Turn:
    """One after the other for one person; `waiting` counts the update under way and those behind it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Intake:
    """Takes raw updates, as JSON objects, and returns when their effects are committed."""

    def __init__(
        self, application: "Application[Any, Any, Any, Any, Any, Any]", database: Database, guard: Guard
    ) -> None:
        self.application, self.database, self.guard = application, database, guard
        application.add_error_handler(note_failure)
        self._turns: dict[str, Turn] = {}
        self._failed: dict[str, float] = {}  # whose update could not be done, and when
        self._careful_lock, self._draining = asyncio.Lock(), False
        self.careful = False  # after an unclean start: one at a time, each attempt written down first

    async def take(self, raw: dict[str, Any], *, again: bool = False) -> None:
        """One update. Returns when it is done or buried; never raises for what is in it. One that lay among the dead
        letters is taken `again`: it was let in when it came, and its sender has heard that it broke."""
        if not is_numbered(raw):
            log.error("update.unnumbered")
            return
        person = sender_of(raw)
        if person is not None and not again and not self.guard.admits(person, raw):
            await self._keep_out(person)
            return
        key = order_key(raw)
        turn = self._turns.setdefault(key, Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                await self._try(raw, again=again)
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[key]

    async def take_one(self, raw: dict[str, Any]) -> None:
        """One update that a webhook brought; carefully while the first after an unclean start."""
        if not self.careful:
            await self.take(raw)
            return
        async with self._careful_lock:
            if not await self.begins(raw):
                return
            taking = asyncio.ensure_future(self.take(raw))
            await asyncio.wait({taking}, timeout=LIVES)
            await self.lives(raw)
        self.careful = False
        await taking

    async def _keep_out(self, person: int) -> None:
        """One of a flood: nothing is written down, and its sender hears once a minute."""
        UPDATES.labels("flood").inc()
        if self.guard.tells(person):
            log.warning("update.flood")
            await self.database.write(None, _tell_too_fast, person=person)

    async def drain(self) -> None:
        """Wait until every update under way is done; what waits for the machine comes again."""
        self._draining = True
        try:
            while self._turns:
                async with next(iter(self._turns.values())).lock:
                    pass
        finally:
            self._draining = False

    async def _try(self, raw: dict[str, Any], *, again: bool) -> None:
        key, now = order_key(raw), time.monotonic()
        pauses = list(TRY_PAUSES if now - self._failed.get(key, -FAILS_AGAIN) >= FAILS_AGAIN else ())
        tries = 0
        while True:
            try:
                await self._handle(raw)
                UPDATES.labels("done").inc()
                return
            except Exception as caught:
                error, told = caught, {"update": raw.get("update_id"), "error": type(caught).__name__}
            if is_shortage(error) and self._draining:
                raise error
            if is_shortage(error) and time.monotonic() - now < SHORT_FOR:
                log.warning("update.waits", **told)
                await asyncio.sleep(SHORT_PAUSE)
                continue
            tries += 1
            log.error("update.failed", attempt=tries, **told)
            if tries == TRIES or isinstance(error, Senseless):
                break
            await asyncio.sleep(pauses.pop(0) if pauses else 0)
        if len(self._failed) > MOST_FAILED:
            self._failed.clear()
        self._failed[key] = now
        await self._bury(raw, type(error.__cause__ or error).__name__, again=again)

    async def _handle(self, raw: dict[str, Any]) -> None:
        """Raises what its handler did, or Senseless for what is no update."""
        try:
            update = read(raw, self.application.bot)
        except Exception as error:
            if is_shortage(error):
                raise
            raise Senseless() from error
        failures: list[BaseException] = []
        failure.set(failures)
        await self.application.process_update(update)
        if failures:
            raise failures[0]

    async def begins(self, raw: dict[str, Any]) -> bool:
        """After an unclean start, before one is taken. An update that was begun four times and never ended has killed us:
        it is buried unopened, and this is False. Less often it may only have been under way when something else did."""
        if not is_numbered(raw):
            return True
        update_id = update_id_of(raw)
        begun = await self.database.write(None, _begin, bot_id=self.database.bot_id, update_id=update_id)
        if begun is False:
            await self._bury(raw, "killed the process")
            await self.lives(raw)
        return begun is not False

    async def lives(self, raw: dict[str, Any]) -> None:
        """It was lived through for a while, and is innocent."""
        if is_numbered(raw):
            await self.database.write(None, _end, update_id=update_id_of(raw))

    async def _bury(self, raw: dict[str, Any], error: str, *, again: bool = False) -> None:
        person = sender_of(raw)
        buried = await self.database.write(
            None, bury, update_id=int(raw.get("update_id", 0)), bot_id=self.database.bot_id, body=json.dumps(raw),
            error=error, person=person, chat_id=chat_of(raw), again=again,
        )  # fmt: skip
        if not buried:
            log.warning("update.known", update=raw.get("update_id"), error=error)
            return
        UPDATES.labels("buried").inc()
        log.error("update.buried", update=raw.get("update_id"), error=error, letter=buried)


def _content(raw: dict[str, Any]) -> dict[str, Any]:
    """What it brings: one of those we asked for; a server may add what we do not know."""
    return next((raw[name] for name in ALLOWED if isinstance(raw.get(name), dict)), {})


def _inside(raw: object, *names: str) -> object:
    """What stands inside objects in each other; None where one is no object. Updates may hold anything."""
    for name in names:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw


def _telegram_id(found: object) -> int | None:
    """An id that Telegram could have given: at most 52 significant bits."""
    return (
        found if isinstance(found, int) and not isinstance(found, bool) and 0 < abs(found) < 2**52 else None
    )


def update_id_of(raw: dict[str, Any]) -> int:
    """Its number; -1 for what has none."""
    number = raw.get("update_id")
    return number if isinstance(number, int) and not isinstance(number, bool) else -1


def is_numbered(raw: dict[str, Any]) -> bool:
    """Whether its number is one that the database can keep."""
    return 0 <= update_id_of(raw) < 2**63


def sender_of(raw: dict[str, Any]) -> int | None:
    return _telegram_id(_inside(_content(raw), "from", "id"))


def chat_of(raw: dict[str, Any]) -> int | None:
    content = _content(raw)
    return _telegram_id(_inside(content, "message", "chat", "id") or _inside(content, "chat", "id"))


def order_key(raw: dict[str, Any]) -> str:
    """What an update must keep its order in: its person, else its chat."""
    person = sender_of(raw)
    return f"person:{person}" if person else f"chat:{chat_of(raw)}"


def _tell_too_fast(session: Session, now: datetime, person: int) -> None:
    member = session.exec(select(Member).where(col(Member.telegram_id) == person)).first()
    if member is not None:
        deliveries.note(session, now, member, "slow_down", lane=Lane.ANSWER)


def _begin(session: Session, _now: datetime, bot_id: int, update_id: int) -> bool:
    """Write the attempt down; False when it was begun so often and its effects are not there."""
    if session.get(SeenUpdate, (bot_id, update_id)) is not None:
        return True
    if insert_new(session, Attempt, update_id=update_id, tries=1):
        return True
    row = session.get_one(Attempt, update_id)
    row.tries += 1
    return row.tries <= MOST_DEATHS


def _end(session: Session, _now: datetime, update_id: int) -> None:
    row = session.get(Attempt, update_id)
    if row is not None:
        session.delete(row)


def bury(
    session: Session,
    now: datetime,
    *,
    update_id: int,
    bot_id: int,
    body: str,
    error: str,
    person: int | None,
    chat_id: int | None,
    again: bool,
) -> int:
    """Keep an update that could not be done, sealed; tell its sender the first time, and the area's leaders. 0 where
    its effects are there, or another process has buried it."""
    if not insert_new(session, SeenUpdate, bot_id=bot_id, update_id=update_id, at=now):
        return 0
    letter = DeadLetter(update_id=update_id, error=error[:80], at=now)
    seal(session, letter, "body", body)
    session.add(letter)
    session.flush()
    member = None if again else _tell_sender(session, now, person, chat_id)
    area = chats.area_here(session, chat_id, 0) if chat_id else None
    told = (
        roles.reviewers(session, area, without=member.id if member else 0)
        if area
        else roles.administrators(session)
    )
    for leader in told:
        key = f"broken:{leader.id}:{zlib.crc32(error.encode())}:{now:%Y%m%d%H}"  # once an hour for one fault
        deliveries.note(session, now, leader, "broken.leader", key=key)
    return letter.id


def _tell_sender(session: Session, now: datetime, person: int | None, chat_id: int | None) -> Member | None:
    """That it broke; who is new here is told behind the answers to others, for it may be anybody."""
    member = session.exec(select(Member).where(col(Member.telegram_id) == person)).first() if person else None
    if member is not None:
        deliveries.note(session, now, member, "broken", lane=Lane.ANSWER)
    elif person is not None and person == chat_id:
        insert_new(
            session, Delivery, kind="broken", args={}, chat_id=person, lane=int(Lane.NOTE), live=False,
            shown_version=0, attempts=0, state=DeliveryState.PENDING, klass=DeliveryClass.COURTESY, due_at=now,
            created_at=now, unique_key=f"broken:{person}:{now:%Y%m%d%H}",
        )  # fmt: skip
    return member
