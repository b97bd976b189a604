"""What somebody writes while their case is asked about: a second need is not put on the first in silence, and whoever answers
nothing reads what telling means."""

import pytest

from tests.asking import asks, card, people
from tests.city import City


@pytest.mark.parametrize(
    ("first", "second"),
    [("紫云园的路灯坏了好几天了", "我妈的降压药没了，能帮忙送药吗"), ("The building site is noisy all night", "My mother has no medicine left, please bring some")],
)  # fmt: skip
async def test_a_second_need_is_asked_about_while_the_first_is_not_sorted(
    village: City, first: str, second: str
) -> None:
    """Nobody has said what the first is: the second is not put on it in silence."""
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, first)
    await rosa.says(village.bot, second)
    await rosa.taps(village.bot, "Something new")
    await rosa.sees(village.bot, f"Got it: case {case + 1}")
    assert await village.sql("SELECT count(*) FROM request_part") == [(2,)]


async def test_more_of_the_same_is_not_asked_about(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "水管漏水")
    await rosa.says(village.bot, "楼下天花板也湿了, 需要修")
    await card(village.leader, village, case, "天花板")


async def test_who_answers_nothing_reads_what_telling_means(village: City) -> None:
    """Need and address in one message, and five minutes without a word: it goes up, and they know who sees it."""
    rosa, _ben, _chat = await people(village)
    await asks(village, rosa, "We have no food left at Harbour Court block 3 flat 9")
    await village.passes(minutes=6)
    await rosa.sees(
        village.bot,
        lambda m: "I tell you when" in m["text"] and "Telling me is your consent" in m["text"],
        what="it",
    )
