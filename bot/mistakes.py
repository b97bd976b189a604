"""What goes wrong where DutyGrid is installed, as one sentence that says what to do next."""

import errno
import re
import sqlite3
from typing import Any

_TAKEN = "All of its connections are taken. End what holds them, or raise max_connections"
# What PostgreSQL's state, or its words where it gives none, asks of an operator
HINTS = {
    "55P03": "Something else holds what this needs; pg_locks shows what. Please try again when it is done",
    "53300": _TAKEN,
    "too many clients": _TAKEN,
    "remaining connection slots": _TAKEN,
    "42501": "This role lacks the right to it. Make it the owner of the database, or GRANT it (CREATE ON SCHEMA public for the schema)",
}
REACHABLE = "Is DATABASE_URL right, and is it up?"
AGAIN = "Please try again; where that does not help, the server's log says more."
_UNREACHED = ("08", "28", "3D", "57")  # classes of states: connection, who may, which database, shutting down
PLAIN = re.compile(r"://[^@/\s]*@")  # a name and password in an address


def explain(error: BaseException) -> str | None:
    """The sentence for an operator; None for what is a bug of ours and wants its traceback."""
    from sqlalchemy.exc import DBAPIError

    from models.revision import NewerSchema

    if isinstance(error, NewerSchema):
        return (
            "The database is of a newer version of DutyGrid than this one. Install that version, or put back the "
            "copy that was made before the upgrade."
        )
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return (
            f"The database can't be used: {original}. Is DATABASE_URL right, and may this user write there?"
        )
    if type(original).__module__.startswith("psycopg"):
        return f"PostgreSQL does not do it: {_first_line(original)}. {_hint(original)}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Make room, or name a file on another disk; nothing else was changed."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    return None


def _hint(error: Any) -> str:
    state = getattr(error, "sqlstate", None) or ""
    otherwise = AGAIN if state and state[:2] not in _UNREACHED else REACHABLE
    return next((f"{hint}." for words, hint in HINTS.items() if words in f"{state} {error}"), otherwise)


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return PLAIN.sub("://", lines[0]).rstrip(".")
