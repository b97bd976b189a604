"""The dispatcher by itself, with a Sender that is told what to do and a clock that is stepped."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models import Area, Binding, Chat, ChatMember, DeliveryClass, Lane, Level, Member, Order, Reach
from models.actor import Policy
from models.database import Database
from models.sealed import Keys, new_key
from scheduler.dispatcher import Dispatcher
from services import deliveries
from views.message import Message

START = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
OLD, NEW, BEN = -100, -200, 7_000


@dataclass
class Told:
    """A Sender that does what `answers` says for a chat, and notes every call."""

    answers: dict[int, Callable[[], Exception | None]] = field(default_factory=dict)
    calls: list[tuple[str, int, str]] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None

    async def _call(self, verb: str, chat: int, words: str) -> None:
        self.calls.append((verb, chat, words))
        if self.meanwhile is not None:
            hook, self.meanwhile = self.meanwhile, None
            await hook()
        error = self.answers.get(chat, lambda: None)()
        if error is not None:
            raise error

    async def send(self, chat_id: int, _thread: int | None, message: Message) -> int:
        await self._call("send", chat_id, str(message.text))
        return len(self.calls)

    async def edit(self, chat_id: int, _message: int, message: Message) -> None:
        await self._call("edit", chat_id, str(message.text))

    async def react(self, chat_id: int, _message: int, emoji: str) -> None:
        await self._call("react", chat_id, emoji)

    async def delete(self, chat_id: int, _message: int) -> None:
        await self._call("delete", chat_id, "")


class Post:
    """A database, a dispatcher and a clock that runs as fast as it is stepped."""

    def __init__(self, url: str) -> None:
        self.now, self.sender = START, Told()
        self.database = Database(
            url, keys=Keys.from_text(new_key()), clock=lambda: self.now, policy=Policy(default_language="en")
        )
        self.dispatcher = self.restarted("one")

    def restarted(self, owner: str) -> Dispatcher:
        self.dispatcher = Dispatcher(
            self.database, self.sender, owner=owner, monotonic=lambda: (self.now - START).total_seconds() + 1
        )
        return self.dispatcher

    async def does(self, service: Callable[..., Any], **arguments: Any) -> Any:
        return await self.database.write(None, service, **arguments)

    async def runs(self, seconds: float, *, step: float = 1.0) -> None:
        """The dispatcher works while so many seconds of its clock pass."""
        running = asyncio.ensure_future(self.dispatcher.run())
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.now += timedelta(seconds=step)
            self.dispatcher._looked = self.dispatcher._tidied = -1e9
            self.dispatcher._wake.set()
            await asyncio.sleep(0.02)
            await self._has_looked()
        await asyncio.sleep(0.1)
        await self.dispatcher.stop()
        await running
        shown = self.dispatcher._shown
        self.restarted(self.dispatcher.owner)._shown = shown

    async def _has_looked(self) -> None:
        """Its clock does not run away from a dispatcher that shares the machine with much else."""
        for _ in range(25):
            if self.dispatcher._looked > 0 and not self.dispatcher._calls:
                return
            await asyncio.sleep(0.02)

    async def sql(self, query: str) -> list[tuple[Any, ...]]:
        rows = await self.database.read(lambda session: session.connection().execute(text(query)).all())
        return [tuple(row) for row in rows]


def stage(session: Session, now: datetime) -> None:
    for number, reach in ((1, Reach.OK), (2, Reach.OK)):
        session.add(Member(telegram_id=BEN + number - 1, name=f"m{number}", joined_at=now, reach=reach))
        session.flush()
    session.add(Area(code="1", level=Level.GRID, name="Ziyun", path="/1/"))
    session.add(Chat(telegram_id=OLD, title="Ziyun neighbours", joined_at=now, language="en"))
    session.flush()
    session.add(Binding(chat_id=1, area_id=1, bound_by=1, bound_at=now))
    session.add(ChatMember(chat_id=OLD, member_id=1, since=now))
    end = now + timedelta(days=2)
    session.add(
        Order(area_id=1, issuer_id=2, title="Duty", places=9, points=1, issued_at=now, starts_at=end, ends_at=end,
              report_by=end)
    )  # fmt: skip


def card(session: Session, now: datetime, chat: int = OLD) -> None:
    deliveries.card(session, now, "order", ("order", 1), chat_id=chat, lane=Lane.BROADCAST)


def notes(session: Session, now: datetime, count: int, klass: DeliveryClass = DeliveryClass.COURTESY) -> None:
    for _ in range(count):
        deliveries.put(
            session, now, kind="greeting", args={}, chat_id=BEN, recipient_id=1, lane=Lane.NOTE, klass=klass
        )
