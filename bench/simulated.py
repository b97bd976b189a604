"""What the simulator itself can do, so that it is never what a bench measures: sends and updates a second from one
process with limits off, memory over 200,000 messages with retention on, and the time until it listens."""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench.process import TOKEN, memory
from simulator.__main__ import free_port

SENDS, AT_ONCE, RUNS = 10_000, 32, 3
UPDATES, MESSAGES = 20_000, 200_000
ROOT = Path(__file__).parent.parent


class Telegram:
    """`python -m simulator` as a process of its own, limits off."""

    def __init__(self) -> None:
        self.port = free_port(18_900)
        self.url = f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Telegram":
        begun = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "simulator",
            "--no-phones",
            "--port",
            str(self.port),
            "--token",
            TOKEN,
        ]
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=quiet)
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE))
        while True:
            try:
                await self.ask("limits", on=False)
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.005)
        self.started = time.perf_counter() - begun
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.session.close()
        self.process.terminate()
        await self.process.wait()

    async def ask(self, verb: str, **arguments: Any) -> Any:
        async with self.session.post(f"{self.url}/control/{verb}", json=arguments) as answer:
            return await answer.json()

    async def call(self, method: str, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", data=body, headers=headers) as answer:
            return await answer.read()


async def send(telegram: Telegram, chats: list[int], count: int) -> float:
    """Messages a second, some at once, spread over the chats."""
    numbers = iter(range(count))
    bodies = [json.dumps({"chat_id": chat, "text": "Duty at the gate"}).encode() for chat in chats]

    async def worker() -> None:
        for number in numbers:
            answer = await telegram.call("sendMessage", bodies[number % len(bodies)])
            assert answer.startswith(b'{"ok":true'), answer

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - begun)


async def poll(telegram: Telegram, person: int, bot: int) -> float:
    """Updates a second, a hundred at a poll; they were written down beforehand."""
    await telegram.ask("say_often", person=person, chat=bot, text="hello", times=UPDATES)
    offset = got = 0
    begun = time.perf_counter()
    while got < UPDATES:
        answer = json.loads(
            await telegram.call("getUpdates", json.dumps({"offset": offset, "limit": 100}).encode())
        )
        got += len(answer["result"])
        offset = answer["result"][-1]["update_id"] + 1
    return got / (time.perf_counter() - begun)


async def measure() -> None:
    async with Telegram() as telegram:
        starts = [telegram.started]
        people = [(await telegram.ask("person", first_name=f"P{number}"))["id"] for number in range(100)]
        for person in people:
            await telegram.ask("start", person=person)
        bot = int(TOKEN.split(":")[0])
        await telegram.call("getUpdates", json.dumps({"offset": -1}).encode())
        sends = [await send(telegram, people, SENDS) for _ in range(RUNS)]
        print(
            f"  sendMessage {statistics.median(sends):.0f}/s ({min(sends):.0f}-{max(sends):.0f}; goal 2,500)"
        )
        polls = [await poll(telegram, people[0], bot) for _ in range(RUNS)]
        print(
            f"  getUpdates {statistics.median(polls):.0f} updates/s ({min(polls):.0f}-{max(polls):.0f}; goal 20,000)"
        )
        marks = []
        for _ in range(4):
            await send(telegram, people, MESSAGES // 4)
            marks.append(memory(telegram.process.pid))
        print(
            f"  memory over {MESSAGES} messages: {', '.join(f'{mark:.0f}' for mark in marks)} MB (goal: flat)"
        )
    for _ in range(4):
        async with Telegram() as telegram:
            starts.append(telegram.started)
    print(
        f"  listens after {statistics.median(starts):.2f} s ({min(starts):.2f}-{max(starts):.2f}; goal 1 s)"
    )


def main() -> None:
    print("telegram: the simulator alone, one process, limits off")
    asyncio.run(measure())
