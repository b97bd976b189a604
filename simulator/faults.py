"""Faults on request: what a call meets instead of an answer. Seeded, so that one seed replays a run."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator.spec import method_named

# Whether Telegram accepted the call all the same
KINDS = {
    "400": False, "403": False, "404": False, "429": False, "500": False, "502": False, "close": False,
    "slow": False, "502_accepted": True, "accept_then_close": True, "accept_then_hang": True, "half_body": True,
}  # fmt: skip


DOWNLOAD = "download"  # stands for a method's name where a file is fetched


@dataclass
class Rule:
    """`method` (or `download`) and `chat_id` narrow it down; `times` 0 is without end; `chance` is drawn for each call;
    `retry_after` and `seconds` are of a 429 and of slowness."""

    kind: str
    method: str = ""
    chat_id: int = 0
    times: int = 1
    chance: float = 1.0
    description: str = ""
    retry_after: int = 1
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault; there are {', '.join(KINDS)}")
        if not 0 < self.chance <= 1 or self.times < 0:
            raise ValueError("chance is above 0 and at most 1, times 0 or more")
        if self.method not in ("", DOWNLOAD):
            self.method = method_named(self.method)

    @property
    def accepted(self) -> bool:
        return KINDS[self.kind]


def description(rule: Rule) -> str:
    """What Telegram says with the code, unless the rule has words of its own."""
    return {
        "429": f"Too Many Requests: retry after {rule.retry_after}",
        "500": "Internal Server Error: restart",
        "403": "Forbidden: bot was kicked from the supergroup chat",
        "404": "Not Found",
    }.get(rule.kind, "Bad Request: chat not found")


@dataclass
class Faults:
    """Rules for calls, and how many updates come twice or overtake each other (chances from 0 to 1). Each draws
    from a source of its own: how often somebody polls changes nothing of what strikes the calls."""

    random: Random
    disorder: Random = field(default_factory=lambda: Random(0))
    rules: list[Rule] = field(default_factory=list)
    duplicate: float = 0.0
    reorder: float = 0.0

    def draw(self, method: str, parameters: dict[str, Any]) -> Rule | None:
        """The rule that strikes this call, used up by one."""
        for rule in self.rules:
            chat = str(parameters.get("chat_id", ""))
            fits = rule.method in ("", method) and (not rule.chat_id or chat == str(rule.chat_id))
            if fits and (rule.chance >= 1 or self.random.random() < rule.chance):
                if rule.times:
                    rule.times -= 1
                    if rule.times == 0:
                        self.rules.remove(rule)
                return rule
        return None

    def give_back(self, rule: Rule) -> None:
        """It struck a call that was refused anyway: what it does to accepted calls is still to come."""
        if rule not in self.rules:
            rule.times = 1
            self.rules.insert(0, rule)
        elif rule.times:
            rule.times += 1

    def comes_twice(self) -> bool:
        return self.duplicate > 0 and self.disorder.random() < self.duplicate

    def overtakes(self) -> bool:
        return self.reorder > 0 and self.disorder.random() < self.reorder
