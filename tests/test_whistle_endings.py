"""How whistles end: with their case, by hand, in time; and how they go on when a case is opened again."""

import pytest

from services import leaving
from tests.asking import RUBBISH, card, sent_case
from tests.city import City
from tests.whistling import blows, street


async def test_a_case_that_is_opened_again_calls_the_same_units(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await cim.taps(village.bot, "We're here")
    await village.leader.says(village.bot, f"/resolve {case}")
    await cim.sees(village.bot, "Whistle #1 · over: all in, and solved")
    await rosa.taps(village.bot, "Not yet")
    again = await cim.sees(village.bot, "Whistle #1 · 1 of 1 in")
    assert "Details" in str(again["buttons"])
    await village.leader.says(village.bot, f"/resolve {case}")
    await cim.sees(village.bot, "Whistle #1 · over: all in, and solved", after=again["message_id"] - 1)


@pytest.mark.parametrize("how", ["withdrawn", "declined", "erased"])
async def test_what_is_over_without_being_solved_calls_nobody(village: City, how: str) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await cim.sees(village.bot, "0 of 1 in")
    if how == "withdrawn":
        await rosa.says(village.bot, f"/case {case}")
        await rosa.taps(village.bot, "No longer needed")
    elif how == "declined":
        await village.leader.says(village.bot, f"/decline {case} nothing burns there")
    else:
        await rosa.says(village.bot, "/forget")
        await rosa.taps(village.bot, "Yes, erase it")
    called = await cim.sees(village.bot, "called off, nobody need come")
    assert "burn" not in called["text"] or how != "erased"
    last = await village.admin.last_id(village.bot)
    await village.passes(hours=2)
    assert not any(
        "not in yet" in m["text"] for m in await village.admin.looks(village.bot) if m["message_id"] > last
    )
    assert await village.sql("SELECT words IS NULL FROM whistle") in (
        [(how == "erased",)],
        [(int(how == "erased"),)],
    )


async def test_whoever_blew_it_calls_it_off_and_its_words_go_in_time(village: City) -> None:
    rosa, stan, cim, mar = await street(village)
    await cim.says(village.bot, "/whistle 5 men are fighting at the east gate of Ziyun")
    await cim.taps(village.bot, "Joint enforcement")
    await cim.taps(village.bot, "Market supervision", on="Who is called?")
    await cim.taps(village.bot, "Blow the whistle")
    await mar.sees(village.bot, "5 men are fighting")
    await cim.taps(village.bot, "Call it off…")
    await cim.taps(village.bot, "Yes, call it off")
    await mar.sees(village.bot, "called off, nobody need come")
    assert await village.sql("SELECT name FROM area JOIN whistle ON area.id = area_id") == [("Ziyun",)]
    await village.passes(days=31)
    assert await village.sql("SELECT count(*) FROM whistle WHERE words IS NOT NULL") == [(0,)]
    shown = await mar.sees(village.bot, "called off, nobody need come")
    assert "fighting" not in shown["text"]


async def test_who_leads_no_more_has_nothing_of_the_whistle(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    blown = await stan.sees(village.bot, "Whistle #1 · 0 of 1 in")
    await village.admin.says(village.bot, f"/revoke leader Tanggu {stan.id}")
    await village.admin.sees(village.bot, "Stan is no longer")
    await village.settles()
    shown = next(m for m in await stan.looks(village.bot) if m["message_id"] == blown["message_id"])
    assert "burn" not in shown["text"] and not shown["buttons"]
    await stan.forges(village.bot, blown["message_id"], "whistle:off:1")
    assert await village.sql("SELECT ended_at FROM whistle") == [(None,)]


async def test_a_unit_that_is_retired_leaves_its_cases_to_the_next(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await cim.sees(village.bot, "Whistle #1 · 0 of 1 in")
    await village.database.write(None, leaving.retire, code="city")
    await cim.sees(village.bot, "You are no longer officer of City management")
    await village.settles()
    await cim.sees(village.bot, "with others now")
    await village.admin.sees(village.bot, "Nobody of City management reads me here.")
    await village.admin.taps(village.bot, "City management has come")


async def test_a_joined_case_keeps_its_whistle_when_the_other_ends(village: City) -> None:
    """Two ask for the same; what one of them says of theirs calls nobody off who was called for the other."""
    rosa, stan, cim, _mar = await street(village)
    nell = await village.person("Nell")
    first = await sent_case(village, rosa)
    await nell.starts()
    await nell.says(village.bot, f"{RUBBISH} in Ziyun")
    await nell.taps(village.bot, "Street cleaning")
    await nell.taps(village.bot, "No, mine is another")
    await nell.says(village.bot, "skip")
    await village.settles()
    second = first + 1
    await blows(village, stan, second)
    await cim.sees(village.bot, "0 of 1 in")
    await village.leader.says(village.bot, f"/case {second}")
    await village.settles()  # the card there was goes, and this one takes its place
    found = await card(village.leader, village, second)
    for label in ("More…", "Same as another case…"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await village.leader.says(village.bot, str(first))
    await nell.sees(village.bot, f"part of case {first}")
    await rosa.says(village.bot, f"/case {first}")
    await rosa.taps(village.bot, "No longer needed")
    await nell.sees(village.bot, "Yours goes on by itself")
    assert await village.sql("SELECT ended_at FROM whistle") == [(None,)]
    await cim.taps(village.bot, "We're here")


async def test_what_was_called_off_by_hand_stays_so(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await cim.taps(village.bot, "We're here")
    await stan.taps(village.bot, "Call it off…")
    await stan.taps(village.bot, "Yes, call it off")
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Not yet")
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    assert await village.sql("SELECT count(*) FROM whistle WHERE ended_at IS NULL") == [(0,)]


async def test_who_had_not_come_has_their_time_anew_when_a_declined_case_is_opened(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await village.leader.says(village.bot, f"/decline {case} nothing burns there")
    await cim.sees(village.bot, "called off, nobody need come")
    await village.passes(hours=1)
    await rosa.taps(village.bot, "I don't agree")
    await cim.sees(village.bot, "Whistle #1 · 0 of 1 in")
    await village.passes(minutes=31)
    await village.admin.sees(village.bot, "not in yet: City management")


async def test_nobody_is_called_to_what_is_over(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await stan.says(village.bot, f"/whistle {case} rubbish burns by the lane")
    await stan.taps(village.bot, "Emergency")
    await stan.taps(village.bot, "City management", on="Who is called?")
    await rosa.says(village.bot, f"/case {case}")
    await rosa.taps(village.bot, "No longer needed")
    await village.settles()
    assert "is closed" in await stan.taps(village.bot, "Blow the whistle")
    assert await village.sql("SELECT count(*) FROM whistle") == [(0,)]


async def test_danger_that_no_whistle_takes_is_an_alarm(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await stan.says(village.bot, f"/whistle {case}")
    await stan.taps(village.bot, "Emergency")
    await stan.taps(village.bot, "City management", on="Who is called?")
    await stan.taps(village.bot, "Blow the whistle")
    last = await stan.last_id(village.bot)
    await stan.says(village.bot, "gas leak in the stairwell of house 3")
    await stan.sees(village.bot, "119", after=last)
    await stan.sees(village.bot, "Whistle #1 calls them for this already", after=last)
    assert await village.sql("SELECT count(*) FROM request WHERE urgent") == [(1,)]


@pytest.mark.parametrize("words", ["取消", "never mind"])
async def test_who_writes_cancel_while_their_whistle_is_on_gets_it_with_its_buttons(
    village: City, words: str
) -> None:
    """It is not called off by a word, and nobody reads that nothing is open."""
    rosa, stan, cim, _mar = await street(village)
    await blows(village, stan, await sent_case(village, rosa))
    for phone in (stan, cim):
        said = await phone.says(village.bot, words)
        shown = await phone.sees(village.bot, "Whistle #1 · 0 of 1 in", after=said)
        assert ("Call it off…" in str(shown["buttons"])) == (phone is stan)


async def test_an_officer_has_one_card_of_a_whistle_wherever_they_answered(village: City) -> None:
    """Whoever scrolls up reads nothing of before: a unit that is late there, though it has come."""
    rosa, stan, cim, mar = await street(village)
    await blows(village, stan, await sent_case(village, rosa), "City management", "Market supervision")
    await cim.says(village.bot, "我们到了")
    await village.settles()
    await mar.says(village.bot, "/here 1")
    await village.settles()
    for phone in (cim, mar):
        cards = [m["text"] for m in await phone.looks(village.bot) if "Whistle #1" in m["text"]]
        assert len(cards) == 1 and "2 of 2 in" in cards[0], cards


@pytest.mark.parametrize("how", ["the case", "of its own"])
async def test_what_is_solved_before_all_are_in_calls_the_others_no_more(village: City, how: str) -> None:
    """Nobody is sent out in vain, and nobody is told of as late."""
    rosa, stan, cim, mar = await street(village)
    if how == "the case":
        case = await sent_case(village, rosa)
        await blows(village, stan, case, "City management", "Market supervision")
        await cim.taps(village.bot, "We're here")
        await village.leader.says(village.bot, f"/resolve {case}")
        await mar.sees(village.bot, "1 of 2 in")
        await rosa.taps(village.bot, "Yes, solved")
    else:
        await cim.says(village.bot, "/whistle A lorry blocks the fire lane at the east gate")
        await cim.taps(village.bot, "Joint enforcement")
        await cim.taps(village.bot, "Market supervision", on="Who is called?")
        await cim.taps(village.bot, "Blow the whistle")
        await mar.sees(village.bot, "0 of 1 in")
        await cim.taps(village.bot, "Solved")
    await mar.sees(village.bot, "over: solved, nobody else need come")
    last = await village.admin.last_id(village.bot)
    await village.passes(hours=3)
    later = [m["text"] for m in await village.admin.looks(village.bot) if m["message_id"] > last]
    assert not [said for said in later if "not in yet" in said]
