"""A call's parameters, in any of three body kinds: JSON, urlencoded, multipart. Also those of a webhook's answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from simulator.errors import ApiError
from simulator.upload import Upload

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
MOST_BYTES = 50 * 1024 * 1024  # uploads (telegram.md section 2.4)


class Closed(Exception):
    """The connection is to end without an answer."""


async def parameters(scope: Scope, receive: Receive) -> dict[str, Any]:
    """A call's parameters, from the query and a JSON, urlencoded or multipart body."""
    raw: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.lower().startswith(b"multipart/form-data"):
        return _with_attachments(raw | await _multipart(scope, receive))
    body = await _body(receive)
    try:
        if kind.lower().startswith(b"application/json"):
            read = orjson.loads(body or b"{}")
            if not isinstance(read, dict):
                raise ValueError
            return raw | read
        return raw | dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=False))
    except ValueError:
        raise ApiError(400, "Bad Request: can't parse request body") from None


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Closed
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MOST_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _multipart(scope: Scope, receive: Receive) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    try:
        form = await Request(scope, receive).form()
    except (MultiPartException, ValueError, KeyError):
        raise ApiError(400, "Bad Request: can't parse request body") from None
    for name, value in form.multi_items():
        raw[name] = Upload(await value.read(), value.filename) if isinstance(value, UploadFile) else value
    return raw


def _with_attachments(raw: dict[str, Any]) -> dict[str, Any]:
    """`attach://name`, also inside media, replaced by the file of that name."""
    files = {name: value for name, value in raw.items() if isinstance(value, bytes)}
    if not files:
        return raw

    def attached(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("attach://"):
            return files.get(value.removeprefix("attach://"), value)
        if isinstance(value, str) and "attach://" in value:
            try:
                return attached(orjson.loads(value))
            except ValueError:
                return value
        if isinstance(value, dict):
            return {key: attached(item) for key, item in value.items()}
        return [attached(item) for item in value] if isinstance(value, list) else value

    return {name: attached(value) for name, value in raw.items()}


async def of_answer(content_type: str, body: bytes) -> dict[str, Any]:
    """A method with its parameters, as a webhook's answer brings it; nothing where it is none."""

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode("latin-1", "replace"))]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b""}
    try:
        return await parameters(scope, receive)
    except ApiError:
        return {}
