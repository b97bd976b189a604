"""Writes that share a COMMIT: who refuses leaves nothing, who fails fails alone, and all others stay."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import Member
from models.actor import Actor, Cause, Person, Refusal
from models.database import SEEN, Database
from models.delivery import Delivery
from models.sealed import Keys, new_key
from services import deliveries


def _database(url: str) -> Database:
    return Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))


class _No(Refusal): ...


async def test_a_batch_survives_refusals_and_bugs(database_url: str) -> None:
    database = _database(database_url)

    def service(session: Session, now: datetime, actor: object, kind: int) -> int:
        session.add(Member(name=f"m{kind}", joined_at=now))
        session.flush()
        if kind % 3 == 1:
            raise _No()
        if kind % 3 == 2:
            raise ZeroDivisionError
        return kind

    def cause(number: int) -> Cause:
        return Cause(number, Person(number + 1, "P"), 5, True, datetime.now(UTC), press=True)

    results = await asyncio.gather(
        *(database.write(cause(n), service, kind=n) for n in range(30)), return_exceptions=True
    )
    assert [type(result) for result in results[:3]] == [int, _No, ZeroDivisionError]
    assert results[::3] == list(range(0, 30, 3))
    names = await database.read(
        lambda session: {
            row[0]
            for row in session.connection().execute(text("SELECT name FROM member WHERE name LIKE 'm%'"))
        }
    )
    assert names == {f"m{n}" for n in range(0, 30, 3)}
    again = await asyncio.gather(*(database.write(cause(n), service, kind=n) for n in range(0, 30, 3)))
    assert all(result is SEEN for result in again), "a redelivered update does nothing"
    database.close()


@pytest.mark.parametrize("late", [False, True])
async def test_a_refusal_leaves_nothing_and_who_shares_its_commit_stays(
    database_url: str, late: bool
) -> None:
    """Whether it comes before the service has changed anything, or after; answers to others leave once."""
    told: list[Delivery] = []
    database = _database(database_url)
    database.sender, database.on_commit = lambda: "one", told.extend

    def service(session: Session, now: datetime, actor: Actor, kind: int) -> int:
        if kind % 3 == 1 and not late:
            raise _No()
        deliveries.answer(session, now, actor, "greeting")
        if kind % 3 == 1:
            raise _No()
        return kind

    causes = [Cause(n, Person(n + 1, "P"), 5, True, datetime.now(UTC), press=True) for n in range(30)]
    results = await asyncio.gather(*(database.write(causes[n], service, kind=n) for n in range(30)))
    stay = [n for n in range(30) if n % 3 != 1]
    assert [n for n in range(30) if not isinstance(results[n], Refusal)] == stay
    kept = "SELECT m.telegram_id FROM delivery d JOIN member m ON m.id = d.recipient_id ORDER BY 1"
    rows = await database.read(lambda session: session.connection().execute(text(kept)).all())
    assert [row[0] for row in rows] == [n + 1 for n in stay]
    assert len(told) == len(stay)
    database.close()


async def test_a_cancelled_caller_still_commits(database_url: str) -> None:
    database = _database(database_url)
    task = asyncio.ensure_future(
        database.write(None, lambda session, now: session.add(Member(name="kept", joined_at=now)))
    )
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    database.close()
    database = _database(database_url)
    assert (
        database.read_now(
            lambda session: session.connection().execute(text("SELECT count(*) FROM member")).scalar()
        )
        == 1
    )
    database.close()
