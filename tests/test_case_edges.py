"""Around a case: corrections, danger said late, owners who leave, answers in one's own words, duties it has outlived."""

import pytest

from services import urgency
from services.solved_words import is_solved, says_more
from tests.asking import RUBBISH, acts_in, asks, card, people, sent_case
from tests.city import City


async def test_a_correction_is_a_correction_wherever_it_was_said(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "I am in isolation and nearly out of pills")
    await rosa.taps(village.bot, "Medicine")
    place = await rosa.says(village.bot, "door 501")
    phone = await rosa.says(village.bot, "13800000000")
    await card(village.leader, village, case, "door 501")
    await rosa.edits(village.bot, place, "door 105")
    await rosa.edits(village.bot, phone, "13800000001")
    await card(village.leader, village, case, "door 105")
    await card(village.leader, village, case, "13800000001")


async def test_danger_is_heard_in_an_edit_and_in_a_case_that_was_taken(village: City) -> None:
    rosa, ben, chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    said = await rosa.says(village.bot, "and something at gate 1")
    await village.settles()
    await rosa.edits(village.bot, said, "and at gate 2 somebody lies unconscious")
    await rosa.sees(village.bot, "120")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    await card(village.leader, village, case + 1, "Nobody has taken it yet")
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    await village.order(chat)
    await ben.taps(chat, "I'm in")
    told = await ben.says(village.bot, "/report 1 all well")
    await village.settles()
    await ben.edits(village.bot, told, "all is well")
    await ben.sees(village.bot, "does not change the duty or the report")
    await ben.edits(village.bot, told, "all well, but one had chest pain")
    await ben.sees(village.bot, "120")


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("no it is still full of rubbish, nobody came", False), ("没有解决", False), ("还没呢", False), ("不行", False),
        ("👎", False), ("not fixed", False), ("谢谢，已经解决了", True), ("yes thank you", True), ("收到", None),
        ("it's been fixed", True), ("没问题", True), ("No problem, it is fixed", True), ("解决了吗", None),
        ("yes but now the lift is broken", None), ("there is a dog at gate 3", None), ("thanks", None), ("收到了", True), ("有问题", None),
    ],
)  # fmt: skip
def test_answers_in_ones_own_words(words: str, solved: bool | None) -> None:
    assert is_solved(words) is solved


@pytest.mark.parametrize(
    ("words", "more"),
    [("没有", False), ("还没解决!", False), ("yes, thank you", False), ("没有, 又堵三楼了", True), ("not yet, now the lift too", True)],
)  # fmt: skip
def test_what_is_said_beside_the_answer_is_kept(words: str, more: bool) -> None:
    assert says_more(words) is more


@pytest.mark.parametrize(
    "words",
    ["上吊", "活够了", "我要跳下去", "吃了一瓶安眠药", "煤气漏了", "爷爷不行了", "我爸不行了", "he no breathing", "有人落水", "老公打我", "被人打了", "老人倒在地上了", "我爸没反应了",
     "孩子抽筋了", "著火了", "自殺", "there is a fire", "someone is dying", "he hit me", "SOS", "🆘🆘🆘", "我妈喝了农药", "没呼吸了", "孩子被车撞了",
     "发烧到40度", "胸口好疼", "家里来了小偷", "他举着刀", "老伴不见了", "有人被电到了", "奶奶晕了", "活着没什么意义", "一了百了算了",
     "she stopped breathing", "my son is bleeding", "grandpa fell on the stairs and cannot stand up", "I can't go on anymore",
     "my wife hits the kids", "somebody broke into our shop", "our house is burning", "dad fainted", "he was hit by a car"],
)  # fmt: skip
def test_plain_words_of_danger(words: str) -> None:
    assert urgency.helpers_for(words)


@pytest.mark.parametrize(
    "words",
    ["打我电话吧", "the fire hydrant drips", "刷卡没反应", "门牌110", "一哭二闹三上吊", "垃圾倒在地上", "热得要死了", "孩子的书包丢了",
     "我的钥匙找不到了", "树活不了了", "头晕车太颠", "the bus stop is missing a roof", "my purse is missing", "the pipe is leaking"],
)  # fmt: skip
def test_words_that_only_sound_like_it(words: str) -> None:
    assert not urgency.helpers_for(words) and not urgency.number_called(words)


