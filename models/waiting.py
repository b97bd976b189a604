"""How long a write waits for a row that another transaction holds."""

import time
from typing import Any

from sqlalchemy import Connection

from models.engine import LONGEST_LOCK_MS
from models.prepared import run_command

LOCKED_OUT = "55P03"  # PostgreSQL: lock not available within `lock_timeout`
SHORT_MS = 100
SHORT_FOR = 5.0  # seconds


class Waiting:
    """Who waits too long steps back and comes again. While somebody has to, everybody waits shortly only: each who waits
    keeps a writer busy, and a duty that many press at once would else stop all others."""

    def __init__(self) -> None:
        self._short_until = 0.0

    def begin(self, connection: Connection) -> None:
        """In a transaction, before it takes its first lock."""
        if time.monotonic() < self._short_until:
            run_command(connection, f"SET LOCAL lock_timeout = {SHORT_MS}")

    def stepped_back(self, error: Exception, since: float) -> None:
        """A write that is tried since then, by `time.monotonic()`, could not be done; this is why."""
        state: Any = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
        if state == LOCKED_OUT and time.monotonic() - since >= LONGEST_LOCK_MS / 1000:
            self._short_until = time.monotonic() + SHORT_FOR
