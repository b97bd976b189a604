"""A balancer before the webhook of several processes: each new connection to the next, bytes passed on as they come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import cycle


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            target.write(data)
        target.close()


@contextlib.asynccontextmanager
async def balanced(ports: list[int]) -> AsyncIterator[str]:
    """The address in front of these ports."""
    turns = cycle(ports)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection("127.0.0.1", next(turns))
        await asyncio.gather(_pass_on(reader, before), _pass_on(behind, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
