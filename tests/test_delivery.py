"""The dispatcher against a Telegram that misbehaves in ways a phone cannot show: a Sender that is told what to do."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import (
    Chat,
    Delivery,
    DeliveryClass,
    DeliveryState,
    Lane,
    Order,
    OrderState,
)  # fmt: skip
from scheduler import ticks
from scheduler.pacer import EDITS_GAP, Pacer
from scheduler.sender import Barred, Later, Moved, Never, Paused
from services import deliveries, orders
from tests.post import BEN, NEW, OLD, Post, card, notes


async def test_a_group_that_moved_keeps_binding_and_people_however_many_messages_find_out(post: Post) -> None:
    def two_lines(session: Session, now: datetime) -> None:
        card(session, now)
        deliveries.post(session, now, OLD, None, "chat.welcome", {})
        deliveries.post(session, now, OLD, None, "chat.welcome", {})

    await post.does(two_lines)
    post.sender.answers[OLD] = lambda: Moved(NEW)
    await post.runs(40)
    assert await post.sql("SELECT telegram_id FROM chat") == [(NEW,)]
    assert len(await post.sql("SELECT id FROM binding WHERE ended_at IS NULL")) == 1
    assert await post.sql("SELECT chat_id FROM chat_member") == [(NEW,)]
    assert sum(chat == NEW for _verb, chat, _words in post.sender.calls) == 3
    assert {row[0] for row in await post.sql("SELECT state FROM delivery")} == {"sent"}


async def test_an_answer_on_its_way_to_a_moved_group_follows(post: Post) -> None:
    def answer(session: Session, now: datetime) -> None:
        session.get(Chat, 1).telegram_id = NEW  # type: ignore[union-attr]
        for _ in range(2):
            session.add(
                Delivery(
                    kind="chat.welcome",
                    chat_id=OLD,
                    lane=Lane.ANSWER,
                    klass=DeliveryClass.CRITICAL,
                    due_at=now,
                    created_at=now,
                    state=DeliveryState.SENDING,
                    owner="dead",
                    lease_until=now,
                )  # fmt: skip
            )

    await post.does(answer)
    post.sender.answers[OLD] = lambda: Moved(NEW)
    await post.runs(30)
    assert {row[0] for row in await post.sql("SELECT state FROM delivery")} == {"sent"}


async def test_an_hour_without_network_loses_no_order(post: Post) -> None:
    await post.does(card)
    await post.does(notes, count=1)
    post.sender.answers[OLD] = post.sender.answers[BEN] = lambda: Later(2.0)
    await post.runs(3600, step=20)
    assert {row[0] for row in await post.sql("SELECT state FROM delivery")} == {"later"}
    post.sender.answers.clear()
    await post.runs(120, step=5)
    assert {row[0] for row in await post.sql("SELECT state FROM delivery")} == {"sent"}


async def test_a_courtesy_is_not_said_after_a_day_and_an_order_is(post: Post) -> None:
    await post.does(card)
    await post.does(notes, count=1)
    post.sender.answers[OLD] = post.sender.answers[BEN] = lambda: Later(2.0)
    post.now += timedelta(hours=25)
    await post.runs(5)
    states = dict(await post.sql("SELECT kind, state FROM delivery"))
    assert states == {"order": "later", "greeting": "never"}


async def test_what_asks_for_quiet_gets_it_and_others_do_not_wait(post: Post) -> None:
    await post.does(card)
    await post.does(notes, count=1)
    post.sender.answers[OLD] = lambda: Later(30, flood=True)
    await post.runs(25)
    assert [chat for _verb, chat, _words in post.sender.calls].count(OLD) == 1
    assert [chat for _verb, chat, _words in post.sender.calls].count(BEN) == 1
    await post.runs(25)
    assert [chat for _verb, chat, _words in post.sender.calls].count(OLD) == 2


def notes_to_group(session: Session, now: datetime) -> None:
    deliveries.put(
        session, now, kind="greeting", args={}, chat_id=OLD, recipient_id=1, lane=Lane.ANSWER,
        klass=DeliveryClass.COURTESY,
    )  # fmt: skip


async def test_quiet_that_a_chat_asked_for_outlives_the_process(post: Post) -> None:
    await post.does(card)
    post.sender.answers[OLD] = lambda: Later(30, flood=True)
    await post.runs(5)
    post.sender.answers.clear()
    await post.does(notes_to_group)
    post.restarted("host:1:bbbb")
    await post.runs(20)
    assert len(post.sender.calls) == 1
    await post.runs(20)
    assert len(post.sender.calls) == 3
    assert {row[0] for row in await post.sql("SELECT reason FROM delivery")} == {None}


async def test_quiet_asked_for_while_a_card_was_redrawn_outlives_the_process(post: Post) -> None:
    await post.does(card)
    await post.runs(5)
    post.sender.answers[OLD] = lambda: Later(30, flood=True)
    await post.does(lambda session, _now: session.connection().execute(
        text("UPDATE duty_order SET title = 'Other', version = version + 1")
    ))  # fmt: skip
    await post.runs(10)
    post.sender.answers.clear()
    await post.does(notes_to_group)
    post.restarted("host:1:bbbb")
    await post.runs(15)
    assert len(post.sender.calls) == 2
    await post.runs(20)
    assert {call[0] for call in post.sender.calls[2:]} == {"send", "edit"}


async def test_a_process_that_starts_again_takes_up_what_the_last_one_left(post: Post) -> None:
    def left(session: Session, now: datetime) -> None:
        for klass in DeliveryClass:
            session.add(
                Delivery(
                    kind="greeting",
                    chat_id=BEN,
                    recipient_id=1,
                    lane=Lane.ANSWER,
                    klass=klass,
                    due_at=now,
                    created_at=now,
                    state=DeliveryState.SENDING,
                    owner="host:1:aaaa",
                    lease_until=now,
                )  # fmt: skip
            )

    await post.does(left)
    post.restarted("host:1:bbbb")
    await post.runs(20)
    states = dict(await post.sql("SELECT klass, state FROM delivery"))
    assert states == {"critical": "sent", "courtesy": "ambiguous"}


async def test_a_lease_that_ran_out_is_seen_by_the_process_itself(post: Post) -> None:
    def lost(session: Session, now: datetime) -> None:
        session.add(
            Delivery(
                kind="greeting",
                chat_id=BEN,
                recipient_id=1,
                lane=Lane.ANSWER,
                klass=DeliveryClass.CRITICAL,
                due_at=now,
                created_at=now,
                state=DeliveryState.SENDING,
                owner="one",
                lease_until=now + deliveries.LEASE,
            )  # fmt: skip
        )

    await post.does(lost)
    await post.runs(120, step=5)
    assert await post.sql("SELECT state FROM delivery") == [("sent",)]


async def test_a_page_turned_while_the_card_is_on_its_way_is_shown(post: Post) -> None:
    def asked(session: Session, now: datetime) -> None:
        deliveries.put(
            session, now, kind="language", args={}, chat_id=BEN, recipient_id=1, lane=Lane.ANSWER,
            klass=DeliveryClass.CRITICAL,
        )  # fmt: skip

    def turn(session: Session, now: datetime, to: str) -> None:
        row = session.get(Delivery, 1)
        assert row is not None
        row.args, row.shown_version, row.live = {"chosen": to}, deliveries.STALE, True

    await post.does(asked)
    await post.runs(2)
    await post.does(turn, to="zh")
    post.sender.meanwhile = lambda: post.does(turn, to="en")
    await post.runs(20)
    assert post.sender.calls[-1] == ("edit", BEN, "Good. I speak English here from now on.")
    assert await post.sql("SELECT live FROM delivery") in ([(0,)], [(False,)]), "and is history then"


async def test_a_chat_where_the_bot_may_not_write_is_tried_again_and_the_issuer_hears_once(
    post: Post,
) -> None:
    await post.does(card)
    post.sender.answers[OLD] = Barred
    await post.runs(1300, step=10)
    tried = sum(chat == OLD for _verb, chat, _words in post.sender.calls)
    assert tried in (2, 3)
    told = [words for _verb, chat, words in post.sender.calls if chat == BEN + 1]
    assert len(told) == 1 and "Ziyun neighbours" in told[0] and "/diagnose" in told[0]
    post.sender.answers.clear()
    await post.runs(700, step=10)
    assert await post.sql("SELECT state FROM delivery WHERE kind = 'order'") == [("sent",)]


async def test_a_person_whose_account_is_gone_counts_as_unreachable(post: Post) -> None:
    await post.does(notes, count=1)
    post.sender.answers[BEN] = lambda: Never("gone")
    await post.runs(10)
    assert await post.sql(f"SELECT reach FROM member WHERE telegram_id = {BEN}") == [("blocked",)]


async def test_a_card_whose_edit_is_refused_stays_and_follows_the_next_change(post: Post) -> None:
    await post.does(card)
    await post.runs(2)
    post.sender.answers[OLD] = lambda: Never("message is too long")
    await post.does(lambda session, _now: orders.touch(session, 1))
    await post.runs(5)
    post.sender.answers.clear()
    await post.runs(700, step=10)
    assert await post.sql("SELECT state, shown_version FROM delivery") == [("sent", 2)]


async def test_nothing_is_lost_while_the_token_is_refused(post: Post) -> None:
    await post.does(card)
    await post.does(notes, count=2)
    post.sender.answers[OLD] = post.sender.answers[BEN] = Paused
    await post.runs(100, step=5)
    assert len(post.sender.calls) <= 12, "it does not hammer"
    post.sender.answers.clear()
    await post.runs(100, step=5)
    assert {row[0] for row in await post.sql("SELECT state FROM delivery")} == {"sent"}


async def test_coarse_cards_are_edited_only_when_what_they_show_changes(post: Post) -> None:
    def wide(session: Session, now: datetime) -> None:
        for number in range(30):
            card(session, now, -1000 - number)

    await post.does(wide)
    await post.runs(10, step=0.2)
    assert len(post.sender.calls) == 30
    for _ in range(3):
        await post.does(_take_one)
        await post.runs(10, step=0.5)
    assert len(post.sender.calls) == 30, "places are counted in no coarse card"
    await post.does(_take_one, count=4)
    await post.runs(60, step=0.5)
    assert sum("Few places left" in words for _verb, _chat, words in post.sender.calls) == 30


def _take_one(session: Session, _now: datetime, count: int = 1) -> None:
    order = session.get(Order, 1)
    assert order is not None and order.state == OrderState.OPEN
    order.taken, order.version = order.taken + count, order.version + 1


def test_edits_take_at_most_ten_of_the_thirty_a_second() -> None:
    pacer, now, sent = Pacer(), 100.0, 0
    while now < 110:
        chat = -sent - 1
        if pacer.ready_at(chat, card_edit=True) <= now:
            pacer.record(chat, now, card_edit=True)
            sent += 1
        now += 0.01
    assert sent <= 10 / EDITS_GAP + 1


async def test_sweeping_forgets_what_was_said_a_month_ago_and_keeps_cards_and_the_mark(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.does(card)
    await post.does(notes, count=3)
    await post.runs(8)
    post.now += timedelta(days=31)
    monkeypatch.setattr(ticks, "FORGOTTEN_AT_ONCE", 1)
    await ticks.sweep(post.database)
    assert await post.sql("SELECT id, kind FROM delivery ORDER BY id") == [(1, "order"), (4, "greeting")]
