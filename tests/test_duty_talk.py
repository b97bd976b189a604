"""What is said around a place on a duty: that somebody can't come, thanks, questions; none of it is a report."""

from collections.abc import Callable

import pytest
from markupsafe import Markup

from services.duty_words import cannot_come, comes_late, is_arrival, late_by, tells_of_work
from simulator.client import Phone
from tests.asking import people, sent_case
from tests.city import City
from views.digest import MOST_BUTTONS, several
from views.message import Button, Message
from views.words import Words


async def _holds(town: City) -> tuple[Phone, int]:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.starts("o1")
    found = await ben.sees(town.bot, lambda m: ["Can't make it"] in m["buttons"], what="the place")
    return ben, int(found["message_id"])


@pytest.mark.parametrize("replies", [True, False])
async def test_who_cannot_come_is_shown_the_button_for_it(village: City, replies: bool) -> None:
    ben, place = await _holds(village)
    await ben.says(village.bot, "sorry, I can't come tomorrow", reply_to=place if replies else 0)
    shown = await ben.sees(
        village.bot, lambda m: ["Can't make it"] in m["buttons"], after=place, what="the place"
    )
    await ben.taps(village.bot, "Can't make it", message_id=shown["message_id"])
    await village.settles()
    assert await village.sql("SELECT state FROM claim") == [("withdrawn",)]
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]


async def test_who_replies_that_they_come_has_said_so(village: City) -> None:
    ben, place = await _holds(village)
    await ben.says(village.bot, "ok, I'll be there", reply_to=place)
    await ben.sees(village.bot, lambda m: ["Can't make it"] in m["buttons"], after=place, what="the place")
    assert await village.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(1,)]


@pytest.mark.parametrize(
    ("words", "answer"),
    [("thank you", "You're welcome"), ("what time does it start", "Is this a report, or something new?")],
)
async def test_a_reply_before_the_duty_is_no_report(village: City, words: str, answer: str) -> None:
    ben, place = await _holds(village)
    await ben.says(village.bot, words, reply_to=place)
    await ben.sees(village.bot, answer, after=place)
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("明天去不了, 家里有事", True), ("我不来了", True), ("退单", True), ("I can't come, sorry", True), ("withdraw", True),
        ("今天去不了了，孩子发烧", True), ("去不了啦不好意思", True), ("我腿疼，明天来不了", True), ("我走不开，换个人吧", True),
        ("那个单我不接了", True), ("sorry, my daughter has a fever, can't make it", True), ("running late", False),
        ("我妈去不了医院", False), ("家里老人感染发烧，没法去医院", False), ("my mother can't go to the hospital", False),
        ("孩子发烧", False), ("水不来了", False), ("电梯不来了", False), ("他来不了医院", False), ("I can't come to the door", False), ("", False),
    ],
)  # fmt: skip
def test_a_need_is_no_excuse(words: str, meant: bool) -> None:
    assert cannot_come(words) is meant


async def test_a_new_leader_gets_the_reports_that_wait(village: City) -> None:
    ben, _place = await _holds(village)
    await ben.says(village.bot, "/report 1 it is swept")
    await village.settles()
    uma = await village.person("Uma")
    await village.admin.says(village.bot, f"/grant leader Ziyun {uma.id}")
    await uma.sees(village.bot, "it is swept")


def test_a_message_of_many_notes_says_where_the_buttons_are_that_it_does_not_hold() -> None:
    notes: list[tuple[int | None, Message]] = [
        (number, Message(Markup("Hello"), rows=((Button("View", f"case:view:{number}"),),)))
        for number in range(MOST_BUTTONS + 1)
    ]
    assert "The others are in /mine" in several(notes, Words("en")).text
    assert "The others" not in several(notes[1:], Words("en")).text


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("路上堵车，晚到十分钟", "Ben comes 10 minutes later"),
        ("I'll be 10 minutes late", "Ben comes 10 minutes later"),
        ("running late", "Ben comes later"),
    ],
)
async def test_who_comes_later_says_so_and_the_leader_hears_once(
    village: City, words: str, heard: str
) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:00")
    await village.order(chat, "need: 2", when="today 8-12")
    await ben.taps(chat, "I'm in")
    for _again in range(2):
        last = await ben.last_id(village.bot)
        await ben.says(village.bot, words)
        await ben.sees(village.bot, "reads that you come later", after=last)
    await village.leader.sees(village.bot, heard)
    told = await village.sql("SELECT count(*) FROM delivery WHERE kind = 'place.late'")
    assert told == [(1,)] and await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_coming_later_is_said_of_no_duty_that_is_over_and_is_no_case(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:00")
    await village.order(chat, "need: 2", when="today 8-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "running late")
    await village.settles()
    for kept in ("SELECT count(*) FROM delivery WHERE kind = 'place.late'", "SELECT count(*) FROM request"):
        assert await village.sql(kept) == [(0,)]


@pytest.mark.parametrize(
    ("words", "late"),
    [
        ("我会迟到", True), ("对不起要晚半小时", True), ("running late", True), ("晚上有点吵", False), ("药来晚了", False),
        ("车来晚了半小时没人管", False), ("10分钟", False), ("late at night there is noise", False), ("the bus is late", False),
        ("请大家晚点到", False), ("", False),
    ],
)  # fmt: skip
def test_what_comes_late_is_no_volunteer(words: str, late: bool) -> None:
    assert comes_late(words) is late


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("晚半小时", 30), ("迟到一刻钟", 15), ("晚一个半小时到", 90), ("half an hour late", 30), ("two late", None), ("十五分钟", None), ("我8点20分到，会迟到", None),
        ("ten mins late", 10), ("晚十分钟，可能二十分钟", None), ("迟到", None), ("路上堵了20分钟了，会晚到", None), ("晚0分钟", None),
    ],
)  # fmt: skip
def test_how_late_is_said_in_many_ways(words: str, minutes: int | None) -> None:
    assert late_by(words) == minutes


