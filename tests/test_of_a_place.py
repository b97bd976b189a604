"""What its holder says of a place, whatever else is open: no place lapses and no case is made because of the bot's questions."""

from collections.abc import Callable
from datetime import datetime

import pytest

from services import times
from services.place_words import begins_with_work, gives_back, is_unsuited, is_untroubled, names
from simulator.client import Phone
from tests.asking import people, sent_case
from tests.city import ZONE, City

TITLES = ("夜间巡逻", "明日站岗", "扫雪")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1号单我去不了了|1号我去不了了|#5 我去不了|夜巡我去不了了|明天的站岗我来不了了，抱歉|今晚的夜巡来不了，不好意思|我今晚不去巡逻了", True),
        ("10点我不行|改到10点的话我来不了|时间改了我不行|我临时有事先走了|扫雪我不去了|I can't make it to order 5", True),
        ("5号，老人走不了|2号，我妈腿摔了，走不了|老人扫雪不来了|扫雪不来了|number 12 my father is sick and can't go|今天消杀不来了|12号，我发烧了，没法去", False),
        ("5号楼的水不来了|巡逻的不来了|没人来值班了|我不行了|我妈来不了医院|3个人来不了|送菜的不来了|扫雪的人不来了|我去不了医院|老人走了", False),
    ],
)  # fmt: skip
def test_a_place_is_given_back_by_its_name(said: str, meant: bool) -> None:
    assert [gives_back(words, TITLES) for words in said.split("|")] == [meant] * len(said.split("|"))


@pytest.mark.parametrize(
    ("reader", "said", "meant"),
    [
        (is_unsuited, "这个钟点我确实不太方便|the hours don't suit me", True),
        (is_unsuited, "I can't stop the bleeding|我站不起来|我没领到口罩|I can't find my son|3点我家没水|我10点吃的药现在不舒服|那天我没领到米", False),
        (begins_with_work, "今天劝返了3辆外来车，其他都好|All clean, two bins were overfull|done, nothing to report|站岗的汇报：劝返了3辆", True),
        (begins_with_work, "water came into the cellar|我血压不正常|a tree came down on the path|楼道从来没清扫过|消杀后孩子呕吐|口罩没发放|"
         "the doctor checked my mother, she cannot walk now|都做完了，我妈摔了|发完了，我头晕得厉害|done, gas smell in 3|checked, the street lamp is out|巡逻完了，3号楼电梯停了|巡完了，需要换个灯泡", False),
        (is_untroubled, "看了一小时门，挺冷的|stood there for an hour, cold but fine|已经回家了", True),
        (is_untroubled,
            "头晕|someone is lying there|我被锁外面了|药吃完了|有个小孩在哭|家里进水了|I feel dizzy|口罩用完了",
            False,
        ),
    ],
)  # fmt: skip
def test_few_words_are_hours_that_do_not_suit_work_or_no_trouble(
    reader: Callable[[str], bool], said: str, meant: bool
) -> None:
    assert {words: reader(words) for words in said.split("|")} == dict.fromkeys(said.split("|"), meant)


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ("看了一小时门，挺冷的", True), ("water came into the cellar", False), ("我领不到药", False), ("楼道从来没清扫过", False),
        ("我血压不正常", False),
    ],
)  # fmt: skip
async def test_what_is_on_no_list_after_the_duty_is_how_it_went(
    village: City, said: str, reported: bool
) -> None:
    ben = await _arrived(village)
    await village.at(0, "10:02")
    await ben.sees(village.bot, "How did it go?")
    await ben.says(village.bot, said)
    await ben.sees(village.bot, "Is this a report, or something new?")
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT count(*) FROM report") == [(int(reported),)]
    assert await village.sql("SELECT count(*) FROM request") == [(int(not reported),)]


async def test_a_trouble_that_follows_what_was_done_is_no_report(village: City) -> None:
    ben = await _arrived(village)
    await village.at(0, "10:02")
    await ben.sees(village.bot, "How did it go?")
    for words in ("看了一小时门，挺冷的", "楼道从来没清扫过"):
        said = await ben.says(village.bot, words)
        await ben.sees(village.bot, "Is this a report, or something new?", after=said)
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


@pytest.mark.parametrize("words", ["报告，我到了", "报告怎么交", "report: arrived"])
async def test_who_reports_that_they_are_there_has_reported_no_work(village: City, words: str) -> None:
    ben = await _arrived(village)
    await ben.says(village.bot, words)
    await village.settles()
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]


