"""Two people, or a person and the clock, at the same moment: either order must be right, on both databases.

`halfway` holds the first one in the middle of its transaction while the second runs. On SQLite the second
waits; on PostgreSQL both are open at once.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from models import Delivery, DeliveryClass, DeliveryState, Lane, Member, OrderVisit, Reach
from models.actor import Actor, Cause, Person, Refusal
from services import (
    adoption,
    claims,
    deliveries,
    endings,
    members,
    orders,
    pressed,
    reports,
    restores,
    reviews,
    timetable,
)
from services.pieces import Photo, Piece
from tests.scene import BEN, CARL, LEA, START, Scene


async def _approved(scene: Scene) -> None:
    await scene.does(BEN, claims.claim, order_id=1)
    await scene.does(BEN, reports.submit, order_id=1, piece=Piece("done"))
    await scene.does(LEA, reviews.decide, report_id=1, verb="approve", rating=5)


async def test_a_decision_is_undone_or_paid_and_never_both(scene: Scene) -> None:
    await _approved(scene)
    scene.now = START + timedelta(seconds=59.9)
    async with scene.halfway(reviews, "_load", scene.does(LEA, reviews.undo)) as undo:
        scene.now = START + timedelta(seconds=60)
        await scene.falls_due("review.settle")
    paid, undone = (await scene.sql("SELECT paid_at IS NOT NULL, undone_at IS NOT NULL FROM review"))[0]
    assert bool(paid) != bool(undone)
    assert isinstance(await undo, Refusal) == bool(paid)
    assert len(await scene.sql("SELECT id FROM transfer")) == int(paid)


async def test_settling_halfway_pays_once_whoever_undoes(scene: Scene) -> None:
    await _approved(scene)
    scene.now = START + timedelta(seconds=60)
    async with scene.halfway(timetable.orders, "get", scene.falls_due("review.settle")):
        scene.now = START + timedelta(seconds=59)
        await scene.does(LEA, reviews.undo)
    assert await scene.sql("SELECT points FROM transfer") == [(4,)]
    assert await scene.sql("SELECT state FROM claim") == [("approved",)]


async def test_a_cancelled_order_does_not_start(scene: Scene) -> None:
    await scene.does(BEN, claims.claim, order_id=1)
    scene.now = START + timedelta(hours=1)
    async with scene.halfway(timetable, "_current_order", scene.falls_due("order.start")):
        await scene.does(LEA, orders.cancel, order_id=1, reason="Snow")
    assert await scene.sql("SELECT state, taken FROM duty_order") == [("cancelled", 0)]
    assert await scene.sql("SELECT state FROM claim") == [("withdrawn",)]


async def test_a_place_given_back_while_the_order_is_cancelled_counts_once(scene: Scene) -> None:
    await scene.does(BEN, claims.claim, order_id=1)
    await scene.does(CARL, claims.claim, order_id=1)
    async with scene.halfway(orders, "may_change", scene.does(LEA, orders.cancel, order_id=1, reason="Snow")):
        await scene.does(CARL, claims.withdraw, order_id=1)
    assert await scene.sql("SELECT state, taken FROM duty_order") == [("cancelled", 0)]


async def test_a_claim_on_an_order_that_is_being_cancelled_is_told_so(scene: Scene) -> None:
    async with scene.halfway(claims, "_require_open", scene.does(BEN, claims.claim, order_id=1)) as claim:
        await scene.does(LEA, orders.cancel, order_id=1, reason="Snow")
    came = type(await claim).__name__
    states = await scene.sql("SELECT state FROM claim")
    assert (came, states) in [("OrderCancelled", []), ("Claimed", [("withdrawn",)])]


async def test_a_claim_takes_the_hours_there_are_when_it_commits(scene: Scene) -> None:
    async with scene.halfway(claims, "_require_open", scene.does(BEN, claims.claim, order_id=1)):
        await scene.does(LEA, _a_day_later)
    ben = (await scene.sql("SELECT confirmed_revision, claim.report_by FROM claim"))[0]
    order = (await scene.sql("SELECT revision, report_by FROM duty_order"))[0]
    asked = await scene.sql("SELECT id FROM delivery WHERE kind = 'claim.reconfirm'")
    assert ben == order or (asked and ben[1] == order[1]), "confirmed for these hours, or asked about them"


def _a_day_later(session: Session, now: datetime, actor: Actor) -> None:
    order, day = orders.get(session, 1), timedelta(days=1)
    assert order.starts_at and order.ends_at
    hours = {"starts_at": order.starts_at + day, "ends_at": order.ends_at + day}
    orders.amend(session, now, actor, 1, replace(orders.draft_of(order), **hours))


async def test_a_report_does_not_change_after_its_approval(scene: Scene) -> None:
    await scene.does(BEN, claims.claim, order_id=1)
    await scene.does(BEN, reports.submit, order_id=1, piece=Piece("done"))
    more = scene.does(BEN, reports.submit, order_id=1, piece=Piece("something else"))
    async with scene.halfway(reports, "_open_report", more) as amended:
        decision = {"report_id": 1, "verb": "approve", "rating": 5, "content_version": 1}
        decided = await scene.does(LEA, reviews.decide, **decision)
    version = (await scene.sql("SELECT content_version FROM report"))[0][0]
    if isinstance(decided, Refusal):
        assert (type(decided).__name__, version) == ("ReportChanged", 2)
    else:
        assert (isinstance(await amended, Refusal), version) == (True, 1)


async def test_parts_of_an_album_at_once_lose_no_photo(scene: Scene) -> None:
    await scene.does(BEN, claims.claim, order_id=1)
    parts = [
        scene.does(BEN, reports.submit, order_id=1, piece=Piece("", Photo(f"f{n}", f"u{n}"), None, "a"))
        for n in range(6)
    ]
    outcomes = await asyncio.gather(*parts)
    assert not any(isinstance(outcome, Refusal) for outcome in outcomes)
    assert await scene.sql("SELECT count(*), count(DISTINCT report_id) FROM report_photo") == [(6, 1)]


async def test_a_card_turned_while_its_edit_is_written_down_is_due_again(scene: Scene) -> None:
    await scene.database.write(None, _card)
    sent = {"delivery_id": 1, "message_id": None, "version": 0, "final": False, "made": _made()}
    async with scene.halfway(endings, "_held", scene.database.write(None, endings.sent, **sent)):
        press = Cause(99, Person(LEA, "m1"), LEA, True, scene.now, message_id=7, press=True)
        await scene.database.write(press, _turn)
    assert await scene.sql("SELECT shown_version FROM delivery") == [(deliveries.STALE,)]


def _made() -> Delivery:
    """The card as it was when it left."""
    return Delivery(kind="language", args={}, chat_id=LEA)


def _card(session: Session, now: datetime, state: str = "sent", message_id: int | None = 7) -> None:
    row = deliveries.put(
        session, now, kind="language", args={}, chat_id=LEA, recipient_id=LEA, lane=0, klass="critical"
    )
    row.message_id, row.state = message_id, DeliveryState(state)


@pytest.mark.parametrize("press", [True, False])
@pytest.mark.parametrize("arrives", [True, False])
async def test_a_press_or_reply_before_its_message_is_written_down_waits_for_it_and_not_for_ever(
    scene: Scene, arrives: bool, press: bool
) -> None:
    await scene.database.write(None, _card, state="sending", message_id=None)
    cause = Cause(99, Person(LEA, "m1"), LEA, True, scene.now, message_id=7 if press else 8, press=press)
    waits = asyncio.create_task(scene.database.write(cause, _turn if press else _replied))
    await asyncio.sleep(0.3)
    assert not waits.done()
    sent = {"delivery_id": 1, "message_id": 7, "version": 0, "final": False, "made": _made()}
    if arrives:
        await scene.database.write(None, endings.sent, **sent)
    else:
        scene.now += deliveries.SOON
    async with asyncio.timeout(10):
        assert await waits is arrives
    await scene.database.write(None, endings.sent, **sent)


def _turn(session: Session, now: datetime, actor: Actor) -> bool:
    return pressed.turn(session, now, actor, {"chosen": "zh"})


def _replied(session: Session, now: datetime, actor: Actor) -> bool:
    return deliveries.pointed_at(session, now, actor, 7) is not None


async def test_many_claims_at_once_fill_exactly_the_places(scene: Scene) -> None:
    """A claim holds a share on its order's key; whoever then reads why it was too late must not wait for the others."""
    await scene.database.write(None, _crowd)
    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(
            *(scene.does(number, claims.claim, order_id=1) for number in range(10, 50))
        )
    assert sum(not isinstance(outcome, Refusal) for outcome in outcomes) == 3
    assert {type(outcome).__name__ for outcome in outcomes} == {"Claimed", "OrderFull"}


