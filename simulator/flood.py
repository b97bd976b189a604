"""Flood limits: 30 a second overall, 1 a second in a chat with a short burst, 20 a minute in a group.

Edits count as messages (telegram.md section 2.1). Who goes on sending while banned is banned longer.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from simulator.errors import ApiError


@dataclass
class Limits:
    overall: int = 30  # a second
    chat_burst: int = 3  # messages that may come within `chat_window`
    chat_window: float = 3.0  # seconds
    group: int = 20  # a minute
    on: bool = True
    slow_polls: bool = True  # asking for the same updates again at once is slowed


@dataclass
class Flood:
    """The sends of one bot. Times are seconds on the simulator's clock."""

    limits: Limits = field(default_factory=Limits)
    sent: deque[float] = field(default_factory=deque)
    by_chat: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    banned: dict[int, float] = field(default_factory=dict)
    violations: int = 0

    def check(self, chat_id: int, now: float, messages: int = 1) -> None:
        """Count a send; 429 with retry_after when it is one too many. An album is one burst of its messages."""
        if not self.limits.on:
            return
        until = self.banned.get(chat_id, 0.0)
        if now < until:
            self.banned[chat_id] = until + 1
            self._refuse(until + 1 - now)
        chat = self.by_chat[chat_id]
        _forget(self.sent, now - 1)
        _forget(chat, now - 60)
        wait = self._wait(chat, chat_id, now, messages)
        if wait > 0:
            self.banned[chat_id] = now + wait
            self._refuse(wait)
        self.sent.extend([now] * messages)
        chat.extend([now] * messages)

    def _wait(self, chat: deque[float], chat_id: int, now: float, messages: int) -> float:
        limits = self.limits
        recent = [at for at in chat if at > now - limits.chat_window]
        if len(self.sent) >= limits.overall:
            return 1.0
        if len(recent) >= limits.chat_burst:
            return recent[0] + limits.chat_window - now
        if chat_id < 0 and len(chat) + messages > limits.group:
            return (chat[0] + 60 - now) if chat else 60.0
        return 0.0

    def _refuse(self, wait: float) -> None:
        self.violations += 1
        seconds = max(1, round(wait + 0.5))
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
