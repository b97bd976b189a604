"""One phone on the page: its chats, the messages of the one that is open, and what its owner can do."""

from typing import Any

from nicegui import ui

from simulator.bubble import Bubble, Button, Text, language_choice
from simulator.control import Control
from simulator.errors import ApiError
from simulator.markup import language_of
from simulator.phone_words import say
from simulator.stage import Seat

GATE = (39.0303, 117.6500)  # a place to send
TOAST_LOOKS = 24  # looks until a toast goes again
SHOWN = 60  # messages; older ones are a scroll too far


class Phone:
    """`language` is the page's; the person's own is what the bot speaks to them."""

    def __init__(self, control: Control, seat: Seat, language: str) -> None:
        self.control, self.seat, self.language = control, seat, language
        self.person = control.world.people[seat.person]
        self.chat = self.shown_to = seat.chat
        self.reply = self.toast_for = 0
        self.looked = False
        self.seen: dict[int, int] = {}
        self.bubbles: dict[int, Bubble] = {}
        self._keyboard: tuple[list[list[str]], bool] | None = None
        self._build()

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def _build(self) -> None:
        name, role = self.person.first_name, self.seat.role.get(self.language, "")
        label = self.say("phone", name=name, role=role)
        self.box = ui.element("section").classes("phone").props(f'aria-label="{label}"')
        with self.box:
            with ui.element("div").classes("head"):
                Text("h2", f"{name} · {role}" if role else name)
                language_choice(self.say("speaks", name=name), self.person.language_code or "en", self.speak)
            self.chats = ui.element("nav").classes("chats").props(f'aria-label="{self.say("chats")}"')
            self.tabs: dict[int, tuple[Button, Text]] = {}
            self.toast = Text("div", kind="toast").props("role=status aria-live=polite")
            self.messages = ui.element("div").classes("messages")
            self.messages.props("role=log aria-live=polite tabindex=0")
            self.empty = None
            self._build_composer(name)

    def _build_composer(self, name: str) -> None:
        with ui.element("div").classes("replying") as self.replying:
            self.replied = Text("span")
            Button(self.say("drop"), lambda: self.reply_to(0), "plain small")
        self.replying.set_visibility(False)
        self.menu = ui.element("div").classes("menu")
        self.menu.set_visibility(False)
        with ui.element("div").classes("composer"):
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
                ("menu", self.toggle_menu),
            ):
                Button(self.say(key), do)

    # What its owner does

    async def do(self, verb: Any, **arguments: Any) -> Any:
        try:
            result = verb(person=self.seat.person, **arguments)
            return await result if hasattr(result, "__await__") else result
        except (ApiError, KeyError, ValueError) as error:
            self.tell(self.say("refused", why=getattr(error, "description", str(error))))
            return None

    async def send(self, event: Any) -> None:
        words = str(event.args).strip()
        if words:
            await self.do(self.control.say, chat=self.chat, text=words, reply_to=self.reply)
        self.reply_to(0)

    async def send_photo(self) -> None:
        await self.do(self.control.photos, chat=self.chat, reply_to=self.reply)
        self.reply_to(0)

    async def send_place(self) -> None:
        place = {"latitude": GATE[0], "longitude": GATE[1], "reply_to": self.reply}
        await self.do(self.control.location, chat=self.chat, **place)
        self.reply_to(0)

    async def press(self, message_id: int, label: str, number: int) -> None:
        where = {"chat": self.chat, "message_id": message_id, "label": label, "number": number}
        found = await self.do(self.control.press, **where)
        if not found:
            return
        if "?start=" in found["url"]:
            await self.start(found["url"].split("?start=")[1])
        elif found["url"]:
            self.tell(f"{self.say('link')}: {found['url']}")
        if found["text"]:
            self.tell(found["text"])
        elif not found["answered"]:
            self.tell(self.say("unanswered"))

    async def start(self, payload: str = "") -> None:
        """Follow a link to the bot, or press Start."""
        bots = list(self.control.world.bots.values())
        bot = next((bot for bot in bots if bot.id == self.chat), bots[0])
        self.open(bot.id)
        await self.do(self.control.start, payload=payload, bot=bot.username)

    def speak(self, language: str) -> None:
        self.person.language_code = language

    def tell(self, words: str) -> None:
        self.toast.set_text(words)
        self.toast.props(f"lang={language_of(words)}")
        self.toast_for = TOAST_LOOKS

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
                Button(f"/{item['command']} · {item['description']}", _later(self._command, item["command"]))

    async def _command(self, name: str) -> None:
        self.menu.set_visibility(False)
        group = self.chat in self.control.world.chats
        bot = next(iter(self.control.world.bots.values())).username
        await self.do(self.control.say, chat=self.chat, text=f"/{name}@{bot}" if group else f"/{name}")

    def open(self, chat: int) -> None:
        if chat == self.chat:
            return
        self.chat, self._keyboard = chat, None
        self.reply_to(0)
        self.messages.clear()
        self.bubbles.clear()
        self.menu.set_visibility(False)
        self.look()

    def keep_focus(self, box: Any) -> None:
        """Where a focused button went away, its message takes the focus."""
        lost = "document.activeElement === document.body"
        ui.run_javascript(
            f"setTimeout(() => {{ if ({lost} && window.pressed) getHtmlElement({box.id})?.focus() }}, 60)"
        )

    # What it shows

    def look(self) -> None:
        """Bring the phone up to what there is to see."""
        if self.toast_for:
            self.toast_for -= 1
            if not self.toast_for:
                self.toast.set_text("")
        found = self.control.chats(self.seat.person)["chats"]
        if self.seat.chat != self.shown_to:  # the story looks at another chat
            self.shown_to = self.seat.chat
            self.open(self.seat.chat)
        if not self.chat and found:
            self.chat = found[0]["id"]
        self._show_tabs(found)
        try:
            messages = (
                self.control.view(self.seat.person, self.chat, last=SHOWN)["messages"] if self.chat else []
            )
        except (ApiError, KeyError):
            messages = []
        self._show_messages([message for message in messages if not message["service"]])

    def _show_tabs(self, found: list[dict[str, Any]]) -> None:
        for chat in found:
            if chat["id"] not in self.tabs:
                with self.chats:
                    tab = Button(chat["title"], _later(self.open, chat["id"]))
                    with tab:
                        self.tabs[chat["id"]] = (tab, Text("span", kind="news"))
                self.seen.setdefault(chat["id"], 0 if self.looked else chat["last"])
            tab, news = self.tabs[chat["id"]]
            here = chat["id"] == self.chat
            tab.classes(add="on" if here else "", remove="" if here else "on")
            tab.props(f"aria-pressed={'true' if here else 'false'}")
            if here:
                self.seen[chat["id"]] = chat["last"]
            fresh = max(0, chat["last"] - self.seen[chat["id"]])
            news.set_text(" " + self.say("news", n=fresh) if fresh else "")
            news.set_visibility(bool(fresh))

    def _show_messages(self, messages: list[dict[str, Any]]) -> None:
        there = {message["message_id"] for message in messages}
        for gone in [number for number in self.bubbles if number not in there]:
            self.bubbles.pop(gone).box.delete()
        added, fresh = False, not self.bubbles
        for message in messages:
            bubble = self.bubbles.get(message["message_id"])
            if bubble is None:
                with self.messages:
                    bubble = self.bubbles[message["message_id"]] = Bubble(self, message)
                added = True
            bubble.show(message)
        if added:
            down = (
                "const box = getHtmlElement({0}); "
                "const below = box ? box.scrollHeight - box.scrollTop - box.clientHeight : 0; "
                "if (box && (below < 500 || {1})) box.scrollTop = box.scrollHeight"
            )
            ui.run_javascript(
                f"setTimeout(() => {{ {down.format(self.messages.id, str(fresh).lower())} }}, 30)"
            )
        self.looked = True
        asking = (m for m in reversed(messages) if m["is_bot"] and (m["keyboard"] or m["removes_keyboard"]))
        self._show_keyboard(next(asking, {}))

    def _show_keyboard(self, last: dict[str, Any]) -> None:
        """What stands above the keys: Start for a bot that was never started, or the last message's keyboard."""
        rows = last.get("keyboard", [])
        bot = next((bot for bot in self.control.world.bots.values() if bot.id == self.chat), None)
        fresh = bot is not None and bot.id not in self.person.started
        if self._keyboard == (rows, fresh):
            return
        self._keyboard = (rows, fresh)
        self.keyboard.clear()
        with self.keyboard:
            if fresh:
                Button(self.say("start"), _later(self.start), "key on")
            for label in (label for row in rows for label in row):
                asks_place = label in last.get("shares_place", [])
                do = self.send_place if asks_place else _later(self._type, label)
                Button(label, do, "key on")

    async def _type(self, words: str) -> None:
        await self.do(self.control.say, chat=self.chat, text=words)


_WITH_VALUE = "(e) => { emit(e.target.value); e.target.value = ''; }"


def _value_of(element: int) -> str:
    return f"() => {{ const field = getHtmlElement({element}); emit(field.value); field.value = ''; field.focus(); }}"


def _later(do: Any, *arguments: Any) -> Any:
    return lambda: do(*arguments)


def _plain(markup: str) -> str:
    import html
    import re

    return html.unescape(re.sub(r"<[^>]+>", "", markup))
