"""Putting a copy back, and noting that it is one."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot import copied, copies, opening, pg_copies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.settings import Settings
    from models.database import Database


LOOK_EVERY = 0.5  # seconds
DAMAGED = (
    "The database that is there can't be kept aside, so nothing was changed. Where it is damaged, make an empty one, name "
    "it in DATABASE_URL and restore there"
)
NOT_OUTSIDE = (
    "The mark in Redis stays: Redis does not answer, or a bot serves another database just now. For practice that is as it "
    "should be. Where `dutygrid run` is refused later, say `dutygrid restored` once more."
)


def restore(file: Path) -> None:
    """Put a copy back in place of the database, and note that it is one. Stop the bot first."""
    from models.engine import is_sqlite

    settings = opening.settings()
    if not file.is_file():
        raise opening.fail(f"There is no file {file}.")
    with alone(settings):
        put_back = _put_back if is_sqlite(settings.database_url) else _put_back_on_a_server
        noted = put_back(settings, file)
    _tell(settings, noted)


def _put_back(settings: "Settings", file: Path) -> "Noted":
    """A copy that is whole, and noted, takes the present file's place; that one, with what is still in its log, is kept
    aside."""
    path = opening.sqlite_file(settings)
    if file.open("rb").read(len(pg_copies.OF_POSTGRESQL)) == pg_copies.OF_POSTGRESQL:
        raise opening.fail(
            f"{file} is a copy of a PostgreSQL database, and DATABASE_URL names SQLite. Nothing was changed."
        )
    if path.exists() and path.samefile(file):
        raise opening.fail(f"{file} is the database itself. Name the copy.")
    copy = path.with_name(f"{path.name}.restoring")
    try:
        copies.copy_file(file, copy)
        require_whole(copy)
        noted = _bring_up(settings.model_copy(update={"database_url": f"sqlite:///{copy}"}), settings)
        if path.exists():
            _keep_file_aside(path)
            _give_to_its_owner(copy, path)
        for extra in ("-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        copy.replace(path)
        return noted
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise opening.fail("There is no room on the disk for the copy. Nothing was changed.") from None
        raise opening.fail(f"{file} is no whole copy ({error}). Nothing was changed.") from None
    finally:
        for extra in ("", "-wal", "-shm"):
            copy.with_name(copy.name + extra).unlink(missing_ok=True)


def _keep_file_aside(path: Path) -> None:
    """The present database, with what is still in its log; one that is damaged stays as it is, byte for byte."""
    aside = path.with_name(f"{path.name}.before-restore-{_time()}")
    try:
        with copies.whole_or_nothing(aside) as unfinished:
            copies.copy_file(path, unfinished)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise
        for extra in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy2(f"{path}{extra}", f"{aside}{extra}")
        typer.echo(f"The database that was here is damaged ({error}).")
    typer.echo(f"The database that was here is kept as {aside}.")


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


def require_whole(file: Path) -> None:
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
def alone(settings: "Settings") -> Iterator[None]:
    """Nobody serves the database, and nobody begins to meanwhile."""
    from bot.lock import Taken, only_process
    from models.engine import is_sqlite

    on_a_server = nullcontext() if is_sqlite(settings.database_url) else _alone_on_a_server(settings)
    try:
        with only_process(settings.database_url), on_a_server:
            yield
    except Taken:
        raise opening.fail("A process serves this database. Stop it first.") from None


@contextmanager
def _alone_on_a_server(settings: "Settings") -> Iterator[None]:
    """On PostgreSQL nobody else puts a copy back, and who serves holds the lease, by the database's own clock."""
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
            if known:
                _require_nobody_serves(connection)
            yield
    finally:
        engine.dispose()


def _require_nobody_serves(connection: "Connection") -> None:
    """A lease that runs out, as one does after a crash or in a copy, was nobody's; one that is prolonged is somebody's."""
    from services import leases

    before = None
    while (until := connection.execute(leases.HELD, {"seconds": leases.LEASE_SECONDS}).scalar()) is not None:
        if before not in (None, until):
            raise opening.fail("A process serves this database. Stop it first.")
        before = until
        time.sleep(LOOK_EVERY)


def _keep_aside(settings: "Settings", file: Path) -> None:
    aside = file.with_name(f"dutygrid.before-restore-{_time()}.backup")
    with copies.whole_or_nothing(aside) as unfinished:
        pg_copies.dump(copies.plain(settings), unfinished, failed=DAMAGED)
    typer.echo(f"The database that was here is kept as {aside}.")


def _time() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


def restored() -> None:
    """Note that this database is an older copy put back by other means: nothing is sent twice, no number given twice."""
    settings = opening.settings()
    # Whatever its key: an older copy must not run unnoticed
    with opening.database(any_key=True) as database, alone(settings):
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
        typer.echo(NOT_OUTSIDE)
    if not noted.fits:
        raise opening.fail(f"The copy is in place and noted. {opening.WRONG_KEY}")
