"""Private by construction: what residents say reaches those who help, and no group, log, audit or byte on disk."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.sender import TelegramSender
from models import Member, Request, RequestPart
from models.database import Database
from models.sealed import Keys, new_key, seal, unseal
from services import disposal_lists, rotation
from tests.asking import acts_in, asks, card, people, sent_case
from tests.city import City

CANARIES = ("canaryword", "Canary Lane 77", "13877700077")


async def test_details_that_are_on_their_way_when_the_place_is_given_back_go_again(
    village: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They show on the phone before the bot hears that they arrived; quick fingers withdraw in between."""
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.sees(chat, lambda message: bool(message["buttons"]), what="the duty")
    real = TelegramSender.send

    async def slow(sender: Any, *arguments: Any) -> int:
        sent = await real(sender, *arguments)
        await asyncio.sleep(1.5)
        return sent

    monkeypatch.setattr(TelegramSender, "send", slow)
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "please pass it on to nobody")
    await ben.says(village.bot, "/withdraw 1")
    await village.settles()
    await village.passes(seconds=2)
    assert not [m for m in await ben.looks(village.bot) if "pass it on" in m["text"]]


async def test_words_place_and_phone_reach_nobody_but_those_who_help(village: City, log: list[Any]) -> None:
    """R38: a whole case with canaries; then every group message, log line, audit row and stored byte is looked through."""
    rosa, ben, chat = await people(village)
    carl = await village.person("Carl")
    case = await asks(village, rosa, "In isolation, out of medicine, canaryword canaryword")
    await rosa.taps(village.bot, "Medicine")
    await rosa.says(village.bot, "Canary Lane 77")
    await rosa.says(village.bot, "138 7770 0077")
    found = await card(village.leader, village, case, "Canary Lane 77")
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in", on="Visit")
    shown = await ben.sees(village.bot, "Canary Lane 77")
    assert shown["protected"] and "canaryword" in shown["text"] and "13877700077" in shown["text"]
    assert "no place" in await carl.forges(village.bot, found["message_id"], "order:details:1")
    await village.passes(hours=25)
    assert not [m for m in await ben.looks(village.bot) if "Canary Lane" in m["text"]]

    everything = json.dumps([str(line) for line in log], ensure_ascii=False)
    for table in ("audit", "delivery", "due", "duty_order"):
        everything += str(await village.sql(f"SELECT * FROM {table}"))
    everything += json.dumps(await ben.looks(chat), ensure_ascii=False)
    for canary in CANARIES:
        assert canary not in everything, canary
    revealed = await village.sql("SELECT count(*) FROM audit WHERE fact = 'request.revealed'")
    assert revealed[0][0] >= 1
    await _no_canary_on_disk(village)


