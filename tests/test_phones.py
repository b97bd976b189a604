"""The phones in a real browser: the loop played by clicking, by keyboard, in both languages, and for everybody."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as PressTooLate

from simulator.__main__ import free_port
from tests import browser
from tests.drivers import press_of

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None, reason="pages need Chromium, and there is none on PATH"
)
PATIENCE = 60_000  # milliseconds; other tests share the machine


@asynccontextmanager
async def demo(language: str) -> AsyncIterator[str]:
    """`dutygrid demo` as a process of its own; its address once it listens."""
    port = free_port(18_700 + os.getpid() % 100)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(port), "--language", language, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    reading = asyncio.ensure_future(process.stdout.read())
    try:
        for _ in range(200):
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        await process.wait()
        await reading
    assert process.returncode == 0


def phone(page: Page, number: int) -> Locator:
    return page.locator("section.phone").nth(number)


async def sees(place: Locator, words: str) -> None:
    await expect(place.locator("article").filter(has_text=words).last).to_be_visible(timeout=PATIENCE)


async def press(place: Locator, label: str) -> None:
    await place.get_by_role("button", name=label, exact=True).last.click(timeout=PATIENCE)


async def opens(place: Locator, chat: str) -> None:
    await place.get_by_role("navigation").get_by_role("button", name=chat).click(timeout=PATIENCE)


async def write(place: Locator, words: str) -> None:
    await place.get_by_role("textbox").fill(words)
    await place.get_by_role("textbox").press("Enter")


async def test_a_newcomer_plays_the_loop_by_clicking(tmp_path: Path) -> None:
    """The story waits for the tap and plays on; then leader and volunteer are played by hand."""
    async with demo("en") as url, browser.page(url) as page:
        bar = page.get_by_role("status").first
        await expect(bar).to_have_text("You are the volunteer. Tap I'm in.", timeout=PATIENCE)
        leader, volunteer, resident = phone(page, 0), phone(page, 1), phone(page, 2)
        for each in (leader, volunteer, resident):
            await sees(each, "1/3: Chloe")
        await press(volunteer, "I'm in")
        await expect(volunteer.get_by_role("status")).to_contain_text("You have #1", timeout=PATIENCE)
        await sees(resident, "2/3: Chloe, Ben")
        await page.screenshot(path=tmp_path / "tapped.png")
        over = page.get_by_text("It is yours now")
        following = page.get_by_role("button", name="Next", exact=True)
        for _ in range(120):
            if await over.is_visible():
                break
            if await following.is_visible():
                with suppress(PressTooLate):  # it went while the finger was on its way
                    await following.click(timeout=2_000)
            await page.wait_for_timeout(300)
        await expect(over).to_be_visible()
        await sees(volunteer, "4 points")
        await page.screenshot(path=tmp_path / "played.png")

        await opens(leader, "DutyGridBot")
        await write(leader, "/order")
        await press(leader, "Supply delivery")
        await leader.get_by_role("button", name="08:00-12:00").last.click()
        await press(leader, "No place")
        await press(leader, "1")
        await press(leader, "Send it out")
        await opens(volunteer, "Ziyunyuan neighbours")
        await sees(volunteer, "1 needed · Supply delivery")
        await press(volunteer.locator("article").filter(has_text="Supply delivery"), "I'm in")
        await sees(volunteer, "Full · Supply delivery")


@pytest.fixture
async def phones() -> AsyncIterator[str]:
    """`dutygrid simulator` as a process of its own, with no bot."""
    port = free_port(18_800 + os.getpid() % 100)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--port", str(port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    assert await process.wait() == 0


async def test_everything_works_by_keyboard_and_cards_change_under_the_finger(phones: str) -> None:
    """Focus stays on a button whose words change, and moves to the message when the button goes away."""
    api = f"{phones}bot100200300:simulated-token-for-local-use"
    async with browser.page(phones, width=820, height=1180) as page:
        ben = phone(page, 1)
        await ben.get_by_role("button", name="SimulatedBot").press("Enter")
        await ben.get_by_role("button", name="Start").press("Enter")
        await sees(ben, "/start")
        person = 7_000_000_002

        async def call(method: str, **parameters: Any) -> Any:
            answer = await page.request.post(f"{api}/{method}", data=parameters)
            body = await answer.json()
            assert body["ok"], body
            return body["result"]

        await page.request.post(f"{phones}control/limits", data={"on": False})

        def keys(*labels: str) -> dict[str, Any]:
            return {"inline_keyboard": [[{"text": label, "callback_data": "x"}] for label in labels]}

        sent = await call(
            "sendMessage",
            chat_id=person,
            text="<b>一张卡片</b>",
            parse_mode="HTML",
            reply_markup=keys("One", "Two"),
        )
        await ben.get_by_role("button", name="Two").focus()
        where = {"chat_id": person, "message_id": sent["message_id"]}
        await call("editMessageText", text="changed", reply_markup=keys("One", "Zwei"), **where)
        await expect(ben.get_by_role("button", name="Zwei")).to_be_focused(timeout=PATIENCE)
        await ben.get_by_role("button", name="Zwei").press("Enter")
        await call("editMessageText", text="no more buttons", **where)
        card = ben.locator("article").filter(has_text="no more buttons")
        await expect(card).to_be_focused(timeout=PATIENCE)
        await expect(card).to_have_attribute("lang", "en")
        await call("sendMessage", chat_id=person, text="您好")
        await expect(ben.locator("article").last).to_have_attribute("lang", "zh", timeout=PATIENCE)
        await opens(ben, "Neighbours")
        await call("sendMessage", chat_id=person, text="while you look elsewhere")
        await expect(ben.get_by_role("button", name="SimulatedBot 1 new")).to_be_visible(timeout=PATIENCE)


async def test_photos_places_replies_and_the_menu(phones: str) -> None:
    api = f"{phones}bot100200300:simulated-token-for-local-use"
    async with browser.page(phones) as page:
        ana, ben = phone(page, 0), phone(page, 1)
        await page.request.post(
            f"{api}/setMyCommands", data={"commands": [{"command": "orders", "description": "Open duties"}]}
        )
        await press(ana, "Photo")
        await press(ana, "Place")
        await press(ana, "Voice")
        await expect(ben.locator("article")).to_have_count(4, timeout=PATIENCE)
        picture = ben.get_by_role("img", name="Photo")
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
        await write(ben, "hello & <b>all</b>")
        await sees(ana, "hello & <b>all</b>")
        await ana.locator("article").last.get_by_role("button", name="Reply").click()
        await expect(ana.get_by_text("Replying to: hello")).to_be_visible()
        await write(ana, "welcome")
        await sees(ben, "welcome")
        await press(ben, "Menu")
        await press(ben, "/orders · Open duties")
        await sees(ana, "/orders@SimulatedBot")


async def test_a_link_that_is_typed_presses_start(phones: str, tmp_path: Path) -> None:
    """On a phone as narrow as a real one: nothing is cut off, one's own message is in sight, a typed link works."""
    async with browser.page(phones, width=360, height=640) as page:
        cleo = phone(page, 2)
        await opens(cleo, "SimulatedBot")
        await write(cleo, "https://t.me/SimulatedBot?start=admin-x1")
        await sees(cleo, "/start admin-x1")
        await write(cleo, "a long story " * 90)
        await write(cleo, "the end")
        await sees(cleo, "the end")
        await expect(cleo.locator("article").last).to_be_in_viewport(timeout=PATIENCE)
        await page.screenshot(path=tmp_path / "narrow.png")
        room = "e => e.querySelector('.messages').clientHeight"
        assert [await phone(page, n).evaluate(room) > 150 for n in range(3)] == [True] * 3
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await phone(page, 0).get_by_role("button", name="Send").click()


