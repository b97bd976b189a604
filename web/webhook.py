"""The webhook: 200 means that the update's effects are committed."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1024 * 1024
BODY_WITHIN = 10.0  # seconds for a body to come
# Seconds before Telegram is asked to come back: it has few connections for us, and others wait for one.
PATIENCE, AGAIN = 5.0, 5


class UnderWay:
    """Updates that are being taken; one that comes again meanwhile waits with the first."""

    def __init__(self, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._take = take
        self._by_number: dict[int, asyncio.Future[None]] = {}

    def begin(self, update: dict[str, Any]) -> "asyncio.Future[None]":
        number = update["update_id"]
        taking = self._by_number.get(number)
        if taking is None:
            taking = self._by_number[number] = asyncio.ensure_future(self._take(update))
            taking.add_done_callback(lambda taken: self._ended(number, taken))
        return taking

    def _ended(self, number: int, taken: "asyncio.Future[None]") -> None:
        """Whoever asked has had an answer by now, and may not be there to read why it could not be taken."""
        del self._by_number[number]
        if not taken.cancelled():
            taken.exception()


def webhook_route(take: Callable[[dict[str, Any]], Awaitable[None]], secrets: list[str]) -> Route:
    """Hands each update to `take`, and answers 503 with Retry-After while that cannot end."""
    under_way = UnderWay(take)

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not any(hmac.compare_digest(given.encode(), secret.encode()) for secret in secrets):
            return PlainTextResponse("wrong secret", 403)
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _read(request)
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("incomplete", 400)
        if body is None:
            return PlainTextResponse("too large", 413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", 400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return PlainTextResponse("not an update", 400)
        taking = under_way.begin(update)
        done, _ = await asyncio.wait({taking}, timeout=PATIENCE)
        if not done or taking.cancelled() or taking.exception() is not None:
            return PlainTextResponse("later", 503, headers={"Retry-After": str(AGAIN)})
        return PlainTextResponse("ok")

    return Route(PATH, receive, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is more than one update can be."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
