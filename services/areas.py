"""Areas. `covering` and `within` are the only code that knows the tree's shape."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, literal, or_
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from models import Area, Level
from models.actor import HELPERS, Numbers, Policy, emergency_numbers
from models.prepared import Prepared
from models.together import rows_once
from services import refusals
from services.wording import clean

ORDER_OF_LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
COLUMNS = ("code", "parent_code", "level", "name")


@dataclass(frozen=True)
class AreaFacts:
    id: int
    name: str
    level: Level
    parent_id: int | None
    children: tuple[tuple[int, str], ...]


def covering(area: Any) -> tuple[int, ...]:
    """Ids of the area and all above it, nearest first."""
    return tuple(int(part) for part in reversed(area.path.strip("/").split("/")))


def within(area: Area) -> ColumnElement[bool]:
    """The condition that an Area row is the area or below it."""
    return col(Area.path).startswith(area.path, autoescape=True)


def get(session: Session, area_id: int | None) -> Area:
    area = session.get(Area, area_id) if area_id else None
    if area is None or area.retired_at is not None:
        raise refusals.NoSuchArea()
    return area


MOST_NAMED = 6  # areas that a refusal names


def find(session: Session, words: str) -> Area:
    """The one area with that code or name, else the one whose name holds the words; NoSuchArea, ManyAreas."""
    words = clean(words)
    if not words:
        raise refusals.NoSuchArea()
    live = select(Area).where(col(Area.retired_at).is_(None))
    for condition in (
        Area.code == words,
        func.lower(col(Area.name)) == words.lower(),
        col(Area.name).contains(words, autoescape=True),
    ):
        found = session.exec(live.where(condition).limit(50)).all()
        if len(found) == 1:
            return found[0]
        if found:
            first = [f"{area.name} ({area.code})" for area in found[:MOST_NAMED]]
            names = ", ".join(first) + ("…" if len(found) > MOST_NAMED else "")
            raise refusals.ManyAreas(count=len(found), names=names)
    raise refusals.NoSuchArea()


def is_named(session: Session, words: str) -> bool:
    """Whether the words are an area's code or name as it stands."""
    exact = (col(Area.code) == clean(words)) | (col(Area.name) == clean(words))
    return session.exec(select(Area.id).where(exact).limit(1)).first() is not None


# What an office adds to the name that people use
_OFFICIAL = re.compile(
    r"(社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|街道办事处|第?[一二三四五六七八九十0-9]+网格|网格|社区|小区|街道| ?grid( \w+)?| community)$"
)
_SHORTEST = 2  # letters of a name that is no word like any other


def mentioned(session: Session, words: str, *, loosely: bool = False) -> int | None:
    """The one area whose whole name stands in the words, or `loosely` the name people use, the longest before others;
    None when it is unclear."""
    if not words.strip():
        return None
    said = clean(words).lower()
    live = select(Area.id, Area.name).where(
        col(Area.retired_at).is_(None), func.length(col(Area.name)) > 1, Area.level != Level.DISTRICT
    )
    named = live.where(literal(said).contains(func.lower(col(Area.name))))
    rows = session.exec(named.order_by(func.length(col(Area.name)).desc()).limit(2)).all()
    if rows or not loosely:
        alone = len(rows) == 1 or (len(rows) > 1 and len(rows[0][1]) > len(rows[1][1]))
        return rows[0][0] if alone else None
    every = session.exec(live.add_columns(col(Area.path))).all()  # type: ignore[call-overload]
    return _called(said, [(short_name(name.lower()), id_, path) for id_, name, path in every])


def short_name(name: str) -> str:
    """朝阳楼社区居委会 as people call it: 朝阳楼."""
    while (shorter := _OFFICIAL.sub("", name).strip()) != name:
        name = shorter
    return name


def _called(said: str, short: list[tuple[str, int, str]]) -> int | None:
    """The area that is called so in what was said; of several the one that all others are part of."""
    spoken = [row for row in short if len(row[0]) >= _SHORTEST and row[0] in said]
    longest = max((len(name) for name, _, _ in spoken), default=0)
    called = [(id_, path) for name, id_, path in spoken if len(name) == longest]
    return next((id_ for id_, path in called if all(other.startswith(path) for _, other in called)), None)


def facts(session: Session, area_id: int | None) -> AreaFacts | None:
    """An area and its children for walking the tree; the roots for None."""
    children = session.exec(
        select(Area.id, Area.name)
        .where(Area.parent_id == area_id, col(Area.retired_at).is_(None))
        .order_by(col(Area.code))
    ).all()
    below = tuple((row[0], row[1]) for row in children)
    if area_id is None:
        return AreaFacts(0, "", Level.DISTRICT, None, below)
    area = session.get(Area, area_id)
    return AreaFacts(area.id, area.name, area.level, area.parent_id, below) if area else None


_AREA = (
    col(Area.id), col(Area.path), col(Area.time_zone), col(Area.language), col(Area.emergency), col(Area.retired_at),
)  # fmt: skip
_ROW = Prepared(core_select(*_AREA).where(col(Area.id) == bindparam("area")))
_PLACES = ("first", "second", "third", "fourth")  # a tree has four levels


def is_one_of(column: Any) -> ColumnElement[bool]:
    """The condition, for a prepared statement, that a column is one of the ids of `as_parameters`."""
    return or_(*(column == bindparam(name) for name in _PLACES))


def as_parameters(ids: tuple[int, ...]) -> dict[str, int]:
    """At most four areas as the parameters of `is_one_of`."""
    return dict.fromkeys(_PLACES, 0) | dict(zip(_PLACES, ids, strict=False))


