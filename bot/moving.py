"""From one machine to many: what a SQLite database holds goes on in PostgreSQL."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import copies, opening, pg_copies, restoring

if TYPE_CHECKING:
    from bot.settings import Settings


def move(
    file: Annotated[Path, typer.Argument(help="The SQLite database. Stop its bot first; it stays as it is.")],
) -> None:
    """Bring all that a SQLite database holds into the empty PostgreSQL database that DATABASE_URL names."""
    from bot.lock import Taken, only_process
    from models.engine import is_sqlite

    settings = opening.settings()
    if is_sqlite(settings.database_url):
        raise opening.fail(
            "DATABASE_URL names SQLite. Write the address of an empty PostgreSQL database there."
        )
    if not file.is_file():
        raise opening.fail(f"There is no file {file}.")
    if file.open("rb").read(len(pg_copies.OF_SQLITE)) != pg_copies.OF_SQLITE:
        raise opening.fail(f"{file} is no SQLite database.")
    try:
        with only_process(f"sqlite:///{file}"), restoring.alone(settings):
            moved = _move(settings, file)
            found = _problems(settings)
    except Taken:
        raise opening.fail(f"A process serves {file}. Stop it first.") from None
    if found:
        typer.echo("\n".join(found))
        raise opening.fail(
            f"{moved} rows moved. Look at the above before the bots start: `dutygrid check` says it again."
        )
    typer.echo(f"{moved} rows moved. Start the bots on the new database, and none on {file} again.")


def _move(settings: "Settings", file: Path) -> int:
    """All or nothing; from a copy that is brought to this version's schema."""
    from sqlalchemy import create_engine

    from models import migrate, moving
    from models.engine import driver_url

    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / "copy.db"
        try:
            copies.copy_file(file, copy)
            restoring.require_whole(copy)
        except sqlite3.Error as error:
            raise opening.fail(f"{file} is no whole database ({error}). Nothing was changed.") from None
        migrate.migrate(f"sqlite:///{copy}", now=datetime.now(UTC), aside=False)
        migrate.migrate(settings.database_url, now=datetime.now(UTC))
        source, target = create_engine(f"sqlite:///{copy}"), create_engine(driver_url(settings.database_url))
        try:
            with source.connect() as here, target.begin() as there:
                moved = moving.move(here, there)
        except moving.NotEmpty:
            raise opening.fail(
                "The database that DATABASE_URL names is not empty. Name one that is."
            ) from None
        finally:
            source.dispose()
            target.dispose()
    return moved


def _problems(settings: "Settings") -> list[str]:
    """What does not hold in the new database, as it may not have held in the old one."""
    from bot.clock import Clock
    from bot.runtime import make_database
    from services import rotation
    from services.invariants import broken

    with closing(make_database(settings, Clock(settings.clock_file))) as database:
        found = database.read_now(lambda session: list(broken(session, thorough=True)))
        if not database.read_now(rotation.fits):
            found.append(opening.WRONG_KEY)
    return found
