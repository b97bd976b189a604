"""What was called, when, and what became of it; for tests and people to query."""

import re
from collections import deque
from collections.abc import Callable
from typing import Any

KEPT = 100_000  # calls
SHOWN = (
    "text",
    "caption",
    "message_id",
    "callback_query_id",
    "url",
    "reply_markup",
    "path",
)  # of its parameters


class Log:
    """The calls of all bots, oldest forgotten first."""

    def __init__(self, clock: Callable[[], float], *, kept: int = KEPT) -> None:
        self._clock, self.on = clock, True
        self.entries: deque[dict[str, Any]] = deque(maxlen=kept)

    def note(
        self, bot: str, method: str, raw: dict[str, Any], code: int, fault: str, became: dict[str, Any]
    ) -> None:
        """One call; `code` 0 is a connection that ended without an answer, `fault` what struck it, `became` what
        more there is to say of it: the words of a refusal, the message that was made, how many updates."""
        if not self.on:
            return
        entry = {"bot": bot, "method": method, "chat_id": _plain(raw.get("chat_id")), "code": code}
        entry |= {"fault": fault, "at": self._clock()} | became
        self.entries.append(entry | {name: _plain(raw[name]) for name in SHOWN if name in raw})

    def find(
        self, method: str = "", chat_id: int = 0, code: int = -1, fault: str = "", since: float = 0.0
    ) -> list[dict[str, Any]]:
        """The calls that fit everything asked for, oldest first."""
        return [
            entry
            for entry in self.entries
            if (not method or entry["method"] == method)
            and (not chat_id or entry["chat_id"] == chat_id)
            and (code < 0 or entry["code"] == code)
            and (not fault or entry["fault"] == fault)
            and entry["at"] >= since
        ]


def _plain(value: Any) -> Any:
    """A parameter as JSON can hold it: a whole number as such, a file as its length."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    number = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
    return number if number is not None else text or (None if value is None else repr(value)[:200])
