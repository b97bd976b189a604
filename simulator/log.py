"""What was called, when, and what became of it; for tests and people to query."""

from collections import deque
from collections.abc import Callable
from typing import Any

KEPT = 100_000  # calls
SHOWN = ("text", "caption", "message_id", "callback_query_id", "url")  # parameters that an entry shows


class Log:
    """The calls of all bots, oldest forgotten first. Polls that went well are not noted."""

    def __init__(self, clock: Callable[[], float], *, kept: int = KEPT) -> None:
        self._clock, self.on = clock, True
        self.entries: deque[dict[str, Any]] = deque(maxlen=kept)

    def note(self, bot: str, method: str, raw: dict[str, Any], code: int, fault: str) -> None:
        """One call; `code` 0 is a connection that ended without an answer, `fault` what struck it."""
        if not self.on or (method == "getUpdates" and code == 200 and not fault):
            return
        entry = {"bot": bot, "method": method, "chat_id": _number(raw.get("chat_id")), "code": code}
        entry |= {"fault": fault, "at": self._clock()}
        self.entries.append(entry | {name: raw[name] for name in SHOWN if name in raw})

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


def _number(chat: Any) -> Any:
    text = str(chat)
    return int(text) if text.lstrip("-").isdigit() and text.isascii() else chat
