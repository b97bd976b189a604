"""Dead letters: seen, told of, tried again in their order and once, let be, and gone with whoever they are from."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from bot.guard import Guard
from bot.intake import bury
from models import DeadLetter, Delivery
from scheduler import ticks
from services import claims, commands, dead_letters, deliveries, endings, forgetting
from tests.city import City
from tests.scene import BEN, CARL, Scene


async def test_dead_letters_are_seen_and_redriven_once(
    town: City, expected_failures: set[str], monkeypatch: Any
) -> None:
    """R13: listed, told to the administrators, and each sent exactly once when somebody says so."""
    expected_failures |= {"update.failed", "update.buried", "auditor.mended"}
    ben = await town.person("Ben")
    with monkeypatch.context() as broken:
        broken.setattr(commands, "answer", _breaks)
        await ben.says(town.bot, "/mine")
        await ben.sees(town.bot, "This broke on our side", within=15)
    letters = await town.database.read(dead_letters.listed)
    assert [letter.way for letter in letters] == ["in"]
    await town.database.write(None, dead_letters.tell)
    await town.admin.sees(town.bot, "One thing could not be worked on")
    last = await ben.last_id(town.bot)
    with monkeypatch.context() as broken:  # once more: the sender has heard, and is not told again
        broken.setattr(commands, "answer", _breaks)
        assert await _redriven(town) == 1
    monkeypatch.setattr(Guard, "admits", lambda *_: False)  # it was let in when it came
    await town.database.write(None, dead_letters.redrive, bot_id=town.bot)
    await ben.sees(town.bot, lambda message: message["message_id"] > last, within=15)
    await asyncio.sleep(2.5)
    answers = [m for m in await ben.looks(town.bot) if m["message_id"] > last]
    assert len(answers) == 1
    assert await town.database.read(dead_letters.listed) == []


async def test_who_pressed_what_broke_hears_when_it_has_been_worked_on(
    town: City, expected_failures: set[str], monkeypatch: Any
) -> None:
    expected_failures |= {"update.failed", "update.buried"}
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat, "need: 3")
    with monkeypatch.context() as broken:
        broken.setattr(claims, "_require_open", _breaks)
        await town.remote.ask("forge", person=ben.id, chat=chat, data="order:claim:1")
        await ben.sees(town.bot, "This broke on our side", within=15)
        last = await ben.last_id(town.bot)
        assert await _redriven(town) == 1
    assert "worked on now" not in str(await ben.looks(town.bot)), "it broke again"
    await town.database.write(None, dead_letters.redrive, bot_id=town.bot)
    await ben.sees(town.bot, "has been worked on now", after=last, within=15)
    assert await town.sql("SELECT state FROM claim") == [("claimed",)]


async def test_a_press_that_is_refused_when_it_is_tried_again_says_why(
    town: City, expected_failures: set[str], monkeypatch: Any
) -> None:
    """The toast is long gone: who pressed reads in private that the duty is no more."""
    expected_failures |= {"update.failed", "update.buried"}
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    with monkeypatch.context() as broken:
        broken.setattr(claims, "_require_open", _breaks)
        await town.remote.ask("forge", person=ben.id, chat=chat, data="order:claim:1")
        await ben.sees(town.bot, "This broke on our side", within=15)
    await town.leader.says(town.bot, "/cancel 1 heavy rain")
    await ben.sees(chat, "Cancelled")
    last = await ben.last_id(town.bot)
    await town.database.write(None, dead_letters.redrive, bot_id=town.bot)
    await ben.sees(town.bot, "has been worked on now", after=last, within=15)
    await ben.sees(town.bot, "Duty #1 was cancelled", after=last)


async def test_a_card_that_could_not_be_edited_is_edited_when_it_is_redriven(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    card = await town.order(chat, "need: 3")
    await town.settles()
    await town.database.write(None, _fails_for_good, kind="order", edit=True)
    await ben.taps(chat, "I'm in")
    await town.settles()
    assert "1/3" not in str(await ben.looks(chat))
    await town.database.write(None, dead_letters.redrive, bot_id=town.bot)
    found = await ben.sees(chat, "1/3: Ben")
    assert found["message_id"] == card["message_id"]
    await town.leader.says(town.bot, "/cancel 1 rain")
    await ben.sees(chat, "Cancelled")
    cards = [
        m for m in await ben.looks(chat) if "Checkpoint duty" in m["text"] and m["from"] == "DutyGridBot"
    ]
    assert len(cards) == 1


async def test_a_card_that_never_came_lives_when_it_is_redriven_and_a_note_does_not(scene: Scene) -> None:
    def write(session: Session, now: datetime) -> None:
        deliveries.card(session, now, "order", ("order", 1), chat_id=-5)
        deliveries.post(session, now, -5, None, "line", {}, subject=("order", 1))
        deliveries.post(session, now, -5, None, "line", {})

    await scene.database.write(None, write)
    await scene.database.write(None, _fails_for_good, kind="order", edit=False)
    await scene.database.write(None, _fails_for_good, kind="line", edit=False)
    await scene.database.write(None, dead_letters.redrive, bot_id=1)
    states = await scene.sql("SELECT kind, state, live FROM delivery WHERE chat_id = -5 ORDER BY id")
    assert [(kind, state, bool(live)) for kind, state, live in states] == [
        ("order", "pending", True), ("line", "pending", False), ("line", "pending", False),
    ]  # fmt: skip


async def test_letters_are_tried_again_in_the_order_in_which_they_came(scene: Scene) -> None:
    for number in (3, 1, 2):
        await scene.database.write(None, _buried, number=number, body="{}")
    await scene.database.write(None, dead_letters.redrive, bot_id=1)
    ids = [letter_id for letter_id, _ in await scene.database.read(dead_letters.asked)]
    assert ids == [2, 3, 1]
    assert await scene.database.write(None, _buried, number=1, body="{}") == 4, "redriven, and failed again"
    assert await scene.database.write(None, _buried, number=1, body="{}") == 0, "another process was quicker"


async def test_what_a_forgotten_person_said_lies_nowhere_and_is_not_tried_again(scene: Scene) -> None:
    person = {"id": BEN, "first_name": "Ben"}
    for number, sender in ((1, person), (2, {"id": CARL})):
        body = json.dumps({"update_id": number, "message": {"from": sender, "text": "help"}})
        await scene.database.write(None, _buried, number=number, body=body)
    await scene.does(BEN, forgetting.forget)
    left = await scene.sql("SELECT update_id FROM dead_letter WHERE body IS NOT NULL")
    assert left == [(2,)]
    assert await scene.database.write(None, dead_letters.redrive, bot_id=1) == 1


async def test_a_letter_that_no_key_opens_stops_nothing_and_waits_for_its_key(scene: Scene) -> None:
    for number, sender in ((1, CARL), (2, BEN), (3, CARL)):
        body = json.dumps({"update_id": number, "message": {"from": {"id": sender}, "text": "help"}})
        await scene.database.write(None, _buried, number=number, body=body)
    (own_seal,) = (await scene.sql("SELECT seal_id FROM dead_letter WHERE update_id = 1"))[0]
    await scene.database.write(None, _sealed_as, number=1, seal_id="another")
    await scene.does(BEN, forgetting.forget)
    assert await scene.database.write(None, dead_letters.redrive, bot_id=1) == 1
    assert [letter_id for letter_id, _ in await scene.database.read(dead_letters.asked)] == [3]
    told = {letter.id: letter.why for letter in await scene.database.read(dead_letters.listed)}
    assert told == {1: "X; no key in DATA_KEY opens it", 3: "X"}
    await scene.database.write(None, _sealed_as, number=1, seal_id=own_seal)
    assert await scene.database.write(None, dead_letters.redrive, bot_id=1) == 1
    assert [letter_id for letter_id, _ in await scene.database.read(dead_letters.asked)] == [1, 3]


async def test_dead_letters_may_be_let_be_and_are_not_kept_for_ever(scene: Scene) -> None:
    for number in (1, 2):
        await scene.database.write(None, _buried, number=number, body="{}")
        if number == 1:
            assert await scene.database.write(None, dead_letters.discard) == 1
            assert await scene.sql("SELECT count(*) FROM dead_letter WHERE body IS NOT NULL") == [(0,)]
    assert [letter.kind for letter in await scene.database.read(dead_letters.listed)] == ["update 2"]
    scene.now += timedelta(days=31)
    await ticks.sweep(scene.database)
    assert await scene.sql("SELECT id FROM dead_letter") == []


def _breaks(*_args: Any, **_more: Any) -> None:
    raise ZeroDivisionError


async def _redriven(town: City) -> int:
    """Try all once more, and wait until that has failed again."""
    number = await town.database.write(None, dead_letters.redrive, bot_id=town.bot)
    async with asyncio.timeout(15):
        while any(letter.asked for letter in await town.database.read(dead_letters.listed)):
            await asyncio.sleep(0.05)
    return int(str(number))


def _fails_for_good(session: Session, now: datetime, kind: str, *, edit: bool) -> None:
    for row in session.exec(select(Delivery).where(Delivery.kind == kind)).all():
        for _ in range(endings.MOST_FAILURES):
            endings.failed(session, now, row.id, edit=edit)


def _sealed_as(session: Session, _now: datetime, number: int, seal_id: str) -> None:
    letter = session.exec(select(DeadLetter).where(DeadLetter.update_id == number)).one()
    letter.seal_id = seal_id


def _buried(session: Session, now: datetime, number: int, body: str) -> int:
    return bury(
        session, now, update_id=number, bot_id=1, body=body, error="X", person=None, chat_id=None, again=False
    )
