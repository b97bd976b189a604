"""Tables that people edit: CSV files with a header."""

import csv
from collections.abc import Callable
from pathlib import Path

import typer

from bot import opening

Problems = Callable[[list[dict[str, str]]], list[tuple[int, str]]]


def read_csv(file: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows with these columns, stripped; ends the program with a sentence when the file has them not."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            if reader.fieldnames is None or not set(columns) <= set(reader.fieldnames):
                raise opening.fail(f"{file.name} must have the columns {', '.join(columns)}.")
            return [{column: (row[column] or "").strip() for column in columns} for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise opening.fail(f"{file} can't be read: {type(error).__name__}.") from None


def read_checked(file: Path, columns: tuple[str, ...], problems_of: Problems) -> list[dict[str, str]]:
    """The rows of a file in which nothing is wrong; else ends the program, every mistake named by its line."""
    rows = read_csv(file, columns)
    problems = problems_of(rows)
    for line, problem in problems:
        typer.echo(f"{file.name}:{line}: {problem}", err=True)
    if problems or not rows:
        raise opening.fail(f"{len(problems)} problems in {len(rows)} rows; nothing was imported.")
    return rows
