"""What people say around a case is heard as what it is: a new need, an answer, a place, thanks, a changed address."""

import pytest

from services import units
from tests.asking import RUBBISH, acts_in, asks, card, people, sent_case
from tests.city import City


async def test_a_new_need_hours_later_is_no_place(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, RUBBISH)
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.sees(village.bot, "Where is it?")
    await village.passes(hours=3)
    await rosa.says(village.bot, "the power is out in my kitchen, please send someone")
    await rosa.taps(village.bot, "Something new")
    await rosa.sees(village.bot, f"Got it: case {case + 1}")
    assert "power" not in (await card(village.leader, village, case))["text"]


async def test_silence_does_not_put_another_matter_on_the_old_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await rosa.says(village.bot, "no electricity, the power is out, please come")
    await rosa.sees(village.bot, "or something new?")
    await village.passes(minutes=6)
    await rosa.sees(village.bot, f"case {case + 1}")
    assert await village.sql(f"SELECT count(*) FROM request_part WHERE request_id = {case + 1}") == [(1,)]


async def test_the_same_words_twice_are_no_place(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, RUBBISH)
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.says(village.bot, RUBBISH)
    await rosa.sees(village.bot, f"case {case}", after=await rosa.last_id(village.bot) - 1)
    await rosa.says(village.bot, "gate 3")
    found = await card(village.leader, village, case, "Where: gate 3")
    assert found["text"].count("rubbish") == 1


async def _solved_by_leader(town: City, case: int) -> None:
    found = await card(town.leader, town, case)
    await town.leader.taps(town.bot, "Solved", message_id=found["message_id"])
    await town.settles()


async def test_the_answer_to_solved_is_no_place_of_another_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    first = await sent_case(village, rosa)
    await rosa.says(village.bot, "/request the street lamp is dark")
    await rosa.sees(village.bot, f"case {first + 1}")
    await rosa.taps(village.bot, "None of these")
    await rosa.sees(village.bot, "Where is it?")
    await _solved_by_leader(village, first)
    await rosa.sees(village.bot, "Is it solved?")
    await rosa.says(village.bot, "not yet, it is still dirty")
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    assert await village.sql(f"SELECT place FROM request WHERE id = {first + 1}") == [(None,)]


@pytest.mark.parametrize("pressed", [True, False])
async def test_not_yet_is_heard_though_other_words_came_first(village: City, pressed: bool) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    await rosa.says(village.bot, "they cleaned one half of the yard")
    await rosa.sees(village.bot, "or something new?")
    await rosa.says(village.bot, f"About case {case}" if pressed else "still not solved")
    if pressed:
        await rosa.sees(village.bot, "Is it solved?")
        await rosa.says(village.bot, "no")
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


@pytest.mark.parametrize("words", ["收到", "received, thanks", "非常满意，谢谢你们"])
async def test_an_acknowledgement_leaves_it_open_whether_it_is_solved(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    last = (await rosa.sees(village.bot, "Is it solved?"))["message_id"]
    await rosa.says(village.bot, words)
    asked = await rosa.sees(village.bot, "Is it solved?", after=last)
    await rosa.taps(village.bot, "Yes, solved", message_id=asked["message_id"])
    await rosa.taps(village.bot, "5", message_id=asked["message_id"])
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "very good service")
    await rosa.sees(village.bot, "Thank you", after=last)
    assert await village.sql("SELECT state, rating FROM request") == [("confirmed", 5)]


