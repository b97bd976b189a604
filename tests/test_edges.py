"""Scenes at the edges: bad input, old buttons, people without the right, people who cannot be reached."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from models.sealed import new_key
from services import chats
from tests.city import City, city


async def test_words_that_are_no_claim_change_nothing(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    card = await town.order(chat, "need: 3", title="<b>Duty</b> & <i>more")
    assert card["text"].startswith("3 needed · <b>Duty</b> & <i>more"), "HTML is shown as typed"
    before = await ben.last_id(chat)
    for words in ("+2", "我来不了", "maybe later"):
        await ben.says(chat, words, reply_to=card["message_id"])
    await ben.says(chat, "+1", reply_to=before + 1)  # a reply to a person, not to a card
    await town.settles()
    assert await town.sql("SELECT id FROM claim") == []
    assert [m for m in await ben.looks(chat) if m["is_bot"] and m["message_id"] > before] == []


async def test_a_forged_press_makes_no_card_the_twin_of_another(town: City) -> None:
    """Who changes what a button says takes a place at most: both cards stay, each its own."""
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    first, second = await town.order(chat, "need: 3"), await town.order(chat, "need: 3", title="Leaflets")
    await town.settles()
    known = await town.sql("SELECT subject_id, message_id FROM delivery WHERE kind = 'order' ORDER BY id")
    assert "have" in await ben.forges(chat, first["message_id"], "order:claim:2")
    await town.settles()
    assert (
        await town.sql("SELECT subject_id, message_id FROM delivery WHERE kind = 'order' ORDER BY id")
        == known
    )
    shown = {message["message_id"] for message in await ben.looks(chat)}
    assert {first["message_id"], second["message_id"]} <= shown


async def test_every_no_says_what_is_true(town: City) -> None:
    """Full, unknown, foreign, cancelled; and no command needs a right it does not check."""
    ben, carl, zoe = (
        await town.person("Ben"),
        await town.person("Carl"),
        await town.person("Zoe", language="zh"),
    )
    chat = await town.neighbourhood(ben, carl)
    card = await town.order(chat)
    await ben.taps(chat, "I'm in")
    assert "already have" in await ben.forges(chat, card["message_id"], "order:claim:1")
    assert "filled up" in await carl.forges(chat, card["message_id"], "order:claim:1")
    assert "no duty #99" in await carl.forges(chat, card["message_id"], "order:claim:99")
    assert "understand" in await carl.forges(chat, card["message_id"], "order:explode:1")
    await zoe.says(town.bot, "/claim 1")
    await zoe.sees(town.bot, "#1 是别的小区的单")
    for command in (
        "/approve 1",
        "/cancel 1 snow",
        "/grant leader Ziyun 123456",
        "/amend 1",
        "/undo",
        "/withdraw 1",
    ):
        before = await carl.last_id(town.bot)
        await carl.says(town.bot, command)
        await carl.sees(town.bot, lambda m: bool(m["text"]), after=before, what=f"an answer to {command}")
    assert await town.sql("SELECT state FROM duty_order") == [("open",)]
    await town.leader.says(town.bot, "/cancel 1 Snow.")
    await ben.sees(town.bot, "Reason: Snow.")
    cancelled = await carl.sees(chat, "Cancelled · Checkpoint duty")
    assert "Snow." in cancelled["text"] and cancelled["buttons"] == []
    assert "cancelled" in await carl.forges(chat, card["message_id"], "order:claim:1")


async def test_a_bad_form_gets_one_sentence_and_issues_nothing(town: City) -> None:
    ben = await town.person("Ben", language="zh")
    chat = await town.neighbourhood(ben)
    forms = {
        "colour: red": "don't know what line 3 is",
        "need: 0": "number of people must be from 1 to 500",
        "points: -4": "Points must be from 0 to 100",
        "in: Atlantis": "I know no area of that name",
    }
    for line, sentence in forms.items():
        await town.leader.says(chat, f"/order@DutyGridBot Duty\nwhen: tomorrow 8-12\n{line}")
        await town.leader.sees(town.bot, sentence)
    await ben.says(chat, "/order@DutyGridBot 执勤\n时间: 明天 8-12")
    await ben.sees(town.bot, "只有本辖区的组长可以这样做")
    assert await town.sql("SELECT id FROM duty_order") == []


async def test_the_dialogue_issues_by_buttons_and_survives_a_restart(
    database_url: str, tmp_path: Path
) -> None:
    """/order alone; the bot stops and starts between two steps; [Again] repeats it the next time."""
    key = SecretStr(new_key())
    async with city(database_url, tmp_path, data_key=key) as town:
        ben = await town.person("Ben")
        chat = await town.neighbourhood(ben)
        lea = town.leader
        await lea.says(town.bot, "/order")
        await lea.sees(town.bot, "What is the duty?")
        await lea.says(town.bot, "Night watch")
        await lea.sees(town.bot, "When?")
        await town.restart()
        await lea.says(town.bot, "22:00-06:00")
        await lea.sees(town.bot, "Where?")
        await lea.shares_place(town.bot, 39.03, 117.65)
        await lea.sees(town.bot, "What do people call it?")
        await lea.says(town.bot, "East gate")
        await lea.taps(town.bot, "2", on="How many people")
        echo = await lea.sees(town.bot, "This goes to 1 chat")
        assert (
            "Night watch" in echo["text"] and "22:00 - " in echo["text"] and "2 people needed" in echo["text"]
        )
        await lea.taps(town.bot, "Send it out")
        await ben.sees(chat, "2 needed · Night watch")
        await lea.says(town.bot, "/order")
        await lea.taps(town.bot, "Again: Night watch")
        again = await lea.sees(town.bot, "Night watch")
        assert again["buttons"], "hours are offered as buttons"


async def test_who_never_pressed_start_claims_and_is_named_once(town: City) -> None:
    ben, dan = await town.person("Ben"), await town.person("Dan", started=False)
    chat = await town.neighbourhood(ben, dan)
    await town.order(chat, "need: 2", when="tomorrow 20-22")
    pressed = await town.remote.ask(
        "press", person=dan.id, chat=chat, message_id=await dan.last_id(chat), label="I'm in"
    )
    assert pressed["url"].endswith("?start=o1")
    await town.at(0, "19:00")
    await town.at(1, "19:00")
    await dan.sees(chat, "Dan: Checkpoint duty is on")
    await town.settles()
    named = [m for m in await dan.looks(chat) if m["text"].startswith("Dan: ")]
    assert len(named) == 1 and named[0]["silent"]
    await town.leader.sees(town.bot, "I can't write to Dan")


async def test_the_group_reads_once_that_a_duty_is_full(town: City) -> None:
    """Of twenty who come too late nobody fills the group, which takes twenty messages a minute."""
    late = [await town.person(f"P{number}", started=False) for number in range(4)]
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben, *late)
    card = await town.order(chat)
    await ben.taps(chat, "I'm in")
    for person in late:
        await person.says(chat, "+1", reply_to=card["message_id"])
    await ben.sees(chat, "has just filled up")
    await town.settles()
    told = [message for message in await ben.looks(chat) if "has just filled up" in message["text"]]
    assert len(told) == 1
    assert await town.sql("SELECT count(*) FROM claim") == [(1,)]


async def test_personal_answers_stay_out_of_the_group(town: City) -> None:
    ben, dan = await town.person("Ben"), await town.person("Dan", started=False)
    chat = await town.neighbourhood(ben, dan)
    await ben.says(chat, "/points@DutyGridBot")
    await ben.sees(town.bot, "0 points")
    before = await dan.last_id(chat)
    await dan.says(chat, "/points@DutyGridBot")
    link = await dan.sees(chat, "This continues in private", after=before)
    assert link["silent"]
    await town.settles()  # its minute begins when it is written down as sent
    await town.passes(seconds=61)
    assert link["message_id"] not in [m["message_id"] for m in await dan.looks(chat)], (
        "deleted after a minute"
    )


@pytest.mark.parametrize("left_first", [False, True])
async def test_a_group_that_becomes_a_supergroup_keeps_its_card(town: City, left_first: bool) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben, kind="group")
    await town.order(chat)
    await town.settles()
    if left_first:  # Telegram tells that the bot has left the old group before it tells of the new one
        await town.database.write(None, lambda session, _now: chats.gone(session, chat))
    new = (await town.remote.ask("migrate", person=ben.id, chat=chat))["id"]
    await ben.sees(new, "1 needed · Checkpoint duty")
    assert "You have #1" in await ben.taps(new, "I'm in")


async def test_a_duty_that_ended_while_the_bot_was_away_is_shown_so(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await town.remote.ask("add_bot", chat=chat, person=town.leader.id, status="kicked")
    await town.settles()
    await town.leader.says(town.bot, "/cancel 1 Snow.")
    await town.settles()
    await town.remote.ask("add_bot", chat=chat, person=town.leader.id)
    await ben.sees(chat, "Cancelled · Checkpoint duty")


async def test_who_leads_a_group_hears_that_the_bot_was_removed_and_what_came_meanwhile_is_shown(
    town: City,
) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await town.remote.ask("add_bot", chat=chat, person=ben.id, status="kicked")
    await town.settles()
    await town.passes(minutes=2)
    await town.leader.sees(town.bot, "I was removed from Ziyun neighbours")
    elsewhere = await town.group("Ziyun stairs", town.leader)
    await town.leader.says(elsewhere, "/bind@DutyGridBot Ziyun")
    await town.leader.sees(elsewhere, "belongs to Ziyun")
    await town.order(elsewhere, title="Snow on the stairs")
    await town.settles()
    await town.remote.ask("add_bot", chat=chat, person=town.leader.id)
    await ben.sees(chat, "1 needed · Snow on the stairs")
    last = await town.leader.last_id(town.bot)
    await town.remote.ask("add_bot", chat=chat, person=ben.id, status="kicked")
    await town.settles()
    await town.passes(minutes=2)
    await town.leader.sees(town.bot, "I was removed from Ziyun neighbours", after=last)


async def test_an_anonymous_administrator_says_who_it_is_by_pressing(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.remote.ask("say", person=town.leader.id, chat=chat, text="/bind@DutyGridBot", anonymous=True)
    await town.leader.taps(chat, "It's me")
    await town.leader.sees(chat, "Which area does this chat belong to?")
    await town.settles()
    await town.passes(minutes=3)
    await town.leader.sees(chat, "Which area does this chat belong to?")  # whoever looks for it is given time


async def test_forgetting_erases_the_person_and_keeps_the_sum(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, "need: 2")
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/forget")
    await ben.taps(town.bot, "Yes, erase it")
    await ben.sees(town.bot, "Erased.")
    await ben.sees(chat, "0/2")
    assert await town.sql(f"SELECT id FROM member WHERE telegram_id = {ben.id}") == []


async def test_the_dialogue_offers_the_usual_duties(town: City) -> None:
    """A leader who hates typing presses five times and types nothing."""
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    lea = town.leader
    await lea.says(town.bot, "/order")
    await lea.taps(town.bot, "Supply delivery")
    await lea.taps(town.bot, "08:00-12:00", on="When?")
    await lea.taps(town.bot, "No place")
    await lea.taps(town.bot, "2", on="How many people")
    await lea.taps(town.bot, "Send it out")
    card = await ben.sees(chat, "2 needed · Supply delivery")
    assert "1 photo · 2 points" in card["text"]
