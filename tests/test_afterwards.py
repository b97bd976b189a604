"""What people see after a decision was taken back, a copy was put back, or somebody came by another door."""

from datetime import UTC, datetime, timedelta

from bot import upkeep
from services import restores
from services.timetable import PERFORMERS
from tests.asking import card, people, sent_case
from tests.city import City
from tests.test_upkeep import _stamp_in


async def test_a_decision_taken_back_shows_on_the_cases_card(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "/report 1 swept")
    await card(village.leader, village, case, "A report waits for review.")
    await village.leader.taps(village.bot, "5 Great")
    await village.settles()
    await village.leader.says(village.bot, "/undo")
    await card(village.leader, village, case, "A report waits for review.")


async def test_who_writes_revoke_wrongly_reads_how_to_write_revoke(village: City) -> None:
    await village.neighbourhood()
    await village.admin.says(village.bot, f"/revoke administrator Ziyun {village.leader.id}")
    said = await village.admin.sees(village.bot, "Please write it like this")
    assert "/revoke" in said["text"] and "/grant" not in said["text"]


async def test_who_was_appointed_and_first_comes_by_a_poster_hears_of_it(village: City) -> None:
    await village.neighbourhood()
    sue = await village.remote.phone("Sue")
    await village.admin.says(village.bot, f"/grant leader Ziyun {sue.id}")
    await village.admin.sees(village.bot, "leader of Ziyun")
    await sue.starts("help-11")
    await sue.sees(village.bot, "You are leader of Ziyun")


async def test_discarding_after_a_restore_says_nobody_again_that_their_place_is_filled(village: City) -> None:
    ben, carl = await village.person("Ben"), await village.person("Carl")
    chat = await village.neighbourhood(ben, carl)
    await village.order(chat, "need: 2", when="2028-03-04 08:00-12:00")
    for one in (ben, carl):
        await one.taps(chat, "I'm in")
    early = datetime(2028, 3, 3, 23, 0, tzinfo=UTC)  # seven in the morning there
    await village.passes(seconds=(early - village.database.clock()).total_seconds())
    await ben.taps(village.bot, "Can't make it", on="In one hour")
    await ben.sees(village.bot, "I'll look for someone")
    await village.leader.taps(chat, "I'm in")
    await village.settles()
    last = await ben.last_id(village.bot)
    await village.database.write(None, _stamp_in, later=timedelta(minutes=30))
    await village.passes(minutes=36)
    held = [row.kind for row in await village.database.read(restores.held)]
    assert "claim.filled" in held and upkeep.HELD["claim.filled"][1] == "done, unsaid"
    await village.database.write(None, restores.release, discard=True)
    await village.settles()
    assert await ben.last_id(village.bot) == last


def test_every_step_that_writes_to_people_is_named_before_it_is_released() -> None:
    """What is not in the list is called upkeep that nobody reads."""
    unread = {"cases.calendar", "request.anonymise", "request.late", "whistle.forget"}
    assert PERFORMERS.keys() - upkeep.HELD.keys() == unread