async def test_a_reason_is_no_answer_to_a_reminder(village: City) -> None:
    """A leader who has a place too writes why a report comes back while their own reminder arrives."""
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:00")
    await village.order(chat, title="早班", when="today 7:10-7:30")
    await village.order(chat, title="扫雪", when="today 9-10")
    await ben.taps(chat, "I'm in", on="早班")
    await village.leader.taps(chat, "I'm in", on="扫雪")
    await village.at(0, "07:58")
    await ben.says(village.bot, "/report 1 all calm")
    await village.leader.taps(village.bot, "Return", on="all calm")
    await village.leader.taps(village.bot, "Write", on="all calm")
    await village.leader.sees(village.bot, "What is missing?")
    await village.at(0, "08:01")
    await village.leader.says(village.bot, "不合适")
    await village.settles()
    await village.passes(minutes=2)
    await ben.sees(village.bot, "不合适")


def test_which_duty_is_named() -> None:
    assert not names("sorry, I can't make it to the duty today", 1, "Checkpoint duty")
    assert names("夜巡我去不了了", 1, "夜巡")
    assert names("#5 我去不了", 5, "扫雪")
    assert not names("15号我去不了", 5, "扫雪")
    assert not names("12月5号我去不了", 5, "扫雪")
    assert names("2号我去不了", 2, "扫雪", 1) and names("2号我去不了", 1, "值班", 2), "the number, or the day"
    assert not names("2号楼我去不了", 1, "扫雪", 2)
    assert not names("5点我去不了", 5, "扫雪")


@pytest.mark.parametrize(
    ("said", "at", "begins"),
    [
        ("今晚1点到3点", "2026-12-04T00:20", "04 01:00"), ("tonight 1am-3am", "2026-12-04T00:20", "04 01:00"),
        ("12月4号晚上1点到3点", "2026-12-04T00:20", "05 01:00"),
        ("今晚1点到3点", "2026-12-04T12:00", "05 01:00"), ("今晚12点-2点", "2026-12-04T00:20", "05 00:00"),
        ("今晚10点到6点", "2026-12-04T00:20", "04 22:00"), ("next friday 9-11", "2026-12-10T11:00", "18 09:00"),
        ("this morning 9-11:30", "2026-12-04T10:00", "04 09:00"), ("this evening 8-10", "2026-12-04T20:30", "04 20:00"),
        ("next monday 9-11", "2026-12-13T11:00", "14 09:00"), ("friday 9-11", "2026-12-10T11:00", "11 09:00"),
    ],
)  # fmt: skip
def test_a_night_that_has_begun_and_next_week(said: str, at: str, begins: str) -> None:
    start, _end = times.parse_when(said, datetime.fromisoformat(at).replace(tzinfo=ZONE), ZONE)
    assert f"{start.astimezone(ZONE):%d %H:%M}" == begins


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("后天中午", "06 12:00"), ("今晚", "04 23:59"), ("明天下午", "05 18:00"), ("明晚", "05 23:59"),
        ("明早", "05 12:00"), ("明早8点", "05 08:00"), ("明天早上", "05 12:00"), ("tomorrow morning", "05 12:00"),
        ("this evening", "04 23:59"), ("明天傍晚", "05 19:00"), ("明早早上8点", "05 08:00"), ("明早上午", "05 12:00"),
        ("tomorrow afternoon", "05 18:00"),
    ],
)  # fmt: skip
def test_a_deadline_may_be_a_part_of_the_day(said: str, due: str) -> None:
    now = datetime(2026, 12, 4, 10, tzinfo=ZONE)
    assert f"{times.parse_moment(said, now, ZONE).astimezone(ZONE):%d %H:%M}" == due


async def _arrived(town: City, when: str = "today 9-10") -> Phone:
    """Somebody at a duty who said that they are there and has shared no place."""
    _rosa, ben, chat = await people(town)
    await town.at(1, "07:00")
    await town.order(chat, title="站岗", when=when)
    await ben.taps(chat, "I'm in")
    await town.at(0, "09:05")
    await ben.says(town.bot, "我到了")
    await ben.sees(town.bot, "Share your location")
    return ben


