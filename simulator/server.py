"""The simulator over HTTP: the Bot API, file downloads, and the control API on one port."""

import asyncio
import contextlib
import inspect
import json
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import methods, spec
from simulator.api import Api
from simulator.clock import Clock
from simulator.control import Control, verbs
from simulator.errors import ApiError
from simulator.faults import Faults, Rule
from simulator.flood import Limits
from simulator.updates import PostOffice
from simulator.world import World

HANG = 3600  # seconds an accepted call is left without an answer
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Simulator:
    """One simulated Telegram. `log` holds every Bot API call and what became of it."""

    def __init__(self, *, clock_file: Path | None = None, seed: int = 0) -> None:
        self.world = World(Clock(clock_file))
        self.api = Api(self.world, PostOffice(self.world), Limits())
        self.faults = Faults(seed)
        self.control = Control(self.api, self.faults)
        self.log: list[dict[str, Any]] = []
        self.keep_log = True

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self.bot_api, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self.file),
                Route("/control/log", self.show_log, methods=["POST"]),
                Route("/control/{verb}", self.control_api, methods=["POST"]),
            ]
        )

    async def bot_api(self, request: Request) -> Response:
        """One call of the Bot API."""
        name, parameters, rule = request.path_params["method"], {}, None
        try:
            bot = self.world.bot(request.path_params["token"])
            name = spec.method_named(name)
            raw = await _parameters(request)
            rule = self.faults.draw(name, raw)
            if rule is not None and not rule.kind.startswith("accept") and rule.kind != "502_accepted":
                return self._strike(rule, name, raw)
            parameters = spec.read_parameters(name, raw)
            result = await methods.call(self.api, bot, name, parameters)
        except ApiError as error:
            self._note(name, parameters, error.code)
            return JSONResponse(error.body(), error.code)
        self._note(name, parameters, 200)
        if rule is not None:
            return await self._strike_after(rule)
        return JSONResponse({"ok": True, "result": result})

    def _note(self, method: str, parameters: dict[str, Any], code: int) -> None:
        if self.keep_log and method != "getUpdates":
            entry = {
                "method": method,
                "chat_id": parameters.get("chat_id"),
                "code": code,
                "at": self.world.clock.now(),
            }
            self.log.append(entry | {"message_id": parameters.get("message_id")})

    def _strike(self, rule: Rule, method: str, raw: dict[str, Any]) -> Response:
        self._note(method, {"chat_id": raw.get("chat_id")}, -1)
        if rule.kind == "close":
            raise ConnectionAbortedError
        if rule.kind == "502":
            return Response(GATEWAY_PAGE, 502, media_type="text/html")
        code = int(rule.kind)
        description = rule.description or {
            429: f"Too Many Requests: retry after {rule.retry_after}",
            500: "Internal Server Error: restart",
        }.get(code, "Bad Request")
        after = {"retry_after": rule.retry_after} if code == 429 else {}
        return JSONResponse(ApiError(code, description, **after).body(), code)

    async def _strike_after(self, rule: Rule) -> Response:
        """Telegram took the call, but its answer does not arrive."""
        if rule.kind == "502_accepted":
            return Response(GATEWAY_PAGE, 502, media_type="text/html")
        if rule.kind == "accept_then_hang":
            await asyncio.sleep(HANG)
        raise ConnectionAbortedError

    async def file(self, request: Request) -> Response:
        """Download a file that getFile named."""
        self.world.bot(request.path_params["token"])
        content = self.world.files.get(Path(request.path_params["path"]).stem)
        return (
            Response(content, media_type="image/jpeg") if content is not None else Response(status_code=404)
        )

    async def show_log(self, _request: Request) -> Response:
        return JSONResponse(self.log)

    async def control_api(self, request: Request) -> Response:
        """One verb of the control API; its arguments are the JSON body."""
        verb = verbs(self.control).get(request.path_params["verb"])
        if verb is None:
            return JSONResponse({"error": "no such verb"}, 404)
        arguments = json.loads(await request.body() or b"{}")
        try:
            result = verb(**arguments)
            return JSONResponse(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return JSONResponse({"error": error.description}, 400)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)


async def _parameters(request: Request) -> dict[str, Any]:
    """The call's parameters, from the query and a JSON, urlencoded or multipart body."""
    raw: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = json.loads(await request.body() or b"{}")
        return raw | body if isinstance(body, dict) else raw
    form = await request.form()
    for name, value in form.items():
        raw[name] = await value.read() if isinstance(value, UploadFile) else value
    return _with_attachments(raw)


def _with_attachments(raw: dict[str, Any]) -> dict[str, Any]:
    """`attach://name` replaced by the file of that name."""
    files = {name: value for name, value in raw.items() if isinstance(value, bytes)}
    for name, value in raw.items():
        if (
            isinstance(value, str)
            and value.removeprefix("attach://") in files
            and value.startswith("attach://")
        ):
            raw[name] = files[value.removeprefix("attach://")]
    return raw


class Server:
    """The simulator served on loopback, for as long as the context lasts."""

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        config = uvicorn.Config(
            simulator.app(),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None
        self._simulator = simulator

    async def __aenter__(self) -> str:
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._task = asyncio.create_task(self._server._serve())
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def __aexit__(self, *_error: object) -> None:
        for box in self._simulator.api.office.boxes.values():
            box.close()
        self._server.should_exit = True
        self._server.force_exit = True
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
