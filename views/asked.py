"""A question as it stands, and the buttons all dialogues have."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.areas import AreaFacts
from services.facts import OrderBrief
from services.forms import Draft
from views.message import Button
from views.words import Words


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


def drop(asked: Asked, words: Words) -> Button:
    return Button(words.say("Stop"), f"question:close:{asked.id}")


def pick(asked: Asked, label: Markup | str, value: object, step: str | None = None) -> Button:
    return Button(label, f"question:pick:{asked.id}:{step or asked.step}:{value}")
