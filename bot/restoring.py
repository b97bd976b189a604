"""Putting a copy back, and noting that it is one."""

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot import copied, copies, opening, pg_copies

if TYPE_CHECKING:
    from bot.settings import Settings


def restore(file: Path) -> None:
    """Put a copy back in place of the database, and note that it is one. Stop the bot first."""
    from bot.lock import Taken, only_process
    from models import migrate
    from models.engine import is_sqlite

    settings = opening.settings()
    if not file.is_file():
        raise opening.fail(f"There is no file {file}.")
    try:
        with only_process(settings.database_url):
            given = copied.numbers_given(settings)
            if is_sqlite(settings.database_url):
                _put_back(settings, file)
            else:
                _require_nobody_serves(settings)
                pg_copies.require_whole(file)
                _keep_aside(settings, file)
                pg_copies.put_back(copies.plain(settings), file)
            migrate.migrate(
                settings.database_url, now=datetime.now(UTC)
            )  # the copy may be of an older version
            _note(given)
    except Taken:
        raise opening.fail("A process serves this database. Stop it first.") from None


def _put_back(settings: "Settings", file: Path) -> None:
    """A copy that is whole takes the present file's place; that one, with what is still in its log, is kept aside."""
    path = opening.sqlite_file(settings)
    if path.exists() and path.samefile(file):
        raise opening.fail(f"{file} is the database itself. Name the copy.")
    copied = path.with_name(f"{path.name}.restoring")
    try:
        copies.copy_file(file, copied)
        _require_whole(copied)
        if path.exists():
            aside = path.with_name(f"{path.name}.before-restore-{_time()}")
            with copies.whole_or_nothing(aside) as unfinished:
                copies.copy_file(path, unfinished)
            typer.echo(f"The database that was here is kept as {aside}.")
            _give_to_its_owner(copied, path)
        for extra in ("-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        copied.replace(path)
    except sqlite3.Error as error:
        raise opening.fail(f"{file} is no whole copy ({error}). Nothing was changed.") from None
    finally:
        copied.unlink(missing_ok=True)


def _give_to_its_owner(file: Path, path: Path) -> None:
    """What root puts back is for the user who runs the bot."""
    shutil.copymode(path, file)
    with suppress(PermissionError):
        shutil.chown(file, path.stat().st_uid, path.stat().st_gid)


def _require_whole(file: Path) -> None:
    """sqlite3.Error for what is damaged or no database of ours; NewerSchema for a later version's."""
    from models.revision import require_known

    with closing(sqlite3.connect(file)) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
        copy.execute("SELECT id FROM member LIMIT 1")
    require_known(revision)


def _require_nobody_serves(settings: "Settings") -> None:
    """On PostgreSQL whoever serves holds the lease, by the database's own clock."""
    from sqlalchemy import create_engine, text

    from models.engine import driver_url

    engine = create_engine(driver_url(settings.database_url))
    with engine.connect() as connection:
        known = connection.execute(text("SELECT to_regclass('lease')")).scalar()
        held = (
            known
            and connection.execute(
                text("SELECT 1 FROM lease WHERE holder IS NOT NULL AND until > now()")
            ).first()
        )
    engine.dispose()
    if held:
        raise opening.fail(
            "A process serves this database. Stop it first; after a crash, wait fifteen seconds."
        )


def _keep_aside(settings: "Settings", file: Path) -> None:
    aside = file.with_name(f"dutygrid.before-restore-{_time()}.backup")
    copies.make(settings, aside)
    typer.echo(f"The database that was here is kept as {aside}.")


def _time() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


def restored() -> None:
    """Note that this database is an older copy put back by other means: nothing is sent twice, no number given twice."""
    _note({})


def _note(given: dict[str, int]) -> None:
    """`given`: the newest numbers of the database that the copy replaced, where it was there."""
    from services import restores, rotation

    with opening.database(any_key=True) as database:  # whatever its key: an older copy must not run unnoticed
        stamps = copied.stamps_outside(opening.settings(), database)
        held = database.write_now(restores.stamp, given=given, stamps=stamps)
        outside = copied.note_outside(opening.settings(), database)
        fits = database.read_now(rotation.fits)
    typer.echo(f"Noted. {held} things that were due before now are held back; `dutygrid release` shows them.")
    if not outside:
        typer.echo(
            "Redis did not answer. If `dutygrid run` is refused later, say `dutygrid restored` once more."
        )
    if not fits:
        raise opening.fail(f"The copy is in place and noted. {opening.WRONG_KEY}")
