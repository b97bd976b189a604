"""A flood stays with whoever makes it. Only what no hand can do is kept out: what changes something is given
back, and what was said before we could hear it, while we were away, does not count.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST, WINDOW = 120, 4.0  # updates without effect within so many seconds: thirty a second, for four seconds
# Letters that count as one more, and those that count at all: ten messages so long are no flood
LONG, LONGEST = 400, 4_096
TOLD_AGAIN = 60.0  # seconds until somebody who goes on is told again
FRESH = 60.0  # seconds; an older message was waiting for us, and no clock is so far from Telegram's
YEAR_9999 = 253_402_300_800  # in seconds since 1970: what is later is no date
FORGOTTEN = 10_000  # people remembered at most


@dataclass
class Record:
    """One person's updates in the present window. `told` is when they last heard that they are too fast."""

    since: float
    count: int = 0
    told: float = -TOLD_AGAIN
    muted: bool = False


def _next_window(before: Record | None, now: float, most: int) -> Record:
    """Who went on at that pace until now stays out for this window too."""
    if before is None:
        return Record(now)
    going_on = before.count > most and now - before.since < 2 * WINDOW
    return Record(now, muted=going_on, told=before.told)


@dataclass
class Guard:
    """`monotonic` are seconds that never go back, `wall` the time of day in seconds since 1970; `elsewhere` is what
    other processes counted for a person."""

    monotonic: Callable[[], float]
    wall: Callable[[], float]
    records: dict[int, Record] = field(default_factory=dict)
    elsewhere: Callable[[int], int] = lambda _person: 0
    most: int = MOST

    def admits(self, person: int, raw: dict[str, Any]) -> bool:
        """Count a person's update; False when it is one of a flood."""
        if self.wall() - _said_at(raw, self.wall()) > FRESH:
            return True
        now = self.monotonic()
        record = self.records.get(person)
        if record is None or now - record.since >= WINDOW:
            if len(self.records) >= FORGOTTEN:
                self.records.clear()
            record = self.records[person] = _next_window(record, now, self.most)
        record.count += _weight(raw)
        return not record.muted and record.count + self.elsewhere(person) <= self.most

    def forgive(self, person: int) -> None:
        """It changed something: no flood."""
        record = self.records.get(person)
        if record is not None and record.count > 0:
            record.count -= 1

    def tells(self, person: int) -> bool:
        """Whether to say so now: once a minute."""
        record, now = self.records.get(person), self.monotonic()
        if record is None or now - record.told < TOLD_AGAIN:
            return False
        record.told = now
        return True


def _weight(raw: dict[str, Any]) -> int:
    """As how many updates it counts: long words are work for us, and pasting them is none for whoever does."""
    message = raw.get("message")
    words = (message.get("text") or message.get("caption")) if isinstance(message, dict) else None
    return 1 + (min(len(words), LONGEST) // LONG if isinstance(words, str) else 0)


def _said_at(raw: dict[str, Any], now: float) -> float:
    """When a message was said; presses do not say, and count as said now."""
    message = raw.get("message")
    date = message.get("date") if isinstance(message, dict) else None
    return float(date) if isinstance(date, int) and abs(date) < YEAR_9999 else now
