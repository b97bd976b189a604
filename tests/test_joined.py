"""Who has the same need as somebody else: they hear what the first one hears, and are left by nobody's ending but their own."""

import pytest

from services.unit_names import is_meant
from simulator.client import Phone
from tests.asking import RUBBISH, acts_in, asks, card, people, sent_case
from tests.city import City


async def two(village: City) -> tuple[Phone, Phone, int]:
    """Two who ask for the same street to be cleaned, the second as part of the first's case."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    case = await sent_case(village, rosa)
    await asks(village, ben, RUBBISH)
    await ben.taps(village.bot, "Street cleaning")
    await ben.taps(village.bot, "Me too")
    await ben.sees(village.bot, f"part of case {case}")
    return rosa, ben, case


async def test_who_joined_hears_who_has_it_and_when_it_takes_longer(village: City) -> None:
    rosa, ben, case = await two(village)
    await village.admin.says(village.bot, f"/accept {case}")
    for phone in (rosa, ben):
        await phone.sees(village.bot, "has taken it.")
    await village.admin.says(village.bot, f"/extend {case} the lamp must be ordered")
    for phone in (rosa, ben):
        await phone.sees(village.bot, "Why: the lamp must be ordered")


async def test_who_joined_and_says_nothing_is_closed_in_time_and_told(village: City) -> None:
    rosa, ben, case = await two(village)
    await village.leader.says(village.bot, f"/resolve {case}")
    await ben.sees(village.bot, "Is it solved?")
    await rosa.taps(village.bot, "Yes, solved")
    await village.passes(days=2)
    await ben.says(village.bot, "/mine")
    await ben.sees(
        village.bot, lambda m: ["Yes, solved", "Not yet"] in [*m["buttons"], sum(m["buttons"], [])], what="it"
    )
    await village.passes(days=2)
    await ben.sees(village.bot, "Three quiet days, so it is closed")
    assert await village.sql("SELECT closed_by FROM request ORDER BY id") == [("asker",), ("silence",)]


async def test_what_is_forgotten_does_not_rise_again(village: City) -> None:
    _rosa, ben, case = await two(village)
    await ben.says(village.bot, "/forget")
    await ben.taps(village.bot, "Yes, erase it")
    await village.leader.says(village.bot, f"/decline {case} it is private ground")
    await village.settles()
    states = await village.sql("SELECT state FROM request ORDER BY id")
    assert states == [("declined",), ("merged",)]


async def test_who_does_not_agree_reads_when_it_is_looked_at_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/decline {case} it is private ground")
    await rosa.taps(village.bot, "I don't agree")
    await rosa.sees(village.bot, "You don't agree, so it is looked at again.")
    await village.leader.sees(village.bot, "does not agree that it can't be done")


async def test_a_shared_place_is_seen_by_who_has_the_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, RUBBISH)
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.sees(village.bot, "Where is it?")
    await rosa.shares_place(village.bot, 39.02, 117.65)
    found = await card(village.leader, village, case, "a shared location")
    await village.leader.taps(village.bot, "On the map", message_id=found["message_id"])
    await village.settles()
    assert await village.sql("SELECT kind FROM delivery WHERE kind = 'request.venue' AND state = 'sent'") == [
        ("request.venue",)
    ]
    assert (await village.leader.looks(village.bot))[-1]["protected"]


@pytest.mark.parametrize(
    ("unit", "name", "meant"),
    [
        ("教育", "教育", True), ("教育", "区教育局", True), ("教育", "教育体育局", True), ("教育", "阳光教育基金会", False),
        ("科技", "科技园物业公司", False), ("物业", "科技园物业公司", True), ("物业", "万科物业有限公司", True),
        ("城管", "塘沽城管执法大队", True), ("城管", "城管(塘沽)", True), ("卫健", "卫健委", True),
        ("市场监管", "滨海新区市场监督管理局", True), ("城管", "综合行政执法局", True), ("人社", "人力资源和社会保障局", True),
        ("卫健", "卫生健康委员会", True), ("住建", "住房和城乡建设委员会", True), ("环保", "生态环境局", True),
        ("供水供电供气", "国网塘沽供电公司", True), ("规划", "规划和自然资源局", True), ("文旅", "文化和旅游局", True),
        ("科技", "科学技术局", True), ("公安", "派出所", True),         ("环保", "生态环境志愿者协会", False), ("交警", "公安交通管理局", True), ("交通", "公安交通管理局", False),
        ("公安", "公安交通管理局", False), ("通管", "公安交通管理局", False), ("通管", "通信管理局", True),
        ("公交地铁", "市地铁运营公司", True),
        ("Education", "Education Bureau", True), ("Education", "Sunshine Education Foundation", False),
    ],
)  # fmt: skip
def test_a_category_finds_its_unit_and_none_that_only_sounds_like_it(
    unit: str, name: str, meant: bool
) -> None:
    assert is_meant(unit, name) is meant


async def test_a_case_that_somebody_comes_to_help_with_goes_on_by_itself(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await sent_case(village, rosa)
    second = await asks(village, ben, RUBBISH)
    await ben.taps(village.bot, "Street cleaning")
    offered = await ben.sees(village.bot, lambda m: "Me too" in str(m["buttons"]), what="the other one")
    await village.leader.says(village.bot, f"/case {second}")
    found = await card(village.leader, village, second)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await rosa.taps(chat, "I'm in")
    toast = await ben.taps(village.bot, "Me too", message_id=offered["message_id"])
    assert f"Somebody comes to help with case {second} already" in toast
    states = await village.sql("SELECT state FROM request ORDER BY id")
    assert states == [("new",), ("dispatched",)] and first < second
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]


@pytest.mark.parametrize(
    ("words", "state", "first"),
    [("没有", "reopened", True), ("还没好", "reopened", False), ("nobody came", "reopened", True), ("好了", "confirmed", False)],
)  # fmt: skip
async def test_who_joined_answers_in_words_whether_it_is_solved(
    village: City, words: str, state: str, first: bool
) -> None:
    """Also when the other asker has answered already; the answer is of their own case."""
    rosa, ben, case = await two(village)
    await village.leader.says(village.bot, f"/resolve {case}")
    await ben.sees(village.bot, "Is it solved?")
    if first:
        await rosa.taps(village.bot, "Yes, solved")
    await ben.says(village.bot, words)
    await village.settles()
    own = await village.sql("SELECT state FROM request ORDER BY id")
    assert own == [("confirmed" if first else "resolved",), (state,)]


async def test_cards_that_were_taken_back_stay_gone(village: City) -> None:
    """Who asked for a case three times has one card of it, also when it is opened again, or rated."""
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    for _ in range(3):
        await village.leader.says(village.bot, f"/case {case}")
        await village.settles()
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    live = "SELECT count(*) FROM delivery WHERE kind = 'request' AND live AND recipient_id IS NOT NULL"
    assert await village.sql(live) == [(1,)]
    last = await rosa.last_id(village.bot)
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.sees(village.bot, "Is it solved?", after=last)
    await rosa.says(village.bot, "好了")
    await rosa.sees(village.bot, "How well did we do?")
    await rosa.says(village.bot, "5")
    await village.settles()
    assert await village.sql("SELECT rating FROM request") == [(5,)]
    shown = [
        m
        for m in await village.leader.looks(village.bot)
        if f"Case {case}" in m["text"] and RUBBISH in m["text"]
    ]
    assert len(shown) == 1


async def test_thanks_from_who_joined_leave_open_whether_it_is_solved(village: City) -> None:
    _rosa, ben, case = await two(village)
    await village.leader.says(village.bot, f"/resolve {case}")
    await ben.sees(village.bot, "Is it solved?")
    said = await ben.says(village.bot, "谢谢")
    await ben.sees(village.bot, "Is it solved?", after=said)


async def test_danger_that_is_joined_to_another_case_is_danger_there(village: City) -> None:
    """Its owners hear the words, it climbs within the hour, and what is added to it waits for nobody's answer."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    case = await asks(village, rosa, "9号楼那边一股焦糊味")
    await ben.says(village.bot, "9号楼502着火了 我和孩子出不去")
    await ben.sees(village.bot, "119")
    await village.settles()
    await village.leader.taps(village.bot, "More…", on=f"Case {case + 1}")
    await village.leader.taps(village.bot, "Same as another case…", on=f"Case {case + 1}")
    await village.leader.says(village.bot, str(case))
    await village.leader.sees(
        village.bot, lambda m: "Words of danger" in m["text"] and f"Case {case}" in m["text"]
    )
    assert await village.sql(f"SELECT urgent FROM request WHERE id = {case}") == [(True,)]
    last = await village.leader.last_id(village.bot)
    await ben.says(village.bot, "谢谢, 我们在阳台上")
    told = await village.leader.sees(village.bot, "我们在阳台上", after=last)
    assert "Words of danger" not in told["text"], "only what is"
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, f"Case {case}")
    await ben.says(village.bot, "家里没菜了")  # added as well, and perhaps another matter
    added = await ben.sees(village.bot, lambda m: "Added" in m["text"] and ["Something new"] in m["buttons"])
    for _ in range(2):
        await ben.taps(village.bot, "Something new", message_id=added["message_id"])
    await village.settles()
    assert await village.sql("SELECT count(*) FROM request") == [(3,)]
    await ben.says(village.bot, "/mine")
    await ben.sees(village.bot, f"Case {case + 2}")
    await ben.says(village.bot, "楼道灯坏了")
    await ben.sees(village.bot, lambda m: ["Something new"] in m["buttons"], what="what it is about")


