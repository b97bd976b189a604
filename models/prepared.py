"""Statements of the busiest paths, compiled once and run straight on the driver.

SQLAlchemy's execution costs several times what the statement itself does on SQLite. A `Prepared` gives the same
rows with the same types; it takes plain parameters, no expanding IN, and raises the driver's own errors.
"""

from collections import namedtuple
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.util import find_tables
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

Process = Callable[[Any], Any]
Place = Session | Connection
_NUMBERED = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # $1, $2, as libpq has them


class Prepared:
    """One statement for every dialect it meets; `keys` are the columns an INSERT or a SET is given by name."""

    def __init__(self, statement: Executable, keys: tuple[str, ...] = ()) -> None:
        self._statement: Any = statement
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, place: Place, **values: Any) -> list[Any]:
        """Named tuples of all rows."""
        compiled, cursor = self._run(place, values)
        return compiled.rows(cursor)

    def first(self, place: Place, **values: Any) -> Any:
        """The first row as a named tuple, or None."""
        rows = self.rows(place, **values)
        return rows[0] if rows else None

    def count(self, place: Place, **values: Any) -> int:
        """How many rows an INSERT, UPDATE or DELETE touched."""
        touched: int = self._run(place, values)[1].rowcount
        return touched

    def _run(self, place: Place, values: dict[str, Any]) -> "tuple[_Compiled, Any]":
        if isinstance(place, Session):
            self._find_all_written(place)
            place = _connection(place)
        compiled = self._compiled.get(place.dialect.name) or self._compile(place)
        return compiled, compiled.driver_of(place).execute(compiled.sql, compiled.parameters(values))

    def _compile(self, connection: Connection) -> "_Compiled":
        on_wire = _is_on_wire(connection)
        dialect = _NUMBERED if on_wire else connection.dialect
        made = _Compiled(self._statement, self._keys, dialect, _wire_of if on_wire else _driver_of)
        self._compiled[dialect.name] = made
        return made

    def _find_all_written(self, session: Session) -> None:
        """As before a query: what was added is there, and what `models.together` gathered for these tables."""
        gathered = session.info.get("together")
        if gathered is not None and not self._tables.isdisjoint(gathered.tables):
            gathered.write()
        if session.in_transaction():
            session.flush()

    @cached_property
    def _tables(self) -> frozenset[Any]:
        everywhere = {"include_joins": True, "include_selects": True, "include_crud": True}
        return frozenset(find_tables(self._statement, **everywhere))


def run_command(connection: Connection, words: str) -> None:
    """SAVEPOINT and the like, straight on the driver."""
    if _is_on_wire(connection):
        _wire_of(connection).command(words)
    else:
        _driver_of(connection).execute(words)


def rows_changed(connection: Connection) -> int:
    """How many rows a SQLite connection has changed since it was made."""
    changed: int = _driver_of(connection).total_changes
    return changed


def _is_on_wire(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _wire_of(connection: Connection) -> Any:
    """Loaded only where PostgreSQL is: every start of the others is the quicker for it."""
    from models.libpq import wire_of

    return wire_of(connection)


def _driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _connection(session: Session) -> Connection:
    """The connection a session is bound to, without the bookkeeping of a session that begins."""
    return session.bind if isinstance(session.bind, Connection) else session.connection()


class _Compiled:
    """A statement's text for one dialect, and how its values and rows are turned."""

    def __init__(
        self, statement: Any, keys: tuple[str, ...], dialect: Dialect, driver_of: Callable[[Connection], Any]
    ) -> None:
        self._dialect, self.driver_of = dialect, driver_of
        text = statement.compile(dialect=dialect, column_keys=list(keys) or None)
        self.sql = str(text)
        binds = {name: text.binds[name] for name in text.params}
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in binds.items()}
        turns = {
            name: _quick(kind, dialect, "bind", kind.bind_processor(dialect)) for name, kind in kinds.items()
        }
        fixed = [name for name, bind in binds.items() if not bind.required]
        self._fixed = {name: _turned(turns[name], binds[name].value) for name in fixed}
        self._places = [(name, None if name in self._fixed else turns[name]) for name in text.positiontup]
        columns = dict(getattr(statement, "exported_columns", {}))
        self._kinds = [column.type.dialect_impl(dialect) for column in columns.values()]
        self._row: Callable[[Any], Any] = partial(tuple.__new__, _row_of(tuple(columns)))
        self._readers: list[tuple[int, Process]] | None = None

    def parameters(self, values: dict[str, Any]) -> list[Any]:
        given = self._fixed | values if self._fixed else values
        return [given[name] if turn is None else turn(given[name]) for name, turn in self._places]

    def rows(self, cursor: Any) -> list[Any]:
        if self._readers is None:
            self._readers = self._find_readers([column[1] for column in cursor.description])
        return [self._read(row, self._readers) for row in cursor.fetchall()]

    def _find_readers(self, codes: list[Any]) -> list[tuple[int, Process]]:
        found = [
            _quick(kind, self._dialect, "result", kind.result_processor(self._dialect, code))
            for kind, code in zip(self._kinds, codes, strict=True)
        ]
        return [(at, read) for at, read in enumerate(found) if read is not None]

    def _read(self, row: Any, readers: list[tuple[int, Process]]) -> Any:
        values = list(row)
        for at, turn in readers:
            if values[at] is not None:
                values[at] = turn(values[at])
        return self._row(values)


