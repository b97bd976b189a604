"""Something fails in the dispatcher where nobody expected it to: it fails by itself, and everybody else is served."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session

from models import Order
from models.database import Database
from scheduler import due
from scheduler.dispatcher import Dispatcher
from scheduler.sender import Ambiguous
from services import deliveries, digests, endings, order_facts
from tests.post import BEN, OLD, Post, card, notes


def _fails(real: Callable[..., Any], error: BaseException, times: int = 1) -> Callable[..., Any]:
    """The same, that fails so often first."""
    left = [error] * times

    def function(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return real(*given, **named)

    return function


def _titled(title: str) -> Callable[[Session, datetime], None]:
    def change(session: Session, _now: datetime) -> None:
        order = session.get_one(Order, 1)
        order.title, order.version = title, order.version + 1

    return change


async def test_a_card_that_goes_back_to_what_it_was_after_an_unsure_edit_is_edited(post: Post) -> None:
    """Telegram may have carried it out: what the phone shows then is not what was shown before."""
    await post.does(card)
    await post.runs(3)
    answers: list[Exception | None] = [None, Ambiguous("no answer")]
    post.sender.answers[OLD] = lambda: answers.pop() if answers else None
    await post.does(_titled("Another"))
    await post.runs(2)
    await post.does(_titled("Duty"))
    await post.runs(40)
    edits = [words for verb, _chat, words in post.sender.calls if verb == "edit"]
    assert "Another" in edits[0] and "Duty" in edits[-1] and len(edits) > 1


async def test_a_card_that_cannot_be_made_keeps_nobody_else_waiting(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.does(card)
    await post.runs(3)
    monkeypatch.setattr(order_facts, "is_coarse", lambda *_: True)

    def broken(session: Session, row: Any, *given: Any) -> Any:
        if row.kind == "order":
            raise KeyError("what nobody thought of")
        return real(session, row, *given)

    real = due.render
    monkeypatch.setattr(due, "render", broken)
    await post.does(_titled("Another"))
    await post.does(notes, count=2)
    await post.runs(5)
    assert [chat for verb, chat, _ in post.sender.calls if verb == "send"] == [OLD, BEN, BEN]


async def test_notes_that_cannot_be_made_one_go_by_themselves(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "merge", _fails(digests.merge, KeyError("notes"), times=9))
    await post.does(notes, count=5)
    await post.does(card)
    await post.runs(15)
    assert sorted(chat for verb, chat, _ in post.sender.calls if verb == "send") == [OLD, *[BEN] * 5]


async def test_what_has_arrived_is_not_sent_again_because_that_could_not_be_noted(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "sent", _fails(endings.sent, KeyError("nobody knows")))
    monkeypatch.setattr("scheduler.dispatcher.NOTE_PAUSES", (0.01,))
    await post.does(notes, count=1)
    await post.runs(5)
    assert [verb for verb, _chat, _words in post.sender.calls] == ["send"]
    assert await post.sql("SELECT state FROM delivery") == [("sent",)]


async def test_a_look_that_something_else_cuts_off_is_not_the_last(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dispatcher, "_look", _fails(Dispatcher._look, asyncio.CancelledError()))
    await post.does(notes, count=1)
    running = asyncio.ensure_future(post.dispatcher.run())
    async with asyncio.timeout(10):
        while not post.sender.calls:
            await asyncio.sleep(0.02)
    await post.dispatcher.stop()
    await running


def _answer(session: Session, now: datetime) -> None:
    deliveries._put_answer(session, now, kind="greeting", args={}, chat_id=BEN)


def _unheard(monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """So many COMMITs are done, and their answer is lost."""
    lost = sqlite3.OperationalError("disk I/O error")
    lost.sqlite_errorcode = sqlite3.SQLITE_IOERR
    real, left = Database._run_all, [lost] * times

    def run_all(self: Database, batch: Any) -> None:
        real(self, batch)
        if left:
            raise left.pop()

    monkeypatch.setattr(Database, "_run_all", run_all)


async def test_an_answer_that_nobody_carries_leaves_within_seconds(post: Post) -> None:
    """It was taken in the same COMMIT, and whoever was to hand it over did not live to hear that it was done."""
    post.database.sender = lambda: post.dispatcher.owner
    await post.does(_answer)
    assert await post.sql("SELECT state FROM delivery") == [("sending",)]
    await post.runs(6)
    assert post.sender.calls == [("send", BEN, post.sender.calls[0][2])]
    assert await post.sql("SELECT state FROM delivery") == [("sent",)]


async def test_what_is_taken_by_a_commit_that_nobody_heard_of_is_sent(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.does(notes, count=1)
    _unheard(monkeypatch)
    await post.runs(3)
    assert len(post.sender.calls) == 1 and await post.sql("SELECT state FROM delivery") == [("sent",)]


async def test_who_stops_puts_back_what_never_began(post: Post) -> None:
    post.database.sender = lambda: post.dispatcher.owner
    await post.does(_answer)
    await post.dispatcher.stop()
    assert await post.sql("SELECT state, owner FROM delivery") == [("later", None)]


async def test_answers_leave_while_every_look_fails(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever watches sees that nothing is looked at."""
    running = asyncio.ensure_future(post.dispatcher.run())
    await asyncio.sleep(0.5)
    monkeypatch.setattr(due, "look", _fails(due.look, KeyError("nobody knows"), times=99))
    await asyncio.sleep(0.5)
    looked_at = post.dispatcher.looked_at
    post.database.sender, post.database.on_commit = lambda: "one", post.dispatcher.hand_over
    await post.does(_answer)
    async with asyncio.timeout(10):
        while not post.sender.calls:
            await asyncio.sleep(0.02)
    assert post.dispatcher.looked_at == looked_at
    await post.dispatcher.stop()
    await running
