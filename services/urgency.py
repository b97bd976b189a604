"""Words of danger, illness and despair. Who writes them reads whom to call, and a leader hears, whatever else is said.

Phrases, not single words: a complaint about a hospital is no emergency, "他晕倒了" is.
"""

import re
from functools import cache

from services.danger_words import CRIES, FORMS, HARMLESS, PHRASES
from services.wording import normal

_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ .·](?=[\u4e00-\u9fff])")  # 救 命
MOST_LETTERS = 2_000  # of a longer text only the beginning is read: it is no cry for help


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile("|".join([*map(_pattern, said), FORMS[kind], CRIES[kind]])))
        for kind, said in PHRASES.items()
    )


# Who types only the number to call has not found the telephone
NUMBERS = {
    "120": "ambulance",
    "110": "police",
    "119": "fire",
    "112": "ambulance",
    "911": "ambulance",
    "999": "ambulance",
}


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(HARMLESS)


def _pattern(phrase: str) -> str:
    return rf"\b{re.escape(phrase)}\b" if phrase.isascii() else re.escape(phrase)


def helpers_for(words: str) -> tuple[str, ...]:
    """Whom to call for what is said, first things first; empty where nobody is in danger."""
    plain = normal(words[:MOST_LETTERS])[:MOST_LETTERS].replace("’", "'")
    plain = _SPACED.sub("", _harmless().sub("  ", plain)).replace("\n", " ")
    return tuple(kind for kind, pattern in _patterns() if pattern.search(plain))


def number_called(words: str) -> tuple[str, ...]:
    """Whom somebody wants who types only a number of the emergency services; empty for any other words."""
    found = re.fullmatch(r"(?:打|拨打|call )?(\d{3})[!.。 ]*", normal(words))
    return (NUMBERS[found.group(1)],) if found and found.group(1) in NUMBERS else ()
