"""One process at a time on SQLite, by a lock of the operating system beside the file. On PostgreSQL the lease decides."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import make_url

from models.engine import is_sqlite


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def only_process(url: str) -> Iterator[None]:
    """Hold a SQLite database for this process; Taken when another has it. PostgreSQL is for any number."""
    with _file_lock(url) if is_sqlite(url) else nullcontext():
        yield


@contextmanager
def _file_lock(url: str) -> Iterator[None]:
    path = Path(f"{make_url(url).database}.lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken() from None
        yield
