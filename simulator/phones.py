"""The page of phones, built on NiceGUI: several people side by side, and a story above them."""

import contextlib
import copy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from nicegui import ui

from simulator.bubble import Button, Text, language_choice
from simulator.control import Control
from simulator.phone import Phone
from simulator.phone_words import LANGUAGES, say
from simulator.server import Simulator
from simulator.stage import Stage

STYLE = Path(__file__).with_name("phones.css")
LOOK_EVERY = 0.25  # seconds
# Remembers that a button was pressed here, so that focus is given back only to who had it
_PRESSED = "<script>addEventListener('click', (e) => { window.pressed = !!e.target.closest('button.key'); }, true);</script>"


class Page:
    """One visitor's view of the stage."""

    def __init__(self, control: Control, stage: Stage, language: str) -> None:
        self.control, self.stage, self.language = control, stage, language
        self.shown = -1
        ui.page_title(say(language, "title"))
        ui.add_head_html(f"<style>{STYLE.read_text(encoding='utf-8')}</style>{_PRESSED}")
        with ui.element("div").classes("page"):
            self._bar()
            self.box = ui.element("div").classes("phones")
        self.phones: list[Phone] = []
        self.look()
        ui.timer(LOOK_EVERY, self.look)

    def _bar(self) -> None:
        with ui.element("header").classes("bar"):
            self.title = Text("h1", say(self.language, "title"))
            self.sentence = Text("div", kind="sentence").props("role=status aria-live=polite")
            self.step = Text("span", kind="note")
            self.next = Button(say(self.language, "next"), self.stage.go_on, "plain on")
            language_choice(say(self.language, "page"), self.language, self._speak)

    def _speak(self, language: str) -> None:
        ui.navigate.to(f"/?language={language}")

    def look(self) -> None:
        """Bring the page up to what there is to see."""
        if self.shown != self.stage.version:
            self.shown = self.stage.version
            words = self.stage.sentence.get(self.language) or say(self.language, "no_story")
            self.sentence.set_text(words)
            self.title.set_text(say(self.language, "story" if self.stage.steps else "title"))
            steps = {"step": self.stage.step, "steps": self.stage.steps}
            self.step.set_text(say(self.language, "step", **steps) if self.stage.steps else "")
            self.next.set_visibility(self.stage.can_go_on)
        for seat in self.stage.seats[len(self.phones) :]:  # whoever joined since
            with self.box:
                self.phones.append(Phone(self.control, seat, self.language))
        for phone in self.phones:
            phone.look()


def pick_language(asked: str, accepted: str, default: str) -> str:
    """The asked-for language, else the first the browser accepts that there is."""
    wanted = [asked, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((code for code in wanted if code in LANGUAGES), default)


_showing: dict[str, Any] = {}  # the one simulator whose phones this process shows


@ui.page("/")
def phones_page(request: Request) -> None:
    simulator, stage = _showing["simulator"], _showing["stage"]
    language = pick_language(
        request.query_params.get("language", ""), request.headers.get("accept-language", ""), stage.language
    )
    shown = copy.copy(
        ui.context.client.page
    )  # a visitor's own: the document says its language from the first byte
    shown.language = "zh-CN" if language == "zh" else "en-US"
    ui.context.client.page = shown
    Page(simulator.control, stage, language)


_app: FastAPI | None = None


@contextlib.asynccontextmanager
async def phones(simulator: Simulator, stage: Stage) -> AsyncIterator[None]:
    """The simulator's port shows the stage's phones, for as long as the context lasts."""
    global _app
    _showing.update(simulator=simulator, stage=stage)
    if _app is None:
        _app = FastAPI()
        ui.run_with(_app, title="Phones", show_welcome_message=False, tailwind=False, reconnect_timeout=10)
    async with _app.router.lifespan_context(_app):
        simulator.pages = _app
        try:
            yield
        finally:
            simulator.pages = None
