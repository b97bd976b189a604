"""`dutygrid ...` with one seeded bug, so that the test it must fail is seen to fail: `python -m tests.with_bug NAME run`.

Each is a mistake that somebody could make in good faith; tests/test_controls.py says which test finds it.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from sqlmodel import col, select, update


def acknowledges_first() -> None:
    """An update is confirmed when it has come, and handled some time later."""
    from bot.intake import Intake

    real, kept = Intake.take, set()

    async def later(self: Intake, raw: dict[str, Any]) -> None:
        await asyncio.sleep(0.3)
        await real(self, raw)

    async def take(self: Intake, raw: dict[str, Any]) -> None:
        task = asyncio.ensure_future(later(self, raw))
        kept.add(task)
        task.add_done_callback(kept.discard)

    Intake.take = take  # type: ignore[method-assign]


def looks_only_when_rung() -> None:
    """No bug: the sender hardly looks by itself, so that what leaves at once does so because of the bell."""
    from scheduler import dispatcher

    dispatcher.LOOK_EVERY = 1.5


def remembers_and_does_not_look() -> None:
    """Updates are noted as seen, and nobody asks whether they were."""
    from models import SeenUpdate, database

    real = database.insert_new

    def insert_new(place: Any, table: Any, **values: Any) -> bool:
        return real(place, table, **values) or table is SeenUpdate

    database.insert_new = insert_new


def answers_telegram_last() -> None:
    """A webhook is answered when what it asked for has been sent."""
    from bot.intake import Intake
    from models import Delivery
    from services.restores import ON_THE_WAY

    real = Intake.take

    def waits(session: Any) -> bool:
        return (
            session.exec(select(Delivery.id).where(col(Delivery.state).in_(ON_THE_WAY))).first() is not None
        )

    async def take(self: Intake, raw: dict[str, Any]) -> None:
        await real(self, raw)
        for _ in range(10):
            if not await self.database.read(waits):
                return
            await asyncio.sleep(0.05)

    Intake.take = take  # type: ignore[method-assign]


def tries_for_ever() -> None:
    """What cannot be done is tried again until it can."""
    from bot import intake

    async def bury(self: Any, raw: dict[str, Any], _error: str, **_how: Any) -> None:
        await asyncio.sleep(5)
        await self._try(raw)

    intake.Intake._bury = bury  # type: ignore[method-assign]


def gives_up_the_unknown() -> None:
    """What may have arrived is not sent again, however much it matters."""
    from models import DeliveryState
    from services import endings

    def ambiguous(session: Any, _now: Any, delivery_id: int, *, edit: bool) -> None:
        row = endings._held(session, delivery_id)
        if row is not None and not edit:
            row.state, row.owner = DeliveryState.AMBIGUOUS, None

    endings.ambiguous = ambiguous


def drops_what_was_under_way() -> None:
    """What was on its way when the process died is nobody's any more."""
    from models import Delivery, DeliveryState
    from services import outbox

    def recover(session: Any, _now: Any, owner: str) -> int:
        left = update(Delivery).where(outbox.IS_SENDING, Delivery.owner != owner)
        done: int = session.exec(left.values(state=DeliveryState.NEVER, live=False)).rowcount
        return done

    outbox.recover = recover


def keeps_no_pace() -> None:
    """Everything leaves as soon as it is due."""
    from scheduler.pacer import Gate, Pacer

    Pacer.ready_at = lambda *_args, **_more: 0.0  # type: ignore[method-assign]
    Pacer.overall_ready_at = lambda _self: 0.0  # type: ignore[method-assign]
    Gate.opens_at = lambda _self: 0.0  # type: ignore[method-assign]


def has_one_lane() -> None:
    """First come, first served."""
    from models import Lane
    from scheduler.due import Item

    Item.lane = Lane.BROADCAST  # type: ignore[assignment, method-assign]