async def test_what_happens_in_a_chat_is_told_in_words(phones: str, tmp_path: Path) -> None:
    """Who came, topics, edits elsewhere, alerts that stay; the document says its language from the first byte."""
    api = f"{phones}bot100200300:simulated-token-for-local-use"
    async with browser.page(f"{phones}?language=zh", language="zh") as page:
        first = await (await page.request.get(f"{phones}?language=zh")).text()
        assert '<html lang="zh-CN"' in first

        async def tell(verb: str, **arguments: Any) -> Any:
            answer = await page.request.post(f"{phones}control/{verb}", data=arguments)
            assert answer.ok, await answer.text()
            return await answer.json()

        async def call(method: str, **parameters: Any) -> Any:
            return (await (await page.request.post(f"{api}/{method}", data=parameters)).json())["result"]

        ana, ben = phone(page, 0), phone(page, 1)
        one, two = 7_000_000_001, 7_000_000_002
        forum = (await tell("group", title="论坛", members=[one], kind="forum"))["id"]
        await tell("join", person=two, chat=forum)
        await tell("topic", chat=forum, name="东门", person=one)
        await tell("add_bot", chat=forum, person=one, status="administrator")
        await opens(ben, "论坛")
        await sees(ben, "Ben 加入了群聊。")
        await ben.get_by_role("combobox", name="话题").select_option("东门")
        await write(ben, "在话题里")
        await opens(ana, "论坛")
        await expect(ana.locator("article").last).to_contain_text("Ben · 东门", timeout=PATIENCE)
        keys = {"inline_keyboard": [[{"text": "问", "callback_data": "x"}]]}
        sent = await call("sendMessage", chat_id=forum, text="问一句", reply_markup=keys)
        await press(ben, "问")
        query = (await press_of(partial(call, "getUpdates")))["id"]
        await call("answerCallbackQuery", callback_query_id=query, text="请看好", show_alert=True)
        await expect(ben.get_by_role("alertdialog")).to_contain_text("请看好", timeout=PATIENCE)
        await page.screenshot(path=tmp_path / "told.png")
        await press(ben, "关闭")
        await expect(ben.get_by_role("alertdialog")).to_have_count(0)
        await opens(ben, "SimulatedBot")
        await call("editMessageText", chat_id=forum, message_id=sent["message_id"], text="改过了")
        await expect(ben.get_by_role("button", name="论坛 有更新")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 820)])
async def test_no_serious_accessibility_fault(language: str, width: int, tmp_path: Path) -> None:
    """Contrast, names, roles, languages: axe finds nothing serious, on a desk and on a tablet."""
    async with demo(language) as url, browser.page(url, width=width, height=1000, language=language) as page:
        await sees(phone(page, 2), "1/3")
        results = await Axe().run(page)
        serious = [
            (found["id"], [node["html"][:120] for node in found["nodes"][:3]])
            for found in results.response["violations"]
            if found["impact"] in ("serious", "critical")
        ]
        await page.screenshot(path=tmp_path / f"phones-{language}.png")
        assert serious == []
        assert await page.evaluate("document.documentElement.lang.slice(0, 2)") == language
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            "nothing is cut off"
        )
