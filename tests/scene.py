"""An order and three people at their services, on a database of their own; two of them may act at the same moment."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import Member, Order, OrderVisit, Reach, Role, RoleKind
from models.actor import Cause, Person
from models.database import Database
from models.sealed import Keys, new_key
from services import areas, invariants, reminders, timetable

START = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
HELD = 0.3  # seconds that the first transaction is held
LEA, BEN, CARL = 1, 2, 3


class Scene:
    """An order of three places by Lea, and a clock that stands still until it is set."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self._update, self._monkeypatch = START, 0, monkeypatch
        self.database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: self.now)

    async def does(self, member: int, service: Callable[..., Any], /, **arguments: Any) -> Any:
        self._update += 1
        cause = Cause(self._update, Person(member, f"m{member}"), member, True, self.now)
        return await self.database.write(cause, service, **arguments)

    async def falls_due(self, kind: str) -> Any:
        found = await self.sql(f"SELECT id FROM due WHERE kind = '{kind}' AND done_at IS NULL")
        return await self.database.write(None, timetable.perform, due_ids=[found[0][0]])

    @asynccontextmanager
    async def halfway(
        self, module: Any, name: str, first: Any, *, seconds: float = HELD
    ) -> AsyncIterator[asyncio.Future[Any]]:
        """`first` runs until `module.name` has been called, and waits there while the block runs."""
        real, there = getattr(module, name), threading.Event()

        def held(*arguments: Any, **named: Any) -> Any:
            result = real(*arguments, **named)
            there.set()
            time.sleep(seconds)
            return result

        self._monkeypatch.setattr(module, name, held)
        running = asyncio.ensure_future(first)
        await asyncio.to_thread(there.wait, 10)
        self._monkeypatch.setattr(module, name, real)
        yield running
        await running

    async def sql(self, query: str) -> list[tuple[Any, ...]]:
        rows = await self.database.read(lambda session: session.connection().execute(text(query)).all())
        return [tuple(row) for row in rows]

    async def is_sound(self) -> None:
        assert await self.database.read(lambda session: list(invariants.broken(session))) == []


def stage(session: Session, now: datetime) -> None:
    for number in (LEA, BEN, CARL):
        session.add(Member(telegram_id=number, name=f"m{number}", joined_at=now, reach=Reach.OK))
        session.flush()
    areas.plant(session, "Ziyun")
    session.add(Role(member_id=LEA, kind=RoleKind.ADMINISTRATOR, granted_at=now))
    session.flush()
    order = Order(
        area_id=1, issuer_id=LEA, title="Duty", places=3, points=4, issued_at=now,
        starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=5), report_by=now + timedelta(days=2),
    )  # fmt: skip
    session.add(order)
    session.flush()
    reminders.plan(session, now, order)
    for member in (BEN, CARL):
        session.add(OrderVisit(order_id=1, member_id=member, at=now))
