"""Calls that carry a delivery leave through one gate, each when Telegram's pace lets it."""

import asyncio
from collections.abc import Callable

from scheduler.due import Item
from scheduler.pacer import Call, Gate
from scheduler.sender import Sender
from views.message import Deletion, Message, Reaction

GLANCE = 0.05  # seconds until what is in hand is tried again: its chat, or the gate, may be open by then


class Calling:
    """`waiting` are ready and stand at the gate."""

    def __init__(self, sender: Sender, monotonic: Callable[[], float]) -> None:
        self.sender, self.monotonic, self.waiting = sender, monotonic, 0
        self._gate, self._lock = Gate(), asyncio.Lock()

    async def make(self, item: Item, content: Message | Reaction | Deletion) -> int | None:
        """The id of the message that was sent or edited; None for what is none. Raises SendingFailed."""
        call = await self._pass_gate()
        try:
            return await self._send(item, content)
        finally:
            self._gate.answer(call, self.monotonic())

    async def _send(self, item: Item, content: Message | Reaction | Deletion) -> int | None:
        row = item.row
        if isinstance(content, Reaction):
            await self.sender.react(row.chat_id, content.message_id, content.emoji)
            return None
        if isinstance(content, Deletion):
            await self.sender.delete(row.chat_id, content.message_id)
            return None
        if item.edit and row.message_id is not None:
            await self.sender.edit(row.chat_id, row.message_id, content)
            return row.message_id
        return await self.sender.send(row.chat_id, row.thread_id, content)

    async def _pass_gate(self) -> Call:
        """One after the other, each when it may leave."""
        self.waiting += 1
        try:
            async with self._lock:
                while (wait := self._gate.opens_at() - self.monotonic()) > 0:
                    await asyncio.sleep(min(wait, GLANCE))
                return self._gate.leave(self.monotonic())
        finally:
            self.waiting -= 1
