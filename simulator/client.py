"""Phones: acting as people on a simulator, and reading what they see."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

PATIENCE = 10.0  # seconds to wait for something to appear
BETWEEN_LOOKS = 0.03
LOOKS_TO_HURRY_MORE = 10


class NotSeen(AssertionError):
    """What was expected did not appear on the phone; the message says what did."""


class Remote:
    """The control API of a simulator at `url`. While somebody waits, `hurry` seconds pass at each look, and the longer
    they have waited, the more."""

    def __init__(self, url: str, *, hurry: float = 0.0) -> None:
        self.url, self.hurry = url, hurry
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Remote":
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, verb: str, **arguments: Any) -> Any:
        """Call a verb of the control API; ValueError with its words when it refuses."""
        assert self._session is not None
        async with self._session.post(f"{self.url}/control/{verb}", json=arguments) as answer:
            result = await answer.json()
        if answer.status != 200:
            raise ValueError(result["error"])
        return result

    async def phone(self, first_name: str, language: str = "en", username: str | None = None) -> "Phone":
        person = await self.ask("person", first_name=first_name, language_code=language, username=username)
        return Phone(self, person["id"], first_name)

    async def group(
        self, title: str, *phones: "Phone", kind: str = "supergroup", admins: tuple["Phone", ...] = ()
    ) -> int:
        made = await self.ask(
            "group",
            title=title,
            members=[phone.id for phone in phones],
            kind=kind,
            admins=[p.id for p in admins],
        )
        return int(made["id"])

    async def step(self, seconds: float) -> None:
        await self.ask("step", seconds=seconds)

    async def hurries(self, looks: int) -> None:
        """Time passes for somebody who has looked so often."""
        if self.hurry:
            await self.step(self.hurry * (1 + looks // LOOKS_TO_HURRY_MORE))


@dataclass
class Phone:
    """One person. A chat is a group's id, or the bot's id for the private chat."""

    remote: Remote
    id: int
    name: str

    async def says(self, chat: int, text: str, *, reply_to: int = 0, **more: Any) -> int:
        sent = await self.remote.ask("say", person=self.id, chat=chat, text=text, reply_to=reply_to, **more)
        return int(sent["message_id"])

    async def starts(self, payload: str = "") -> None:
        await self.remote.ask("start", person=self.id, payload=payload)

    async def sends_photos(self, chat: int, count: int = 1, caption: str = "", *, reply_to: int = 0) -> int:
        return await self._sends("photos", chat, count=count, caption=caption, reply_to=reply_to)

    async def shares_place(self, chat: int, latitude: float, longitude: float) -> None:
        await self.remote.ask("location", person=self.id, chat=chat, latitude=latitude, longitude=longitude)

    async def shares_phone(self, chat: int, number: str = "+8613800000000") -> None:
        await self.remote.ask("contact", person=self.id, chat=chat, phone_number=number)

    async def edits(self, chat: int, message_id: int, text: str) -> None:
        await self.remote.ask("edit", person=self.id, chat=chat, message_id=message_id, text=text)

    async def sends_voice(self, chat: int, seconds: int = 3, *, reply_to: int = 0) -> int:
        return await self._sends("voice", chat, seconds=seconds, reply_to=reply_to)

    async def sends_document(
        self, chat: int, name: str = "list.pdf", caption: str = "", *, reply_to: int = 0, text: str = ""
    ) -> int:
        return await self._sends("document", chat, name=name, caption=caption, reply_to=reply_to, text=text)

    async def forwards(self, chat: int, from_chat: int, message_id: int) -> int:
        return await self._sends("forward", chat, from_chat=from_chat, message_id=message_id)

    async def joins(self, chat: int) -> None:
        await self.remote.ask("join", person=self.id, chat=chat)

    async def leaves(self, chat: int) -> None:
        await self.remote.ask("leave", person=self.id, chat=chat)

    async def _sends(self, verb: str, chat: int, **what: Any) -> int:
        sent = await self.remote.ask(verb, person=self.id, chat=chat, **what)
        return int(sent["message_id"])

    async def looks(self, chat: int) -> list[dict[str, Any]]:
        """Every message in the chat now, oldest first."""
        seen = await self.remote.ask("view", person=self.id, chat=chat)
        return list(seen["messages"])

    async def taps(
        self, chat: int, label: str, *, on: str = "", message_id: int = 0, wait: float = PATIENCE
    ) -> str:
        """Press the newest button with that label (on a message that holds `on`); the toast. A link is followed."""
        message = await self._with_button(chat, label, on, message_id)
        pressed = await self.remote.ask(
            "press", person=self.id, chat=chat, message_id=message["message_id"], label=label, wait=wait
        )
        if not pressed["answered"]:
            raise NotSeen(f"{self.name} pressed {label!r} and nothing answered")
        if "?start=" in pressed["url"]:
            await self.starts(pressed["url"].split("?start=")[1])
        return str(pressed["text"])

    async def forges(self, chat: int, message_id: int, data: str) -> str:
        """Press a button that was never drawn."""
        pressed = await self.remote.ask("press", person=self.id, chat=chat, message_id=message_id, data=data)
        return str(pressed["text"])

    async def _with_button(self, chat: int, label: str, on: str, message_id: int) -> dict[str, Any]:
        def has(message: dict[str, Any]) -> bool:
            wanted = message["message_id"] == message_id if message_id else on in message["text"]
            return wanted and any(label in button for row in message["buttons"] for button in row)

        return await self.sees(chat, has, what=f"a button {label!r}")

    async def sees(
        self,
        chat: int,
        wanted: str | Callable[[dict[str, Any]], bool],
        *,
        what: str = "",
        within: float = PATIENCE,
        after: int = 0,
    ) -> dict[str, Any]:
        """The newest message from a bot that holds the words (or passes the test), waiting for it to appear."""
        test = (lambda message: wanted in message["text"]) if isinstance(wanted, str) else wanted
        return await self.finds(
            chat,
            lambda m: m["is_bot"] and m["message_id"] > after and test(m),
            what=what or repr(wanted),
            within=within,
        )

    async def finds(
        self, chat: int, test: Callable[[dict[str, Any]], bool], *, what: str = "it", within: float = PATIENCE
    ) -> dict[str, Any]:
        """The newest message, of anybody's, that passes the test."""
        until, looks = time.monotonic() + within, 0
        while True:
            messages = await self.looks(chat)
            found = [message for message in messages if test(message)]
            if found:
                return found[-1]
            if time.monotonic() > until:
                shown = "\n---\n".join(f"{m['from']}: {m['text']} {m['buttons']}" for m in messages[-6:])
                raise NotSeen(f"{self.name} does not see {what}. The chat shows:\n{shown}")
            await self.remote.hurries(looks)
            looks += 1
            await asyncio.sleep(BETWEEN_LOOKS)

    async def last_id(self, chat: int) -> int:
        messages = await self.looks(chat)
        return int(messages[-1]["message_id"]) if messages else 0
