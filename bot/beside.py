"""Work that goes on beside everything else, for as long as it is wanted."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import structlog

from scheduler.cancelled import is_cancelled

log = structlog.get_logger()
RETRY = 1.0  # seconds
CANCEL_EVERY = 2.5  # seconds; longer than what is to be done at the end may take


@contextlib.asynccontextmanager
async def background(work: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> AsyncIterator[None]:
    """Run something beside, for as long as the context lasts; when it fails, anew."""
    task = asyncio.ensure_future(_again(work, *given))
    try:
        yield
    finally:
        while not task.done():  # a client that is just connecting may swallow it
            task.cancel()
            await asyncio.wait({task}, timeout=CANCEL_EVERY)


async def _again(work: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> None:
    while True:
        try:
            return await work(*given)
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled():
                raise
            # nobody would miss it before something is late
            log.error("background.failed", work=work.__qualname__, error=type(error).__name__)
        await asyncio.sleep(RETRY)
