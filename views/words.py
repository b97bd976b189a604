"""Sentences in the reader's language: gettext catalogues, dates, counts, names. English is the source."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "dutygrid"
LANGUAGES = ("zh",)  # English is the source and needs no catalogue
MOST_NAMES = 40  # in a message, which holds 4,096 characters
FAR = timedelta(days=180)  # a day and a month could be those of another year
_PATTERNS = {
    "en": {"day": "EEE d MMM", "year": "EEE d MMM y", "full": "EEE d MMM yyyy", "join": "{day}, {clock}"},
    "zh": {"day": "EEE M月d日", "year": "y年M月d日 EEE", "full": "yyyy年M月d日 EEE", "join": "{day} {clock}"},
}


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """The translations for a language, compiled from its .po file on first use."""
    file = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not file.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(maxsize=1024)
def _day(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, _PATTERNS[language][pattern], locale=language))


@dataclass(frozen=True)
class Words:
    """Says things in one language. What is put into a sentence is escaped; a sentence is not."""

    language: str
    now: datetime | None = None  # of a day that is far from it the year is said too

    def say(self, message: str, **values: object) -> Markup:
        return Markup(catalogue(self.language).gettext(message)).format(**values)

    def count(self, one: str, many: str, n: int, **values: object) -> Markup:
        return Markup(catalogue(self.language).ngettext(one, many, n)).format(n=n, **values)

    def day(self, moment: datetime, zone: ZoneInfo, *, full: bool = False) -> str:
        far = self.now is not None and abs(moment - self.now) > FAR
        return _day(
            moment.astimezone(zone).date(), "full" if full else "year" if far else "day", self.language
        )

    def clock(self, moment: datetime, zone: ZoneInfo) -> str:
        return f"{moment.astimezone(zone):%H:%M}"

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A day and a time: `Tue 24 Nov, 18:00`."""
        return self._join(self.day(moment, zone), self.clock(moment, zone))

    def span(self, start: datetime, end: datetime, zone: ZoneInfo, *, full: bool = False) -> str:
        """Hours in full: the end's day is named when it is another."""
        day, last = self.day(start, zone, full=full), self.day(end, zone)
        if start.astimezone(zone).date() == end.astimezone(zone).date():
            return self._join(day, f"{self.clock(start, zone)}-{self.clock(end, zone)}")
        return f"{self._join(day, self.clock(start, zone))} - {self._join(last, self.clock(end, zone))}"

    def _join(self, day: str, clock: str) -> str:
        return _PATTERNS[self.language]["join"].format(day=day, clock=clock)

    def names(self, names: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(names)

    def few(self, names: Sequence[str], most: int = MOST_NAMES) -> str:
        """The names, as many as a message has room for."""
        left = (
            [str(self.count("and {n} more", "and {n} more", len(names) - most))] if len(names) > most else []
        )
        return self.names([*names[:most], *left])

    def hours(self, hours: float) -> str:
        return f"{hours:.1f}".rstrip("0").rstrip(".")

    def hours_given(self, hours: float) -> Markup:
        said = self.hours(hours)
        return self.count("{hours} hour", "{hours} hours", 1 if said == "1" else 2, hours=said)

    def metres(self, distance: int) -> Markup:
        if distance < 1000:
            return self.say("{metres} m", metres=distance)
        return self.say("{kilometres} km", kilometres=f"{distance / 1000:.1f}")


def marked(text: str) -> str:
    """The text itself: marks a sentence for the catalogues that is said later."""
    return text
