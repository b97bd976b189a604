"""A way to a server's socket that can be cut, or go dead in silence."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path


class Proxy:
    """Cut: every connection is reset and new ones are refused until it is mended. Hushed: what is open stays open and
    brings nothing any more, as a router does that forgot it; new ones work."""

    def __init__(self, behind: Path) -> None:
        self.behind = behind
        self.open: set[asyncio.StreamWriter] = set()
        self.hushed: set[asyncio.StreamWriter] = set()
        self.cut = False

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65_536):
                if target not in self.hushed:
                    target.write(data)
        target.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut:
            writer.transport.abort()
            return
        behind, before = await asyncio.open_unix_connection(self.behind)
        both = {writer, before}
        self.open |= both
        if self.cut:  # while the way behind was opened
            self.reset()
        await asyncio.gather(self._pass_on(reader, before), self._pass_on(behind, writer))
        self.open -= both
        self.hushed -= both

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[Path]:
        """The socket before it, of the same name in a folder of its own."""
        with tempfile.TemporaryDirectory(prefix="way-") as folder:
            before = Path(folder) / self.behind.name
            async with await asyncio.start_unix_server(self._serve, before):
                yield before
                self.reset()

    def reset(self) -> None:
        for writer in list(self.open):
            writer.transport.abort()

    def hush(self) -> None:
        self.hushed |= self.open
