"""A bot's webhook: where updates are posted, and what came of it."""

import asyncio
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from simulator import bodies
from simulator.errors import bad

PATIENCE = 60  # seconds a webhook may take to answer
PORTS = (443, 80, 88, 8443)
LONGEST_RETRY_AFTER = 3600
GONE_AFTER = 23 * 3600
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Webhook:
    """`answered` hears of a method that the bot replied with in the webhook's own answer."""

    url: str
    secret: str = ""
    most_at_once: int = 40
    answered: Any = None
    trusted: ssl.SSLContext | None = None  # by its own certificate, where it came with one
    allowed: list[str] | None = None  # as asked for; not told where nothing was
    last_error: str = ""
    last_error_date: int = 0
    gone_since: int | None = None  # since when every answer has been 410
    _at_once: asyncio.Semaphore = field(init=False)
    _session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        self._at_once = asyncio.Semaphore(self.most_at_once)

    async def post(self, update: Any, now: int) -> float | None:
        """None when it was taken with a 2xx; else the seconds of Retry-After, or 0."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self.trusted or True)
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=PATIENCE), connector=connector
            )
        try:
            async with (
                self._at_once,
                self._session.post(
                    self.url, data=orjson.dumps(update), headers=headers, allow_redirects=False
                ) as response,
            ):
                body = await response.read()
                self.gone_since = (self.gone_since or now) if response.status == 410 else None
                if 200 <= response.status < 300:
                    await self._reply(response.headers.get("Content-Type", ""), body)
                    return None
                self._fail(f"Wrong response from the webhook: {response.status} {response.reason}", now)
                after = response.headers.get("Retry-After", "0")
                return min(float(after), LONGEST_RETRY_AFTER) if after.isdigit() else 0
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._fail(_words_of(error), now)
            return 0

    def is_gone(self, now: int) -> bool:
        """A webhook that says 410 for 23 hours is removed (telegram.md section 3)."""
        return self.gone_since is not None and now - self.gone_since >= GONE_AFTER

    async def _reply(self, content_type: str, body: bytes) -> None:
        """A method in the answer's body is called; its result is lost."""
        call = await bodies.of_answer(content_type, body) if body else {}
        if isinstance(call.get("method"), str) and self.answered is not None:
            self.answered(call.pop("method"), call)

    def _fail(self, words: str, now: int) -> None:
        self.last_error, self.last_error_date = words, now

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _words_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Read timeout expired"
    if isinstance(error, aiohttp.ClientSSLError):
        return "SSL error {error:0A000086:SSL routines::certificate verify failed}"
    return "Connection refused"


def trust(certificate: bytes) -> ssl.SSLContext:
    """What trusts a bot that signed its certificate itself."""
    try:
        trusted = ssl.create_default_context(cadata=certificate.decode())
    except (ssl.SSLError, ValueError):
        raise bad("bad webhook: Failed to set custom certificate file") from None
    # Made as Telegram's guide says, it names its host where libraries no longer look
    trusted.check_hostname = False
    trusted.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return trusted


def check(url: str, secret: str, most: int) -> None:
    """What setWebhook refuses. On loopback, as a local Bot API server does, any port and plain http pass."""
    try:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port or 443
    except ValueError:
        raise bad("bad webhook: invalid webhook URL specified") from None
    if not host:
        raise bad("bad webhook: URL host is empty")
    if host not in LOOPBACK:
        _check_public(address.scheme, host, port)
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= most <= 100:
        raise bad("max_connections must be in the range 1-100")


def _check_public(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if _is_reserved(host):
        raise bad(f"bad webhook: IP address {host} is reserved")


def _is_reserved(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
