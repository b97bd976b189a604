"""Understanding hours as people type them: `明天 8-12`, `tomorrow 8-12`, `22:00-06:00`. Pure."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services import refusals
from services.wording import normal

_RELATIVE = {
    "大后天": 3, "后天": 2, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0,
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "tmr": 1, "today": 0, "tonight": 0,
}  # fmt: skip
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(
    r"(?P<part>上午|早上|早|凌晨|中午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})\s*(?:(?:[:.点时h]\s*)(?P<minute>\d{1,2}|半|一刻|三刻)?分?)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
)
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_TO = re.compile(r"\s*(?:-+|–|—|~|～|到|至|\bto\b|\buntil\b)\s*")
FURTHEST = timedelta(days=731)  # from now; whatever lies further off is a slip of the finger
_AFTERNOON = ("下午", "晚上", "晚")


def parse_when(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end as aware datetimes in `zone`; an end before its start is on the next day.

    Raises BadTime when it cannot be read, PastTime when it is over already.
    """
    local = now.astimezone(zone)
    day, rest = _take_day(normal(text), local.date())
    first, last, end_day = _take_span(rest, day, local.date())
    start_day = day or local.date()
    if abs((start_day - local.date()).days) > FURTHEST.days:
        raise refusals.BadTime()
    start, end = _at(start_day, first, zone), _at(end_day or start_day, last, zone)
    if end <= start:
        end = _at((end_day or start_day) + timedelta(days=1), last, zone)
    if day is None and start <= local:
        start, end = _at(start_day + timedelta(days=1), first, zone), end + timedelta(days=1)
    if end - start > timedelta(days=7):
        raise refusals.BadTime()
    if end <= local:
        raise refusals.PastTime()
    return start, end


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """One moment, as a report deadline: a day and a time, either of them alone also; BadTime, PastTime."""
    local = now.astimezone(zone)
    day, rest = _take_day(normal(text), local.date())
    rest = rest.strip()
    if not rest and day is None:
        raise refusals.BadTime()
    moment = _at(day or local.date(), _clock(rest) if rest else time(23, 59), zone)
    if day is None and moment <= local:
        moment = _at(local.date() + timedelta(days=1), moment.timetz().replace(tzinfo=None), zone)
    if moment <= local:
        raise refusals.PastTime()
    if moment - local > FURTHEST:
        raise refusals.BadTime()
    return moment


def read_clock(text: str) -> time:
    """A time of day alone: `18:30`, `晚上8点`; BadTime."""
    return _clock(normal(text))


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone)


def _take_day(text: str, today: date) -> tuple[date | None, str]:
    """The day at the start of the text, and what follows it."""
    for word, days in _RELATIVE.items():
        if text.startswith(word):
            rest = text[len(word) :]
            return today + timedelta(days=days), (
                "晚" + rest.strip() if word.endswith(("晚", "night")) else rest
            )
    for reader in (_iso_day, _month_day, _english_day, _weekday):
        found = reader(text, today)
        if found is not None:
            return found
    return None, text


def _make(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise refusals.BadTime() from None


def _coming(month: int, day: int, today: date) -> date:
    """That day this year, or next year where it lies more than a month back."""
    this_year = _make(today.year, month, day)
    return this_year if this_year >= today - timedelta(days=31) else _make(today.year + 1, month, day)


def _iso_day(text: str, _today: date) -> tuple[date, str] | None:
    found = re.match(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号t]?(?=\D|$)", text)
    return (_make(*map(int, found.groups())), text[found.end() :]) if found else None


def _month_day(text: str, today: date) -> tuple[date, str] | None:
    found = re.match(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", text) or re.match(
        r"(\d{1,2})[-/](\d{1,2})(?=\s+\S*\d)", text
    )
    return (_coming(int(found[1]), int(found[2]), today), text[found.end() :]) if found else None


def _english_day(text: str, today: date) -> tuple[date, str] | None:
    months = "|".join(_MONTHS_EN)
    found = re.match(rf"(?:\w{{3,9}},?\s+)?(\d{{1,2}})\s+({months})[a-z]*\.?,?(?:\s+(\d{{4}}))?", text)
    if not found:
        return None
    month = _MONTHS_EN.index(found[2]) + 1
    day = _make(int(found[3]), month, int(found[1])) if found[3] else _coming(month, int(found[1]), today)
    return day, text[found.end() :]


def _weekday(text: str, today: date) -> tuple[date, str] | None:
    found = re.match(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])", text)
    if found:
        index = "一二三四五六日".index(found[2].replace("天", "日"))
        ahead = (index - today.weekday()) % 7
        if found[1]:
            ahead = index - today.weekday() + 7
        return today + timedelta(days=ahead), text[found.end() :]
    found = re.match(r"(?:on\s+|next\s+)?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", text)
    if not found:
        return None
    index = next(i for i, name in enumerate(_WEEKDAYS_EN) if name.startswith(found[1]))
    return today + timedelta(days=(index - today.weekday()) % 7), text[found.end() :]


def _take_span(text: str, day: date | None, today: date) -> tuple[time, time, date | None]:
    parts = [part for part in _TO.split(text.strip().strip(",，")) if part]
    if len(parts) > 2 and (
        day is not None
    ):  # 2026-11-24 22:00 - 2026-11-25 06:00: the date's own dashes split too
        parts = [parts[0], "-".join(parts[1:])]
    if len(parts) != 2:
        raise refusals.BadTime()
    end_day, last = _take_day(parts[1].strip(), day or today)
    return *_clocks(parts[0].strip(), last.strip(), next_day=end_day not in (None, day or today)), end_day


def _clocks(first: str, last: str, *, next_day: bool) -> tuple[time, time]:
    """The two ends of a span. A part of the day said once counts for both, as in `下午2-5点` or `2-4pm`, unless
    that would turn the span around: `晚上10点-6点` and `tonight 10-6` end in the morning."""
    said_first, said_last = _part(first) or _half(first), _part(last) or _half(last)
    if said_first and not said_last and not next_day:
        start, same, plain = _clock(first), _clock(_like(first, last)), _clock(last)
        return start, same if same > start else _afternoon(start, plain)
    if said_last and not said_first:
        end, same, plain = _clock(last), _clock(_like(last, first)), _clock(first)
        return (same if same < end else plain), end
    start, end = _clock(first), _clock(last)
    bare = first.isdigit() and last.isdigit() and not next_day
    return start, _afternoon(start, end) if bare else end


def _afternoon(start: time, end: time) -> time:
    """`10am-2` and `8-6` end in the afternoon of the same day; what begins after noon ends the next day."""
    return end.replace(hour=end.hour + 12) if start.hour < 12 and end <= start and end.hour < 12 else end


def _like(said: str, bare: str) -> str:
    """A time with the part of the day that the other one has."""
    return f"{_part(said)}{bare}{_half(said)}"


def _part(text: str) -> str:
    found = _CLOCK.match(text.strip())
    return (found["part"] if found else None) or ""


def _half(text: str) -> str:
    found = _CLOCK.match(text.strip())
    return ((found["half"] if found else None) or "").replace(".", "")


def _clock(text: str) -> time:
    """A time of day; `24:00` is midnight, 下午 and pm add twelve hours."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise refusals.BadTime()
    hour, minute = int(found["hour"]), found["minute"] or "0"
    minutes = _MINUTES[minute] if minute in _MINUTES else int(minute)
    half, part = _half(text), found["part"] or ""
    if (half == "pm" or part in _AFTERNOON) and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    if hour == 24 and minutes == 0:
        hour = 0
    if hour > 23 or minutes > 59:
        raise refusals.BadTime()
    return time(hour, minutes)
