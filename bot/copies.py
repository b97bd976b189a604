"""Copies of a database, whole or not there at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot import opening, pg_copies

if TYPE_CHECKING:
    from bot.settings import Settings


def make(settings: "Settings", target: Path) -> None:
    """Copy the database into a file, beside a running bot too."""
    from models.engine import is_sqlite

    if not is_sqlite(settings.database_url):
        with whole_or_nothing(target) as unfinished:
            pg_copies.dump(plain(settings), unfinished)
        return
    source_file = opening.sqlite_file(settings)
    if not source_file.exists():
        raise opening.fail(f"There is no database at {source_file}.")
    try:
        with whole_or_nothing(target) as unfinished:
            copy_file(source_file, unfinished)
    except sqlite3.Error as error:
        raise opening.fail(f"{target} could not be made ({error}), and nothing of it is left.") from None


@contextmanager
def whole_or_nothing(target: Path) -> Iterator[Path]:
    """A file for its owner alone, that has its name only once it is whole."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(0o600)
    except (FileNotFoundError, NotADirectoryError):
        raise opening.fail(
            f"There is no folder {target.absolute().parent}. Make it, or name another."
        ) from None
    except PermissionError:
        raise opening.fail(
            f"This user may not write in {target.absolute().parent}. Name a file elsewhere, as beside the database."
        ) from None
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def copy_file(source_file: Path, target: Path) -> None:
    with closing(sqlite3.connect(source_file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def plain(settings: "Settings") -> str:
    """The address of a PostgreSQL database as its own programs want it."""
    from sqlalchemy import make_url

    url = make_url(settings.database_url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
