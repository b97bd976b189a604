"""The order form: keys in either language, one a line. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models import Evidence
from services import refusals, times
from services.wording import clean, normal, number

TITLE_LENGTH = 80
PLACE_LENGTH = 80
MOST_PLACES = 500
MOST_PHOTOS = 10

KEYS = {
    "where": ("where", "place", "地点", "地址", "在哪"),
    "when": ("when", "time", "时间"),
    "need": ("need", "people", "places", "人数", "需要"),
    "points": ("points", "积分"),
    "evidence": ("evidence", "proof", "photos", "photo", "凭证", "证明", "照片"),
    "in": ("in", "area", "范围", "区域", "网格"),
    "report_by": ("report by", "deadline", "汇报截止", "截止"),
}
_FIELD = {word: field for field, words in KEYS.items() for word in words}
_EVIDENCE = {
    Evidence.NONE: ("none", "no", "nothing", "无", "不用", "不需要", "没有"),
    Evidence.PHOTO: ("photo", "photos", "picture", "pictures", "照片", "图片", "拍照"),
    Evidence.LOCATION: ("location", "position", "位置", "定位"),
    Evidence.WORDS: ("words", "text", "文字", "说明"),
}


@dataclass(frozen=True)
class Draft:
    """An order being written. Hours are aware datetimes; None is not said yet."""

    title: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    report_by: datetime | None = None
    places: int = 1
    points: int = 1
    evidence: Evidence = Evidence.NONE
    evidence_count: int = 1
    area: str = ""
    area_id: int | None = None


def fields_of(lines: list[str]) -> dict[str, str]:
    """The form's lines by field; UnknownKey, DoubleKey."""
    found: dict[str, str] = {}
    for at, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        field, value = _field_of(line)
        if field is None:
            raise refusals.UnknownKey(line=at)
        if field in found:
            raise refusals.DoubleKey(line=at)
        found[field] = clean(value)
    return found


# Hours, and how many people, say by themselves what they are
_HOURS = re.compile(r"[^路街道巷弄号楼栋村门]*\d{1,2}(:\d\d|点半?)?\s?[-~到至]\s?\d{1,2}(:\d\d|点半?)?")


def _field_of(line: str) -> tuple[str | None, str]:
    """The field a line is of, and what it says: by the word before its colon, or without one by its first word."""
    key, separator, value = line.replace("：", ":").partition(":")
    if separator and normal(key) in _FIELD:
        return _FIELD[normal(key)], value
    if separator and not re.search(r"\d", key):  # a word before a colon, which nobody knows
        return None, line
    plain = normal(line)
    begun = (word for word in _FIELD if re.match(rf"{re.escape(word)}(\s|(?<=[一-鿿])\d)", plain))
    word = max(begun, key=len, default=None)
    if word is not None:
        return _FIELD[word], clean(line)[len(word) :]
    if _HOURS.fullmatch(plain):
        return "when", line
    return ("need", line) if number(line) is not None and not plain.isdigit() else (None, line)


# What makes two numbers hours: 3-5 alone may be anything
_OF_A_CLOCK = re.compile(
    r"[天日号周期早晚午点时:：]|\d\s?[ap]m\b|tomorrow|today|tonight|noon|day\b", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"(?:需要?|要|缺|need )?(\d{1,3}|[一二两三四五六七八九十]{1,3})\s?"
    r"(?:个人|人|[个名位](?:志愿者)?|people|volunteers|places)"
)
_DAY = re.compile(
    r"[今明后昨]天|[今明后][早晚]|周[一二三四五六日天]|星期|礼拜|\d月|\d[日号](?!楼)|早上|上午|中午|下午|傍晚|晚上|凌晨|"
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|to(?:day|morrow|night)|morning|afternoon|evening|noon)\b|\d(?:st|nd|rd|th)\b|"
    r"\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
# "meals for 5 people" are no five volunteers
_STANDS_APART = re.compile(r"([,，]|[\d点时分半]|[ap]m|noon|[一-鿿])\s*$")


def read_line(draft: Draft, line: str, said_at: datetime, zone: ZoneInfo) -> Draft:
    """The draft with what stands on one line: `扫雪 明天下午两点到四点 3人` is a title, hours and a number of people, in any
    order. A line without hours is all title. Refuses as `read_title`; PastTime."""
    words, fields = " ".join(clean(line).split()), dict[str, str]()
    short = len(words) <= 2 * TITLE_LENGTH
    while short and (peeled := next(_peel(words, said_at, zone, fields), None)):
        words, field, said = peeled
        fields[field] = said
    if "when" not in fields or _DAY.search(normal(words)):  # a day that stands elsewhere is of the hours, too
        return replace(draft, title=read_title(line))
    return fill(replace(draft, title=read_title(words)), fields, said_at, zone, 0)


