"""Which category a request is: from the words of the disposal list, and from what leaders have confirmed since.

A message and a sector are compared by the pairs of letters they share (whole words in English), rare pairs counting
more; a first line that has others below it counts more than they do. What was confirmed adds to that, by how much more
often a pair came in a sector's requests than in all. It learns by counting: there is no training.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy.dialects import postgresql
from sqlmodel import Session, col, select

from models import Lesson, Secret
from models.prepared import insert_new
from models.sealed import new_key, seal, unseal
from services.disposal import Category
from services.vocabulary import Vocabulary, Weights, features, vocabulary, weigh

LEARNED, USUAL = 0.5, 0.2  # weights of what was confirmed: by words, and by how often a sector comes at all
EAGER, FEW = 1.5, 2  # weight of how often a name was right to come first, and so many times say little
SUGGESTED = 3
SURE = 0.45  # the share from which a suggestion is no question
MOST_FEATURES = 600
SECRET = "lessons"
REQUESTS = 0  # the feature that every request has
FIRST, JUDGED = -1, -2  # what came first for a request, and what it was then
_LESSON = Lesson.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Suggestion:
    """A category and its share of 1 among all; `sure` when it may be taken without asking."""

    category: Category
    share: float
    sure: bool = False


@dataclass
class Lessons:
    """Confirmed requests: how many of each category, and how many of those held each feature; and of those for which
    it is known what came `first`, what they were."""

    requests: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    holding: dict[str, Counter[str]] = field(default_factory=dict)  # by feature, then by category


@lru_cache(maxsize=8)
def _vocabularies(categories: tuple[Category, ...]) -> tuple[Vocabulary, dict[str, Vocabulary]]:
    """Of the sectors, and of the categories in each."""
    ordered = sorted(categories, key=lambda category: category.sector)
    by_sector = {sector: list(found) for sector, found in groupby(ordered, key=lambda each: each.sector)}
    sectors = vocabulary(
        {
            name: [name, *(word for each in found for word in _called(each))]
            for name, found in by_sector.items()
        }
    )
    within = {
        sector: vocabulary({each.code: _called(each) for each in found})
        for sector, found in by_sector.items()
    }
    return sectors, within


def _called(category: Category) -> list[str]:
    return [category.zh, category.en, *category.words]


def rank(categories: tuple[Category, ...], text: str, lessons: Lessons | None = None) -> list[Suggestion]:
    """All categories: the best of the likeliest sector, then by their shares, which add up to 1."""
    sectors, within = _vocabularies(categories)
    message, by_code = weigh(text), {category.code: category for category in categories}
    scores = _scores(sectors, message, lessons, {each.code: each.sector for each in categories})
    found: list[tuple[float, str]] = []
    sector_shares = _shares(scores)
    for name, share in zip(sectors.names, sector_shares, strict=True):
        inside = within[name]
        parts = _shares(_scores(inside, message, lessons, {code: code for code in inside.names}))
        found += [(share * part, code) for code, part in zip(inside.names, parts, strict=True)]
    likeliest = max(zip(sector_shares, sectors.names, strict=True))
    ordered = sorted(found, key=lambda each: (-each[0], each[1]))
    best = next(each for each in ordered if by_code[each[1]].sector == likeliest[1])
    ordered.remove(best)  # a sector of many categories would else lose to one of few
    return [
        Suggestion(by_code[code], share, place == 0 and likeliest[0] >= SURE)
        for place, (share, code) in enumerate([best, *ordered])
    ]


def _scores(
    vocabulary: Vocabulary, message: Weights, lessons: Lessons | None, name_of: Mapping[str, str]
) -> list[float]:
    """How well each name fits, by what it is called and by what was confirmed of its categories."""
    scores = vocabulary.overlap(message)
    if lessons is None or not lessons.requests:
        return scores
    taught = _taught(message, lessons, name_of, vocabulary.names)
    return [score + more for score, more in zip(scores, taught, strict=True)]


def _shares(scores: list[float]) -> list[float]:
    powers = [math.exp(score) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def _taught(
    message: Weights, lessons: Lessons, name_of: Mapping[str, str], names: tuple[str, ...]
) -> list[float]:
    """What confirmed requests say for each name, beside its vocabulary."""
    requests = _by_name(lessons.requests, name_of)
    every = sum(requests.values())
    if not every:
        return [0.0] * len(names)
    said, known = dict.fromkeys(names, 0.0), 0.0
    for feature, weight in message.items():
        holding = _by_name(lessons.holding.get(feature, Counter()), name_of)
        total = sum(holding.values())
        if total < 2:  # noqa: PLR2004 - once may be chance
            continue
        usual, known = total / every, known + weight
        for name, count in holding.items():
            share = (count + usual) / (requests[name] + 1)
            said[name] += weight * max(0.0, math.log(share / usual))
    length = math.sqrt(known) or 1.0
    first, judged = _by_name(lessons.first, name_of), _by_name(lessons.judged, name_of)
    return [
        LEARNED * said[name] / length
        + USUAL * math.log((requests[name] + 1) / (every + len(names)))
        + EAGER * math.log((judged[name] + FEW) / (first[name] + FEW))
        for name in names
    ]


def _by_name(counts: Counter[str], name_of: Mapping[str, str]) -> Counter[str]:
    """Counts of categories as those of what they belong to; a category that is in no list counts nowhere."""
    found: Counter[str] = Counter()
    for code, count in counts.items():
        if code in name_of:
            found[name_of[code]] += count
    return found


# What leaders have confirmed


def suggest(session: Session, categories: tuple[Category, ...], text: str) -> list[Suggestion]:
    """`likeliest`, by the list and by what was confirmed."""
    return likeliest(categories, text, lessons_for(session, text))


def likeliest(
    categories: tuple[Category, ...], text: str, lessons: Lessons | None = None
) -> list[Suggestion]:
    """The three likeliest categories; only such as something speaks for."""
    lessons, said = lessons or Lessons(), features(text)
    ranked = rank(categories, text, lessons)[:SUGGESTED]
    return [each for each in ranked if _speaks_for(each.category, categories, said, lessons)]


def calls(category: Category, text: str) -> bool:
    """Whether anything that is said calls the category by one of its words."""
    return not features(text).isdisjoint(frozenset().union(*map(features, _called(category))))


def _speaks_for(
    category: Category, categories: tuple[Category, ...], said: frozenset[str], lessons: Lessons
) -> bool:
    """Whether its sector is called by anything that was said, or such a thing was confirmed as the category."""
    sectors = _vocabularies(categories)[0]
    place = sectors.names.index(category.sector)
    return any(
        place in sectors.belongs.get(feature, ()) or category.code in lessons.holding.get(feature, ())
        for feature in said
    )


def lessons_for(session: Session, text: str) -> Lessons:
    """The lessons that bear on a message."""
    key = _key(session)
    if key is None:  # nothing was ever confirmed
        return Lessons()
    by_number = {_number(key, feature): feature for feature in _counted(text)}
    known = select(Lesson.feature, Lesson.category, Lesson.requests)
    lessons = Lessons()
    counts = {REQUESTS: lessons.requests, FIRST: lessons.first, JUDGED: lessons.judged}
    for number, code, requests in session.exec(
        known.where(col(Lesson.feature).in_([*counts, *by_number]))
    ).all():
        if number in counts:
            counts[number][code] = requests
        else:
            lessons.holding.setdefault(by_number[number], Counter())[code] = requests
    return lessons


def confirm(session: Session, _now: datetime, categories: tuple[Category, ...], text: str, code: str) -> None:
    """A leader says which category a request is: its words count for it from now on, and against what comes first too
    easily."""
    lessons = lessons_for(session, text)
    plain = replace(lessons, first=Counter(), judged=Counter())  # else it would correct its own corrections
    first = rank(categories, text, plain)[0].category.code
    key = _key(session) or _new_key(session)
    numbers = [REQUESTS, JUDGED, *(_number(key, feature) for feature in _counted(text))]
    insert = postgresql.insert(_LESSON)  # SQLite reads the same words
    again = {"requests": _LESSON.c.requests + 1}
    statement = insert.on_conflict_do_update(
        index_elements=[_LESSON.c.feature, _LESSON.c.category], set_=again
    )
    rows = [{"feature": number, "category": code, "requests": 1} for number in sorted(numbers)]
    rows.insert(0, {"feature": FIRST, "category": first, "requests": 1})
    session.connection().execute(statement, rows)


def _counted(text: str) -> list[str]:
    """The features of a message that are counted: of a very long one those of its first line before others."""
    weights = weigh(text)
    return sorted(weights, key=lambda feature: (-weights[feature], feature))[:MOST_FEATURES]


def _key(session: Session) -> bytes | None:
    """The secret of the lessons; it outlives a rotation of the data key, as they must."""
    kept = session.get(Secret, SECRET)
    value = unseal(session, kept, "value") if kept else None
    return value.encode() if value else None


def _new_key(session: Session) -> bytes:
    insert_new(session, Secret, name=SECRET)  # of two at once, one is kept
    kept = session.get(Secret, SECRET, populate_existing=True, with_for_update=True)
    if kept is not None and kept.value is None:
        seal(session, kept, "value", new_key())
        session.flush()
    return _key(session) or b""


def _number(key: bytes, feature: str) -> int:
    """A feature as a keyed hash of 62 bits: without the key nobody reads words from it."""
    digest = hashlib.blake2b(feature.encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2 or 1
