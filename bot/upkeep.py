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
        bool, typer.Option("--discard", help="Do it without saying what may have been said already.")
    ] = False,
) -> None:
    """Show what a restored database holds back, and let it go."""
    from services import dues, restores

    with opening.database() as database:
        held = database.read_now(restores.held)
        for row in held:
            said = _said_of(row.kind, discard=discard)
            typer.echo(f"{row.count:>6}  {said:<60} due since {row.oldest:%Y-%m-%d %H:%M} UTC  {row.kind}")
        if not held and database.read_now(dues.held_since) is None:
            typer.echo("Nothing is held back.")
            return
        if not held:
            database.write_now(restores.release, discard=discard)
            typer.echo("Nothing is held back.")
            return
        question = "Do what is due, and say only the above?" if discard else "Do and say all of this now?"
        if not yes and not typer.confirm(question):
            raise typer.Exit(1)
        database.write_now(restores.release, discard=discard)
    typer.echo("Released.")


HELD = {
    "order.post": ("cards of duties that go to their groups", "posted"),
    "question.silent": ("words that nobody said what they are of: they become cases or reports", "said"),
    "question.expire": ("questions that nobody answered: they are closed", "done"),
    "request.helped": ("cases whose helpers have finished: who asked is asked", "said"),
    "order.remind_eve": ("reminders the evening before", "left out"),
    "order.remind_hour": ("reminders an hour before", "left out"),
    "report.nag": ("reports that wait: their reviewers are asked again", "left out"),
    "order.end": ("duties that are over: volunteers are asked how it went", "said"),
    "order.start": ("duties that begin", "nothing to say"),
    "order.expire": ("reports that are overdue: the places lapse", "done, unsaid"),
    "claim.expire": ("reports that are overdue: the places lapse", "done, unsaid"),
    "claim.filled": ("places given back that somebody took: who gave them back hears", "done, unsaid"),
    "review.settle": ("decisions on reports: points are paid", "done, unsaid"),
    "report.overdue": ("reports that wait too long: the area above hears", "said"),
    "request.send": ("cases that go to their owners", "done, their askers are told nothing"),
    "request.warn": ("cases that are due soon: their owners hear", "said where it is still so"),
    "request.escalate": ("cases that are late: the next level hears, and who asked", "said"),
    "request.untaken": ("urgent cases nobody has taken: the next level hears", "said"),
    "request.close": ("solved cases of which nothing was heard: they are closed", "said"),
    "whistle.late": ("units that have not come: the district hears", "said"),
    "cases.morning": ("the morning's summary to leaders", "left out"),
}


def _said_of(kind: str, *, discard: bool) -> str:
    """What a kind of row is for those who run it; with `discard`, what becomes of it then."""
    from services.timetable import PERFORMERS

    other = ("upkeep nobody reads", "done") if kind in PERFORMERS else ("messages on their way", "left out")
    what, then = HELD.get(kind, other)
    return f"{what} ({then})" if discard else what


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