def _peel(
    words: str, said_at: datetime, zone: ZoneInfo, known: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Hours or people at the end of the words, or at their beginning: (the other words, field, what it says)."""
    gaps = list(re.finditer(r"[ ,，]+", words))
    behind = [(words[: gap.end()], words[gap.end() :]) for gap in gaps]
    before = [(words[gap.end() :], words[: gap.start()]) for gap in reversed(gaps)]
    for rest, said in behind + before:
        if "when" not in known and _OF_A_CLOCK.search(said) and _is_hours(said, said_at, zone):
            yield rest.strip(" ,，"), "when", said
        found = "need" not in known and _PEOPLE.fullmatch(normal(said))
        if found and ((rest, said) in before or _STANDS_APART.search(rest)):
            yield rest.strip(" ,，"), "need", found[1]


def _is_hours(text: str, said_at: datetime, zone: ZoneInfo) -> bool:
    try:
        times.parse_when(text, said_at, zone)
    except refusals.BadTime:
        return False
    return True


def read_form(text: str, said_at: datetime, zone: ZoneInfo, points_cap: int) -> Draft:
    """A complete order from its form; a refusal names the first thing that is wrong."""
    lines = clean(text).split("\n")
    draft = fill(Draft(title=read_title(lines[0])), fields_of(lines[1:]), said_at, zone, points_cap)
    if draft.ends_at is None and draft.report_by is None:
        raise refusals.WhenMissing()
    return draft


def fill(draft: Draft, fields: dict[str, str], said_at: datetime, zone: ZoneInfo, points_cap: int) -> Draft:
    """The draft with the fields that were typed; "tomorrow" is the day after it was said."""
    readers: dict[str, Callable[[str], dict[str, Any]]] = {
        "where": lambda text: {"place": read_place(text)},
        "when": lambda text: dict(
            zip(("starts_at", "ends_at"), times.parse_when(text, said_at, zone), strict=True)
        ),
        "need": lambda text: {"places": read_places(text)},
        "points": lambda text: {"points": read_points(text, points_cap)},
        "evidence": lambda text: dict(zip(("evidence", "evidence_count"), read_evidence(text), strict=True)),
        "in": lambda text: {"area": text},
        "report_by": lambda text: {"report_by": times.parse_moment(text, said_at, zone)},
    }
    changes: dict[str, Any] = {}
    for field, text in fields.items():
        changes |= readers[field](text)
    made = replace(draft, **changes)
    if made.report_by and made.ends_at and made.report_by < made.ends_at:
        raise refusals.DeadlineBeforeEnd()
    return made


def read_title(text: str) -> str:
    title = " ".join(clean(text).split())
    key, separator, _ = title.replace("：", ":").partition(":")
    if not title or (separator and normal(key) in _FIELD):
        raise refusals.TitleMissing()
    if len(title) > TITLE_LENGTH:
        raise refusals.TitleTooLong(most=TITLE_LENGTH)
    return title


def read_place(text: str) -> str:
    place = " ".join(clean(text).split())
    if len(place) > PLACE_LENGTH:
        raise refusals.PlaceTooLong(most=PLACE_LENGTH)
    return place


def read_places(text: str) -> int:
    count = number(text)
    if count is None or not 1 <= count <= MOST_PLACES:
        raise refusals.BadPlaces(most=MOST_PLACES)
    return count


def read_points(text: str, cap: int) -> int:
    points = number(text)
    if points is None or not 0 <= points <= cap:
        raise refusals.BadPoints(most=cap)
    return points


def read_evidence(text: str) -> tuple[Evidence, int]:
    """What a report must hold, and how many photos (`2 photos`, `照片 2 张`, or the number alone)."""
    plain, alone = normal(text), number(text)
    if alone is not None:
        return (Evidence.PHOTO, min(alone, MOST_PHOTOS)) if alone else (Evidence.NONE, 1)
    for kind, words in _EVIDENCE.items():
        for word in sorted(words, key=len, reverse=True):
            rest = plain.replace(word, " ", 1) if word in plain else None
            if rest is not None and re.fullmatch(r"[\s\d张x×a一二两三四五六七八九十]*", rest):
                count = re.search(r"\d{1,2}|[一二两三四五六七八九十]{1,2}", rest)
                return kind, min(max(number(count.group()) or 1, 1), MOST_PHOTOS) if count else 1
    raise refusals.BadEvidence()
