"""Duties that stand still: they begin anew, and whoever watches sees no work until there is some."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from bot.beside import background
from bot.clock import Clock
from bot.holding import Holding
from bot.leadership import Leadership
from bot.settings import Settings
from models.sealed import new_key
from tests.scene import Scene


async def test_duties_that_stand_still_are_begun_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever made them: the lease is let go, and who takes it next begins afresh. One look is no proof."""
    monkeypatch.setattr("bot.leadership.RENEW_EVERY", 0.02)
    begun, looks = 0, iter([True, False, True, False, False, *[True] * 10_000])

    @contextlib.asynccontextmanager
    async def duties() -> AsyncIterator[None]:
        nonlocal begun
        begun += 1
        yield

    leadership = Leadership(scene.database, "me", duties, lambda: next(looks))
    async with background(leadership.run), asyncio.timeout(15):
        while begun < 2:
            await asyncio.sleep(0.02)
        assert next(looks)
    assert begun == 2


@contextlib.asynccontextmanager
async def _no_updates(_holding: Holding) -> AsyncIterator[None]:
    yield


async def _for_ever(*_: Any) -> None:
    await asyncio.Event().wait()


async def test_duties_begun_anew_have_not_worked_until_they_have(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else `/readyz` would be green for half a minute each time, while nothing is ever sent."""
    monkeypatch.setattr("bot.leadership.RENEW_EVERY", 0.05)
    monkeypatch.setattr("bot.leadership.TRY_EVERY", 0.05)
    monkeypatch.setattr("bot.holding.STANDS_STILL", 0.3)
    monkeypatch.setattr(Holding, "_incoming", _no_updates)
    settings = Settings(_env_file=None, bot_token=SecretStr("1:a"), data_key=SecretStr(new_key()))
    common = SimpleNamespace(bell=SimpleNamespace(listen=_for_ever), marks=SimpleNamespace(keep=_for_ever))
    holding = Holding(
        settings, cast(Any, None), scene.database, cast(Any, None), Clock(None), cast(Any, common)
    )
    terms, seen = set(), set()
    with monkeypatch.context() as broken:
        broken.setattr("scheduler.due.look", lambda _session, **_: 1 / 0)
        async with background(holding.leadership.run), asyncio.timeout(20):
            while len(terms) < 4:  # the first is none yet
                await asyncio.sleep(0.02)
                terms.add(holding._began_at)
                if holding._began_at:
                    seen.add(holding._worked_at())
            assert len(seen) == 1
            broken.undo()
            while holding._worked_at() in seen:
                await asyncio.sleep(0.02)
