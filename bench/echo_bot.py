"""The peer: python-telegram-bot with its defaults, answering every message with its text."""

import os
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters


async def echo(update: Update, _context: Any) -> None:
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


base = os.environ["BOT_API_URL"]
application = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{base}/bot").build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
