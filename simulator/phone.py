"""One phone on the page: its chats, the messages of the one that is open, and what its owner can do."""

import contextlib
from typing import Any

from nicegui import ui

from simulator.bubble import Bubble, Button, Text, language_choice
from simulator.control import Control
from simulator.errors import ApiError
from simulator.hands import Hands, later
from simulator.stage import Seat

SHOWN = 60  # messages; older ones are a scroll too far


class Phone(Hands):
    """One person's phone: what it shows."""

    def __init__(self, control: Control, seat: Seat, language: str) -> None:
        self.control, self.seat, self.language = control, seat, language
        self.person = control.world.people[seat.person]
        self.chat = self.shown_to = seat.chat
        self.looked = False
        self.seen: dict[int, tuple[int, int]] = {}  # by chat: its last message and how many edits
        self.bubbles: dict[int, Bubble] = {}
        self._keyboard: tuple[list[list[str]], bool] | None = None
        self._topics: dict[int, str] = {}
        self._build()

    def _build(self) -> None:
        name, role = self.person.first_name, self.seat.role.get(self.language, "")
        label = self.say("phone", name=name, role=role)
        self.box = ui.element("section").classes("phone").props(f'aria-label="{label}"')
        with self.box:
            with ui.element("div").classes("head"):
                Text("h2", f"{name} · {role}" if role else name)
                self.spoken = self.person.language_code or "en"
                self.reads = language_choice(self.say("speaks", name=name), self.spoken, self.speak)
            self.chats = ui.element("nav").classes("chats").props(f'aria-label="{self.say("chats")}"')
            self.tabs: dict[int, tuple[Button, Text]] = {}
            self.toast = Text("div", kind="toast").props("role=status aria-live=polite")
            self.messages = ui.element("div").classes("messages")
            self.messages.props("role=log aria-live=polite tabindex=0")
            self.empty = None
            self._build_composer(name)

    def open(self, chat: int) -> None:
        if chat == self.chat:
            return
        self.chat, self._keyboard, self.thread = chat, None, 0
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
        self._follow_language()
        seen: dict[str, Any] = {"messages": [], "topics": []}
        with contextlib.suppress(ApiError, KeyError):
            seen = self.control.view(self.seat.person, self.chat, last=SHOWN) if self.chat else seen
        names = {topic["thread"]: topic["name"] for topic in seen["topics"]}
        self._show_topics(names)
        self._show_messages(
            [message | {"topic": names.get(message["thread"], "")} for message in seen["messages"]]
        )

    def _follow_language(self) -> None:
        """The choice of language shows what the person reads, also when it was changed in another window."""
        now = self.person.language_code or "en"
        if now != self.spoken:
            self.spoken = now
            ui.run_javascript(f"getHtmlElement({self.reads.id}).value = '{now}'")

    def _show_topics(self, names: dict[int, str]) -> None:
        """In a forum one writes in a topic, or in General."""
        if names == self._topics:
            return
        self._topics = names
        self.topics.clear()
        self.topics.set_visibility(bool(names))
        with self.topics:
            for thread, name in ({0: self.say("general")} | names).items():
                option = Text("option", name).props(f"value={thread}")
                if thread == self.thread:
                    option.props("selected")

    def _show_tabs(self, found: list[dict[str, Any]]) -> None:
        for chat in found:
            if chat["id"] not in self.tabs:
                with self.chats:
                    tab = Button(chat["title"], later(self.open, chat["id"]))
                    with tab:
                        self.tabs[chat["id"]] = (tab, Text("span", kind="news"))
                self.seen.setdefault(chat["id"], (0, 0) if self.looked else (chat["last"], chat["edits"]))
            tab, news = self.tabs[chat["id"]]
            here = chat["id"] == self.chat
            tab.classes(add="on" if here else "", remove="" if here else "on")
            tab.props(f"aria-pressed={'true' if here else 'false'}")
            if here:
                self.seen[chat["id"]] = (chat["last"], chat["edits"])
            last, edits = self.seen[chat["id"]]
            fresh, changed = max(0, chat["last"] - last), chat["edits"] > edits
            words = self.say("news", n=fresh) if fresh else self.say("changed") if changed else ""
            news.set_text(f" {words}" if words else "")
            news.set_visibility(bool(words))

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
            self.scroll_down(always=fresh or messages[-1]["mine"] == self.seat.person)
        self.looked = True
        asking = (m for m in reversed(messages) if m["is_bot"] and (m["keyboard"] or m["removes_keyboard"]))
        self._show_keyboard(next(asking, {}))

    def scroll_down(self, *, always: bool = True) -> None:
        """Show the newest message; to somebody who reads older ones only where they must see it."""
        down = (
            "const box = getHtmlElement({0}); const last = box?.lastElementChild?.offsetHeight ?? 0; "
            "const below = box ? box.scrollHeight - box.scrollTop - box.clientHeight : 0; "
            "if (box && (below < 500 + last || {1})) box.scrollTop = box.scrollHeight"
        )
        ui.run_javascript(f"setTimeout(() => {{ {down.format(self.messages.id, str(always).lower())} }}, 30)")

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
                Button(self.say("start"), later(self.start), "key on")
            for label in (label for row in rows for label in row):
                asks_place = label in last.get("shares_place", [])
                asks_phone = label in last.get("shares_phone", [])
                do = self.send_place if asks_place else later(self.type, label)
                do = self.send_contact if asks_phone else do
                Button(label, do, "key on")
