"""The mark that is kept outside the database: a copy put back behind its back is told by it."""

import asyncio
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from sqlmodel import Session, update

from bot import measuring, valkey
from bot.beside import background
from bot.marks import FilePlace, MarkAway, Marks, OlderDatabase
from models import Delivery
from services import leases, restores
from tests.city import BOT
from tests.processes import fleet
from tests.scene import Scene


def test_an_older_copy_is_told_by_its_mark() -> None:
    assert restores.Mark(0, 5).is_behind(restores.Mark(0, 6))
    assert not restores.Mark(1, 5).is_behind(restores.Mark(0, 6)), "it was stamped since"
    assert restores.read_mark("x") is None and restores.read_mark("1:7") == restores.Mark(1, 7)
    assert restores.read_mark(str(restores.Mark(1, 7, 3))) == restores.Mark(1, 7, 3)


async def test_a_mark_that_is_rubbish_is_none(tmp_path: Path) -> None:
    """A power cut, an editor, a disk: the next one is written over it."""
    for rubbish in (b"", b"\0" * 20, "1:二:3".encode(), b"\xff\xfe", b"1:" + b"9" * 5_000):
        (tmp_path / "mark").write_bytes(rubbish)
        assert restores.read_mark(await FilePlace(tmp_path / "mark").read()) is None


async def test_a_mark_that_cannot_be_written_beside_the_database_is_told_of(
    scene: Scene, tmp_path: Path
) -> None:
    """A folder that takes no new file, while the database still grows: a copy put back later would not be noticed."""
    marks = Marks(scene.database, [FilePlace(tmp_path / "gone" / "mark")])
    await marks._write()
    assert measuring.MARK_AWAY._value.get() == 1
    (tmp_path / "gone").mkdir()
    await marks._write()
    assert measuring.MARK_AWAY._value.get() == 0


async def test_a_place_that_is_away_is_told_of_though_another_is_there(scene: Scene, tmp_path: Path) -> None:
    """Beside a SQLite file there is Redis, too, where somebody names one."""
    keeper = Keeper("0:0:0")
    marks = Marks(scene.database, [keeper, FilePlace(tmp_path / "mark")])
    for away in (True, False):
        keeper.away = away
        await marks._write()
        assert measuring.MARK_AWAY._value.get() == away


async def test_a_mark_in_redis_that_is_rubbish_is_none(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        client.set("dutygrid:7:mark", b"\xff\xfe")
    kept = valkey.connect(valkey_url)
    assert restores.read_mark(await valkey.RedisMark(kept, 7).read()) is None
    await kept.aclose()


async def test_a_copy_from_before_something_was_sent_is_older(scene: Scene, tmp_path: Path) -> None:
    """Sending and editing write no new row: the mark grows all the same, and not where nothing happens."""
    place = FilePlace(tmp_path / "mark")
    marks = Marks(scene.database, [place])
    await scene.database.write(None, leases.acquire, holder="one")
    await marks._write()
    copy = await scene.database.read(restores.mark)
    await marks._write()
    assert await place.read() == str(copy), "nothing was done"
    await scene.database.write(None, _settle_something)
    await marks._write()
    outside = restores.read_mark(await place.read())
    assert outside is not None and copy.is_behind(outside)
    assert not (await scene.database.read(restores.mark)).is_behind(outside)


def _settle_something(session: Session, _now: datetime) -> None:
    session.exec(update(Delivery).values(state="sent"))


class Keeper:
    """A place for a mark that may be away."""

    def __init__(self, mark: str) -> None:
        self.mark, self.away, self.kept = mark, True, False

    async def read(self) -> str:
        if self.away:
            raise MarkAway()
        return self.mark

    async def write(self, mark: str, *, serving: bool = False) -> None:
        assert not self.away
        self.mark, self.kept = mark, serving

    async def is_kept(self) -> bool:
        return self.kept


async def test_a_mark_that_was_away_at_the_start_is_heeded_once_it_is_back(scene: Scene) -> None:
    given_up: list[Exception] = []
    keeper = Keeper("0:99:7")
    marks = Marks(scene.database, [keeper], given_up.append)
    await scene.database.write(None, leases.acquire, holder="one")
    await marks._write()
    assert keeper.mark == "0:99:7" and not given_up, "nobody knows"
    assert measuring.MARK_AWAY._value.get() == 1
    keeper.away = False
    await asyncio.wait_for(marks.keep(), 5)
    assert isinstance(given_up[0], OlderDatabase) and keeper.mark == "0:99:7", "and the mark stays"
    keeper.mark = "0:0:0"
    await marks._write()
    assert keeper.mark != "0:0:0" and keeper.kept and measuring.MARK_AWAY._value.get() == 0
    keeping = asyncio.ensure_future(marks.keep())
    await asyncio.sleep(0.1)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert not keeper.kept, "it says goodbye"


async def test_what_swallows_a_cancel_ends_all_the_same() -> None:
    """A client of Redis that is just connecting does."""
    swallowed = 0

    async def work() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    async with asyncio.timeout(5), background(work):
        await asyncio.sleep(0.05)
    assert swallowed == 2  # noqa: PLR2004


@pytest.mark.long
async def test_a_process_ends_that_finds_its_database_older_than_the_mark(
    postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    """Valkey is away while it starts, and comes back."""
    link, mark = tmp_path / "valkey", f"dutygrid:{BOT}:mark"
    with redis.Redis.from_url(valkey_url) as client:
        client.set(mark, "0:99999:1")
    async with fleet(postgres_url, tmp_path, 1, redis_url=f"unix://{link}?db=0") as (_town, made):
        (process,) = made.processes
        await process.says("mark.not_read")
        link.symlink_to(urlsplit(valkey_url).path)
        assert await process.ended(within=20) == 1
        assert "Run `dutygrid restored`" in "\n".join(process.log)
    with redis.Redis.from_url(valkey_url) as client:
        assert client.get(mark) == b"0:99999:1"
