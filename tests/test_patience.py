"""No message takes for ever: a pattern that repeats what may be read in two ways holds up everybody else."""

import importlib
import inspect
import pkgutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

import services
from models.actor import Refusal
from services import duty_words
from tests.city import City

PATIENCE = 10.0  # seconds for one reader on all of these; it takes some hundredths
LETTERS = 46  # of what is said again and again: what doubles with each letter is for ever by then
AGAIN = (
    "嗯 好 谢谢 去 来 马上 就 我 会 一定 ! - 1 a 。 了 没 啊 解决了 还没 + ( 的 在 水 1- 有 人 请问 👍 到 晚 半 小时 "
    "ok\u00a0 no\u00a0 not\u00a0 yes\u00a0 thanks\u00a0 it\u00a0 is\u00a0 the\u00a0 report\u00a0 late\u00a0 \u00a0"
).split(" ")
ENDS = ("去吃饭x", "吃饭x", "x", "zq9", "没法说的东西", "，物业什么时候来修灯？我去看看")


def _readers() -> Iterator[Callable[[str], Any]]:
    """Every public function of the services that takes a text and nothing else."""
    for found in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"services.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            taken = list(inspect.signature(function).parameters.values())
            needed = [one for one in taken if one.default is one.empty]
            takes_a_text = len(needed) == 1 and needed[0].annotation is str
            if function.__module__ == module.__name__ and takes_a_text and not name.startswith("_"):
                yield function


READERS = list(_readers())


@pytest.mark.parametrize("read", READERS, ids=lambda read: f"{read.__module__}.{read.__name__}")
def test_every_reader_of_words_is_done_at_once(read: Callable[[str], Any]) -> None:
    def lost(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"{read.__name__} does not end")

    before = signal.signal(signal.SIGALRM, lost)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        for again in AGAIN:
            for end in ENDS:
                with suppress(LookupError, ValueError, Refusal):
                    read((again.replace("\u00a0", " ") * LETTERS)[:LETTERS] + end)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_readers_are_found() -> None:
    assert duty_words.will_come in READERS and len(READERS) > 50


async def test_many_yeses_before_a_question_hold_up_nobody(village: City) -> None:
    rosa, ben = await village.person("Rosa"), await village.person("Ben")
    await rosa.says(village.bot, "嗯" * 40 + "，物业什么时候来修灯？我去看看")
    await ben.says(village.bot, "/help")
    await ben.sees(village.bot, "What I can do here")
