"""The demo's story: people act on their phones, and what a phone then shows is printed."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.story_words import SENTENCES
from simulator.client import Phone, Remote
from simulator.stage import Stage
from views.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
READING, TAP_WAITS = 5.0, 10.0  # seconds the phones leave to read a sentence, and to tap
STEPS = 14  # sentences that the story tells
GATE = (39.0300, 117.6500)


class Story:
    """Tells the loop. Whatever does not appear on a phone ends it with NotSeen."""

    def __init__(
        self, remote: Remote, console: Console, language: str, *, bot: int, stage: Stage | None = None
    ) -> None:
        self.remote, self.console, self.language, self.bot = remote, console, language, bot
        self.say, self.stage = SENTENCES[language], stage
        self.group, self.step = 0, 0
        self.jumped = self.paused = 0.0

    async def people(self) -> None:
        """Everybody gets a phone."""
        self.admin, self.leader, self.b, self.c, self.d, self.e = [
            await self.remote.phone(self.say[name], self.language)
            for name in ("admin", "leader", "b", "c", "d", "e")
        ]

    # Telling

    async def heading(self, key: str, *, waits: float = READING) -> None:
        """The sentence of the next step, in the terminal and above the phones; there it leaves time to read."""
        self.console.print(f"\n[bold cyan]{self._named(key, self.language)}[/]")
        self.step += 1
        if self.stage is not None:
            self._tell(key)
            await self.pause(waits)

    def _named(self, key: str, language: str) -> str:
        names = {name: self.say[name] for name in ("b", "c", "d")}
        return SENTENCES[language][key].format(**names)

    def _tell(self, key: str) -> None:
        """Say a sentence above the phones, in every language of the page."""
        if self.stage is not None:
            self.stage.say({code: self._named(key, code) for code in SENTENCES}, step=self.step, steps=STEPS)

    def say_last(self, key: str) -> None:
        """What stands above the phones once the story is over."""
        if self.stage is not None:
            self.stage.steps = 0
            self.stage.say({code: SENTENCES[code][key] for code in SENTENCES})

    async def pause(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        if self.stage is not None:
            begun = time.monotonic()
            await self.stage.pause(seconds, until)
            self.paused += time.monotonic() - begun

    def show(self, phone: Phone, message: dict[str, Any]) -> None:
        """A message as this person's phone shows it."""
        buttons = "  ".join(f"[ {label} ]" for row in message["buttons"] for label in row)
        marks = " ".join([*message["reactions"], *(["📷"] if message["photo"] else [])])
        body = "\n".join(part for part in (message["text"], buttons, marks) if part)
        self.console.print(
            Panel(Text(body), title=phone.name, title_align="left", border_style="grey50", width=64)
        )

    def toast(self, phone: Phone, text: str) -> None:
        self.console.print(Text(f"  {phone.name} ▸ {text}", style="italic"))

    async def now(self) -> datetime:
        return datetime.fromtimestamp((await self.remote.ask("now"))["now"], UTC).astimezone(ZONE)

    async def jump_to(self, moment: datetime) -> None:
        """Step the shared clock, and say so."""
        span = moment - await self.now()
        await self.remote.step(span.total_seconds())
        self.jumped += span.total_seconds()
        words = Words(self.language)
        length = str(timedelta(seconds=round(span.total_seconds() / 60) * 60))[:-3]
        said = self.say["clock"].format(span=length, moment=words.moment(moment, ZONE))
        self.console.print(f"[dim]{said}[/]")

    async def sees(self, phone: Phone, chat: int, key: str, *, after: int = 0) -> dict[str, Any]:
        """Wait until the phone shows the words, and print that message."""
        self._look_at(phone, chat)
        message = await phone.sees(chat, self.say[key], after=after)
        self.show(phone, message)
        return message

    def _look_at(self, phone: Phone, chat: int) -> None:
        """The page shows what the story is about."""
        for seat in self.stage.seats if self.stage else ():
            if seat.person == phone.id:
                seat.chat = chat

    async def sees_card(self, phone: Phone, places: str) -> dict[str, Any]:
        self._look_at(phone, self.group)
        card = await phone.sees(
            self.group, lambda m: self.say["title"] in m["text"] and places in m["text"], what=places
        )
        self.show(phone, card)
        return card

    # The story

    async def tell(self) -> None:
        started, begun = (await self.now()), datetime.now(UTC)
        await self.link()
        card = await self.send_out()
        await self.claim(card)
        await self.remind()
        await self.work()
        await self.review()
        waited = (
            (await self.now() - started).total_seconds()
            - self.jumped
            - (datetime.now(UTC) - begun).total_seconds()
        )
        self.console.print(f"\n[dim]{self.say['waited'].format(seconds=round(waited))}[/]")
        self.console.print(f"[bold green]{self.say['end']}[/]")

    async def link(self) -> None:
        await self.heading("linked", waits=0)
        for phone in (self.admin, self.leader, self.b, self.d, self.e):
            await phone.starts()
            await phone.sees(self.bot, str(phone.id))
        await self.admin.says(self.bot, f"/grant leader {self.say['grid']} {self.leader.id}")
        await self.sees(self.admin, self.bot, "see_leader")
        everybody = (self.leader, self.b, self.c, self.d, self.e)
        self.group = await self.remote.group(self.say["group"], *everybody)
        await self.remote.ask("add_bot", chat=self.group, person=self.leader.id)
        for phone in (self.leader, self.b, self.e):
            self._look_at(phone, self.group)
        await self.leader.says(self.group, f"/bind@DutyGridBot {self.say['grid']}")
        await self.sees(self.leader, self.group, "see_bound")

    async def send_out(self) -> dict[str, Any]:
        await self.heading("order", waits=0)
        self.day = (await self.now()).date() + timedelta(days=2)
        await self.leader.says(self.group, self.say["form"].format(when=f"{self.day} 08:00-12:00"))
        return await self.sees_card(self.c, "0/3")

    async def claim(self, card: dict[str, Any]) -> None:
        await self.heading("reply", waits=0)
        reply = await self.c.says(self.group, self.say["im_in"], reply_to=card["message_id"])
        self.show(self.c, await self._reacted(reply))
        await self.sees_card(self.b, "1/3")
        await self.heading("press", waits=0)
        await self._press(card)
        await self.heading("command")
        await self.d.says(self.group, "/claim@DutyGridBot 1")
        await self.sees_card(self.leader, "3/3")
        await self.heading("withdraw")
        await self.d.says(self.bot, "/withdraw 1")
        await self.sees(self.d, self.bot, "see_withdrawn")
        await self.sees_card(self.leader, "2/3")

    async def _press(self, card: dict[str, Any]) -> None:
        """The volunteer's tap: whoever watches may do it; after ten seconds the story does."""
        if self.stage is not None:
            self._tell("tap")
            taken = {"yes": False}

            async def watch() -> None:
                await self.b.sees(self.group, lambda m: "2/3" in m["text"], within=TAP_WAITS * 2)
                taken["yes"] = True

            watching = asyncio.ensure_future(watch())
            await self.pause(TAP_WAITS, lambda: taken["yes"])
            watching.cancel()
        labels = await self.b.looks(self.group)
        mine = any(f"{self.say['b']}" in m["text"] and m["message_id"] == card["message_id"] for m in labels)
        if not mine:
            self.toast(self.b, await self.b.taps(self.group, self.say["b_claim"]))

    async def _reacted(self, message_id: int) -> dict[str, Any]:
        reacted = lambda m: m["message_id"] == message_id and bool(m["reactions"])  # noqa: E731
        return await self.c.finds(self.group, reacted, what="a reaction")

    def _at(self, days: int, hour: int, minute: int = 0) -> datetime:
        day = self.day + timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)

    async def remind(self) -> None:
        await self.heading("eve")
        await self.jump_to(self._at(-1, 19, 0))
        await self.sees(self.b, self.bot, "see_eve")
        await self.heading("hour")
        await self.jump_to(self._at(0, 7, 0))
        await self.sees(self.b, self.bot, "see_hour")
        self.toast(self.b, await self.b.taps(self.bot, self.say["b_come"], on=self.say["see_hour"]))

    async def work(self) -> None:
        await self.heading("checkin")
        await self.jump_to(self._at(0, 8, 2))
        await self.b.says(self.bot, "/checkin 1")
        await self.sees(self.b, self.bot, "see_share")
        await self.b.shares_place(self.bot, *GATE)
        await self.sees(self.b, self.bot, "see_checked")
        await self.heading("report")
        await self.jump_to(self._at(0, 11, 58))
        await self.b.sends_photos(self.bot, 2, f"/report 1 {self.say['words']}")
        await self.sees(self.b, self.bot, "see_received")
        await self.sees(self.leader, self.bot, "see_review")

    async def review(self) -> None:
        await self.heading("return")
        await self.leader.taps(self.bot, self.say["b_return"], on=self.say["words"])
        await self.leader.taps(self.bot, self.say["b_unclear"], on=self.say["words"])
        await self.sees(self.leader, self.bot, "see_done")
        await self.jump_to(await self.now() + timedelta(seconds=61))
        await self.sees(self.b, self.bot, "see_returned")
        await self.heading("again")
        last = await self.b.last_id(self.bot)
        await self.b.sends_photos(self.bot, 1, f"/report 1 {self.say['better']}")
        await self.sees(self.b, self.bot, "see_received", after=last)
        await self.heading("approve")
        await self.leader.taps(self.bot, self.say["b_rate"], on=self.say["better"])
        await self.leader.sees(
            self.bot,
            lambda m: self.say["better"] in m["text"] and not any("5" in b for r in m["buttons"] for b in r),
        )
        await self.heading("points")
        await self.jump_to(await self.now() + timedelta(seconds=61))
        await self.sees(self.b, self.bot, "see_told")
        last = await self.b.last_id(self.bot)
        await self.b.says(self.bot, "/points")
        balance = await self.b.sees(
            self.bot, lambda m: m["text"].startswith("4 "), after=last, what="/points"
        )
        self.show(self.b, balance)
