"""A connection to PostgreSQL whose answer does not come, though the server is at work on nothing for it, is given up.

The kernel sees a peer that has gone; it sees nothing where a proxy, a pooler or a tunnel stands between and forgets us.
Whoever waits for an answer waits inside libpq, for ever; shutting its socket from here ends that as a cut line does,
which is waited out and tried again.
"""

import contextlib
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

import psycopg
import structlog

log = structlog.get_logger()
SILENT = 10.0  # seconds without an answer until the server is asked what it is doing
PATIENT = 60.0  # seconds where it can't say, as a pooler stands between that gives its own numbers
_FULL = ("too many clients", "remaining connection slots")
_AT_WORK = "SELECT pid, state FROM pg_stat_activity WHERE pid = ANY(%s)"


class Watch:
    """Looks at the wires of one database once a second."""

    def __init__(self, address: str) -> None:
        """`address` is libpq's own, with how long a connection may take."""
        self._address = address
        self._wires: WeakSet[Any] = WeakSet()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._asking = ThreadPoolExecutor(1, "watch-ask")
        self._question: Any = None  # the connection that asks, while it does
        self._thread = threading.Thread(target=self._look_again, name="watch", daemon=True)
        self._thread.start()

    def add(self, wire: Any) -> None:
        with self._lock:
            self._wires.add(wire)

    def close(self) -> None:
        self._ended.set()
        self._asking.shutdown(wait=False, cancel_futures=True)

    def _look_again(self) -> None:
        while not self._ended.wait(min(1.0, SILENT / 4)):
            with contextlib.suppress(Exception):  # a wire that ended meanwhile
                self._look()

    def _look(self) -> None:
        with self._lock:
            wires = list(self._wires)
        now = time.monotonic()
        silent = [wire for wire in wires if (asked := wire.asked_at) is not None and now - asked > SILENT]
        if not silent:
            return
        states = self._states([wire.pid for wire in silent])
        lost = [wire for wire in silent if _is_lost(wire, states, now)]
        if not lost:
            return
        log.warning("database.silent", connections=len(lost))
        first = min(wire.asked_at or now for wire in lost)
        for wire in {*lost, *(wire for wire in wires if wire.asked_at is None and wire.used_at <= first)}:
            _shut(wire)  # what was open when it fell silent, and waits for its next use

    def _states(self, pids: list[int]) -> dict[int, str] | None:
        """What the server does for each; `gone` for what it does not know, and nothing where it can't tell. None when it
        does not answer."""
        try:
            return self._asking.submit(self._ask, pids).result(timeout=SILENT)
        except psycopg.Error as error:  # one that is full answers, though it lets nobody in
            return {} if any(words in str(error) for words in _FULL) else None
        except TimeoutError:
            if self._question is not None:
                _shut(self._question)
            return None

    def _ask(self, pids: list[int]) -> dict[int, str]:
        with psycopg.connect(self._address, autocommit=True) as connection:
            self._question = connection
            try:
                told = connection.execute("SELECT pg_backend_pid()").fetchone()
                # A pooler has numbers of its own
                is_direct = told is not None and told[0] == connection.pgconn.backend_pid
                unknown = dict.fromkeys(pids, "gone") if is_direct else {}
                return unknown | dict(connection.execute(_AT_WORK, (pids,)).fetchall())
            finally:
                self._question = None


def _is_lost(wire: Any, states: dict[int, str] | None, now: float) -> bool:
    asked = wire.asked_at
    if asked is None:  # answered meanwhile
        return False
    if states is None:
        return True
    return states[wire.pid] != "active" if wire.pid in states else now - asked > PATIENT


def _shut(wire: Any) -> None:
    with contextlib.suppress(OSError, psycopg.Error):
        number = os.dup(wire.fileno())
        with socket.socket(fileno=number) as line:
            line.shutdown(socket.SHUT_RDWR)
