"""Scenes of requests share these: people who ask, and cards that owners read."""

from typing import Any

from simulator.client import Phone
from tests.city import City

RUBBISH = "rubbish everywhere, the bins are full, dirty street"


async def people(town: City) -> tuple[Phone, Phone, int]:
    """A resident who is known to live in Ziyun, a volunteer, and their group."""
    rosa, ben = await town.person("Rosa"), await town.person("Ben")
    chat = await town.neighbourhood(rosa, ben)
    await acts_in(town, rosa, chat)
    return rosa, ben, chat


async def acts_in(town: City, phone: Phone, chat: int) -> None:
    """Somebody says something to the bot in a group, and is known there from now on."""
    last = await phone.last_id(town.bot)
    await phone.says(chat, "/points@DutyGridBot")
    await phone.sees(town.bot, "0 points", after=last)


async def asks(town: City, rosa: Phone, words: str) -> int:
    """The resident writes; the case's number."""
    last = await rosa.last_id(town.bot)
    await rosa.says(town.bot, words)
    await rosa.sees(town.bot, "Got it: case", after=last)
    return int((await town.sql("SELECT max(id) FROM request"))[0][0])


async def card(phone: Phone, town: City, case: int, words: str = "") -> dict[str, Any]:
    """The owner's card of a case, with these words on it."""
    return await phone.sees(
        town.bot,
        lambda m: f"Case {case}" in m["text"] and words in m["text"] and m["buttons"],
        what=f"case {case}",
    )


async def sent_case(town: City, rosa: Phone, words: str = RUBBISH, kind: str = "Street cleaning") -> int:
    """A case with its owners."""
    case = await asks(town, rosa, words)
    await rosa.taps(town.bot, kind)
    await rosa.says(town.bot, "skip")
    await town.settles()
    return case


async def card_text(phone: Phone, town: City, case: int) -> dict[str, Any]:
    """A case as somebody reads it who may not act on it."""
    return await phone.sees(
        town.bot,
        lambda m: f"Case {case}" in m["text"] and not m["buttons"] and "Nobody" in m["text"],
        what=f"case {case}",
    )
