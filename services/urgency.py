"""Words of danger, illness and despair. Who writes them reads whom to call, and a leader hears, whatever else is said.

Phrases, not single words: a complaint about a hospital is no emergency, "他晕倒了" is.
"""

import re
from functools import cache

from services.danger_signs import SIGNS
from services.danger_words import CRIES, FORMS, HARMLESS, PHRASES
from services.wording import bare, normal

_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ .·](?=[\u4e00-\u9fff])")  # 救 命
SHORT = 90  # letters; what a longer message tells beside may be of last year, or of others
MOST_LETTERS = 2_000  # of a longer text only the beginning is read: it is no cry for help


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile("|".join([*map(_pattern, said), FORMS[kind], CRIES[kind]])))
        for kind, said in PHRASES.items()
    )


@cache
def _signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile("|".join(SIGNS[kind]))) for kind in PHRASES)


# Who types only the number to call has not found the telephone
NUMBERS = {
    "120": "ambulance",
    "110": "police",
    "119": "fire",
    "112": "ambulance",
    "911": "ambulance",
    "999": "ambulance",
}


# The button of whoever is asked about their case, and its words typed
_DANGER = re.compile(
    r"(我们?这[里儿]?)?(有人|现在)*(有|很|在)?(危险|生命危险)(了|中)*|(somebody|someone|i am|i'?m|we are|he is|she is)?( is)? ?in danger"
)
WHOEVER = ("ambulance", "police", "fire")  # where nobody says what it is


def says_danger(words: str) -> bool:
    """Whether the whole message is that somebody is in danger, and not of what."""
    return _DANGER.fullmatch(bare(words)) is not None


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(HARMLESS)


def _pattern(phrase: str) -> str:
    return rf"\b{re.escape(phrase)}\b" if phrase.isascii() else re.escape(phrase)


def helpers_for(words: str) -> tuple[str, ...]:
    """Whom to call for what is said, first things first; empty where nobody is in danger."""
    plain = normal(words[:MOST_LETTERS])[:MOST_LETTERS]
    plain = _SPACED.sub("", _harmless().sub("  ", plain)).replace("\n", " ")
    if says_danger(words):
        return WHOEVER
    patterns = zip(_patterns(), _signs(), strict=True)
    return tuple(
        kind
        for (kind, said), (_kind, sign) in patterns
        if said.search(plain) or (len(plain) <= SHORT and sign.search(plain))
    )


def number_called(words: str) -> tuple[str, ...]:
    """Whom somebody wants who types only a number of the emergency services; empty for any other words."""
    found = re.fullmatch(r"(?:打|拨打|call )?(\d{3})[!.。 ]*", normal(words))
    return (NUMBERS[found.group(1)],) if found and found.group(1) in NUMBERS else ()