def _turned(turn: Process | None, value: Any) -> Any:
    return value if turn is None else turn(value)


_times: dict[tuple[str, str], Process] = {}


def _quick(kind: TypeEngine[Any], dialect: Dialect, way: str, turn: Process | None) -> Process | None:
    """Times come again: an order's with each who asks for a place, the present with each row that is written. So each way is
    remembered, whatever column it is of."""
    if turn is None or not isinstance(kind, UTCDateTime):
        return turn
    return _times.setdefault((dialect.name, way), lru_cache(turn))


def _row_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)  # made from data


def insert_new(place: Place, table: type[SQLModel], **values: Any) -> bool:
    """Insert a row unless one with its key is there; True when it was inserted."""
    given = completed(table, values)
    return _insert(table, tuple(given), 1).count(place, **given) == 1


def insert_all(place: Place, table: type[SQLModel], rows: list[dict[str, Any]]) -> int:
    """Insert rows that name the same columns, unless their keys are there; how many were inserted."""
    inserted, at = 0, 0
    while at < len(rows):
        many = next(size for size in _SIZES if size <= len(rows) - at)
        values = {_bind(name, n): row[name] for n, row in enumerate(rows[at : at + many]) for name in row}
        inserted += _insert(table, tuple(rows[at]), many).count(place, **values)
        at += many
    return inserted


def completed(table: type[SQLModel], values: dict[str, Any]) -> dict[str, Any]:
    """A row's values, with what fills itself."""
    return {name: make(None) for name, make in _defaults(table)} | values


def _bind(name: str, row: int) -> str:
    """The parameter for a column of one of several rows; of the first it is the column's name, also where it is alone."""
    return f"{name}_{row}" if row else name


_SIZES = (64, 16, 4, 1)  # rows of one INSERT: each size is a statement of its own


@lru_cache
def _defaults(table: type[SQLModel]) -> tuple[tuple[str, Process], ...]:
    """The columns that fill themselves, and with what."""
    columns = [column for column in table_of(table).columns if column.default is not None]
    return tuple((column.name, _maker(column.default)) for column in columns)


def _maker(default: Any) -> Process:
    """What makes a default's value; SQLAlchemy's own makers take a context."""
    maker: Process = default.arg if default.is_callable else lambda _context: default.arg
    return maker


@lru_cache
def _insert(table: type[SQLModel], keys: tuple[str, ...], many: int) -> Prepared:
    columns = [table_of(table).c[key] for key in keys]
    rows = [{one.name: bindparam(_bind(one.name, n), type_=one.type) for one in columns} for n in range(many)]
    made = postgresql.insert(table_of(table)).values(rows if many > 1 else rows[0])
    return Prepared(made.on_conflict_do_nothing().inline())  # SQLite reads the same words


def table_of(table: type[SQLModel]) -> Table:
    found: Table = table.__table__  # type: ignore[attr-defined]
    return found
