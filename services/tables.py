"""Tables that people edit in a spreadsheet: CSV as Excel and others save it, in UTF-8 or in China's own encoding."""

import csv
import io

DELIMITERS = (
    ",",
    ";",
    "\t",
)  # a comma is a decimal sign in many countries, and their Excel writes a semicolon
ENCODINGS = ("utf-8-sig", "gb18030")  # the latter is what a Chinese Excel writes


def text_of(content: bytes) -> str | None:
    """The text of a file; None when it is none."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def rows_of(text: str, columns: tuple[str, ...]) -> list[dict[str, str]] | None:
    """The rows with these columns, stripped; None when it has them not, or a quotation mark is never closed."""
    for delimiter in DELIMITERS:
        rows = _rows_by(delimiter, text, columns)
        if rows is not None:
            return rows
    return None


def _rows_by(delimiter: str, text: str, columns: tuple[str, ...]) -> list[dict[str, str]] | None:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        if not set(columns) <= set(reader.fieldnames):
            return None
        rows = [{column: (row[column] or "").strip() for column in columns} for row in reader]
    except csv.Error:
        return None
    while rows and not any(rows[-1].values()):  # as Excel leaves them at the end
        rows.pop()
    return rows
