"""The bell by Redis or Valkey: a line that died in silence is noticed, and made anew."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot import bell, valkey
from tests.proxy import Proxy


async def test_a_line_that_died_in_silence_is_made_anew(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch, expected_failures: set[str]
) -> None:
    expected_failures |= {"bell.away"}
    monkeypatch.setattr(valkey, "QUIET", 0.2)
    monkeypatch.setattr(bell, "RETRY", 0.1)
    proxy, heard = Proxy(Path(urlsplit(valkey_url).path)), asyncio.Event()
    async with proxy.serve() as way:
        ringing = valkey.RedisBell(valkey.connect(valkey_url), 7)
        listening = valkey.RedisBell(valkey.connect(f"unix://{way}?db=0"), 7)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(listening.listen(heard.set)), group.create_task(ringing.carry())]
            await _rings(ringing, heard)
            line = _lines(proxy)
            await asyncio.sleep(1)  # quiet, and alive: the same line
            await _rings(ringing, heard)
            assert _lines(proxy) == line
            proxy.hush()
            await _rings(ringing, heard)
            assert _lines(proxy)
            for task in tasks:
                task.cancel()


def _lines(proxy: Proxy) -> set[Any]:
    return {writer for writer in proxy.open if writer not in proxy.hushed}


async def _rings(ringing: bell.Bell, heard: asyncio.Event) -> None:
    """Ring until it is heard."""
    heard.clear()
    async with asyncio.timeout(5):
        while not heard.is_set():
            ringing.ring()
            await asyncio.sleep(0.05)
