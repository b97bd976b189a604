"""Deadlines: working time by real calendars, and steps that come once each whatever happens in between."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import working_time
from services.disposal import Span
from services.working_time import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
CHINA = Calendar("CN")


def _at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked", "span", "due"),
    [
        ("2026-11-24 10:00", Span(8, "h"), "2026-11-24 18:00"),
        ("2026-11-24 12:00", Span(8, "h"), "2026-11-25 11:00"),
        ("2026-11-24 23:30", Span(2, "h"), "2026-11-25 11:00"),
        ("2026-11-24 07:00", Span(1, "h"), "2026-11-24 10:00"),
        ("2026-11-27 17:00", Span(2, "h"), "2026-11-30 10:00"),  # over a weekend
        ("2026-11-28 10:00", Span(6, "H"), "2026-11-28 16:00"),  # what cannot wait runs on a Saturday
        ("2026-11-28 16:00", Span(6, "H"), "2026-11-29 13:00"),
        ("2026-11-24 10:00", Span(3, "d"), "2026-11-27 18:00"),
        (
            "2026-09-30 17:00",
            Span(3, "d"),
            "2026-10-10 18:00",
        ),  # a week of holidays, then a Saturday that is worked
        (
            "2026-02-13 10:00",
            Span(1, "d"),
            "2026-02-14 18:00",
        ),  # the Saturday before Spring Festival is worked
        ("2026-02-14 10:00", Span(1, "d"), "2026-02-24 18:00"),
        ("2026-12-31 10:00", Span(1, "d"), "2027-01-04 18:00"),
    ],
)
def test_working_time_knows_china_s_moved_days(asked: str, span: Span, due: str) -> None:
    assert working_time.after(_at(asked), span, ZONE, CHINA) == _at(due)


@given(st.dates(date(2025, 1, 1), date(2027, 6, 1)), st.times(), st.integers(1, 40), st.sampled_from("hdH"))
def test_more_time_is_never_sooner_and_deadlines_lie_in_working_time(
    day: date, clock: time, count: int, unit: str
) -> None:
    moment = datetime.combine(day, clock, tzinfo=ZONE)
    due = working_time.after(moment, Span(count, unit), ZONE, CHINA)
    assert due > moment
    assert working_time.after(moment, Span(count + 1, unit), ZONE, CHINA) > due
    assert working_time.OPENS <= due.time() <= working_time.CLOSES
    assert unit == "H" or CHINA.is_working(due.date())


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
def test_working_time_where_clocks_change(zone: str) -> None:
    """Days end at closing by the wall; hours are real ones."""
    here = ZoneInfo(zone)
    calendar = Calendar({"America/New_York": "US", "Europe/Berlin": "DE", "Australia/Lord_Howe": "AU"}[zone])
    day = datetime(2026, 1, 1, 10, tzinfo=here)
    for _ in range(365):
        due = working_time.after(day, Span(2, "d"), here, calendar)
        assert due.astimezone(here).time() == working_time.CLOSES
        day += timedelta(days=1)


def test_a_correction_moves_a_day_and_the_deadline_with_it() -> None:
    usual, moved = Calendar("CN", {}), Calendar("CN", {date(2027, 1, 4): False, date(2027, 1, 2): True})
    asked = _at("2026-12-31 10:00")
    assert working_time.after(asked, Span(1, "d"), ZONE, usual) == _at("2027-01-04 18:00")
    assert working_time.after(asked, Span(1, "d"), ZONE, moved) == _at("2027-01-02 18:00")
