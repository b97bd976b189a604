"""The simulator's clock: the machine's, moved forward on request. The offset can be kept in a file,
so that a bot in another process can share it."""

import asyncio
import contextlib
import struct
import time
from pathlib import Path


class Clock:
    """Seconds since 1970, stepped forward by whoever plays."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._offset, self.began = file, 0.0, time.time()
        self._stepped = asyncio.Event()
        if file is not None:
            self._write(file)

    def _write(self, file: Path) -> None:
        """Replace the file in one step: a reader sees the old offset or the new one, never half of it."""
        fresh = file.with_suffix(".new")
        fresh.write_bytes(struct.pack("<d", self._offset))
        fresh.replace(file)

    def now(self) -> float:
        return time.time() + self._offset

    def step(self, seconds: float) -> float:
        """Move forward; the new offset."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        self._offset += seconds
        if self._file is not None:
            self._write(self._file)
        self._stepped.set()
        self._stepped = asyncio.Event()
        return self._offset

    async def sleep(self, seconds: float) -> None:
        """Until so many seconds have passed here; a step may bring that about at once."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stepped.wait(), left)
