"""What is done for somebody by somebody else: passed on, hidden, named by a number, taken back."""

from datetime import UTC, datetime

import pytest

from models.actor import Refusal
from services.times import parse_moment, parse_when
from simulator.client import Phone
from tests.city import ZONE, City


async def _two(village: City) -> tuple[Phone, Phone, int]:
    ben, cat = await village.person("Ben"), await village.person("Cat")
    return ben, cat, await village.neighbourhood(ben, cat)


async def test_a_command_that_is_passed_on_acts_for_nobody(village: City) -> None:
    ben, _cat, chat = await _two(village)
    await village.order(chat, when="tomorrow 8-12")
    said = await ben.says(chat, "/cancel 1 because I say so")
    await village.leader.forwards(village.bot, chat, said)
    await village.settles()
    assert await village.sql("SELECT state FROM duty_order") == [("open",)]
    assert await village.sql("SELECT count(*) FROM request") == [(0,)]


async def test_a_place_that_is_passed_on_tells_where_it_is(village: City) -> None:
    ben, cat, chat = await _two(village)
    await cat.shares_place(chat, 39.03, 117.65)
    shared = await cat.last_id(chat)
    await ben.says(village.bot, "the bins are full, rubbish everywhere, a dirty street")
    await ben.taps(village.bot, "Street cleaning")
    await ben.forwards(village.bot, chat, shared)
    await village.settles()
    parts = await village.sql("SELECT count(*) FROM request WHERE position IS NOT NULL")
    assert parts == [(1,)]


async def test_somebody_else_s_place_checks_nobody_in(village: City) -> None:
    ben, cat, chat = await _two(village)
    await village.at(1, "07:30")
    await village.order(chat, when="today 8-12")
    await ben.taps(chat, "I'm in")
    await cat.shares_place(chat, 39.03, 117.65)
    shared = await cat.last_id(chat)
    await ben.says(village.bot, "/checkin 1")
    await ben.sees(village.bot, "Share your location")
    await ben.forwards(village.bot, chat, shared)
    await village.settles()
    assert await village.sql("SELECT checked_in_at FROM claim") == [(None,)]


async def test_a_hidden_administrator_is_answered_as_any_other(village: City) -> None:
    _ben, _cat, chat = await _two(village)
    posted = await village.order(chat, "need: 3", when="tomorrow 8-12")
    hidden = {"person": village.leader.id, "chat": chat, "anonymous": True}
    last = await village.leader.last_id(chat)
    await village.remote.ask("say", text="/start@OtherBot", **hidden)
    await village.remote.ask("say", text="/diagnose@DutyGridBot", **hidden)
    await village.leader.sees(chat, "belongs to Ziyun", after=last)
    assert "I can't see who wrote this" not in str(await village.leader.looks(chat))
    reply = {"reply_to": posted["message_id"]}
    await village.remote.ask("say", text="/claim@DutyGridBot", **hidden, **reply)
    await village.leader.taps(chat, "It's me")
    await village.leader.sees(chat, "Lea")
    assert await village.sql("SELECT order_id, state FROM claim") == [(1, "claimed")]
    await village.order(chat, title="Night watch", when="tomorrow 8-12")
    await village.remote.ask("say", text="/cancel@DutyGridBot 2 people are sick", **hidden, **reply)
    await village.leader.sees(chat, "#2")
    assert await village.sql("SELECT DISTINCT state FROM duty_order") == [("open",)]


async def test_a_code_in_reply_to_somebody_is_the_area_and_not_a_person(village: City) -> None:
    street, ziyun, hehua = "120116001", "120116001001", "120116001002"
    await village.areas((street, "", "street", "Tanggu"), (ziyun, street, "grid", "Ziyun"), (hehua, street, "grid", "Hehua"))  # fmt: skip
    ben = await village.person("Ben")
    chat = await village.neighbourhood(ben, village.admin)
    said = await ben.says(chat, "/points@DutyGridBot")
    await village.settles()
    await village.admin.says(chat, f"/grant@DutyGridBot leader {hehua}", reply_to=said)
    await ben.sees(village.bot, "You are leader of Hehua")
    rows = "SELECT m.name FROM role r JOIN member m ON m.id = r.member_id JOIN area a ON a.id = r.area_id WHERE a.code"
    assert await village.sql(f"{rows} = '{hehua}'") == [("Ben",)]


