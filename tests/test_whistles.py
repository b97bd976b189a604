"""Whistles: streets call departments; who is here and who is late stands on one card."""

import pytest

from services import disposal, units
from services.whistle_words import Told, told
from tests.asking import card, card_text, people, sent_case
from tests.city import City
from tests.whistling import blows, street


async def test_departments_are_called_report_in_and_it_ends_with_the_case(village: City) -> None:
    rosa, stan, cim, mar = await street(village)
    case = await sent_case(village, rosa)
    await stan.says(village.bot, f"/whistle {case}")
    await stan.taps(village.bot, "Emergency")
    for name in ("City management", "Market supervision", "Fire brigade"):
        await stan.taps(village.bot, name, on="Who is called?")
    await stan.taps(village.bot, "Blow the whistle")
    await stan.says(village.bot, "Heaps of rubbish burn by the fire lane")
    called = await cim.sees(village.bot, "Whistle #1 · 0 of 3 in")
    assert (
        "Not yet: City management, Market supervision, Fire brigade" in called["text"]
        and not called["silent"]
    )
    await village.admin.sees(village.bot, "Nobody of Fire brigade reads me here.")
    assert "You are in" in await cim.taps(village.bot, "We're here")
    await mar.sees(village.bot, "Whistle #1 · 1 of 3 in")
    await village.passes(minutes=31)
    late = await village.admin.sees(village.bot, "not in yet: Market supervision, Fire brigade")
    assert "Their time has passed" in late["text"]
    await stan.sees(village.bot, "Late: Market supervision, Fire brigade; told upwards")
    await mar.says(village.bot, "/here 1")
    await village.admin.taps(village.bot, "Fire brigade has come")
    await village.settles()
    assert await village.sql("SELECT ended_at FROM whistle") == [
        (None,)
    ]  # all are in, and it is not solved yet
    await village.settles()
    await village.leader.says(village.bot, f"/resolve {case}")
    await mar.sees(village.bot, "Whistle #1 · over: all in, and solved")
    assert await village.sql("SELECT count(*) FROM audit WHERE fact = 'whistle.ended'") == [(1,)]
    await stan.says(village.bot, "/rates")
    rates = await stan.sees(village.bot, "City management: called 1, in time 1, called others 0")
    assert "Market supervision: called 1, in time 0" in rates["text"] and "Emergency: 1" in rates["text"]


async def test_a_department_whistles_too_and_says_when_it_is_solved(village: City) -> None:
    _rosa, stan, cim, mar = await street(village)
    await cim.says(village.bot, "/whistle A lorry blocks the fire lane at the east gate")
    await cim.taps(village.bot, "Joint enforcement")
    await cim.taps(village.bot, "Market supervision", on="Who is called?")
    await cim.taps(village.bot, "Blow the whistle")
    asked = await mar.sees(village.bot, "Joint enforcement")
    assert "A lorry blocks the fire lane" in asked["text"]
    await mar.taps(village.bot, "We're here")
    await cim.taps(village.bot, "Solved")
    await cim.sees(village.bot, "over: all in, and solved")
    await stan.says(village.bot, "/rates")
    await stan.sees(village.bot, "City management: called 0, in time 0, called others 1")