@pytest.mark.parametrize(
    "words", ["今天劝返了3辆外来车，其他都好", "done, nothing to report", "站岗的汇报：劝返了3辆"]
)
async def test_who_shared_no_place_reports_in_words(village: City, words: str) -> None:
    ben = await _arrived(village)
    await village.at(0, "10:02")
    await ben.sees(village.bot, "How did it go?")
    await ben.says(village.bot, words)
    await village.settles()
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT state FROM claim") == [("reported",)]
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_a_need_after_the_duty_is_no_report_though_it_was_asked_for(village: City) -> None:
    ben = await _arrived(village)
    await village.at(0, "10:02")
    await ben.sees(village.bot, "How did it go?")
    await ben.says(village.bot, "门口垃圾桶满了，麻烦清一下")
    await ben.sees(village.bot, "Is this a report, or something new?")
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_who_has_reported_in_the_night_is_not_asked_in_the_morning(village: City) -> None:
    _rosa, ben, chat = await people(village)
    anna = await village.person("Anna")
    await anna.joins(chat)
    await village.order(chat, "need: 2", when="tomorrow 2:00-5:00")
    await ben.taps(chat, "I'm in")
    await anna.taps(chat, "I'm in")
    await village.at(1, "05:10")
    await ben.says(village.bot, "/report 1 all calm")
    await village.leader.sees(village.bot, "all calm")
    last = await ben.last_id(village.bot)
    await village.at(0, "08:00")
    await anna.sees(village.bot, "How did it go?")
    assert not [
        m for m in await ben.looks(village.bot) if m["message_id"] > last and "How did it go" in m["text"]
    ]


async def test_done_and_a_photo_are_a_report_though_a_case_is_open(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await sent_case(village, ben)
    await village.order(chat, title="站岗", when="tomorrow 8-9")
    await ben.taps(chat, "I'm in")
    await village.at(1, "09:10")
    await ben.says(village.bot, "站完岗了，一切正常")
    await ben.sends_photos(village.bot)
    await village.settles()
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT state FROM claim") == [("reported",)]
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_who_leaves_in_the_middle_of_a_duty_is_told_of(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:00")
    await village.order(chat, title="夜巡", when="today 9-11")
    await ben.taps(chat, "I'm in")
    await village.at(0, "09:20")
    await ben.says(village.bot, "夜巡我去不了了")
    await ben.taps(village.bot, "Can't make it")
    await village.leader.sees(village.bot, "Ben can't make it")


async def test_what_was_said_of_a_place_given_back_since_is_no_case(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-9")
    await ben.taps(chat, "I'm in")
    said = await ben.says(village.bot, "这个钟点我确实不太方便")
    await ben.sees(village.bot, "Is this a report, or something new?", after=said)
    await ben.says(village.bot, "/withdraw")
    await village.settles()
    await village.passes(hours=1, minutes=2)
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_who_is_there_checks_in_to_the_duty_that_runs(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.at(1, "07:00")
    for title, when in (("早班", "today 8-9"), ("晚班", "today 9:30-12")):
        await village.order(chat, title=title, when=when)
        await ben.taps(chat, "I'm in", on=title)
    await village.at(0, "09:35")
    await ben.says(village.bot, "到岗了")
    asked = await ben.sees(village.bot, "Share your location")
    assert "晚班" in asked["text"]
    await ben.shares_place(village.bot, 39.03, 117.65)
    await village.settles()
    assert await village.sql(
        "SELECT count(*) FROM claim WHERE order_id = 2 AND checked_in_at IS NOT NULL"
    ) == [(1,)]


async def test_yes_to_moved_hours_is_heard_whatever_else_is_open(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "qwerty asdf")
    await ben.sees(village.bot, "Is this a report, or something new?")
    await village.leader.says(village.bot, "/amend 1\nwhen: tomorrow 9-12")
    await ben.sees(village.bot, "Does that suit you?")
    await ben.says(village.bot, "可以")
    await village.settles()
    assert await village.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(1,)]


async def test_the_second_may_be_a_day_or_a_duty(village: City) -> None:
    """Whoever gives back a place by a number that means both is shown both."""
    _rosa, ben, chat = await people(village)
    await village.at(2, "09:00")  # 30 November
    for title, when in (("扫雪", "12月2日 9-10"), ("发放物资", "12月1日 9-10")):
        await village.order(chat, title=title, when=when)
        await ben.taps(chat, "I'm in", on=title)
    said = await ben.says(village.bot, "2号我去不了")
    shown = await ben.sees(village.bot, "扫雪", after=said)
    assert "发放物资" in shown["text"]


async def test_a_report_that_was_returned_has_no_place_to_give_back(village: City) -> None:
    ben = await _arrived(village)
    await village.at(0, "10:02")
    await ben.says(village.bot, "/report 1 all calm")
    await village.leader.taps(village.bot, "Return", on="all calm")
    await village.leader.taps(village.bot, "Write", on="all calm")
    await village.leader.says(village.bot, "which gate?")
    await ben.sees(village.bot, "which gate?")
    said = await ben.says(village.bot, "我去不了了")
    shown = await ben.sees(village.bot, "#1", after=said)
    assert "Can't make it" not in shown["text"]
