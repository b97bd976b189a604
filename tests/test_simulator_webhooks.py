"""How a webhook is called, and what is refused as one. Each test quotes the rule it holds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import aiohttp.web
import pytest

from tests.city import BOT
from tests.wire import Wire, texts


async def test_webhook_retries_follow_the_stepped_clock(wire: Wire) -> None:
    """ "first retry immediate, then 2, 4, 8 ...; Retry-After honoured"; getWebhookInfo tells the last error."""
    came: list[float] = []
    answers = [(500, {}), (500, {}), (500, {}), (503, {"Retry-After": "100"}), (200, {})]

    async def receive(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        came.append(wire.simulator.world.clock.now())
        status, headers = answers.pop(0)
        return aiohttp.web.Response(status=status, headers=headers)

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url, secret_token="s3cret")
        await wire.started()
        for pause in (0, 3, 5, 101):
            await asyncio.sleep(0.15)
            await wire.remote.step(pause)
        await asyncio.sleep(0.15)
        gaps = [round(after - before) for before, after in zip(came, came[1:], strict=False)]
        assert len(came) == 5 and gaps[0] == 0 and 2 <= gaps[1] <= 4 and 4 <= gaps[2] <= 7 and gaps[3] >= 100
        info = await wire.result("getWebhookInfo")
        assert info["pending_update_count"] == 0 and "503" in info["last_error_message"]


def _answered(kind: str, **answer: str) -> aiohttp.web.Response:
    """A webhook's answer as one kind of body; aiogram's are multipart."""
    if kind == "json":
        return aiohttp.web.json_response(answer)
    if kind == "urlencoded":
        return aiohttp.web.Response(body=urlencode(answer), content_type="application/x-www-form-urlencoded")
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in answer.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    return aiohttp.web.Response(body=writer)


@pytest.mark.parametrize("kind", ["json", "urlencoded", "multipart"])
async def test_a_webhook_may_answer_with_a_method(wire: Wire, kind: str) -> None:
    """ "Replying with a method in the webhook body is allowed but result/errors are lost"; get... is ignored."""
    ben = await wire.remote.phone("Ben")

    async def receive(request: aiohttp.web.Request) -> aiohttp.web.Response:
        update = await request.json()
        method = "sendMessage" if update["message"]["text"] == "/start" else "getMe"
        return _answered(kind, method=method, chat_id=str(ben.id), text="answered")

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url)
        await ben.starts()
        await ben.sees(BOT, "answered")
        (call,) = (await wire.remote.ask("log", method="sendMessage"))["calls"]
        assert call["code"] == 200
        await wire.remote.ask("fault", kind="500", method="sendMessage")
        await ben.starts()
        async with asyncio.timeout(5):
            while len(calls := (await wire.remote.ask("log", method="sendMessage"))["calls"]) < 2:
                await asyncio.sleep(0.02)
        assert calls[1]["code"] == 500 and await texts(wire, ben) == ["answered"]


async def test_a_webhook_that_is_gone_for_23_hours_is_removed(wire: Wire) -> None:
    """ "HTTP 410 for 23 h removes the webhook"; "setWebhook at most 1/s"."""

    async def receive(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(status=410)

    async with _listening(receive) as url:
        await wire.result("setWebhook", url=url)
        assert (await wire.ask("setWebhook", url=url))[0] == 429
        await wire.started()
        async with asyncio.timeout(20):
            while (await wire.result("getWebhookInfo"))["url"]:
                await wire.remote.step(30 * 60)
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://example.org/hook"}, "HTTPS URL must be provided"),
        ({"url": "https://example.org:9999/hook"}, "ports 80, 88, 443 or 8443"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "no spaces"}, "unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "max_connections": 0}, "max_connections"),
    ],
)
async def test_webhooks_that_are_refused(wire: Wire, parameters: dict[str, Any], words: str) -> None:
    """ "HTTPS only, ports 443/80/88/8443"; "secret_token 1-256 [A-Za-z0-9_-]"; "max_connections 1-100"."""
    status, body = await wire.ask("setWebhook", **parameters)
    assert status == 400 and words in body.decode()


def _listening(receive: Any) -> Any:
    """A web server on loopback for a webhook; its address."""

    @contextlib.asynccontextmanager
    async def listening() -> AsyncIterator[str]:
        app = aiohttp.web.Application()
        app.router.add_post("/hook", receive)
        runner = aiohttp.web.AppRunner(app)
        await runner.setup()
        await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await runner.cleanup()

    return listening()
