"""Seen from outside: whether the process lives, whether it can do its work, and what there is to measure."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def health_routes(
    ready: Callable[[], Awaitable[dict[str, bool]]], measure: Callable[[], Awaitable[bytes]]
) -> list[Route]:
    """`/healthz` answers while the process lives; `/readyz` is 503 while one of `ready` is not true; `/metrics`
    is for Prometheus. None of them says anything about a person."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        found = await ready()
        return JSONResponse(found, 200 if all(found.values()) else 503)

    async def metrics(_request: Request) -> Response:
        return Response(await measure(), media_type=METRICS_TYPE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
