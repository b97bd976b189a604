"""The Sender protocol on aiogram's Bot, whole: every kind of message, every way a call may end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from scheduler.sender import UNCHANGED, Ambiguous, Later, Moved, Paused, SendingFailed, of_refusal
from views.message import Message


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    try:
        yield
    except AiogramError as error:
        raise _ending(error) from None


def _ending(error: AiogramError) -> SendingFailed:
    if isinstance(error, TelegramRetryAfter):
        return Later(float(error.retry_after), flood=True)
    if isinstance(error, TelegramMigrateToChat):
        return Moved(error.migrate_to_chat_id)
    if isinstance(error, TelegramUnauthorizedError):
        return Paused()
    if isinstance(error, TelegramForbiddenError | TelegramBadRequest):
        return of_refusal(error.message, forbidden=isinstance(error, TelegramForbiddenError))
    return Ambiguous()


class AiogramSender:
    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def send(self, chat_id: int, thread_id: int | None, message: Message) -> int:
        reply = ReplyParameters(message_id=message.reply_to, allow_sending_without_reply=True)
        common: dict[str, Any] = {
            "chat_id": chat_id, "message_thread_id": thread_id, "reply_parameters": reply if message.reply_to else None,
            "disable_notification": message.silent or None, "protect_content": message.protect or None,
            "reply_markup": _keyboard(message),
        }  # fmt: skip
        async with translated():
            return (await self._post(message, common)).message_id

    async def _post(self, message: Message, common: dict[str, Any]) -> Any:
        text, html = str(message.text), {"parse_mode": "HTML"}
        if message.photo:
            return await self.bot.send_photo(photo=message.photo, caption=text, **html, **common)
        if message.venue:
            latitude, longitude = message.venue
            title = message.text.striptags()
            return await self.bot.send_venue(
                latitude=latitude, longitude=longitude, title=title, address=title, **common
            )
        if message.file:
            kind, file_id = message.file
            words = {} if kind == "video_note" else {"caption": text, **html}
            return await getattr(self.bot, f"send_{kind}")(**{kind: file_id}, **words, **common)
        return await self.bot.send_message(text=text, **html, **common)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> None:
        where: dict[str, Any] = {
            "chat_id": chat_id,
            "message_id": message_id,
            "reply_markup": _keyboard(message),
        }
        async with translated():
            try:
                if message.photo:
                    media = InputMediaPhoto(media=message.photo, caption=str(message.text), parse_mode="HTML")
                    await self.bot.edit_message_media(media=media, **where)
                else:
                    await self.bot.edit_message_text(str(message.text), parse_mode="HTML", **where)
            except TelegramBadRequest as error:
                if UNCHANGED not in error.message.lower():
                    raise

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        async with translated():
            await self.bot.set_message_reaction(
                chat_id, message_id, reaction=[ReactionTypeEmoji(emoji=emoji)]
            )

    async def delete(self, chat_id: int, message_id: int) -> None:
        async with translated():
            await self.bot.delete_message(chat_id, message_id)


def _keyboard(message: Message) -> Any:
    if message.keys:
        keys = [
            KeyboardButton(
                text=str(key.label), request_location=key.shares == "place" or None,
                request_contact=key.shares == "phone" or None,
            )
            for key in message.keys
        ]  # fmt: skip
        return ReplyKeyboardMarkup(
            keyboard=[[key] for key in keys], resize_keyboard=True, one_time_keyboard=True
        )
    if message.drop_keyboard:
        return ReplyKeyboardRemove()
    rows = [
        [InlineKeyboardButton(text=b.label, callback_data=b.data or None, url=b.url or None) for b in row]
        for row in message.rows
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
