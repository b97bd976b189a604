"""One bot made of either library, python-telegram-bot or aiogram, called by the Bot API's own names and plain values."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiogram import Bot as AiogramBot
from aiogram import exceptions, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram import (
    Bot as PtbBot,
)
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MenuButtonCommands,
    error,
)

from simulator.client import Phone, Remote
from simulator.server import Simulator
from tests.city import TOKEN

JPEG = b"\xff\xd8\xff\xe0 a photo"


class Refused(Exception):
    """What the library raised, as Telegram's code and words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words.lower()


class Driver(Protocol):
    """One bot, whatever library it is made of. `call` takes the Bot API's own names and plain values."""

    async def call(self, method: str, **parameters: Any) -> Any: ...

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]: ...

    async def close(self) -> None: ...


class Aiogram:
    def __init__(self, url: str) -> None:
        self.bot = AiogramBot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))

    async def call(self, method: str, **parameters: Any) -> Any:
        import aiogram.methods

        kind = getattr(aiogram.methods, method[0].upper() + method[1:])
        try:
            result = await self.bot(kind(**{name: self._file(value) for name, value in parameters.items()}))
        except exceptions.TelegramAPIError as refused:
            raise Refused(str(refused)) from None
        return _plain(result, lambda value: value.model_dump(mode="json", exclude_none=True, by_alias=True))

    def _file(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._file(item) for item in value]
        if isinstance(value, dict):
            return {name: self._file(item) for name, item in value.items()}
        return types.BufferedInputFile(value, "a.jpg") if isinstance(value, bytes) else value

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        return list(await self.call("getUpdates", **parameters))

    async def close(self) -> None:
        await self.bot.session.close()


class Ptb:
    def __init__(self, url: str) -> None:
        self.bot = PtbBot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")

    async def call(self, method: str, **parameters: Any) -> Any:
        import re

        name = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
        try:
            async with self.bot:
                result = await getattr(self.bot, name)(**self._objects(parameters))
        except error.TelegramError as refused:
            raise Refused(str(refused)) from None
        return _plain(result, lambda value: value.to_dict())

    def _objects(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """What python-telegram-bot wants as objects of its own."""
        markup = parameters.get("reply_markup")
        if markup is not None:
            rows = [[InlineKeyboardButton(**key) for key in row] for row in markup["inline_keyboard"]]
            parameters |= {"reply_markup": InlineKeyboardMarkup(rows)}
        if "commands" in parameters:
            parameters |= {"commands": [BotCommand(**item) for item in parameters["commands"]]}
        if "scope" in parameters:
            parameters |= {"scope": BotCommandScopeAllGroupChats()}
        if "menu_button" in parameters:
            parameters |= {"menu_button": MenuButtonCommands()}
        if isinstance(parameters.get("media"), list):
            parameters |= {
                "media": [InputMediaPhoto(item["media"], item.get("caption")) for item in parameters["media"]]
            }
        elif "media" in parameters:
            parameters |= {
                "media": InputMediaPhoto(parameters["media"]["media"], parameters["media"].get("caption"))
            }
        if "reaction" in parameters:
            parameters |= {"reaction": parameters["reaction"][0]["emoji"]}
        return parameters

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        return list(await self.call("getUpdates", **parameters))

    async def close(self) -> None:
        return None


async def press_of(poll: Callable[..., Awaitable[list[dict[str, Any]]]]) -> dict[str, Any]:
    """The first press that comes. What was read is passed over: who asks for the same updates again at once gets the
    first one only, as at Telegram, and would wait for ever."""
    offset = 0
    while True:
        for update in await poll(offset=offset, timeout=5):
            offset = int(update["update_id"]) + 1
            if "callback_query" in update:
                return dict(update["callback_query"])


def _plain(result: Any, dump: Any) -> Any:
    if isinstance(result, list | tuple):
        return [_plain(item, dump) for item in result]
    return dump(result) if hasattr(result, "to_dict") or hasattr(result, "model_dump") else result


class Scene:
    def __init__(self, driver: Driver, remote: Remote, simulator: Simulator) -> None:
        self.bot, self.remote, self.simulator = driver, remote, simulator

    async def person(self, name: str = "Ben") -> Phone:
        phone = await self.remote.phone(name)
        await phone.starts()
        return phone

    async def group(self, *people: Phone, kind: str = "supergroup", status: str = "member") -> int:
        chat = await self.remote.group("G", *people, kind=kind)
        await self.remote.ask("add_bot", chat=chat, person=people[0].id, status=status)
        return chat
