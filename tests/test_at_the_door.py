"""A helper at somebody's door: what they say of danger is of that case, where it is known whom to help and where."""

import pytest

from simulator.client import Phone
from tests.asking import asks, card, people
from tests.city import City

FOOD = "My mother has no food left"
PLACE, PHONE = "Harbour Court block 3 flat 9", "13800138000"


async def at_the_door(village: City) -> tuple[Phone, Phone, int, int]:
    """A resident who said what, where and whom to call; a helper who took the duty; the case and the group."""
    rosa, ben, chat = await people(village)
    case = await asks(village, rosa, FOOD)
    await rosa.taps(village.bot, "Daily supplies")
    await rosa.sees(village.bot, "Where is it?")
    await rosa.says(village.bot, PLACE)
    await rosa.says(village.bot, PHONE)
    await village.settles()
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, PLACE)
    return rosa, ben, case, chat


async def given(village: City) -> tuple[Phone, int]:
    """Somebody to whom the leader gave a case, and the case."""
    rosa, ben, _chat = await people(village)
    case = await asks(village, rosa, FOOD)
    await rosa.taps(village.bot, "Daily supplies")
    await village.settles()
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "More…", message_id=found["message_id"])
    await village.leader.taps(village.bot, "Give it to a person…", message_id=found["message_id"])
    await village.leader.says(village.bot, str(ben.id))
    await ben.sees(village.bot, f"Case {case}")
    return ben, case


@pytest.mark.parametrize("how", ["words", "reply", "report"])
async def test_danger_a_helper_tells_of_is_that_cases_danger(village: City, how: str) -> None:
    rosa, ben, case, _chat = await at_the_door(village)
    told = await ben.sees(village.bot, PLACE)
    words = "The old lady has fainted and does not wake up"
    last = await village.leader.last_id(village.bot)
    if how == "report":
        await ben.says(village.bot, f"/report 1 {words}")
    else:
        await ben.says(village.bot, words, reply_to=told["message_id"] if how == "reply" else None)
    await ben.sees(village.bot, "120")
    await ben.sees(
        village.bot, lambda m: "Passed on" in m["text"] and ["Something new"] in m["buttons"], what="it"
    )
    heard = await village.leader.sees(village.bot, "Words of danger", after=last)
    assert f"Case {case}" in heard["text"] and "Ben:" in heard["text"] and words in heard["text"]
    urgent = await card(village.leader, village, case, "URGENT")
    assert all(said in urgent["text"] for said in (words, PLACE, PHONE, FOOD))
    assert "more person asks" not in urgent["text"]
    last = await rosa.last_id(village.bot)
    await village.leader.taps(village.bot, "Solved", message_id=urgent["message_id"])
    await rosa.sees(village.bot, "Is it solved?", after=last)
    await village.settles()
    assert not [said for said in await ben.looks(village.bot) if "Is it solved" in said["text"]]


async def test_danger_that_was_none_of_the_case_is_one_press_away(village: City) -> None:
    _rosa, ben, case, _chat = await at_the_door(village)
    await ben.says(village.bot, "There is a fire in the shop on the corner")
    await ben.sees(village.bot, "119")
    last = await village.leader.last_id(village.bot)
    await ben.taps(village.bot, "Something new")
    own = await village.leader.sees(village.bot, "URGENT", after=last)
    assert f"Case {case}" not in own["text"] and "the shop on the corner" in own["text"]


@pytest.mark.parametrize("words", ["My house is on fire", "I want to die", "He is attacking me with a knife"])
async def test_a_helpers_own_danger_is_no_matter_of_whom_they_help(village: City, words: str) -> None:
    """But it is said where they may be."""
    _rosa, ben, case, _chat = await at_the_door(village)
    await ben.says(village.bot, words)
    own = await village.leader.sees(village.bot, "URGENT")
    assert f"Case {case + 1}" in own["text"] and words in own["text"]
    assert f"They are helping in case {case}, and may be there." in own["text"]


async def test_who_helps_and_cries_for_help_there_is_not_left_alone(village: City) -> None:
    """A place on the duty is nobody who comes: the levels above hear, until somebody takes it; the helper stays on it."""
    _rosa, ben, case, _chat = await at_the_door(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await ben.says(village.bot, "The old lady has fainted and does not wake up")
    await ben.sees(village.bot, "120")
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    urgent = await card(village.leader, village, case, "URGENT")
    await village.leader.taps(village.bot, "I take it", message_id=urgent["message_id"])
    await village.settles()
    assert await village.sql("SELECT state, owner_id IS NULL FROM request WHERE merged_into IS NULL") in (
        [("dispatched", False)], [("dispatched", 0)],
    )  # fmt: skip
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "/mine")
    mine = await ben.sees(village.bot, "Your places", after=last)
    assert "part of case" not in mine["text"]


