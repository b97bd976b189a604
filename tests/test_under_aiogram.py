"""The scheduler belongs to no bot framework: here aiogram owns the loop and sends."""

import asyncio
from datetime import datetime
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message as AiogramMessage
from sqlmodel import Session, select

from bot.clock import Clock
from models import Member, Reach, migrate
from models.actor import Cause, Person, Policy
from models.database import Database
from models.sealed import Keys, new_key
from scheduler.ticks import Scheduler
from services import areas, claims, deliveries, members, my_place, order_forms, reports, reviews
from services.pieces import Piece
from simulator.client import Phone, Remote
from simulator.server import Server, Simulator
from tests.aiogram_sender import AiogramSender
from tests.city import BOT, HURRY, TOKEN, seconds_until_ten


async def test_a_reminder_and_a_payment_arrive_under_aiogram(database_url: str, tmp_path: Path) -> None:
    """aiogram polls and answers; our scheduler reminds and pays in the same loop."""
    simulator = Simulator(clock_file=tmp_path / "clock")
    simulator.world.clock.step(seconds_until_ten(simulator.world.clock.now()))
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    async with Server(simulator) as url, Remote(url, hurry=HURRY) as remote:
        clock = Clock(tmp_path / "clock")
        migrate.migrate(database_url, now=clock.now())
        policy = Policy(default_language="en", settle_delay=60)
        database = Database(
            database_url,
            keys=Keys.from_text(new_key()),
            clock=clock.now,
            policy=policy,
            refuse=deliveries.refuse,
        )
        bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        dispatcher = Dispatcher()
        numbers = iter(range(1, 1000))

        def cause(person: int) -> Cause:
            return Cause(next(numbers), Person(person, str(person)[-2:]), person, True, clock.now())

        @dispatcher.message()
        async def start(message: AiogramMessage) -> None:
            await database.write(cause(message.from_user.id), members.start)

        scheduler = Scheduler(database, AiogramSender(bot), owner="aiogram", monotonic=clock.monotonic)
        dispatcher.startup.register(scheduler.start)
        dispatcher.shutdown.register(scheduler.stop)
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        lea, ben = await remote.phone("Lea"), await remote.phone("Ben")
        for phone in (lea, ben):
            await phone.starts()
            await phone.sees(BOT, str(phone.id))
        await database.write(None, members.appoint, telegram_ids=(lea.id,))
        await database.write(
            None, areas.import_rows, rows=[{"code": "1", "parent_code": "", "level": "grid", "name": "Ziyun"}]
        )
        await database.write(
            cause(lea.id),
            order_forms.issue,
            text="Duty\nin: Ziyun\nwhen: tomorrow 8-12\npoints: 4",
            here=None,
        )
        await ben.starts("o1")
        await database.write(cause(ben.id), my_place.visit, order_id=1)
        await database.write(cause(ben.id), claims.claim, order_id=1)
        await remote.step(21 * 3600 + 60)  # from ten in the morning to the last hour before the duty
        await ben.sees(
            BOT, lambda m: "In one hour" in m["text"] or "Late reminder" in m["text"], what="a reminder"
        )
        await database.write(cause(ben.id), reports.submit, order_id=1, piece=Piece("All calm"))
        await lea.sees(BOT, "All calm")
        await database.write(cause(lea.id), reviews.decide, report_id=1, verb="approve", rating=5)
        await remote.step(61)
        await ben.sees(BOT, "+4 points")
        await _what_telegram_refuses(remote, database, ben, lea)
        await dispatcher.stop_polling()
        await polling
        await bot.session.close()
        database.close()


async def _what_telegram_refuses(remote: Remote, database: Database, ben: Phone, lea: Phone) -> None:
    """A flood is waited out, and whoever has blocked the bot is marked so: aiogram's errors are understood."""

    def note(session: Session, now: datetime, telegram_id: int, key: str) -> None:
        member = session.exec(select(Member).where(Member.telegram_id == telegram_id)).one()
        deliveries.note(session, now, member, "slow_down", key=key)

    last = await lea.last_id(BOT)
    await remote.ask("fault", kind="429", method="sendMessage", times=1, retry_after=3)
    await database.write(None, note, telegram_id=lea.id, key="flood")
    await remote.step(5)
    await lea.sees(BOT, lambda m: m["message_id"] > last, what="what was to wait")
    await remote.ask("block", person=ben.id)
    await database.write(None, note, telegram_id=ben.id, key="blocked")
    await remote.step(5)

    def reach(session: Session) -> str:
        return session.exec(select(Member.reach).where(Member.telegram_id == ben.id)).one()

    async with asyncio.timeout(20):
        while await database.read(reach) != Reach.BLOCKED:
            await asyncio.sleep(0.1)
