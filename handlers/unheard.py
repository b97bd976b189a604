"""What nothing else hears: old buttons, mistyped commands, commands that were changed afterwards."""

import re
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.context import COMMANDS, CommandFilter, Context, Handler
from services import urgency
from services.commands import edited, not_known
from services.wording import clean


def on_unknown() -> Handler:
    """Presses and private commands that nobody knows: an old button, a mistyped command. Words behind a stroke are words."""
    return _Unknown()


class _Unknown(BaseHandler[Update, Context, Any]):
    def __init__(self) -> None:
        super().__init__(_answer_unknown)

    def check_update(self, update: object) -> bool:
        if not isinstance(update, Update):
            return False
        message = update.message
        alone = message is not None and re.fullmatch(
            r"/\w+(@\w+)?( #?\w{1,12}| #?\d{1,12} #?\d{1,12})?", clean(message.text or ""), re.ASCII
        )
        mistyped = bool(alone) and not urgency.helpers_for(message.text or "") if message else False
        private_command = message is not None and message.chat.type == "private" and mistyped
        return update.callback_query is not None or private_command


async def _answer_unknown(update: Update, context: Context) -> None:
    await (context.press if update.callback_query else context.write)(update, not_known)


def on_edited_command() -> Handler:
    """A command that was changed in a group; in private a request may have been, and is heard where requests are."""

    async def run(update: Update, context: Context) -> None:
        await context.write(update, edited)

    from_people = filters.UpdateType.EDITED_MESSAGE & ~filters.SenderChat.ALL & filters.ChatType.GROUPS
    return MessageHandler(from_people & CommandFilter(*COMMANDS), run)
