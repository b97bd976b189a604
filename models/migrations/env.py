"""How Alembic runs our migrations: one transaction; on SQLite with foreign keys off, checked before COMMIT."""

from typing import Any

import sqlmodel  # noqa: F401
from alembic import context
from sqlalchemy import Connection, create_engine, event

import models


def prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # With foreign keys on, a batch rebuild of a parent table deletes or orphans its children.
    connection.execute("PRAGMA foreign_keys=OFF")


def limit_waits(connection: Any, _record: Any) -> None:
    """Who waits for a table keeps everybody behind it waiting: give up after a second, and migrate() tries again."""
    connection.autocommit = True
    connection.execute("SET lock_timeout = '1s'")
    connection.autocommit = False


def begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def check(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"migration leaves {len(broken)} rows without their parents")


engine = create_engine(context.config.attributes["url"])
on_sqlite = engine.dialect.name == "sqlite"
if on_sqlite:
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
else:
    event.listen(engine, "connect", limit_waits)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models.Area.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if on_sqlite:
            check(connection)
engine.dispose()
