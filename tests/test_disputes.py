"""Who disagrees with what was decided about their place, or with their points, is heard by those who lead there."""

from simulator.client import Phone
from tests.asking import people
from tests.city import City


async def test_who_was_rejected_says_so_and_a_leader_answers(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.taps(village.bot, "Return", on="swept")
    await village.leader.taps(village.bot, "Reject", on="swept")
    await village.leader.says(village.bot, "never seen there")
    await village.passes(minutes=3)
    told = await ben.sees(village.bot, "Your report was not accepted.")
    await ben.taps(village.bot, "I disagree", message_id=told["message_id"])
    await ben.sees(village.bot, "What is not right?")
    await ben.says(village.bot, "but I was there, the lamp at gate 3 is my witness")
    await ben.sees(village.bot, "The leader of Ziyun has it.")
    shown = await village.leader.sees(village.bot, "#1: but I was there")
    assert "not sorted yet" in shown["text"], "whatever its words sound like"
    await village.leader.taps(village.bot, "I take it", message_id=shown["message_id"])
    await ben.sees(village.bot, "has taken it.")


async def test_points_are_disputed_too_and_only_one_s_own(village: City) -> None:
    rosa, ben, chat = await people(village)
    await _paid(village, ben, chat)
    await _disagrees(village, ben, "two hours are missing, at Hehua they count")
    await village.leader.sees(village.bot, "/points: two hours are missing")
    assert await village.sql("SELECT name, area_from FROM request JOIN area ON area.id = area_id") == [
        ("Ziyun", "home")
    ]
    await rosa.says(village.bot, "/points")
    nothing = await rosa.sees(village.bot, "0 points")
    assert nothing["buttons"] == []
    await rosa.forges(village.bot, nothing["message_id"], "order:dispute:1")
    await rosa.forges(village.bot, nothing["message_id"], "order:dispute:0")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_dispute_that_is_edited_says_still_what_it_is_about(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await _paid(village, ben, chat)
    said = await _disagrees(village, ben, "two hours are missing")
    await village.leader.sees(village.bot, "/points: two hours")
    await ben.edits(village.bot, said, "three hours are missing")
    await village.leader.sees(village.bot, "/points: three hours")


async def test_a_leader_who_disagrees_is_heard_by_others_than_themselves(village: City) -> None:
    _rosa, _ben, chat = await people(village)
    await _paid(village, village.leader, chat, by=village.admin)
    await _disagrees(village, village.leader, "two hours are missing")
    await village.admin.sees(village.bot, "/points: two hours")


async def _paid(village: City, phone: Phone, chat: int, by: Phone | None = None) -> None:
    await village.order(chat, when="today 11-12")
    await phone.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await phone.says(village.bot, "/report 1 swept")
    await (by or village.leader).taps(village.bot, "5 Great", on="swept")
    await village.passes(minutes=3)


async def _disagrees(village: City, phone: Phone, words: str) -> int:
    last = await phone.last_id(village.bot)
    await phone.says(village.bot, "/points")
    shown = await phone.sees(village.bot, lambda m: ["I disagree"] in m["buttons"], after=last)
    await phone.taps(village.bot, "I disagree", message_id=shown["message_id"])
    return await phone.says(village.bot, words)