async def _joins(village: City, case: int, into: int) -> None:
    """The administrator says that it is the same as another one."""
    last = await village.admin.last_id(village.bot)
    await village.admin.says(village.bot, f"/case {case}")
    shown = await village.admin.sees(village.bot, lambda m: ["More…"] in m["buttons"], after=last)
    for label in ("More…", "Same as another case…"):
        await village.admin.taps(village.bot, label, message_id=shown["message_id"])
    await village.admin.says(village.bot, str(into))
    await village.settles()


async def test_where_danger_is_goes_with_it_to_those_who_have_the_other_case(village: City) -> None:
    """Also to another area, and when that case is joined to a third: words, place, number, and the place on the map."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    hal, cy = await village.person("Hal"), await village.person("Cy", started=False)
    await village.lead(hal, "Hehua")
    await cy.starts("help-12")
    third = await asks(village, cy, "楼道里堆满垃圾, 在门口")
    second = await asks(village, rosa, "9号楼那边一股焦糊味")
    await ben.says(village.bot, "着火了 我和孩子出不去")
    await ben.sees(village.bot, "119")
    await ben.says(village.bot, "17号楼502")
    await ben.says(village.bot, "13800000000")
    await village.settles()
    await _joins(village, second + 1, second)
    told = await village.leader.sees(
        village.bot, lambda m: "Words of danger" in m["text"] and f"Case {second}" in m["text"]
    )
    assert "17号楼502" in told["text"] and "13800000000" in told["text"]
    last = await hal.last_id(village.bot)
    await _joins(village, second, third)
    told = await hal.sees(village.bot, "我和孩子出不去", after=last)
    assert "17号楼502" in told["text"] and f"Case {third}" in told["text"]
    await ben.shares_place(village.bot, 39.03, 117.65)
    await village.settles()
    await hal.sees(village.bot, lambda m: f"Case {third}: here" in m["venue"])
    shown = await hal.sees(village.bot, lambda m: "堆满垃圾" in m["text"] and ["More…"] in m["buttons"])
    assert "17号楼502" in shown["text"], "for whoever has it later"
    await ben.says(village.bot, "/forget")
    await ben.taps(village.bot, "Yes, erase it")
    await village.settles()
    await village.passes(minutes=1)
    assert "17号楼502" not in str([m["text"] for m in await hal.looks(village.bot)])
