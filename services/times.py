"""Understanding hours as people type them: `明天 8-12`, `tomorrow 8-12`, `22:00-06:00`. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services import refusals
from services.named_days import FOLLOWING, take_day
from services.wording import normal, number

_CLOCK = re.compile(
    r"(?P<part>上午|早上|早晨|清晨|早|凌晨|中午|下午|傍晚|晚上|夜晚|晚|半夜|夜里)?\s*(?P<hour>\d{1,2})\s*(?:(?:[:.点时h]\s*)(?P<minute>\d{1,2}|半|一刻|三刻)?分?)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
)
_BARE = re.compile(r"(?!0)\d{1,2}\s*(?:[点时](?:半|一刻|三刻|\d{1,2}分?)?)?")  # 9, 9点半; not 09:00
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_TO = re.compile(r"\s*(?:-+|–|—|~|～|到|至|\bto\b|\buntil\b)\s*")
FURTHEST = timedelta(days=731)  # from now; whatever lies further off is a slip of the finger
_NIGHT, _HOUR, _DAY, _NOON = ("晚上", "夜晚", "晚", "半夜", "夜里"), 60, 24 * 60, 12 * 60
_TONIGHT = ("今", "tonight", "today", *_NIGHT)
_SMALL_HOURS = 4  # 晚上1点 is after midnight, and so is tonight 2
# A part of the day that names no hour, as a deadline
_END_OF = dict.fromkeys(("早", "一早", "早上", "早晨", "清晨", "上午", "中午"), _NOON) | {
    "下午": 18 * _HOUR, "傍晚": 19 * _HOUR, "晚上": _DAY - 1, "晚": _DAY - 1,
}  # fmt: skip
# Hours in Chinese letters, and names of hours
_SPELT = re.compile(
    r"([一二两三四五六七八九十]{1,3})(?=[点时])|(?<=[点时])([一二三四五六七八九十]{1,3})(?=分|$|[^刻\d])"
)
# Beside the day, or behind the hours
_PARTS_EN = {"morning": "上午", "afternoon": "下午", "evening": "晚上", "night": "晚上"}
_PART_EN = re.compile(
    r"^(?:in the |on the )?(morning|afternoon|evening|night)\b,?(.*)$|^(.*\d) in the (morning|afternoon|evening)$"
)
_NAMED = ((r"\bnoon\b", "12pm"), (r"\bmidnight\b", "24:00"), ("正午", "12pm"), ("午夜", "24:00"))


def parse_when(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end, as meant by who said it `now` where `zone` is, in UTC; an end before its start is on the next day.

    Raises BadTime when it cannot be read, PastTime when it is over already.
    """
    local = now.astimezone(zone)
    day, rest = take_day(normal(text), local.date())
    first, last, end_day = _take_span(rest, day, local.date())
    start_day = _near(day or local.date(), local.date())
    end_day = _near(end_day or start_day, local.date())
    back = _is_this_night(text, first, local)
    start_day, end_day = start_day - back, end_day - back
    if (end_day - start_day).days * _DAY + last <= first:
        end_day += timedelta(days=1)
    shown = timedelta(days=(end_day - start_day).days, minutes=last - first)  # by the clocks
    if shown <= timedelta(0):
        raise refusals.BadTime()
    if day in (None, local.date()) and start_day == end_day and _is_afternoon(rest, first, last, local):
        first, last = first + _NOON, last + _NOON
    elif day is None and _at(start_day, first, local) <= now:
        start_day, end_day = start_day + timedelta(days=1), end_day + timedelta(days=1)
    start, end = _at(start_day, first, local), _at(end_day, last, local)
    if end <= start:  # the clocks skip the hour that it ends in
        end = start + shown
    if end - start > timedelta(days=7):
        raise refusals.BadTime()
    if end <= now:
        raise refusals.PastTime()
    return start, end


def _is_this_night(said: str, clock: int, local: datetime) -> timedelta:
    """A day where 今晚1点, said at 00:20, is forty minutes away; none otherwise."""
    tonight = clock >= _DAY and local.hour < _SMALL_HOURS and normal(said).startswith(_TONIGHT)
    return timedelta(days=tonight and _at(local.date(), clock - _DAY, local) > local)


def _is_afternoon(said: str, first: int, last: int, local: datetime) -> bool:
    """Whether 3点到5点 is said when those hours of the night are over, and those of the afternoon are not."""
    if re.search(r"[上下凌晨早晚夜午ap:]|(?<!\d)0\d", said) or not _HOUR <= first < last < _NOON - 5 * _HOUR:
        return False
    today, now = local.date(), local.astimezone(UTC)
    return _at(today, last, local) <= now < _at(today, last + _NOON, local)


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """One moment, as a report deadline: a day and a time, either of them alone also; BadTime, PastTime."""
    local = now.astimezone(zone)
    day, rest = take_day(normal(text), local.date())
    rest = rest.strip()
    if not rest and day is None:
        raise refusals.BadTime()
    clock = _END_OF.get(_spelt(rest)) or _clock(_spelt(rest)) if rest else _DAY - 1
    on = _near(day or local.date(), local.date())
    moment = _at(on - _is_this_night(text, clock, local), clock, local)
    if day is None and moment <= now:
        moment = _at(local.date() + timedelta(days=1), clock, local)
    if moment <= now:
        raise refusals.PastTime()
    if moment - now > FURTHEST:
        raise refusals.BadTime()
    return moment


