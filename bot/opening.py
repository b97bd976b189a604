"""What a command opens: the settings, and the database at this version's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.database import Database


def fail(sentence: str) -> "typer.Exit":
    typer.echo(sentence, err=True)
    return typer.Exit(1)


def settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(str(problem["loc"][0]).upper() for problem in error.errors())
        raise fail(
            f"These settings are missing or not valid: {names}. .env.example explains each; `dutygrid key` prints a DATA_KEY."
        ) from None


def migrate_if_ours(settings: "Settings") -> None:
    """SQLite databases migrate by themselves; a shared PostgreSQL waits for `dutygrid migrate`."""
    from bot.clock import Clock
    from models import migrate
    from models.engine import is_sqlite

    if is_sqlite(settings.database_url):
        migrate.migrate(settings.database_url, now=Clock(settings.clock_file).now())
    elif migrate.present(settings.database_url) != migrate.head():
        raise fail(
            "The database is not at this version's schema. Run `dutygrid migrate` once, then start again."
        )


@contextmanager
def database() -> "Iterator[Database]":
    from bot.clock import Clock
    from bot.runtime import make_database

    ours = settings()
    migrate_if_ours(ours)
    opened = make_database(ours, Clock(ours.clock_file))
    try:
        yield opened
    finally:
        opened.close()
