"""Copies of a PostgreSQL database, by PostgreSQL's own programs."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bot import opening

OF_SQLITE, OF_POSTGRESQL = b"SQLite format 3\0", b"PGDMP"  # how their files begin
_TABLE = re.compile(r" TABLE public (\w+) ")


_OLDER = "PostgreSQL's client programs on this machine are older than the {}. Install those of the server's version."
# What PostgreSQL's programs say, and what is to be done
KNOWN = {
    "No space left on device": "There is no room on the disk. Make some, and say it again.",
    "unsupported version": _OLDER.format("copy"),
    "server version mismatch": _OLDER.format("server"),
}


def dump(address: str, target: Path, *, failed: str = "") -> None:
    """A copy of the database at an address of libpq's; what is said first where it `failed`."""
    run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={address}", failed=failed)


def require_whole(file: Path) -> None:
    """Ends the program for what is no copy of ours; NewerSchema for a later version's. Nothing is changed by it."""
    from models.revision import require_known

    if file.open("rb").read(len(OF_SQLITE)) == OF_SQLITE:
        raise opening.fail(
            f"{file} is a copy of a SQLite database, and DATABASE_URL names PostgreSQL: `dutygrid move` brings it there. Nothing was changed."
        )
    if not {"member", "alembic_version"} <= _tables(file):
        raise opening.fail(f"{file} is no copy of a DutyGrid database. Nothing was changed.")
    said = _read(file, "--data-only", "--table=alembic_version", "--file=-")
    found = re.search(r"^COPY .*FROM stdin;\n(\w+)$", said, re.MULTILINE)
    require_known(found[1] if found else None)


def put_back(address: str, file: Path, given: dict[str, int]) -> None:
    """A copy takes the present database's place, or nothing changes. Until it is noted nobody serves it, and the numbers
    that were `given` out before are kept with it.

    Tables that the copy does not know, as it is of an older version, go: theirs may refer to what is put back.
    """
    from models import Member, putting_back

    newer = sorted(Member.metadata.tables.keys() - _tables(file))
    drop = f"DROP TABLE IF EXISTS {', '.join(newer)} CASCADE" if newer else "SELECT 1"
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:  # where there is room for a copy
        script = Path(folder) / "script.sql"
        _read(file, "--clean", "--if-exists", "--no-owner", f"--file={script}")
        one = (
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--dbname={address}",
        )
        note = putting_back.remember(given)
        run("psql", *one, f"--command={drop}", f"--file={script}", f"--command={note}")


def _tables(file: Path) -> set[str]:
    return set(_TABLE.findall(_read(file, "--list")))


def _read(file: Path, *how: str) -> str:
    """What pg_restore makes of a copy."""
    return run("pg_restore", *how, str(file), failed=f"{file} is no whole copy. Nothing was changed")


def run(program: str, *arguments: str, failed: str = "") -> str:
    """What one of PostgreSQL's own programs says; the password it is given stands in no message."""
    found = shutil.which(program)
    if found is None:
        raise opening.fail(f"This needs PostgreSQL's {program} on PATH.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"{program} ended with {done.returncode}"]
        # pg_dump tells first what it did, then what the server said of it
        why = next((line for line in lines if "from server" in line or "ERROR:" in line), "") or next(
            (line for line in lines if "error" in line.lower()), lines[-1]
        )
        known = next((sentence for words, sentence in KNOWN.items() if words in done.stderr), None)
        if known is not None:
            raise opening.fail(f"{known} Nothing was changed. ({why})")
        raise opening.fail(f"{failed or f'{program} failed'}: {why}")
    return done.stdout