async def _no_canary_on_disk(village: City) -> None:
    """R39: neither the database nor its log holds a canary in the clear."""
    url = village.settings.database_url
    if not url.startswith("sqlite:///"):
        tables = [
            row[0] for row in await village.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        stored = "".join([str(await village.sql(f'SELECT * FROM "{table}"')) for table in tables]).encode()
    else:
        file = Path(url.removeprefix("sqlite:///"))
        stored = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    for canary in CANARIES:
        assert canary.encode() not in stored, canary


async def test_forgetting_withdraws_and_empties_what_was_asked(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "In isolation, out of medicine, canaryword")
    await rosa.taps(village.bot, "Medicine")
    await rosa.says(village.bot, "Canary Lane 77")
    await rosa.says(village.bot, "13877700077")
    await card(village.leader, village, case)
    await rosa.says(village.bot, "/mydata")
    await rosa.sees(village.bot, "1 request, 1 of them open")
    await rosa.says(village.bot, "/forget")
    await rosa.taps(village.bot, "Yes, erase it")
    await rosa.sees(village.bot, "Erased.")
    await village.leader.sees(village.bot, "Its details have been deleted.")
    rows = await village.sql("SELECT place, position, phone, reason, closed_by FROM request")
    assert rows == [(None, None, None, None, "forgotten")]
    assert await village.sql("SELECT DISTINCT words, file_id FROM request_part") == [(None, None)]


async def test_a_month_after_the_end_nothing_is_left_but_numbers(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    case = await asks(village, rosa, "In isolation, out of medicine, canaryword")
    await rosa.taps(village.bot, "Medicine")
    await rosa.says(village.bot, "Canary Lane 77")
    await rosa.says(village.bot, "no calls")
    await rosa.sees(village.bot, "Due by")
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Yes, solved")
    await village.passes(days=29)
    assert await village.sql("SELECT anonymised_at FROM request") == [(None,)]
    await village.passes(days=1, hours=1)
    assert await village.sql("SELECT place, category, state FROM request") == [
        (None, "medicine", "confirmed")
    ]
    assert await village.sql("SELECT DISTINCT words FROM request_part") == [(None,)]
    await rosa.says(village.bot, f"/reopen {case}")
    await rosa.sees(village.bot, "was closed long ago")


@pytest.mark.parametrize("many", [3])
async def test_keys_are_rotated_beside_a_running_bot(database_url: str, many: int) -> None:
    """R39: everything opens before, during and after; a ciphertext moved elsewhere never does."""
    now = datetime(2026, 11, 26, 2, tzinfo=UTC)
    old, new = new_key(), new_key()
    before = Database(database_url, keys=Keys.from_text(old), clock=lambda: now)

    def write(session: Session, now: datetime) -> None:
        session.add(Member(telegram_id=5, name="m", joined_at=now))
        version, _ = disposal_lists.current(session, now)
        session.flush()
        for number in range(many * rotation.SLICE):
            request = Request(
                asker_id=1, list_version=version, asked_at=now, touched_at=now, clock_from=now, due_at=now
            )
            seal(session, request, "phone", f"13800{number:06d}")
            session.add(request)
            session.flush()
            part = RequestPart(request_id=request.id, chat_id=5, message_id=number, said_at=now)
            seal(session, part, "words", f"words {number}")
            session.add(part)

    await before.write(None, write)
    before.close()
    both = Database(database_url, keys=Keys.from_text(f"2:{new},1:{old}"), clock=lambda: now)
    assert await both.read(rotation.left) == 2 * many * rotation.SLICE
    await both.write(None, rotation.reseal)
    assert await both.read(_all_open) == many * rotation.SLICE
    while await both.write(None, rotation.reseal):
        pass
    assert await both.read(rotation.left) == 0
    both.close()
    after = Database(database_url, keys=Keys.from_text(f"2:{new}"), clock=lambda: now)
    assert await after.read(_all_open) == many * rotation.SLICE
    after.close()


def _all_open(session: Session) -> int:
    """How many phones and words open, each to what was written."""
    opened = 0
    for request in session.exec(select(Request)).all():
        assert re.fullmatch(r"13800\d{6}", unseal(session, request, "phone") or "")
        opened += 1
    for part in session.exec(select(RequestPart)).all():
        assert unseal(session, part, "words") == f"words {part.message_id}"
    return opened


async def test_a_leader_asks_for_somebody_else_with_that_persons_number(village: City) -> None:
    """The leader's own place and number are not offered; what is kept is the number of who needs help."""
    await people(village)
    leader = village.leader
    await asks(village, leader, "Mrs Wu on the 5th floor is nearly out of blood pressure pills")
    await leader.taps(village.bot, "For somebody else, who agreed")
    await leader.finds(village.bot, lambda m: ["✓ For somebody else, who agreed"] in m["buttons"])
    await leader.taps(village.bot, "Medicine")
    await leader.sees(village.bot, "Where is it?")
    await leader.says(village.bot, "Building 3, door 501")
    asked = await leader.sees(village.bot, "May we phone them about this?")
    assert not asked["shares_phone"]
    await leader.says(village.bot, "13912345678")
    await leader.sees(village.bot, "Due by")
    assert await village.sql("SELECT for_other FROM request") in ([(1,)], [(True,)])