async def test_a_yes_does_not_say_which_and_is_not_kept(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await rosa.says(village.bot, "the door at the gate is stuck")
    last = (await rosa.sees(village.bot, "or something new?"))["message_id"]
    for word in ("yes", "ok"):
        await rosa.says(village.bot, word)
        last = (await rosa.sees(village.bot, "or something new?", after=last))["message_id"]
    await rosa.taps(village.bot, f"About case {case}", message_id=last)
    found = await card(village.leader, village, case, "the door at the gate is stuck")
    assert "yes" not in found["text"] and "ok" not in found["text"]


async def test_words_that_say_neither_leave_it_asking(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    await rosa.says(village.bot, "they cleaned one half of the yard")
    await rosa.sees(village.bot, "or something new?")
    await village.passes(minutes=6)
    before = await village.sql(f"SELECT state FROM request WHERE id = {case}")
    assert before == [("resolved",)], "neither yes nor no: it still asks"


async def test_not_yet_among_words_that_fall_silent_is_heard(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    await rosa.says(village.bot, "they cleaned one half of the yard")
    await rosa.sees(village.bot, "or something new?")
    await rosa.says(village.bot, "the other half is still dirty")
    await village.passes(minutes=6)
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    found = await card(village.leader, village, case, "the other half")
    assert "one half of the yard" in found["text"], "all that was kept is on the card"


async def test_an_old_yes_does_not_withdraw_what_was_opened_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    asked = await rosa.sees(village.bot, "Is it solved?")
    await rosa.says(village.bot, "no, it is as before")
    await village.leader.sees(village.bot, "Not solved, says the person who asked")
    await rosa.taps(village.bot, "Yes, solved", message_id=asked["message_id"])
    await village.settles()
    assert await village.sql(f"SELECT state FROM request WHERE id = {case}") == [("reopened",)]


async def test_danger_in_an_edit_comes_with_its_words(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    said = await rosa.says(village.bot, RUBBISH)
    await rosa.sees(village.bot, "Got it: case")
    for words in ("my husband collapsed in the kitchen", "my husband collapsed, he is not breathing"):
        await rosa.edits(village.bot, said, words)
        await village.settles()
        assert words in str(await village.leader.looks(village.bot))


async def test_an_owners_words_are_heard_once_there_is_nothing_to_decline(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/decline {case}")
    await village.leader.sees(village.bot, "why can't we do it")
    await village.leader.says(village.bot, f"/decline {case} it is private ground")
    await rosa.sees(village.bot, "Why: it is private ground")
    await village.leader.says(village.bot, "my own tap is broken, water everywhere")
    await village.leader.sees(village.bot, f"Got it: case {case + 1}")


async def test_who_comes_back_is_asked_before_silence_closes(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.remote.ask("block", person=rosa.id)
    await village.settles()
    await _solved_by_leader(village, case)
    await village.passes(days=2)
    await rosa.starts()
    await rosa.sees(village.bot, "Is it solved?")
    await village.passes(days=2)
    assert await village.sql(f"SELECT state FROM request WHERE id = {case}") == [("resolved",)]


async def test_words_of_reopening_are_read_by_the_leader(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solved_by_leader(village, case)
    await rosa.taps(village.bot, "Yes, solved")
    await rosa.says(village.bot, f"/reopen {case} the heap is back at gate 7")
    await card(village.leader, village, case, "the heap is back at gate 7")


async def test_who_was_named_by_digits_gets_their_name(village: City) -> None:
    await people(village)
    nina = await village.person("Nina", started=False)
    await village.lead(nina, "Ziyun")
    await village.settles()
    assert await village.sql(f"SELECT name FROM member WHERE telegram_id = {nina.id}") == [
        (str(nina.id)[-4:],)
    ]
    await nina.starts()
    await village.settles()
    assert await village.sql(f"SELECT name FROM member WHERE telegram_id = {nina.id}") == [("Nina",)]


async def test_a_duty_lasts_as_long_as_its_case(village: City) -> None:
    rosa, ben, chat = await people(village)
    await village.lead(await village.person("Stan"), "Tanggu")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    before = (await village.sql("SELECT report_by FROM claim"))[0][0]
    await village.admin.says(village.bot, f"/extend {case} no lorry this week")
    await rosa.sees(village.bot, "It takes longer")
    due = (await village.sql(f"SELECT due_at FROM request WHERE id = {case}"))[0][0]
    assert await village.sql("SELECT report_by FROM claim") == [(due,)] != [(before,)]
    assert await village.sql("SELECT report_by FROM duty_order") == [(due,)]


async def test_who_asked_is_told_whose_step_it_is_and_that_it_is_free_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await rosa.says(village.bot, f"/accept {case}")
    await rosa.sees(village.bot, "that is theirs to do")
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    last = (await rosa.sees(village.bot, "Lea has taken it"))["message_id"]
    await village.leader.taps(village.bot, "More", message_id=found["message_id"])
    await village.leader.taps(village.bot, "Give it back", message_id=found["message_id"])
    await rosa.sees(village.bot, f"Case {case}", after=last)


async def test_roles_are_told_to_who_has_them_and_officers_of_a_unit_send_out_nothing(village: City) -> None:
    await people(village)
    nina = await village.person("Nina")
    await village.database.write(
        None, units.import_rows, rows=[{"code": "cg", "name": "City Management", "area_code": ""}]
    )
    await village.admin.says(village.bot, f"/grant officer City Management {nina.id}")
    await nina.sees(village.bot, "You are officer of City Management from now on.")
    await nina.says(village.bot, "/help")
    shown = await nina.sees(village.bot, "What I can do here")
    assert ["New duty"] not in shown["buttons"] and ["Cases"] in shown["buttons"]
    await village.admin.says(village.bot, "/grant officer Nowhere 7000000009")
    await village.admin.sees(village.bot, "I know no area and no unit of that name")
    await nina.says(village.bot, "/clam 8")
    await nina.sees(village.bot, "I didn't understand that")
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_what_is_said_about_a_joined_case_reaches_who_has_it(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await sent_case(village, rosa)
    second = await asks(village, ben, RUBBISH)
    await ben.taps(village.bot, "Street cleaning")
    await ben.taps(village.bot, "Me too")
    await ben.sees(village.bot, f"part of case {first}")
    await ben.says(village.bot, "today it smells even worse")
    await ben.taps(village.bot, f"About case {second}")
    await village.leader.sees(village.bot, "Somebody who asks for the same adds:")
    assert "today it smells even worse" in str(await village.leader.looks(village.bot))
    assert "smells" not in str(await rosa.looks(village.bot)), "one asker reads nothing of the other's"
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


async def test_a_photo_whose_caption_names_the_case_is_kept(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await rosa.says(village.bot, "the heap has grown")
    await rosa.sees(village.bot, "or something new?")
    await rosa.sends_photos(village.bot, 1, f"About case {case}")
    await card(village.leader, village, case, "1 photo")


async def test_a_colleague_who_was_quicker_is_named_and_the_reason_is_no_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/decline {case}")
    await village.leader.sees(village.bot, "why can't we do it")
    await stan.says(village.bot, f"/resolve {case}")
    await stan.sees(village.bot, f"Case {case}")
    await rosa.sees(village.bot, "Is it solved?")
    await village.leader.says(village.bot, "it is private ground")
    await village.leader.sees(village.bot, "is reported as solved already")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_where_is_it_takes_no_thanks_for_a_place(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await asks(village, rosa, RUBBISH)
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.says(village.bot, "thank you so much")
    await rosa.says(village.bot, "never mind")
    await rosa.sees(village.bot, lambda m: ["No longer needed"] in m["buttons"], what="the button")
    await rosa.says(village.bot, "don't know")
    await village.settles()
    assert await village.sql("SELECT place, consented_at FROM request") == [(None, None)]
