"""python -m simulator: a Telegram of one's own until Ctrl-C."""

import asyncio
import contextlib
import sys
from pathlib import Path

from simulator.server import Server, Simulator


async def serve(port: int, token: str, username: str, clock_file: Path | None = None) -> None:
    simulator = Simulator(clock_file=clock_file)
    simulator.world.add_bot(token, username)
    async with Server(simulator, port=port) as url:
        sys.stdout.write(
            f"Bot API: {url}\nToken:   {token}\nBot:     @{username}\nControl: {url}/control/...\n"
        )
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(port: int, token: str, username: str) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(port, token, username))


if __name__ == "__main__":
    main(8081, "100200300:simulated-token-for-local-use", "SimulatedBot")
