"""Plain HTTP to a simulator, for tests of what stands in its answers."""

from typing import Any

import aiohttp

from simulator.client import Phone, Remote
from simulator.server import Simulator
from tests.city import BOT, TOKEN


class Wire:
    """A simulator, its control, and plain HTTP."""

    def __init__(self, simulator: Simulator, remote: Remote, session: aiohttp.ClientSession) -> None:
        self.simulator, self.remote, self.session = simulator, remote, session

    async def ask(self, method: str, **parameters: Any) -> tuple[int, bytes]:
        async with self.session.post(f"{self.remote.url}/bot{TOKEN}/{method}", json=parameters) as answer:
            return answer.status, await answer.read()

    async def answer(self, method: str, **parameters: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.remote.url}/bot{TOKEN}/{method}", json=parameters) as answer:
            body: dict[str, Any] = await answer.json()
        return body

    async def result(self, method: str, **parameters: Any) -> Any:
        body = await self.answer(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """The words of a call that is refused."""
        body = await self.answer(method, **parameters)
        assert not body["ok"], body
        return str(body["description"])

    async def started(self, name: str = "Ben") -> Phone:
        phone = await self.remote.phone(name)
        await phone.starts()
        return phone


async def texts(wire: Wire, phone: Phone) -> list[str]:
    """What the bot says in the private chat."""
    return [message["text"] for message in await phone.looks(BOT) if message["is_bot"]]
