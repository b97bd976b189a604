"""Tables that people edit: CSV files with a header."""

import csv
from pathlib import Path

from bot import opening


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
