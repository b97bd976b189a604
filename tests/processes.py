"""Bots as processes of their own, which a test may kill, freeze and start again; a balancer before their webhooks."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import aiohttp.web

from bot import runtime
from models import migrate
from simulator.client import Remote
from simulator.server import Server, Simulator
from tests import postgres, preloaded
from tests.city import BOT, HURRY, TOKEN, City, make_settings, seconds_until_ten
from tests.preloaded import Program

ROOT = Path(__file__).parent.parent


@dataclass
class Process:
    """`dutygrid run` with these settings, as environment variables."""

    settings: dict[str, str]
    program: ClassVar[tuple[str, ...]] = ("bot",)  # what `python -m` runs
    running: Program | None = None
    log: list[str] = field(default_factory=list)
    _reading: "asyncio.Future[None] | None" = None

    @property
    def port(self) -> int:
        return int(self.settings["WEB_PORT"])

    def environment(self) -> dict[str, str]:
        """PostgreSQL's own programs are the wheel's."""
        path = f"{postgres.binaries()}:{os.environ['PATH']}"
        return {"PATH": path, **self.settings}

    async def start(self) -> None:
        self.running = await preloaded.start(*self.program, "run", env=self.environment())
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self.running is not None
        async for line in self.running.stdout:
            self.log.append(line.decode().rstrip())

    async def says(self, words: str, *, times: int = 1, within: float = 40) -> None:
        """Wait until its log has said so, as often."""
        async with asyncio.timeout(within):
            while sum(words in line for line in self.log) < times:
                if self.running is not None and self.running.returncode is not None:
                    raise AssertionError("it ended:\n" + "\n".join(self.log[-20:]))
                await asyncio.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        assert self.running is not None
        with contextlib.suppress(ProcessLookupError):
            self.running.send_signal(number)

    async def ended(self, within: float = 15) -> int:
        assert self.running is not None and self._reading is not None
        async with asyncio.timeout(within):
            code = await self.running.wait()
            await self._reading
        return code

    async def killed(self) -> None:
        self.signal(signal.SIGKILL)
        await self.ended()


@dataclass
class Fleet:
    """Processes behind one address, as Caddy would have them: each request to the next that listens."""

    processes: list[Process]
    turn: int = 0

    async def pass_on(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        body, headers = await request.read(), dict(request.headers)
        for _ in range(20 * len(self.processes)):
            self.turn += 1
            process = self.processes[self.turn % len(self.processes)]
            url = f"http://127.0.0.1:{process.port}{request.path}"
            try:
                async with self._session.post(url, data=body, headers=headers) as answer:
                    return aiohttp.web.Response(status=answer.status, body=await answer.read())
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)
            except (aiohttp.ClientError, TimeoutError):
                break  # it ended while it worked: whether it is done is for Telegram to ask again
        return aiohttp.web.Response(status=502)

    async def posts(self, path: str, update: object, secret: str) -> int:
        """Post an update as Telegram does; the answer's status."""
        url = f"http://127.0.0.1:{self.processes[0].port}{path}"
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with self._session.post(url, json=update, headers=headers) as answer:
            return answer.status

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = aiohttp.web.Application(client_max_size=2**21)
        app.router.add_post("/{path:.*}", self.pass_on)
        runner = aiohttp.web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as self._session:
            yield f"http://127.0.0.1:{port}"
        await runner.cleanup()


async def command(process: Process, *words: str) -> tuple[int, str]:
    """Run `dutygrid ...` with a process's settings; its exit code and what it said."""
    running = await preloaded.start("bot", *words, env=process.environment())
    said = await running.stdout.read()
    return await running.wait(), said.decode()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    import socket

    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [found.getsockname()[1] for found in sockets]


@contextlib.asynccontextmanager
async def fleet(
    url: str, folder: Path, count: int, *, webhook: bool = False, through: str = "", **more: Any
) -> AsyncIterator[tuple[City, Fleet]]:
    """A simulated city whose bot is so many processes; `City.database` only reads. `through` is where the processes
    see the database, if elsewhere."""
    simulator = Simulator(clock_file=folder / "clock")
    simulator.world.clock.step(seconds_until_ten(simulator.world.clock.now()))
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    made = Fleet([])
    async with Server(simulator) as api, Remote(api, hurry=HURRY) as remote, made.serve() as front:
        admin = await remote.phone("Admin", "en")
        settings = make_settings(url, api, folder, admin.id, **more)
        clock = runtime.Clock(settings.clock_file)
        migrate.migrate(url, now=clock.now())
        for port in free_ports(count):
            environment = {
                "BOT_TOKEN": TOKEN, "DATA_KEY": settings.data_key.get_secret_value(), "DATABASE_URL": through or url,
                "BOT_API_URL": api, "ADMIN_IDS": str(admin.id), "DEFAULT_LANGUAGE": "en",
                "CLOCK_FILE": str(folder / "clock"), "WEB_PORT": str(port), "LOG_LEVEL": "INFO",
                "WEBHOOK_URL": front if webhook else "", "SETTLE_DELAY": str(settings.settle_delay),
                "REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
            }  # fmt: skip
            made.processes.append(Process(environment))
        database = runtime.make_database(settings, clock)
        try:
            for process in made.processes:
                await process.start()
                await process.says("started")
            town = City(simulator, remote, settings, database, admin, contextlib.AsyncExitStack())
            await admin.starts()
            await admin.sees(BOT, str(admin.id))
            yield town, made
        finally:
            for process in made.processes:
                if process.running is not None and process.running.returncode is None:
                    process.signal(signal.SIGCONT)
                    await process.killed()
            database.close()
