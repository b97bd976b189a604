"""Understanding hours as people type them: `明天 8-12`, `tomorrow 8-12`, `22:00-06:00`. Pure."""

import re
from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services import refusals
from services.wording import normal, number

_RELATIVE = {
    "大后天": 3, "后天": 2, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0,
    "次日": 1, "第二天": 1, "翌日": 1, "the next day": 1, "next day": 1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "tmr": 1, "today": 0, "tonight": 0,
}  # fmt: skip
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(
    r"(?P<part>上午|早上|早|凌晨|中午|下午|晚上|晚|半夜|夜里)?\s*(?P<hour>\d{1,2})\s*(?:(?:[:.点时h]\s*)(?P<minute>\d{1,2}|半|一刻|三刻)?分?)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
)
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_TO = re.compile(r"\s*(?:-+|–|—|~|～|到|至|\bto\b|\buntil\b)\s*")
FURTHEST = timedelta(days=731)  # from now; whatever lies further off is a slip of the finger
_NIGHT, _HOUR, _DAY, _NOON = ("晚上", "晚", "半夜", "夜里"), 60, 24 * 60, 12 * 60
_SMALL_HOURS = 4  # 晚上1点 is after midnight, and so is tonight 2
# Hours in Chinese letters, and names of hours
_SPELT = re.compile(
    r"([一二两三四五六七八九十]{1,3})(?=[点时])|(?<=[点时])([一二三四五六七八九十]{1,3})(?=分|$|[^刻\d])"
)
_NAMED = (("noon", "12pm"), ("midnight", "24:00"), ("正午", "12pm"), ("午夜", "24:00"))


def parse_when(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end, as meant by who said it `now` where `zone` is, in UTC; an end before its start is on the next day.

    Raises BadTime when it cannot be read, PastTime when it is over already.
    """
    local = now.astimezone(zone)
    day, rest = _take_day(normal(text), local.date())
    start_day = _near(day or local.date(), local.date())
    first, last, end_day = _take_span(rest, day, local.date())
    end_day = _near(end_day or start_day, local.date())
    if (end_day - start_day).days * _DAY + last <= first:
        end_day += timedelta(days=1)
    shown = timedelta(days=(end_day - start_day).days, minutes=last - first)  # by the clocks
    if shown <= timedelta(0):
        raise refusals.BadTime()
    if day is None and _at(start_day, first, local) <= now:
        start_day, end_day = start_day + timedelta(days=1), end_day + timedelta(days=1)
    start, end = _at(start_day, first, local), _at(end_day, last, local)
    if end <= start:  # the clocks skip the hour that it ends in
        end = start + shown
    if end - start > timedelta(days=7):
        raise refusals.BadTime()
    if end <= now:
        raise refusals.PastTime()
    return start, end


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """One moment, as a report deadline: a day and a time, either of them alone also; BadTime, PastTime."""
    local = now.astimezone(zone)
    day, rest = _take_day(normal(text), local.date())
    rest = rest.strip()
    if not rest and day is None:
        raise refusals.BadTime()
    clock = _clock(_spelt(rest)) if rest else _DAY - 1
    moment = _at(_near(day or local.date(), local.date()), clock, local)
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
        text = text.replace(word, clock)
    text = re.sub(r"^\W*(?:at|from)\s+", "", text)
    return _SPELT.sub(lambda found: str(number(found[0]) or found[0]), text)


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
    oldest = today - timedelta(days=31)
    if (month, day) == (2, 29):
        years = [year for year in range(today.year, today.year + 9) if isleap(year)]
    else:
        years = [today.year, today.year + 1]
    return next((found for year in years if (found := _make(year, month, day)) >= oldest), oldest)


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
    before = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{months})[a-z]*\.?"
    after = rf"(?P<month>{months})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    for form in (before, after):
        found = re.match(rf"(?:\w{{3,9}},?\s+)??{form},?(?:\s+(?P<year>\d{{4}}))?", text)
        if found:
            month, day = _MONTHS_EN.index(found["month"]) + 1, int(found["day"])
            said = _make(int(found["year"]), month, day) if found["year"] else _coming(month, day, today)
            return said, text[found.end() :]
    return None


def _weekday(text: str, today: date) -> tuple[date, str] | None:
    found = re.match(
        r"(?P<next>下{0,4})(?P<this>[这本])?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])", text
    )
    if found:
        index = "一二三四五六日".index(found["day"].replace("天", "日"))
        ahead = (index - today.weekday()) % 7
        if found["next"]:
            ahead = index - today.weekday() + 7 * len(found["next"])
        return today + timedelta(days=ahead), text[found.end() :]
    found = re.match(
        r"(?:on\s+|this\s+|(?P<next>next)\s+)?(?P<day>mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", text
    )
    if not found:
        return None
    index = next(i for i, name in enumerate(_WEEKDAYS_EN) if name.startswith(found["day"]))
    ahead = (index - today.weekday()) % 7
    return today + timedelta(days=ahead or (7 if found["next"] else 0)), text[found.end() :]


def _take_span(text: str, day: date | None, today: date) -> tuple[int, int, date | None]:
    parts = [part for part in _TO.split(_spelt(text.strip().strip(",，"))) if part]
    if len(parts) > 2 and (
        day is not None
    ):  # 2026-11-24 22:00 - 2026-11-25 06:00: the date's own dashes split too
        parts = [parts[0], "-".join(parts[1:])]
    if len(parts) != 2:
        raise refusals.BadTime()
    end_day, last = _take_day(parts[1].strip(), day or today)
    return *_clocks(parts[0].strip(), last.strip(), next_day=end_day not in (None, day or today)), end_day


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
    bare = first.isdigit() and last.isdigit() and not next_day
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
    if half == "pm" or part == "下午":
        return hour % 12 + 12
    if part == "中午":
        return hour + 12 if hour <= _SMALL_HOURS else hour
    return 0 if hour == 12 and (half == "am" or part == "凌晨") else hour  # noqa: PLR2004