def buries_what_is_refused() -> None:
    """A bot that is refused gives its messages up."""
    from bot import sender
    from scheduler.sender import Never, Paused

    real = sender._ending
    sender._ending = lambda error: Never("refused") if isinstance(real(error), Paused) else real(error)


def stays_behind() -> None:
    """A group that has moved is gone."""
    from bot import sender
    from scheduler.sender import Moved, Never
    from services import chats

    chats.migrate = lambda *_: None

    real = sender._ending
    sender._ending = lambda error: Never("gone") if isinstance(real(error), Moved) else real(error)


def drops_what_is_late() -> None:
    """A reminder that was slept through is not worth sending."""
    from models import Due
    from services import timetable

    def unless_late(real: Any) -> Any:
        def perform(session: Any, now: Any, due: Any) -> None:
            if (now - session.get_one(Due, due.id).due_at).total_seconds() <= 600:
                real(session, now, due)

        return perform

    for kind in ("order.remind_eve", "order.remind_hour"):
        timetable.PERFORMERS[kind] = unless_late(timetable.PERFORMERS[kind])


def remembers_before_it_tells() -> None:
    """A step is marked done in one transaction and taken in the next, and no auditor looks after it."""
    from models.actor import HOLDER
    from scheduler import ticks
    from services import auditor, dues, timetable

    def step(session: Any, now: Any, taken: list[Any]) -> None:
        for due in taken:
            timetable.PERFORMERS[due.kind](session, now, due)

    async def together_but_noted_first(database: Any, _now: Any, together: list[tuple[int, str]]) -> None:
        taken = await database.write(HOLDER, dues.take, due_ids=[due_id for due_id, _ in together])
        await asyncio.sleep(0.2)  # what comes between them, so that a kill finds it on any machine
        await database.write(HOLDER, step, taken=taken)

    ticks._perform_together = together_but_noted_first
    auditor._reports_without_step = lambda *_: []


def holds_nothing_back() -> None:
    """A copy that was put back goes on where it was."""
    from services import dues, restores

    dues.held_since = restores.held_since = lambda _session: None


def trusts_its_own_clock() -> None:
    """Whoever once held the lease holds it until told otherwise, and writes without looking."""
    from bot.leadership import Leadership
    from services.leases import Fence

    async def keep(_self: Leadership) -> None:
        await asyncio.Event().wait()

    Leadership.holds = lambda self: self._fence is not None  # type: ignore[method-assign]
    Leadership._keep = keep  # type: ignore[method-assign]
    Fence.__call__ = lambda _self, _connection: None  # type: ignore[method-assign]


def leaves_in_a_hurry() -> None:
    """SIGTERM ends it on the spot."""
    import os
    import signal

    from bot import runtime

    real = runtime.run

    async def run(settings: Any) -> None:
        task = asyncio.ensure_future(real(settings))
        await asyncio.sleep(0.1)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
        while not task.done():
            await asyncio.sleep(0.2)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
        await task

    runtime.run = run


def counts_nobody() -> None:
    """The place is taken without looking whether it is free, and nobody counts."""
    from services import claims

    claims._take_place = lambda *_: None
    claims._require_open = lambda *_: None


def dies_of_a_word() -> None:
    """Somebody's words kill the process that reads them."""
    import os

    from bot import intake

    real = intake.read

    def read(raw: dict[str, Any], bot: Any) -> Any:
        if "deadly" in str(raw):
            os._exit(1)
        return real(raw, bot)

    intake.read = read


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__: bug
    for bug in (
        acknowledges_first, remembers_and_does_not_look, answers_telegram_last, tries_for_ever, gives_up_the_unknown,
        drops_what_was_under_way, keeps_no_pace, has_one_lane, buries_what_is_refused, stays_behind, drops_what_is_late,
        remembers_before_it_tells, holds_nothing_back, trusts_its_own_clock, leaves_in_a_hurry, counts_nobody,
        looks_only_when_rung, dies_of_a_word,
    )
}  # fmt: skip

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)]()
    from bot.cli import main

    main()
