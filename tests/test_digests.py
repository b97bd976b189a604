"""Several notes to one person become one message, however many there are."""

from models.actor import Policy
from scheduler import due
from services import digests, outbox
from tests.post import Post, notes


async def test_more_than_three_notes_to_one_person_become_one(post: Post) -> None:
    await post.does(notes, count=3)
    await post.runs(30)
    assert len(post.sender.calls) == 3
    await post.does(notes, count=4)
    await post.runs(30)
    assert len(post.sender.calls) == 4
    assert post.sender.calls[-1][2].count("Hello!") == 4


async def test_notes_join_the_message_that_has_not_left_yet(post: Post) -> None:
    """Thousands of notes to one person are a message or two, which says how many there were."""
    for _ in range(3):
        await post.does(notes, count=40)
        for crowd in (
            await post.database.read(
                due.look, now=post.now, policy=Policy(), shown={}, crowded_chats=outbox.NOTHING_IN_HAND
            )
        ).crowds:
            await post.does(digests.merge, delivery_ids=crowd)
    await post.runs(30)
    ((verb, _chat, words),) = post.sender.calls
    assert (verb, words.count("Hello!")) == ("send", digests.MOST_KEPT) and "60 more." in words


async def test_messages_of_several_notes_that_wait_are_left_as_they_are(post: Post) -> None:
    """After a day without network several may wait; what comes now joins the first of them, once."""
    for _ in range(4):
        await post.does(notes, count=4)
        ids = [
            row[0]
            for row in await post.sql("SELECT id FROM delivery WHERE kind = 'greeting' AND state = 'pending'")
        ]
        await post.does(digests.merge, delivery_ids=ids)
    look = await post.database.read(
        due.look, now=post.now, policy=Policy(), shown={}, crowded_chats=outbox.NOTHING_IN_HAND
    )
    assert look.crowds == [] and len(look.notes) == 4
    await post.does(notes, count=1)
    await post.runs(30)
    assert [words.count("Hello!") for _verb, _chat, words in post.sender.calls] == [5, 4, 4, 4]
