"""A resident asks, and is helped: from the first words to the last, on phones."""

import pytest

from services import areas, replies
from tests import gallery_cases
from tests.asking import acts_in, asks, card, people, sent_case
from tests.city import City
from views.words import Words


async def test_three_taps_bring_pills_and_the_resident_has_the_last_word(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await asks(village, rosa, "I am in isolation and nearly out of blood pressure pills")
    assert case > 1000
    asked = await rosa.sees(village.bot, "Got it: case")
    assert "The leader of Ziyun has it." in asked["text"] and "Call 120" in asked["text"]
    await rosa.taps(village.bot, "Medicine")
    await rosa.sees(village.bot, "Where is it?")
    await rosa.says(village.bot, "Building 3, door 501")
    phones = await rosa.sees(village.bot, "May we phone you about this?")
    assert phones["shares_phone"] == ["Yes, share number"]
    await rosa.shares_phone(village.bot, "+8613812345678")
    filed = await rosa.sees(village.bot, "Due by 16:00 today")
    assert filed["removes_keyboard"]

    found = await card(village.leader, village, case, "pills")
    assert (
        "Building 3, door 501" in found["text"] and "+8613812345678" in found["text"] and found["protected"]
    )
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    await rosa.sees(village.bot, "Lea has taken it.")
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    order = await ben.sees(chat, "Visit")
    assert "pills" not in order["text"] and "501" not in order["text"]

    await ben.taps(chat, "I'm in", on="Visit")
    shown = await ben.sees(village.bot, "Building 3, door 501")
    assert "pills" in shown["text"] and "+8613812345678" in shown["text"] and shown["protected"]
    await rosa.sees(village.bot, "Ben is coming to help.")
    await ben.sends_photos(village.bot, 1, "/report 1 Delivered to the door")
    await village.leader.sees(village.bot, "Delivered to the door")
    await village.leader.says(village.bot, "/approve 1 5")
    await village.passes(minutes=2)
    await rosa.taps(village.bot, "Yes, solved")
    await rosa.taps(village.bot, "5", on="How well did we do?")
    await rosa.sees(village.bot, "You gave 5 of 5")
    await village.settles()
    assert await village.sql("SELECT state, rating, closed_by FROM request") == [("confirmed", 5, "asker")]
    assert not [m for m in await ben.looks(village.bot) if "501" in m["text"]]  # what the helper saw is gone
    await village.leader.says(village.bot, f"/case {case}")
    history = await village.leader.sees(village.bot, "details shown to a helper")
    assert "confirmed as solved" in history["text"]


async def test_five_silent_minutes_send_it_as_it_is(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "The thing by the gate is broken again")
    assert await village.sql("SELECT sent_at FROM request") == [(None,)]
    await village.passes(minutes=6)
    found = await card(village.leader, village, case, "by the gate")
    assert "not sorted yet" in found["text"]
    await rosa.sees(village.bot, "The leader of Ziyun has it. Due by")
    await village.leader.taps(village.bot, "It is:", message_id=found["message_id"])
    await village.settles()
    assert (await village.sql("SELECT sorted_by FROM request")) == [("owner",)]
    assert await village.sql("SELECT count(*) FROM lesson") != [(0,)]


async def test_a_voice_note_and_a_photo_go_to_the_leader_at_once(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.sends_voice(village.bot)
    await rosa.sees(village.bot, "Got it: case")
    found = await village.leader.sees(village.bot, "1 recording or file")
    await village.leader.taps(village.bot, "Photos and recordings", message_id=found["message_id"])
    await village.leader.sees(village.bot, lambda m: m["voice"], what="the voice note")
    await rosa.sends_photos(village.bot, 1)
    await rosa.says(village.bot, "skip")
    await village.leader.sees(village.bot, "1 photo")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_poster_s_link_files_in_its_area_and_words_alone_go_to_the_district(village: City) -> None:
    await village.neighbourhood()
    rosa = await village.person("Rosa", started=False)
    await rosa.starts("help-11")
    await rosa.sees(village.bot, "What do you need?")
    await rosa.says(village.bot, "There is a huge pile of rubbish and litter")
    await rosa.sees(village.bot, "The leader of Ziyun has it.")
    uma = await village.person("Uma")
    await uma.says(village.bot, "There is a huge pile of rubbish and litter")
    await uma.sees(village.bot, "The administrators have it.")
    await uma.taps(village.bot, "Street cleaning")
    where = await uma.sees(village.bot, "I don't know your neighbourhood yet")
    assert ["Pick the neighbourhood"] in where["keyboard"]
    await uma.says(village.bot, "Pick the neighbourhood")
    await uma.taps(village.bot, "Tanggu")
    await uma.taps(village.bot, "Hehua")
    await uma.taps(village.bot, "Here: Hehua")
    await uma.says(village.bot, "the north gate")
    await uma.sees(village.bot, "have it. Due by")
    assert await village.sql(
        "SELECT code FROM request JOIN area ON area.id = area_id ORDER BY request.id"
    ) == [
        ("11",),
        ("12",),
    ]


async def test_what_is_private_is_never_offered_and_what_is_public_is_joined(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await asks(village, rosa, "The street light and the manhole at the south gate are broken")
    await rosa.taps(village.bot, "Street lights and public facilities")
    await rosa.says(village.bot, "South gate")
    await rosa.sees(village.bot, "Due by ")
    second = await asks(village, ben, "street light broken, it is very dark here at night")
    await ben.taps(village.bot, "Street lights and public facilities")
    offered = await ben.sees(village.bot, "Others have asked for this nearby")
    assert "manhole" not in str(offered) and "South gate" not in str(offered)
    await ben.taps(village.bot, "Me too: Street lights and public facilities, Ziyun")
    await ben.sees(village.bot, f"part of case {first}")
    states = dict(await village.sql("SELECT id, state FROM request"))
    assert states == {first: "new", second: "merged"}
    for words, kind in (
        ("nearly out of insulin medicine", "Medicine"),
        ("insulin medicine is nearly gone", "Medicine"),
    ):
        who = rosa if "out of" in words else ben
        await asks(village, who, f"/request {words}")
        await who.taps(village.bot, kind)
        await who.sees(village.bot, "Where is it?")  # not: others have asked for this


async def test_silence_closes_and_one_word_opens_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "rubbish everywhere, the bins are full, dirty street")
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.says(village.bot, "skip")
    await card(village.leader, village, case)
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.sees(village.bot, "Is it solved?")
    await village.passes(days=3, minutes=1)
    await rosa.sees(village.bot, "Three quiet days")
    assert await village.sql("SELECT state, closed_by FROM request") == [("confirmed", "silence")]
    await rosa.says(village.bot, "still not cleaned!")
    await village.leader.sees(village.bot, "Not solved, says the person who asked.")
    state, reopened, due, asked = (
        await village.sql("SELECT state, reopened, due_at, asked_at FROM request")
    )[0]
    assert (state, reopened) == ("reopened", 1) and str(due) > str(asked)
    found = await card(village.leader, village, case, "still not cleaned!")
    assert "Reopened once." in found["text"]


async def test_not_yet_opens_it_with_a_deadline_of_its_own(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "rubbish everywhere, the bins are full, dirty street")
    await village.passes(minutes=6)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Solved", message_id=found["message_id"])
    before = (await village.sql("SELECT round FROM request"))[0][0]
    await rosa.taps(village.bot, "Not yet", on="Is it solved?")
    await village.leader.sees(village.bot, "Not solved, says the person who asked.")
    assert await village.sql("SELECT state, round, closed_at FROM request") == [
        ("reopened", before + 1, None)
    ]
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    assert await village.sql("SELECT state FROM request") == [("accepted",)]


async def test_everything_said_is_kept_and_nothing_twice(village: City) -> None:
    """Long, repeated, edited, split over messages; a photo without words; a greeting starts nothing."""
    rosa, _ben, _chat = await people(village)
    before = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "hello")
    await rosa.sees(village.bot, "Hello!", after=before)
    assert await village.sql("SELECT id FROM request") == []
    case = await asks(village, rosa, "x" * 4000)
    for piece in ("y" * 4000, "z" * 2000):
        await rosa.says(village.bot, piece)
    await rosa.sends_photos(village.bot, 1)
    edited = await rosa.says(village.bot, "third floor")
    await rosa.edits(village.bot, edited, "fourth floor")
    await village.passes(minutes=6)
    found = await card(village.leader, village, case)
    assert "more letters" in found["text"] and "1 photo" in found["text"]
    kinds = await village.sql("SELECT kind, count(*) FROM request_part GROUP BY kind ORDER BY kind")
    assert kinds == [("photo", 1), ("place", 1), ("words", 3)]
    assert "fourth floor" in found["text"]
    await rosa.says(village.bot, "skip")
    other = await asks(village, rosa, "/request the lift is broken")
    await rosa.says(village.bot, "/request the lift is broken")
    await rosa.sees(village.bot, f"it is case {other}")
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


async def test_what_nothing_speaks_for_is_not_guessed_at(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    before = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "wobble wobble")
    asked = await rosa.sees(village.bot, "Where is it?", after=before)
    assert "What is it about?" not in asked["text"]


async def test_a_neighbourhood_is_understood_by_the_name_people_use(village: City) -> None:
    """Of the community and the grid that are both called so, the wider one."""
    await people(village)
    gao = await village.person("Gao")
    await village.areas(
        ("c9", "1", "community", "朝阳楼社区居委会"),
        ("g91", "c9", "grid", "朝阳楼第一网格"),
        ("g92", "c9", "grid", "朝阳楼第二网格"),
    )
    case = await asks(village, gao, "wobble wobble")
    await gao.says(village.bot, "朝阳楼3号楼门口")
    await village.settles()
    found = await village.sql(
        f"SELECT a.name FROM request r JOIN area a ON a.id = r.area_id WHERE r.id = {case}"
    )
    assert found == [("朝阳楼社区居委会",)]
    assert areas.short_name("紫云园第一网格") == "紫云园" and areas.short_name("和平街道") == "和平"


async def test_an_owner_hears_that_the_asker_cannot_be_asked(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.remote.ask("block", person=rosa.id)
    await village.settles()
    await village.leader.says(village.bot, f"/resolve {case}")
    await village.leader.sees(village.bot, "I can't reach the person who asked")


async def test_points_for_a_case_may_be_typed(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.sees(village.bot, "Is it solved?")
    await rosa.says(village.bot, "yes, thank you")
    await rosa.sees(village.bot, "How well did we do?")
    await rosa.says(village.bot, "5分")
    await rosa.sees(village.bot, "You gave 5 of 5")


async def test_mine_shows_what_happens_next_and_stop_keeps_the_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "there was a power cut, no electricity since noon")
    await rosa.says(village.bot, "/mine")
    mine = await rosa.sees(village.bot, "Your requests")
    assert (
        f"Case {case}" in mine["text"]
        and "Nobody has started on it yet." in mine["text"]
        and "Due " in mine["text"]
    )
    await rosa.taps(village.bot, f"Case {case}")
    await rosa.taps(village.bot, "No longer needed")
    await rosa.sees(village.bot, "If you need it after all, press below.")
    await village.settles()
    assert await village.sql("SELECT state, closed_by FROM request") == [("confirmed", "withdrawn")]
    assert await village.sql("SELECT id FROM delivery WHERE kind = 'request'") == []


async def test_who_joined_a_case_that_is_withdrawn_goes_on_alone(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await sent_case(village, rosa)
    second = await asks(village, ben, "litter and rubbish by the bins, a dirty street")
    await ben.taps(village.bot, "Street cleaning")
    await ben.taps(village.bot, "Me too")
    await ben.sees(village.bot, f"part of case {first}")
    await rosa.says(village.bot, f"/case {first}")
    await rosa.taps(village.bot, "No longer needed")
    await ben.sees(village.bot, "Yours goes on by itself")
    await card(village.leader, village, second, "Open again")
    await village.leader.says(village.bot, f"/resolve {second}")
    await ben.sees(village.bot, "Is it solved?")
    await ben.says(village.bot, "yes")
    await ben.sees(village.bot, "How well did we do?")


async def test_what_was_said_before_another_question_was_asked_is_not_lost(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await sent_case(village, rosa)
    await rosa.says(village.bot, "and the lamp above the bins is dark")
    await rosa.sees(village.bot, "Is this about your case, or something new?")
    await rosa.says(village.bot, "/request")
    await rosa.sees(village.bot, "What do you need?")
    await village.passes(minutes=6)
    await village.leader.sees(village.bot, "and the lamp above the bins is dark")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_key_that_types_an_answer_is_understood(language: str) -> None:
    shown = gallery_cases.askers(Words(language)).values()
    typed = {str(key.label) for message in shown for key in message.keys if not key.shares}
    assert len(typed) == 4
    assert {replies.answers_of(label) for label in typed} == {"same", "pick", "skip", "no_calls"}
