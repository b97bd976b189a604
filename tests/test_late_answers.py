"""What is said long after a question, of a duty that is over, or by nobody's press: nothing is taken for what it is not."""

import pytest

from services.duty_words import asks_about_place, tells_of_work
from simulator.client import Phone
from tests.asking import card, people, sent_case
from tests.city import City

LAMP = "The lamp in our staircase is broken"


async def _asks_why(village: City) -> tuple[Phone, int]:
    """The leader has asked to cancel a duty with somebody on it, and was called away."""
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.leader.says(village.bot, "/cancel 1")
    await village.leader.sees(village.bot, "Why is it cancelled?")
    return ben, chat


async def test_what_comes_hours_after_why_cancels_nothing_and_is_not_lost(village: City) -> None:
    ben, chat = await _asks_why(village)
    await village.passes(hours=2)
    last = await village.leader.last_id(village.bot)
    await village.leader.says(village.bot, LAMP)
    asked = await village.leader.sees(village.bot, "Is this the answer to what I asked?", after=last)
    assert "Why is it cancelled?" in asked["text"]
    assert await village.sql("SELECT state FROM duty_order") == [("open",)]
    await village.leader.taps(village.bot, "Something new")
    await village.leader.sees(village.bot, "Got it: case")
    assert "lamp" not in str(await ben.looks(chat))


async def test_a_late_answer_is_one_when_they_say_so(village: City) -> None:
    ben, _chat = await _asks_why(village)
    await village.passes(hours=2)
    await village.leader.says(village.bot, "Snow is forecast")
    await village.leader.taps(village.bot, "Yes, the answer")
    await ben.sees(village.bot, "Snow is forecast")
    assert await village.sql("SELECT state FROM duty_order") == [("cancelled",)]


async def test_a_phone_number_in_a_reason_reaches_no_group(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.leader.says(
        village.bot, "/cancel 1 moved to 2026-12-01 08:00, ask 138 0000 0000 or +86 022-12345678"
    )
    await ben.sees(chat, "moved to 2026-12-01 08:00, ask …")
    assert "0000 0000" not in str(await ben.looks(chat)) and "12345678" not in str(await ben.looks(chat))


async def test_a_reply_to_the_question_is_its_answer_however_late(village: City) -> None:
    ben, _chat = await _asks_why(village)
    asked = await village.leader.sees(village.bot, "Why is it cancelled?")
    await village.passes(hours=2)
    await village.leader.says(village.bot, "Snow", reply_to=asked["message_id"])
    await ben.sees(village.bot, "Snow")


async def test_silence_makes_a_request_of_what_came_late(village: City) -> None:
    await _asks_why(village)
    await village.passes(hours=2)
    await village.leader.says(village.bot, LAMP)
    await village.leader.sees(village.bot, "Is this the answer")
    await village.passes(minutes=6)
    await village.leader.sees(village.bot, "Got it: case")
    assert await village.sql("SELECT state FROM duty_order") == [("open",)]


@pytest.mark.parametrize("ended", ["/withdraw 1", "cancelled"])
async def test_a_question_about_a_place_that_is_gone_refuses_nothing(village: City, ended: str) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="today 8-12" if ended == "cancelled" else "tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/checkin 1")
    await ben.sees(village.bot, "Share your location")
    if ended == "cancelled":
        await village.leader.says(village.bot, "/cancel 1 Snow")
    else:
        await ben.says(village.bot, ended)
    await village.settles()
    await village.passes(hours=3)
    await ben.says(village.bot, "The roof of house 4 leaks")
    await ben.sees(village.bot, "Got it: case")


async def test_why_is_asked_no_longer_once_a_colleague_has_decided(village: City) -> None:
    _ben, _chat = await _asks_why(village)
    await village.admin.says(village.bot, "/cancel 1 Snow")
    await village.settles()
    await village.leader.says(village.bot, "Wind")
    await village.leader.sees(village.bot, "cancelled")
    await village.leader.says(village.bot, "The roof of house 4 leaks")
    await village.leader.sees(village.bot, "Got it: case")


