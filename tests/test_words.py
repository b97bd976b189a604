"""Understanding what people type."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Evidence
from models.actor import Refusal
from services import forms, refusals, times, wording

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZONE)  # a Tuesday


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2026-11-25 08:00-12:00", "11-25 08:00", "11-25 12:00"),
        ("明天 8-12", "11-25 08:00", "11-25 12:00"),
        ("tomorrow 8-12", "11-25 08:00", "11-25 12:00"),
        ("22:00-06:00", "11-24 22:00", "11-25 06:00"),
        ("8：00～12：00", "11-25 08:00", "11-25 12:00"),
        ("０８：００-１２：００", "11-25 08:00", "11-25 12:00"),
        ("周六 8:00-12:00", "11-28 08:00", "11-28 12:00"),
        ("下周一 8-10", "11-30 08:00", "11-30 10:00"),
        ("Sat 14:00-16:00", "11-28 14:00", "11-28 16:00"),
        ("11月25日 8点半到12点", "11-25 08:30", "11-25 12:00"),
        ("下午2点-5点", "11-24 14:00", "11-24 17:00"),
        ("今晚8点-10点", "11-24 20:00", "11-24 22:00"),
        ("today 2pm-5pm", "11-24 14:00", "11-24 17:00"),
        ("sat 9-11am", "11-28 09:00", "11-28 11:00"),
        ("2026-11-24 22:00 - 2026-11-25 06:00", "11-24 22:00", "11-25 06:00"),
        ("25 Nov 8-12", "11-25 08:00", "11-25 12:00"),
        ("Nov 26 8-12", "11-26 08:00", "11-26 12:00"),
        ("Nov 26th, 8-12", "11-26 08:00", "11-26 12:00"),
        ("tomorrow at 8 to 12", "11-25 08:00", "11-25 12:00"),
        ("tomorrow from noon to 2", "11-25 12:00", "11-25 14:00"),
        ("next Tuesday 8-12", "12-01 08:00", "12-01 12:00"),
        ("这周五 8-12", "11-27 08:00", "11-27 12:00"),
        ("本周五上午8点到12点", "11-27 08:00", "11-27 12:00"),
        ("下下周一 8-10", "12-07 08:00", "12-07 10:00"),
        ("周六下午两点到四点", "11-28 14:00", "11-28 16:00"),
        ("明天上午九点半到十一点一刻", "11-25 09:30", "11-25 11:15"),
        ("明天 22:00-次日6:00", "11-25 22:00", "11-26 06:00"),
        ("明天晚上12点-2点", "11-26 00:00", "11-26 02:00"),
        ("今晚12点-2点", "11-25 00:00", "11-25 02:00"),
        ("今晚10点半到12点", "11-24 22:30", "11-25 00:00"),
        ("tonight 8-12", "11-24 20:00", "11-25 00:00"),
        ("tonight 8 to midnight", "11-24 20:00", "11-25 00:00"),
        ("明天中午1点-3点", "11-25 13:00", "11-25 15:00"),
        ("明天中午12点到2点", "11-25 12:00", "11-25 14:00"),
        ("明天 12-2", "11-25 12:00", "11-25 14:00"),
        ("明天9点到明天11点", "11-25 09:00", "11-25 11:00"),
        ("明晚10点到后天凌晨2点", "11-25 22:00", "11-26 02:00"),
        ("tomorrow 8pm to the day after tomorrow 8am", "11-25 20:00", "11-26 08:00"),
        ("tomorrow 9am to tomorrow 5pm", "11-25 09:00", "11-25 17:00"),
        ("后天晚上8点到大后天早上6点", "11-26 20:00", "11-27 06:00"),
        ("后天 20:00 到次日 8:00", "11-26 20:00", "11-27 08:00"),
        ("下周五晚8点到下周六早8点", "12-04 20:00", "12-05 08:00"),
        ("next monday 8pm to tuesday 8am", "11-30 20:00", "12-01 08:00"),
        ("明天9点到5点", "11-25 09:00", "11-25 17:00"),
        ("明天 10:00-6:00", "11-25 10:00", "11-26 06:00"),
        ("3点到5点", "11-24 15:00", "11-24 17:00"),
        ("今天3点到5点", "11-24 15:00", "11-24 17:00"),
        ("03:00-05:00", "11-25 03:00", "11-25 05:00"),
        ("9-11", "11-25 09:00", "11-25 11:00"),
        ("傍晚6点到8点", "11-24 18:00", "11-24 20:00"),
        ("tomorrow morning 9-11", "11-25 09:00", "11-25 11:00"),
        ("tomorrow 9-11 in the evening", "11-25 21:00", "11-25 23:00"),
        ("11月28日（周六）9:00-11:00", "11-28 09:00", "11-28 11:00"),
        ("28 Nov (Sat) 9-11", "11-28 09:00", "11-28 11:00"),
        ("30号 9-11", "11-30 09:00", "11-30 11:00"),
        ("5号 9-11", "12-05 09:00", "12-05 11:00"),
        ("元旦 9-11", "01-01 09:00", "01-01 11:00"),
        ("25/12 14:00-16:00", "12-25 14:00", "12-25 16:00"),
    ],
)
def test_hours_are_understood(said: str, start: str, end: str) -> None:
    first, last = (moment.astimezone(ZONE) for moment in times.parse_when(said, NOW, ZONE))
    assert (f"{first:%m-%d %H:%M}", f"{last:%m-%d %H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("明天 24:00", "11-26 00:00"), ("24:00", "11-25 00:00"), ("tomorrow midnight", "11-26 00:00"),
        ("明天晚上十二点", "11-26 00:00"), ("明天", "11-25 23:59"), ("周五中午12点", "11-27 12:00"), ("明早六点半", "11-25 06:30"),
    ],
)  # fmt: skip
def test_a_moment_is_when_people_mean(said: str, moment: str) -> None:
    assert f"{times.parse_moment(said, NOW, ZONE).astimezone(ZONE):%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "明天",
        "tomorrow morning",
        "evening",
        "in the morning",
        "25:00-26:00",
        "2026-13-40 8-12",
        "8",
        "2026-02-30 8-12",
        "-",
    ],
)
def test_impossible_hours_are_refused(said: str) -> None:
    with pytest.raises(refusals.BadTime):
        times.parse_when(said, NOW, ZONE)


def test_hours_that_are_over_are_refused() -> None:
    with pytest.raises(refusals.PastTime):
        times.parse_when("2026-11-23 8-12", NOW, ZONE)
    new_year = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # half past two
    with pytest.raises(refusals.PastTime):
        times.parse_when("31 Dec 20:00-22:00", new_year, ZONE)


@given(st.text(max_size=40))
def test_any_text_is_hours_or_a_refusal(said: str) -> None:
    try:
        start, end = times.parse_when(said, NOW, ZONE)
    except Refusal:
        return
    assert start < end and end > NOW


@pytest.mark.parametrize(
    "said", ["我来！", "+1", "＋１", "接单", "claim", "I'm in!", "I’m in", " 我来 ", "算我一个。"]
)
def test_claim_words_claim(said: str) -> None:
    assert wording.is_claim(said)


@pytest.mark.parametrize(
    "said", ["+2", "我来不了", "我来晚一点", "claim it later", "in", "1", "", "谁来?", "+11"]
)
def test_other_words_are_conversation(said: str) -> None:
    assert not wording.is_claim(said)


def test_a_form_in_chinese_with_full_width_marks() -> None:
    draft = forms.read_form(
        "执勤站岗\n地点： 东门\n时间：明天 8-12\n人数：３\n积分: 4\n凭证: 照片 2 张", NOW, ZONE, 100
    )
    assert (draft.title, draft.place, draft.places, draft.points) == ("执勤站岗", "东门", 3, 4)
    assert (draft.evidence, draft.evidence_count) == (Evidence.PHOTO, 2)


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ("Duty\ncolour: red\nwhen: tomorrow 8-12", refusals.UnknownKey),
        ("Duty\nwhen: tomorrow 8-12\ntime: today 8-12", refusals.DoubleKey),
        ("Duty\nneed: 3", refusals.WhenMissing),
        ("Duty\nwhen: tomorrow 8-12\nneed: 0", refusals.BadPlaces),
        ("Duty\nwhen: tomorrow 8-12\nneed: 10000", refusals.BadPlaces),
        ("Duty\nwhen: tomorrow 8-12\npoints: -4", refusals.BadPoints),
        ("Duty\nwhen: tomorrow 8-12\npoints: 101", refusals.BadPoints),
        ("Duty\nwhen: tomorrow 8-12\nevidence: a song", refusals.BadEvidence),
        ("x" * 5000 + "\nwhen: tomorrow 8-12", refusals.TitleTooLong),
        ("Duty\nwhere: " + "x" * 81 + "\nwhen: tomorrow 8-12", refusals.PlaceTooLong),
        ("\u202e\nwhen: tomorrow 8-12", refusals.TitleMissing),
    ],
)
def test_each_bad_form_gets_its_own_sentence(form: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        forms.read_form(form, NOW, ZONE, 100)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("我來", "我来"), ("廚房著火了", "厨房着火了"), ("廚房著火了，怎麼辦", "厨房着火了,怎么办"), ("好么", "好么"),
        ("裡面觸電了", "里面触电了"), ("乾淨嗎", "干净吗"), ("干净吗", "干净吗"),
    ],
)  # fmt: skip
def test_traditional_letters_are_read_as_simplified_ones(written: str, read: str) -> None:
    assert wording.normal(written) == read
    assert wording.normal(read) == read


def test_control_and_direction_marks_are_dropped() -> None:
    assert wording.clean("A\u202eB\u200bC\x07\nD") == "ABC\nD"
    assert wording.clean("👮‍♂️ A\u200dB 👩‍👩‍👧") == "👮‍♂️ AB 👩‍👩‍👧", "a joiner joins emoji and nothing else"


@pytest.mark.parametrize(
    ("said", "number"),
    [("３ 人", 3), ("三个", 3), ("十二", 12), ("-4", -4), ("a", None), ("2人", 2), ("3.5", None), ("一万", None),
     ("1,000", None), ("3-5", None), ("2 people", 2), ("两个人", 2), ("2个人", 2), ("俩人", 2), ("3名志愿者", 3)],
)  # fmt: skip
def test_numbers(said: str, number: int | None) -> None:
    assert wording.number(said) == number


@pytest.mark.parametrize(
    ("said", "first", "last", "days"),
    [
        ("tonight 10-6", "22:00", "06:00", 1),
        ("今晚11点-明天6点", "23:00", "06:00", 1),
        ("今晚10点-明早6点", "22:00", "06:00", 1),
        ("明天晚上10点-6点", "22:00", "06:00", 1),
        ("tomorrow 2-4pm", "14:00", "16:00", 0),
        ("tomorrow 11-1pm", "11:00", "13:00", 0),
        ("tomorrow 10am-2", "10:00", "14:00", 0),
        ("明天下午2-5点", "14:00", "17:00", 0),
        ("明天 8-6", "08:00", "18:00", 0),
        ("tomorrow 22:00-06:00", "22:00", "06:00", 1),
        ("今晚7-9", "19:00", "21:00", 0),
    ],
)
def test_half_said_hours_mean_what_people_mean(said: str, first: str, last: str, days: int) -> None:
    start, end = (moment.astimezone(ZONE) for moment in times.parse_when(said, NOW, ZONE))
    assert (f"{start:%H:%M}", f"{end:%H:%M}", (end.date() - start.date()).days) == (first, last, days)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2027-03-28 02:15-03:10", "01:15", "02:10"), ("2027-03-28 02:00-03:00", "01:00", "02:00"),
        ("2027-03-28 01:00-04:00", "00:00", "02:00"), ("2027-03-28 02:30-05:00", "01:30", "03:00"),
        ("2027-10-31 01:00-04:00", "23:00", "03:00"),
    ],
)  # fmt: skip
def test_hours_that_the_clocks_skip_or_repeat_are_hours_all_the_same(said: str, start: str, end: str) -> None:
    first, last = times.parse_when(said, NOW, BERLIN)
    assert (f"{first.astimezone(UTC):%H:%M}", f"{last.astimezone(UTC):%H:%M}") == (start, end)


def test_in_the_second_of_two_equal_hours_the_second_is_meant() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    start, end = times.parse_when("today 02:35-02:55", second, BERLIN)
    assert (start - second, end - start) == (timedelta(minutes=5), timedelta(minutes=20))
    assert times.parse_moment("02:50", second, BERLIN) - second == timedelta(minutes=20)


def test_the_29th_of_february_is_the_next_there_is() -> None:
    said = datetime(2027, 11, 20, tzinfo=UTC)
    for words in ("29 Feb 8-12", "2月29日 8-12", "Feb 29 8-12"):
        start, _end = times.parse_when(words, said, ZONE)
        assert f"{start.astimezone(ZONE):%Y-%m-%d}" == "2028-02-29"
    with pytest.raises(refusals.BadTime):
        times.parse_when("30 Feb 8-12", said, ZONE)
