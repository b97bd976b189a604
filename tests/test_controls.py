"""Each test of docs/promises.md's R-numbers fails when the bug it stands against is there (tests/with_bug.py)."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from services import dead_letters
from tests import (
    test_dead_letters,
    test_escalation,
    test_poison,
    test_processes,
    test_reliability,
    test_sending_out,
    test_taking_in,
    test_upkeep,
)
from tests.city import City
from tests.processes import Process

CONTROLS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "R1 by polling": (
        "acknowledges_first",
        test_taking_in.test_r01_updates_survive_kills,
        {"webhook": False},
    ),
    "R1 by webhook": ("acknowledges_first", test_taking_in.test_r01_updates_survive_kills, {"webhook": True}),
    "R2": (
        "remembers_and_does_not_look",
        test_taking_in.test_r02_updates_that_come_again_in_any_order_change_nothing_more,
        {},
    ),
    "R3": ("tries_for_ever", test_poison.test_r03_updates_that_make_no_sense_stop_nobody, {}),
    "R4": (
        "answers_telegram_last",
        test_taking_in.test_r04_updates_are_taken_while_nothing_can_be_sent,
        {"how": "502"},
    ),
    "R5": (
        "gives_up_the_unknown",
        test_sending_out.test_r05_an_order_reaches_every_group_with_a_fifth_of_the_calls_failing,
        {},
    ),
    "R6": (
        "drops_what_was_under_way",
        test_sending_out.through_crashes,
        {"groups": 240, "kills": 6},
    ),
    "R7": (
        "keeps_no_pace",
        test_sending_out.test_r07_r08_no_limit_is_broken_and_the_urgent_overtakes,
        {},
    ),
    "R8": ("has_one_lane", test_sending_out.to_many_groups, {"groups": 600, "urgent": 6}),
    "R9": (
        "buries_what_is_refused",
        test_sending_out.test_r09_what_can_never_arrive_ends_and_others_go_on,
        {},
    ),
    "R10": ("stays_behind", test_sending_out.test_r10_groups_that_move_keep_their_orders, {}),
    "R11": (
        "keeps_no_pace",
        test_sending_out.test_r11_many_changes_make_few_edits_and_the_last_one_shows,
        {"by": "press"},
    ),
    "R12": (
        "gives_up_the_unknown",
        test_sending_out.test_r12_an_unknown_outcome_is_treated_by_class,
        {"by": "press"},
    ),
    "R19": ("counts_nobody", test_reliability.test_r19_places_are_never_given_twice_across_processes, {}),
    "R20": ("drops_what_is_late", test_reliability.test_r20_what_fell_due_while_we_were_away_comes_once, {}),
    "R21": (
        "trusts_its_own_clock",
        test_processes.test_another_takes_over_and_a_resumed_holder_writes_nothing,
        {"how": "frozen"},
    ),
    "R23": ("remembers_before_it_tells", test_escalation.escalate, {"reports": 2000, "kills": 10}),
    "R42": (
        "leaves_in_a_hurry",
        test_reliability.test_r42_rolling_restarts_lose_nothing_and_redis_is_only_speed,
        {},
    ),
    "R43": (
        "holds_nothing_back",
        test_upkeep.test_a_copy_put_back_sends_nothing_twice,
        {"later": False},
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("name", CONTROLS)
async def test_its_bug_makes_it_fail(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug, test, given = CONTROLS[name]
    monkeypatch.setattr(Process, "program", ("tests.with_bug", bug))
    asked = {
        parameter: tmp_path if parameter == "tmp_path" else request.getfixturevalue(parameter)
        for parameter in inspect.signature(test).parameters
        if parameter not in (*given, "request")
    }
    if "request" in inspect.signature(test).parameters:
        asked["request"] = request
    with pytest.raises((AssertionError, TimeoutError)):
        await test(**asked, **given)


async def test_r13_a_letter_nobody_strikes_off_makes_it_fail(
    town: City, expected_failures: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "done", lambda *_: None)
    with pytest.raises((AssertionError, TimeoutError)):
        await test_dead_letters.test_dead_letters_are_seen_and_redriven_once(
            town, expected_failures, monkeypatch
        )