def _crowd(session: Session, now: datetime) -> None:
    for number in range(10, 50):
        member = Member(telegram_id=number, name=f"m{number}", joined_at=now, reach=Reach.OK)
        session.add(member)
        session.flush()
        session.add(OrderVisit(order_id=1, member_id=member.id, at=now))


async def test_only_a_message_of_ours_that_is_newer_than_a_restore_is_adopted(scene: Scene) -> None:
    """What is no card of ours yet becomes one, where the chat should show the order and nobody sends it just now."""
    group = -100

    def cards(session: Session, now: datetime) -> None:
        card = {"kind": "order", "subject_kind": "order", "subject_id": 1, "chat_id": group, "live": True}
        deliveries.put(session, now, **card, lane=Lane.BROADCAST, klass=DeliveryClass.CRITICAL, message_id=5)
        restores.stamp(session, now)

    def press(session: Session, now: datetime, at: datetime | None, chat: int = group) -> bool:
        cause = Cause(0, None, chat, False, now, message_id=7, press=True, card_at=at)
        return adoption.adopt(session, now, cause, 1)

    await scene.database.write(None, cards)
    later = START + timedelta(seconds=1)
    assert not await scene.database.write(None, press, at=None), "somebody else's message"
    assert not await scene.database.write(None, press, at=START), "from before the copy was put back"
    assert not await scene.database.write(None, press, at=later, chat=-200), "a chat that shows no such order"
    assert await scene.database.write(None, press, at=later)
    assert await scene.sql("SELECT message_id, state FROM delivery WHERE kind = 'order'") == [(7, "sent")]
    assert not await scene.database.write(None, press, at=later), "it is the card already"
    gone = await scene.sql("SELECT args FROM delivery WHERE kind = 'deletion'")
    assert len(gone) == 1 and "5" in str(gone[0][0]), "its twin goes"


async def test_processes_that_start_at_once_make_an_administrator_once(scene: Scene) -> None:
    ids = (7_100_000_001, 7_100_000_002)
    await asyncio.gather(*(scene.database.write(None, members.appoint, telegram_ids=ids) for _ in range(6)))
    held = "SELECT count(*) FROM role r JOIN member m ON m.id = r.member_id WHERE r.kind = 'administrator' AND m.telegram_id IN"
    assert await scene.sql(f"{held} {ids}") == [(2,)]
