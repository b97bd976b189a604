"""What volunteers send late, in another form, or where nobody expects it: it still counts, and nothing shuts them out."""

import pytest

from simulator.client import Phone
from tests.asking import acts_in, people
from tests.city import City


async def _two(town: City) -> tuple[Phone, Phone, int]:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    return ben, carl, await town.neighbourhood(ben, carl)


@pytest.mark.parametrize("kind", ["voice", "document"])
async def test_a_recording_is_a_report(town: City, kind: str) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, "evidence: words" if kind == "voice" else "evidence: photo")
    await ben.taps(chat, "I'm in")
    await town.at(1, "09:00")
    await (ben.sends_voice(town.bot) if kind == "voice" else ben.sends_document(town.bot))
    await ben.taps(town.bot, "A report for #1")
    await ben.sees(town.bot, "Received: 1 recording or file.\nIt is with the leaders now")
    await ben.says(town.bot, "/report 1 forty leaflets handed out")
    await ben.sees(town.bot, "Received: 1 recording or file, your words.")
    await town.leader.taps(town.bot, "Recordings and files", on="forty leaflets")
    await town.leader.sees(town.bot, lambda m: m[kind] and m["text"] == "Report 1", what="the recording")
    assert await town.sql("SELECT state FROM claim") == [("reported",)]
    await ben.says(town.bot, "/forget")
    await ben.taps(town.bot, "Yes, erase it")
    await town.settles()
    assert not [m for m in await town.leader.looks(town.bot) if m["text"] == "Report 1"]


async def test_what_was_kept_and_what_names_the_duty_have_one_answer(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, "evidence: photo")
    await ben.taps(chat, "I'm in")
    await town.at(1, "09:00")
    await ben.sends_photos(town.bot, 1)
    await ben.sees(town.bot, "or something new?")
    await ben.says(town.bot, "/report 1 all calm at the gate")
    await ben.sees(town.bot, "Received: 1 photo, your words.")
    await town.passes(seconds=10)
    assert sum("Received" in message["text"] for message in await ben.looks(town.bot)) == 1


@pytest.mark.parametrize("begun", [True, False])
async def test_a_voice_note_under_a_card_is_a_report_once_the_duty_runs(town: City, begun: bool) -> None:
    ben, carl, chat = await _two(town)
    card = await town.order(chat)
    await ben.taps(chat, "I'm in")
    if begun:
        await town.at(1, "09:00")
    await carl.sends_voice(chat, reply_to=card["message_id"])  # he has no place: he only talks
    await ben.sends_voice(chat, reply_to=card["message_id"])
    await town.settles()
    reports = await town.sql("SELECT kind FROM report_photo")
    assert reports == ([("voice",)] if begun else [])


async def test_a_file_under_a_card_is_a_report(town: City) -> None:
    ben, carl, chat = await _two(town)
    card = await town.order(chat, "evidence: photo")
    await ben.taps(chat, "I'm in")
    await carl.sends_document(chat, reply_to=card["message_id"])
    await carl.sees(town.bot, "You have no place")
    await ben.sends_document(chat, reply_to=card["message_id"])
    await ben.sees(town.bot, "Received: 1 recording or file.")
    await town.leader.sees(town.bot, "1 recording or file")


async def test_a_photo_after_a_late_report_is_of_that_report(town: City) -> None:
    ben, carl, chat = await _two(town)
    await town.order(chat, "need: 2", "evidence: photo")
    await ben.taps(chat, "I'm in")
    await carl.taps(chat, "I'm in")
    await town.at(2, "12:01")
    lapsed = await ben.sees(town.bot, "No report came in time")
    await ben.says(town.bot, "/report 1 sorry, forgot")
    await ben.sees(town.bot, "Received: your words.")
    await ben.sends_photos(town.bot)
    await ben.taps(town.bot, "A report for #1")
    await carl.sees(town.bot, "No report came in time")
    theirs = await carl.sees(town.bot, "No report came in time")
    await carl.sends_photos(town.bot, reply_to=theirs["message_id"])
    await town.settles()
    assert lapsed and await town.sql("SELECT count(*) FROM report_photo") == [(2,)]
    assert await town.sql("SELECT count(*) FROM request") == [(0,)]


