"""The Bot API of one world: what its methods work on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from simulator.flood import Flood, Limits
from simulator.updates import Mailbox, PostOffice
from simulator.world import Bot, Chat, World

Parameters = dict[str, Any]


async def _unheard(_bot: Bot, _method: str, _parameters: Parameters) -> None:
    """Without a Bot API in front nothing comes as a webhook's answer."""


class Api:
    """The Bot API of one world."""

    def __init__(self, world: World, office: PostOffice, limits: Limits) -> None:
        self.world, self.office, self.limits = world, office, limits
        self.floods: dict[int, Flood] = {}
        self.replies: set[asyncio.Future[None]] = set()  # methods that came as a webhook's answer
        self.on_reply: Callable[[Bot, str, Parameters], Coroutine[Any, Any, None]] = _unheard

    def box(self, bot: Bot) -> Mailbox:
        return self.office.box(bot)

    def count(self, bot: Bot, chat: Chat, messages: int = 1) -> None:
        """Count a send, maybe of an album, or an edit against the flood limits."""
        flood = self.floods.setdefault(bot.id, Flood(self.limits))
        flood.check(chat.id, self.world.clock.now(), messages)
