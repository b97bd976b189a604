"""Danger, a place elsewhere, and several messages at once: who hears it, and that what is agreed to was read."""

import asyncio

import pytest

from services.urgency import helpers_for
from tests.asking import acts_in, asks, card, people, sent_case
from tests.city import City


async def test_danger_goes_where_its_teller_s_other_case_is(village: City) -> None:
    """Who came by a poster and is known nowhere else is helped by the leader who has their case already."""
    await village.neighbourhood()
    cy = await village.person("Cy", started=False)
    await cy.starts("help-11")
    await cy.says(village.bot, "the street lamp is broken")
    await cy.sees(village.bot, "The leader of Ziyun has it.")
    await cy.says(village.bot, "actually my husband is hitting me")
    await cy.sees(village.bot, "I am telling the people in charge of your neighbourhood")
    await village.leader.sees(village.bot, "somebody may be in danger")
    assert await village.sql("SELECT area_id FROM request ORDER BY id") == [(2,), (2,)]


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("孩子触电！", True), ("他被电到了", True), ("鱼刺卡喉咙喘不了气", True), ("过敏喉咙肿喘", True),
        ("停电到现在", False), ("充电到了一半", False), ("怕触电", False), ("有触电危险，请来修", False),
    ],
)  # fmt: skip
def test_what_takes_the_breath_or_gives_a_shock_is_danger(words: str, heard: bool) -> None:
    assert helpers_for(words) == (("ambulance",) if heard else ())


@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("老公掐我脖子，他威胁要弄死我", "police"), ("我老公又动手了", "police"), ("有人拿棍子打人", "police"), ("我孩子不見咗", "police"),
        ("there's a bloke with a machete", "police"), ("my husband strangled me", "police"), ("施工队又动手修路了", None),
        ("想打死老鼠", None), ("a shop with knife sets", None), ("我要从阳台跳下去", "despair"), ("活腻了，想一死了之", "despair"),
        ("你们再不来管我就从楼上跳下去", "despair"), ("i'm gonna jump", "despair"), ("雨棚快撑不住了", None), ("天台有人跳舞扰民", None),
        ("家里煤器有味道，闻着头晕", "fire"), ("隔壁燒起嚟喇", "fire"), ("隔壁烧烤太呛", None), ("孩子反锁在车里，天太热", "ambulance"),
        ("阿嬷跌落楼梯", "ambulance"), ("他把药全吃了", "ambulance"), ("baby not breathin", "ambulance"), ("孕妇晕车", None),
        ("carbon monoxide alarm going off", "ambulance"), ("carbon monoxide alarm needs a battery", None),
    ],
)  # fmt: skip
def test_cries_in_the_words_of_every_day_are_heard(words: str, whom: str | None) -> None:
    assert helpers_for(words)[:1] == ((whom,) if whom else ())


async def test_a_poster_s_neighbourhood_gives_way_to_the_one_that_is_named(village: City) -> None:
    await village.neighbourhood()
    rosa, uma = [await village.person(name, started=False) for name in ("Rosa", "Uma")]
    await rosa.starts("help-11")
    await rosa.says(village.bot, "rubbish everywhere at Hehua, the bins are full, dirty street")
    await rosa.sees(village.bot, "Got it: case")
    await uma.starts("help-11")
    await asks(village, uma, "rubbish everywhere, the bins are full, dirty street")
    await uma.taps(village.bot, "Street cleaning")
    await uma.taps(village.bot, "No, mine is another")
    await uma.says(village.bot, "Hehua, house 3")
    await village.settles()
    named = await village.sql("SELECT area.name FROM request JOIN area ON area.id = request.area_id")
    assert named == [("Hehua",), ("Hehua",)]


async def test_what_telling_means_is_read_even_where_everything_comes_at_once(village: City) -> None:
    """Two messages in one breath: the first question is never shown, and the next one says what it would have said."""
    await village.neighbourhood()
    rosa = await village.person("Rosa")
    await village.remote.ask("fault", kind="429", method="sendMessage", chat_id=rosa.id)
    await rosa.says(village.bot, "qwerty asdf")
    await rosa.says(village.bot, "house 4, room 301")
    await village.settles()
    await rosa.sees(village.bot, "Telling me is your consent.")
    await rosa.sees(village.bot, "Got it: case 1001.")


async def test_words_of_danger_are_answered_at_once_and_the_leader_hears(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "I can't breathe, help")
    numbers = await rosa.sees(village.bot, "call now:")
    assert numbers["text"].index("120") < numbers["text"].index("110")
    found = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert not found["silent"]
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, "nobody has taken this urgent case")
    await rosa.says(village.bot, "我不想活了")
    alone = await rosa.sees(village.bot, "You are not alone.")
    assert alone["text"].index("12356") < alone["text"].index("120")
    assert await village.sql("SELECT urgent, count(*) FROM request GROUP BY urgent") == [(True, 1)]


async def test_danger_said_about_a_case_or_in_the_middle_of_a_duty_is_heard(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    await rosa.says(village.bot, "现在着火了")
    await rosa.sees(village.bot, "call now:")
    heard = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert "着火了" in heard["text"] and heard["protected"]
    await rosa.says(village.bot, "救命, 出不去了")
    await village.leader.sees(village.bot, "Words of danger, just now.")
    await village.order(chat, when="today 14-16")
    await ben.taps(chat, "I'm in", on="Checkpoint duty")
    await ben.says(village.bot, "/checkin 1")
    await ben.sees(village.bot, "Share your location")
    await ben.says(village.bot, "救命")
    await ben.sees(village.bot, "call now:")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert await village.sql("SELECT count(*) FROM request WHERE urgent") == [(2,)]


async def test_words_of_danger_never_reach_the_helpers_of_another_matter(village: City) -> None:
    """Who sweeps the street is not told of it; it is a case of its own, and those above hear when nobody takes it."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "please pass it on to nobody")
    await rosa.says(village.bot, "我不想活了")
    await rosa.sees(village.bot, "12356")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    await village.settles()
    for place in (village.bot, chat):
        assert not [m for m in await ben.looks(place) if "不想活" in m["text"]]
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    await village.passes(hours=2)
    await rosa.sees(village.bot, "It is late, we are sorry")


async def test_a_leader_in_danger_is_heard_by_others(village: City) -> None:
    await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await village.leader.says(village.bot, "我家着火了, 快来人")
    await village.leader.sees(village.bot, "call now:")
    await stan.sees(village.bot, "URGENT: somebody may be in danger")


async def test_danger_in_a_report_in_the_group_is_heard(village: City) -> None:
    _rosa, ben, chat = await people(village)
    posted = await village.order(chat)
    await ben.taps(chat, "I'm in")
    await village.settles()
    await ben.says(chat, "汇报 有人晕倒了", reply_to=posted["message_id"])
    await ben.sees(village.bot, "call now:")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")


async def test_each_of_many_alarms_is_a_message_of_its_own(village: City) -> None:
    await people(village)
    neighbours = [await village.person(f"N{number}") for number in range(5)]
    for neighbour in neighbours:
        await neighbour.says(village.bot, "Ziyun: 楼里着火了")
        await neighbour.sees(village.bot, "call now:")
    await asyncio.gather(*(neighbour.says(village.bot, "还在烧, 救命") for neighbour in neighbours))
    await village.settles()
    heard = [m for m in await village.leader.looks(village.bot) if "Words of danger" in m["text"]]
    assert len(heard) == len(neighbours) and all(m["protected"] for m in heard)
