"""Commands about units: departments, property managers, charities and others that take part."""

from pathlib import Path

import typer

from bot import opening
from bot.tables import read_csv

app = typer.Typer(no_args_is_help=True, help="Units that take part beside the grids.")


@app.command("import")
def import_units(file: Path) -> None:
    """Import units from a CSV file with the columns code, name, area_code (empty: everywhere); all or nothing."""
    from services import areas, units

    rows = read_csv(file, units.COLUMNS)
    with opening.database() as database:
        problems = units.problems_of(rows, database.read_now(areas.codes))
        for line, problem in problems:
            typer.echo(f"{file.name}:{line}: {problem}", err=True)
        if problems or not rows:
            raise opening.fail(f"{len(problems)} problems in {len(rows)} rows; nothing was imported.")
        count = database.write_now(units.import_rows, rows=rows)
    typer.echo(f"{count} units imported. /grant officer UNIT ID appoints those who speak for them.")


@app.command("list")
def list_units() -> None:
    """The units, and how many people speak for each."""
    from services import units

    with opening.database() as database:
        for code, name, officers in database.read_now(units.listed):
            typer.echo(f"{code}  {name}  ({officers})")
