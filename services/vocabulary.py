"""What things are called, and how much of that a message says: the pairs of letters they share (whole words in English),
rare pairs counting more, those of a first line most. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.wording import simplified

LEAD = 2.0  # how much more a first line counts
MOST_LETTERS = 10_000
LITTLE = 1.0  # so much spread is no evidence: one chance pair must not decide
_TELLS_NOTHING = {"the", "and", "for", "with", "not", "are", "was", "has", "have", "that", "this", "there"}
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]+"), re.compile(r"[a-z]{3,}")

Weights = dict[str, float]


def features(text: str) -> frozenset[str]:
    """Pairs of Chinese letters, and English words without their plural; of what is endless, those of its beginning."""
    plain = simplified(text[:MOST_LETTERS]).lower()
    pairs = (run[at : at + 2] for run in _HAN.findall(plain) for at in range(len(run) - 1))
    words = (
        word[:-1] if word.endswith("s") and len(word) > 4 else word  # noqa: PLR2004 - "bus" is no plural
        for word in _LATIN.findall(plain)
        if word not in _TELLS_NOTHING
    )
    return frozenset((*pairs, *words))


def weigh(text: str) -> Weights:
    """The features of a message, those of its first line weighing more; in order, so that sums are the same each time."""
    text = text[:MOST_LETTERS]
    first, _, rest = text.strip().partition("\n")
    found = dict.fromkeys(sorted(features(text)), 0.0)
    for feature in features(rest or first):
        found[feature] += 1.0
    for feature in features(first) if rest else ():
        found[feature] += LEAD
    return found


@dataclass(frozen=True)
class Vocabulary:
    """What each of several things is called: where a feature belongs, and how much it tells them apart."""

    names: tuple[str, ...]
    belongs: dict[str, tuple[int, ...]]  # a feature's places in `names`
    worth: dict[str, float]

    def overlap(self, message: Weights) -> list[float]:
        """How much a message shares with each, from its mean and in its spread; zeros where it tells nothing."""
        raw = [0.0] * len(self.names)
        for feature, weight in message.items():
            for place in self.belongs.get(feature, ()):
                raw[place] += weight * self.worth[feature]
        return standard(raw)


def standard(raw: list[float]) -> list[float]:
    """Values as distances from their mean, in standard deviations; small where there is little to go by."""
    mean = sum(raw) / len(raw)
    spread = math.sqrt(sum((value - mean) ** 2 for value in raw) / len(raw))
    return [(value - mean) / (spread + LITTLE) for value in raw]


def vocabulary(words: Mapping[str, Iterable[str]]) -> Vocabulary:
    belongs: dict[str, list[int]] = {}
    for place, of in enumerate(words.values()):
        for feature in frozenset().union(*map(features, of)):
            belongs.setdefault(feature, []).append(place)
    worth = {feature: math.log((len(words) + 1) / len(places)) for feature, places in belongs.items()}
    return Vocabulary(tuple(words), {feature: tuple(places) for feature, places in belongs.items()}, worth)
