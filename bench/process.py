"""A bot as a process of its own against a simulator in this one."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from models.sealed import new_key
from simulator.server import Simulator

TOKEN = "100200300:bench-token-of-the-simulated-bot"


def environment(folder: Path, url: str) -> dict[str, str]:
    """The settings of `dutygrid run` for a bench."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return clean | {
        "BOT_TOKEN": TOKEN, "WEB_PORT": "0", "DATA_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/bench.db", "BOT_API_URL": url,
        "ADMIN_IDS": "1", "DEFAULT_LANGUAGE": "en", "LOG_LEVEL": "WARNING",
    }  # fmt: skip


@contextlib.asynccontextmanager
async def running(
    arguments: list[str], environment: dict[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process with these arguments, ended with SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, cwd=folder, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def until_polling(simulator: Simulator, *, patience: float = 30) -> None:
    """Wait for the first getUpdates."""
    bot = simulator.world.bots[TOKEN]
    end = time.monotonic() + patience
    while simulator.api.box(bot).poller is None:
        if time.monotonic() > end:
            raise TimeoutError("the bot did not poll")
        await asyncio.sleep(0.002)


async def until_count(simulator: Simulator, method: str, count: int, *, patience: float = 120) -> None:
    """Wait until the bot has called a method so many times."""
    end = time.monotonic() + patience
    while sum(call["method"] == method for call in simulator.log.entries) < count:
        if time.monotonic() > end:
            raise TimeoutError(
                f"{method} was called {sum(c['method'] == method for c in simulator.log.entries)} of {count} times"
            )
        await asyncio.sleep(0.01)


def memory(pid: int) -> float:
    """Resident memory in MB."""
    line = next(
        row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024
