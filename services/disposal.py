"""The disposal list (处置清单): what people ask for, whose matter each is, and how soon. Data that officers edit.

One row a category; `presets/disposal_list.csv` is the one we ship. Deadlines follow published practice of city hotlines:
care within the day, plain matters in one to three working days, hard ones in seven, and fifteen with approval.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services import duties

SHIPPED = Path(__file__).parent.parent / "presets" / "disposal_list.csv"
COLUMNS = (
    "sector", "sector_en", "code", "zh", "en", "level", "unit", "deadline", "extension", "extended_by", "chain",
    "template", "public", "shows", "sensitive", "words", "words_en",
)  # fmt: skip
LEVELS = ("grid", "street", "district", "department")
DETAILS = ("words", "place", "phone")
YES_OR_NO = {"yes": True, "no": False}
_TIME = re.compile(r"(\d{1,2})([hHd])")
MOST_DAYS = 15  # working days with every extension (the limit of published practice)


@dataclass(frozen=True)
class Span:
    """Working hours ("h") or days ("d"); or hours of any day, weekends too ("H"), for what cannot wait till Monday."""

    count: int
    unit: str


@dataclass(frozen=True)
class Category:
    """A row of the list. `words` are those people use, in both languages; `shows` what a helper may see."""

    code: str
    sector: str
    sector_en: str
    zh: str
    en: str
    level: str
    unit: str
    deadline: Span
    extension: Span | None
    extended_by: str
    chain: tuple[str, ...]
    template: str
    public: bool
    sensitive: bool
    shows: tuple[str, ...]
    words: tuple[str, ...]


def shown_to_helpers(category: Category | None) -> tuple[str, ...]:
    """What a helper may see; of what nobody has sorted, everything, as its leader sent them."""
    return category.shows if category is not None else DETAILS


def span(words: str) -> Span | None:
    """`8h`, `8H` or `3d`; None for anything else."""
    found = _TIME.fullmatch(words)
    return Span(int(found[1]), found[2]) if found and int(found[1]) else None


def problems_of(rows: Sequence[Mapping[str, str]]) -> list[tuple[int, str]]:
    """What is wrong with the rows of a list, by line (the header is line 1); never guessed, all of it told."""
    seen: set[str] = set()
    problems = []
    for line, row in enumerate(rows, start=2):
        problems += [(line, problem) for problem in _problems(row, seen)]
        seen.add(row["code"])
    return problems


def _problems(row: Mapping[str, str], seen: set[str]) -> Iterable[str]:
    code = row["code"]
    if not re.fullmatch(r"[a-z][a-z_]{1,29}", code):
        yield f"code {code!r} must be 2 to 30 small letters and underscores"
    if code in seen:
        yield f"code {code!r} is there already"
    for column in ("sector", "sector_en", "zh", "en", "unit", "words"):
        if not re.search(r"\w", row[column]):
            yield f"{column} is empty"
    for column in ("public", "sensitive"):
        if row[column] not in YES_OR_NO:
            yield f"{column} must be yes or no, not {row[column]!r}"
    if row["public"] == row["sensitive"] == "yes":
        yield "what is sensitive is never public"
    yield from _problems_of_owners(row)
    yield from _problems_of_times(row)


def _problems_of_owners(row: Mapping[str, str]) -> Iterable[str]:
    levels = (row["level"], *row["chain"].split(), *([row["extended_by"]] if row["extended_by"] else []))
    for level in dict.fromkeys(levels):
        if level not in LEVELS:
            yield f"{level!r} is not one of {', '.join(LEVELS)}"
    chain = row["chain"].split()
    if chain[:1] != [row["level"]]:
        yield "the chain must begin with the level that owns it"
    if len(set(chain)) < len(chain):
        yield f"the chain {row['chain']!r} names a level twice"
    if row["template"] and row["template"] not in duties.shipped():
        yield f"template {row['template']!r} is not one of {', '.join(duties.shipped())}"
    for detail in row["shows"].split():
        if detail not in DETAILS:
            yield f"shows {detail!r}, which is not one of {', '.join(DETAILS)}"


def _problems_of_times(row: Mapping[str, str]) -> Iterable[str]:
    deadline, extension = span(row["deadline"]), span(row["extension"])
    if deadline is None:
        yield f"deadline {row['deadline']!r} must be hours or days, as 8h, 8H or 3d"
    if row["extension"] and extension is None:
        yield f"extension {row['extension']!r} must be hours or days, as 8h, 8H or 3d"
    if bool(row["extension"]) != bool(row["extended_by"]):
        yield "an extension needs a level that grants it, and the other way round"
    days = sum(item.count for item in (deadline, extension) if item is not None and item.unit == "d")
    if days > MOST_DAYS:
        yield f"{days} days with the extension are more than {MOST_DAYS}"


def category(row: Mapping[str, str]) -> Category:
    """A row in which `problems_of` found nothing wrong."""
    deadline = span(row["deadline"])
    assert deadline is not None
    words_en = tuple(word.strip().lower() for word in row["words_en"].split(";") if word.strip())
    return Category(
        code=row["code"], sector=row["sector"], sector_en=row["sector_en"], zh=row["zh"], en=row["en"], level=row["level"], unit=row["unit"],
        deadline=deadline, extension=span(row["extension"]), extended_by=row["extended_by"],
        chain=tuple(row["chain"].split()), template=row["template"], public=YES_OR_NO[row["public"]],
        sensitive=YES_OR_NO[row["sensitive"]], shows=tuple(row["shows"].split()),
        words=(*row["words"].split(), *words_en),
    )  # fmt: skip


@cache
def shipped() -> tuple[Category, ...]:
    """The list that comes with DutyGrid."""
    with SHIPPED.open(encoding="utf-8", newline="") as source:
        return tuple(category(row) for row in csv.DictReader(source))
