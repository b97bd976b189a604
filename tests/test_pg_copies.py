"""A copy of PostgreSQL is looked at before anything is changed, and one of an older version is put back whole."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import migrate
from models.revision import present
from tests import postgres
from tests.test_operators import run

Run = Callable[..., tuple[int, str]]
__all__ = ["run"]  # the fixture


@pytest.fixture
def server(
    postgres_server: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[], str]:
    """Makes empty databases; PostgreSQL's own programs are on the way."""
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:{os.environ['PATH']}")
    address, _ = postgres_server
    made = iter(range(9))

    def fresh() -> str:
        name = f"copies_{os.getpid()}_{next(made)}_{tmp_path.name[-6:].replace('-', '_')}".lower()
        postgres.run(address, f"CREATE DATABASE {name}")
        return postgres.named(address, name)

    return fresh


def _dump(url: str, file: Path) -> Path:
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={url}"], check=True)
    return file


def _live(server: Callable[[], str]) -> str:
    url = server()
    migrate.migrate(url, now=datetime.now(UTC))
    postgres.run(url, "INSERT INTO area (code, level, name, path) VALUES ('1', 'grid', 'Live', '/1/')")
    return url


@pytest.mark.parametrize("what", ["newer", "foreign"])
def test_a_copy_that_is_not_for_this_program_changes_nothing(
    server: Callable[[], str], run: Run, tmp_path: Path, what: str
) -> None:
    live, other = _live(server), server()
    if what == "newer":
        migrate.migrate(other, now=datetime.now(UTC))
        postgres.run(other, "UPDATE alembic_version SET version_num = '9999'")
    else:
        postgres.run(other, "CREATE TABLE shop (id int)")
    code, said = run("restore", str(_dump(other, tmp_path / "copy")), DATABASE_URL=live)
    assert code == 1 and (
        "of a newer version" in said if what == "newer" else "is no copy of a DutyGrid" in said
    )
    assert present(live) == migrate.head()
    assert (
        "Live"
        in subprocess.run(
            ["psql", f"--dbname={live}", "-Atc", "SELECT name FROM area"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    assert run("check", DATABASE_URL=live) == (0, "All is well.\n")


@pytest.mark.parametrize("revision", ["0002", "0005"])
def test_a_copy_of_an_older_version_is_put_back_and_brought_up(
    server: Callable[[], str], run: Run, tmp_path: Path, revision: str
) -> None:
    live, old = _live(server), server()
    migrate.migrate(old, now=datetime.now(UTC), to=revision)
    code, said = run("restore", str(_dump(old, tmp_path / "copy")), DATABASE_URL=live)
    assert code == 0 and "is kept as" in said, said
    assert present(live) == migrate.head()
    assert run("check", DATABASE_URL=live) == (0, "All is well.\n")
