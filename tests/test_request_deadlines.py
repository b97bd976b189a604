"""R20, R23: open requests across their deadlines, restarts and a two-hour outage. Every step up is told once."""

import asyncio
import contextlib
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import Area, Audit, Delivery, Level, Member, Reach, Request, Role, RoleKind
from models.database import Database
from models.sealed import Keys, new_key
from scheduler import ticks
from services import deadlines, disposal_lists, invariants

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday, nine in the morning in Tianjin
GRIDS = 20
LOOK = timedelta(minutes=1)
LASTS = timedelta(days=8)
OUTAGE = timedelta(hours=2)


class Office:
    """A database and a clock that jumps; the process may end in the middle of a tick and another goes on."""

    def __init__(self, url: str) -> None:
        self.url, self.keys, self.now = url, Keys.from_text(new_key()), START
        self.open()

    def open(self) -> None:
        self.database = Database(self.url, keys=self.keys, clock=lambda: self.now)

    async def tick(self) -> None:
        while await ticks.work_off_dues(self.database, self.now):
            pass

    async def dies_in_a_tick(self, chance: random.Random) -> None:
        running = asyncio.ensure_future(self.tick())
        await asyncio.sleep(chance.random() * 0.05)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        self.database.close()
        self.open()


def fill(session: Session, now: datetime, count: int, chance: random.Random) -> None:
    """A street with grids and leaders, a district above it, and so many requests whose deadlines lie within a day."""
    for number, (level, path) in enumerate(((Level.DISTRICT, "/1/"), (Level.STREET, "/1/2/")), start=1):
        session.add(
            Area(code=str(number), parent_id=number - 1 or None, level=level, name=f"A{number}", path=path)
        )
        session.flush()
    for number in range(GRIDS):
        grid = Area(code=f"g{number}", parent_id=2, level=Level.GRID, name=f"Grid {number}", path="/")
        session.add(grid)
        session.flush()
        grid.path = f"/1/2/{grid.id}/"
    people = [
        Member(telegram_id=10 + n, name=f"m{n}", joined_at=now, reach=Reach.OK) for n in range(GRIDS + 3)
    ]
    session.add_all(people)
    session.flush()
    for member, area in zip(people, (1, 2, *range(3, 3 + GRIDS)), strict=False):
        session.add(Role(member_id=member.id, kind=RoleKind.LEADER, area_id=area, granted_at=now))
    version, _ = disposal_lists.current(session, now)
    for number in range(count):
        request = Request(
            asker_id=people[-1].id, area_id=3 + number % GRIDS, list_version=version, category="sanitation",
            sorted_by="owner", asked_at=now, touched_at=now, sent_at=now, due_at=now,
            clock_from=now - timedelta(minutes=chance.randrange(60 * 24)),
        )  # fmt: skip
        session.add(request)
        session.flush()
        deadlines.reckon(session, now, request)


async def _every_step_once(url: str, count: int, chance: random.Random) -> str:
    office = Office(url)
    await office.database.write(None, fill, count=count, chance=chance)
    outage = START + timedelta(
        days=1, hours=chance.randrange(7, 11)
    )  # over the closing hour, when most are due
    deaths = {chance.randrange(int(LASTS / LOOK)) for _ in range(10)}
    look, steps = 0, list(range(0, int(LASTS / LOOK), 60))
    for look in sorted({*steps, *deaths, *(s + 1 for s in steps)}):
        office.now = START + look * LOOK
        if outage <= office.now < outage + OUTAGE:
            continue
        if look in deaths:
            await office.dies_in_a_tick(chance)
        await office.tick()
    found = await office.database.read(_told)
    assert await office.database.read(lambda session: list(invariants.broken(session))) == []
    office.database.close()
    steps_up, notes, latest = found
    assert set(steps_up.values()) == {1}, "a level was told twice"
    assert Counter(case for case, _ in steps_up) == dict.fromkeys(
        {case for case, _ in steps_up}, 2
    )  # street, district
    assert len({case for case, _ in steps_up}) == count, "a request was forgotten"
    return f"{count} requests, {len(steps_up)} steps up, {notes} notes, latest {latest}"


def _told(session: Session) -> tuple[Counter[tuple[int, str]], int, str]:
    """How often each level was told of each request; notes are unique by their key."""
    rows = session.exec(select(Audit).where(Audit.fact == "request.escalated")).all()
    told = Counter((row.subject_id, str(row.details["level"])) for row in rows)
    keys = session.exec(select(Delivery.unique_key).where(Delivery.kind == "request.overdue")).all()
    assert len(keys) == len(set(keys)) == len(rows)
    return told, len(keys), str(max(row.at for row in rows))


async def test_r23_every_escalation_comes_once_across_deaths_and_an_outage(
    some_database: str, chance: random.Random
) -> None:
    print(await _every_step_once(some_database, 40, chance))


@pytest.mark.long
async def test_r23_every_escalation_of_five_thousand_requests_comes_once(
    database_url: str, chance: random.Random
) -> None:
    print(await _every_step_once(database_url, 5_000, chance))
