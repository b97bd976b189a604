"""A pytest fixture: `pytest_plugins = ["simulator.fixture"]`, and a test takes `telegram`.

The simulator runs in a thread of its own, so that any bot, on any event loop or none, can talk to it.
"""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from simulator.server import Server, Simulator

TOKEN, USERNAME = "100200300:token-of-the-simulated-bot", "SimulatedBot"


class Telegram:
    """A simulator that listens at `url` and knows one bot, whose token is `token`."""

    def __init__(self, url: str, simulator: Simulator) -> None:
        self.url, self.simulator, self.token = url, simulator, TOKEN

    def ask(self, verb: str, **arguments: Any) -> Any:
        """A verb of the control API, from code without an event loop; ValueError with its words when it refuses."""
        request = urllib.request.Request(
            f"{self.url}/control/{verb}", json.dumps(arguments).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise ValueError(json.loads(error.read())["error"]) from None


@contextmanager
def served(**options: Any) -> Iterator[Telegram]:
    """A simulator in a thread; `options` are Simulator's."""
    simulator, ready = Simulator(**options), threading.Event()
    made: dict[str, Any] = {}
    simulator.world.add_bot(TOKEN, USERNAME)

    async def serve() -> None:
        made["loop"], made["stop"] = asyncio.get_running_loop(), asyncio.Event()
        async with Server(simulator) as url:
            made["url"] = url
            ready.set()
            await made["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield Telegram(made["url"], simulator)
    finally:
        made["loop"].call_soon_threadsafe(made["stop"].set)
        thread.join(10)


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """A Telegram of one's own for one test, every result checked against the specification."""
    with served(strict=True) as made:
        yield made
