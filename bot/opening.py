"""What a command opens: the settings, and the database at this version's schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.database import Database


WRONG_KEY = (
    "DATA_KEY is not what this database was sealed with. Put back the key it had (with its version, as in 2:KEY, where "
    "it was rotated): without it nobody can read what people have asked for."
)


# What pydantic finds wrong, in our words
WANTED = {
    "missing": "is missing",
    "int_parsing": "is a whole number",
    "greater_than_equal": "is at least {ge}",
    "less_than_equal": "is at most {le}",
    "literal_error": "is {expected}",
    "string_pattern_mismatch": "is two capital letters, as CN",
}


OLDER = (
    "This database is older than what this bot has already done: it was put back from a copy. "
    "Run `dutygrid restored`, so that nothing is sent twice, then start again."
)


def fail(sentence: str) -> "typer.Exit":
    typer.echo(sentence, err=True)
    return typer.Exit(1)


def settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    readable = os.access(".env", os.R_OK)
    try:
        return Settings(_env_file=".env" if readable else None)
    except UnicodeDecodeError:
        raise fail(
            ".env is not in UTF-8. Save it as UTF-8 (in Notepad: Save as, Encoding), and try again."
        ) from None
    except ValidationError as error:
        if os.path.exists(".env") and not readable:  # noqa: PTH110 - a service has its settings from elsewhere
            raise fail(
                ".env can't be read by this user. Run this as the user the bot runs as, or as root."
            ) from None
        for problem in error.errors():
            typer.echo(f"{_told(problem)}.", err=True)
        raise fail(
            "These settings are missing or not valid. .env.example explains each; `dutygrid key` prints a DATA_KEY."
        ) from None


def _told(problem: Any) -> str:
    """What is wrong with a setting, by its name."""
    name = str(problem["loc"][0]).upper() if problem["loc"] else ""
    if (wanted := WANTED.get(problem["type"])) is not None:
        return f"{name} {wanted.format(**problem.get('ctx', {}))}"
    said = str(problem["msg"]).removeprefix("Value error, ")
    return said if said.startswith(name) else f"{name}: {said}"


def migrate_if_ours(settings: "Settings") -> None:
    """SQLite databases migrate by themselves; a shared PostgreSQL waits for `dutygrid migrate`."""
    from models import revision
    from models.engine import is_sqlite

    ours = is_sqlite(settings.database_url)
    if ours:
        file = sqlite_file(settings)
        if file.exists() and not os.access(file, os.W_OK):
            raise fail(f"{file} can't be written by this user. It belongs to whoever made it: chown it.")
    if revision.is_newest(settings.database_url):
        return
    if ours:
        _migrate(settings)
    else:
        raise fail(
            "The database is not at this version's schema. Run `dutygrid migrate` once, then start again."
        )


def _migrate(settings: "Settings") -> None:
    from bot.clock import Clock
    from models import migrate

    migrate.migrate(settings.database_url, now=Clock(settings.clock_file).now())


def sqlite_file(settings: "Settings") -> Path:
    from sqlalchemy import make_url

    return Path(str(make_url(settings.database_url).database))


@contextmanager
def database(*, new: bool = False, any_key: bool = False) -> "Iterator[Database]":
    """The database of the settings; one that is not there yet is made only where that is meant (`new`). Its key must fit,
    except for what needs none (`any_key`)."""
    from bot.clock import Clock
    from bot.runtime import make_database
    from models.engine import is_sqlite
    from services import rotation

    ours = settings()
    if is_sqlite(ours.database_url):
        if not new and not sqlite_file(ours).exists():
            raise fail(f"There is no database at {sqlite_file(ours)}. `dutygrid run` makes one.")
        _migrate_alone(ours)
    else:
        migrate_if_ours(ours)
    opened = make_database(ours, Clock(ours.clock_file))
    try:
        if not any_key and not opened.read_now(rotation.fits):
            raise fail(WRONG_KEY)
        yield opened
    finally:
        opened.close()


def _migrate_alone(settings: "Settings") -> None:
    """A schema is not changed under a running bot."""
    from bot.lock import Taken, only_process
    from models import revision

    if revision.is_newest(settings.database_url):
        return
    try:
        with only_process(settings.database_url):
            migrate_if_ours(settings)
    except Taken:
        raise fail(
            "A bot of an older version serves this database. Stop it, and start this version: it brings the schema."
        ) from None