async def test_who_says_neither_yes_nor_no_is_asked_again_and_nothing_closes_over_them(village: City) -> None:
    rosa, ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await card(village.leader, village, case)
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.sees(village.bot, "Is it solved?")
    await village.passes(days=2, hours=20)
    await rosa.says(village.bot, "the men with the lorry were at gate 1")
    await village.settles()
    await village.passes(minutes=10)
    await rosa.sees(village.bot, f"case {case + 1}")
    await village.passes(hours=10)
    assert await village.sql(f"SELECT state FROM request WHERE id = {case}") == [("resolved",)]
    asked = [
        m for m in await rosa.looks(village.bot) if f"Case {case} " in m["text"] and "solved?" in m["text"]
    ]
    await rosa.says(village.bot, "no, nobody has been here at all", reply_to=asked[-1]["message_id"])
    await village.leader.sees(village.bot, "Not solved, says the person who asked.")
    await card(village.leader, village, case, "nobody has been here at all")
    await village.leader.says(
        village.bot, "we come at nine", reply_to=(await card(village.leader, village, case))["message_id"]
    )
    await village.leader.sees(village.bot, "I don't pass these words on")
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


async def test_what_a_leader_had_goes_on_when_they_do(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    taken = await sent_case(village, rosa)
    found = await card(village.leader, village, taken)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    await rosa.says(village.bot, "/request the thing at gate 2 is broken")
    await rosa.sees(village.bot, f"Got it: case {taken + 1}")
    waiting = taken + 1
    await village.passes(minutes=6)
    await card(village.leader, village, waiting)
    await village.admin.says(village.bot, f"/revoke leader Ziyun {village.leader.id}")
    for case in (taken, waiting):
        await card(stan, village, case, "Nobody has taken it yet")
    await village.leader.sees(village.bot, "This case is with others now.")
    await village.leader.says(village.bot, f"/case {taken}")
    await village.leader.sees(village.bot, "neither asked for by you nor yours to solve")
    theirs = await card(stan, village, taken, "Nobody has taken it yet")
    await stan.taps(village.bot, "I take it", message_id=theirs["message_id"])
    await village.remote.ask("block", person=stan.id)
    await village.settles()
    await village.admin.says(village.bot, f"/accept {taken}")
    await village.admin.sees(village.bot, "Admin has taken it")


async def test_a_forgotten_leader_keeps_nobodys_words(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa, f"canaryword {RUBBISH}")
    await card(village.leader, village, case, "canaryword")
    await village.passes(days=3)
    await rosa.says(village.bot, "/request canaryword the thing at gate 2 is broken")
    await rosa.sees(village.bot, f"Got it: case {case + 1}")
    await village.passes(minutes=6)
    last = case + 1
    await card(village.leader, village, last, "canaryword")
    await village.leader.says(village.bot, "/forget")
    await village.leader.taps(village.bot, "Yes, erase it")
    await village.settles()
    assert not [m for m in await village.leader.looks(village.bot) if "canaryword" in m["text"]]


async def test_a_case_solved_while_its_duty_is_out(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await rosa.says(village.bot, "/claim 1")
    await rosa.sees(village.bot, "You asked for this yourself")
    await ben.taps(chat, "I'm in")
    await village.leader.says(village.bot, f"/resolve {case}")
    await ben.sees(village.bot, "If you have helped, please report")
    await rosa.taps(village.bot, "Yes, solved")
    await village.settles()
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "/report 1 carried four bags down")
    await ben.sees(village.bot, "Received: your words", after=last)
    assert await village.sql("SELECT state FROM claim") == [("reported",)]


async def test_small_things_people_send(village: City) -> None:
    """Words behind a stroke, a plumber's card, a photo too many."""
    rosa, ben, _chat = await people(village)
    await acts_in(village, ben, _chat)
    await rosa.says(village.bot, "/停水了怎么办")
    await rosa.sees(village.bot, "Got it: case")
    case = int((await village.sql("SELECT max(id) FROM request"))[0][0])
    long = "it drips. " * 160
    await rosa.says(village.bot, long)
    await rosa.says(village.bot, "LATEST: it comes through the ceiling")
    await village.passes(minutes=6)
    found = await card(village.leader, village, case, "LATEST: it comes")
    await village.leader.taps(village.bot, "All the words", message_id=found["message_id"])
    await village.leader.sees(village.bot, lambda m: m["text"].count("it drips.") > 150, what="all the words")
