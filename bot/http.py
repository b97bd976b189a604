"""python-telegram-bot over aiohttp, which keeps its speed under concurrency and tells whether a request left.

No URL, and so no token, is in any exception from here: each is raised from None.
"""

import codecs
import contextlib
import json
import math
import re
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

IDLE = 15  # seconds an idle connection is kept; proxies close them sooner than they say
CONNECT, READ, MEDIA = 5.0, 30.0, 60.0  # seconds; whoever gives up sooner sends twice
OK, LAST_OK = 200, 299
CONNECTED = (
    15.0  # seconds until a connection is there: one becomes free, and a proxy on the way has let it through
)
FLOOD_PAUSE = 5  # seconds, where Telegram names none
LONGEST_PAUSE = 10**6  # what is more was never meant
CORE = frozenset({"sendMessage", "editMessageText"})  # there is no bot without these
TOLD_BY = frozenset({"getMe", "getUpdates"})  # a 404 of these is of the token
NOT_FOUND, FLOOD = 404, 429
MOVED, MOST_HOPS = (307, 308), 4  # what is asked there is the same
KNOWN_TO_PTB = frozenset({*range(OK, LAST_OK + 1), 400, 401, 403, NOT_FOUND, 409})
AT_ONCE = 64
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# Whether the call that this task made last has been answered, in whatever way
ANSWERED: ContextVar[bool] = ContextVar("answered", default=False)


class NotSent(NetworkError):
    """The request never left, or was surely not accepted; `status` is what it was refused with, if it was."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Unknown(NetworkError):
    """The request left and what became of it is not known."""


class MethodMissing(TelegramError):
    """The server does not know this method."""


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for a URL (HTTPS_PROXY, NO_PROXY), if any."""
    address = urlsplit(url)
    if not address.hostname or proxy_bypass(address.hostname):
        return None
    return getproxies().get(address.scheme)


class AiohttpRequest(BaseRequest):
    """A `BaseRequest` on one aiohttp session."""

    def __init__(self, *, proxy: str | None = None, read_timeout: float = READ) -> None:
        self._proxy, self._read_timeout = proxy, read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=IDLE)
            # trust_env would ask the environment, in two threads, at every request; see proxy_for
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the protocol's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """One HTTP call; NotSent or Unknown when no answer of Telegram's came."""
        files = bool(request_data and request_data.multipart_data)
        read = MEDIA if files else _seconds(read_timeout, self._read_timeout)
        timeout = _timeout(_seconds(connect_timeout, CONNECT), read)
        if self._session is None:
            raise NotSent("not started")
        try:
            status, payload = await self._answer(method, url, request_data, timeout)
            ANSWERED.set(True)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotSent("no connection") from None
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise Unknown("no answer") from None
        if method == "GET" and status == OK:
            return status, payload  # a file, which is whatever it is
        base, name = url.rsplit("/", 1)
        if status == NOT_FOUND and name not in TOLD_BY and _says_only_not_found(payload):
            known, _ = await self.do_request(f"{base}/getMe", "POST")
            if known != OK:
                raise InvalidToken("not found")
            raise NotSent("not found") if name in CORE else MethodMissing("method not found")
        return _checked(status, payload, name)

    async def _answer(
        self, method: str, url: str, data: RequestData | None, timeout: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """What was answered, also behind redirects that keep what was asked; others would ask for something else, and are the
        answer."""
        assert self._session is not None
        status, payload, address = 0, b"", URL(url, encoded=True)
        for _hop in range(MOST_HOPS):
            how: dict[str, Any] = {
                "timeout": timeout,
                "proxy": self._proxy,
                "allow_redirects": method == "GET",
            }
            async with self._session.request(method, address, **how, **_body(data)) as response:
                status, payload = response.status, await response.read()
                leads_to = response.headers.get("Location")
            if status not in MOVED or not leads_to:
                break
            address = address.join(URL(leads_to))
        return status, payload


def _timeout(connect: float, read: float) -> aiohttp.ClientTimeout:
    """Every step has an end, and all of them together: an answer that drips in has none otherwise."""
    whole = CONNECTED + 2 * read
    return aiohttp.ClientTimeout(total=whole, connect=CONNECTED, sock_connect=connect, sock_read=read)


def _seconds(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _body(data: RequestData | None) -> dict[str, Any]:
    """The body as aiohttp takes it; encoded here where no file is in it, which is much quicker."""
    if data is None:
        return {}
    if not data.multipart_data:
        return {"data": data.url_encoded_parameters().encode(), "headers": FORM}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _checked(status: int, payload: bytes, method: str) -> tuple[int, bytes]:
    """Telegram's own answers pass; a gateway's page is an unknown outcome."""
    payload = payload.removeprefix(codecs.BOM_UTF8)  # the library can't read it, and would log all of it
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
        ours = isinstance(answer, dict) and "ok" in answer
    except ValueError:
        answer, ours = {}, False
    if ours and not answer["ok"] and status <= LAST_OK:  # some servers say so in the body alone
        status = int(answer.get("error_code") or 400)
    if status >= 500 or (not ours and status == OK):
        raise Unknown(f"gateway answered {status}")
    if not ours:
        raise NotSent(f"gateway answered {status}", status)
    if status == NOT_FOUND and method != "getMe":
        if "method not found" in str(answer.get("description", "")).lower():
            raise MethodMissing("method not found")
        # of chats and messages Telegram says so with 400: a bare 404 is of the token, or of a proxy on the way
        raise InvalidToken("not found")
    if status not in KNOWN_TO_PTB and not answer["ok"]:
        raise _refusal(status, answer)
    return status, payload


def _refusal(status: int, answer: dict[str, Any]) -> TelegramError:
    """What python-telegram-bot would take for an unknown outcome, though Telegram has surely not accepted it."""
    said = str(answer.get("description", ""))
    if status != FLOOD:
        return NotSent(f"refused with {status}", status)
    return RetryAfter(_seconds_named(answer.get("parameters"), said))


def _seconds_named(parameters: Any, said: str) -> int:
    """How long Telegram, or what stands before it, wants to be left alone; what cannot be read says nothing."""
    found = re.search(r"retry after (\d{1,6})", said, re.IGNORECASE)
    named = parameters.get("retry_after") if isinstance(parameters, dict) else None
    for seconds in (named, found and found.group(1)):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            read = math.ceil(float(seconds or 0))
            if 0 < read <= LONGEST_PAUSE:
                return read
    return FLOOD_PAUSE


def does_not_do(error: TelegramError) -> bool:
    """Whether a server has refused what was asked, in whatever form, and asking again won't help."""
    refused = isinstance(error, NotSent) and 400 <= error.status < 500  # noqa: PLR2004
    return refused or isinstance(error, MethodMissing | BadRequest)


def asked_pause(error: TelegramError) -> float:
    """The seconds that Telegram asks to be left alone; 0 where it does not."""
    after = error.retry_after if isinstance(error, RetryAfter) else 0
    return float(after if isinstance(after, int) else after.total_seconds())


def _says_only_not_found(payload: bytes) -> bool:
    """Whether it is an answer in Telegram's form that names no method."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return False
    return isinstance(answer, dict) and "method not found" not in str(answer.get("description", "")).lower()
