"""Who disagrees with what was decided about their place, or with their points, is heard by those who lead there."""

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
    await village.order(chat, when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.taps(village.bot, "5 Great")
    await village.passes(minutes=3)
    await ben.says(village.bot, "/points")
    shown = await ben.sees(village.bot, lambda m: ["I disagree"] in m["buttons"], what="the points")
    await ben.taps(village.bot, "I disagree", message_id=shown["message_id"])
    await ben.says(village.bot, "two hours are missing, at Hehua they count")
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
