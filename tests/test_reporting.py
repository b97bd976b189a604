"""Reporting as people do it: in pieces, in the wrong order, late, and while something else is open."""

from simulator.client import Phone
from tests.city import City


async def _claimed(town: City, *lines: str, when: str = "tomorrow 8-12") -> tuple[Phone, int]:
    """Ben holds a place."""
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, *lines, when=when)
    await ben.taps(chat, "I'm in")
    return ben, chat


async def test_the_photo_that_was_asked_for_is_taken_when_it_comes(town: City) -> None:
    ben, _chat = await _claimed(town, "evidence: 2 photos")
    await ben.says(town.bot, "swept the yard")
    await ben.taps(town.bot, "A report for #1")
    await ben.sees(town.bot, "This duty asks for 2 photos")
    await ben.sends_photos(town.bot, 2, "here they are")
    await ben.sees(town.bot, "Received: 2 photos, your words.")
    review = await town.leader.sees(town.bot, "swept the yard")
    assert "here they are" in review["text"] and "Photo 1/2" in review["text"]


async def test_what_was_sent_before_the_command_belongs_to_the_report(town: City) -> None:
    ben, _chat = await _claimed(town, "evidence: 3 photos")
    await ben.sends_photos(town.bot, 2, "the first two")
    await ben.sees(town.bot, "Is this a report")
    await ben.says(town.bot, "/report 1")
    await ben.sees(town.bot, "Received: 2 photos, your words.")
    await ben.sends_photos(town.bot, 1)
    await ben.sees(town.bot, "Received: 3 photos, your words.")
    await town.leader.sees(town.bot, "the first two")


async def test_a_location_after_a_photo_is_the_evidence_asked_for(town: City) -> None:
    ben, _chat = await _claimed(town, "evidence: location")
    await ben.says(town.bot, "/checkin 1")
    await ben.sees(town.bot, "Share your location")
    await ben.sends_photos(town.bot, 1, "a picture instead")
    await ben.sees(town.bot, "This duty asks for a location")
    await ben.shares_place(town.bot, 39.03, 117.65)
    await ben.sees(town.bot, "Received: 1 photo, your words, your location.")
    await town.leader.sees(town.bot, "a picture instead")


async def test_a_report_that_is_not_complete_cannot_be_approved_by_its_number(town: City) -> None:
    ben, _chat = await _claimed(town, "evidence: photo")
    await ben.says(town.bot, "/report 1 just words")
    await ben.sees(town.bot, "This duty asks for 1 photo")
    await town.leader.says(town.bot, "/approve 1 5")
    await town.leader.sees(town.bot, "still lacks what was asked for")
    assert await town.sql("SELECT id FROM review") == []


async def test_words_for_another_duty_are_not_added_to_a_decided_report(town: City) -> None:
    ben, chat = await _claimed(town)
    await town.order(chat, title="Second duty")
    await ben.taps(chat, "I'm in", on="Second duty")
    await ben.says(town.bot, "/report 1")
    await ben.sees(town.bot, "Everything you send now belongs to this report")
    await ben.says(town.bot, "done")
    await town.leader.taps(town.bot, "5 Great", on="done")
    await town.passes(seconds=61)
    last = await ben.last_id(town.bot)
    await ben.says(town.bot, "Which gate is it at?")
    asked = await ben.sees(town.bot, "Is this a report", after=last)
    assert [row[0] for row in asked["buttons"]][:1] == ["A report for #2 Second duty"]


async def test_minutes_after_a_complete_report_words_are_asked_about(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.says(town.bot, "/report 1")
    await ben.sees(town.bot, "Everything you send now belongs to this report")
    await ben.says(town.bot, "done")
    await ben.sees(town.bot, "Received: your words.")
    await ben.says(town.bot, "and swept")
    await town.leader.sees(town.bot, "and swept")
    await town.passes(minutes=11)
    await ben.says(town.bot, "I need a doctor")
    await ben.sees(town.bot, "Is this a report")
    assert "doctor" not in str(await town.leader.looks(town.bot))


async def test_words_said_in_time_count_as_in_time_whenever_they_are_sorted(town: City) -> None:
    ben, _chat = await _claimed(town)
    await town.at(2, "11:58")
    await ben.says(town.bot, "all calm")
    await ben.sees(town.bot, "Is this a report")
    await town.passes(minutes=3)
    await ben.sees(town.bot, "No report came in time")
    await ben.taps(town.bot, "A report for #1")
    await ben.sees(town.bot, "Received: your words.")
    assert await town.sql("SELECT state FROM claim") == [("reported",)]
    assert await town.sql("SELECT late FROM report") in ([(0,)], [(False,)])


async def test_a_late_report_is_accepted_for_seven_days_and_thanked_on_the_card(town: City) -> None:
    ben, chat = await _claimed(town, "evidence: photo")
    await town.at(2, "12:01")
    await ben.sees(chat, "Nobody's help was confirmed.")
    await ben.says(town.bot, "/report 1 sorry, forgot")
    late = await town.leader.sees(town.bot, "sorry, forgot")
    assert "Sent without 1 photo" in late["text"], "there is no deadline left to wait for"
    await town.passes(days=6)
    await town.leader.says(town.bot, "/approve 1 3")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "Approved, rated 3")
    await ben.sees(chat, "Thank you, Ben")


