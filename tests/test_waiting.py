"""A row that somebody holds: however many want it, whoever does not is served."""

import asyncio
import time
from datetime import UTC, datetime

import psycopg
from sqlmodel import Session, col, update

from models import Area, Level, Member
from models.database import Database
from models.sealed import Keys, new_key

MOST_WAIT = 6.0  # seconds, also on a machine that does much else


async def test_forty_who_want_one_row_keep_nobody_else_waiting(postgres_url: str) -> None:
    keys = Keys.from_text(new_key())
    database = Database(postgres_url, keys=keys, clock=lambda: datetime.now(UTC))
    await database.write(None, _member)
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as another:
        another.execute("SELECT 1 FROM member FOR UPDATE")
        waiting = [asyncio.ensure_future(database.write(None, _rename, name=f"m{n}")) for n in range(40)]
        await asyncio.sleep(0.3)
        began, slowest = time.monotonic(), 0.0
        for number in range(20):
            await database.write(None, _area, number=number)
            slowest, began = max(slowest, time.monotonic() - began), time.monotonic()
            await asyncio.sleep(0.1)
        print(f"beside forty who wait: {slowest:.1f} s at the most")
        assert slowest < MOST_WAIT and not any(write.done() for write in waiting)
    await asyncio.wait_for(asyncio.gather(*waiting), 20)
    database.close()


def _member(session: Session, now: datetime) -> None:
    session.add(Member(telegram_id=1, name="m", joined_at=now))


def _rename(session: Session, _now: datetime, name: str) -> None:
    session.exec(update(Member).where(col(Member.telegram_id) == 1).values(name=name))


def _area(session: Session, _now: datetime, number: int) -> None:
    session.add(Area(code=str(number), level=Level.GRID, name=f"G{number}", path=f"/{number}/"))
