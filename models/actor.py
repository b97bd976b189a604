"""Who acts, from where, and the no they may get.

A `Cause` is what the edge knows of an update; `load_actor` turns its sender into an `Actor`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql

from models.chat import ChatMember
from models.member import Member, Reach
from models.prepared import Prepared, insert_new

NAME_LENGTH = 12
LANGUAGES = ("en", "zh")


class Refusal(Exception):
    """A no that is true; its class names the sentence and `args_` fill it (numbers and codes only)."""

    def __init__(self, **args: Any) -> None:
        super().__init__(type(self).__name__)
        self.args_ = args
        self.language = ""  # the reader's, filled in by the database's write


HELPERS = ("ambulance", "police", "fire", "despair")
_NUMBER = re.compile(r"\+?\d[\d -]{1,18}")
Numbers = tuple[tuple[str, str], ...]


def emergency_numbers(said: str) -> Numbers:
    """`ambulance:120,police:110`: whom to call for what, first things first; ValueError."""
    plain = unicodedata.normalize("NFKC", said).replace("、", ",")  # as a Chinese keyboard writes them
    pairs = [[part.strip() for part in pair.split(":", 1)] for pair in plain.split(",") if pair.strip()]
    right = [len(pair) == 2 and pair[0] in HELPERS and _NUMBER.fullmatch(pair[1]) for pair in pairs]
    if not pairs or not all(right) or len({pair[0] for pair in pairs}) < len(pairs):
        raise ValueError(f"emergency numbers name {', '.join(HELPERS)}, once each as kind:number")
    return tuple((kind, number) for kind, number in pairs)


@dataclass(frozen=True)
class Policy:
    """The settings that services may know; see bot/settings.py for what each means."""

    default_language: str = "zh"
    time_zone: str = "Asia/Shanghai"
    settle_delay: int = 60  # seconds
    points_cap: int = 100
    bot_username: str = "DutyGridBot"
    country: str = "CN"  # whose calendar tells working days
    emergency: Numbers = (
        ("ambulance", "120"), ("police", "110"), ("fire", "119"), ("despair", "12356"),
    )  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A sender as Telegram names them."""

    telegram_id: int
    first_name: str
    language_code: str | None = None


@dataclass(frozen=True)
class Cause:
    """An update: who said what kind of thing where, and when; `card_at` is the date of our own message that was pressed."""

    update_id: int
    person: Person | None
    chat_id: int
    private: bool
    said_at: datetime
    thread_id: int | None = None
    message_id: int | None = None
    press: bool = False
    card_at: datetime | None = None


class Holder:
    """The cause of what the process does that holds the lease: ticks and deliveries, not an update."""


HOLDER: Final = Holder()


@dataclass(frozen=True)
class Actor:
    """Who acts now. `member_id` is 0 for somebody who hides behind a group or channel."""

    member_id: int
    telegram_id: int
    name: str
    language: str
    reach: Reach
    suspended: bool
    cause: Cause
    first_words: bool = False  # nothing could be written to them before, though they may have a role by now

    @property
    def said_at(self) -> datetime:
        return self.cause.said_at

    @property
    def can_be_answered(self) -> bool:
        """Whether they can be written to in private: they write there now, or have before and did not block us."""
        return self.private or self.reach == Reach.OK

    @property
    def private(self) -> bool:
        return self.cause.private


@lru_cache
def pick_language(*codes: str | None, default: str) -> str:
    """The first of `codes` that has a catalogue (`zh-hans` counts as `zh`), else the default."""
    for code in codes:
        short = (code or "").lower().replace("_", "-").split("-")[0]
        if short in LANGUAGES:
            return short
    return default


def short_name(name: str) -> str:
    """A name of at most 12 characters, without control and direction marks; never empty."""
    plain = "".join(letter for letter in name if letter.isprintable()).strip()
    return plain[:NAME_LENGTH] or "?"


def unknown_name(telegram_id: int) -> str:
    """What somebody is called whom the bot has not met yet."""
    return str(telegram_id)[-4:]


_MEMBER = Member.__table__  # type: ignore[attr-defined]
_PRESENCE = ChatMember.__table__  # type: ignore[attr-defined]
_KNOWN = ("id", "name", "language", "telegram_language", "reach", "suspended_at", "forgotten_at")
_PRESENT = (
    select(1)
    .where(
        _PRESENCE.c.member_id == _MEMBER.c.id,
        _PRESENCE.c.chat_id == bindparam("chat_id"),
        _PRESENCE.c.left_at.is_(None),
    )
    .exists()
)
_BY_TELEGRAM_ID = Prepared(
    select(*(_MEMBER.c[name] for name in _KNOWN), _PRESENT.label("present")).where(
        _MEMBER.c.telegram_id == bindparam("telegram_id")
    )
)


def load_actor(connection: Connection, cause: Cause, policy: Policy, now: datetime) -> Actor:
    """The member behind the update; known from now on if they were not, and seen in its group."""
    person = cause.person
    if person is None:
        return Actor(0, 0, "?", policy.default_language, Reach.NEVER_STARTED, False, cause)
    who = {"telegram_id": person.telegram_id, "chat_id": cause.chat_id}
    row = _BY_TELEGRAM_ID.first(connection, **who)
    if row is None:
        insert_new(
            connection,
            Member,
            telegram_id=person.telegram_id,
            name=short_name(person.first_name),
            telegram_language=person.language_code,
            reach=Reach.NEVER_STARTED,
            joined_at=now,
        )
        row = _BY_TELEGRAM_ID.first(connection, **who)
    changes = _changes(row, cause, person)
    if changes:
        connection.execute(update(_MEMBER).where(_MEMBER.c.id == row.id).values(**changes))
    if not cause.private and not row.present:
        _note_presence(connection, cause.chat_id, row.id, now)
    language = pick_language(row.language, person.language_code, default=policy.default_language)
    reach = changes.get("reach", Reach(row.reach))
    name = changes.get("name", row.name)
    first = "reach" in changes and row.reach == Reach.NEVER_STARTED
    suspended = row.suspended_at is not None
    return Actor(row.id, person.telegram_id, name, language, reach, suspended, cause, first)


def _changes(row: Any, cause: Cause, person: Person) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if cause.private and not cause.press and row.reach != Reach.OK:
        changes["reach"] = Reach.OK  # who writes to the bot can be written to
    if person.language_code and person.language_code != row.telegram_language:
        changes["telegram_language"] = person.language_code
    if row.forgotten_at is not None or row.name == unknown_name(person.telegram_id):
        changes |= {"forgotten_at": None, "name": short_name(person.first_name)}
    return changes


# One wording for both: SQLite knows PostgreSQL's ON CONFLICT.
_INSERT_PRESENCE = postgresql.insert(_PRESENCE).inline()
_NOTE_PRESENCE = Prepared(
    _INSERT_PRESENCE.on_conflict_do_update(
        index_elements=[_PRESENCE.c.chat_id, _PRESENCE.c.member_id],
        set_={"left_at": None, "since": _INSERT_PRESENCE.excluded.since},
        where=_PRESENCE.c.left_at.is_not(None),
    ),
    ("chat_id", "member_id", "since"),
)


def _note_presence(connection: Connection, chat_id: int, member_id: int, now: datetime) -> None:
    """Whoever acts in a chat is there, again if they had left."""
    _NOTE_PRESENCE.count(connection, chat_id=chat_id, member_id=member_id, since=now)