async def test_grids_ask_their_street_and_strangers_report_in_to_nothing(village: City) -> None:
    rosa, stan, cim, mar = await street(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    for phone, said in ((village.leader, "Streets and units blow whistles."), (rosa, "that is theirs to do")):
        last = await phone.last_id(village.bot)
        await phone.says(village.bot, f"/whistle {case}")
        await phone.sees(village.bot, said, after=last)
    await stan.says(village.bot, f"/whistle {case}")
    await stan.taps(village.bot, "What the grid cannot solve")
    await stan.taps(village.bot, "City management", on="Who is called?")
    await stan.taps(village.bot, "Blow the whistle")
    await stan.says(village.bot, "It comes back every week")
    shown = await cim.sees(village.bot, "0 of 1 in")
    assert "Street cleaning" in shown["text"] and "It comes back every week" in shown["text"]
    await cim.taps(village.bot, "Details")
    read = await card_text(cim, village, case)
    assert "rubbish" in read["text"] and read["buttons"] == []
    assert "did not call" in await mar.forges(village.bot, found["message_id"], "whistle:here:1")
    assert "no whistle" in await mar.forges(village.bot, found["message_id"], "whistle:here:77")
    assert await village.sql("SELECT reported_in_at FROM whistle_call") == [(None,)]


@pytest.mark.parametrize("words", ["gas leak in the stairwell of house 3", "3号楼煤气泄漏，有人被困在电梯里"])
async def test_a_whistle_about_danger_is_blown(village: City, words: str) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await stan.says(village.bot, f"/whistle {case}")
    await stan.taps(village.bot, "Emergency")
    await stan.taps(village.bot, "City management", on="Who is called?")
    await stan.taps(village.bot, "Blow the whistle")
    await stan.says(village.bot, words)
    await stan.sees(village.bot, "119")
    called = await cim.sees(village.bot, "Whistle #1 · 0 of 1 in")
    assert words in called["text"]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)], "the whistle is the alarm"


async def test_danger_in_a_reason_is_an_alarm_and_the_reason_is_asked_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "More…", message_id=found["message_id"])
    await village.leader.taps(village.bot, "We can't do this…", message_id=found["message_id"])
    asked = await village.leader.sees(village.bot, "read")
    await village.leader.says(village.bot, "my father collapsed")
    await village.leader.sees(village.bot, "120")
    again = await village.leader.sees(
        village.bot, lambda m: m["text"] == asked["text"] and m["message_id"] > asked["message_id"]
    )
    assert again
    assert await village.sql("SELECT state, urgent FROM request ORDER BY id") == [
        ("new", False),
        ("new", True),
    ]


async def test_a_unit_says_that_it_is_here_in_words(village: City) -> None:
    rosa, stan, cim, mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case, "City management", "Market supervision")
    called = await cim.sees(village.bot, "Whistle #1 · 0 of 2 in")
    await cim.says(village.bot, "which house is it?", reply_to=called["message_id"])
    await cim.sees(village.bot, "I don't pass these words on")
    await cim.says(village.bot, "报到", reply_to=called["message_id"])
    await mar.sees(village.bot, "1 of 2 in")
    await mar.says(village.bot, "我们到了")
    await stan.sees(village.bot, "2 of 2 in")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Told.ON_THE_WAY, "马上到|收到，10分钟后到|我们已经出发|好的，马上派人过去|We are coming|leaving now, about half an hour"),
        (Told.NOT_OURS, "不归我们管|不属于本部门职责|跟我们没关系|你们找错部门了|This is not our job, ask the water bureau"),
        (None, "找错地方了，你们在哪个门？|这事不归我们管，但我们已经派人去了|we don't do that alone, send police too, we are coming"),
        (Told.ON_THE_WAY, "马上就到"), (None, "收到|我家没水了|马上到期的药没了|救护车马上到|我去过了没人管|快来人啊|明天去医院没人陪|ok"),
    ],
)  # fmt: skip
def test_what_a_unit_says_before_it_is_there(said: Told | None, words: str) -> None:
    for each in words.split("|"):
        assert told(each) == said, each


@pytest.mark.parametrize("replies", [True, False])
async def test_a_unit_says_that_it_is_on_the_way(village: City, replies: bool) -> None:
    """Whoever blew the whistle reads it once, and it is no arrival."""
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    called = await cim.sees(village.bot, "Whistle #1 · 0 of 1 in")
    for words in ("收到, 马上到", "on our way, ten minutes"):
        said = await cim.says(village.bot, words, reply_to=called["message_id"] if replies else 0)
        await cim.sees(village.bot, "reads that you are on the way", after=said)
        await village.settles()
    line = "Whistle #1: City management is on the way."
    read = [message for message in await stan.looks(village.bot) if message["text"] == line]
    assert len(read) == 1
    assert await village.sql("SELECT reported_in_at FROM whistle_call") == [(None,)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]
    await cim.taps(village.bot, "We're here", on="reads that you are on the way")
    await stan.sees(village.bot, "1 of 1 in")


