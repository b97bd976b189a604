"""What the page of phones shows: whose phones, the sentence of the story bar, and when the story may go on."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seat:
    """A phone on the page. `role` is said in words, by language; `chat` is the chat that is open at first."""

    person: int
    role: dict[str, str]
    chat: int = 0


@dataclass
class Stage:
    """The phones side by side, and a story that may be told above them. `version` moves with every change."""

    seats: list[Seat] = field(default_factory=list)
    language: str = "en"
    sentence: dict[str, str] = field(default_factory=dict)
    step: int = 0
    steps: int = 0
    can_go_on: bool = False
    version: int = 0
    _next: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, sentence: dict[str, str], *, step: int = 0, steps: int = 0) -> None:
        """Tell the story's next sentence, by language."""
        self.sentence, self.step, self.steps = sentence, step or self.step, steps or self.steps
        self.version += 1

    async def pause(self, seconds: float, until: Any = None) -> None:
        """Wait for [Next], for `until` to come true, or for so many seconds."""
        self._next.clear()
        self.can_go_on = True
        self.version += 1
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._next.is_set() and not (until is not None and until()):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._next.wait(), 0.1)
        self.can_go_on = False
        self.version += 1

    def go_on(self) -> None:
        self._next.set()