_SAID = Prepared(core_select(*_AREA).where(is_one_of(col(Area.id))))


def zone(session: Session, area: Any) -> ZoneInfo:
    """The time zone of the area (or its bare row), inherited from above; the setting where none is set."""
    return ZoneInfo(_inherited(session, area, "time_zone") or policy(session).time_zone)


def language(session: Session, area: Any) -> str:
    """The language of what is written for the area, inherited like its zone."""
    return _inherited(session, area, "language") or policy(session).default_language


def emergency(session: Session, area_id: int | None) -> Numbers:
    """Whom to call in the area, inherited like its zone; the setting for whatever is not said there."""
    area = _ROW.first(session, area=area_id) if area_id else None
    said = _inherited(session, area, "emergency") if area else None
    numbers = dict(policy(session).emergency) | dict(emergency_numbers(said) if said else ())
    return tuple((kind, numbers[kind]) for kind in HELPERS if kind in numbers)


def coded(session: Session, code: str) -> Area:
    area = session.exec(select(Area).where(Area.code == code, col(Area.retired_at).is_(None))).first()
    if area is None:
        raise refusals.NoSuchArea()
    return area


def zone_of(session: Session, area_id: int) -> ZoneInfo:
    """`zone` without loading the area; NoSuchArea."""
    area = _ROW.first(session, area=area_id)
    if area is None or area.retired_at is not None:
        raise refusals.NoSuchArea()
    return zone(session, area)


def _inherited(session: Session, area: Any, column: str) -> str | None:
    """What the nearest area from here upwards says."""
    said = getattr(area, column)
    above = covering(area)[1:]
    if said or not above:
        return said or None
    by_id = {row.id: getattr(row, column) for row in rows_once(session, _SAID, **as_parameters(above))}
    return next((value for at in above if (value := by_id[at])), None)


def policy(session: Session) -> Policy:
    """The settings services may know."""
    found: Policy = session.info["policy"]
    return found


def is_empty(session: Session) -> bool:
    return session.exec(select(Area.id).limit(1)).first() is None


def plant(session: Session, name: str) -> Area:
    """A first area of an empty tree, named after a group."""
    return _add(session, [({"code": "1", "level": Level.GRID, "name": name[:80]}, None)])[0]


def _add(session: Session, rows: list[tuple[dict[str, Any], Area | None]]) -> list[Area]:
    """Add the areas of some rows, each with the area it is in."""
    added = [
        Area(
            code=row["code"],
            parent_id=parent.id if parent else None,
            level=Level(row["level"]),
            name=clean(row["name"]),
            path="",
        )
        for row, parent in rows
    ]
    session.add_all(added)
    session.flush()
    for area, (_row, parent) in zip(added, rows, strict=True):
        area.path = f"{parent.path if parent else '/'}{area.id}/"
    session.flush()
    return added


def of_no_place(session: Session) -> list[int]:
    """The areas whose leaders have what is of no known place: the roots of the highest level there is. Where several grids
    stand side by side it is none of theirs more than another's."""
    roots = session.exec(
        select(Area).where(col(Area.parent_id).is_(None), col(Area.retired_at).is_(None))
    ).all()
    highest = min((ORDER_OF_LEVELS.index(area.level) for area in roots), default=0)
    found = [area.id for area in roots if ORDER_OF_LEVELS.index(area.level) == highest]
    return found if len(found) == 1 or highest < ORDER_OF_LEVELS.index(Level.COMMUNITY) else []


def problems_of(rows: list[dict[str, str]], known: set[str]) -> list[tuple[int, str]]:
    """What is wrong with the rows of an area file, by line (the header is line 1)."""
    seen: dict[str, str] = {}
    problems: list[tuple[int, str]] = []
    for line, row in enumerate(rows, start=2):
        code, parent = row.get("code") or "", row.get("parent_code") or ""
        for problem in _row_problems(row, seen, known):
            problems.append((line, problem))
        if parent and parent not in seen and parent not in known:
            problems.append((line, f"parent_code {parent!r} is not defined above"))
        elif parent in seen and not _is_below(row.get("level") or "", seen[parent]):
            problems.append((line, f"level {row.get('level')!r} cannot be inside a {seen[parent]}"))
        seen[code] = row.get("level") or ""
    return problems


def _row_problems(row: dict[str, str], seen: dict[str, str], known: set[str]) -> Iterable[str]:
    code, name = row.get("code") or "", clean(row.get("name") or "")
    if not code or len(code) > 32:
        yield "code is empty or longer than 32 characters"
    elif code in seen or code in known:
        yield f"code {code!r} is there already"
    if row.get("level") not in set(Level):
        yield f"level {row.get('level')!r} is not one of {', '.join(Level)}"
    if not name or len(name) > 80:
        yield "name is empty or longer than 80 characters"


def _is_below(level: str, above: str) -> bool:
    levels = [str(item) for item in ORDER_OF_LEVELS]
    return level in levels and above in levels and levels.index(level) > levels.index(above)


def codes(session: Session) -> set[str]:
    return set(session.exec(select(Area.code)).all())


def import_rows(session: Session, _now: datetime, rows: list[dict[str, str]]) -> int:
    """Add the areas of a file that `problems_of` found nothing wrong with; how many. Level by level, for speed."""
    by_code: dict[str, Area | None] = {"": None}
    by_code |= {area.code: area for area in session.exec(select(Area)).all()}
    left = rows
    while now := [row for row in left if (row.get("parent_code") or "") in by_code]:
        added = _add(session, [(row, by_code[row.get("parent_code") or ""]) for row in now])
        by_code |= {area.code: area for area in added}
        left = [row for row in left if row["code"] not in by_code]
    return len(rows)
