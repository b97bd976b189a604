"""The Bot API over HTTP, as a bare ASGI application: a call's parameters in any of three body kinds, what
became of it in the log, and the faults it may meet. Every answer has Telegram's form."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from simulator import bodies, faults, methods, spec
from simulator.api import Api
from simulator.bodies import Closed, Receive, Scope
from simulator.errors import ApiError
from simulator.faults import DOWNLOAD, Faults, Rule
from simulator.log import Log
from simulator.world import Bot

log = logging.getLogger("simulator")
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX, FILES = "/bot", "/file/bot"
SAID = {"setWebhook": "Webhook was set", "deleteWebhook": "Webhook was deleted"}
HANG = 3600  # seconds an accepted call is left without an answer
JSON, HTML = (b"content-type", b"application/json"), (b"content-type", b"text/html")
JPEG, BYTES = (b"content-type", b"image/jpeg"), (b"content-type", b"application/octet-stream")
GATEWAY_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)


class BotApi:
    """`/bot<token>/<method>` for every bot of one world. With `strict`, each result is checked against the
    specification before it leaves, and one that does not fit is our own fault: 500."""

    def __init__(self, api: Api, faults: Faults, log: Log, *, strict: bool = False) -> None:
        self.api, self.faults, self.log, self.strict = api, faults, log, strict

        api.on_reply = self._reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._download if scope["path"].startswith(FILES) else self._method
        try:
            await answer(scope, receive, send)
        except ApiError as error:
            await _respond(send, error.code, orjson.dumps(error.body()))
        except Closed:
            _transport(send).abort()
        except Exception as error:  # a fault of the simulator's own: said in Telegram's form, and it goes on
            log.exception("a call of the Bot API failed")
            body = ApiError(500, f"Internal Server Error: {type(error).__name__} in the simulator").body()
            await _respond(send, 500, orjson.dumps(body))

    async def _method(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, _, name = scope["path"].removeprefix(PREFIX).partition("/")
        bot: Bot | None = None
        try:
            bot = self.api.world.bot(token)
            name = spec.method_named(name)
            raw = await bodies.parameters(scope, receive)
        except ApiError as error:
            self._note(bot, name, {}, error.code, None, {"description": error.description})
            raise
        result, rule = await self._call(bot, name, raw, lambda: self._run(bot, name, raw))
        said = {"description": SAID[name]} if name in SAID else {}
        await self._strike_after(rule, send, orjson.dumps({"ok": True, "result": result} | said))

    async def _run(self, bot: Bot, name: str, raw: dict[str, Any]) -> Any:
        result = await methods.call(self.api, bot, name, spec.read_parameters(name, raw))
        if self.strict and not spec.fits(name, result):
            raise ApiError(500, f"Internal Server Error: the simulator's {name} breaks the specification")
        return result

    async def _download(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """A file that getFile named."""
        token, _, path = scope["path"].removeprefix(FILES).partition("/")
        bot = self.api.world.bot(token)
        content, rule = await self._call(bot, DOWNLOAD, {"path": path}, lambda: self._file(path))
        await self._strike_after(rule, send, content, JPEG if content.startswith(b"\xff\xd8") else BYTES)

    async def _file(self, path: str) -> bytes:
        content = self.api.world.files.get(path.rpartition("/")[2])
        if content is None:
            raise ApiError(404, "Not Found")
        return content

    async def _reply(self, bot: Bot, name: str, raw: dict[str, Any]) -> None:
        """A method that came as a webhook's answer: whatever becomes of it, nobody hears; the log shows it."""
        with contextlib.suppress(ApiError, Closed):
            name = spec.method_named(name)
            await self._call(bot, name, raw, lambda: self._run(bot, name, raw))

    async def _call(
        self, bot: Bot, name: str, raw: dict[str, Any], work: Callable[[], Awaitable[Any]]
    ) -> tuple[Any, Rule | None]:
        """What a call answers, and the fault that strikes it once it is accepted; noted in the log."""
        rule = self.faults.draw(name, raw)
        code, became = 500, {}
        try:
            await self._strike_before(rule)
            result = await work()
            code, became = 200, _became(result)
            return result, rule
        except ApiError as error:
            code, became = error.code, {"description": error.description}
            if rule is not None and rule.accepted:
                self.faults.give_back(rule)
                rule = None
            raise
        except Closed:
            code = 0
            raise
        finally:
            self._note(bot, name, raw, code, rule, became)

    def _note(
        self,
        bot: Bot | None,
        name: str,
        raw: dict[str, Any],
        code: int,
        rule: Rule | None,
        became: dict[str, Any],
    ) -> None:
        self.log.note(bot.username if bot else "", name, raw, code, rule.kind if rule else "", became)

    async def _strike_before(self, rule: Rule | None) -> None:
        """What keeps a call from being accepted."""
        if rule is None or rule.accepted:
            return
        if rule.kind == "slow":
            await asyncio.sleep(rule.seconds)
        elif rule.kind == "close":
            raise Closed
        elif rule.kind == "502":
            raise ApiError(502, "Bad Gateway")
        else:
            code = int(rule.kind)
            after = {"retry_after": rule.retry_after} if code == 429 else {}
            raise ApiError(code, rule.description or faults.description(rule), **after)

    async def _strike_after(
        self, rule: Rule | None, send: Send, body: bytes, content: tuple[bytes, bytes] = JSON
    ) -> None:
        """Telegram took the call; its answer arrives, or does not."""
        kind = rule.kind if rule is not None else ""
        if kind == "502_accepted":
            await _respond(send, 502, GATEWAY_PAGE, HTML)
            return
        if kind == "accept_then_hang":
            await asyncio.sleep(HANG)
        if kind in ("accept_then_close", "accept_then_hang"):
            raise Closed
        if kind == "half_body":
            await _start(send, 200, len(body), content)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            raise Closed
        await _respond(send, 200, body, content)


def _became(result: Any) -> dict[str, Any]:
    """What a call that went well made: the number of its message, or how many updates it brought."""
    if isinstance(result, dict) and "message_id" in result:
        return {"sent": result["message_id"]}
    return {"results": len(result)} if isinstance(result, list) else {}


async def _respond(send: Send, code: int, body: bytes, kind: tuple[bytes, bytes] = JSON) -> None:
    if code == 502 and kind is JSON:  # a gateway's page, never Telegram's own form
        body, kind = GATEWAY_PAGE, HTML
    await _start(send, code, len(body), kind)
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, code: int, length: int, kind: tuple[bytes, bytes]) -> None:
    headers = [kind, (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": code, "headers": headers})


def _transport(send: Send) -> Any:
    """The connection under an answer, which only uvicorn's cycle knows."""
    return send.__self__.transport  # type: ignore[attr-defined]
