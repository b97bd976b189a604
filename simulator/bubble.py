"""A message on a phone, and the plain elements that phones are made of. What changes, changes in place."""

import base64
from typing import TYPE_CHECKING, Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from simulator.markup import as_html, language_of
from simulator.phone_words import LANGUAGES

if TYPE_CHECKING:
    from simulator.phone import Phone


LARGEST_SHOWN = 300_000  # bytes of a picture


class Text(TextElement):
    """A plain element with a text that can change in place, so that focus stays where it is."""

    def __init__(self, tag: str, text: str = "", kind: str = "") -> None:
        super().__init__(tag=tag, text=text)
        self.classes(kind)


class Button(Text):
    def __init__(self, label: str, do: Any, kind: str = "plain") -> None:
        super().__init__("button", label, kind)
        self.props("type=button").on("click", do)


def _pressing(phone: "Phone", message_id: int, key: Button, number: int) -> Any:
    return lambda: phone.press(message_id, key.text, number)


class Bubble:
    """One message. Its parts are changed in place."""

    def __init__(self, phone: "Phone", message: dict[str, Any]) -> None:
        self.phone, self.shown = phone, ""
        mine = message["mine"] == phone.seat.person
        look = "event" if message["service"] else "message mine" if mine else "message"
        self.box = ui.element("article").classes(look).props("tabindex=-1")
        with self.box:
            self.who = Text("div", kind="who")
            self.quote = Text("div", kind="note")
            self.media = ui.element("div")
            self.text = ui.html(sanitize=False).classes("text")
            self.rows = ui.element("div").classes("rows")
            self.note = Text("div", kind="note")
            if not message["service"]:
                Button(phone.say("reply"), lambda: phone.reply_to(message["message_id"]), "plain small")
        self.keys: list[Button] = []
        self.labels: list[list[str]] = []

    def show(self, message: dict[str, Any]) -> None:
        if self.shown == repr(message):
            return
        self.shown = repr(message)
        phone = self.phone
        who = phone.say("you") if message["mine"] == phone.seat.person else message["from"]
        self.who.set_text(f"{who} · {message['topic']}" if message["topic"] else who)
        if message["service"]:
            words = phone.say(message["service"], about=message["about"])
            self.text.set_content(as_html(words, []))
            self.box.props(f"lang={phone.language}")
        else:
            self.text.set_content(as_html(message["text"], message["entities"]))
            self.box.props(f"lang={language_of(message['text'])}")
        self.quote.set_text(phone.say("answers", text=message["quotes"]) if message["quotes"] else "")
        self._show_media(message)
        self._show_keys(message)
        marks = [phone.say("edited")] if message["edits"] else []
        marks += [phone.say("silent")] if message["silent"] else []
        marks += [phone.say("reaction", all=" ".join(message["reactions"]))] if message["reactions"] else []
        self.note.set_text(" · ".join(marks))

    def _show_media(self, message: dict[str, Any]) -> None:
        phone = self.phone
        attached: list[str] = []
        attached += [f"🎤 {phone.say('a_voice')}"] if message["voice"] else []
        attached += [f"👤 {phone.say('a_contact')}"] if message["contact"] else []
        attached += [f"📄 {phone.say('a_file', name=message['document'])}"] if message["document"] else []
        self.media.clear()
        with self.media:
            if message["photo"]:
                self._show_photo(message["photo"])
            if message["location"]:
                Text("span", message["venue"] or phone.say("a_place"), "picture")
            for words in attached:
                Text("span", words, "attached")

    def _show_photo(self, file_id: str) -> None:
        """The picture itself; one that is too large to show is told in words."""
        phone = self.phone
        content = phone.control.world.files[file_id]
        if len(content) > LARGEST_SHOWN:
            Text("span", phone.say("a_photo"), "picture")
            return
        address = f"data:image;base64,{base64.b64encode(content).decode()}"
        ui.element("img").classes("photo").props(f'alt="{phone.say("a_photo")}" src="{address}"')

    def _show_keys(self, message: dict[str, Any]) -> None:
        """Same number of buttons: only their words change. Otherwise they are drawn anew."""
        rows = message["buttons"]
        if [len(row) for row in rows] == [len(row) for row in self.labels]:
            labels = [label for row in rows for label in row]
            for key, label in zip(self.keys, labels, strict=True):
                key.set_text(label)
            self.labels = rows
            return
        self.rows.clear()
        self.labels, self.keys = rows, []
        with self.rows:
            for row in rows:
                with ui.element("div").classes("row"):
                    for label in row:
                        key = Button(label, lambda: None, "key")
                        key.on("click", _pressing(self.phone, message["message_id"], key, len(self.keys)))
                        self.keys.append(key)
        self.phone.keep_focus(self.box)


def language_choice(label: str, chosen: str, choose: Any) -> Any:
    """A choice of language, by its own name."""
    choice = ui.element("select").props(f'aria-label="{label}"')
    with choice:
        for code, name in LANGUAGES.items():
            option = Text("option", name).props(f"value={code}")
            if code == chosen:
                option.props("selected")
    choice.on("change", lambda event: choose(str(event.args)), js_handler="(e) => emit(e.target.value)")
    return choice
