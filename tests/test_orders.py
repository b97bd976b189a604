"""Issuing, changing and ending orders: what is typed, what is shown, who hears."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.forms import Draft, read_line
from simulator.client import Phone
from tests.city import City


async def _two(town: City) -> tuple[Phone, Phone, int]:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    return ben, carl, await town.neighbourhood(ben, carl)


async def test_a_command_without_what_it_needs_says_how_to_write_it(town: City) -> None:
    ben, _carl, chat = await _two(town)
    for command in (
        "/claim", "/claim abc", "/claim 99999999999999999999", "/withdraw", "/checkin", "/report", "/cancel",
        "/amend", "/approve", "/return", "/reject",
    ):  # fmt: skip
        before = await ben.last_id(town.bot)
        await ben.says(
            chat, command.replace(" ", "@DutyGridBot ", 1) if " " in command else f"{command}@DutyGridBot"
        )
        await ben.sees(town.bot, "Please write it like this: /", after=before)
    for command in ("/grant leader", "/grant boss Ziyun 7000000003", "/grant leader Ziyun @ben", "/revoke"):
        before = await town.admin.last_id(town.bot)
        await town.admin.says(town.bot, command)
        await town.admin.sees(town.bot, "Please write it like this: /", after=before)


async def test_numbers_and_times_are_read_whole_or_not_at_all(town: City) -> None:
    _ben, _carl, chat = await _two(town)
    forms = {
        "when: tomorrow 8-12\nneed: 3.5": "must be from 1 to 500",
        "when: tomorrow 8-12\n人数：一万": "must be from 1 to 500",
        "when: 9999-12-31 8-12": "can't read that time",
        "when: tomorrow 8-12\nreport by: tomorrow 7:00": "can't be due before the duty ends",
    }
    for lines, sentence in forms.items():
        before = await town.leader.last_id(town.bot)
        await town.leader.says(chat, f"/order@DutyGridBot Duty\n{lines}")
        await town.leader.sees(town.bot, sentence, after=before)
    assert await town.sql("SELECT id FROM duty_order") == []


async def test_forged_numbers_of_any_size_are_answered(town: City) -> None:
    ben, _carl, chat = await _two(town)
    card = await town.order(chat)
    for number in ("99999999999999999999999", "999999999999"):
        assert await ben.forges(chat, card["message_id"], f"order:claim:{number}")
    await ben.starts("o99999999999999999999")
    await ben.sees(town.bot, "Hello Ben")
    assert await town.sql("SELECT id FROM dead_letter") == []


async def test_moved_hours_are_asked_about_and_reminded_of_after_a_check_in_too(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, when="today 14-16")
    await ben.taps(chat, "I'm in")
    await town.at(0, "13:50")
    await ben.says(town.bot, "/checkin 1")
    await ben.shares_place(town.bot, 39.03, 117.65)
    await ben.sees(town.bot, "Checked in.")
    await town.leader.says(town.bot, "/amend 1 when: tomorrow 15-16")
    await town.leader.sees(town.bot, "Everybody with a place is asked")
    await ben.taps(town.bot, "Still in", on="The hours have moved")
    await town.at(1, "14:00")
    await ben.sees(town.bot, "In one hour: Checkpoint duty")
    await ben.says(town.bot, "/checkin 1")
    await ben.shares_place(town.bot, 39.03, 117.65)
    await town.settles()
    assert await town.sql("SELECT state FROM claim") == [("checked_in",)]


async def test_amending_when_nobody_has_a_place_says_nothing_of_anybody(town: City) -> None:
    _ben, _carl, chat = await _two(town)
    await town.order(chat)
    await town.leader.says(town.bot, "/amend 1\nwhen: tomorrow 15-16")
    changed = await town.leader.sees(town.bot, "Changed: ")
    assert "Everybody" not in changed["text"]


async def test_after_its_end_a_duty_is_offered_to_nobody(town: City) -> None:
    ben, carl, chat = await _two(town)
    await town.order(chat, "need: 3")
    await ben.taps(chat, "I'm in")
    await carl.taps(chat, "I'm in")
    await town.at(1, "12:01")
    over = await ben.sees(chat, lambda m: "I'm in" not in str(m["buttons"]) and "2/3" in m["text"])
    assert over["text"].startswith("Under way")
    await carl.says(town.bot, "/orders")
    await carl.sees(town.bot, "No duty is open for you now")
    await carl.says(town.bot, "/withdraw 1")
    await carl.sees(town.bot, "can't be changed any more")
    await ben.says(town.bot, "/report 1 done")
    await town.at(2, "12:01")
    await ben.sees(chat, "2/3, 1 reported")


async def test_cancelling_names_who_cannot_be_told(town: City) -> None:
    ben, dan = await town.person("Ben"), await town.person("Dan", started=False)
    chat = await town.neighbourhood(ben, dan)
    await town.order(chat, "need: 2")
    await ben.taps(chat, "I'm in")
    await town.remote.ask(
        "press", person=dan.id, chat=chat, message_id=await dan.last_id(chat), label="I'm in"
    )
    await town.leader.says(town.bot, "/cancel 1 Snow")
    done = await town.leader.sees(town.bot, "1 person who had a place is told")
    assert "I can't write to Dan. Please tell them." in done["text"]
    card = await dan.sees(chat, "Cancelled · Checkpoint duty")
    assert "Snow. Dan, please note: no need to come." in card["text"]


async def test_a_recalled_order_says_so(town: City) -> None:
    _ben, _carl, chat = await _two(town)
    await town.remote.ask("fault", kind="429", method="sendMessage", chat_id=chat, retry_after=60)
    await town.leader.says(town.bot, "/order Duty\nwhen: tomorrow 8-12")
    await town.settles()  # refused for now, and no longer on its way
    assert "Taken back. Nobody has seen it." in await town.leader.taps(town.bot, "Recall")
    assert await town.sql("SELECT state FROM duty_order") == [("cancelled",)]
    await town.passes(minutes=3)
    assert "Duty" not in str([m["text"] for m in await town.leader.looks(chat) if m["is_bot"]][2:])


async def test_another_place_in_the_dialogue_drops_the_old_coordinates(town: City) -> None:
    _ben, _carl, _chat = await _two(town)
    lea = town.leader
    await lea.says(town.bot, "/order Night watch")
    await lea.says(town.bot, "tomorrow 8-12")
    await lea.sees(town.bot, "Where?")
    await lea.shares_place(town.bot, 39.0, 117.6)
    await lea.sees(town.bot, "What do people call it?")
    await lea.says(town.bot, "North gate")
    await lea.taps(town.bot, "2", on="How many people")
    await lea.sees(town.bot, "North gate (on the map: check-ins are measured)")
    await lea.taps(town.bot, "Place", on="North gate")
    await lea.says(town.bot, "South gate")
    echo = await lea.sees(town.bot, "South gate")
    assert "on the map" not in echo["text"] and "Send it out" in str(echo["buttons"]), "back to the echo"
    await lea.taps(town.bot, "Place", on="South gate")
    await lea.shares_place(town.bot, 39.1, 117.7)
    await lea.sees(town.bot, "What do people call it?")
    await lea.says(town.bot, "East gate")
    await lea.taps(town.bot, "Send it out", on="East gate")
    await town.settles()
    assert await town.sql("SELECT place, latitude FROM duty_order") == [("East gate", 39.1)]


async def test_hours_and_people_on_the_line_of_the_title_are_asked_no_more(town: City) -> None:
    """As leaders type it in a hurry; the echo says what was understood."""
    _ben, _carl, chat = await _two(town)
    lea = town.leader
    await lea.says(town.bot, "/order 扫雪 明天下午两点到四点 3人")
    await lea.taps(town.bot, "No place", on="Where?")
    echo = await lea.sees(town.bot, "This goes to 1 chat")
    assert "扫雪\n" in echo["text"] and "14:00-16:00" in echo["text"] and "3 people needed" in echo["text"]
    await lea.taps(town.bot, "Send it out")
    await lea.sees(chat, "3 needed · 扫雪")


@pytest.mark.parametrize(
    ("line", "title", "hours", "places"),
    [
        ("明天8-12 扫雪 3人", "扫雪", "08:00-12:00", 3),
        ("周日上午9点到11点，清扫楼道，需要5名志愿者", "清扫楼道", "09:00-11:00", 5),
        ("Night watch tomorrow 8pm-11pm, 3 people", "Night watch", "20:00-23:00", 3),
        ("Deliver meals to 5 people tomorrow 8-12", "Deliver meals to 5 people", "08:00-12:00", 1),
        ("给 5人 送饭 明天 8-12", "给 5人 送饭", "08:00-12:00", 1),
        ("清理楼道 3-5", "清理楼道 3-5", None, 1),
        ("扫雪 3人", "扫雪 3人", None, 1),
        ("明天8-12", "明天8-12", None, 1),
        ("周三 扫雪 9:00-11:00", "周三 扫雪 9:00-11:00", None, 1),
        ("Friday patrol 9am-11am", "Friday patrol 9am-11am", None, 1),
        ("Help at the wedding 10:00-12:00", "Help at the wedding", "10:00-12:00", 1),
        ("Night watch 5 Dec 20:00-22:00", "Night watch", "20:00-22:00", 1),
        ("晚上 巡逻 8点-10点", "晚上 巡逻 8点-10点", None, 1),
    ],
)
def test_one_line_reads_as_title_hours_and_people(
    line: str, title: str, hours: str | None, places: int
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    draft = read_line(Draft(), line, datetime(2026, 11, 28, 2, tzinfo=UTC), zone)
    said = [end.astimezone(zone).strftime("%H:%M") for end in (draft.starts_at, draft.ends_at) if end]
    assert (draft.title, "-".join(said) or None, draft.places) == (title, hours, places)


async def test_titles_are_shown_as_typed_on_buttons_too(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, title="<b>Gate</b> & more")
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "all calm so far")
    asked = await ben.sees(town.bot, "Is this a report")
    assert asked["buttons"][0] == ["A report for #1 <b>Gate</b> & more"]


async def test_a_reminder_that_slept_past_the_evening_waits_for_the_morning(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, when="tomorrow 14-16")
    await ben.taps(chat, "I'm in")
    await town.at(0, "23:30")
    assert "Checkpoint duty" not in str([m["text"] for m in await ben.looks(town.bot)])
    await town.at(1, "07:31")
    await ben.sees(town.bot, "Late reminder, we were away: Checkpoint duty")


async def test_an_order_appears_in_a_chat_that_is_linked_later(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat)
    other = await town.group("Ziyun second", town.leader, ben)
    await town.leader.says(other, "/bind@DutyGridBot Ziyun")
    await ben.sees(other, "1 needed · Checkpoint duty")


async def test_names_stand_only_in_the_area_s_own_chat_once_there_are_two(town: City) -> None:
    ben, carl, chat = await _two(town)
    street = await town.group("Ziyun next door", town.leader, ben)
    await town.lead(town.leader, "Tanggu")
    await town.leader.says(street, "/bind@DutyGridBot Hehua")
    await town.leader.sees(street, "belongs to Hehua")
    await town.leader.says(town.bot, "/order Wide duty\nwhen: tomorrow 8-12\nneed: 3\nin: Tanggu")
    await town.leader.taps(town.bot, "Send it out", on="This goes to 2 chats")
    await ben.taps(street, "I'm in", on="Wide duty")
    for place in (chat, street):
        card = await ben.sees(place, "2 more needed · Wide duty")
        assert "Ben" not in card["text"]


async def test_a_change_of_name_redraws_the_cards(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/mydata")
    await ben.taps(town.bot, "Change my name")
    await ben.says(town.bot, "Benedict the Third")
    await ben.sees(town.bot, "The cards show Benedict the from now on")
    await ben.sees(chat, "1/1: Benedict the")


async def test_who_has_a_place_hears_of_another_place_and_an_earlier_deadline(town: City) -> None:
    ben, carl, chat = await _two(town)
    await town.order(chat, "need: 2", "where: East gate")
    await ben.taps(chat, "I'm in")
    await town.leader.says(town.bot, "/amend 1\nwhere: West gate\nreport by: tomorrow 12:30")
    told = await ben.sees(town.bot, "This has changed")
    assert "West gate" in told["text"] and "12:30" in told["text"]
    done = await town.leader.sees(town.bot, "Everybody with a place is told.")
    assert "West gate" in done["text"]
    last = await ben.last_id(town.bot)
    await town.leader.says(town.bot, "/amend 1\nneed: 3")
    await town.leader.sees(town.bot, "Changed: ", after=done["message_id"])
    await town.settles()
    assert await ben.last_id(town.bot) == last, "more places concern nobody who has one"
