"""Commands for officers who edit the disposal list: is it sound, and what would it suggest?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import copies, opening
from bot.tables import read_checked

if TYPE_CHECKING:
    from services.disposal import Category

app = typer.Typer(
    no_args_is_help=True, help="The disposal list: what people ask for, whose matter it is, and how soon."
)
ANOTHER = "Another list than the one that comes with DutyGrid."


@app.command()
def check(file: Annotated[Path | None, typer.Argument(help=ANOTHER)] = None) -> None:
    """Say what is wrong with a list, line by line."""
    categories = _read(file)
    sectors = {category.sector for category in categories}
    typer.echo(f"{len(categories)} categories in {len(sectors)} sectors. All is well.")


@app.command("import")
def import_(file: Path) -> None:
    """Put a list in force: requests from now on are judged by it, those there are keep theirs. All or nothing."""
    from services import disposal, disposal_lists

    rows = read_checked(file, disposal.COLUMNS, disposal.problems_of)
    with opening.database() as database:
        version = database.write_now(disposal_lists.import_rows, rows=rows, by=None)
    typer.echo(f"List {version} is in force: {len(rows)} categories.")


@app.command()
def export(file: Path) -> None:
    """Write the list in force into a file, to be edited and imported again."""
    import csv

    from services import disposal, disposal_lists

    with opening.database() as database:
        rows = database.write_now(disposal_lists.rows_in_force)
    if file.exists() or not isinstance(rows, list):
        raise opening.fail(f"{file} exists already. Name another file.")
    # Excel knows UTF-8 by its mark
    with (
        copies.whole_or_nothing(file) as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as target,
    ):
        unfinished.chmod(0o644)  # it says nothing of anybody
        writer = csv.DictWriter(target, disposal.COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    typer.echo(f"{len(rows)} categories written to {file}.")


@app.command("try")
def try_words(words: str, file: Annotated[Path | None, typer.Option("--list", help=ANOTHER)] = None) -> None:
    """Show which categories a list would suggest for somebody's words, with owner and deadline. Nothing is kept."""
    from services import triage

    if not words.strip():
        raise opening.fail("There are no words. Put them in quotes behind the command.")
    found = triage.likeliest(_read(file), words)
    for suggestion in found:
        category, deadline = suggestion.category, suggestion.category.deadline
        owner = f"{category.level}, {category.unit}, {deadline.count}{deadline.unit}"
        typer.echo(f"{suggestion.share:4.0%}  {category.zh} / {category.en}  ({owner})")
    if not found:
        typer.echo(
            "Nothing on the list is called so: a person would be asked to say more, and a leader would sort it."
        )
    elif not found[0].sure:
        typer.echo("Not sure: a person would be asked which of these it is.")


def _read(file: Path | None) -> "tuple[Category, ...]":
    """The rows of a list as categories; ends the program when any is wrong, and says which."""
    from services import disposal

    source = file or disposal.SHIPPED
    rows = read_checked(source, disposal.COLUMNS, disposal.problems_of)
    return tuple(map(disposal.category, rows))
