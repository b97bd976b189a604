"""Rows held until a transaction commits: newly read, and whoever else would change them waits.

FOR NO KEY UPDATE: a new row that refers to one holds a key share on it, and would deadlock with FOR UPDATE.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

Row = TypeVar("Row", bound=SQLModel)


def lock(session: Session, table: type[Row], row_id: int) -> Row | None:
    """One row; as it stands, where `lock_all` holds it already."""
    held: Row | None = session.info["held"].get((table, row_id))
    if held is not None:
        return held
    return session.get(table, row_id, populate_existing=True, with_for_update={"key_share": True})


def lock_all(session: Session, table: type[Row], row_ids: Iterable[int]) -> list[Row]:
    """Many rows in one statement, for those who would each lock theirs one after the other."""
    key: Any = col(table.id)  # type: ignore[attr-defined]
    found = select(table).where(key.in_(list(row_ids))).order_by(key)
    newly = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    rows = list(session.exec(newly).all())
    session.info["held"].update({(table, row.id): row for row in rows})  # type: ignore[attr-defined]
    return rows
