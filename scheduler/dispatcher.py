"""The dispatcher: takes due deliveries, renders the newest facts, and sends them lane by lane."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models import Delivery, DeliveryState
from models.actor import HOLDER
from models.database import Database
from scheduler import due
from scheduler.calling import GLANCE, Calling
from scheduler.cancelled import is_cancelled
from scheduler.due import Item
from scheduler.lanes import Lanes
from scheduler.meters import SENDS
from scheduler.pacer import GROUP_WINDOW, Pacer
from scheduler.sender import Barred, Later, MessageGone, Moved, Never, Paused, Sender, SendingFailed
from services import digests, endings, outbox
from services.leases import LeaseLost
from views.message import Message

log = structlog.get_logger()
MOST_DUE = 400  # rows looked at in one go
AT_ONCE = 24  # calls under way together
MOST_AT_GATE = 3  # ready and waiting for their turn; an answer goes before all that are not
LOOK_EVERY = 0.25  # seconds between looks when nothing wakes the dispatcher
LOOK_AT_MOST_EVERY, LOOK_WHEN_RUNG = 0.1, 0.02  # the latter when another process says there is something
PLENTY, LOOK_WITH_PLENTY = 90, 0.5  # three seconds' work in hand: reading the rest again costs the pace
TIDY_EVERY = 5.0
# Longer than from a COMMIT to the lane; what is taken and in none of them is in doubt
DOUBT = timedelta(seconds=3)
QUIET_FOR = 120.0  # seconds after which a chat's pace is forgotten
NOTE_PAUSES = (0.5, 2.0, 5.0)  # seconds between tries to write down that something has arrived
CALLS_END_WITHIN = 6.0  # seconds, when the process is told to stop
PAUSE = 30.0  # seconds of silence after the bot itself was refused


class Dispatcher:
    """Sends what is due. One runs at a time for a bot; `owner` names the process it runs in, whose calls under way are
    `left`."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        *,
        owner: str,
        monotonic: Callable[[], float],
        holds: Callable[[], bool] = lambda: True,
        left: set[int] | None = None,
    ) -> None:
        self.database, self.owner, self.monotonic = database, owner, monotonic
        self.holds = holds
        self.pacer, self._calling = Pacer(), Calling(sender, monotonic)
        self._lanes = Lanes(self.pacer)
        self._busy: set[int] = set()
        self._apart: set[int] = set()  # notes that could not be made one
        self._calls: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._stopping = self._rung = False
        self._looked = self._tidied = 0.0
        self.looked_at = time.monotonic()  # by the machine's own clock, for whoever watches from outside
        self._shown: dict[int, int] = {}  # how live order cards look now: their content's hash by delivery
        # Whose call has left, and whose outcome is not written down
        self._left = set() if left is None else left

    def hand_over(self, answers: list[Delivery]) -> None:
        """Called after every commit, in the committing thread, with the answers that are to leave at once."""
        if not answers:
            return  # cards and notes are found at the next look, a quarter of a second away at the most
        with contextlib.suppress(RuntimeError):  # the loop is gone: the process is ending
            self._loop.call_soon_threadsafe(self._put_answers, answers)

    def wake(self) -> None:
        """There is something new, written by another process."""
        self._rung = True
        self._wake.set()

    def _put_answers(self, answers: list[Delivery]) -> None:
        for row in answers:
            self._lanes.put(Item(row, edit=False))
        self._wake.set()

    async def run(self) -> None:
        """Send until stopped."""
        recovered = False
        while not self._stopping:
            woken = self._wake.is_set()
            self._wake.clear()
            try:
                wait = LOOK_EVERY
                if self.holds():
                    recovered = recovered or await self._recover()
                    await self._look(LOOK_AT_MOST_EVERY if woken else LOOK_EVERY - GLANCE)
                    wait = min(self._start_ready(), LOOK_WHEN_RUNG if self._rung else LOOK_EVERY)
            except LeaseLost:
                wait = 1.0
            except (Exception, asyncio.CancelledError) as error:  # the database is away; it will be due again
                if is_cancelled():
                    raise
                log.warning("dispatcher.look_failed", error=type(error).__name__)
                wait = min(1.0, self._start_ready()) if recovered else 1.0  # what is in hand needs no look
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)

    async def _recover(self) -> bool:
        if await self.database.write(HOLDER, outbox.recover, owner=self.owner):
            self.pacer.pause(self.monotonic() + 1.0)  # nobody knows how much left in the last second
        for chat_id, seconds in await self.database.read(outbox.quiet, now=self.database.clock()):
            self.pacer.hold(chat_id, self.monotonic() + seconds)
        within = timedelta(seconds=GROUP_WINDOW)
        for chat_id, ago in await self.database.read(outbox.lately, now=self.database.clock(), within=within):
            self.pacer.recall(chat_id, self.monotonic() - ago, card_edit=False)
        return True

    async def stop(self) -> None:
        """Let the calls under way end; nothing new begins, and answers that never began are put back."""
        self._stopping = True
        self._wake.set()
        if self._calls:
            await asyncio.wait(self._calls, timeout=CALLS_END_WITHIN)
        under_way = self._lanes.known - {item.row.id for item in self._lanes}
        with contextlib.suppress(LeaseLost, TimeoutError):  # else whoever comes next finds them on their way
            async with asyncio.timeout(5):
                await self.database.write(
                    HOLDER, outbox.put_back, owner=self.owner, before=self.database.clock(),
                    begun=frozenset(under_way | self._left),
                )  # fmt: skip

    async def _look(self, at_most_every: float) -> None:
        now = self._loop.time()
        usual = LOOK_WITH_PLENTY if len(self._lanes.known) > PLENTY else at_most_every
        if now - self._looked < (LOOK_WHEN_RUNG if self._rung else usual):
            return
        self._rung = False
        if now - self._tidied > TIDY_EVERY:
            self._tidied = now
            await self._tidy()
        self._looked = now
        look = await self.database.read(
            due.look, now=self.database.clock(), policy=self.database.policy, shown=self._shown,
            crowded_chats=self._lanes.crowded(), apart=self._apart,
        )  # fmt: skip
        self.looked_at = time.monotonic()
        if look.unchanged:
            await self.database.write(HOLDER, endings.unchanged, shown=look.unchanged)
        for crowd in look.crowds:
            await self._merge(crowd)
        for row in look.notes:
            self._lanes.put(Item(row, edit=False))
        for row in look.cards:
            self._lanes.put(Item(row, edit=True))

    async def _merge(self, crowd: list[int]) -> None:
        """Many notes to one person become one; where that fails they go by themselves, and hold nobody else up."""
        try:
            await self.database.write(HOLDER, digests.merge, delivery_ids=crowd)
        except (LeaseLost, SQLAlchemyError, OSError, TimeoutError):
            raise
        except Exception as error:
            log.error("digest.failed", notes=len(crowd), error=type(error).__name__)
            self._apart |= set(crowd)

    async def _tidy(self) -> None:
        """Forget chats long quiet; what never began goes back, and what was on its way longer than its lease has an
        unknown outcome."""
        self.pacer.forget_before(self.monotonic() - QUIET_FOR)
        begun, before = frozenset(self._lanes.known | self._left), self.database.clock() - DOUBT
        ours = {"owner": self.owner, "before": before, "begun": begun}
        if await self.database.read(outbox.unbegun, **ours):  # whose COMMIT was done, and nobody heard
            await self.database.write(HOLDER, outbox.put_back, **ours)
        for delivery_id in await self.database.read(
            outbox.forgotten, now=self.database.clock(), most=MOST_DUE
        ):
            if delivery_id not in self._lanes.known:
                await self.database.write(HOLDER, endings.ambiguous, delivery_id=delivery_id, edit=False)

    def _start_ready(self) -> float:
        """Start every call that may leave now; the seconds until the next may."""
        while len(self._calls) < AT_ONCE and self._calling.waiting < MOST_AT_GATE and self._may_begin():
            now = self.monotonic()
            if self.pacer.overall_ready_at() > now:
                return min(LOOK_EVERY, self.pacer.overall_ready_at() - now)
            item = self._lanes.next(now, self._busy)
            if item is None:
                break
            self._busy.add(item.row.chat_id)
            call = asyncio.ensure_future(self._deliver(item))
            self.pacer.record(item.row.chat_id, now, card_edit=item.card_edit)
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        return GLANCE if self._lanes else LOOK_EVERY

    def _may_begin(self) -> bool:
        return self.holds() and not self._stopping

    async def _deliver(self, item: Item) -> None:
        row = item.row
        try:
            if item.edit or row.state == DeliveryState.SENDING or await self._take(row):
                await self._attempt(item)
        except LeaseLost:
            log.warning("delivery.not_ours", delivery=row.id, kind=row.kind)
        except Exception as error:
            log.error("delivery.failed", delivery=row.id, kind=row.kind, error=type(error).__name__)
            await self._settle(endings.failed, row, edit=item.edit)
        finally:
            self._busy.discard(row.chat_id)
            self._lanes.known.discard(row.id)
            self._wake.set()

    async def _take(self, row: Delivery) -> bool:
        return await self.database.write(HOLDER, outbox.take, delivery_id=row.id, owner=self.owner) is True

    async def _attempt(self, item: Item) -> None:
        """Render and send one delivery as it is now, and write down how it ended."""
        rendered = await self.database.read(
            lambda session: due.rendered(session, item.row.id, self.database.policy, self.database.clock())
        )  # by the clock of the try that succeeds
        if rendered is None:
            await self._settle(endings.never, item.row, reason="nothing to say")
            return
        item.row, content, version = rendered
        row = item.row
        if item.is_shown(version) or (item.edit and not row.live):  # or it was taken away since the look
            return
        same = item.card_edit and self._shown.get(row.id) == hash(content)
        if not same:  # until it has arrived, nobody knows how it looks
            self._shown.pop(row.id, None)
        item.left_at = self.database.clock()
        self._left.add(row.id)
        try:  # a look may have been older than the last edit: what is shown already needs no other
            message_id = row.message_id if same else await self._calling.make(item, content)
        except SendingFailed as ending:
            await self._settle_failed(item, ending)
            return
        final = isinstance(content, Message) and content.final
        if row.live and row.kind == "order" and not final:
            self._shown[row.id] = hash(content)
        await self._note_sent(row, message_id=message_id, version=version, final=final, made=row)

    async def _note_sent(self, row: Delivery, **how: Any) -> None:
        """It has arrived: where that cannot be written down it is not sent again for it, and has an unknown outcome in time."""
        for pause in (*NOTE_PAUSES, None):
            try:
                await self._settle(endings.sent, row, **how)
                return
            except Exception as error:
                log.error("delivery.not_noted", delivery=row.id, kind=row.kind, error=type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)

    async def _settle_failed(self, item: Item, ending: SendingFailed) -> None:
        """Write down how a call ended that did not end well; a chat that asked for quiet gets it."""
        row = item.row
        verb: Callable[..., None] = endings.ambiguous
        how: dict[str, Any] = {"edit": item.edit}
        match ending:
            case Later(seconds=seconds, flood=flood):
                verb, how = endings.later, {"seconds": seconds, "edit": item.edit, "flood": flood}
                if flood:
                    self.pacer.hold(row.chat_id, self.monotonic() + seconds)
            case Never(reason=reason):
                log.warning("delivery.refused", delivery=row.id, kind=row.kind, edit=item.edit)
                verb, how = endings.never, {"reason": reason, "edit": item.edit, "left_at": item.left_at}
            case Barred():
                verb = endings.barred
            case MessageGone(replaced=replaced):
                verb, how = endings.lost_message, {"replaced": replaced}
            case Moved(chat_id=chat_id):
                verb, how = endings.moved, {"new_chat_id": chat_id}
            case Paused():
                log.error("sending.paused", seconds=PAUSE)
                self.pacer.pause(self.monotonic() + PAUSE)
                verb, how = endings.paused, {"seconds": PAUSE}
        await self._settle(verb, row, **how)

    async def _settle(self, verb: Callable[..., None], row: Delivery, **how: Any) -> None:
        try:
            await self.database.write(HOLDER, verb, delivery_id=row.id, **how)
        except LeaseLost:  # whoever holds the lease now has taken the row for one of unknown outcome
            log.warning("delivery.not_ours", delivery=row.id, kind=row.kind)
            return
        self._left.discard(row.id)
        SENDS.labels(verb.__name__).inc()
        log.debug("delivery.settled", delivery=row.id, kind=row.kind, how=verb.__name__)
