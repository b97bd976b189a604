"""What time does: reminders, expiry, closing, nagging, paying; each once, and undone where it may be."""

from datetime import UTC, datetime, timedelta

from models import Order
from services import reminders
from simulator.client import Phone
from tests.city import City


async def _reported(town: City, *lines: str) -> tuple[Phone, int]:
    """Ben holds the only place of an order and has reported on it."""
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, *lines)
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/report 1 All calm")
    await ben.sees(town.bot, "Received: your words.")
    return ben, chat


async def test_reminders_come_on_the_eve_and_an_hour_before(town: City) -> None:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await town.order(chat, "need: 2", when="2028-03-04 08:00-12:00")
    await ben.taps(chat, "I'm in")
    await carl.taps(chat, "I'm in")
    import datetime

    now = town.database.clock()
    eve = datetime.datetime(2028, 3, 3, 11, 0, tzinfo=datetime.UTC)
    await town.passes(seconds=(eve - now).total_seconds() - 60)
    assert "Tomorrow" not in str(await ben.looks(town.bot)), "18:59 in Shanghai"
    await town.passes(seconds=60)
    await ben.sees(town.bot, "Tomorrow: Checkpoint duty")
    await town.passes(hours=12)
    await ben.sees(town.bot, "In one hour: Checkpoint duty")
    await ben.taps(town.bot, "Can't make it", on="In one hour")
    await ben.sees(town.bot, "I'll look for someone")
    await town.leader.sees(town.bot, "Ben can't make it")
    await carl.sees(chat, "1/2: Carl")
    await town.passes(minutes=5)
    hour = [m for m in await carl.looks(town.bot) if m["text"].startswith("In one hour")]
    assert len(hour) == 1
    await town.leader.taps(chat, "I'm in")
    await town.passes(minutes=16)
    await ben.sees(town.bot, "Somebody has taken the place you gave back")


async def test_points_are_paid_once_after_the_settle_delay(town: City) -> None:
    ben, chat = await _reported(town, "points: 4")
    await town.leader.taps(town.bot, "4 Good", on="All calm")
    await ben.says(town.bot, "/points")
    early = await ben.sees(town.bot, "on the way")
    assert early["text"].startswith("0 points") and "4 on the way: #1" in early["text"]
    assert await town.sql("SELECT id FROM transfer") == []
    await town.passes(seconds=61)
    await ben.sees(town.bot, "Approved, rated 4")
    await town.passes(days=3)
    assert await town.sql("SELECT points FROM transfer") == [(4,)]
    await ben.sees(chat, "1 person, 4 hours. Thank you, Ben")
    await ben.says(town.bot, "/rank")
    rank = await ben.sees(town.bot, "Your place: 1 of 1, 4 points")
    assert "1 person together: 4 points" in rank["text"]


async def test_a_decision_can_be_undone_within_the_delay_and_not_after(town: City) -> None:
    ben, _chat = await _reported(town, "points: 4")
    await town.leader.taps(town.bot, "1", on="All calm")
    await town.leader.taps(town.bot, "Undo", on="Rated 1")
    await town.leader.taps(town.bot, "5 Great", on="All calm")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "Approved, rated 5")
    await town.leader.says(town.bot, "/undo")
    await town.leader.sees(town.bot, "can't be undone any more")
    assert await town.sql("SELECT points FROM transfer") == [(4,)]
    assert "Approved, rated 1" not in str(await ben.looks(town.bot))


