"""Commands about units: departments, property managers, charities and others that take part."""

from pathlib import Path

import typer

from bot import opening
from bot.tables import read_checked

app = typer.Typer(no_args_is_help=True, help="Units that take part beside the grids.")


@app.command("import")
def import_units(file: Path) -> None:
    """Import units from a CSV file with the columns code, name, area_code (empty: everywhere); all or nothing."""
    from services import areas, units

    with opening.database() as database:
        known = database.read_now(areas.codes)
        rows = read_checked(file, units.COLUMNS, lambda rows: units.problems_of(rows, known))
        count = database.write_now(units.import_rows, rows=rows)
        missing = database.write_now(units.unanswered)
    typer.echo(f"{count} units imported. /grant officer UNIT ID appoints those who speak for them.")
    _tell_missing(missing)


@app.command("retire")
def retire(code: str) -> None:
    """Take a unit out: nobody speaks for it any more, and its cases go to those who come next."""
    from models.actor import Refusal
    from services import leaving

    with opening.database() as database:
        name = database.write_now(leaving.retire, code=code)
    if isinstance(name, Refusal):
        raise opening.fail(f"No unit has the code {code}. `dutygrid units list` shows them.")
    typer.echo(f"{name} takes part no more.")


@app.command("list")
def list_units() -> None:
    """The units, and how many people speak for each."""
    from services import units

    with opening.database() as database:
        for code, name, officers in database.read_now(units.listed):
            typer.echo(f"{code}  {name}  ({officers})")


def _tell_missing(words: object) -> None:
    """Which bodies of the disposal list no unit answers for; a unit's code may be the list's word."""
    if isinstance(words, list) and words:
        typer.echo(
            f"No unit answers for: {', '.join(words)}. Their cases are with the street until one does; "
            "a unit is known by the list's word in its name, or as its code."
        )
