"""A question as it stands, and the buttons all dialogues have."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from markupsafe import Markup

from services.areas import AreaFacts
from services.facts import OrderBrief
from services.forms import Draft
from views.message import Button
from views.words import Words

MOST_AREAS = 40  # buttons; the rest is found by its name


class Step(Protocol):
    """What every question has: its number, the step it is at, and the areas to pick from."""

    @property
    def id(self) -> int: ...
    @property
    def step(self) -> str: ...
    @property
    def tree(self) -> AreaFacts | None: ...


@dataclass(frozen=True)
class Asked:
    """A question as it stands. `brief` is the order it is about, `spans` the hours on offer."""

    id: int
    kind: str
    step: str
    content: dict[str, Any]
    brief: OrderBrief | None = None
    draft: Draft | None = None
    area: str = ""
    chats: int = 0
    zone: Any = None
    spans: tuple[tuple[int, datetime, datetime], ...] = ()
    tree: AreaFacts | None = None
    before: "Asked | None" = None  # what was asked long before, and may be answered


def drop(asked: Step, words: Words) -> Button:
    return Button(words.say("Stop"), f"question:close:{asked.id}")


def pick(asked: Step, label: Markup | str, value: object, step: str | None = None) -> Button:
    return Button(label, f"question:pick:{asked.id}:{step or asked.step}:{value}")


def areas_to_pick(asked: Step, here: Markup, words: Words) -> list[Button | None]:
    """The area that was walked to, those in it, and the way back."""
    tree = asked.tree
    if tree is None:
        return []
    return [
        pick(asked, here, "this") if tree.id else None,
        *(pick(asked, name, child) for child, name in tree.children[:MOST_AREAS]),
        pick(asked, words.say("Back"), tree.parent_id or 0) if tree.id else None,
    ]