async def test_a_second_leader_reads_who_decided(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    lou = await town.person("Lou")
    await town.lead(lou, "Ziyun")
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/report 1 All calm")
    card = await lou.sees(town.bot, "All calm")
    await town.leader.sees(town.bot, "All calm")
    await town.leader.taps(town.bot, "5 Great", on="All calm")
    assert "Lea has decided this report already" in await lou.forges(
        town.bot, card["message_id"], "report:approve:1:1:1"
    )
    decided = await lou.sees(town.bot, "Lea rated it 5")
    assert decided["message_id"] == card["message_id"] and decided["buttons"] == []


async def test_nobody_reviews_their_own_report(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await town.leader.taps(chat, "I'm in")
    await town.leader.says(town.bot, "/report 1 Did it myself")
    await town.admin.sees(town.bot, "Did it myself")
    await town.leader.says(town.bot, "/approve 1 5")
    await town.leader.sees(town.bot, "This is your own report")


async def test_a_place_without_report_expires_and_a_late_one_may_be_accepted(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, "points: 3")
    await ben.taps(chat, "I'm in")
    await town.at(1, "12:01")
    await ben.sees(town.bot, "How did it go?")
    await town.passes(hours=24)
    await ben.sees(town.bot, "No report came in time")
    await ben.sees(chat, "Done · Checkpoint duty")
    await ben.says(town.bot, "/report 1 Sorry, here it is")
    await ben.sees(town.bot, "It is late")
    late = await town.leader.sees(town.bot, "Sorry, here it is")
    assert "Late" in late["text"]
    await town.leader.taps(town.bot, "3 Fine", on="Sorry")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "+3 points")


async def test_missing_evidence_is_asked_for_once_and_may_be_left_out(town: City) -> None:
    ben, _chat = await _reported(town, "evidence: photo")
    ask = await ben.sees(town.bot, "This duty asks for 1 photo")
    await town.settles()
    assert "All calm" not in str(await town.leader.looks(town.bot)), "not up for review"
    await ben.taps(town.bot, "Send without 1 photo")
    await ben.sees(town.bot, "It is with the leaders now", after=ask["message_id"])
    review = await town.leader.sees(town.bot, "All calm")
    assert "Sent without 1 photo" in review["text"]


async def test_at_the_deadline_a_report_without_its_photo_goes_up_marked(town: City) -> None:
    _ben, _chat = await _reported(town, "evidence: photo")
    await town.at(2, "12:01")
    review = await town.leader.sees(town.bot, "All calm")
    assert "Sent without 1 photo" in review["text"]
    assert await town.sql("SELECT state FROM claim") == [("reported",)]


async def test_reviewers_are_nagged_after_a_day_and_the_area_above_after_two(town: City) -> None:
    tina = await town.person("Tina")
    _ben, _chat = await _reported(town)
    await town.lead(tina, "Tanggu")
    await town.passes(hours=24)
    await town.leader.sees(town.bot, "waited for 24 hours")
    await town.passes(hours=23)
    assert "48 hours" not in str(await tina.looks(town.bot))
    await town.passes(hours=1)
    await tina.sees(town.bot, "waited for 48 hours")
    await tina.taps(town.bot, "5 Great", on="All calm")


async def test_moved_hours_are_confirmed_again(town: City) -> None:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await town.order(chat, "need: 2")
    await ben.taps(chat, "I'm in")
    await carl.taps(chat, "I'm in")
    await town.leader.says(town.bot, "/amend 1\nwhen: tomorrow 14-18")
    await ben.taps(town.bot, "Still in", on="The hours have moved to")
    watching = await town.leader.sees(town.bot, "Confirmed 1 of 2")
    assert "No answer yet: Carl" in watching["text"]
    await carl.sees(chat, "14:00-18:00")


async def test_check_in_tells_the_distance_when_the_place_is_known(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await town.database.write(None, _place, latitude=39.03, longitude=117.65)
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/checkin 1")
    await ben.sees(town.bot, "Share your location")
    await ben.shares_place(town.bot, 39.03036, 117.65)
    await ben.sees(town.bot, "Checked in, 40 m from")


def _place(session, now, latitude, longitude):  # type: ignore[no-untyped-def]
    from models import Order

    order = session.get(Order, 1)
    order.latitude, order.longitude = latitude, longitude


async def test_private_words_are_never_guessed(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await ben.says(town.bot, "thanks")
    await ben.sees(town.bot, "You're welcome")
    await ben.taps(chat, "I'm in")
    await ben.sends_photos(town.bot, 3)
    await ben.taps(town.bot, "A report for #1")
    await ben.sees(town.bot, "Received: 3 photos.")
    await town.settles()
    answers = [m for m in await ben.looks(town.bot) if m["text"].startswith("Checkpoint duty #1\nReceived")]
    assert len(answers) == 1, "an album is one report with one answer"


async def test_people_and_areas_set_when_they_are_reminded(town: City) -> None:
    """A person's habits before the area's before the usual ones."""
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await ben.says(chat, "/reminders@DutyGridBot 20:00")
    await ben.sees(town.bot, "Only a leader of this area can do that")
    await town.leader.says(chat, "/reminders@DutyGridBot 20:00")
    await ben.sees(chat, "The evening before at 20:00, and 60 minutes before")
    await ben.says(town.bot, "/reminders")
    await ben.taps(town.bot, "18:00", on="Your reminders")
    await ben.sees(town.bot, "The evening before at 18:00")
    await ben.says(town.bot, "/reminders 提前30分")
    await ben.sees(town.bot, "Try: /reminders 18:30")
    await ben.says(town.bot, "/reminders 30分钟")
    await ben.sees(town.bot, "and 30 minutes before")
    await town.order(chat, "need: 2", when="tomorrow 14-16")
    await ben.taps(chat, "I'm in")
    await carl.taps(chat, "I'm in")
    await town.at(0, "18:00")
    await ben.sees(town.bot, "Tomorrow: Checkpoint duty")
    assert "Tomorrow" not in str(await carl.looks(town.bot))
    await town.at(0, "20:00")
    await carl.sees(town.bot, "Tomorrow: Checkpoint duty")
    await town.at(1, "13:00")
    await carl.sees(town.bot, "In one hour: Checkpoint duty")
    assert "In one hour" not in str(await ben.looks(town.bot))
    await town.at(0, "13:30")
    await ben.sees(town.bot, "In 30 minutes: Checkpoint duty")


async def test_who_takes_a_place_on_the_eve_is_reminded_too(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, when="tomorrow 14-16")
    await town.at(0, "17:00")
    await ben.taps(chat, "I'm in")
    await town.at(0, "19:00")
    await ben.sees(town.bot, "Tomorrow: Checkpoint duty")
    await ben.taps(town.bot, "Can't make it", on="Tomorrow")
    await town.at(1, "12:30")
    await ben.taps(chat, "I'm in")
    await town.at(0, "13:00")
    await ben.sees(town.bot, "In one hour: Checkpoint duty")


async def test_quiet_hours_are_a_persons_own(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await ben.says(town.bot, "/reminders quiet 12:00-17:00")
    await ben.sees(town.bot, "Quiet from 12:00 to 17:00")
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await town.at(1, "12:01")
    assert "How did it go" not in str(await ben.looks(town.bot))
    await town.at(0, "17:01")
    await ben.sees(town.bot, "How did it go?")


def test_a_reminder_that_was_written_ahead_is_late_by_when_it_goes() -> None:
    """We may be away between its writing and its hour: then it must say neither "tomorrow" nor "in one hour"."""
    start = datetime(2026, 11, 28, 8, tzinfo=UTC)
    eve = {"late": False, "at": (start - timedelta(hours=13)).isoformat()}
    assert not reminders.is_late(eve, start - timedelta(hours=13) + timedelta(minutes=1))
    assert reminders.is_late(eve, start - timedelta(hours=2))
    assert not reminders.is_late({"late": False}, start), "one of an older version"
    order = Order(area_id=1, issuer_id=1, title="Duty", starts_at=start, report_by=start, issued_at=start)
    assert reminders.is_overtaken(order, "reminder.eve", 60, start - timedelta(minutes=59))
    assert not reminders.is_overtaken(order, "reminder.eve", 60, start - timedelta(minutes=61))
    assert not reminders.is_overtaken(order, "reminder.hour", 60, start - timedelta(minutes=59))


async def test_a_place_taken_again_is_reminded_of_once(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    await village.order(chat, when="tomorrow 11-12")
    await village.at(0, "14:00")
    for again in (True, False):
        await ben.taps(chat, "I'm in")
        await village.passes(minutes=1)
        if again:
            await ben.says(village.bot, "/withdraw 1")
            await village.passes(minutes=1)
    last = await ben.last_id(village.bot)
    await village.at(0, "19:01")
    await village.at(0, "19:05")
    told = [m for m in await ben.looks(village.bot) if m["message_id"] > last and "Tomorrow:" in m["text"]]
    assert len(told) == 1
