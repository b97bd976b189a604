"""A case changes hands, or ends, while its duty is out: helpers and who asked are told what is true."""

import pytest

from simulator.client import Phone
from tests.asking import acts_in, people, sent_case
from tests.city import City
from tests.whistling import blows, street


async def _helped(village: City, helpers: int = 1) -> tuple[Phone, list[Phone], int, int]:
    """A case whose duty somebody has a place on: who asked, the helpers, their group and the case."""
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    await village.leader.taps(village.bot, "Send volunteers", on=f"Case {case}")
    await village.settles()
    found = [ben]
    for number in range(1, helpers):
        found.append(await village.person(f"H{number}"))
        await found[-1].joins(chat)
    for phone in found:
        await phone.taps(chat, "I'm in")
    await village.settles()
    return rosa, found, chat, case


async def _passes_up(village: City) -> None:
    card = await village.leader.sees(
        village.bot, lambda m: ["More…"] in m["buttons"] and "rubbish" in m["text"]
    )
    for label in ("More…", "Pass it up"):
        await village.leader.taps(village.bot, label, message_id=card["message_id"])
    await village.settles()


async def test_a_duty_that_is_out_goes_on_whoever_has_the_case(village: City) -> None:
    rosa, (ben,), _chat, _case = await _helped(village)
    await _passes_up(village)
    await ben.says(village.bot, "/report 1 it is swept")
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.passes(minutes=3)
    await rosa.sees(village.bot, "Is it solved")


async def test_who_comes_goes_on_when_the_case_moves_up_and_on(village: City) -> None:
    """Those who have it next do not read that nobody has taken it."""
    _rosa, (ben,), _chat, case = await _helped(village)
    hal = await village.person("Hal")
    await village.lead(hal, "Hehua")
    await village.settles()
    await _passes_up(village)
    assert await village.sql("SELECT state, owner_id FROM request") == [("dispatched", None)]
    card = await village.admin.sees(
        village.bot, lambda m: f"Case {case}" in m["text"] and ["More…"] in m["buttons"]
    )
    await village.admin.taps(village.bot, "More…", message_id=card["message_id"])
    await village.admin.taps(village.bot, "Another area…", message_id=card["message_id"])
    await village.admin.says(village.bot, "Hehua")
    shown = await hal.sees(village.bot, f"Case {case}")
    assert "Nobody has taken it" not in shown["text"] and "Ben" in shown["text"]
    assert await village.sql("SELECT state, owner_id FROM request") == [("dispatched", None)]
    await ben.says(village.bot, "/withdraw 1")
    await hal.sees(village.bot, lambda m: f"Case {case}" in m["text"] and ["I take it"] in m["buttons"])
    await hal.says(village.bot, f"/accept {case}")
    await village.settles()
    assert await village.sql("SELECT state FROM request") == [("accepted",)]
    assert await village.sql("SELECT state FROM duty_order") == [("cancelled",)], "it was out elsewhere"


async def test_a_case_whose_duty_nobody_has_taken_can_be_taken_in_person(village: City) -> None:
    _rosa, (ben,), _chat, case = await _helped(village)
    await village.leader.says(village.bot, f"/accept {case}")
    await village.leader.sees(village.bot, "has been taken")
    await ben.says(village.bot, "/withdraw 1")
    await village.settles()
    await village.leader.says(village.bot, f"/accept {case}")
    await village.settles()
    assert await village.sql("SELECT state, owner_id IS NULL FROM request") == [("accepted", False)]


async def test_who_asked_hears_that_nobody_comes_whoever_has_the_case(village: City) -> None:
    rosa, (ben,), _chat, _case = await _helped(village)
    await _passes_up(village)
    last = await rosa.last_id(village.bot)
    await village.leader.says(village.bot, "/cancel 1 heavy rain")
    await village.settles()
    await ben.sees(village.bot, "heavy rain")
    await rosa.sees(village.bot, "Nobody could come so far", after=last)


async def test_after_not_yet_a_helper_who_is_still_to_come_finishes_it(village: City) -> None:
    rosa, (ben,), _chat, case = await _helped(village)
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    last = await rosa.last_id(village.bot)
    await ben.says(village.bot, "/report 1 it is swept")
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.passes(minutes=3)
    await rosa.sees(village.bot, "Is it solved", after=last)


