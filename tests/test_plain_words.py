"""What people write beside what they are asked: how far it is, a need in place of a name, a command that is none."""

import pytest

from models import Evidence
from services.forms import read_evidence
from simulator.client import Phone
from tests.asking import asks, people, sent_case
from tests.city import City
from views.digest import several
from views.message import Button, Message
from views.words import Words

NEED = "老人缺降压药，玫瑰楼12-301，电话13800000000"


async def _asked_for_a_name(village: City) -> tuple[Phone, int]:
    """Somebody with a place that everybody sees is asked what the cards should call them."""
    rosa, _ben, chat = await people(village)
    await village.order(chat, "need: 2", when="tomorrow 8-12")
    await rosa.taps(chat, "I'm in")
    await rosa.says(village.bot, "/mydata")
    await rosa.taps(village.bot, "Change my name")
    await rosa.sees(village.bot, "What name should")
    return rosa, chat


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        (NEED, 0),
        (NEED, 5),
        ("没电了", 5),
        ("家里没水了", 0),
        ("我要买菜", 0),
        ("停水了", 0),
        ("要轮椅", 5),
        ("020-80000000 no water", 5),
    ],
)
async def test_a_need_is_no_name_and_is_not_lost(village: City, words: str, hours: int) -> None:
    rosa, chat = await _asked_for_a_name(village)
    await village.passes(hours=hours)
    await rosa.says(village.bot, words)
    await rosa.sees(village.bot, "or something new?")
    await rosa.taps(village.bot, "Something new")
    await rosa.sees(village.bot, "Got it: case")
    assert await village.sql("SELECT name FROM member WHERE telegram_id = " + str(rosa.id)) == [("Rosa",)]
    assert "Rosa" in str(await rosa.looks(chat))


async def test_a_name_that_holds_a_sign_of_need_is_a_name_also_later(village: City) -> None:
    rosa, chat = await _asked_for_a_name(village)
    await village.passes(hours=2)
    await rosa.says(village.bot, "王修远")
    await rosa.sees(chat, "王修远")


async def test_a_number_is_no_name_and_a_long_one_is_cut(village: City) -> None:
    rosa, chat = await _asked_for_a_name(village)
    for number in ("Rosa 13800000000", "138 0000 0000", "Rosa 138-0000-0000"):
        last = await rosa.last_id(village.bot)
        await rosa.says(village.bot, number)
        await rosa.sees(village.bot, "What name should", after=last)
    await rosa.says(village.bot, "Rosalinda of the Gardens")
    await rosa.sees(chat, "Rosalinda of")


@pytest.mark.parametrize("words", ["怎么还没人来", "any news?"])
async def test_how_far_it_is_is_answered_and_added_to_nothing(village: City, words: str) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "/request I am nearly out of blood pressure pills")
    for _open in ("what", "where"):
        last = await rosa.last_id(village.bot)
        await rosa.says(village.bot, words)
        shown = await rosa.sees(
            village.bot, lambda m: ["No longer needed"] in m["buttons"], after=last, what="how it stands"
        )
        assert str(case) in shown["text"]
        if _open == "what":
            await rosa.taps(village.bot, "Medicine")
    assert await village.sql("SELECT count(*) FROM request_part") == [(1,)]


