"""Habits: when people are reminded and left in peace; a person's before their area's before the usual ones."""

import re
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, select

from models import Area, Habit
from models.actor import Actor
from models.prepared import Prepared
from services import areas, audit, chats, deliveries, pressed, refusals, roles
from services.times import read_clock
from services.wording import normal

SHORTEST_BEFORE, LONGEST_BEFORE = 10, 180  # minutes
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Habits:
    """Minutes of the day, and minutes before a duty; all of them settable."""

    quiet_from: int = 21 * 60 + 30
    quiet_until: int = 7 * 60 + 30
    eve_at: int = 19 * 60
    before: int = 60

    def is_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether a moment lies in the quiet hours where the people are."""
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until

    def after_quiet(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or the end of the quiet hours it lies in."""
        if not self.is_quiet(at, zone):
            return at
        local = at.astimezone(zone)
        end = datetime.combine(local.date(), clock(self.quiet_until), tzinfo=zone)
        return end if end > at else end + timedelta(days=1)


USUAL = Habits()
FIELDS = tuple(field.name for field in fields(Habits))
_HABIT = Habit.__table__  # type: ignore[attr-defined]
_OF_MEMBER = Prepared(core_select(_HABIT).where(_HABIT.c.member_id == bindparam("member")))
_OF_AREAS = Prepared(core_select(_HABIT).where(areas.is_one_of(_HABIT.c.area_id)))


def clock(minute: int) -> time:
    """A minute of the day as a time."""
    return time(minute // 60, minute % 60)


def of_area(session: Session, area: Area | None) -> Habits:
    """What holds in an area: each habit of the nearest area from there upwards that has set it."""
    if area is None:
        return USUAL
    above = areas.covering(area)
    by_area = {row.area_id: row for row in _OF_AREAS.rows(session, **areas.as_parameters(above))}
    return _laid_over([by_area[at] for at in above if at in by_area], USUAL)


def of_member(session: Session, member_id: int | None, area: Area | None = None) -> Habits:
    """What holds for a person, in matters of an area."""
    row = _OF_MEMBER.first(session, member=member_id) if member_id else None
    return _laid_over([row] if row else [], of_area(session, area))


def _laid_over(rows: list[Any], below: Habits) -> Habits:
    said = {}
    for name in FIELDS:
        values = [getattr(row, name) for row in rows if getattr(row, name) is not None]
        said[name] = values[0] if values else getattr(below, name)
    return Habits(**said)


def by_words(session: Session, now: datetime, actor: Actor, words: str) -> None:
    """`/reminders`, alone or with what is to change: in private one's own, in a group those of its area."""
    area = None if actor.private else _led_area(session, actor)
    if words:
        change(session, now, actor, area, read(words))
    args = {"area": area.id if area else None}
    if actor.private:
        deliveries.answer(session, now, actor, "habits", args, payload="reminders")
    else:
        deliveries.say_here(session, now, actor, "habits", args)


def press(session: Session, now: datetime, actor: Actor, field: str, value: int) -> None:
    """A button under /reminders."""
    if (field == "before" and not SHORTEST_BEFORE <= value <= LONGEST_BEFORE) or value >= MINUTES_A_DAY:
        raise refusals.BadHabit()
    area = None if actor.private else _led_area(session, actor)
    change(session, now, actor, area, {field: value} if field != "usual" else dict.fromkeys(FIELDS))
    pressed.turn(session, now, actor, {"area": area.id if area else None, "at": now.isoformat()})


def _led_area(session: Session, actor: Actor) -> Area:
    area = chats.area_here(session, actor.cause.chat_id, actor.cause.thread_id)
    if area is None:
        raise refusals.ChatNotBound()
    roles.require_leads(session, actor, area)
    return area


def read(words: str) -> dict[str, int | None]:
    """`18:30`, `90 min`, `quiet 22:00-07:00`, `usual`, in either language; BadHabit."""
    plain = normal(words)
    if plain in ("usual", "default", "恢复", "默认"):
        return dict.fromkeys(FIELDS)
    before = re.fullmatch(r"(\d{1,3})\s*(?:min|minutes|分钟|分)(?:\s*(?:before|前))?", plain)
    if before and SHORTEST_BEFORE <= int(before[1]) <= LONGEST_BEFORE:
        return {"before": int(before[1])}
    quiet = re.fullmatch(r"(?:quiet|免打扰|安静)\s*(\S+?)\s*(?:-|~|到|至)\s*(\S+)", plain)
    if quiet:
        return {"quiet_from": _minute(quiet[1]), "quiet_until": _minute(quiet[2])}
    if before is None and re.fullmatch(r"[\d:点半晚上下午]+", plain):
        return {"eve_at": _minute(plain)}
    raise refusals.BadHabit()


def _minute(text: str) -> int:
    said = read_clock(text)
    return said.hour * 60 + said.minute


def change(
    session: Session, now: datetime, actor: Actor, area: Area | None, said: dict[str, int | None]
) -> None:
    """Set some habits of an area or of oneself; None goes back to what is inherited."""
    if not set(said) <= set(FIELDS) or not all(
        value is None or 0 <= value < 24 * 60 for value in said.values()
    ):
        raise refusals.BadHabit()
    mine = Habit.area_id == area.id if area else Habit.member_id == actor.member_id
    row = session.exec(select(Habit).where(mine)).first()
    if row is None:
        row = Habit(area_id=area.id) if area else Habit(member_id=actor.member_id)
    for name, value in said.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    kind, subject = ("area", area.id) if area else ("member", actor.member_id)
    audit.record(session, now, actor.member_id, "habits.set", kind, subject, **said)