async def test_a_late_report_is_not_accepted_after_seven_days(town: City) -> None:
    ben, _chat = await _claimed(town)
    await town.at(2, "12:01")
    await ben.says(town.bot, "/report 1 sorry, forgot")
    await town.leader.sees(town.bot, "sorry, forgot")
    await town.passes(days=8)
    await town.leader.says(town.bot, "/approve 1 3")
    await town.leader.sees(town.bot, "more than seven days ago")
    assert await town.sql("SELECT id FROM review") == []


async def test_a_report_that_came_back_is_nagged_about_from_when_it_is_up_again(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.says(town.bot, "/report 1 all calm")
    await town.leader.taps(town.bot, "Return", on="all calm")
    await town.leader.taps(town.bot, "Unclear", on="all calm")
    await town.passes(hours=20)
    await ben.says(town.bot, "/report 1 clearer now")
    await town.leader.sees(town.bot, "clearer now")
    await town.passes(hours=6)
    assert "waited for 24 hours" not in str(await town.leader.looks(town.bot))
    await town.at(2, "10:00")
    nags = [m for m in await town.leader.looks(town.bot) if "waited for 24 hours" in m["text"]]
    assert len(nags) == 1


async def test_adding_to_a_returned_report_is_no_rejection(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.says(town.bot, "/report 1 all calm")
    await town.leader.taps(town.bot, "Return", on="all calm")
    await town.leader.taps(town.bot, "Unclear", on="all calm")
    await ben.says(town.bot, "/report 1 clearer now")
    await town.passes(seconds=61)
    told = await ben.sees(town.bot, "Your report came back")
    assert "What you have sent since is with your leader" in told["text"] and not told["buttons"]
    assert "not accepted" not in str(await ben.looks(town.bot))


async def test_a_promise_of_more_or_a_question_back_is_no_report(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.says(town.bot, "/report 1")
    await ben.says(town.bot, "all calm")
    await town.leader.taps(town.bot, "Return", on="all calm")
    await town.leader.taps(town.bot, "Unclear", on="all calm")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "Your report came back")
    said = (
        "我马上补",
        "在路上了",
        "ok will do",
        "不好意思，稍等",
        "哪里不对？",
        "What's wrong with it?",
        "收到",
    )
    for words in said:
        await ben.says(town.bot, words)
    await town.settles()
    assert await town.sql("SELECT state FROM claim") == [("returned",)]
    back = (await ben.looks(town.bot))[-1]
    assert back["text"].endswith("Unclear")
    await ben.says(town.bot, "why?", reply_to=back["message_id"])
    await town.settles()
    assert (await ben.looks(town.bot))[-1]["text"].endswith("Unclear")
    assert await town.sql("SELECT state FROM claim") == [("returned",)]
    await ben.says(town.bot, "马上补上了: the south gate, in daylight")
    await town.leader.sees(town.bot, "in daylight")


async def test_a_long_report_with_a_long_reason_still_fits_its_photo(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.sends_photos(town.bot, 1, "/report 1 " + "all calm at the gate " * 40)
    await town.leader.sees(town.bot, "all calm at the gate")
    await town.leader.says(town.bot, "/return 1 " + "please say who was there " * 19)
    card = await town.leader.sees(town.bot, lambda m: m["photo"] and "You returned it" in m["text"])
    assert card["buttons"] == [["Undo"]]


async def test_a_second_report_shows_on_the_open_card(town: City) -> None:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await town.order(chat, "need: 2")
    for phone, words in ((ben, "north side calm"), (carl, "south side calm")):
        await phone.taps(chat, "I'm in")
        await phone.says(town.bot, f"/report 1 {words}")
    card = await town.leader.sees(town.bot, "1 more waiting")
    assert "north side calm" in card["text"]


async def test_undoing_the_last_decision_opens_the_card_again(town: City) -> None:
    ben, chat = await _claimed(town)
    await ben.says(town.bot, "/report 1 all calm")
    await town.at(1, "12:01")
    await town.leader.taps(town.bot, "5 Great", on="all calm")
    await ben.sees(chat, "Done · Checkpoint duty")
    await town.leader.taps(town.bot, "Undo", on="Rated 5")
    await ben.sees(chat, "Awaiting review · Checkpoint duty")


async def test_a_leader_who_starts_late_finds_what_waits(town: City) -> None:
    """The only leader had blocked the bot when the report went up."""
    ben, _chat = await _claimed(town)
    await town.remote.ask("block", person=town.leader.id)
    await town.remote.ask("block", person=town.admin.id)
    await ben.says(town.bot, "/report 1 all calm")
    await town.settles()
    assert await town.sql("SELECT id FROM delivery WHERE kind = 'review' AND state = 'sent'") == []
    await town.leader.starts()
    await town.leader.sees(town.bot, "all calm")


async def _two_reports(town: City) -> None:
    ben, chat = await _claimed(town)
    await ben.says(town.bot, "/report 1 all calm")
    await town.leader.sees(town.bot, "all calm")
    await town.order(chat, title="Second duty")
    await ben.taps(chat, "I'm in", on="Second duty")
    await ben.says(town.bot, "/report 2 calm again")
    await town.settles()


async def test_a_late_report_nobody_accepted_does_not_hold_up_the_next(town: City) -> None:
    """Its card can decide nothing any more after seven days."""
    ben, chat = await _claimed(town)
    await town.at(2, "12:01")
    await ben.says(town.bot, "/report 1 sorry, forgot")
    await town.leader.sees(town.bot, "sorry, forgot")
    await town.passes(days=8)
    await town.order(chat, title="Second duty")
    await ben.taps(chat, "I'm in", on="Second duty")
    await ben.says(town.bot, "/report 2 all calm")
    await town.leader.sees(town.bot, "all calm")


async def test_what_nobody_decided_comes_to_the_area_above_one_card_at_a_time(town: City) -> None:
    """After two days; and when one is decided there, the next one comes."""
    await _two_reports(town)
    await town.passes(days=3)
    cards = "SELECT subject_id FROM delivery WHERE kind = 'review' AND chat_id = {} ORDER BY id"
    await town.admin.sees(town.bot, "all calm")
    assert await town.sql(cards.format(town.admin.id)) == [(1,)]
    await town.admin.says(town.bot, "/approve 1 5")
    await town.admin.sees(town.bot, "calm again")
    assert await town.sql(cards.format(town.admin.id)) == [(1,), (2,)]


async def test_where_the_grid_has_no_leader_it_still_goes_up_from_who_was_asked(town: City) -> None:
    """The street's leader reviews for a grid without one; after two days somebody else hears."""
    ben, _chat = await _claimed(town)
    stan = await town.person("Stan")
    await town.lead(stan, "Tanggu")
    await town.remote.ask("block", person=town.leader.id)
    await ben.says(town.bot, "/report 1 all calm")
    await stan.sees(town.bot, "all calm")
    await town.passes(days=3)
    await town.admin.sees(town.bot, "waited for 48 hours")
    await town.admin.sees(town.bot, "all calm")


async def test_an_old_button_says_that_the_report_has_been_decided(town: City) -> None:
    ben, _chat = await _claimed(town)
    await ben.says(town.bot, "/report 1 all calm")
    received = await ben.sees(town.bot, "Received")
    await town.leader.taps(town.bot, "5 Great", on="all calm")
    await town.passes(seconds=61)
    said = await ben.forges(town.bot, received["message_id"], "order:report:1")
    assert "decided already" in said
    assert "belongs to this report" not in str(await ben.looks(town.bot))


async def test_what_is_added_after_reporting_again_is_of_the_report(town: City) -> None:
    ben, _chat = await _claimed(town, "evidence: 1 photo")
    await ben.says(town.bot, "The lamp at my door is broken")
    await ben.sees(town.bot, "or something new?")
    await ben.taps(town.bot, "Something new")
    await town.passes(minutes=20)
    await ben.sends_photos(town.bot, caption="/report 1 all calm")
    await town.leader.taps(town.bot, "Return", on="all calm")
    await town.leader.taps(town.bot, "Unclear", on="all calm")
    await town.passes(seconds=61)
    await ben.taps(town.bot, "Report again")
    await ben.sends_photos(town.bot, 1, "here")
    last = await ben.last_id(town.bot)
    await ben.sees(town.bot, "You can add to it until they decide")
    await ben.sends_photos(town.bot, 1, "second angle")
    await town.settles()
    assert "or something new" not in str([m for m in await ben.looks(town.bot) if m["message_id"] > last])
