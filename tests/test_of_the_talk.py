"""What is said of the talk itself - to stop it, to delete everything, who we are - is no answer, no reason and no need."""

import pytest

from services import talk_words
from tests.asking import asks, people, sent_case
from tests.city import City

NOT_OF_THE_TALK = (
    "停水了", "停电了, 什么时候来电", "水管停不下来", "不写了, 您看照片吧", "我取消了预约, 能换一天吗", "怎么用这个轮椅", "删除我家门口的小广告",
    "stop the water please", "please stop him", "cancel my appointment at the clinic", "who are you going to send", "what is this smell",
    "我不同意他们在楼下装基站", "把我的信息登记一下", "不发药了吗", "算了一下一共三个人", "delete the old sofa", "I don't agree with the fee",
    "请把东西清除", "Can you remove everything?", "把垃圾清除掉", "把门口的地址牌修一下",
    "别改了时间又不通知", "不办了? 那怎么办", "English lessons for my son please",
)  # fmt: skip
STOPS = (
    "不弄了",
    "算了",
    "算了吧",
    "还是不取消了",
    "不改了",
    "Stop",
    "never mind",
    "don't cancel it",
    "cancel that",
    "取消",
)
ERASES = (
    "delete my data", "please delete everything", "I withdraw my consent", "把我的信息都删掉", "请删除我的资料", "忘记我吧", "撤回同意",
    "Delete all my personal data please", "forget me",
)  # fmt: skip
REFUSES = ("我不同意", "不同意提供个人信息", "I do not consent", "I refuse, I do not agree", "I don't agree")
ASKS = {
    "help": ("你是谁", "怎么用", "什么意思", "who are you", "what is this?", "Wrong link, sorry"),
    "language": ("English please", "说中文"),
}


def test_what_is_of_the_talk_and_what_is_a_need() -> None:
    for words in NOT_OF_THE_TALK:
        found = (talk_words.stops, talk_words.wants_erasure, talk_words.refuses, talk_words.asks_about_us)
        assert not any(reads(words) for reads in found), words
    assert all(map(talk_words.stops, STOPS))
    assert all(map(talk_words.wants_erasure, ERASES))
    assert all(map(talk_words.refuses, REFUSES))
    for answer, said in ASKS.items():
        assert [talk_words.asks_about_us(words) for words in said] == [answer] * len(said)


@pytest.mark.parametrize("words", ["不弄了", "Stop", "算了"])
async def test_what_was_begun_is_stopped_by_its_button_s_words(village: City, words: str) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await village.order(chat)
    await village.leader.says(village.bot, "/cancel 1")
    await village.leader.says(village.bot, words)
    await village.leader.sees(village.bot, "Nothing has changed")
    card = await village.leader.sees(
        village.bot, lambda m: ["More…"] in m["buttons"] and "rubbish" in m["text"]
    )
    for label in ("More…", "We can't do this…"):
        await village.leader.taps(village.bot, label, message_id=card["message_id"])
    last = await village.leader.last_id(village.bot)
    await village.leader.says(village.bot, words)
    await village.leader.sees(village.bot, "Nothing has changed", after=last)
    await ben.says(village.bot, "/request")
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, words)
    await ben.sees(village.bot, "Nothing has changed", after=last)
    await village.passes(minutes=10)
    assert await village.sql("SELECT state FROM duty_order") == [("open",)]
    assert await village.sql("SELECT id, state FROM request") == [(case, "new")]


@pytest.mark.parametrize("words", ["我不同意", "I do not consent", "please delete everything"])
async def test_who_does_not_consent_is_offered_to_be_erased(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "the lift is broken")
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, words)
    await rosa.sees(village.bot, "Shall I erase", after=last)
    assert await village.sql("SELECT place FROM request") == [(None,)]
    await rosa.taps(village.bot, "Yes, erase it")
    await rosa.sees(village.bot, "Erased")
    await village.settles()
    assert await village.sql(
        f"SELECT closed_by, anonymised_at IS NOT NULL FROM request WHERE id = {case}"
    ) == [("forgotten", True)]
    await rosa.says(village.bot, "Skip")
    await rosa.sees(village.bot, "answered already")
    await village.passes(minutes=10)
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_a_key_pressed_twice_is_no_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "the lift is broken")
    await rosa.taps(village.bot, "Lifts and equipment")
    for words in ("Block 3", "No calls", "No calls"):
        await rosa.says(village.bot, words)
        await village.settles()
    await rosa.sees(village.bot, "answered already")
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Yes, solved")
    await village.passes(minutes=10)
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]