async def test_another_need_is_not_the_answer_to_is_it_solved(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/resolve {case} swept")
    await rosa.sees(village.bot, "Is it solved?")
    await rosa.says(village.bot, "家里没水了")
    await rosa.sees(village.bot, "or something new?")
    assert await village.sql(f"SELECT state FROM request WHERE id = {case}") == [("resolved",)]


async def test_who_took_it_is_not_promised_once_more(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "rubbish everywhere, the bins are full")
    await village.passes(minutes=6)
    await village.leader.says(village.bot, f"/accept {case}")
    await village.settles()
    last = await rosa.last_id(village.bot)
    await rosa.taps(village.bot, "Street cleaning")
    await rosa.says(village.bot, "skip")
    said = await rosa.sees(village.bot, "/mine shows it any time", after=last)
    assert "somebody takes it" not in said["text"] and "Lea" in said["text"]


async def test_who_says_they_come_when_it_is_over_is_asked_for_their_report(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.at(0, "13:00")
    await town.order(chat, when="tomorrow 8-12")
    await ben.taps(chat, "I'm in")
    await town.at(0, "19:30")
    await ben.sees(town.bot, lambda m: ["I'll be there"] in m["buttons"], what="the reminder")
    await town.at(1, "16:00")
    assert "#1 is over" in await ben.taps(town.bot, "I'll be there")
    assert await town.sql("SELECT count(*) FROM claim WHERE attending_at IS NOT NULL") == [(0,)]


async def test_a_command_that_is_none_says_so_and_a_resident_blows_no_whistle(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "/digest")
    await rosa.sees(village.bot, "there is no such command")
    await rosa.says(village.bot, "/whistle")
    await rosa.sees(village.bot, "Only a leader")


async def test_a_chat_that_was_linked_says_so_everywhere(village: City) -> None:
    await people(village)
    chat = await village.group("Second", village.leader)
    greeting = await village.leader.sees(chat, "not linked to an area yet")
    await village.leader.says(chat, "/bind@DutyGridBot Ziyun")
    await village.leader.sees(
        chat,
        lambda m: (
            m["message_id"] == greeting["message_id"] and "belongs to Ziyun" in m["text"] and not m["buttons"]
        ),
        what="the greeting, mended",
    )


async def test_an_issuer_reads_why_a_chat_does_not_show_the_duty(village: City) -> None:
    _rosa, _ben, chat = await people(village)
    second = await village.group("Second", village.leader)
    await village.leader.says(second, "/bind@DutyGridBot Ziyun")
    await village.leader.sees(second, "belongs to Ziyun")
    await village.remote.ask(
        "fault", kind="403", method="sendMessage", chat_id=second, times=0,
        description="Forbidden: bot is not a member of the supergroup chat",
    )  # fmt: skip
    await village.leader.says(chat, "/order@DutyGridBot Night watch\nwhen: tomorrow 20-22")
    await village.leader.taps(village.bot, "Send")
    await village.leader.sees(village.bot, "I am not in it any more")


def test_two_notes_about_one_thing_have_one_button() -> None:
    notes = [(None, Message("x", rows=((Button("Case 7", "case:show:7"),),))) for _ in range(2)]
    assert len(several(notes, Words("en")).rows) == 1


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("1", (Evidence.PHOTO, 1)),
        ("0", (Evidence.NONE, 1)),
        ("99", (Evidence.PHOTO, 10)),
        ("2 photos", (Evidence.PHOTO, 2)),
    ],
)
def test_a_number_of_photos_is_enough(words: str, read: tuple[Evidence, int]) -> None:
    assert read_evidence(words) == read


async def test_who_says_where_first_is_asked_what_they_need(village: City) -> None:
    """And not once more where; the need that comes next is sorted as any."""
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "6号楼1门302")
    await rosa.sees(village.bot, "What do you need there?")
    await rosa.says(village.bot, "rubbish everywhere, the bins are full, dirty street")
    await rosa.taps(village.bot, "Street cleaning", on="What is it about?")
    await village.settles()
    assert await village.sql("SELECT count(*) FROM request") == [(1,)]
    last = [m for m in await rosa.looks(village.bot) if m["is_bot"]][-1]
    assert "Where is it?" not in last["text"]
    await village.leader.says(village.bot, "/requests")
    await village.leader.sees(village.bot, "1001")
    await village.leader.says(village.bot, "/case 1001")
    await village.leader.sees(village.bot, "6号楼1门302")


async def test_what_follows_a_poster_s_case_is_of_the_same_neighbourhood(village: City) -> None:
    await village.neighbourhood()
    cy = await village.person("Cy", started=False)
    await cy.starts("help-11")
    await cy.says(village.bot, "the street lamp is broken")
    await cy.sees(village.bot, "The leader of Ziyun has it.")
    await village.leader.says(village.bot, "/resolve 1001")
    await cy.taps(village.bot, "Yes, solved")
    await village.passes(days=1)
    await cy.says(village.bot, "the heating pipe leaks again")
    await village.settles()
    if not await village.sql("SELECT id FROM request WHERE id > 1001"):
        await cy.taps(village.bot, "Something new")
        await village.settles()
    assert await village.sql("SELECT area_id FROM request ORDER BY id") == [(2,), (2,)]
