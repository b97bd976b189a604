"""R23, R24: deadlines escalate by themselves, once, through crashes and races; a lost step is found again."""

import asyncio
import gc
import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import delete
from sqlmodel import Session, col, select

from models import Area, Claim, Due, Level, Member, Report, Role, RoleKind
from scheduler.ticks import work_off_dues
from services import auditor, claims, reviews, timetable
from tests import staging
from tests.outside import killed_again_and_again, until
from tests.processes import command, fleet
from tests.scene import HELD, LEA, Scene

DAYS_OF_SILENCE = 3 * 24 * 3600


def set_steps(session: Session, now: datetime) -> None:
    """What going up for review writes down, for reports that were staged."""
    for report_id in session.exec(select(Report.id)).all():
        reviews.set_steps(session, now, report_id)


def lead_above(session: Session, now: datetime, telegram_id: int) -> None:
    """A district above the street, with a leader of its own."""
    street = session.exec(select(Area).where(Area.level == Level.STREET)).one()
    district = Area(code="d", level=Level.DISTRICT, name="District", path="/")
    session.add(district)
    session.flush()
    district.path, street.parent_id = f"/{district.id}/", district.id
    street.path = f"/{district.id}{street.path}"
    leader = session.exec(select(Member).where(Member.telegram_id == telegram_id)).one()
    session.add(Role(member_id=leader.id, kind=RoleKind.LEADER, area_id=district.id, granted_at=now))


async def escalate(
    some_database: str, tmp_path: Path, chance: random.Random, *, reports: int, kills: int
) -> None:
    """Nobody reviews for days, and the process dies again and again while the area above is told."""
    async with fleet(some_database, tmp_path, 1) as (town, made):
        (process,) = made.processes
        leader, above = await town.person("Lea"), await town.person("Dina")
        claimants = await town.database.write(
            None, staging.people, telegram_ids=[10**9 + n for n in range(10)]
        )
        (leading,) = (await town.sql(f"SELECT id FROM member WHERE telegram_id = {leader.id}"))[0]
        await town.database.write(None, staging.city, groups=[], leader=leading)
        await town.database.write(None, lead_above, telegram_id=above.id)
        many = reports // len(claimants)  # type: ignore[arg-type]
        await town.database.write(None, staging.reported, leader=leading, claimants=claimants, orders=many)
        await town.database.write(None, set_steps)
        await town.remote.step(DAYS_OF_SILENCE)
        began = time.monotonic()
        killing = asyncio.ensure_future(killed_again_and_again(process, chance, kills, (0.6, 1.2)))

        async def told() -> bool:
            undone = await town.sql("SELECT count(*) FROM due WHERE done_at IS NULL AND kind LIKE 'report.%'")
            return bool(undone == [(0,)])

        await killing
        started = time.monotonic()
        await until(told, 60)
        told_of = await town.sql("SELECT count(*) FROM delivery WHERE kind = 'review.overdue'")
        ended = time.monotonic()
        print(
            f"R23/R24: {reports} reports, {kills} kills in {started - began:.1f} s, "
            f"all told {ended - started:.1f} s after the last start"
        )
        assert told_of == [(reports,)], "each is told once to the area above"
        assert ended - began < 60
        assert (await command(process, "check"))[0] == 0


async def test_r23_r24_every_deadline_escalates_once_through_crashes(
    some_database: str,
    tmp_path: Path,
    chance: random.Random,
) -> None:
    await escalate(some_database, tmp_path, chance, reports=30, kills=1)


@pytest.mark.long
async def test_r23_r24_five_thousand_deadlines(
    database_url: str, tmp_path: Path, chance: random.Random
) -> None:
    await escalate(database_url, tmp_path, chance, reports=5000, kills=20)


def _wait_two_days(session: Session, now: datetime) -> None:
    (member,) = session.exec(select(Member.id).where(Member.telegram_id == 2)).all()
    staging.reported(session, now, LEA, [member], 1)
    session.flush()
    set_steps(session, now - timedelta(days=3))


async def _approve_while_it_escalates(scene: Scene, *, seconds: float = HELD) -> tuple[str, int]:
    """The reviewers' reminder stands in the middle of its transaction while a leader approves."""
    await scene.database.write(None, _wait_two_days)
    order: list[str] = []

    async def approve() -> None:
        await scene.does(LEA, reviews.decide, report_id=1, verb="approve", rating=5)
        order.append("approved")

    async def nag() -> None:
        await scene.falls_due("report.nag")
        order.append("escalated")

    async with scene.halfway(timetable, "_waiting_report", nag(), seconds=seconds):
        await approve()
    told = await scene.sql("SELECT count(*) FROM delivery WHERE kind = 'review.nag'")
    return order[0], told[0][0]


async def test_r24_nothing_escalates_after_it_was_settled(scene: Scene) -> None:
    assert await _approve_while_it_escalates(scene) == ("escalated", 1), (
        "the decision waits, and comes after it"
    )


async def test_r24_control_without_holding_the_claim_it_would(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step as a program writes it that looks first and acts then; on SQLite one transaction writes at a time."""
    monkeypatch.setattr(claims, "lock", lambda session, claim_id: session.get(Claim, claim_id))
    monkeypatch.setattr(timetable, "READ_AHEAD", {})
    first = "approved" if scene.database.url.startswith("postgresql") else "escalated"
    assert await _approve_while_it_escalates(scene, seconds=3.0) == (first, 1), "on a slow machine too"


async def test_r24_a_lost_step_is_written_down_again(scene: Scene) -> None:
    await scene.database.write(None, _wait_two_days)
    for kind in ("report.%", "order.%"):
        await scene.database.write(None, _lose, kind=kind)
    mended = await scene.database.write(None, auditor.mend)
    assert "report.step:1" in mended and any(fact.startswith("order.step") for fact in mended), mended
    assert await scene.database.write(None, auditor.mend) == []
    waiting = await scene.sql("SELECT count(*) FROM due WHERE kind = 'report.overdue' AND done_at IS NULL")
    assert waiting == [(1,)]


def _lose(session: Session, _now: datetime, kind: str) -> None:
    session.exec(delete(Due).where(col(Due.kind).like(kind)))


async def test_what_due_rows_read_is_forgotten_when_they_are_done(scene: Scene) -> None:
    """The sessions of a process live as long as it does: what a step keeps for the next must not outlive its transaction."""
    await scene.database.write(None, _wait_two_days)
    before = _in_memory()
    scene.now += timedelta(days=2, hours=12)
    while await work_off_dues(scene.database, scene.now):
        pass
    assert await scene.sql("SELECT count(*) FROM delivery WHERE kind = 'review.nag'") == [(1,)]
    assert _in_memory() == before


def _in_memory() -> int:
    gc.collect()
    return sum(type(thing) in (Report, Claim, Area) for thing in gc.get_objects())


async def test_r20_control_the_stock_scheduler_drops_what_fell_due_while_it_was_away() -> None:
    """APScheduler with its own defaults, a second and a half late."""
    ran: list[Any] = []
    scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": MemoryJobStore()})
    scheduler.start(paused=True)
    at = datetime.now(scheduler.timezone) + timedelta(seconds=0.1)  # noqa: DTZ005, TID251 - its own clock
    for number in range(20):
        scheduler.add_job(ran.append, "date", run_date=at, args=[number])
    await asyncio.sleep(1.6)
    scheduler.resume()
    await asyncio.sleep(0.3)
    left = len(scheduler.get_jobs())
    scheduler.shutdown(wait=False)
    assert (ran, left) == ([], 0)
