"""Putting a copy back, and noting that it is one."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot import copied, copies, opening, pg_copies

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.database import Database


def restore(file: Path) -> None:
    """Put a copy back in place of the database, and note that it is one. Stop the bot first."""
    from bot.lock import Taken, only_process
    from models.engine import is_sqlite

    settings = opening.settings()
    if not file.is_file():
        raise opening.fail(f"There is no file {file}.")
    try:
        with only_process(settings.database_url):
            if is_sqlite(settings.database_url):
                noted = _put_back(settings, file)
            else:
                with _alone(settings):
                    noted = _put_back_on_a_server(settings, file)
    except Taken:
        raise opening.fail("A process serves this database. Stop it first.") from None
    _tell(settings, noted)


def _put_back(settings: "Settings", file: Path) -> "Noted":
    """A copy that is whole, and noted, takes the present file's place; that one, with what is still in its log, is kept
    aside."""
    path = opening.sqlite_file(settings)
    if path.exists() and path.samefile(file):
        raise opening.fail(f"{file} is the database itself. Name the copy.")
    copy = path.with_name(f"{path.name}.restoring")
    try:
        copies.copy_file(file, copy)
        _require_whole(copy)
        noted = _bring_up(settings.model_copy(update={"database_url": f"sqlite:///{copy}"}), settings)
        if path.exists():
            aside = path.with_name(f"{path.name}.before-restore-{_time()}")
            with copies.whole_or_nothing(aside) as unfinished:
                copies.copy_file(path, unfinished)
            typer.echo(f"The database that was here is kept as {aside}.")
            _give_to_its_owner(copy, path)
        for extra in ("-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        copy.replace(path)
        return noted
    except sqlite3.Error as error:
        raise opening.fail(f"{file} is no whole copy ({error}). Nothing was changed.") from None
    finally:
        copy.unlink(missing_ok=True)


def _put_back_on_a_server(settings: "Settings", file: Path) -> "Noted":
    """Nobody serves what has taken the present database's place before it is noted."""
    pg_copies.require_whole(file)
    given = copied.numbers_given(settings)
    _keep_aside(settings, file)
    pg_copies.put_back(copies.plain(settings), file, given)
    return _bring_up(settings, settings)


def _bring_up(copy: "Settings", settings: "Settings") -> "Noted":
    """A copy of an older version, too, is at this one's schema, and is noted; numbers go on behind those of the database
    of these `settings`."""
    from bot.clock import Clock
    from bot.runtime import make_database
    from models import migrate

    migrate.migrate(copy.database_url, now=datetime.now(UTC), aside=False)
    with closing(make_database(copy, Clock(copy.clock_file))) as database:
        return _note(settings, database)


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


@contextmanager
def _alone(settings: "Settings") -> Iterator[None]:
    """On PostgreSQL nobody else puts a copy back, nobody begins to serve meanwhile, and nobody serves now: who does holds
    the lease, by the database's own clock."""
    from sqlalchemy import create_engine, text

    from models import putting_back
    from models.engine import driver_url

    engine = create_engine(driver_url(settings.database_url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if not putting_back.begin(connection):
                raise opening.fail(
                    "Another `dutygrid restore` is at work on this database. Let it end first."
                )
            known = connection.execute(text("SELECT to_regclass('lease')")).scalar()
            serves = text("SELECT 1 FROM lease WHERE holder IS NOT NULL AND until > now()")
            if known and connection.execute(serves).first():
                raise opening.fail(
                    "A process serves this database. Stop it first; after a crash, wait fifteen seconds."
                )
            yield
    finally:
        engine.dispose()


def _keep_aside(settings: "Settings", file: Path) -> None:
    aside = file.with_name(f"dutygrid.before-restore-{_time()}.backup")
    copies.make(settings, aside)
    typer.echo(f"The database that was here is kept as {aside}.")


def _time() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


def restored() -> None:
    """Note that this database is an older copy put back by other means: nothing is sent twice, no number given twice."""
    settings = opening.settings()
    with opening.database(any_key=True) as database:  # whatever its key: an older copy must not run unnoticed
        noted = _note(settings, database)
    _tell(settings, noted)


@dataclass(frozen=True)
class Noted:
    """A copy that was noted: whose it is, the mark that it begins with, how many things it holds back, and whether
    DATA_KEY opens it."""

    bot_id: int
    mark: str
    held: int
    fits: bool


def _note(settings: "Settings", database: "Database") -> Noted:
    """Stamp a copy. Its numbers go on behind those of the database that these settings name."""
    from services import dead_letters, restores, rotation

    given, stamps = copied.numbers_given(settings), copied.stamps_outside(settings, database)
    held = database.write_now(restores.stamp, given=given, stamps=stamps)
    return Noted(
        bot_id=database.read_now(dead_letters.bot_id),
        mark=str(database.read_now(restores.mark)),
        held=int(str(held)),
        fits=database.read_now(rotation.fits),
    )


def _tell(settings: "Settings", noted: Noted) -> None:
    outside = copied.note_outside(settings, noted.bot_id, noted.mark)
    typer.echo(
        f"Noted. {noted.held} things that were due before now are held back; `dutygrid release` shows them."
    )
    if not outside:
        typer.echo(
            "Redis did not answer. Where `dutygrid run` is refused, say `dutygrid restored` once more."
        )
    if not noted.fits:
        raise opening.fail(f"The copy is in place and noted. {opening.WRONG_KEY}")