@pytest.mark.parametrize(
    "words", ["我家停水了 快叫人来看看", "我家水管裂了 水都流到楼下去了 麻烦叫人来关一下总闸"]
)
async def test_who_is_asked_where_they_are_may_tell_of_a_need(village: City, words: str) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:30")
    await village.order(chat, when="today 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "我到了")
    await ben.sees(village.bot, "Share your location")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "不会发位置")
    await ben.sees(village.bot, "Share your location", after=last)
    await ben.says(village.bot, words)
    await ben.taps(village.bot, "Something new")
    await ben.sees(village.bot, "Got it: case")
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]


@pytest.mark.parametrize(
    ("words", "is_report"),
    [
        ("今天来了43个人 都登记了", True),
        ("43 people came, all calm", True),
        ("发完了 平安无事", True),
        ("家里没水了", False),
    ],
)
async def test_silence_makes_a_report_of_what_tells_of_work(
    village: City, words: str, is_report: bool
) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.at(1, "12:10")
    await ben.says(village.bot, words)
    await ben.sees(village.bot, "Is this a report")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "积分")
    await ben.sees(village.bot, "0 points", after=last)
    await village.passes(hours=1, minutes=1)
    await ben.sees(village.bot, "It is with the leaders now" if is_report else "Got it: case", after=last)
    assert await village.sql("SELECT count(*) FROM report") == [(int(is_report),)]
    assert await village.sql("SELECT count(*) FROM request") == [(int(not is_report),)]


async def test_solved_said_to_one_of_two_is_no_third_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    for words in ("rubbish everywhere, the bins are full", "/request dirty street at the park gate"):
        case = await sent_case(village, rosa, words)
        await card(village.leader, village, case)
        await village.leader.says(village.bot, f"/resolve {case}")
        await rosa.sees(
            village.bot,
            lambda m, case=case: f"Case {case}" in m["text"] and "Is it solved?" in m["text"],
            what="is it",
        )
    await rosa.says(village.bot, "solved, thanks")
    await rosa.sees(village.bot, "or something new?")
    last = await rosa.last_id(village.bot)
    await village.passes(minutes=6)
    await rosa.sees(village.bot, "Is it solved?", after=last)
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "still not solved")
    await rosa.sees(village.bot, "or something new?", after=last)
    await village.passes(minutes=6)
    assert sorted(await village.sql("SELECT state FROM request")) != [("resolved",), ("resolved",)]
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


async def test_unpressed_words_go_to_the_case_that_has_most_of_them(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    first = await sent_case(village, rosa, "rubbish everywhere, the bins are full")
    await sent_case(village, rosa, "/request dirty street at the park gate")
    await rosa.says(village.bot, "the bins beside house 3")
    await rosa.sees(village.bot, "or something new?")
    await village.passes(minutes=6)
    await rosa.sees(
        village.bot, lambda m: f"Case {first}" in m["text"] and "Added" in m["text"], what="added"
    )
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


@pytest.mark.parametrize(
    ("words", "work"),
    [
        ("巡完了", True), ("发完了 平安无事", True), ("今天来了43个人 都登记了", True), ("门岗结束 一共32人", True), ("放门口了", True),
        ("一切正常，没有问题", True), ("handed out 40 masks", True), ("43 people came, all calm", True), ("她要多少米？", False),
        ("家里没米了", False), ("没人来登记", False), ("3号楼401水管坏了", False), ("都挺好的吗", False), ("巡逻什么时候结束", False),
    ],
)  # fmt: skip
def test_what_tells_of_work_neither_asks_nor_complains(words: str, work: bool) -> None:
    assert tells_of_work(words) is work


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("不会发位置", True), ("how do I send my location? can not find it", True), ("位置发不了", True), ("定位打不开怎么办", False),
        ("我家停水了", False), ("the location of the leak is the roof", False), ("", False),
    ],
)  # fmt: skip
def test_who_cannot_share_a_place_is_told_how(words: str, about: bool) -> None:
    assert asks_about_place(words) is about
