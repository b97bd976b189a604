"""What people write on an ordinary day: that they come, or can't, and where they are, each in their own words."""

import pytest

from services.duty_words import cannot_come, is_arrival
from tests.asking import asks, people
from tests.city import City


@pytest.mark.parametrize("words", ["可以", "行", "ok"])
async def test_yes_to_moved_hours_is_that_they_come(village: City, words: str) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.leader.says(village.bot, "/amend 1\nwhen: tomorrow 9-13")
    await ben.sees(village.bot, "Does that suit you?")
    await ben.says(village.bot, words)
    await village.settles()
    assert await village.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(1,)]


async def test_no_to_moved_hours_shows_the_place_to_give_back(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await asks(village, ben, "/request the bins are full and dirty")
    await village.leader.says(village.bot, "/amend 1\nwhen: tomorrow 9-13")
    await ben.sees(village.bot, "Does that suit you?")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "那个时间我不行")
    await ben.sees(village.bot, lambda m: ["Can't make it"] in m["buttons"], after=last, what="the place")


@pytest.mark.parametrize("words", ["不行", "no", "时间不行"])
async def test_no_to_moved_hours_alone_shows_the_place_and_how_to_give_it_back(
    village: City, words: str
) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.leader.says(village.bot, "/amend 1\nwhen: tomorrow 9-13")
    await ben.sees(village.bot, "Does that suit you?")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, words)
    await ben.sees(village.bot, "until then it is yours", after=last)


@pytest.mark.parametrize(
    "words", ["I called the Hehua office already, nobody came", "my daughter lives in Hehua"]
)
async def test_another_neighbourhood_that_is_mentioned_gets_no_case(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "the bins are full, rubbish everywhere, a dirty street")
    await rosa.sees(village.bot, "What is it about?")
    await rosa.says(village.bot, words)
    await village.settles()
    assert await village.sql("SELECT a.name FROM request r JOIN area a ON a.id = r.area_id") == [("Ziyun",)]


async def test_a_number_at_where_is_it_is_the_phone(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "/request I am nearly out of blood pressure pills")
    await rosa.taps(village.bot, "Medicine")
    await rosa.sees(village.bot, "Where is it?")
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "13812345678")
    await rosa.sees(village.bot, "Where is it?", after=last)
    rows = await village.sql("SELECT place IS NULL, phone IS NULL FROM request")
    assert [tuple(map(bool, row)) for row in rows] == [(True, False)]


async def test_yes_after_anything_else_is_a_greeting(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/points")
    await ben.sees(village.bot, "0 points")
    await ben.says(village.bot, "ok")
    await village.settles()
    assert await village.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(0,)]


async def test_a_neighbourhood_is_heard_in_the_second_message(village: City) -> None:
    await village.neighbourhood()
    cy = await village.person("Cy")
    await cy.says(village.bot, "the bins are full, rubbish everywhere, a dirty street")
    await cy.sees(village.bot, "What is it about?")
    await cy.says(village.bot, "Ziyun, house 5, door 101")
    await village.settles()
    assert await village.sql("SELECT a.name FROM request r JOIN area a ON a.id = r.area_id") == [("Ziyun",)]


async def test_a_second_form_says_that_the_first_was_not_sent(village: City) -> None:
    _rosa, _ben, _chat = await people(village)
    await village.group("Second", village.leader)
    second = await village.group("Ziyun second", village.leader)
    await village.leader.says(second, "/bind@DutyGridBot Ziyun")
    await village.leader.sees(second, "belongs to Ziyun")
    for title in ("Gate duty", "Night watch"):
        await village.leader.says(village.bot, f"/order {title}\nwhen: tomorrow 8-12")
        await village.leader.sees(village.bot, title)
    await village.leader.sees(village.bot, "The duty before this one was not sent out")


@pytest.mark.parametrize(
    ("words", "not_coming"),
    [
        ("到不了了 孩子发烧", True), ("赶不上了", True), ("赶不到", True), ("没空去", True), ("那个时间我不行", True), ("没办法", False),
        ("来不及送水", False), ("水不来了", False), ("没时间做饭，能帮送吗", False),
    ],
)  # fmt: skip
def test_who_cannot_come_says_so_in_many_ways(words: str, not_coming: bool) -> None:
    assert cannot_come(words) is not_coming


def test_the_card_s_own_word_is_an_arrival() -> None:
    assert all(map(is_arrival, ("到岗了", "已到岗", "我到岗了")))
    assert not any(map(is_arrival, ("没到岗", "到岗人数", "谁到岗了")))