async def test_what_was_reported_before_not_yet_solves_nothing(village: City) -> None:
    rosa, (ben,), _chat, case = await _helped(village)
    await ben.says(village.bot, "/report 1 it is swept")
    await village.leader.says(village.bot, f"/resolve {case}")
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    last = await rosa.last_id(village.bot)
    await village.leader.taps(village.bot, "5 Great", on="it is swept")
    await village.passes(minutes=10)
    assert not any(
        "Is it solved" in m["text"] for m in await rosa.looks(village.bot) if m["message_id"] > last
    )
    assert await village.sql("SELECT state FROM request") == [("reopened",)]


async def test_who_is_still_to_come_hears_of_the_end_though_another_has_reported(village: City) -> None:
    _rosa, (ben, cleo), chat, case = await _helped(village, helpers=2)
    await ben.says(village.bot, "/report 1 swept my half")
    await village.settles()
    last = await cleo.last_id(village.bot)
    await village.leader.says(village.bot, f"/decline {case} that is private ground")
    await village.settles()
    await cleo.sees(village.bot, "No need to come", after=last)
    shown = [m for m in await ben.looks(chat) if m["is_bot"] and "I'm in" in str(m["buttons"])]
    assert shown == [], "nobody else is sought"
    await village.leader.taps(village.bot, "5 Great", on="swept my half")
    await village.passes(minutes=3)
    assert await village.sql("SELECT sum(points) > 0 FROM transfer") == [(True,)], (
        "who helped has their points"
    )
    assert not any("lapsed" in m["text"] for m in await cleo.looks(village.bot))


async def test_the_duty_of_a_solved_case_seeks_nobody_again(village: City) -> None:
    _rosa, (ben,), chat, case = await _helped(village)
    await village.leader.says(village.bot, f"/resolve {case}")
    await ben.taps(village.bot, "I have not helped")
    await village.settles()
    shown = [m for m in await ben.looks(chat) if m["is_bot"] and "I'm in" in str(m["buttons"])]
    assert shown == [] and await village.sql("SELECT taken, ended_at IS NOT NULL FROM duty_order") == [
        (0, True)
    ]


async def test_who_has_it_next_is_named_too(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    uma = await village.person("Uma")
    await village.lead(uma, "Ziyun")
    case = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/accept {case}")
    await rosa.sees(village.bot, "has taken it.")
    card = await village.leader.sees(
        village.bot, lambda m: ["More…"] in m["buttons"] and "rubbish" in m["text"]
    )
    for label in ("More…", "Give it back"):
        await village.leader.taps(village.bot, label, message_id=card["message_id"])
    await village.passes(minutes=2)
    last = await rosa.last_id(village.bot)
    await uma.says(village.bot, f"/accept {case}")
    await rosa.sees(village.bot, "has taken it.", after=last)


async def test_who_joined_after_not_yet_is_asked_like_any(village: City) -> None:
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    first = await sent_case(village, rosa)
    await village.leader.says(village.bot, f"/resolve {first}")
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    await ben.says(village.bot, "the lift is broken")
    await village.settles()
    await village.passes(minutes=6)
    card = await village.leader.sees(
        village.bot, lambda m: ["More…"] in m["buttons"] and f"Case {first}" in m["text"]
    )
    for label in ("More…", "Same as another case…"):
        await village.leader.taps(village.bot, label, message_id=card["message_id"])
    await village.leader.says(village.bot, str(first + 1))
    await village.settles()
    last = await rosa.last_id(village.bot)
    await village.leader.says(village.bot, f"/resolve {first + 1}")
    await rosa.sees(village.bot, "Is it solved", after=last)


async def test_an_officer_whose_account_is_gone_calls_nobody_and_the_district_hears(village: City) -> None:
    rosa, stan, cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await village.remote.ask("deactivate", person=cim.id)
    last = await village.admin.last_id(village.bot)
    await blows(village, stan, case, "City management")
    await village.admin.sees(village.bot, "reads me here", after=last)


@pytest.mark.parametrize("after", [21, 31])
async def test_a_whistle_that_goes_on_again_is_late_after_its_own_time(village: City, after: int) -> None:
    rosa, stan, _cim, _mar = await street(village)
    case = await sent_case(village, rosa)
    await blows(village, stan, case, "City management")
    await village.passes(minutes=31)
    await rosa.says(village.bot, "/mine")
    await rosa.taps(village.bot, f"Case {case}")
    await rosa.taps(village.bot, "No longer needed")
    await village.passes(minutes=10)
    await rosa.says(village.bot, f"/reopen {case}")
    await village.settles()
    last = await stan.last_id(village.bot)
    await village.passes(minutes=after)
    late = [
        m["text"]
        for m in await stan.looks(village.bot)
        if m["message_id"] > last and "time has passed" in m["text"]
    ]
    assert bool(late) == (after > 30)
