"""The pace at Telegram's end, where it counts: whatever the way there and back takes, no second sees one too many."""

import heapq
from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from models import Delivery, Lane
from scheduler.due import Item, overtakes
from scheduler.lanes import Lanes
from scheduler.pacer import OVERALL_MOST, Gate, Pacer
from services.deliveries import STALE

CALLS = 300


def play(
    ways: list[tuple[float, float]], there: float, back: float, still: tuple[float, float] = (0.0, 0.0)
) -> list[float]:
    """Send as fast as the gate lets, each call with extra seconds there and back; when each arrived. Between the
    times of `still` nothing arrives, and all at once after."""
    gate, now = Gate(), 0.0
    answers: list[tuple[float, int]] = []
    calls, arrived = [], []
    for number in range(CALLS):
        while True:
            while answers and answers[0][0] <= now:
                at, which = heapq.heappop(answers)
                gate.answer(calls[which], at)
            if gate.opens_at() <= now:
                break
            now = min([gate.opens_at(), *(at for at, _ in answers[:1])])
        slow_there, slow_back = ways[number % len(ways)]
        calls.append(gate.leave(now))
        arrives = now + there + slow_there
        arrived.append(still[1] if still[0] < arrives < still[1] else arrives)
        heapq.heappush(answers, (arrived[-1] + back + slow_back, number))
    return sorted(arrived)


delays = st.floats(0, 0.1)


@settings(max_examples=200, deadline=None)
@given(ways=st.lists(st.tuples(delays, delays), min_size=1, max_size=40), there=delays, back=delays)
def test_no_second_at_telegrams_end_sees_more_than_thirty(
    ways: list[tuple[float, float]], there: float, back: float
) -> None:
    arrived = play([(0.0, 0.0), *ways], there, back)
    assert all(later - sooner > 1.0 for sooner, later in zip(arrived, arrived[OVERALL_MOST:], strict=False))


@settings(max_examples=100, deadline=None)
@given(begins=st.floats(0.5, 5), lasts=st.floats(0, 3), way=st.floats(0, 0.1))
def test_what_stood_still_and_comes_at_once_is_counted_then(begins: float, lasts: float, way: float) -> None:
    arrived = play([(0.0, 0.0)], way, way, (begins, begins + lasts))
    assert all(later - sooner > 1.0 for sooner, later in zip(arrived, arrived[OVERALL_MOST:], strict=False))


def test_a_group_s_card_changes_before_its_next_answer() -> None:
    """And of its twenty messages a minute some are kept for that, however many answers wait."""
    pacer = Pacer()
    lanes = Lanes(pacer)
    for number in range(1, 41):
        lanes.put(Item(Delivery(id=number, chat_id=-5, lane=Lane.ANSWER), edit=False))
    card = Delivery(id=99, chat_id=-5, lane=Lane.BROADCAST, shown_version=1)
    now, left = 100.0, []
    while now < 160:
        if lanes.known.isdisjoint({99}):
            lanes.put(Item(card, edit=True))  # it has changed again
        item = lanes.next(now, ())
        if item is not None:
            pacer.record(-5, now, card_edit=item.card_edit)
            lanes.known.discard(item.row.id)
            left.append((now, item.card_edit))
        now += 0.25
    edits = [at for at, edit in left if edit]
    assert len(left) == 20 and left[0] == (100.0, True)
    assert (
        all(later - sooner <= 8 for sooner, later in zip(edits, edits[1:], strict=False)) and len(edits) >= 4
    )


def test_an_even_way_costs_no_pace() -> None:
    arrived = play([(0.0, 0.0)], 0.03, 0.03)
    assert (CALLS - OVERALL_MOST) / (arrived[-1] - arrived[OVERALL_MOST - 1]) > OVERALL_MOST * 0.98


def test_answers_that_take_long_while_others_come_are_not_waited_for() -> None:
    arrived = play([(0.0, 0.0), (0.0, 0.6), (0.0, 0.0), (0.0, 2.0)], 0.03, 0.03)
    assert (CALLS - OVERALL_MOST) / (arrived[-1] - arrived[OVERALL_MOST - 1]) > OVERALL_MOST * 0.75


def test_a_press_does_not_wait_for_the_ordinary_edit_of_its_card() -> None:
    def card(number: int, shown: int) -> Item:
        return Item(Delivery(id=number, kind="order", lane=Lane.NOTE, shown_version=shown), edit=True)

    edits = deque([card(1, 3), card(2, 3)])
    assert not overtakes(card(2, 3), edits) and not overtakes(card(3, STALE), edits)
    assert overtakes(card(2, STALE), edits) and [item.row.id for item in edits] == [1]
