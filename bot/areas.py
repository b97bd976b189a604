"""Commands about the tree of areas."""

from pathlib import Path
from typing import Annotated

import typer

from bot import opening

MOST_LETTERS = 80

app = typer.Typer(no_args_is_help=True, help="The tree of areas.")


@app.command("import")
def import_areas(file: Path) -> None:
    """Import areas from a CSV file with the columns code, parent_code, level, name; all or nothing."""
    from bot.tables import read_checked
    from services import area_changes, areas

    with opening.database(new=True) as database:
        known = database.read_now(areas.codes)
        rows = read_checked(file, areas.COLUMNS, lambda rows: areas.problems_of(rows, known))
        count = database.write_now(areas.import_rows, rows=rows)
        database.write_now(area_changes.show_unplaced)
    typer.echo(f"{count} areas imported.")


@app.command("emergency")
def emergency(
    code: str,
    numbers: Annotated[
        str, typer.Argument(help="ambulance:120,police:110; empty for what the area above says.")
    ],
) -> None:
    """Say whom people in an area, and in all below it, are told to call in danger; for kinds not named the setting holds."""
    from models.actor import Refusal, emergency_numbers
    from services import area_changes

    try:
        said = emergency_numbers(numbers) if numbers.strip() else ()
    except ValueError as error:
        raise opening.fail(f"{error}; nothing was changed.") from None
    with opening.database() as database:
        name = database.write_now(
            area_changes.set_emergency, code=code, said=",".join(":".join(pair) for pair in said)
        )
    if isinstance(name, Refusal):
        raise opening.fail(f"No area has the code {code}.")
    typer.echo(f"{name}: {numbers or 'as the area above'}.")


@app.command("zone")
def zone(
    code: str, name: Annotated[str, typer.Argument(help="Asia/Shanghai; empty for the area above's.")]
) -> None:
    """Say in which time zone an area and all below it are; what is made from now on goes by it, and open
    deadlines are counted anew."""
    from bot.settings import is_zone
    from models.actor import Refusal
    from services import area_changes

    if name and not is_zone(name):
        raise opening.fail(f"{name} is no time zone; Asia/Shanghai is one. Nothing was changed.")
    with opening.database() as database:
        said = database.write_now(area_changes.set_zone, code=code, zone=name)
    if isinstance(said, Refusal):
        raise opening.fail(f"No area has the code {code}.")
    typer.echo(f"{said}: {name or 'as the area above'}.")


@app.command("rename")
def rename(code: str, name: str) -> None:
    """Give an area another name."""
    from models.actor import Refusal
    from services import area_changes

    if not name.strip() or len(name) > MOST_LETTERS:
        raise opening.fail(f"A name has 1 to {MOST_LETTERS} letters; nothing was changed.")
    with opening.database() as database:
        before = database.write_now(area_changes.rename, code=code, name=name)
    if isinstance(before, Refusal):
        raise opening.fail(f"No area has the code {code}.")
    typer.echo(f"{before} is {name} from now on.")


@app.command("move")
def move(code: str, parent_code: str) -> None:
    """Put an area, and all below it, under another one, as one that was begun with a group into the tree that came later."""
    from models.actor import Refusal
    from services import area_changes

    with opening.database() as database:
        name = database.write_now(area_changes.move, code=code, parent_code=parent_code)
    if isinstance(name, Refusal):
        raise opening.fail(
            f"There is no area {code} that can be under {parent_code}: it must be of a higher level. Nothing was changed."
        )
    typer.echo(f"{name} is under {parent_code} from now on.")
