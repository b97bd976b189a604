"""What is said while another question still stands open: it is heard for what it is, and nothing is swallowed."""

import pytest

from services.duty_words import will_come
from simulator.client import Phone
from tests.asking import asks, people, sent_case
from tests.city import City

HOURS = 3  # after which nobody thinks of a question any more


async def _left_open(village: City, step: str) -> tuple[Phone, int]:
    """Rosa asked for help and never answered what was asked then; also she has a place on a duty."""
    rosa, _ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await rosa.taps(chat, "I'm in")
    case = await asks(village, rosa, "/request I am nearly out of blood pressure pills")
    if step == "phone":
        await rosa.taps(village.bot, "Medicine")
        await rosa.sees(village.bot, "Where is it?")
        await rosa.says(village.bot, "house 4, by the gate")
        await rosa.sees(village.bot, "May we phone you about")
    return rosa, case


@pytest.mark.parametrize("step", ["what", "phone"])
@pytest.mark.parametrize("words", ["水管爆了，厨房全是水", "All quiet at the north gate, done", ""])
async def test_what_comes_hours_later_is_asked_about(village: City, step: str, words: str) -> None:
    rosa, case = await _left_open(village, step)
    await village.passes(hours=HOURS)
    parts = await village.sql(f"SELECT count(*) FROM request_part WHERE request_id = {case}")
    last = await rosa.last_id(village.bot)
    await (rosa.says(village.bot, words) if words else rosa.sends_photos(village.bot, 1))
    await rosa.sees(village.bot, "or something new?", after=last)
    assert await village.sql(f"SELECT count(*) FROM request_part WHERE request_id = {case}") == parts
    await rosa.taps(village.bot, "Something new")
    await rosa.sees(village.bot, f"case {case + 1}")


async def test_more_words_right_away_are_of_the_request(village: City) -> None:
    rosa, case = await _left_open(village, "what")
    await rosa.says(village.bot, "two boxes of the white ones")
    await village.settles()
    assert await village.sql(f"SELECT count(*) FROM request_part WHERE request_id = {case}") == [(2,)]


@pytest.mark.parametrize("step", ["what", "phone"])
@pytest.mark.parametrize("words", ["不需要了", "never mind"])
async def test_what_is_needed_no_longer_is_offered_to_be_withdrawn(
    village: City, step: str, words: str
) -> None:
    rosa, case = await _left_open(village, step)
    await rosa.says(village.bot, words)
    shown = await rosa.sees(village.bot, lambda m: ["No longer needed"] in m["buttons"], what="its case")
    assert str(case) in shown["text"]


@pytest.mark.parametrize(
    ("words", "seen"),
    [("我去不了了，孩子发烧", "Can't make it"), ("I can't come, my kid is ill", "Can't make it")],
)
async def test_of_a_duty_it_is_heard_whatever_is_open(village: City, words: str, seen: str) -> None:
    rosa, case = await _left_open(village, "what")
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, words)
    await rosa.sees(village.bot, lambda m: [seen] in m["buttons"], after=last, what="the place")
    await village.passes(hours=HOURS)
    await rosa.says(village.bot, "what is that about?")  # asks which it is
    await rosa.sees(village.bot, "or something new?")
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, words)
    await rosa.sees(village.bot, lambda m: [seen] in m["buttons"], after=last, what="the place")
    assert await village.sql(f"SELECT count(*) FROM request WHERE id > {case}") == [(0,)]


async def test_from_who_has_a_duty_that_runs_it_may_be_the_report(village: City) -> None:
    rosa, case = await _left_open(village, "what")
    await village.at(1, "11:00")
    await rosa.says(village.bot, "/request the bins are full and dirty")
    await rosa.sees(village.bot, f"Got it: case {case + 1}")
    await rosa.says(village.bot, "All quiet at the north gate, done")
    await rosa.taps(village.bot, "A report for #1")
    await village.leader.sees(village.bot, "All quiet at the north gate")


async def test_a_bare_yes_shows_what_it_may_be_about(village: City) -> None:
    rosa, _ben, chat = await people(village)
    await village.order(chat, when="tomorrow 8-12")
    await rosa.taps(chat, "I'm in")
    await rosa.says(village.bot, "yes")
    await rosa.sees(village.bot, "Your places")
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


@pytest.mark.parametrize("words", ["我会到", "I'll be there"])
async def test_who_says_that_they_come_has_said_so(village: City, words: str) -> None:
    rosa, case = await _left_open(village, "what")
    await rosa.says(village.bot, words)
    await village.settles()
    assert await village.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(1,)]
    assert await village.sql(f"SELECT count(*) FROM request WHERE id > {case}") == [(0,)]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("好的我会准时到", True), ("明天我一定来", True), ("ok, I'll come", True), ("see you there!", True),
        ("我到了", False), ("明天来修", False), ("there is no light", False), ("好的", False), ("", False),
    ],
)  # fmt: skip
def test_a_need_is_no_promise(words: str, meant: bool) -> None:
    assert will_come(words) is meant


async def test_who_starts_after_they_took_a_place_is_reminded_too(town: City) -> None:
    ben = await town.person("Ben", started=False)
    chat = await town.neighbourhood(ben)
    await town.at(0, "13:00")
    await town.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.starts()
    await ben.sees(town.bot, "Hello Ben")
    await town.settles()
    await town.at(0, "19:30")
    await ben.sees(town.bot, lambda m: ["I'll be there"] in m["buttons"], what="the reminder")


async def test_a_reply_to_an_earlier_question_leaves_what_waits_where_it_was(village: City) -> None:
    """A leader is asked why, says something of their own meanwhile, and then answers why: neither is lost."""
    rosa, _ben, _chat = await people(village)
    lea, case = village.leader, await sent_case(village, rosa)
    for label in ("More…", "We can't do this…"):
        await lea.taps(village.bot, label, on=f"Case {case}")
    why = await lea.sees(village.bot, "why can't we")
    await village.passes(minutes=20)
    await lea.says(village.bot, "the street lamp at my house 4 is dark")
    await lea.sees(village.bot, lambda m: ["Something new"] in m["buttons"])
    await lea.says(village.bot, "it is private ground", reply_to=why["message_id"])
    await rosa.sees(village.bot, "Why: it is private ground")
    await village.passes(hours=2)
    states = await village.sql("SELECT state FROM request ORDER BY id")
    assert states == [("declined",), ("new",)], "once, and not again by the question that was shown anew"
