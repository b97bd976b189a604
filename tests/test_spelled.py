"""Commands and answers as people type them, with Chinese keyboards and without spaces."""

import pytest

from services.duty_words import is_done, which_order
from services.spelled import as_command, asked_for, done_with
from simulator.client import Phone
from tests.asking import people
from tests.city import City


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/claim 1", "/claim 1"), ("／claim １", "/claim １"), ("/claim1", "/claim 1"), ("/接单1", "/claim 1"),
        ("/claim@DutyGridBot 1", "/claim@DutyGridBot 1"), ("/report 1\nall calm", "/report 1\nall calm"),
        ("接单 1", "/claim 1"), ("1号我来", "/claim 1"), ("claim #1", "/claim 1"), ("完成 1", "完成 1"), ("20 done", "20 done"),
        ("签到1", "/checkin 1"), ("/积分", "/points"), ("我的任务", "我的任务"),
        ("/吃饭", "/吃饭"), ("我来 3 楼", "我来 3 楼"), ("help", "help"), ("楼道灯不亮", "楼道灯不亮"), ("1", "1"), ("", ""),
    ],
)  # fmt: skip
def test_a_command_is_read_as_it_is_spelled(typed: str, meant: str) -> None:
    assert as_command(typed, to_us=True) == meant


def test_a_number_behind_done_is_a_duty_and_any_other_a_count() -> None:
    assert [done_with(words) for words in ("完成 1", "1号完成了", "#2 done")] == [1, 1, 2]
    assert [done_with(words) for words in ("20 done", "完成", "完成1号楼的消毒")] == [None, None, None]
    assert [asked_for(words) for words in ("我的任务", "菜单！", "help", "积分兑换")] == [
        "mine",
        "help",
        None,
        None,
    ]


@pytest.mark.parametrize("said", ["接单 1", "我的任务", "积分"])
def test_in_a_group_only_what_stands_behind_a_stroke_is_a_command(said: str) -> None:
    assert as_command(said, to_us=False) == said
    assert as_command(f"/{said}", to_us=False).startswith("/")


@pytest.mark.parametrize(
    ("words", "orders", "chosen"),
    [
        ("汇报", [3], 3), ("是汇报", [3], 3), ("#3", [3, 4], 3), ("4号", [3, 4], 4), ("a report for #4", [3, 4], 4),
        ("汇报", [3, 4], None), ("9", [3], None), ("新的事", [3], None), ("汇报漏水", [3], None), ("", [3], None),
    ],
)  # fmt: skip
def test_a_typed_answer_names_the_duty(words: str, orders: list[int], chosen: int | None) -> None:
    assert which_order(words, orders) == chosen


@pytest.mark.parametrize(
    ("words", "done"),
    [("已完成", True), ("都做完了！", True), ("Done.", True), ("还没完成", False), ("完成后没水", False)],
)
def test_done_is_no_story(words: str, done: bool) -> None:
    assert is_done(words) is done


async def _on_duty(town: City) -> Phone:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, when="tomorrow 8-12")
    await ben.starts("o1")
    await ben.says(town.bot, "接单 １")
    await ben.sees(town.bot, "You have a place")
    await town.at(1, "09:00")
    return ben


@pytest.mark.parametrize("words", ["签到", "I'm here", "/签到１"])
async def test_who_has_come_is_asked_for_the_place(village: City, words: str) -> None:
    ben = await _on_duty(village)
    await ben.says(village.bot, words)
    await ben.sees(village.bot, "Share your location to check in")
    await ben.shares_place(village.bot, 39.03, 117.65)
    await ben.sees(village.bot, "Checked in")
    assert await village.sql("SELECT count(*) FROM report") == [(0,)]


async def test_a_place_shared_on_duty_checks_in(village: City) -> None:
    ben = await _on_duty(village)
    await ben.shares_place(village.bot, 39.03, 117.65)
    await ben.sees(village.bot, "Checked in")
    assert await village.sql("SELECT count(*) FROM question") == [(0,)]


@pytest.mark.parametrize("words", ["到了", "已完成", "去不了", "汇报 1"])
async def test_words_of_a_duty_that_nobody_holds_are_no_case(village: City, words: str) -> None:
    ben = await village.person("Ben")
    await village.neighbourhood(ben)
    await ben.says(village.bot, words)
    await village.settles()
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]
    await ben.sees(village.bot, "You have no place")


async def test_a_command_takes_its_duty_from_the_card(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    card = await village.order(chat)
    await ben.says(chat, "1号我来", reply_to=card["message_id"])
    await village.settles()
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]
    await ben.says(chat, "/withdraw", reply_to=card["message_id"])
    await village.settles()
    assert await village.sql("SELECT state FROM claim") == [("withdrawn",)]
    await village.leader.says(chat, "/cancel it rains", reply_to=card["message_id"])
    await village.leader.sees(chat, "it rains")


