"""The simulator on one port: the Bot API, file downloads, the control API, and the phones where they are wanted."""

import asyncio
import contextlib
import functools
import inspect
from pathlib import Path
from random import Random
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.api import Api
from simulator.bodies import Receive, Scope
from simulator.bot_api import FILES, PREFIX, BotApi, Send
from simulator.clock import Clock
from simulator.control import Control, verbs
from simulator.errors import ApiError
from simulator.faults import Faults
from simulator.flood import Limits
from simulator.log import Log
from simulator.updates import PostOffice
from simulator.world import World

ANSWERED = 0.02  # seconds in which whoever asked for an outage gets the answer
CONTROL = "/control/"


class Simulator:
    """One simulated Telegram. `seed` is where everything random in it comes from: one seed, one run.
    `strict` checks every result against the specification before it leaves."""

    def __init__(self, *, clock_file: Path | None = None, seed: int = 0, strict: bool = False) -> None:
        self.seed = seed
        self.world = World(Clock(clock_file), Random(f"{seed} ids"))
        self.faults = Faults(Random(f"{seed} faults"), Random(f"{seed} disorder"))
        self.api = Api(self.world, PostOffice(self.world, self.faults), Limits())
        self.log = Log(self.world.clock.now)
        self.control = Control(self.api, self.faults, self.log)
        self.bot_api = BotApi(self.api, self.faults, self.log, strict=strict)
        self.pages: Any = None  # an ASGI application for every other path: the phones
        self._rest = Starlette(
            routes=[
                Route("/control/{verb}", self.control_api, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The busiest paths first; a request for a page waits in no queue of routes."""
        path = scope.get("path", "")
        if path.startswith((PREFIX, FILES)):
            await self.bot_api(scope, receive, send)
        elif self.pages is None or path.startswith(CONTROL):
            await self._rest(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def control_api(self, request: Request) -> Response:
        """One verb of the control API; its arguments are the JSON body."""
        verb = verbs(self.control).get(request.path_params["verb"])
        if verb is None:
            return _json({"error": f"no such verb; there are {', '.join(verbs(self.control))}"}, 404)
        try:
            arguments = orjson.loads(await request.body() or b"{}")
            result = verb(**arguments)
            return _json(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return _json({"error": error.description}, 400)
        except Exception as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)


def _json(content: Any, code: int = 200) -> Response:
    return Response(orjson.dumps(content), code, media_type="application/json")


class Server:
    """The simulator served on loopback, for as long as the context lasts; its base URL."""

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._config = uvicorn.Config(
            simulator, host=host, port=port, log_config=None, access_log=False, lifespan="off", ws="auto",
            timeout_graceful_shutdown=1, timeout_keep_alive=75,
        )  # fmt: skip
        self._server = uvicorn.Server(self._config)
        self._task: asyncio.Task[None] | None = None
        self._simulator = simulator
        self._back: asyncio.Task[None] | None = None

    async def __aenter__(self) -> str:
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._task = asyncio.create_task(self._server._serve())
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.005)
        self.host, self.port = self._server.servers[0].sockets[0].getsockname()[:2]
        self._simulator.control.on_outage = self.outage
        return f"http://{self.host}:{self.port}"

    async def __aexit__(self, *_error: object) -> None:
        if self._back is not None:
            self._back.cancel()
        for box in self._simulator.api.office.boxes.values():
            if box.webhook is not None:
                await box.webhook.close()
            box.close()
        self._server.should_exit = True
        self._server.force_exit = True
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def outage(self, seconds: float) -> None:
        """Nobody listens for a while: connections there are end, and new ones are refused."""
        self._back = asyncio.create_task(self._go_and_come_back(seconds))

    async def _go_and_come_back(self, seconds: float) -> None:
        await asyncio.sleep(ANSWERED)
        for listening in self._server.servers:
            listening.close()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(seconds)
        made_with = {"config": self._config, "server_state": self._server.server_state, "app_state": {}}
        protocol: Any = functools.partial(self._config.http_protocol_class, **made_with)
        loop = asyncio.get_running_loop()
        self._server.servers = [await loop.create_server(protocol, self.host, self.port)]
