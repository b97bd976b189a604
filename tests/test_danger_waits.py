"""Danger waits ten minutes for somebody to take it, whatever happens to it meanwhile; its words stay on nobody's phone."""

import pytest

from simulator.client import Phone
from tests.asking import people
from tests.city import City

CRY = "救命, 他晕倒了, 快来人!"


async def _danger(village: City) -> tuple[Phone, Phone]:
    """Somebody cries for help; who cried, and the leader of the street above."""
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await village.settles()
    await rosa.says(village.bot, CRY)
    await village.settles()
    return rosa, stan


async def _does(village: City, *labels: str) -> None:
    """The leader acts on the card of the danger."""
    card = await village.leader.sees(village.bot, lambda m: ["More…"] in m["buttons"] and "晕倒" in m["text"])
    for label in labels:
        await village.leader.taps(village.bot, label, message_id=card["message_id"])


async def test_who_cries_again_and_again_does_not_wait_longer(village: City) -> None:
    rosa, stan = await _danger(village)
    await village.passes(minutes=9)
    await rosa.says(village.bot, CRY + " 快!")
    await village.settles()
    await village.leader.sees(village.bot, "Words of danger, just now")
    last = await stan.last_id(village.bot)
    await village.passes(minutes=2)
    told = await stan.sees(village.bot, "nobody has taken this urgent case", after=last)
    await village.passes(minutes=1)
    await rosa.says(village.bot, CRY + " 求你们了")
    await stan.sees(village.bot, "Words of danger, just now", after=told["message_id"])
    assert await village.sql("SELECT round, told_up FROM request") == [(1, 1)]


@pytest.mark.parametrize("how", ["given back", "passed up", "role gone"])
async def test_what_somebody_took_and_let_go_waits_ten_minutes_again(village: City, how: str) -> None:
    _rosa, stan = await _danger(village)
    dan = await village.person("Dan")
    await village.lead(dan, "Ziyun")
    await village.leader.says(village.bot, "/accept 1001")
    await village.settles()
    await village.passes(minutes=12)
    above = village.admin if how == "passed up" else stan
    last = await above.last_id(village.bot)
    if how == "role gone":
        await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    else:
        await _does(village, "More…", {"given back": "Give it back", "passed up": "Pass it up"}[how])
    await village.settles()
    await village.passes(minutes=9)
    early = [m for m in await above.looks(village.bot) if "nobody has taken" in m["text"]]
    assert not [m for m in early if m["message_id"] > last]
    await village.passes(minutes=2)
    await above.sees(village.bot, "nobody has taken this urgent case", after=last)


async def test_who_is_in_danger_while_they_disagree_is_helped_where_they_live(village: City) -> None:
    _rosa, ben, chat = await people(village)
    hal = await village.person("Hal")
    await village.lead(hal, "Hehua")
    other = await village.group("Hehua neighbours", hal, ben)
    await hal.says(other, "/bind@DutyGridBot Hehua")
    await hal.sees(other, "belongs to Hehua")
    await hal.says(other, "/order@DutyGridBot Checkpoint duty\nwhen: today 11-12")
    await hal.sees(other, "Checkpoint duty")
    await ben.taps(other, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "/report 1 swept")
    await hal.taps(village.bot, "5 Great", on="swept")
    await village.passes(minutes=3)
    await ben.leaves(other)
    last = await ben.last_id(village.bot)
    await ben.says(chat, "/points@DutyGridBot")
    shown = await ben.sees(village.bot, lambda m: ["I disagree"] in m["buttons"], after=last)
    await ben.taps(village.bot, "I disagree", message_id=shown["message_id"])
    await ben.says(village.bot, "救命, 我爸晕倒了")
    await village.settles()
    where = "SELECT area.name FROM request JOIN area ON area.id = area_id"
    assert await village.sql(where) == [("Ziyun",)]


@pytest.mark.parametrize("how", ["forgotten", "role gone", "a day"])
async def test_words_of_danger_stay_on_nobodys_phone(village: City, how: str) -> None:
    rosa, stan = await _danger(village)
    await village.passes(minutes=2)
    await rosa.says(village.bot, "救命, 我老公打我, 我在3号楼502")
    await village.leader.sees(village.bot, lambda m: "Words of danger" in m["text"] and "502" in m["text"])
    await village.settles()
    if how == "forgotten":
        await rosa.says(village.bot, "/forget")
        await rosa.taps(village.bot, "Yes, erase it")
    elif how == "role gone":
        dan = await village.person("Dan")
        await village.lead(dan, "Ziyun")
        await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    await village.settles()
    await village.passes(minutes=26 * 60 if how == "a day" else 2)
    notes = [m["text"] for m in await village.leader.looks(village.bot) if "Words of danger" in m["text"]]
    assert notes == []
    if how != "a day":
        assert not any("502" in m["text"] for m in await village.leader.looks(village.bot) if m["is_bot"])


async def test_volunteers_who_do_not_come_are_nobody_and_the_next_level_hears(village: City) -> None:
    """What they were asked to do is still danger; and its words stay with those who have the case."""
    rosa, stan = await _danger(village)
    await rosa.says(village.bot, CRY + " 快!")
    await village.leader.sees(village.bot, "Words of danger, just now")
    card = await village.leader.sees(village.bot, lambda m: ["More…"] in m["buttons"] and "晕倒" in m["text"])
    await village.leader.taps(village.bot, "Send volunteers", message_id=card["message_id"])
    await village.settles()
    last = await stan.last_id(village.bot)
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case", after=last)
    await village.leader.says(village.bot, "/cancel 1 wrong hours")
    await village.settles()
    await village.passes(minutes=1)
    await village.leader.sees(village.bot, "Words of danger, just now")


async def test_photos_in_danger_wait_for_nobody_and_get_one_answer(village: City) -> None:
    rosa, _stan = await _danger(village)
    await rosa.says(village.bot, "house 4, door 12")
    await rosa.says(village.bot, "skip")
    await village.settles()
    last = await rosa.last_id(village.bot)
    await rosa.sends_photos(village.bot, 3)
    await village.settles()
    await village.leader.sees(village.bot, "3 photos")
    said = [m["text"] for m in await rosa.looks(village.bot) if m["is_bot"] and m["message_id"] > last]
    assert len(said) == 1 and "Added" in said[0], said


async def test_a_card_names_the_day_and_says_when_what_is_urgent_is_late(village: City) -> None:
    """It may stand there for weeks, and "today" with it; those above may all have heard before it was due."""
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "我不想活了")
    first = await village.leader.sees(village.bot, "URGENT")
    assert "today" not in first["text"] and "overdue" not in first["text"]
    await village.passes(hours=2)
    await village.leader.sees(
        village.bot,
        lambda m: "URGENT" in m["text"] and "overdue since" in m["text"] and "today" not in m["text"],
        what="it",
    )
