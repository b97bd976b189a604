"""One process at a time: an OS lock beside a SQLite file, an advisory lock on PostgreSQL."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from models.engine import driver_url, is_sqlite

ADVISORY_KEY = 0x44475244  # "DGRD"


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def only_process(url: str) -> Iterator[None]:
    """Hold the database for this process; Taken when another has it."""
    holder = _file_lock(url) if is_sqlite(url) else _advisory_lock(url)
    with holder:
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


@contextmanager
def _advisory_lock(url: str) -> Iterator[None]:
    engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if not connection.execute(text(f"SELECT pg_try_advisory_lock({ADVISORY_KEY})")).scalar():
                raise Taken()
            yield
    finally:
        engine.dispose()
