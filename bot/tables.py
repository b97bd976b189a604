"""Tables that people edit: CSV files with a header."""

from collections.abc import Callable
from pathlib import Path

import typer

from bot import opening
from services import tables

Problems = Callable[[list[dict[str, str]]], list[tuple[int, str]]]


def read_csv(file: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows with these columns, stripped; ends the program with a sentence when the file has them not."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise opening.fail(f"{file} can't be read: {error.strerror}.") from None
    text = tables.text_of(content)
    if text is None:
        raise opening.fail(f"{file} is no text. In Excel, save it as CSV UTF-8.")
    rows = tables.rows_of(text, columns)
    if rows is None:
        raise opening.fail(
            f"{file.name} must be a CSV file with the columns {', '.join(columns)}, every quotation mark closed."
        )
    return rows


def read_checked(file: Path, columns: tuple[str, ...], problems_of: Problems) -> list[dict[str, str]]:
    """The rows of a file in which nothing is wrong; else ends the program, every mistake named by its line."""
    rows = read_csv(file, columns)
    problems = problems_of(rows)
    for line, problem in problems:
        typer.echo(f"{file.name}:{line}: {problem}", err=True)
    if not rows:
        raise opening.fail(f"{file.name} has no rows; nothing was imported.")
    if problems:
        raise opening.fail(
            f"{len(problems)} problem{'s' * (len(problems) > 1)} in {len(rows)} row{'s' * (len(rows) > 1)}; nothing was imported."
        )
    return rows
