"""Faults on request: what a call meets instead of an answer. Seeded, so that one seed replays a run."""

import random
from dataclasses import dataclass, field
from typing import Any

# what happens to the call, and whether Telegram accepted it all the same
KINDS = {
    "429": False, "500": False, "502": False, "502_accepted": True, "close": False,
    "accept_then_close": True, "accept_then_hang": True, "400": False, "403": False, "404": False,
}  # fmt: skip


@dataclass
class Rule:
    """`method` and `chat_id` narrow it down; `times` 0 is without end; `chance` is drawn for each call."""

    kind: str
    method: str = ""
    chat_id: int = 0
    times: int = 1
    chance: float = 1.0
    description: str = ""
    retry_after: int = 1  # seconds, of a 429


@dataclass
class Faults:
    seed: int = 0
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self, method: str, parameters: dict[str, Any]) -> Rule | None:
        """The rule that strikes this call, used up by one."""
        for rule in self.rules:
            chat = str(parameters.get("chat_id", ""))
            fits = rule.method in ("", method) and (not rule.chat_id or chat == str(rule.chat_id))
            if fits and self._random.random() < rule.chance:
                if rule.times:
                    rule.times -= 1
                    if rule.times == 0:
                        self.rules.remove(rule)
                return rule
        return None
