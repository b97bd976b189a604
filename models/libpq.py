"""Statements of PostgreSQL straight on libpq: a cursor of psycopg costs three times what it does there."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from sqlalchemy import Connection

from models.engine import is_of_the_connection

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Answer:
    """What a statement gave, read as from a DB-API cursor."""

    def __init__(self, result: Any, turn: Any) -> None:
        self._result, self._turn = result, turn

    @property
    def rowcount(self) -> int:
        return self._result.command_tuples or 0

    @property
    def description(self) -> list[tuple[None, int]]:
        """Of each column only its type's number."""
        return [(None, self._result.ftype(number)) for number in range(self._result.nfields)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        self._turn.set_pgresult(self._result)
        rows: list[tuple[Any, ...]] = self._turn.load_rows(0, self._result.ntuples, tuple)
        return rows


class Wire:
    """One connection's statements, each prepared when it is first met; their text says the types of its $1, $2.

    It begins a transaction where none is, as psycopg does, and raises psycopg's own errors.
    """

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        self._driver, self._pq, self._turn = driver, driver.pgconn, Transformer(driver)
        self.pid = driver.pgconn.backend_pid
        self.asked_at: float | None = None  # by time.monotonic(): since when an answer is waited for
        self.used_at = time.monotonic()  # the last answer
        self.is_stale = False  # another connection would do
        self._names: dict[str, bytes] = {}
        self._numbers = count()  # none is given twice, also where only some names were lost

    def execute(self, sql: str, values: Sequence[Any]) -> Answer:
        if self._is_idle():
            self.command("")
        name = self._names.get(sql) or self._prepare(sql)
        given: Any = self._turn.dump_sequence(values, [PyFormat.TEXT] * len(values))
        return Answer(self._well(self._wait(self._pq.exec_prepared, name, given)), self._turn)

    def command(self, words: str) -> None:
        """SAVEPOINT and the like, which have no values and give no rows; with BEGIN before them in one round trip."""
        if self._is_idle():
            words = f"BEGIN READ ONLY; {words}" if self._driver.read_only else f"BEGIN; {words}"
        self._well(self._wait(self._pq.exec_, words.encode()))

    def before_commit(self) -> None:
        """COMMIT, so that psycopg finds nothing to commit and costs less."""
        if self._pq.transaction_status == TransactionStatus.INTRANS:
            self._well(self._wait(self._pq.exec_, b"COMMIT"))

    def before_rollback(self) -> None:
        """ROLLBACK, so that psycopg does not, which would forget every prepared statement of the connection, these too.

        What goes wrong here goes wrong again there, where SQLAlchemy sees it.
        """
        if self._pq.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with suppress(psycopg.Error):
                self._wait(self._pq.exec_, b"ROLLBACK")

    def is_alive(self) -> bool:
        """Whether the server answers."""
        return bool(self._wait(self._pq.exec_, b"").status == ExecStatus.EMPTY_QUERY)

    def fileno(self) -> int:
        """The socket's number; raises psycopg.OperationalError on a closed connection."""
        return self._pq.socket

    def asks(self) -> None:
        """An answer is waited for, here or by psycopg itself."""
        self.asked_at = time.monotonic()

    def answered(self) -> None:
        self.asked_at, self.used_at = None, time.monotonic()

    def _wait(self, ask: Callable[..., Any], *given: Any) -> Any:
        self.asks()
        try:
            return ask(*given)
        finally:
            self.answered()

    def _is_idle(self) -> bool:
        return self._pq.transaction_status == TransactionStatus.IDLE

    def _prepare(self, sql: str) -> bytes:
        name = b"dutygrid_%d" % next(self._numbers)
        self._well(self._wait(self._pq.prepare, name, sql.encode()))
        self._names[sql] = name
        return name

    def _well(self, result: Any) -> Any:
        if result.status in _GOOD:
            return result
        # What the server says has a state; what libpq says by itself is that the server can't be reached
        told = result.error_field(DiagnosticField.SQLSTATE) is not None
        if self._pq.status == ConnStatus.BAD or not told:
            raise psycopg.OperationalError(result.get_error_message())
        error = error_from_result(result)
        if isinstance(error, psycopg.errors.InvalidSqlStatementName):
            self._names.clear()  # somebody else forgot them: the next try prepares anew
        self.is_stale = is_of_the_connection(error)
        raise error


def wire_of(connection: Connection) -> Wire:
    """The wire of a connection to PostgreSQL, for as long as that lives."""
    found: Wire | None = connection.info.get("wire")
    if found is None:
        driver: Any = connection.connection.driver_connection
        found = connection.info["wire"] = Wire(driver)
    return found
