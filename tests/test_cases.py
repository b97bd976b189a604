"""Owners at work: taking, sorting, giving on, extending, declining, joining; and what the others read."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models import Member, Request
from services import disposal
from tests.asking import RUBBISH, acts_in, asks, card, people, sent_case
from tests.city import ZONE, City


async def test_two_leaders_at_once_and_the_second_hears_who_was_first(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    max_ = await village.person("Max")
    await village.lead(max_, "Ziyun")
    case = await sent_case(village, rosa)
    first, second = await card(village.leader, village, case), await card(max_, village, case)
    assert "is yours" in await village.leader.taps(village.bot, "I take it", message_id=first["message_id"])
    assert "Lea has taken case" in await max_.forges(village.bot, second["message_id"], f"case:accept:{case}")
    await card(max_, village, case, "Lea has taken it.")
    assert await village.sql("SELECT count(*) FROM audit WHERE fact = 'request.accepted'") == [(1,)]


async def test_declining_and_extending_take_a_reason_that_the_asker_reads(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.says(village.bot, f"/extend {case} waiting for a lorry")
    await village.leader.sees(village.bot, "granted by a level above yours")
    await village.admin.says(village.bot, f"/extend {case} waiting for a lorry")
    told = await rosa.sees(village.bot, "It takes longer: by")
    assert "waiting for a lorry" in told["text"]
    await village.admin.says(village.bot, f"/extend {case} again")
    await village.admin.sees(village.bot, "can't be extended")
    await village.leader.taps(village.bot, "More…", message_id=found["message_id"])
    await village.leader.taps(village.bot, "We can't do this…", message_id=found["message_id"])
    await village.leader.sees(village.bot, "why can't we do it?")
    await village.leader.says(village.bot, "It is private ground")
    await rosa.sees(village.bot, "Why: It is private ground")
    await rosa.taps(village.bot, "I don't agree")
    await village.leader.sees(village.bot, "does not agree that it can't be done")
    assert await village.sql("SELECT state, reopened FROM request") == [("reopened", 1)]


async def test_sorting_by_the_menus_moves_it_to_its_owners_and_teaches(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await asks(village, rosa, "our thing is broken, please come")
    await village.passes(minutes=6)
    found = await card(village.leader, village, case, "not sorted yet")
    for label in ("Another kind…", "Environment", "Noise"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await card(stan, village, case, "Noise")
    await rosa.sees(village.bot, "It is a matter of Noise now. Tanggu has it.")
    assert await village.sql("SELECT category, sorted_by, level FROM request") == [
        ("noise", "owner", "street")
    ]
    await asks(village, rosa, "/request our thing is broken, come")
    await rosa.sees(village.bot, lambda m: ["Noise"] in m["buttons"], what="what was learned")


async def test_it_is_given_to_a_person_who_solves_it(village: City) -> None:
    rosa, ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    for label in ("More…", "Give it to a person…"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await village.leader.says(village.bot, str(rosa.id))
    await village.leader.sees(village.bot, "That is the person who asked")
    await village.leader.says(village.bot, "Ben")
    await village.leader.sees(village.bot, "a number that /start shows them")
    await village.leader.says(village.bot, str(ben.id))
    theirs = await card(ben, village, case, "Ben is on it.")
    await rosa.sees(village.bot, "Ben is on it. By")
    await ben.taps(village.bot, "Solved", message_id=theirs["message_id"])
    await rosa.sees(village.bot, "Is it solved?")
    await village.leader.says(village.bot, f"/resolve {case}")
    await village.leader.sees(village.bot, "is reported as solved already")


async def test_cases_are_joined_and_both_askers_hear(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await sent_case(village, rosa)
    second = await asks(village, ben, "litter and rubbish by the bins, a dirty street")
    await ben.taps(village.bot, "Street cleaning")
    await ben.taps(village.bot, "No, mine is another")
    await ben.says(village.bot, "skip")
    found = await card(village.leader, village, second)
    for label in ("More…", "Same as another case…"):
        await village.leader.taps(village.bot, label, message_id=found["message_id"])
    await village.leader.says(village.bot, str(first))
    await ben.sees(village.bot, f"part of case {first}")
    await card(village.leader, village, first, "1 more person asks for the same.")
    await village.settles()  # the note about it comes beside the card
    last = await ben.last_id(village.bot)
    await ben.says(village.bot, "/mine")
    listed = await ben.sees(village.bot, f"part of case {first}", after=last)
    assert "The leader of Ziyun has it" in listed["text"] and "Due " in listed["text"]
    await ben.says(village.bot, f"/case {first}")
    await ben.sees(village.bot, f"part of case {first}", after=listed["message_id"])
    await village.leader.says(village.bot, f"/resolve {first}")
    await ben.sees(village.bot, "Is it solved?")
    await ben.taps(village.bot, "Not yet")
    await village.settles()
    assert dict(await village.sql("SELECT id, state FROM request")) == {first: "resolved", second: "reopened"}


async def test_a_duty_without_help_gives_the_case_back(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "please pass it on to nobody")
    await ben.says(village.bot, "/withdraw 1")
    await village.settles()
    assert not [m for m in await ben.looks(village.bot) if "pass it on" in m["text"]]
    await village.leader.says(village.bot, "/cancel 1 nobody came")
    await village.leader.sees(village.bot, "It is back with you")
    assert await village.sql("SELECT state FROM request") == [("new",)]


async def test_a_duty_for_several_chats_asks_first(village: City) -> None:
    rosa, ben, chat = await people(village)
    other = await village.group("Ziyun east", village.leader, ben)
    await village.leader.says(other, "/bind@DutyGridBot Ziyun")
    await village.leader.sees(other, "belongs to Ziyun")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await card(village.leader, village, case, "would go to all 2 chats of Ziyun")
    await village.settles()
    assert await village.sql("SELECT count(*) FROM duty_order") == [(0,)]
    await village.leader.taps(village.bot, "Back", message_id=found["message_id"])
    await village.leader.sees(
        village.bot, lambda m: "would go" not in m["text"] and m["buttons"], what="the card"
    )
    assert await village.leader.forges(village.bot, found["message_id"], f"case:send:{case}:1") is not None
    assert await village.sql("SELECT count(*) FROM duty_order") == [(0,)]
    await village.leader.taps(village.bot, "Send it there", message_id=found["message_id"])
    for place in (chat, other):
        await ben.sees(place, "0/3")
    assert await village.sql("SELECT count(*) FROM duty_order") == [(1,)]
    await card(village.leader, village, case, "Duty #1 is out")


async def test_nobody_else_reads_or_moves_a_case(village: City) -> None:
    rosa, ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    pressed = await card(village.leader, village, case)
    for command in ("/case", "/accept", "/resolve", "/decline", "/extend", "/reopen", "/whistle"):
        last = await ben.last_id(village.bot)
        await ben.says(village.bot, f"{command} {case} why")
        await ben.sees(village.bot, lambda m: bool(m["text"]) and "rubbish" not in m["text"], after=last)
    for verb in ("accept", "send", "resolve", "files", "map", "show", "whistle", "yes", "not"):
        assert await ben.forges(village.bot, pressed["message_id"], f"case:{verb}:{case}")
    assert await ben.forges(village.bot, pressed["message_id"], f"case:sort:{case}:noise")
    assert await ben.forges(village.bot, pressed["message_id"], "case:accept:999999999999")
    assert await ben.forges(village.bot, pressed["message_id"], "order:details:1")
    assert await village.sql("SELECT state, category FROM request") == [("new", "sanitation")]
    unknown = await village.leader.forges(village.bot, pressed["message_id"], f"case:sort:{case}:nothing")
    assert "not on the list any more" in unknown


async def test_requests_lists_what_waits_and_the_morning_says_so(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, "/requests")
    listed = await village.leader.sees(village.bot, "Open cases: 1. Overdue 0")
    assert "without owner" in listed["text"]
    await village.leader.taps(village.bot, f"{case} Street cleaning")
    await village.leader.sees(village.bot, "asked")
    await village.at(1, "08:31")
    await village.leader.sees(village.bot, "Good morning.")
    await village.admin.sees(village.bot, "Good morning.")
    await rosa.says(village.bot, "/requests")
    await rosa.sees(village.bot, "No case waits for you.")
    await village.leader.says(village.bot, "/rates")
    await village.leader.sees(village.bot, "Solved: 0%")


async def test_overdue_goes_up_step_by_step_and_each_says_who_was_told(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    await village.at(await _days_until_due(village), "17:00")
    warned = await village.leader.sees(village.bot, "It is due 18:00 today.")
    assert "Next to hear: Tanggu" in warned["text"]
    await village.at(0, "18:01")
    told = await stan.sees(village.bot, "it was due 18:00 today.")
    assert "Next to hear: the administrators" in told["text"] and "Nobody has taken it yet." in told["text"]
    await village.leader.sees(village.bot, "Told now: Tanggu.")
    await rosa.sees(village.bot, "We have told Tanggu.")
    for _ in range(15):  # over a weekend, or a week of holidays
        if await village.sql("SELECT told_up FROM request") != [(1,)]:
            break
        await village.at(1, "18:01")
    await village.admin.sees(village.bot, "it was due")
    assert await village.sql("SELECT told_up FROM request") == [(2,)]
    await village.leader.says(village.bot, f"/case {case}")
    history = await village.leader.sees(village.bot, "told the next level")
    assert history["text"].count("told the next level") == 2


async def test_the_list_is_changed_by_a_file_and_cases_keep_theirs(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    before = await sent_case(village, rosa)
    shipped = disposal.SHIPPED.read_text(encoding="utf-8")
    await rosa.sends_document(village.bot, "list.csv", "/disposal", text=shipped)
    await rosa.sees(village.bot, "put in force by administrators")
    for text, said in (
        ("a,b\n1,2", "can't read that file"),
        (shipped.replace(",6H,", ",soon,"), "5 mistakes"),
    ):
        await village.admin.sends_document(village.bot, "list.csv", "/disposal", text=text)
        await village.admin.sees(village.bot, said)
    without = "\n".join(line for line in shipped.split("\n") if ",sanitation," not in line)
    await village.admin.sends_document(village.bot, "list.csv", "/disposal", text=without)
    await village.admin.sees(village.bot, "Disposal list 2 is in force: 76 kinds.")
    await card(village.leader, village, before, "Street cleaning")
    found = await card(village.leader, village, before)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    after = await asks(village, rosa, "/request rubbish everywhere, the bins are overflowing")
    assert "Street cleaning" not in str((await rosa.sees(village.bot, "Got it: case"))["buttons"])
    versions = dict(await village.sql("SELECT id, list_version FROM request"))
    assert versions[before] == 1 and versions[after] == 2


async def test_a_suspended_member_in_need_is_heard(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await village.database.write(None, _suspend, telegram_id=rosa.id)
    case = await asks(village, rosa, RUBBISH)
    await village.passes(minutes=6)
    await card(village.leader, village, case, "rubbish")


async def _days_until_due(village: City) -> int:
    """Working days are real ones: the next may be after a weekend, or a week of holidays."""
    due = await village.database.read(lambda session: session.exec(select(Request.due_at)).one())
    return (due.astimezone(ZONE).date() - village.database.clock().astimezone(ZONE).date()).days


def _suspend(session: Session, now: datetime, telegram_id: int) -> None:
    session.exec(update(Member).where(col(Member.telegram_id) == telegram_id).values(suspended_at=now))