async def test_danger_told_by_whom_a_case_was_given_to_is_heard_by_who_gave_it(village: City) -> None:
    ben, case = await given(village)
    last = await village.leader.last_id(village.bot)
    await ben.says(village.bot, "The old lady has fainted and does not wake up")
    heard = await village.leader.sees(village.bot, "Words of danger", after=last)
    assert f"Case {case}" in heard["text"] and "Ben:" in heard["text"]


async def test_a_case_whose_helpers_report_is_rejected_is_with_its_owner_again(village: City) -> None:
    """Nobody came as far as anybody knows: others can be sent at once, and who asked is not left waiting for somebody."""
    rosa, ben, case, _chat = await at_the_door(village)
    await ben.sends_photos(village.bot, caption="/report 1 Nobody opened, I left it at the shop")
    await village.leader.sees(village.bot, "I left it at the shop")
    last, asked = await village.leader.last_id(village.bot), await rosa.last_id(village.bot)
    await village.leader.taps(village.bot, "Return…")
    await village.leader.taps(village.bot, "Reject")
    await village.passes(minutes=3)
    await village.leader.sees(village.bot, "It is back with you", after=last)
    await rosa.sees(village.bot, "Nobody could come so far", after=asked)
    await ben.sees(village.bot, "Your report was not accepted")
    again = await card(village.leader, village, case, "Nobody has taken it")
    await village.leader.taps(village.bot, "Send volunteers", message_id=again["message_id"])
    await village.settles()
    assert await village.sql("SELECT state, taken FROM duty_order ORDER BY id") == [
        ("cancelled", 1),
        ("open", 0),
    ]


async def test_who_was_told_not_to_come_is_told_to_come_when_it_is_not_solved(village: City) -> None:
    rosa, ben, case, _chat = await at_the_door(village)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Solved", message_id=found["message_id"])
    await ben.sees(village.bot, "you need not come any more")
    await rosa.taps(village.bot, "Not yet")
    again = await ben.sees(village.bot, "not solved after all")
    assert again["buttons"] == [["Words and address"], ["Can't make it"]]
    shown = await card(village.leader, village, case, "Duty #1: Ben")
    assert not [row for row in shown["buttons"] if "Send volunteers" in row]
    last = await rosa.last_id(village.bot)
    await ben.taps(village.bot, "Can't make it", message_id=again["message_id"])
    await rosa.sees(village.bot, "can't come after all", after=last)
    assert await village.sql("SELECT state, taken, places FROM duty_order") == [("open", 0, 1)]


async def test_who_cries_for_help_may_be_where_their_other_case_is(village: City) -> None:
    """Until they say where, those who hear read what is known, and from which case."""
    rosa, _ben, case, _chat = await at_the_door(village)
    await rosa.says(village.bot, "I have chest pain")
    await rosa.sees(village.bot, "120")
    urgent = await village.leader.sees(village.bot, "URGENT")
    assert f"They said in case {case}: {PLACE}, {PHONE}" in urgent["text"]


@pytest.mark.parametrize("reply", [True, False], ids=["reply", "words"])
@pytest.mark.parametrize("words", ["这里没有3单元, 是不是写错了?", "she doesn't open, what now?"])
async def test_a_question_at_the_door_reaches_whoever_has_the_case(
    village: City, words: str, reply: bool
) -> None:
    """It is no report: the helper is not cut off from what the resident corrects, and may still give the place back."""
    rosa, ben, case, _chat = await at_the_door(village)
    told = await ben.sees(village.bot, PLACE)
    last, mine = await village.leader.last_id(village.bot), await ben.last_id(village.bot)
    await ben.says(village.bot, words, reply_to=told["message_id"] if reply else None)
    heard = await village.leader.sees(village.bot, "Ben, who helps there, writes:", after=last)
    assert f"Case {case}" in heard["text"] and words in heard["text"] and heard["protected"]
    await ben.sees(village.bot, "report as usual", after=mine)
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]
    place = [m for m in await rosa.looks(village.bot) if m["text"] == PLACE][-1]
    await rosa.edits(village.bot, place["message_id"], "Harbour Court block 2 flat 9")
    await ben.sees(village.bot, "block 2 flat 9", after=mine)


