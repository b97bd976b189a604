"""Engines for SQLite and PostgreSQL, and which of their errors are the weather rather than a bug."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

if TYPE_CHECKING:  # PostgreSQL's parts are loaded where it is
    from models.watching import Watch

BUSY_TIMEOUT_MS = 5_000
WRITERS_ON_POSTGRESQL = 8
READERS = 4

# SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL (sqlite.org/rescode.html)
_SQLITE_WEATHER = {5, 6, 7, 8, 9, 10, 13, 14, 15}
_SQLITE_DAMAGE = {11, 26}  # SQLITE_CORRUPT, NOTADB: no waiting mends it
# Connection lost, prepared statement lost, rolled back (deadlock, serialisation), no resources, lock not available, operator, system
_POSTGRESQL_WEATHER = {"08", "26", "40", "53", "55", "57", "58"}
FROZEN = "25P03"  # idle in a transaction for too long
# libpq's words: seconds, but for tcp_user_timeout, which is of data that nobody acknowledges
PATIENCE = {
    "connect_timeout": 5, "tcp_user_timeout": 10_000,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
}  # fmt: skip
LONGEST_SLEEP_MS = (
    8_000  # then PostgreSQL gives others the locks of a process that was frozen in a transaction
)

LONGEST_LOCK_MS = 2_000  # then whoever waits for a row steps back and lets others write, and tries again


class File:
    """A SQLite database's file, which somebody may take away from under us: what is written then is nowhere."""

    def __init__(self, url: str) -> None:
        path = str(make_url(url).database) if is_sqlite(url) else ""
        self._path = "" if path.startswith("file:") else path  # that names it in SQLite's own way
        self._known: int | None = None

    def require(self) -> None:
        """sqlite3.OperationalError, of the kind that is waited out, where the file is not the one that was opened, or
        its log is gone; inside a transaction, when both are there."""
        if not self._path:
            return
        try:
            found, _log = Path(self._path).stat().st_ino, Path(f"{self._path}-wal").stat()
        except FileNotFoundError:
            found = None
        self._known = self._known or found
        if found is None or found != self._known:
            gone = sqlite3.OperationalError("the database's file was taken away; start again")
            gone.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise gone


class NotYet(Exception):
    """What a service needs is about to be written down: nothing of it is kept, and it is tried again soon."""


def driver_url(url: str) -> str:
    """`postgresql://...` as psycopg 3 wants it, with our patience; `sqlite:///...` unchanged."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg").update_query_dict(
            {name: str(value) for name, value in patience(url).items()}
        )
    return parsed.render_as_string(hide_password=False)


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def make_watch(url: str) -> "Watch | None":
    """What gives up the connections to PostgreSQL that have fallen silent."""
    if is_sqlite(url):
        return None
    from models.watching import Watch

    address = make_url(driver_url(url)).set(drivername="postgresql")
    return Watch(address.render_as_string(hide_password=False))


def make_engine(url: str, *, read_only: bool = False, watch: "Watch | None" = None) -> Engine:
    """An engine whose transactions are BEGIN IMMEDIATE on SQLite, or read-only where asked."""
    size = READERS if read_only else WRITERS_ON_POSTGRESQL
    if not is_sqlite(url):
        return _make_postgresql(url, size, watch, read_only=read_only)
    engine = create_engine(url, pool_size=size, max_overflow=2, hide_parameters=True)  # none in a traceback
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def patience(url: str) -> dict[str, Any]:
    """How long a connection to PostgreSQL may be silent before it counts as gone, where the address says nothing else.

    A machine that vanishes closes no connection; the kernel's own limits are a quarter of an hour and two hours.
    """
    asked = make_url(url).query
    return {name: value for name, value in PATIENCE.items() if name not in asked}


def _make_postgresql(url: str, size: int, watch: "Watch | None", *, read_only: bool) -> Engine:
    from models.libpq import Wire, wire_of

    options = {"postgresql_readonly": True} if read_only else {}
    engine = create_engine(
        driver_url(url), pool_size=size, max_overflow=2, execution_options=options, hide_parameters=True,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        wire = record.info["wire"] = Wire(connection)
        if watch is not None:
            watch.add(wire)
        wire.asks()
        connection.autocommit = True
        connection.execute(f"SET idle_in_transaction_session_timeout = {LONGEST_SLEEP_MS}")
        connection.execute(f"SET lock_timeout = {LONGEST_LOCK_MS}")
        connection.autocommit = False
        wire.answered()

    if read_only:
        event.listen(engine, "checkout", _require_alive)
    event.listen(engine, "before_cursor_execute", lambda connection, *_: wire_of(connection).asks())
    event.listen(engine, "after_cursor_execute", lambda connection, *_: wire_of(connection).answered())
    event.listen(engine, "handle_error", _answered_by_error)
    event.listen(engine, "commit", lambda connection: wire_of(connection).before_commit())
    event.listen(engine, "rollback", _roll_back)

    @event.listens_for(engine, "reset")
    def reset(_driver: Any, record: Any, _state: Any) -> None:
        """A transaction that SQLAlchemy did not see begin; and a connection that fails for what it is goes."""
        wire = record.info.get("wire")
        if wire is not None:
            wire.before_rollback()
            if wire.is_stale:
                record.invalidate()

    return engine


def _require_alive(_driver: Any, record: Any, _fairy: Any) -> None:
    """A connection that was closed while it waited is replaced; SQLAlchemy's own ping would not be watched."""
    if not record.info["wire"].is_alive():
        raise DisconnectionError()


def _answered_by_error(context: Any) -> None:
    """It was answered; and where the connection itself is what is wrong, it and all others are replaced."""
    info = context.connection.info if context.connection is not None else {}
    if "wire" in info:
        info["wire"].answered()
    if is_of_the_connection(context.original_exception):
        context.is_disconnect = True


def _roll_back(connection: Connection) -> None:
    """Of a connection that was cut there is nothing left to roll back, and asking it would hide why."""
    from models.libpq import wire_of

    if not connection.invalidated:
        wire_of(connection).before_rollback()


def is_of_the_connection(error: BaseException | None) -> bool:
    """Whether a connection to PostgreSQL fails for what it is, and another one would not: it was begun while the server was
    read-only, and stays so; or a table that its prepared statements read has been altered since."""
    state = getattr(error, "sqlstate", None)
    where = getattr(getattr(error, "diag", None), "source_function", None)
    return state == "25006" or (state == "0A000" and where == "RevalidateCachedQuery")


def is_damage(error: BaseException) -> bool:
    """Whether the database's file is not what it was: cut short, or written over."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    return (
        isinstance(original, sqlite3.Error)
        and (getattr(original, "sqlite_errorcode", None) or 0) & 0xFF in _SQLITE_DAMAGE
    )


def is_weather(error: BaseException) -> bool:
    """Whether to wait and try again (busy, full, gone, deadlock) rather than to call it a bug."""
    original: Any = error
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in _SQLITE_WEATHER
    if not any(base.__module__.startswith("psycopg") for base in type(original).__mro__):
        return False
    state = getattr(original, "sqlstate", None)
    if state is None:  # no answer from the server; one that took too long is a kind of its own
        return any(base.__name__ == "OperationalError" for base in type(original).__mro__)
    return state[:2] in _POSTGRESQL_WEATHER or state == FROZEN or is_of_the_connection(original)