async def test_a_command_about_ones_only_place_needs_no_number(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    await village.order(chat)
    await ben.says(chat, "/claim@DutyGridBot 1")
    await ben.says(village.bot, "/report")
    await ben.sees(village.bot, "Everything you send now belongs to this report")
    await ben.says(village.bot, "/withdraw")
    await ben.sees(village.bot, "your place is free again")
    await village.order(chat, title="Second duty")
    for number in (1, 2):
        await ben.says(village.bot, f"/claim {number}")
    await ben.says(village.bot, "/withdraw")
    await ben.sees(village.bot, "Please write it like this: /withdraw")
    assert await village.sql("SELECT count(*) FROM claim WHERE state = 'claimed'") == [(2,)]


async def test_a_count_under_a_card_cancels_no_other_duty(village: City) -> None:
    await village.neighbourhood()
    chat = (await village.sql("SELECT telegram_id FROM chat"))[0][0]
    await village.order(chat)
    card = await village.order(chat, title="Second duty")
    await village.leader.says(chat, "/cancel 1 person is ill", reply_to=card["message_id"])
    await village.leader.sees(village.bot, "Is it about #1, or about #2 on this card?")
    assert await village.sql("SELECT count(*) FROM duty_order WHERE state = 'cancelled'") == [(0,)]


async def test_the_names_of_the_menu_are_words_where_words_are_asked_for(village: City) -> None:
    ben = await village.person("Ben")
    await village.neighbourhood(ben)
    await ben.says(village.bot, "我的任务")
    await ben.sees(village.bot, "You have no place")
    await village.leader.says(village.bot, "发单")
    await village.leader.sees(village.bot, "What is the duty?")
    await village.leader.says(village.bot, "任务")
    await village.leader.sees(village.bot, "When?")


async def test_a_command_that_is_changed_afterwards_is_answered(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    sent = await village.leader.says(chat, "/order@DutyGridBot Chekpoint\n明天8-10\n3 people")
    await village.leader.sees(chat, "Chekpoint")
    await village.leader.edits(chat, sent, "/order@DutyGridBot Checkpoint\n明天8-10\n3 people")
    await village.leader.sees(village.bot, "A change to a message does not change the duty")
    assert await village.sql("SELECT title, places FROM duty_order") == [("Chekpoint", 3)]


async def test_i_am_here_the_day_before_checks_nobody_in(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    await village.order(chat, when="tomorrow 20-22")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "到了")
    await ben.sees(village.bot, "Is this a report, or something new?")


async def test_a_typed_answer_sorts_what_was_sent(village: City) -> None:
    ben = await _on_duty(village)
    await ben.says(village.bot, "forty leaflets handed out")
    await ben.sees(village.bot, "Is this a report")
    await ben.says(village.bot, "汇报")
    await ben.sees(village.bot, "Received: your words.")
    assert (await village.leader.sees(village.bot, "forty leaflets"))["text"].count("汇报") == 0


@pytest.mark.parametrize(
    ("words", "report"), [("已完成", True), ("", True), ("the lamp by the gate is broken", False)]
)
async def test_a_photo_that_nobody_sorts_is_a_report_where_only_that_fits(
    village: City, words: str, report: bool
) -> None:
    ben = await _on_duty(village)
    await ben.sends_photos(village.bot, 1, words)
    await ben.sees(village.bot, "Is this a report")
    await village.passes(hours=1, minutes=1)
    await ben.sees(village.bot, "Received: 1 photo" if report else "Case 1001")
    assert await village.sql("SELECT count(*) FROM report") == [(int(report),)]
    assert await village.sql("SELECT count(*) FROM request") == [(int(not report),)]


async def test_an_edit_of_a_request_keeps_all_its_words(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    sent = await rosa.says(village.bot, "/求助三号楼路灯坏了")
    await rosa.sees(village.bot, "Got it: case 1001")
    await rosa.edits(village.bot, sent, "/求助三号楼路灯坏了, 两天了")
    await village.settles()
    await rosa.edits(village.bot, sent, "/request")
    await village.settles()
    await village.passes(minutes=6)
    await village.leader.sees(village.bot, "三号楼路灯坏了, 两天了")


async def test_a_photo_whose_caption_reads_like_a_command_is_kept(village: City) -> None:
    ben = await _on_duty(village)
    await ben.sends_photos(village.bot, 1, "签到 1")
    await ben.taps(village.bot, "A report for #1")
    await ben.sees(village.bot, "Received: 1 photo, your words.")
