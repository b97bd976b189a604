"""What is tried again, and for how long: faults of ours, and a database that is away for a moment."""

import asyncio
import contextlib
import sqlite3
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot import intake
from bot.intake import Intake
from models import DeliveryClass, Lane
from scheduler import due
from scheduler.dispatcher import Dispatcher
from scheduler.pacer import GROUP_EDITS, GROUP_MOST
from scheduler.sender import Later, Never
from services import deliveries, endings
from tests.post import BEN, OLD, Post, card, notes


async def test_an_exception_of_ours_is_given_up_after_some_tries(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.does(notes, count=1)

    async def broken(*_args: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Dispatcher, "_attempt", broken)
    await post.runs(60 * 2 * endings.MOST_FAILURES, step=30)
    assert await post.sql("SELECT state, reason FROM delivery") == [("never", "failed")]


async def test_the_pace_of_a_group_outlives_the_process(post: Post) -> None:
    def put(session: Session, now: datetime) -> None:
        for _ in range(40):
            deliveries.put(
                session,
                now,
                kind="greeting",
                args={},
                chat_id=OLD,
                lane=Lane.NOTE,
                klass=DeliveryClass.CRITICAL,
            )

    await post.does(put)
    await post.runs(10)
    before = len(post.sender.calls)
    await post.runs(30)
    assert before >= 2 and len(post.sender.calls) == GROUP_MOST - GROUP_EDITS
    await post.runs(60)
    assert len(post.sender.calls) > GROUP_MOST


async def test_an_edit_that_was_put_off_mutes_no_group_after_a_restart(post: Post) -> None:
    await post.does(card)
    await post.runs(3)
    await post.does(
        lambda session, _now: session.connection().execute(
            text("UPDATE duty_order SET title = 'Other', version = 2")
        )
    )
    post.sender.answers[OLD] = lambda: Never("message is too long")
    await post.runs(10)
    assert ("edit", OLD) in {call[:2] for call in post.sender.calls}
    post.sender.answers.clear()
    await post.does(
        lambda session, now: deliveries.put(
            session,
            now,
            kind="greeting",
            args={},
            chat_id=OLD,
            lane=Lane.ESCALATION,
            klass=DeliveryClass.CRITICAL,
        )
    )
    before = len(post.sender.calls)
    await post.runs(10)
    assert ("send", OLD) in {call[:2] for call in post.sender.calls[before:]}


def _once(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next message is not made, for this reason; those after it are."""
    make, left = due.rendered, [error]

    def rendered(*given: Any, **more: Any) -> Any:
        if left:
            raise left.pop()
        return make(*given, **more)

    monkeypatch.setattr(due, "rendered", rendered)


async def test_a_database_that_is_away_while_a_message_is_made_is_waited_out(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, said = sqlite3.OperationalError("disk I/O error"), list[Exception]()
    away.sqlite_errorcode = sqlite3.SQLITE_IOERR
    post.database.on_away = said.append
    await post.does(notes, count=1)
    _once(away, monkeypatch)
    await post.runs(5)
    assert await post.sql("SELECT state, attempts FROM delivery") == [("sent", 0)]
    assert said == [away]


@pytest.mark.parametrize("again", [1, endings.MOST_FAILURES - 1])
async def test_tries_that_the_network_failed_do_not_count_as_ours(
    post: Post, monkeypatch: pytest.MonkeyPatch, again: int
) -> None:
    """An order is sent until it arrives, however long the network was away before."""
    await post.does(card)
    post.sender.answers[OLD] = lambda: Later(1.0)
    for _ in range(10):  # a slow machine tries less often in the same steps
        await post.runs(60 * 2 * endings.MOST_FAILURES, step=30)
        if len(post.sender.calls) > endings.MOST_FAILURES:
            break
    assert len(post.sender.calls) > endings.MOST_FAILURES
    for _ in range(again):
        _once(ZeroDivisionError(), monkeypatch)
        await post.runs(120, step=30)
    post.sender.answers.clear()
    await post.runs(120, step=30)
    assert await post.sql("SELECT state, reason FROM delivery") == [("sent", None)]


@pytest.mark.parametrize(("lives", "buried"), [(0.01, 0), (60.0, 1)], ids=["it waits", "it kills"])
async def test_r03_only_what_kills_the_process_at_once_is_buried(
    post: Post, monkeypatch: pytest.MonkeyPatch, lives: float, buried: int
) -> None:
    """What only waits while others kill the process again and again, for its card or the database, is innocent."""
    monkeypatch.setattr(intake, "LIVES", lives)
    raw = {"update_id": 7, "message": {"from": {"id": BEN}, "chat": {"id": BEN}}}
    for _ in range(2 * intake.MOST_DEATHS):
        taking = Intake.__new__(Intake)
        taking.database, taking.careful, taking._careful_lock = post.database, True, asyncio.Lock()
        monkeypatch.setattr(taking, "take", lambda _raw: asyncio.sleep(60))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(taking.take_one(raw), 0.2)
    assert await post.sql("SELECT count(*) FROM dead_letter") == [(buried,)]