async def test_a_unit_whose_matter_it_is_not_is_taken_off(village: City) -> None:
    """Whoever may call the whistle off decides; without anybody left it is off."""
    rosa, stan, cim, mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case, "City management", "Market supervision")
    called = await mar.sees(village.bot, "Whistle #1 · 0 of 2 in")
    await mar.says(village.bot, "这个不归我们管, 应该找水务局")
    await mar.sees(village.bot, "reads that it is not yours, and nothing else")
    note = await stan.sees(village.bot, "Market supervision says that it is not theirs")
    drop = f"whistle:drop:1:{await _unit(village, 'Market supervision')}"
    for phone in (mar, cim, rosa):
        assert "Only a leader" in await phone.forges(village.bot, called["message_id"], drop)
    assert "called no more" in await stan.taps(village.bot, "Call Market supervision no more")
    await stan.sees(village.bot, "Whistle #1 · 0 of 1 in")
    await mar.sees(village.bot, "This case is with others now.")
    assert "called no more" in await stan.forges(village.bot, note["message_id"], drop), "twice is once"
    assert "did not call" in await mar.forges(village.bot, called["message_id"], "whistle:here:1")
    await cim.says(village.bot, "not ours")
    await stan.taps(village.bot, "Call City management no more")
    await stan.sees(village.bot, "called off, nobody need come")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def _unit(village: City, name: str) -> int:
    found = await village.sql(f"SELECT id FROM unit WHERE name = '{name}'")
    return int(found[0][0])


async def test_who_is_in_is_not_asked_any_more(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case, "City management", "Market supervision")
    await cim.taps(village.bot, "We're here")
    shown = await cim.sees(village.bot, "Whistle #1 · 1 of 2 in")
    assert "We're here" not in shown["buttons"]
    await rosa.says(village.bot, f"/case {case}")
    await rosa.sees(village.bot, "Called to it: City management")
    await village.leader.says(village.bot, f"/case {case}")
    await village.leader.sees(village.bot, "a unit that was called has come · Cim")


async def test_the_same_unit_is_not_called_twice_for_one_case(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case)
    await cim.sees(village.bot, "Whistle #1")
    assert "Whistle #1 calls them for this already" in await blows(village, stan, case)
    await stan.taps(village.bot, "Stop")
    await village.settles()
    await blows(village, stan, case, "City management", "Market supervision")
    await stan.sees(village.bot, "Whistle #2 · 0 of 1 in")


async def test_figures_of_whistles_are_those_of_the_area_and_of_the_unit(village: City) -> None:
    rosa, stan, cim, mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case, "City management", "Market supervision")
    await cim.says(village.bot, "/rates")
    mine = await cim.sees(village.bot, "City management: called 1")
    assert mine["text"].startswith("City management") and "Market supervision" not in mine["text"]
    other = await village.person("Otto")
    await village.lead(other, "Hehua")
    await other.says(village.bot, "/rates")
    theirs = await other.sees(village.bot, "Nothing has been asked here yet")
    assert "called" not in theirs["text"] and "Emergency" not in theirs["text"]


async def test_a_unit_that_comes_later_takes_up_what_was_waiting_for_it(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa, "the bus stop has gone, no bus comes here", "Buses and metro")
    kind = await village.sql("SELECT level, unit_id FROM request")
    assert kind == [("department", None)], "its category names a unit that is not there yet"
    named = next(each.unit for each in disposal.shipped() if each.code == "transit")
    rows = [{"code": "u", "name": f"Binhai {named}", "area_code": ""}]
    await village.database.write(None, units.import_rows, rows=rows)
    uma = await village.person("Uma")
    await village.admin.says(village.bot, f"/grant officer u {uma.id}")
    await card(uma, village, case)
    await uma.says(village.bot, "/requests")
    await uma.sees(village.bot, "Open cases: 1")