@pytest.mark.parametrize("reply", [True, False])
async def test_i_m_in_behind_a_duty_in_private_claims(town: City, reply: bool) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat, "need: 2")
    await ben.starts("o1")
    opened = await ben.sees(town.bot, "There is a free place")
    await ben.says(town.bot, "我来", reply_to=opened["message_id"] if reply else 0)
    await town.settles()
    assert await town.sql("SELECT state FROM claim") == [("claimed",)]
    assert await town.sql("SELECT count(*) FROM request") == [(0,)]


async def test_somebody_is_always_left_to_appoint_others(town: City) -> None:
    await town.neighbourhood()
    await town.admin.says(town.bot, f"/revoke administrator {town.admin.id}")
    await town.admin.sees(town.bot, "That is the only administrator.")
    await town.leader.says(town.bot, f"/grant leader Ziyun {town.admin.id}")
    await town.leader.sees(town.bot, "Roles are given and taken by administrators.")


async def test_who_leads_no_more_keeps_nobody_s_report(town: City) -> None:
    ben, _carl, chat = await _two(town)
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await ben.says(town.bot, "/report 1 the canary words of Ben")
    await town.leader.sees(town.bot, "canary words")
    await town.admin.says(town.bot, f"/revoke leader Ziyun {town.leader.id}")
    await town.admin.sees(town.bot, "canary words")
    await town.settles()
    assert "canary words" not in str(await town.leader.looks(town.bot))


async def test_report_words_in_private_are_a_report(town: City) -> None:
    """Without a stroke, as in a group: of the duty they name, else of the only one that waits."""
    ben, _carl, chat = await _two(town)
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await town.at(1, "09:00")
    await ben.says(town.bot, "汇报 1 forty leaflets handed out")
    await ben.sees(town.bot, "Received: your words.")
    await ben.says(town.bot, "汇报: and ten more at the gate")
    await town.settles()
    assert await town.sql("SELECT count(*) FROM request") == [(0,)]
    assert await town.sql("SELECT state FROM claim") == [("reported",)]


async def test_a_claim_word_alone_shows_what_is_open_and_is_no_case(town: City) -> None:
    _ben, carl, chat = await _two(town)
    await town.order(chat)
    await acts_in(town, carl, chat)
    await carl.says(town.bot, "+1")
    await carl.sees(town.bot, "Checkpoint duty")
    assert await town.sql("SELECT count(*) FROM request") == [(0,)]
    assert await town.sql("SELECT count(*) FROM claim") == [(0,)]


async def test_a_report_is_thanked_for_where_reactions_are_off(town: City) -> None:
    ben = await town.person("Ben", started=False)
    chat = await town.neighbourhood(ben)
    card = await town.order(chat)
    await town.remote.ask("chat_settings", chat=chat, reactions_off=True)
    await ben.says(chat, "我来", reply_to=card["message_id"])
    await town.settles()
    await ben.sends_photos(chat, reply_to=card["message_id"])
    thanks = await ben.sees(chat, "Received, thank you.")
    assert thanks["silent"] and thanks["reply_to"]


async def test_what_is_passed_on_is_heard_and_the_bot_s_own_words_are_not(village: City) -> None:
    rosa, ben, chat = await people(village)
    duty = await village.order(chat)
    await rosa.forwards(village.bot, chat, duty["message_id"])
    await rosa.sees(village.bot, "What I can do here")
    assert await village.sql("SELECT id FROM request") == []
    cry = await ben.says(chat, "my mother fell and does not wake up")
    await rosa.forwards(village.bot, chat, cry)
    await rosa.sees(village.bot, "120")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
