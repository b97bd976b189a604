"""Many things done in one transaction: what was read for one is known for the next, and rows are written together.

A hundred escalations read the same few leaders and write hundreds of notes; a statement each is most of what they
cost on PostgreSQL. Nobody sees a difference: whatever reads a table finds what was written to it before.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, event
from sqlmodel import Session, SQLModel

from models.prepared import Prepared, completed, insert_all, insert_new, table_of

Rows = list[dict[str, Any]]


class Together:
    """What one transaction has read already, and the rows it has yet to write."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[tuple[type[SQLModel], tuple[str, ...]], Rows] = defaultdict(list)
        self._known: dict[Any, list[Any]] = {}
        self._kept: list[Any] = []  # a session holds its rows weakly
        self.true: set[tuple[Any, ...]] = set()  # what need not be done again

    def insert(self, table: type[SQLModel], values: dict[str, Any]) -> None:
        given = completed(table, values)
        self._rows[table, tuple(given)].append(given)

    @property
    def tables(self) -> set[Table]:
        """Of the rows that wait."""
        return {table_of(table) for table, _keys in self._rows}

    def known(self, query: Prepared, values: dict[str, Any]) -> list[Any]:
        key = (query, *values.items())
        if key not in self._known:
            self._known[key] = query.rows(self._session, **values)
        return self._known[key]

    def write(self, *_: Any) -> None:
        """Write the rows that wait; those whose key is there stay as they are."""
        waiting, self._rows = self._rows, defaultdict(list)
        if waiting:
            self._session.flush()  # what they refer to
        for (table, _keys), rows in waiting.items():
            insert_all(self._session, table, rows)

    def keep(self, _session: Session, row: Any) -> None:
        self._kept.append(row)


@contextlib.contextmanager
def together(session: Session) -> Iterator[None]:
    """For as long as it lasts, `insert_soon` gathers and `rows_once` remembers. The session lives on: who listens to
    it must stop."""
    doing = session.info["together"] = Together(session)
    listeners = (("loaded_as_persistent", doing.keep), ("do_orm_execute", doing.write))
    for name, listener in listeners:
        event.listen(session, name, listener)
    try:
        yield
        doing.write()
    finally:
        del session.info["together"]
        for name, listener in listeners:
            event.remove(session, name, listener)


def insert_soon(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row unless one with its key is there, at the latest when its table is read or the work is done."""
    doing: Together | None = session.info.get("together")
    if doing is None:
        insert_new(session, table, **values)
    else:
        doing.insert(table, values)


def once(session: Session, name: tuple[Any, ...], work: Callable[[], bool]) -> bool:
    """Whether `work` came true; while many things are done in one go, it is done until it does for the first time."""
    doing: Together | None = session.info.get("together")
    if doing is None:
        return work()
    if name not in doing.true and work():
        doing.true.add(name)
    return name in doing.true


def rows_once(session: Session, query: Prepared, **values: Any) -> list[Any]:
    """The rows of a query about what the work under way does not change."""
    doing: Together | None = session.info.get("together")
    return query.rows(session, **values) if doing is None else doing.known(query, values)