async def test_a_helpers_own_need_is_asked_about_as_ever(village: City) -> None:
    _rosa, ben, _case, _chat = await at_the_door(village)
    await ben.says(village.bot, "我也需要口罩, 能给吗?")
    await ben.sees(village.bot, "or something new?")
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


@pytest.mark.parametrize("words", ["He was drunk and shouted at me", "他偷了我的钱, 别让他来了"])
async def test_what_is_said_of_a_helper_is_for_those_in_charge(village: City, words: str) -> None:
    rosa, ben, case, _chat = await at_the_door(village)
    last, mine = await village.leader.last_id(village.bot), await ben.last_id(village.bot)
    await rosa.says(village.bot, words)
    await rosa.taps(village.bot, f"About case {case}")
    await rosa.sees(village.bot, "whoever helps you does not")
    heard = await village.leader.sees(village.bot, "Of the help that was sent", after=last)
    assert words in heard["text"] and heard["protected"]
    await ben.says(village.bot, "/mine")
    await ben.taps(village.bot, "#1 Supply delivery")
    await ben.taps(village.bot, "Words and address")
    again = await ben.sees(village.bot, PLACE, after=mine)
    await village.settles()
    assert words not in str(await ben.looks(village.bot)) and FOOD in again["text"]


async def test_nobody_came_stands_beside_the_report_that_says_otherwise(village: City) -> None:
    rosa, ben, case, _chat = await at_the_door(village)
    await ben.sends_photos(village.bot, caption="/report 1 delivered")
    await village.leader.sees(village.bot, "delivered")
    last = await village.leader.last_id(village.bot)
    await rosa.says(village.bot, "nobody came")
    await rosa.taps(village.bot, f"About case {case}")
    await village.leader.sees(village.bot, "nobody came", after=last)


async def test_who_took_a_case_hears_what_is_said_since(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, FOOD)
    await rosa.taps(village.bot, "Daily supplies")
    await rosa.says(village.bot, PLACE)
    await village.settles()
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    await rosa.sees(village.bot, "has taken it")
    last = await village.leader.last_id(village.bot)
    await rosa.says(village.bot, "please come tomorrow, I am at the doctor's")
    await village.leader.sees(village.bot, "They say more", after=last)


async def test_who_was_given_a_case_and_falls_ill_reads_how_to_give_it_back(village: City) -> None:
    ben, case = await given(village)
    await ben.says(village.bot, "Sorry, I'm sick, I can't come")
    await ben.taps(village.bot, "Give it back")
    await village.settles()
    assert await village.sql(f"SELECT owner_id FROM request WHERE id = {case}") == [(None,)]


async def test_danger_in_a_reply_to_the_groups_card_is_heard(village: City) -> None:
    """Said where the duty is, without any word for a report: the group reads nothing of it from us."""
    _rosa, ben, case, chat = await at_the_door(village)
    posted = await ben.sees(chat, "Supply delivery")
    last = await village.leader.last_id(village.bot)
    await ben.says(chat, "陈奶奶晕倒了, 叫不醒", reply_to=posted["message_id"])
    await ben.sees(village.bot, "120")
    heard = await village.leader.sees(village.bot, "Words of danger", after=last)
    assert f"Case {case}" in heard["text"] and "Ben:" in heard["text"]
    assert await village.sql("SELECT state FROM claim") == [("claimed",)]
    await village.settles()
    assert not [m for m in await ben.looks(chat) if "晕倒" in m["text"] and m["is_bot"]]


async def test_danger_a_helper_told_of_outlives_the_residents_no(village: City) -> None:
    """Whoever it happens to may say that nothing is needed; it goes on by itself, as the helper's."""
    rosa, ben, case, _chat = await at_the_door(village)
    await ben.says(village.bot, "The old lady has fainted and does not wake up")
    await ben.sees(village.bot, "120")
    await rosa.says(village.bot, f"/case {case}")
    await rosa.taps(village.bot, "No longer needed")
    await ben.sees(village.bot, "Yours goes on by itself")
    own = await village.leader.sees(village.bot, f"Case {case + 1}")
    assert "fainted" in own["text"] and "URGENT" in own["text"]


async def test_what_a_helper_asked_is_no_case_of_theirs_later(village: City) -> None:
    _rosa, ben, _case, _chat = await at_the_door(village)
    await ben.says(village.bot, "which bell?")
    await ben.sees(village.bot, "report as usual")
    last = await ben.last_id(village.bot)
    await ben.sends_photos(village.bot)
    asked = await ben.sees(village.bot, "Is this a report", after=last)
    assert not [row for row in asked["buttons"] if "About case" in row[0]]
