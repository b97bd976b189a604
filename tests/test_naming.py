"""How the holder of the lease is called, and when another need not wait for it."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import naming
from models.database import Database
from models.sealed import Keys, new_key
from services import leases
from tests.city import city


def _named(process: int, where: str = "") -> str:
    return f"host:{process}:{where or naming._where()}:abcdef"


def test_who_is_gone_is_gone_and_nobody_else_is() -> None:
    assert naming._where(), "on this machine it is known"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert not naming.is_gone(_named(other.pid))
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert naming.is_gone(_named(other.pid)), "dead, and its parent has not looked yet"
    assert naming.is_gone(_named(other.pid))
    assert not naming.is_gone(_named(other.pid, "00000000")), "of another machine, or another container"
    for name in (naming.own_name(), _named(os.getpid()), "", "one", "a:b:c:d", ":::", f"host:{other.pid}"):
        assert not naming.is_gone(name), name


def test_a_lease_is_taken_at_once_from_who_is_gone(postgres_url: str) -> None:
    keys = Keys.from_text(new_key())
    with closing(Database(postgres_url, keys=keys, clock=lambda: datetime.now(UTC))) as database:
        first = database.write_now(leases.acquire, holder="one")
        assert database.write_now(leases.acquire, holder="two", is_gone=lambda name: name == "three") is None
        taken = database.write_now(leases.acquire, holder="two", is_gone=lambda name: name == "one")
        assert isinstance(first, int) and taken == first + 1
        assert database.write_now(leases.renew, holder="one", fence=first) is False, (
            "the first writes nothing more"
        )


async def test_a_machine_may_be_called_anything(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "ip-10-0-1-123.eu-central-1.compute.internal:8")
    assert len(naming.own_name()) <= naming.LONGEST
    async with city(postgres_url, tmp_path) as town:
        ben = await town.person("Ben")
        await ben.says(town.bot, "/points")
        await ben.sees(town.bot, "0 points")
