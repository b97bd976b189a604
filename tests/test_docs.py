"""The docs are true: diagrams and gallery are what the code makes, promises name tests that exist."""

import re
from pathlib import Path

import pytest

from models.actor import LANGUAGES
from models.lifecycle import CLAIM, DELIVERY, ORDER, REQUEST, diagram
from simulator import entities
from tests import gallery, simulator_page
from views.message import Message

DOCS = Path(__file__).parent.parent / "docs"


def test_the_lifecycle_diagrams_are_the_lifecycles() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for lifecycle in (ORDER, CLAIM, REQUEST, DELIVERY):
        assert diagram(lifecycle) in text


def test_the_gallery_shows_what_people_read_now() -> None:
    """Write it anew with `python -m tests.gallery` and look at it."""
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page()


def test_the_simulator_s_page_tells_what_it_does_now() -> None:
    """Write it anew with `python -m tests.simulator_page`."""
    assert simulator_page.PAGE.read_text(encoding="utf-8") == simulator_page.page()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_one_that_telegram_takes(language: str) -> None:
    """Strict HTML, a caption within 1,024, labels that are there, data within 64 bytes."""
    for name, message in gallery.every(language).items():
        if not isinstance(message, Message):
            assert 0 < len(message) <= 300, name
            continue
        plain, _ = entities.parse(str(message.text), "HTML")
        assert 0 < entities.units(plain) <= (1024 if message.photo else 4096), name
        for button in (button for row in message.rows for button in row):
            assert str(button.label).strip() and bool(button.data) != bool(button.url), name
            assert len(button.data.encode()) <= 64, name


def test_chinese_messages_are_chinese() -> None:
    """No sentence falls back to English."""
    for name, message in gallery.every("zh").items():
        text = str(message.text if isinstance(message, Message) else message)
        assert re.search(r"[\u4e00-\u9fff]", text), name


def test_every_promise_names_a_test_that_exists() -> None:
    named = re.findall(r"`(test_\w+)\.(test_\w+)`", (DOCS / "promises.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    for module, name in named:
        source = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f"def {name}(" in source, f"{module}.{name}"