@pytest.mark.parametrize(
    ("title", "words", "held"),
    [
        ("东门执勤", "汇报 一切正常，登记30人", 1), ("夜查", "夜查一切正常", 2), ("东门执勤", "都站完了", 1),
        ("东门执勤", "发了200个 都发完了", 1),
    ],
)  # fmt: skip
async def test_unsorted_what_says_it_is_a_report_is_one(
    village: City, title: str, words: str, held: int
) -> None:
    """Of two duties it is of the one it names, else of the first; a case that is open takes none of it."""
    _rosa, ben, chat = await people(village)
    await sent_case(village, ben)
    for number, each in enumerate(("东门执勤", title), 1):
        await village.order(chat, title=each, when=f"tomorrow {7 + number}-12")
        await ben.taps(chat, "I'm in", on=f"{number + 7}:00" if each == title else each)
    await village.at(1, "12:10")
    said = await ben.says(village.bot, words)
    await ben.sees(village.bot, lambda m: ["Something new"] in m["buttons"], after=said, what="the question")
    await village.passes(hours=1, minutes=1)
    rows = "SELECT c.order_id FROM report r JOIN claim c ON c.id = r.claim_id"
    assert await village.sql(rows) == [(held,)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


@pytest.mark.parametrize(
    ("words", "over"),
    [("我妈没领到物资", False), ("物资少了一袋米", True), ("汇报一下，我家厕所漏水了，楼下也湿了", True)],
)
async def test_a_need_is_no_report_whatever_words_it_shares(village: City, words: str, over: bool) -> None:
    """Nor days after a place was missed, when a late report might still come."""
    _rosa, ben, chat = await people(village)
    await village.order(chat, title="物资发放", when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(3 if over else 0, "12:30")
    said = await ben.says(village.bot, words)
    await ben.sees(village.bot, lambda m: m["is_bot"], after=said, what="an answer")
    await village.passes(hours=1, minutes=10)
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_report_is_no_place_also_where_its_time_is_over(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="today 11-12", title="Yard")
    await ben.taps(chat, "I'm in")
    await village.at(2, "12:30")
    assert await village.sql("SELECT state FROM claim") == [("expired",)]
    await ben.says(village.bot, "qwerty asdf")
    await ben.sees(village.bot, "Where is it?")
    await ben.says(village.bot, "汇报 都扫完了")
    await village.settles()
    assert await village.sql("SELECT late FROM report") in ([(True,)], [(1,)])
    assert await village.sql("SELECT place FROM request") == [(None,)]


async def test_who_asks_why_it_came_back_reads_why(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "/report 1 raked 6 beds")
    await village.leader.taps(village.bot, "Return", on="raked 6 beds")
    await village.leader.taps(village.bot, "Unclear", on="raked 6 beds")
    await ben.sees(village.bot, "came back")
    await village.passes(hours=3)
    said = await ben.says(village.bot, "why was it returned?")
    await ben.sees(village.bot, "came back", after=said)
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (comes_late, "我晚到半小时|半小时后到|路上堵车 会晚一些|I'll be there in 20 minutes"),
        (cannot_come, "腿摔了 走不了|我临时有事|让赵大姐替我去执勤|I won't be able to come, sorry|Sorry, I need to drop out"),
        (is_arrival, "我在东门了|到现场了"),
        (tells_of_work, "发了200个 都发完了|发完了|清了三袋垃圾|送了8份饭 都送到了|patrolled building 5, all fine|任务完成"),
    ],
)  # fmt: skip
def test_everyday_words_of_a_duty(reader: Callable[[str], bool], words: str) -> None:
    needs = "5号楼2个人发烧|水不来了|家里没人|车来晚了半小时没人管|门坏了|送药的没来"
    assert all(reader(each) for each in words.split("|"))
    assert not any(reader(each) for each in needs.split("|"))
