"""R22: reminders through two years of clocks that are put forward and back, in four zones, and by an unsteady clock."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlmodel import Session, col, func, select

from models import Area, Claim, ClaimState, Delivery, Due, Member, Order, Reach, migrate
from models.database import Database
from models.sealed import Keys, new_key
from scheduler.ticks import work_off_dues
from services import areas, reminders
from tests.outside import SEED

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
HOURS = (time(2, 30), time(8, 0))  # the first is there twice, or not at all, on the days that matter
FIRST, YEARS = date(2026, 6, 1), 2
LENGTH = timedelta(hours=3)


def every_day() -> Iterator[date]:
    yield from (FIRST + timedelta(days=number) for number in range(365 * YEARS))


def days_that_matter(zone: ZoneInfo) -> list[date]:
    """The days around those on which the clock is put forward or back; where none is, some days."""

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), tzinfo=zone).utcoffset()

    changes = [day for day in every_day() if offset(day) != offset(day - timedelta(days=1))]
    return sorted({day + timedelta(days=n) for day in changes[:2] or [FIRST] for n in (-1, 0, 1)})


def stage(session: Session, now: datetime, zone: str, days: list[date]) -> None:
    """A duty at each of the hours of each day, with one claim on it."""
    session.add(Member(telegram_id=1, name="Ben", joined_at=now, reach=Reach.OK))
    session.flush()
    areas.plant(session, "Ziyun")
    session.exec(select(Area)).one().time_zone = zone
    for day in days:
        for hour in HOURS:
            begins = datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            end = begins + LENGTH
            order = Order(
                area_id=1, issuer_id=1, title="Duty", places=1, taken=1, points=1, issued_at=now,
                starts_at=begins, ends_at=end, report_by=end,
            )  # fmt: skip
            session.add(order)
            session.flush()
            session.add(
                Claim(order_id=order.id, member_id=1, claimed_at=now, report_by=end, state=ClaimState.CLAIMED)
            )
            reminders.plan(session, now, order)


def next_due(session: Session) -> datetime | None:
    return session.exec(select(func.min(Due.due_at)).where(col(Due.done_at).is_(None))).one()


async def live_through(folder: Path, zone: str, days: list[date], chance: random.Random) -> list[Delivery]:
    """From due row to due row, the clock now and then two hours off for a while; what was sent."""
    now = datetime.combine(min(days), time(0), tzinfo=UTC) - timedelta(days=4)
    url, off = f"sqlite:///{folder}/{zone.replace('/', '-')}.db", timedelta()
    migrate.migrate(url, now=now)
    database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: now + off)
    await database.write(None, stage, zone=zone, days=days)
    while (due := await database.read(next_due)) is not None:
        now = max(now, due)
        off = chance.choice([timedelta(), timedelta(), timedelta(hours=2), timedelta(hours=-2)])
        await work_off_dues(database, database.clock())
        off = timedelta()
        await work_off_dues(database, database.clock())
        now += timedelta(minutes=1)
    rows = await database.read(lambda session: list(session.exec(select(Delivery)).all()))
    database.close()
    return rows


async def check(folder: Path, zone: str, days: list[date]) -> None:
    chance = random.Random(SEED)
    rows = await live_through(folder, zone, days, chance)
    print(f"R22: {zone}, {len(days)} days, {len(rows)} notes, DUTYGRID_SEED={SEED}")
    for kind in ("reminder.eve", "reminder.hour"):
        times = Counter(row.args["order"] for row in rows if row.kind == kind)
        assert times == dict.fromkeys(range(1, len(days) * len(HOURS) + 1), 1), kind
    eves = [row.due_at.astimezone(ZoneInfo(zone)) for row in rows if row.kind == "reminder.eve"]
    assert Counter(at.date() for at in eves) == {day - timedelta(days=1): len(HOURS) for day in days}


@pytest.mark.parametrize("zone", ZONES)
async def test_r22_one_reminder_for_each_local_day_where_clocks_change(tmp_path: Path, zone: str) -> None:
    await check(tmp_path, zone, days_that_matter(ZoneInfo(zone)))


@pytest.mark.long
@pytest.mark.parametrize("zone", ZONES)
async def test_r22_one_reminder_for_each_local_day_of_two_years(tmp_path: Path, zone: str) -> None:
    await check(tmp_path, zone, list(every_day()))


def test_r22_control_a_cron_trigger_fires_twice_in_autumn() -> None:
    """The stock scheduler on the day the clock is put back."""
    trigger = CronTrigger(hour=2, minute=30, timezone="Europe/Berlin")
    at, fires = datetime(2026, 10, 24, 23, 0, tzinfo=UTC), []
    while (at := trigger.get_next_fire_time(at, at)) < datetime(2026, 10, 25, 22, 0, tzinfo=UTC):
        fires.append(at)
        at = at.astimezone(UTC) + timedelta(seconds=1)
    assert len(fires) == 2
