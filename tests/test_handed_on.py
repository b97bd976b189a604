"""Cases in others' hands: danger and lateness that are passed on, owners who leave, helpers who stay; nobody is left in the dark."""

from datetime import datetime

import pytest
from sqlmodel import Session

from models import Request
from services import deadlines, request_cards
from tests.asking import acts_in, card, people, sent_case
from tests.city import City


@pytest.mark.parametrize("words", ["消费维权: 商家打人, 流血了, 救命", "小区路灯杆漏电, 有人触电昏迷了"])
async def test_danger_is_the_leader_s_whatever_it_may_be_about(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, words)
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert await village.sql("SELECT level, unit_id FROM request") == [("grid", None)]


@pytest.mark.parametrize("how", ["revoked", "forgotten"])
async def test_whose_role_ends_leaves_nobody_in_the_dark(village: City, how: str) -> None:
    rosa, _ben, _chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    await rosa.sees(village.bot, "has taken it.")
    if how == "revoked":
        await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    else:
        await village.leader.says(village.bot, "/forget")
        await village.leader.taps(village.bot, "Yes, erase it")
    await uma.sees(village.bot, "It is back with you: nobody is on it now.")
    await rosa.sees(village.bot, "The leader of Ziyun has it.")


async def test_what_is_overdue_says_who_knows_and_who_hears_next(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await sent_case(village, rosa)
    await village.passes(days=9)
    await rosa.sees(village.bot, "It is late, we are sorry.")
    await rosa.says(village.bot, "/mine")
    await rosa.sees(
        village.bot, lambda m: "We have told" in m["text"] and "Next to hear:" in m["text"], what="who knows"
    )


async def test_the_timeline_tells_what_helpers_did(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.taps(village.bot, "5 Great")
    await village.settles()
    await village.leader.says(village.bot, f"/case {case}")
    told = ("somebody takes the duty · Ben", "reports · Ben", "approves the report · Lea")
    await village.leader.sees(village.bot, lambda m: all(line in m["text"] for line in told), what="it all")


async def test_a_report_that_nobody_can_complete_goes_to_review(village: City) -> None:
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben)
    await village.order(chat, "evidence: photo")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 swept")
    await ben.sees(village.bot, "This duty asks for 1 photo")
    await ben.says(village.bot, "/forget")
    await ben.taps(village.bot, "Yes, erase it")
    await village.leader.sees(village.bot, "Sent without 1 photo.")


async def test_a_name_that_several_areas_have_is_answered_with_theirs(village: City) -> None:
    await village.neighbourhood()
    await village.areas(("811", "1", "grid", "Ziyun first"), ("812", "1", "grid", "Ziyun second"))
    await village.admin.says(village.bot, f"/grant leader Ziyun {village.leader.id}")
    await village.admin.says(village.bot, f"/grant leader Ziyu {village.leader.id}")
    await village.admin.sees(village.bot, "Ziyun first (811)")


async def test_danger_that_is_passed_on_waits_no_longer_than_any(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, "小区路灯杆漏电, 有人触电昏迷了")
    await village.leader.taps(village.bot, "Another kind…", on="URGENT")
    await village.leader.taps(village.bot, "Town and housing")
    await village.leader.taps(village.bot, "Street cleaning")
    await village.settles()
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")


async def test_a_late_case_that_is_passed_up_is_still_shown(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    await village.passes(days=9)
    await rosa.sees(village.bot, "It is late, we are sorry.")
    for _ in range(2):
        await village.admin.says(village.bot, f"/case {case}")
        await village.settles()
        found = await card(village.admin, village, case, "Nobody has taken it yet")
        await village.admin.taps(village.bot, "More…", message_id=found["message_id"])
        await village.admin.taps(village.bot, "Pass it up", message_id=found["message_id"])
        await village.settles()
    await rosa.says(village.bot, "/mine")
    await rosa.sees(
        village.bot, lambda m: f"Case {case}" in m["text"] and "It was due" in m["text"], what="it"
    )


async def test_danger_that_is_passed_up_goes_on_being_told(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await rosa.says(village.bot, "小区路灯杆漏电, 有人触电昏迷了")
    await village.leader.sees(village.bot, "URGENT")
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    await village.leader.taps(village.bot, "More…", on="URGENT")
    await village.leader.taps(village.bot, "Pass it up")
    await village.settles()
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, "nobody has taken this urgent case")
    await stan.sees(village.bot, "Nobody took it in time. Told now: the administrators.")
    await village.passes(minutes=60)
    await rosa.sees(village.bot, "It is late, we are sorry.")


async def test_a_helper_goes_on_when_who_sent_them_leaves(village: City) -> None:
    rosa, ben, chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    found = await card(village.leader, village, case, "has taken it")
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await rosa.sees(village.bot, "Ben is coming to help.")
    await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    await village.settles()
    assert await village.sql("SELECT state, owner_id FROM request") == [("dispatched", None)]
    await ben.says(village.bot, "/report 1 swept")
    await uma.taps(village.bot, "5 Great")
    await village.passes(minutes=10)
    await rosa.sees(village.bot, "Is it solved?")


@pytest.mark.parametrize("how", ["revoked", "blocked"])
async def test_what_is_said_of_a_duty_reaches_who_looks_after_it_now(village: City, how: str) -> None:
    _rosa, ben, chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    if how == "revoked":
        await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
        await village.admin.sees(village.bot, "no longer")
    else:
        await village.remote.ask("block", person=village.leader.id)
        await village.settles()
    await village.at(1, "07:20")
    await ben.says(village.bot, "我晚到20分钟")
    await uma.sees(village.bot, "Ben comes 20 minutes late")
    await ben.says(village.bot, "/withdraw 1")
    await uma.sees(village.bot, "Ben")
    if how == "revoked":
        assert [m for m in await village.leader.looks(village.bot) if "20 minutes late" in m["text"]] == []
        await village.leader.says(village.bot, "/cancel 1 my word")
        await village.leader.sees(village.bot, "Only a leader of this area")


async def test_what_is_over_is_not_cancelled_under_those_who_were_there(village: City) -> None:
    """Their report is decided on instead; what nobody took may go."""
    _rosa, ben, chat = await people(village)
    await village.order(chat, when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await village.leader.says(village.bot, "/cancel 1 a mistake")
    await village.leader.sees(village.bot, "Duty #1 is over.")
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.sees(village.bot, "swept")
    assert [m for m in await ben.looks(village.bot) if "need not come" in m["text"]] == []


async def test_the_night_is_not_for_warnings(village: City) -> None:
    """What is due in the morning is told at the end of the night, in time."""
    rosa, _ben, _chat = await people(village)
    await village.at(0, "20:00")
    case = await sent_case(village, rosa)
    await village.at(1, "03:00")

    def warn(session: Session, now: datetime) -> None:
        deadlines.warn(session, now, session.get_one(Request, case))

    await village.database.write(None, warn)
    await village.settles()
    assert [m for m in await village.leader.looks(village.bot) if "It is due" in m["text"]] == []
    await village.at(0, "08:30")
    await village.leader.sees(village.bot, "It is due")


async def test_more_said_of_a_case_that_was_only_counted_brings_its_card(
    village: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a crowd of new cases the last are a note; an hour later a new one is a card again."""
    monkeypatch.setattr(request_cards, "MOST_CARDS", 1)
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    await sent_case(village, rosa)
    second = await sent_case(village, ben, "rubbish at the west gate, bins full, dirty street")
    await village.passes(minutes=6)
    await village.leader.sees(village.bot, f"Case {second}")
    cards = "SELECT count(*) FROM delivery WHERE kind = 'request' AND subject_id = {}"
    assert await village.sql(cards.format(second)) == [(0,)]
    await ben.says(village.bot, "and the dog there bit a child's shoe")
    await village.settles()
    if [m for m in await ben.looks(village.bot) if ["Something new"] in m["buttons"]]:
        await ben.taps(village.bot, f"About case {second}")
        await village.settles()
    assert await village.sql(cards.format(second)) == [(1,)]
    await village.passes(hours=2)
    await rosa.says(village.bot, "the street lamp at gate 3 is broken")
    await village.settles()
    if [m for m in await rosa.looks(village.bot) if ["Something new"] in m["buttons"]]:
        await rosa.taps(village.bot, "Something new")
    await village.passes(minutes=12)
    assert await village.sql("SELECT max(id) FROM request") == [(second + 1,)]
    assert await village.sql(cards.format(second + 1)) == [(1,)]


@pytest.mark.parametrize("taken", [True, False])
async def test_a_case_that_moves_to_another_area_keeps_who_comes_to_help(village: City, taken: bool) -> None:
    rosa, ben, chat = await people(village)
    hal = await village.person("Hal")
    await village.lead(hal, "Hehua")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.sees(chat, "needed")
    if taken:
        await ben.taps(chat, "I'm in")
        await village.settles()
    await village.leader.taps(village.bot, "More…", message_id=found["message_id"])
    await village.leader.taps(village.bot, "Another area…", message_id=found["message_id"])
    await village.leader.says(village.bot, "Hehua")
    shown = await card(hal, village, case)
    await village.settles()
    assert await village.sql("SELECT state FROM request") == [("dispatched" if taken else "new",)]
    assert ("Ben" in shown["text"]) == taken
    assert await village.sql("SELECT state FROM duty_order") == [("open" if taken else "cancelled",)]


async def test_a_reply_to_an_earlier_question_answers_that_one(village: City) -> None:
    """And what was asked since stays asked: no number becomes the reason of another case's end."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first, second = (
        await sent_case(village, rosa),
        await sent_case(village, ben, "the street lamp is dark", "None of these, or not sure"),
    )
    for case, label in ((first, "Give it to a person…"), (second, "We can't do this…")):
        found = await card(village.leader, village, case)
        await village.leader.taps(village.bot, "More…", message_id=found["message_id"])
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    asked = await village.leader.sees(village.bot, f"Case {first}: who?")
    await village.leader.says(village.bot, str(ben.id), reply_to=asked["message_id"])
    await rosa.sees(village.bot, "Ben")
    await village.settles()
    states = await village.sql("SELECT state FROM request ORDER BY id")
    assert states[0] == ("dispatched",) and states[1] != ("declined",)
    await village.leader.says(village.bot, "it is private ground")
    await ben.sees(village.bot, "it is private ground")
