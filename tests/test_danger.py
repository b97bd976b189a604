"""Danger, a place elsewhere, and several messages at once: who hears it, and that what is agreed to was read."""

import pytest

from services.urgency import helpers_for
from tests.asking import asks
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