async def test_a_duty_with_somebody_on_it_is_not_taken_back_behind_them(village: City) -> None:
    _ben, cat, chat = await _two(village)
    await village.remote.ask(
        "fault", kind="429", method="sendMessage", chat_id=chat, times=50, retry_after=600
    )
    await village.leader.says(village.bot, "/order Night watch\nwhen: tomorrow 8-12\nneed: 3")
    await village.leader.sees(village.bot, lambda m: ["Recall"] in m["buttons"], what="[Recall]")
    await village.lead(cat, "Tanggu")
    await cat.says(village.bot, "/claim 1")
    await village.settles()
    await village.leader.taps(village.bot, "Recall")
    await village.settles()
    assert await village.sql("SELECT state, taken FROM duty_order") == [("open", 1)]


async def test_points_are_on_the_way_again_after_a_return(village: City) -> None:
    ben, _cat, chat = await _two(village)
    await village.order(chat, "points: 4", when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 all quiet at the gate")
    await village.settles()
    await village.leader.says(village.bot, "/return 1 please say more")
    await village.settles()
    await village.passes(minutes=5)
    await ben.says(village.bot, "/report 1 all quiet at the gate, forty came")
    await village.settles()
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "/points")
    await ben.sees(village.bot, "4 on the way: #1", after=last)


async def test_the_leader_of_a_topic_sets_its_language(village: City) -> None:
    ben = await village.person("Ben")
    await village.neighbourhood(ben)
    chat = await village.group("Ziyun forum", village.leader, ben, kind="forum")
    topic = (await village.remote.ask("topic", chat=chat, name="Duties", by_bot=True))["thread_id"]
    await village.leader.says(chat, "/bind@DutyGridBot Ziyun", thread=topic)
    await village.leader.sees(chat, "belongs to Ziyun")
    await village.leader.says(chat, "/language@DutyGridBot 中文", thread=topic)
    await village.settles()
    assert ("Ziyun forum", "zh") in await village.sql("SELECT title, language FROM chat")


FORGED = (
    "report:return:1:" + "x" * 40 + ":1", "question:pick:{question}:area:" + "9" * 23, "habit:before:1439", "habit:eve_at:9999",
    "question:amend:{question}:" + "y" * 60, "case:ask:1001:" + "z" * 60, "question:late:{question}",
)  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
async def test_a_button_nobody_drew_changes_nothing_and_is_no_fault_of_ours(town: City, data: str) -> None:
    await town.neighbourhood()
    await town.admin.says(town.bot, "/grant")
    await town.admin.taps(town.bot, "leader")
    await town.settles()
    (question,) = await town.sql("SELECT max(id) FROM question")
    before = await town.sql("SELECT step, version FROM question")
    await town.admin.forges(town.bot, await town.admin.last_id(town.bot), data.format(question=question[0]))
    await town.settles()
    assert await town.sql("SELECT count(*) FROM dead_letter") == [(0,)]
    assert await town.sql("SELECT step, version FROM question") == before


@pytest.mark.parametrize("read", [parse_when, parse_moment])
@pytest.mark.parametrize(
    "words",
    [
        "9999-12-31 24:00", "0001-01-01 7:00", "0001-01-01 8:00-下下下下周一 9:00", "tomorrow 8:00 - 9999-12-31 24:00",
        "下" * 60 + "周一 8:00-9:00", "0001-01-01 8:00-9:00", "9999-12-31 8-12",
    ],
)  # fmt: skip
def test_days_that_nobody_means_get_a_sentence(read: object, words: str) -> None:
    with pytest.raises(Refusal):
        read(words, datetime(2026, 11, 27, 12, tzinfo=UTC), ZONE)  # type: ignore[operator]
