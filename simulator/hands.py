"""What the owner of a phone can do on the page: write, send, press, answer, switch."""

import html
import re
from typing import Any

from nicegui import ui

from simulator.bubble import Bubble, Button, Text
from simulator.control import Control
from simulator.errors import ApiError
from simulator.markup import language_of
from simulator.phone_words import say
from simulator.stage import Seat
from simulator.world import Person

GATE = (39.0303, 117.6500)  # a place to send
TOAST_LOOKS = 24  # looks until a toast goes again


class Hands:
    """The lower part of a phone. `language` is the page's; the person's own is what the bot speaks to them."""

    control: Control
    seat: Seat
    person: Person
    language: str
    chat: int
    bubbles: dict[int, Bubble]
    toast: Text
    box: Any
    reply = thread = toast_for = 0

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def _build_composer(self, name: str) -> None:
        with ui.element("div").classes("replying") as self.replying:
            self.replied = Text("span")
            Button(self.say("drop"), lambda: self.reply_to(0), "plain small")
        self.replying.set_visibility(False)
        self.menu = ui.element("div").classes("menu")
        self.menu.set_visibility(False)
        with ui.element("div").classes("composer"):
            self.topics = ui.element("select").props(f'aria-label="{self.say("topic")}"')
            self.topics.on("change", self._pick_topic, js_handler="(e) => emit(e.target.value)")
            self.topics.set_visibility(False)
            self.keyboard = ui.element("div").classes("row")
            written = self.say("write", name=name)
            self.input = ui.element("input").props(
                f'type=text aria-label="{written}" placeholder="{written}"'
            )
            self.input.on("keydown.enter", self.send, js_handler=_WITH_VALUE)
            Button(self.say("send"), None, "plain on").on(
                "click", self.send, js_handler=_value_of(self.input.id)
            )
            for key, do in (
                ("photo", self.send_photo),
                ("place", self.send_place),
                ("voice", self.send_voice),
                ("menu", self.toggle_menu),
            ):
                Button(self.say(key), do)

    async def do(self, verb: Any, **arguments: Any) -> Any:
        try:
            result = verb(person=self.seat.person, **arguments)
            return await result if hasattr(result, "__await__") else result
        except (ApiError, KeyError, ValueError) as error:
            self.tell(self.say("refused", why=getattr(error, "description", str(error))))
            return None

    def _where(self) -> dict[str, int]:
        """The chat, its topic, and the message that is answered; an answer stands where its message stands."""
        return {"chat": self.chat, "reply_to": self.reply, "thread": 0 if self.reply else self.thread}

    async def send(self, event: Any) -> None:
        words = str(event.args).strip()
        link = _START.fullmatch(words)
        if link and (words[0] != "/" or self.chat in self._bots()):
            await self.start(link[1] or "")
        elif words:
            await self.do(self.control.say, text=words, **self._where())
        self.reply_to(0)

    async def send_photo(self) -> None:
        await self.do(self.control.photos, **self._where())
        self.reply_to(0)

    async def send_place(self) -> None:
        await self.do(self.control.location, latitude=GATE[0], longitude=GATE[1], **self._where())
        self.reply_to(0)

    async def send_contact(self) -> None:
        """The phone's own number, made of its owner's id."""
        number = f"+86138{self.seat.person % 10**8:08d}"
        await self.do(self.control.contact, chat=self.chat, phone_number=number)

    async def send_voice(self) -> None:
        await self.do(self.control.voice, **self._where())
        self.reply_to(0)

    def _pick_topic(self, event: Any) -> None:
        self.thread = int(event.args)

    async def press(self, message_id: int, label: str, number: int) -> None:
        where = {"chat": self.chat, "message_id": message_id, "label": label, "number": number}
        found = await self.do(self.control.press, **where)
        if not found:
            return
        if "?start=" in found["url"]:
            await self.start(found["url"].split("?start=")[1])
        elif found["url"]:
            self.tell(f"{self.say('link')}: {found['url']}")
        if found["text"] and found.get("alert"):
            self.warn(found["text"])
        elif found["text"]:
            self.tell(found["text"])
        elif not found["answered"]:
            self.tell(self.say("unanswered"))

    async def start(self, payload: str = "") -> None:
        """Follow a link to the bot, or press Start."""
        bots = list(self.control.world.bots.values())
        bot = next((bot for bot in bots if bot.id == self.chat), bots[0])
        self.open(bot.id)
        await self.do(self.control.start, payload=payload, bot=bot.username)

    def _bots(self) -> list[int]:
        return [bot.id for bot in self.control.world.bots.values()]

    def speak(self, language: str) -> None:
        self.person.language_code = language
        self.menu.set_visibility(False)  # it is in the language before

    def tell(self, words: str) -> None:
        self.toast.set_text(words)
        self.toast.props(f"lang={language_of(words)}")
        self.toast_for = TOAST_LOOKS

    def warn(self, words: str) -> None:
        """An alert stays until it is closed."""
        with self.box, ui.element("div").classes("alert") as alert:
            alert.props(f'role=alertdialog aria-label="{self.say("alert")}" lang={language_of(words)}')
            Text("p", words)
            close = Button(self.say("close"), alert.delete, "plain on")
        ui.run_javascript(f"setTimeout(() => getHtmlElement({close.id})?.focus(), 60)")

    def reply_to(self, message_id: int) -> None:
        self.reply = message_id
        self.replying.set_visibility(bool(message_id))
        if message_id:
            words = self.bubbles[message_id].text.content.split("<br>")[0]
            self.replied.set_text(self.say("replying", text=_plain(words)[:40]))
            ui.run_javascript(f"getHtmlElement({self.input.id}).focus()")

    def toggle_menu(self) -> None:
        shown = not self.menu.visible
        self.menu.set_visibility(shown)
        if not shown:
            return
        listed = self.control.commands(self.seat.person, self.chat)["commands"]
        self.menu.clear()
        with self.menu:
            if not listed:
                Text("span", self.say("empty"))
            for item in listed:
                Button(f"/{item['command']} · {item['description']}", later(self._command, item["command"]))
        self.scroll_down()

    async def _command(self, name: str) -> None:
        self.menu.set_visibility(False)
        group = self.chat in self.control.world.chats
        bot = next(iter(self.control.world.bots.values())).username
        words = f"/{name}@{bot}" if group else f"/{name}"
        await self.do(self.control.say, chat=self.chat, text=words, thread=self.thread)

    async def type(self, words: str) -> None:
        """Press a key of the keyboard that a message brought."""
        await self.do(self.control.say, chat=self.chat, text=words)

    def open(self, chat: int) -> None:
        """Show another chat."""
        raise NotImplementedError

    def scroll_down(self) -> None:
        """Show the newest message."""
        raise NotImplementedError


# A link to the bot, or what it types
_START = re.compile(r"(?:(?:https?://)?t\.me/\w+\?start=|/start ?)([\w-]{0,64})", re.ASCII)
_WITH_VALUE = "(e) => { emit(e.target.value); e.target.value = ''; }"


def _value_of(element: int) -> str:
    return f"() => {{ const field = getHtmlElement({element}); emit(field.value); field.value = ''; field.focus(); }}"


def later(do: Any, *arguments: Any) -> Any:
    return lambda: do(*arguments)


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
