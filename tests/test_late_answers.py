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


@pytest.mark.parametrize("step", ["/order", "/amend 1"])
async def test_a_late_answer_goes_on_where_the_dialogue_was(village: City, step: str) -> None:
    """Also in its second step; what was said since is not part of it."""
    _rosa, _ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await village.leader.says(village.bot, step)
    if step == "/order":
        await village.leader.sees(village.bot, "What is the duty?")
        await village.leader.says(village.bot, "Night watch")
        await village.leader.sees(village.bot, "When?")
    else:
        await village.leader.taps(village.bot, "Hours")
    await village.passes(minutes=20)
    await village.leader.says(village.bot, "tomorrow 18-20")
    await village.leader.sees(village.bot, "Is this the answer")
    last = await village.leader.last_id(village.bot)
    await village.leader.says(village.bot, "yes")
    await village.leader.sees(village.bot, "Where?" if step == "/order" else "18:00-20:00", after=last)
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_thanks_long_after_a_question_are_thanks(village: City) -> None:
    await _asks_why(village)
    await village.passes(hours=2)
    await village.leader.says(village.bot, "谢谢")
    await village.passes(hours=2)
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_one_word_while_the_place_is_waited_for_loses_no_check_in(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:30")
    await village.order(chat, when="today 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "我到了")
    await ben.sees(village.bot, "Share your location")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "正在开定位")
    await ben.sees(village.bot, "Share your location", after=last)
    await ben.shares_place(village.bot, 39.03, 117.65)
    await ben.sees(village.bot, "Checked in")


@pytest.mark.parametrize("so_far", [False, True])
async def test_what_a_tick_is_refused_stops_nobody_else(village: City, so_far: bool) -> None:
    """Longer than a report may be, it is a request; and a refusal in a tick is a failure like any other."""
    rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await village.at(1, "12:10")
    if so_far:  # together they are too long
        await ben.says(village.bot, f"/report 1 {'二号楼发完了，' * 120}")
        await ben.sees(village.bot, "Received")
        await village.passes(minutes=30)
    await ben.says(village.bot, "一号楼发完了，" * (120 if so_far else 230))
    await ben.sees(village.bot, "Is this a report")
    await sent_case(village, rosa)
    await rosa.says(village.bot, "my mother needs her pills")
    await rosa.sees(village.bot, "or something new?")
    await village.passes(minutes=70)
    await village.settles()
    assert await village.sql("SELECT asker_id FROM request ORDER BY id DESC LIMIT 1") == await village.sql(
        f"SELECT id FROM member WHERE telegram_id = {ben.id}"
    )
    assert await village.sql("SELECT count(*) FROM question WHERE kind = 'sort' AND content IS NOT NULL") == [
        (0,)
    ]


@pytest.mark.parametrize(
    ("words", "held"), [("东门一切正常", 1), ("西门测温87人", 2)],
)  # fmt: skip
async def test_of_two_duties_at_once_a_report_is_of_the_one_it_names(
    village: City, words: str, held: int
) -> None:
    _rosa, ben, chat = await people(village)
    for title in ("东门执勤", "西门测温"):
        await village.order(chat, title=title, when="tomorrow 8-12")
        await ben.taps(chat, "I'm in", on=title)
    await village.at(1, "12:10")
    await ben.says(village.bot, words)
    await ben.sees(village.bot, "Is this a report")
    await village.passes(hours=1, minutes=1)
    await village.settles()
    rows = "SELECT c.order_id FROM report r JOIN claim c ON c.id = r.claim_id"
    assert await village.sql(rows) == [(held,)]


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
        ("一切正常，没有问题", True), ("handed out 40 masks", True), ("43 people came, all calm", True), ("站完岗了 没事儿", True),
        ("西门测温87人", True), ("两个门都巡查完毕", True), ("all fine, 20 parcels delivered", True), ("她要多少米？", False),
        ("家里没米了", False), ("没人来登记", False), ("3号楼401水管坏了", False), ("都挺好的吗", False), ("巡逻什么时候结束", False),
        ("5号楼2个人发烧", False), ("老人三天吃不下饭", False), ("心跳不正常", False), ("my insulin is finished", False),
        ("我家3口人，2个人残疾，米快吃完了", False), ("门口堆了10袋垃圾", False), ("楼道里有条蛇", False), ("物业下班了打不通电话", False),
        ("明天几点集合", False), ("电梯里关了3个人", False), ("发现1个人躺在路边", False), ("值守完毕，有人受伤", False), ("no", False),
        ("巡查完毕，但是15栋电线掉下来了", False), ("情况不好", False), ("没有登记", False), ("我来了", False),
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
