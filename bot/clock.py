"""The clock everybody gets: the machine's, plus an offset that a simulator may keep in a file."""

import struct
import time
from datetime import UTC, datetime
from pathlib import Path


class Clock:
    """`CLOCK_FILE` holds seconds to add, as one little-endian double; without it time is the machine's."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def _offset(self) -> float:
        if self._file is None:
            return 0.0
        return float(struct.unpack("<d", self._file.read_bytes())[0])

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._offset(), UTC)

    def monotonic(self) -> float:
        """Seconds that never go back, for pacing."""
        return time.monotonic() + self._offset()
