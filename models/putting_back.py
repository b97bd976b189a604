"""What PostgreSQL itself remembers of a copy that is put back: that it is under way, and that it is not noted yet. On SQLite
a copy takes its place already noted, under a lock of the operating system.
"""

import json

from sqlalchemy import Connection, text

LOCK = 0x64757479_67726964  # one of PostgreSQL's advisory locks, held by `dutygrid restore` for as long as it lives

_TAKE = text("SELECT pg_try_advisory_lock(:lock)")
_IS_TAKEN = text("""
    SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
        AND (classid::bigint << 32) + objid::bigint = :lock
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))""")
_NOTE = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
_NOTED = text("COMMENT ON TABLE alembic_version IS NULL")


def begin(connection: Connection) -> bool:
    """Whether nobody else puts a copy back: then this connection does, until it is closed."""
    return bool(connection.execute(_TAKE, {"lock": LOCK}).scalar())


def is_under_way(connection: Connection) -> bool:
    """Whether somebody puts a copy back now."""
    return _is_postgresql(connection) and bool(connection.execute(_IS_TAKEN, {"lock": LOCK}).scalar())


def remember(given: dict[str, int]) -> str:
    """The statement that a copy takes its place with: it is not noted, and so many numbers of each table were given out."""
    return f"COMMENT ON TABLE public.alembic_version IS '{json.dumps(given)}'"


def unnoted(connection: Connection) -> dict[str, int] | None:
    """The numbers that were given out before a copy took its place that nobody has noted; None for any other database."""
    words = connection.execute(_NOTE).scalar() if _is_postgresql(connection) else None
    return None if words is None else {str(name): int(number) for name, number in json.loads(words).items()}


def noted(connection: Connection) -> None:
    """It is noted: from now on somebody may serve it."""
    if _is_postgresql(connection):
        connection.execute(_NOTED)


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
