"""The pace at Telegram's end, where it counts: whatever the way there and back takes, no second sees one too many."""

import heapq
from collections import Counter, deque
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models import Delivery, DeliveryClass, DeliveryState, Lane
from scheduler import due
from scheduler.due import Item, overtakes
from scheduler.lanes import Lanes
from scheduler.pacer import OVERALL_MOST, Gate, Pacer
from services import deliveries
from services.deliveries import STALE
from tests.post import BEN, NEW, OLD, Post

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


async def test_however_much_waits_for_one_chat_others_do_not_wait_for_it(post: Post) -> None:
    """Answers and cards alike: what one chat can't take yet leaves room for what others can."""

    def many(session: Session, now: datetime) -> None:
        for number in range(2 * due.MOST):
            deliveries.put(
                session, now, kind="greeting", args={}, chat_id=BEN, recipient_id=1, lane=Lane.ANSWER,
                klass=DeliveryClass.CRITICAL,
            )  # fmt: skip
            old = deliveries.card(session, now, "order", ("order", 1), chat_id=OLD, lane=Lane.BROADCAST)
            old.state, old.message_id, old.shown_version = DeliveryState.SENT, 1000 + number, -7
        other = deliveries.card(session, now, "order", ("order", 1), chat_id=NEW, lane=Lane.BROADCAST)
        other.state, other.message_id, other.shown_version = DeliveryState.SENT, 7, -7
        deliveries.put(
            session, now, kind="greeting", args={}, chat_id=BEN + 1, recipient_id=2, lane=Lane.NOTE,
            klass=DeliveryClass.COURTESY,
        )  # fmt: skip

    await post.does(many)
    await post.runs(6, step=0.5)
    reached = Counter((verb, chat) for verb, chat, _ in post.sender.calls)
    assert reached["send", BEN + 1] == 1 and reached["edit", NEW] == 1, reached
    assert 3 <= reached["send", BEN] <= 7, "it has its own pace all the same"


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
