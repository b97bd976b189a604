"""All rows of one database in another that is empty, each as it is."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select, text, update

from models.member import Member

BEGUN_WITH = ("member", "area")  # somebody's, where there is one; all else a new schema may bring by itself
TOGETHER = 500  # rows of one INSERT


class NotEmpty(Exception):
    """Somebody's rows are there already."""


def tables() -> list[Table]:
    """Each behind those that it refers to."""
    return list(Member.metadata.sorted_tables)


def move(source: Connection, target: Connection) -> int:
    """Copy every row from SQLite to PostgreSQL, and let numbers go on where they were; how many rows. NotEmpty."""
    if any(target.execute(select(table).limit(1)).first() for table in tables() if table.name in BEGUN_WITH):
        raise NotEmpty()
    moved = 0
    for table in tables():
        target.execute(table.delete())  # what a new schema begins with
        moved += _copy(table, source, target)
        _go_on(table, source, target)
    return moved


def _copy(table: Table, source: Connection, target: Connection) -> int:
    """What refers to another row of its own table does so once all are there."""
    inner = [column for column in table.columns if _is_inner(column)]
    copied, referring = 0, []
    for rows in _batches(source, table):
        copied += len(rows)
        for column in inner:
            referring += [
                (column, row["id"], row[column.name]) for row in rows if row[column.name] is not None
            ]
        target.execute(insert(table), [row | {column.name: None for column in inner} for row in rows])
    for column, row_id, value in referring:
        target.execute(update(table).where(table.c.id == row_id).values({column.name: value}))
    return copied


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    for part in source.execute(select(table)).mappings().partitions(TOGETHER):
        yield [dict(row) for row in part]


def _is_inner(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _go_on(table: Table, source: Connection, target: Connection) -> None:
    """No number is given twice, also where the rows that had it are gone."""
    if table.autoincrement_column is None:
        return
    given = source.execute(
        text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
    ).scalar()
    if given:
        name = func.pg_get_serial_sequence(table.name, table.autoincrement_column.name)
        target.execute(select(func.setval(name, given)))
