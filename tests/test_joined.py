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


@pytest.mark.parametrize("words", ["消费维权: 商家打人, 流血了, 救命", "小区路灯杆漏电, 有人触电昏迷了"])
async def test_danger_is_the_leader_s_whatever_it_may_be_about(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, words)
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert await village.sql("SELECT level, unit_id FROM request") == [("grid", None)]


@pytest.mark.parametrize("how", ["revoked", "forgotten"])
async def test_whose_role_ends_leaves_nobody_in_the_dark(village: City, how: str) -> None:
    rosa, _ben, _chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    await rosa.sees(village.bot, "has taken it.")
    if how == "revoked":
        await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    else:
        await village.leader.says(village.bot, "/forget")
        await village.leader.taps(village.bot, "Yes, erase it")
    await uma.sees(village.bot, "It is back with you: nobody is on it now.")
    await rosa.sees(village.bot, "The leader of Ziyun has it.")


async def test_what_is_overdue_says_who_knows_and_who_hears_next(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await sent_case(village, rosa)
    await village.passes(days=9)
    await rosa.sees(village.bot, "It is late, we are sorry.")
    await rosa.says(village.bot, "/mine")
    await rosa.sees(
        village.bot, lambda m: "We have told" in m["text"] and "Next to hear:" in m["text"], what="who knows"
    )


async def test_the_timeline_tells_what_helpers_did(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.taps(village.bot, "5 Great")
    await village.settles()
    await village.leader.says(village.bot, f"/case {case}")
    told = ("somebody takes the duty · Ben", "reports · Ben", "approves the report · Lea")
    await village.leader.sees(village.bot, lambda m: all(line in m["text"] for line in told), what="it all")


async def test_a_report_that_nobody_can_complete_goes_to_review(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    await village.order(chat, "evidence: photo")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 swept")
    await ben.sees(village.bot, "This duty asks for 1 photo")
    await ben.says(village.bot, "/forget")
    await ben.taps(village.bot, "Yes, erase it")
    await village.leader.sees(village.bot, "Sent without 1 photo.")


async def test_a_name_that_several_areas_have_is_answered_with_theirs(village: City) -> None:
    await village.neighbourhood()
    await village.areas(("811", "1", "grid", "Ziyun first"), ("812", "1", "grid", "Ziyun second"))
    await village.admin.says(village.bot, f"/grant leader Ziyun {village.leader.id}")
    await village.admin.says(village.bot, f"/grant leader Ziyu {village.leader.id}")
    await village.admin.sees(village.bot, "Ziyun first (811)")


async def test_danger_that_is_passed_on_waits_no_longer_than_any(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, "小区路灯杆漏电, 有人触电昏迷了")
    await village.leader.taps(village.bot, "Another kind…", on="URGENT")
    await village.leader.taps(village.bot, "Town and housing")
    await village.leader.taps(village.bot, "Street cleaning")
    await village.settles()
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")


async def test_a_late_case_that_is_passed_up_is_still_shown(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    await village.passes(days=9)
    await rosa.sees(village.bot, "It is late, we are sorry.")
    for _ in range(2):
        await village.admin.says(village.bot, f"/case {case}")
        await village.settles()
        found = await card(village.admin, village, case, "Nobody has taken it yet")
        await village.admin.taps(village.bot, "More…", message_id=found["message_id"])
        await village.admin.taps(village.bot, "Pass it up", message_id=found["message_id"])
        await village.settles()
    await rosa.says(village.bot, "/mine")
    await rosa.sees(
        village.bot, lambda m: f"Case {case}" in m["text"] and "It was due" in m["text"], what="it"
    )


async def test_danger_that_is_passed_up_goes_on_being_told(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, "小区路灯杆漏电, 有人触电昏迷了")
    await village.leader.sees(village.bot, "URGENT")
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    await village.leader.taps(village.bot, "More…", on="URGENT")
    await village.leader.taps(village.bot, "Pass it up")
    await village.settles()
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, "nobody has taken this urgent case")
    await stan.sees(village.bot, "Nobody took it in time. Told now: the administrators.")
    await village.passes(minutes=60)
    await rosa.sees(village.bot, "It is late, we are sorry.")


async def test_a_helper_goes_on_when_who_sent_them_leaves(village: City) -> None:
    rosa, ben, chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    found = await card(village.leader, village, case, "has taken it")
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await rosa.sees(village.bot, "Ben is coming to help.")
    await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    await village.settles()
    assert await village.sql("SELECT state, owner_id FROM request") == [("dispatched", None)]
    await ben.says(village.bot, "/report 1 swept")
    await uma.taps(village.bot, "5 Great")
    await village.passes(minutes=10)
    await rosa.sees(village.bot, "Is it solved?")
