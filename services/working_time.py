"""Working time: hours and days as an office counts them, in the area's zone, by the country's real calendar.

The calendar comes from `holidays` (China's moved working days with it); `presets/working_days.csv` corrects it,
so that a year's days can be entered the day they are published.
"""

import csv
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from services.disposal import Span

CORRECTIONS = Path(__file__).parent.parent / "presets" / "working_days.csv"
OPENS, CLOSES = time(9), time(18)
LONGEST = 400  # days looked ahead; no calendar is without a working day for so long


class EveryDay:
    """The calendar of what cannot wait: neighbours help on any day."""

    def is_working(self, _day: date) -> bool:
        return True


class Calendar(EveryDay):
    """Which days people work, in one country."""

    def __init__(self, country: str, corrections: dict[date, bool] | None = None) -> None:
        self._days = holidays.country_holidays(country)
        self._corrections = read_corrections(country) if corrections is None else corrections

    def is_working(self, day: date) -> bool:
        known = self._corrections.get(day)
        return self._days.is_working_day(day) if known is None else known


def read_corrections(country: str, source: Path = CORRECTIONS) -> dict[date, bool]:
    """Days that differ from the library's calendar."""
    with source.open(encoding="utf-8", newline="") as lines:
        return {
            date.fromisoformat(row["date"]): row["working"] == "yes"
            for row in csv.DictReader(lines)
            if row["country"] == country
        }


@lru_cache(maxsize=8)
def calendar_of(country: str) -> Calendar:
    """The calendar in force in this process."""
    return Calendar(country)


def after(moment: datetime, span: Span, zone: ZoneInfo, calendar: EveryDay) -> datetime:
    """The moment a span of working time has passed: hours run on while offices are open, days end at closing."""
    calendar = EveryDay() if span.unit == "H" else calendar
    at = _opened(moment.astimezone(zone), calendar)
    if span.unit == "d":
        local = moment.astimezone(zone)
        ended = calendar.is_working(local.date()) and local.time() == CLOSES  # a deadline that is extended
        day = local.date() if ended else at.date()
        for _ in range(span.count):
            day = _next_working(day, calendar)
        return datetime.combine(day, CLOSES, tzinfo=zone)
    left = timedelta(hours=span.count)
    while True:
        closes = datetime.combine(at.date(), CLOSES, tzinfo=zone)
        room = closes.timestamp() - at.timestamp()
        if left.total_seconds() <= room:
            return datetime.fromtimestamp(at.timestamp() + left.total_seconds(), zone)
        left -= timedelta(seconds=room)
        at = datetime.combine(_next_working(at.date(), calendar), OPENS, tzinfo=zone)


def _opened(at: datetime, calendar: EveryDay) -> datetime:
    """The moment itself in working time, else the next opening."""
    if calendar.is_working(at.date()):
        if at.time() < OPENS:
            return datetime.combine(at.date(), OPENS, tzinfo=at.tzinfo)
        if at.time() < CLOSES:
            return at
    return datetime.combine(_next_working(at.date(), calendar), OPENS, tzinfo=at.tzinfo)


def _next_working(day: date, calendar: EveryDay) -> date:
    for ahead in range(1, LONGEST):
        found = day + timedelta(days=ahead)
        if calendar.is_working(found):
            return found
    raise ValueError(f"no working day within {LONGEST} days of {day}")
