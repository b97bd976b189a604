"""Days as people name them: 后天, next Monday, 11月28日（周六）, 元旦, the 30th. Pure."""

import re
from calendar import isleap
from datetime import date, timedelta

from services import refusals

_RELATIVE = {
    "大后天": 3, "后天": 2, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0,
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "tmr": 1, "today": 0, "tonight": 0,
}  # fmt: skip
_PART_OF = {
    "明早": "早",
    "今早": "早",
    "明晚": "晚",
    "今晚": "晚",
    "tonight": "晚",
}  # of the day, said with it
_PART_SAID = re.compile(r"^(?:早|晚|上午|中午|下午|凌晨|清晨|傍晚|夜)|[ap]m")
# Of the day that it begins, not of today
FOLLOWING = ("次日", "第二天", "翌日", "the next day", "next day", "the following day")
_FIXED = {
    "元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆节": (10, 1), "国庆": (10, 1), "圣诞节": (12, 25), "圣诞": (12, 25),
}  # fmt: skip
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY_EN = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAY_BESIDE = re.compile(rf"^\s*\(?(?:(?:周|星期|礼拜)[一二三四五六日天]|{_WEEKDAY_EN}\b)\)?,?")


def take_day(text: str, today: date) -> tuple[date | None, str]:
    """The day at the start of the text, and what follows it."""
    for word, days in (_RELATIVE | dict.fromkeys(FOLLOWING, 1)).items():
        if text.startswith(word):
            rest, part = text[len(word) :], _PART_OF.get(word, "")
            rest = rest.strip() if part else rest
            said = not part or _PART_SAID.search(rest)
            return today + timedelta(days=days), rest if said else part + rest
    if re.match(r"this (?:morning|noon|afternoon|evening)\b", text):
        return today, text.removeprefix("this ")
    for reader in (_iso_day, _month_day, _fixed_day, _english_day, _weekday):
        found = reader(text, today)
        if found is not None:
            return found[0], _WEEKDAY_BESIDE.sub("", found[1])
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
        years = [today.year - 1, today.year, today.year + 1]
    return next((found for year in years if (found := _make(year, month, day)) >= oldest), oldest)


def _iso_day(text: str, _today: date) -> tuple[date, str] | None:
    found = re.match(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号t]?(?=\D|$)", text)
    return (_make(*map(int, found.groups())), text[found.end() :]) if found else None


def _fixed_day(text: str, today: date) -> tuple[date, str] | None:
    """元旦, and the 30th alone: the next that comes."""
    for name, (month, day) in _FIXED.items():
        if text.startswith(name):
            return _coming(month, day, today), text[len(name) :]
    found = re.match(r"(\d{1,2})[日号](?=\D|$)", text)
    if found is None:
        return None
    months = ((today.replace(day=1) + timedelta(days=31 * ahead)).replace(day=1) for ahead in range(3))
    last = [(first + timedelta(days=31)).replace(day=1) - timedelta(days=1) for first in months]
    days = (one.replace(day=int(found[1])) for one in last if 1 <= int(found[1]) <= one.day)
    coming = next((one for one in days if one >= today), None)
    return (coming, text[found.end() :]) if coming else None


def _month_day(text: str, today: date) -> tuple[date, str] | None:
    found = re.match(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", text) or re.match(
        r"(\d{1,2})[-/](\d{1,2})(?=\s+\S*\d)", text
    )
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    if month > 12 >= day and "月" not in found[0]:  # noqa: PLR2004 - 25/12
        month, day = day, month
    return _coming(month, day, today), text[found.end() :]


def _english_day(text: str, today: date) -> tuple[date, str] | None:
    months = "|".join(_MONTHS_EN)
    before = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{months})[a-z]*\.?"
    after = rf"(?P<month>{months})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    for form in (before, after):
        found = re.match(rf"(?:{_WEEKDAY_EN},?\s+)?{form},?(?:\s+(?P<year>\d{{4}}))?", text)
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
        rf"(?:on\s+|this\s+|(?P<next>next)\s+)?(?P<day>(?={_WEEKDAY_EN}\b)[a-z]{{3}})[a-z]*\b", text
    )
    if not found:
        return None
    index = next(i for i, name in enumerate(_WEEKDAYS_EN) if name.startswith(found["day"]))
    ahead = index - today.weekday() + 7 if found["next"] else (index - today.weekday()) % 7
    return today + timedelta(days=ahead), text[found.end() :]
