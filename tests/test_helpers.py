"""Whoever helps with a case: what they get to see, what they may do, and what the one who asked hears of them."""

from simulator.client import Phone
from tests.asking import RUBBISH, acts_in, asks, card, people, sent_case
from tests.city import City


async def _sends_out(village: City, case: int) -> None:
    await village.leader.taps(village.bot, "Send volunteers", on=f"Case {case}")
    await village.settles()


async def _helps(village: City, ben: Phone, chat: int, order: int = 1) -> None:
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, f"/report {order} it is swept")
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.passes(seconds=62)


async def test_after_not_yet_others_can_be_sent(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await _sends_out(village, case)
    await _helps(village, ben, chat)
    await rosa.taps(village.bot, "Not yet")
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    await ben.sees(chat, "Done")
    await _sends_out(village, case)
    await ben.sees(chat, lambda m: ["I'm in"] in m["buttons"], what="a new duty")
    assert await village.sql("SELECT state FROM request") == [("dispatched",)]


async def test_who_has_the_case_sees_that_a_report_waits_for_review(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await _sends_out(village, case)
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 it is swept")
    await card(village.leader, village, case, "Duty #1: Ben. A report waits for review.")
    await village.passes(days=12)
    await village.leader.sees(
        village.bot,
        lambda m: "It was due" in m["text"] and "A report waits for review" in m["text"],
        what="both",
    )
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.leader.sees(village.bot, "Said to be solved")


async def test_photos_and_recordings_reach_the_helper_and_go_with_the_place(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    last = await rosa.last_id(village.bot)
    await rosa.sends_voice(village.bot)
    await rosa.sees(village.bot, "Got it: case", after=last)
    await rosa.sends_photos(village.bot, 2)
    await village.settles()
    await village.passes(minutes=6)
    await _sends_out(village, 1001)
    before = await ben.last_id(village.bot)
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "please pass it on to nobody")
    await village.settles()
    came = [
        m for m in await ben.looks(village.bot) if m["message_id"] > before and (m["photo"] or m["voice"])
    ]
    assert len(came) == 3, "the recording and both photos"
    await ben.says(village.bot, "/withdraw 1")
    await village.settles()
    assert not [
        m for m in await ben.looks(village.bot) if m["message_id"] > before and (m["photo"] or m["voice"])
    ]


async def test_long_words_reach_the_helper_whole(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    words = RUBBISH + " and more of it" * 200 + " behind the LAST gate"
    case = await sent_case(village, rosa, words)
    await _sends_out(village, case)
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "more letters")
    await village.settles()
    assert sum(m["text"].count("and more of it") for m in await ben.looks(village.bot)) >= 200


async def test_who_was_given_a_case_solves_it_or_gives_it_back(village: City) -> None:
    rosa, ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    for label in ("More…", "Give it to a person…"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await village.leader.says(village.bot, str(ben.id))
    theirs = await card(ben, village, case, "Ben is on it.")
    assert theirs["buttons"] == [["Solved"], ["Give it back"]]
    await ben.says(village.bot, f"/decline {case} too far for me")
    await ben.sees(village.bot, "was given to you to solve")
    for data in (f"case:up:{case}", f"case:send:{case}", f"case:ask:{case}:decline"):
        assert "was given to you to solve" in await ben.forges(village.bot, theirs["message_id"], data)
    assert await village.sql("SELECT state FROM request") == [("dispatched",)]
    await ben.taps(village.bot, "Give it back", message_id=theirs["message_id"])
    await village.leader.sees(village.bot, "It is back with you")


async def test_who_had_taken_a_case_hears_that_a_colleague_ended_it(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    await village.admin.says(village.bot, f"/decline {case} that is private ground")
    await village.leader.sees(village.bot, "Admin has declined it")


async def test_a_cancelled_duty_is_told_to_who_asked(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await _sends_out(village, case)
    await ben.taps(chat, "I'm in")
    await rosa.sees(village.bot, "Ben is coming to help.")
    await village.leader.says(village.bot, "/cancel 1 heavy rain")
    told = await rosa.sees(village.bot, "Nobody could come so far")
    assert "The leader of Ziyun has it." in told["text"]


async def test_silence_of_a_helper_is_told_as_silence(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await _sends_out(village, case)
    await ben.taps(chat, "I'm in")
    await village.passes(days=5)
    told = await rosa.sees(village.bot, "We have not heard from Ben.")
    assert "looking for" not in told["text"]
    await ben.sees(chat, "Nobody's help was confirmed.")


async def test_who_lives_somewhere_is_helped_there(village: City) -> None:
    """A case that a leader put to another area, and a poster elsewhere, say nothing of where somebody lives."""
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    dan = await village.person("Dan")
    await village.lead(dan, "Hehua")
    found = await card(village.leader, village, case)
    for label in ("More…", "Another area…"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await village.leader.says(village.bot, "Hehua")
    await card(dan, village, case)
    await rosa.starts("help-12")
    await rosa.says(village.bot, "the swing is broken")
    await village.settles()
    last = await dan.last_id(village.bot)
    await rosa.says(village.bot, "my husband collapsed")
    await village.leader.sees(village.bot, "my husband collapsed")
    assert not [
        m for m in await dan.looks(village.bot) if m["message_id"] > last and "collapsed" in m["text"]
    ]


async def test_the_neighbourhood_that_was_asked_for_is_heard_after_a_photo(village: City) -> None:
    await people(village)
    nell = await village.person("Nell")
    await nell.starts()
    await nell.sends_photos(village.bot)
    await nell.sees(village.bot, "I don't know your neighbourhood yet")
    await nell.says(village.bot, "Ziyun")
    await village.leader.sees(village.bot, "Case 1001")
    await nell.says(village.bot, "house 4, a broken manhole cover")
    shown = await card(village.leader, village, 1001, "manhole")
    assert "Ziyun" in shown["text"]
    assert await village.sql("SELECT area_id FROM request") == await village.sql(
        "SELECT id FROM area WHERE name = 'Ziyun'"
    )


async def test_a_leader_s_own_number_is_nobody_else_s(village: City) -> None:
    await people(village)
    await asks(village, village.leader, "an old lady is in isolation and nearly out of pills")
    await village.leader.taps(village.bot, "For somebody else, who agreed")
    await village.leader.taps(village.bot, "Medicine")
    await village.leader.says(village.bot, "house 3, door 401")
    await village.leader.sees(village.bot, "May we phone them")
    last = await village.leader.last_id(village.bot)
    await village.leader.shares_phone(village.bot)
    await village.leader.sees(village.bot, "May we phone them", after=last)
    assert await village.sql("SELECT phone IS NULL FROM request") in ([(True,)], [(1,)])
    await village.leader.says(village.bot, "13800000007")
    await card(village.leader, village, 1001, "13800000007")


async def test_a_grid_declines_nothing_that_is_the_street_s(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa, "loud music every night, we can't sleep", "Noise")
    await card(stan, village, case)
    await village.leader.says(village.bot, f"/decline {case} they are allowed to")
    await village.leader.sees(village.bot, "theirs to decline")
    await stan.says(village.bot, f"/decline {case} it is the yearly fair")
    await rosa.sees(village.bot, "Why: it is the yearly fair")


async def test_only_leaders_ask_for_others_and_numbers_behind_a_stroke_are_no_need(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await asks(village, rosa, RUBBISH)
    asked = await rosa.sees(village.bot, "What is it about?")
    (question,) = (await village.sql("SELECT id FROM question WHERE closed_at IS NULL"))[0]
    data = f"question:pick:{question}:what:other_person"
    assert "is over" in await rosa.forges(village.bot, asked["message_id"], data)
    assert await village.sql("SELECT for_other FROM request") in ([(False,)], [(0,)])
    await village.leader.says(village.bot, "/merge 1001 1001")
    await village.leader.sees(village.bot, "I didn't understand that")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_need_after_a_recording_is_no_place(village: City) -> None:
    rosa, ben, chat = await people(village)
    last = await rosa.last_id(village.bot)
    await rosa.sends_voice(village.bot)
    await rosa.sees(village.bot, "Where is it?", after=last)
    await rosa.says(village.bot, "楼道里堆满垃圾")
    await rosa.sees(village.bot, "What is it about?")
    await rosa.taps(village.bot, "None of these, or not sure")
    await rosa.says(village.bot, "house 4")
    shown = await card(village.leader, village, 1001, "Where: house 4")
    assert "楼道里堆满垃圾" in shown["text"]


async def test_a_changed_address_reaches_the_helper(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await asks(village, rosa, "I am in isolation and nearly out of pills")
    await rosa.taps(village.bot, "Medicine")
    place = await rosa.says(village.bot, "house 3, door 401")
    await rosa.says(village.bot, "13800000000")
    await village.settles()
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in", on="Visit")
    await ben.sees(village.bot, "Where: house 3, door 401")
    await rosa.edits(village.bot, place, "house 5, door 501")
    await ben.sees(village.bot, "Where: house 5, door 501")
    await village.settles()
    assert "door 401" not in str(await ben.looks(village.bot)), "the old address is gone"


async def test_who_has_helped_reads_no_cancellation(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 it is swept")
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.passes(seconds=62)
    await rosa.taps(village.bot, "Yes, solved")
    await ben.sees(chat, "Done")
    assert "Cancelled" not in str(await ben.looks(chat))
    assert await village.sql("SELECT state FROM duty_order") == [("closed",)]


async def _message_of(phone: Phone, town: City, case: int) -> int:
    found = await phone.sees(town.bot, lambda m: f"Case {case}" in m["text"], what="the case")
    return int(found["message_id"])


async def test_many_changes_at_once_are_one_message_for_the_helper(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "rubbish everywhere")
    for number in range(1, 4):
        await rosa.says(
            village.bot, f"it is at gate {number}", reply_to=await _message_of(rosa, village, case)
        )
    await village.passes(seconds=10)
    await ben.sees(village.bot, "it is at gate 3")
    shown = await village.sql("SELECT count(*) FROM delivery WHERE kind = 'request.details'")
    assert shown[0][0] <= 3, "one at first, and one or two for three changes"
    gone = [
        str(row)
        for row in await village.sql(
            "SELECT chat_id, args FROM delivery WHERE kind = 'deletion' AND state = 'sent'"
        )
    ]
    assert len(gone) == len(set(gone)), "nothing is deleted twice"


async def test_a_place_after_a_photo_is_corrected_by_an_edit(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.sends_photos(village.bot)
    await rosa.sees(village.bot, "Where is it?")
    said = await rosa.says(village.bot, "house 4, door 2")
    await rosa.says(village.bot, "skip")
    await card(village.leader, village, 1001, "Where: house 4, door 2")
    await rosa.edits(village.bot, said, "house 5, door 2")
    shown = await card(village.leader, village, 1001, "Where: house 5, door 2")
    assert "house 4" not in shown["text"]
