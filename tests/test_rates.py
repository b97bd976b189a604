"""The figures say what happened, also when a case was opened again."""

from services.rates import Rates, WhistleCounts
from tests.asking import people, sent_case
from tests.city import City
from views import case_lists
from views.words import Words


async def _solves(village: City, case: int) -> None:
    await village.leader.says(village.bot, f"/accept {case}")
    await village.leader.says(village.bot, f"/resolve {case}")
    await village.settles()


async def test_lateness_stays_when_a_case_is_opened_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await village.passes(days=5)  # Street cleaning is due within a day
    await _solves(village, case)
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    await _solves(village, case)
    await rosa.taps(village.bot, "Yes, solved")
    await village.leader.says(village.bot, "/rates")
    shown = await village.leader.sees(village.bot, "1 case")
    assert "Taken in time: 0%" in shown["text"] and "Solved: 100%; solved in time: 0%" in shown["text"]


async def test_who_was_quick_is_so_still_when_the_case_is_opened_again(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa)
    await _solves(village, case)
    await rosa.taps(village.bot, "Not yet")
    await village.settles()
    await village.leader.says(village.bot, "/rates")
    shown = await village.leader.sees(village.bot, "1 case")
    assert "Taken in time: 100%" in shown["text"] and "Solved: 0%" in shown["text"]


def test_many_units_and_many_names_fit_in_a_message() -> None:
    words = Words("en")
    units = [WhistleCounts(f"Unit for the matters of many {n}", 5, 4, 3) for n in range(400)]
    shown = case_lists.rates("", Rates(9, 1.0, 1.0, 1.0, 4.5, 9), units, [], words)
    assert len(str(shown.text)) < 4096 and "and 370 more" in str(shown.text)
    assert len(words.few(["Bartholomew-Maximilian"] * 500)) < 1000
