"""A chat that ends, comes back or becomes another while something is on its way there."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from models import Delivery, Order
from scheduler.due import Item
from scheduler.sender import Ambiguous, Moved, Never
from services import chats, endings, removals
from tests.post import NEW, OLD, Post, card


def goes_soon(session: Session, now: datetime) -> None:
    removals.delete_later(session, now, OLD, 5, timedelta(seconds=5))


def becomes_another(session: Session, now: datetime) -> None:
    chats.migrate(session, now, OLD, NEW)


async def test_what_is_to_be_deleted_is_tried_until_it_has_gone(post: Post) -> None:
    await post.does(goes_soon)
    post.sender.answers[OLD] = Ambiguous
    await post.runs(10)
    post.now += timedelta(hours=26)
    await post.runs(5)
    post.sender.answers.clear()
    await post.runs(310, step=5)
    assert await post.sql("SELECT state FROM delivery") == [("sent",)]


async def test_a_number_of_the_old_group_deletes_nothing_in_the_new_one(post: Post) -> None:
    await post.does(card)
    await post.runs(2)
    await post.does(goes_soon)
    await post.does(becomes_another)
    await post.runs(20)
    assert [call for call in post.sender.calls if call[0] == "delete"] == []
    assert await post.sql("SELECT kind, chat_id, state FROM delivery ORDER BY id") == [
        ("order", NEW, "sent"),
        ("deletion", OLD, "never"),
    ]


async def test_a_deletion_that_finds_out_that_the_group_is_another_stays_behind(post: Post) -> None:
    await post.does(card)
    await post.runs(2)
    await post.does(goes_soon)
    post.sender.answers[OLD] = lambda: Moved(NEW)
    await post.runs(20)
    assert [call[1] for call in post.sender.calls if call[0] == "delete"] == [OLD]
    assert (NEW, "sent") in await post.sql("SELECT chat_id, state FROM delivery")


async def test_a_card_on_its_way_while_the_group_becomes_another_is_posted_there(post: Post) -> None:
    await post.does(card)
    post.sender.meanwhile = lambda: post.does(becomes_another)
    await post.runs(20)
    assert [call[:2] for call in post.sender.calls] == [("send", OLD), ("send", NEW)]
    assert await post.sql("SELECT chat_id, state, message_id FROM delivery") == [(NEW, "sent", 2)]


async def test_a_card_whose_edit_waited_while_the_bot_was_away_follows_again(post: Post) -> None:
    def changed(session: Session, _now: datetime) -> None:
        order = session.get(Order, 1)
        assert order is not None
        order.title, order.version = order.title + "!", order.version + 1

    def gone(session: Session, _now: datetime) -> None:
        chats.gone(session, OLD)

    await post.does(card)
    await post.runs(2)
    await post.does(changed)
    await post.does(gone)
    (row,) = await post.sql("SELECT id FROM delivery")

    await post.does(endings.never, delivery_id=row[0], reason="nothing to say")  # what the waiting edit finds
    await post.does(lambda session, now: chats.known(session, now, OLD, "Ziyun neighbours") and None)
    await post.runs(20)
    assert post.sender.calls[-1][0] == "edit" and "!" in post.sender.calls[-1][2]
    assert await post.sql("SELECT state, reason FROM delivery") == [("sent", None)]


async def test_who_is_put_out_and_back_while_a_card_is_on_its_way_is_there(post: Post) -> None:
    """Telegram refuses the card, and the answer is read when the bot is back: it is posted, and the group is no group lost."""

    async def out_and_back() -> None:
        await post.does(lambda session, _now: chats.gone(session, OLD))
        post.now += timedelta(seconds=1)
        await post.does(lambda session, now: chats.known(session, now, OLD, "Ziyun neighbours") and None)
        post.sender.answers[OLD] = refusals.pop

    refusals: list[Exception | None] = [None, None, None, Never("gone")]
    post.sender.meanwhile = out_and_back
    await post.does(card)
    await post.runs(20)
    assert not await post.database.read(chats.is_gone, telegram_id=OLD)
    assert await post.sql("SELECT state, live, reason FROM delivery WHERE kind = 'order'") == [
        ("sent", 1, None)
    ]
    assert [verb for verb, chat, _ in post.sender.calls if chat == OLD] == ["send", "send"]


async def test_a_card_that_was_taken_away_while_its_edit_waits_stays_gone(post: Post) -> None:
    """And so it does when the edit had left, and Telegram says that there is nothing to edit."""
    await post.does(card)
    await post.runs(3)
    (row,) = await post.database.read(
        lambda session: session.exec(select(Delivery).where(Delivery.kind == "order")).all()
    )
    await post.does(removals.take_away, delivery_ids=[row.id])
    await post.dispatcher._attempt(Item(row, edit=True))
    await post.does(endings.lost_message, delivery_id=row.id, replaced=False)
    await post.runs(12)
    assert [verb for verb, chat, _ in post.sender.calls if chat == OLD] == ["send", "delete"]
    assert await post.sql("SELECT live, reason FROM delivery WHERE kind = 'order'") == [(0, "taken back")]