async def test_who_asks_who_we_are_reads_it_whatever_is_open(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await asks(village, rosa, "the lift is broken")
    last = await rosa.last_id(village.bot)
    await rosa.says(village.bot, "who are you?")
    await rosa.sees(village.bot, lambda m: "What I can do" in m["text"], after=last)
    assert await village.sql("SELECT place FROM request") == [(None,)]


async def test_reasons_titles_and_disputes_are_what_they_say(village: City) -> None:
    """Words that would be of the talk elsewhere, and are answers where words are asked for."""
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/decline {case}")
    await village.leader.says(village.bot, "wrong person")
    await rosa.sees(village.bot, "Why: wrong person")
    await village.order(chat, when="today 11-12")
    await ben.taps(chat, "I'm in")
    await village.at(0, "12:30")
    await ben.says(village.bot, "/report 1 swept")
    await village.leader.taps(village.bot, "Return", on="swept")
    await village.leader.taps(village.bot, "Reject", on="swept")
    await village.passes(minutes=3)
    told = await ben.sees(village.bot, "Your report was not accepted")
    await ben.taps(village.bot, "I disagree", message_id=told["message_id"])
    await ben.says(village.bot, "I don't agree")
    await village.leader.sees(village.bot, "#1: I don't agree")
    await village.leader.says(village.bot, "/order")
    await village.leader.says(village.bot, "English")
    await village.leader.sees(village.bot, "When")


# Somebody is always left


async def test_the_only_administrator_is_not_forgotten_before_another_is_there(village: City) -> None:
    last = await village.admin.last_id(village.bot)
    await village.admin.says(village.bot, "/forget")
    await village.admin.sees(village.bot, "the only administrator", after=last)
    ada = await village.person("Ada")
    await village.admin.says(village.bot, f"/grant administrator {ada.id}")
    await ada.sees(village.bot, "You are administrator from now on")
    await village.admin.says(village.bot, "/forget")
    asked = await village.admin.sees(village.bot, "Shall I erase")
    assert "appointed to ends" in asked["text"]
    await village.admin.taps(village.bot, "Yes, erase it")
    await village.admin.sees(village.bot, "Erased")


async def test_where_nobody_can_be_reached_nobody_is_told_otherwise(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    for phone in (village.leader, village.admin):
        await village.remote.ask("block", person=phone.id)
    await village.settles()
    await rosa.says(village.bot, "救命, 我爸晕倒了")
    await rosa.sees(village.bot, "can't reach anybody of your neighbourhood")
    await village.settles()
    assert not any("have it" in m["text"] or "has it" in m["text"] for m in await rosa.looks(village.bot))
    await village.passes(minutes=65)
    assert not any("We have told" in m["text"] for m in await rosa.looks(village.bot))


async def test_an_area_whose_only_leader_is_forgotten_is_named_to_the_administrators(village: City) -> None:
    await people(village)
    await village.leader.says(village.bot, "/forget")
    await village.leader.taps(village.bot, "Yes, erase it")
    await village.admin.sees(village.bot, "Ziyun has nobody who leads it any more")


async def test_who_was_appointed_before_they_started_hears_it_then(village: City) -> None:
    await people(village)
    wang = await village.remote.phone("Wang", "en")
    await village.admin.says(village.bot, f"/grant leader Ziyun {wang.id}")
    await village.settles()
    await wang.starts()
    await wang.sees(village.bot, "You are leader of Ziyun from now on")


async def test_stop_where_nothing_is_open_is_no_case(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "不弄了")
    await rosa.sees(village.bot, "Stopped. Nothing has changed.")
    await asks(village, rosa, "the lift is dark")
    await rosa.says(village.bot, "算了算了 不麻烦你们了")
    await rosa.sees(village.bot, lambda m: ["No longer needed"] in m["buttons"], what="the way to withdraw")
    assert await village.sql("SELECT place FROM request") == [(None,)]
