"""Commands for those who run it: copies, what a restored database holds back, and what could not be worked on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import copies, opening


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; a name with the time otherwise.")] = None,
) -> None:
    """Copy the database into a file, beside a running bot too. DATA_KEY is not in it: keep that elsewhere."""
    target = file or Path(f"dutygrid-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup")
    if target.exists():
        raise opening.fail(f"{target} exists already. Name another file.")
    copies.make(opening.settings(), target)
    typer.echo(f"Copied to {target}.")


def release(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Leave unsaid what may have been said already.")
    ] = False,
) -> None:
    """Show what a restored database holds back, and let it go."""
    from services import dues, restores

    with opening.database() as database:
        held = database.read_now(restores.held)
        for row in held:
            typer.echo(f"{row.count:>6}  {row.kind:<20} due since {row.oldest:%Y-%m-%d %H:%M} UTC")
        if not held and database.read_now(dues.held_since) is None:
            typer.echo("Nothing is held back.")
            return
        if not held:
            database.write_now(restores.release, discard=discard)
            typer.echo("Nothing is held back.")
            return
        question = "Leave all of this unsaid?" if discard else "Send all of this now?"
        if not yes and not typer.confirm(question):
            raise typer.Exit(1)
        database.write_now(restores.release, discard=discard)
    typer.echo("Released.")


def dead_letters() -> None:
    """List what came in and could not be worked on, and what was to go out and could not be made."""
    from services import dead_letters as letters

    with opening.database() as database:
        found = database.read_now(letters.listed)
    for letter in found:
        asked = "  (to be tried again)" if letter.asked else ""
        typer.echo(
            f"{letter.way:<3} {letter.id:>6}  {letter.at:%Y-%m-%d %H:%M}  {letter.kind}: {letter.why}{asked}"
        )
    typer.echo(f"{len(found)} dead letters." if found else "No dead letters.")


def redrive(
    discard: Annotated[
        bool, typer.Option("--discard", help="Let them be: nothing is tried any more.")
    ] = False,
) -> None:
    """Try every dead letter once more. Updates are taken up by the running bot within seconds."""
    from services import dead_letters as letters

    with opening.database() as database:
        identity = database.read_now(letters.bot_id)
        count = (
            database.write_now(letters.discard)
            if discard
            else database.write_now(letters.redrive, bot_id=identity)
        )
    done = "were let be" if discard else "are tried once more"
    typer.echo(f"{count} dead letters {done}." if count else "No dead letters.")
