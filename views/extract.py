"""The sentences of the views, read from their source: what the catalogues must hold, no more and no less.

python -m views.extract        list what a catalogue lacks and what it no longer needs
"""

import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from views.words import DOMAIN, LANGUAGES, LOCALES

KEYWORDS = {"_": None, "say": None, "n_": (1, 2), "count": (1, 2)}

Key = str | tuple[str, ...]


def sentences() -> set[Key]:
    """Every sentence in the views; one with a plural is a pair."""
    here = Path(__file__).parent
    found = extract_from_dir(here, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {
        tuple(said) if isinstance(said, list | tuple) else said
        for _file, _line, said, _comments, _context in found
    }


def translated(language: str) -> dict[Key, Key]:
    """The sentences of a catalogue, with what they become; fuzzy ones count as missing."""
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        catalogue = read_po(source)
    kept = [message for message in catalogue if message.id and not message.fuzzy]
    return {_key(message.id): _key(message.string or "") for message in kept}


def _key(text: str | list[str] | tuple[str, ...]) -> Key:
    return text if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    for language in LANGUAGES:
        there = translated(language)
        for missing in sorted(sentences() - set(there), key=str):
            sys.stdout.write(f"{language} lacks {missing!r}\n")
        for unused in sorted(set(there) - sentences(), key=str):
            sys.stdout.write(f"{language} no longer needs {unused!r}\n")
