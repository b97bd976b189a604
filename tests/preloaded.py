"""`python -m ...` without the second and a half that importing takes: each program is a fork of an interpreter that has
loaded what they need, and else a process like any other, with its own environment, output, signals and end.
"""

import asyncio
import contextlib
import functools
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


class Program:
    """A running program; the part of `asyncio.subprocess.Process` that tests use."""

    def __init__(self, output: asyncio.StreamReader, told: socket.socket, pid: int) -> None:
        self.stdout, self.pid = output, pid
        self.returncode: int | None = None
        self._ended = asyncio.ensure_future(self._end(told))

    async def _end(self, told: socket.socket) -> None:
        with told:
            self.returncode = int(await asyncio.get_running_loop().sock_recv(told, 16))

    async def wait(self) -> int:
        """Its exit code; a negative signal where one ended it."""
        await asyncio.shield(self._ended)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


async def start(*words: str, env: Mapping[str, str]) -> Program:
    """Run `python -m WORDS` in the repository with this environment; both its outputs are `stdout`."""
    reading, writing = os.pipe()
    here, there = socket.socketpair(type=socket.SOCK_DGRAM)
    asked = json.dumps({"words": words, "env": dict(env)}).encode() + b"\n"
    socket.send_fds(_line(), [asked], [writing, there.fileno()])
    os.close(writing)
    there.close()
    output = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(reading, "rb", buffering=0)
    )
    here.setblocking(False)  # noqa: FBT003
    return Program(output, here, int(await asyncio.get_running_loop().sock_recv(here, 16)))


@functools.cache
def _line() -> socket.socket:
    """To the interpreter that has loaded everything; it ends when this process does."""
    here, there = socket.socketpair()
    command = [sys.executable, "-m", "tests.preloaded", str(there.fileno())]
    subprocess.Popen(command, cwd=ROOT, pass_fds=[there.fileno()])
    there.close()
    return here


def _load() -> None:
    from bot import collector

    collector.rest()
    import bot.cli
    import bot.runtime  # noqa: F401

    collector.relax()


def _next(line: socket.socket) -> dict[str, Any] | None:
    """Whatever is asked for, forked into a process of its own; None in the one that waits for it, when nobody asks."""
    while True:
        asked, handles, *_ = socket.recv_fds(line, 65_536, 2)
        while asked and not asked.endswith(b"\n"):
            asked += line.recv(65_536)
        if not asked:
            return None
        if os.fork() == 0:
            line.close()
            return _fork(json.loads(asked), *handles)
        for handle in handles:
            os.close(handle)


def _fork(asked: dict[str, Any], output: int, told: int) -> dict[str, Any]:
    """The program, in a child of this one, which tells its number and how it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(told)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(output)
        return asked
    os.close(output)
    os.write(told, b"%d" % child)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):  # whoever started it is gone
        os.write(told, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(asked: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv[:] = asked["words"]
    runpy.run_module(asked["words"][0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load()
    found = _next(socket.socket(fileno=int(sys.argv[1])))
    if found is not None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        _become(found)