def _near(day: date, today: date) -> date:
    """The day, unless it is no day that anybody means; BadTime."""
    if abs((day - today).days) > FURTHEST.days:
        raise refusals.BadTime()
    return day


def read_clock(text: str) -> time:
    """A time of day alone: `18:30`, `晚上8点`; BadTime."""
    minutes = _clock(_spelt(normal(text))) % _DAY
    return time(minutes // _HOUR, minutes % _HOUR)


def _at(day: date, minutes: int, local: datetime) -> datetime:
    """So many minutes on the clock after a day's beginning, where and when it is `local`, in UTC; from 24:00 on it is
    the next day. Of an hour that comes twice the first is meant, unless it is over."""
    clock = time(minutes % _DAY // _HOUR, minutes % _HOUR, fold=local.fold)
    moment = datetime.combine(day + timedelta(days=minutes // _DAY), clock, tzinfo=local.tzinfo)
    return moment.astimezone(UTC)


def _spelt(text: str) -> str:
    """The same with numbers for what is spelt: 两点半, noon; without the words that only lead to it."""
    for word, clock in _NAMED:
        text = re.sub(word, clock, text)
    text = re.sub(r"^\W*(?:at|from)\s+", "", text)
    part = _PART_EN.match(text.strip())
    if part:
        text = _PARTS_EN[part[1] or part[4]] + (part[2] or part[3] or "").strip()
    return _SPELT.sub(lambda found: str(number(found[0]) or found[0]), text)


def _take_span(text: str, day: date | None, today: date) -> tuple[int, int, date | None]:
    parts = [part for part in _TO.split(_spelt(text.strip().strip(",，"))) if part]
    if len(parts) > 2 and (
        day is not None
    ):  # 2026-11-24 22:00 - 2026-11-25 06:00: the date's own dashes split too
        parts = [parts[0], "-".join(parts[1:])]
    if len(parts) != 2:
        raise refusals.BadTime()
    end_day, last = _take_end(parts[1].strip(), day or today, today)
    return *_clocks(parts[0].strip(), last.strip(), next_day=end_day not in (None, day or today)), end_day


def _take_end(text: str, start: date, today: date) -> tuple[date | None, str]:
    """The day that it ends, as of today: 后天 is that also behind 明天. What would lie before the start follows it."""
    end_day, rest = take_day(text, start if text.startswith(FOLLOWING) else today)
    return (end_day, rest) if end_day is None or end_day >= start else take_day(text, start)


def _clocks(first: str, last: str, *, next_day: bool) -> tuple[int, int]:
    """The two ends of a span. A part of the day said once counts for both, as in `下午2-5点` or `2-4pm`, unless
    that would turn the span around: `晚上10点-6点` and `tonight 10-6` end in the morning."""
    said_first, said_last = _part(first) or _half(first), _part(last) or _half(last)
    if said_first and not said_last and not next_day:
        start, same, plain = _clock(first), _clock(_like(first, last)), _clock(last)
        return start, same if same > start else _afternoon(start, plain)
    if said_last and not said_first:
        end, same, plain = _clock(last), _clock(_like(last, first)), _clock(first)
        if end == 0 < plain:  # "8-12 am" is a morning
            return plain, _NOON
        return (same if same < end else plain), end
    start, end = _clock(first), _clock(last)
    bare = all(_BARE.fullmatch(each) for each in (first, last)) and not next_day
    return start, _afternoon(start, end) if bare else end


def _afternoon(start: int, end: int) -> int:
    """`10am-2`, `8-6` and `12-2` end in the afternoon of the same day; what begins later ends the next day."""
    return end + _NOON if start < _NOON + _HOUR and end <= start and end < _NOON else end


def _like(said: str, bare: str) -> str:
    """A time with the part of the day that the other one has."""
    return f"{_part(said)}{bare}{_half(said)}"


def _part(text: str) -> str:
    found = _CLOCK.match(text.strip())
    return (found["part"] if found else None) or ""


def _half(text: str) -> str:
    found = _CLOCK.match(text.strip())
    return ((found["half"] if found else None) or "").replace(".", "")


def _clock(text: str) -> int:
    """A time of day in minutes; 24:00 and what the night says after it are the end of the day and the next one's morning."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise refusals.BadTime()
    hour, minute = int(found["hour"]), found["minute"] or "0"
    minutes = _MINUTES[minute] if minute in _MINUTES else int(minute)
    if minutes > 59 or hour > 24 or (hour == 24 and minutes):  # noqa: PLR2004 - the clock's own
        raise refusals.BadTime()
    return _of_day(hour, found["part"] or "", _half(text)) * _HOUR + minutes


def _of_day(hour: int, part: str, half: str) -> int:
    """The hour, 0 to 28, by the part of the day that was said."""
    if hour > 12:  # noqa: PLR2004 - the clock's own, as below
        return hour
    if part in _NIGHT:
        return hour % 12 + (24 if hour == 12 or hour <= _SMALL_HOURS else 12)  # noqa: PLR2004
    if half == "pm" or part in ("下午", "傍晚"):
        return hour % 12 + 12
    if part == "中午":
        return hour + 12 if hour <= _SMALL_HOURS else hour
    return 0 if hour == 12 and (half == "am" or part == "凌晨") else hour  # noqa: PLR2004
