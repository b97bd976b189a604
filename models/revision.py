"""Which revision of the schema a database is at, and which there are; without loading what migrates it, for every start asks."""

from pathlib import Path

from sqlalchemy import create_engine, inspect, text

from models.engine import driver_url

SCRIPTS = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database is at a revision that this version does not know."""


def known() -> list[str]:
    """All revisions, oldest first: each file of the migrations begins with its own."""
    return sorted(file.name.split("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The newest revision there is."""
    return known()[-1]


def require_known(revision: str | None) -> None:
    """NewerSchema for what a later version has made."""
    if revision is not None and revision not in known():
        raise NewerSchema(revision)


def present(url: str) -> str | None:
    """The revision a database is at; None when it is empty."""
    engine = create_engine(driver_url(url))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            at: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return at
    finally:
        engine.dispose()


def is_newest(url: str) -> bool:
    """Whether a database is at this version's schema; NewerSchema."""
    at = present(url)
    require_known(at)
    return at == head()
