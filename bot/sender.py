"""The Sender on python-telegram-bot: messages as Telegram wants them, errors as the dispatcher knows them."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)  # fmt: skip
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.http import ANSWERED, MethodMissing, NotSent, asked_pause
from scheduler.sender import (
    NO_TEXT,
    UNCHANGED,
    Ambiguous,
    Later,
    MessageGone,
    Moved,
    Never,
    Paused,
    SendingFailed,
    of_refusal,
)  # fmt: skip
from views.message import Message

LONGEST_FLOOD = 86_400.0  # seconds; no server asks for more quiet than a day
SOON = 2.0  # seconds until what was surely not accepted is tried again
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Telegram's errors as the dispatcher knows them. A call whose answer cannot be read has left all the same."""
    ANSWERED.set(False)
    try:
        yield
    except TelegramError as error:
        raise _ending(error) from None
    except SendingFailed:
        raise
    except Exception:
        if ANSWERED.get():
            raise Ambiguous() from None
        raise


def _ending(error: TelegramError) -> SendingFailed:
    """How a call ended, most specific class first."""
    said = error.message.lower()
    if isinstance(error, RetryAfter):
        return Later(min(asked_pause(error), LONGEST_FLOOD), flood=True)
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden | BadRequest):
        return of_refusal(said, forbidden=isinstance(error, Forbidden))
    simple = {InvalidToken: Paused(), MethodMissing: Never("method not supported"), NotSent: Later(SOON)}
    return simple.get(type(error), Ambiguous())


class TelegramSender:
    """Sends through one `telegram.Bot`."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def send(self, chat_id: int, thread_id: int | None, message: Message) -> int:
        reply = (
            ReplyParameters(message.reply_to, allow_sending_without_reply=True) if message.reply_to else None
        )
        common: dict[str, Any] = {
            "chat_id": chat_id, "message_thread_id": thread_id, "parse_mode": "HTML", "reply_parameters": reply,
            "disable_notification": message.silent or None, "protect_content": message.protect or None,
            "reply_markup": _keyboard(message),
        }  # fmt: skip
        async with translated():
            return int((await self._post(message, common)).message_id)

    async def _post(self, message: Message, common: dict[str, Any]) -> Any:
        """The call that a message takes; where the server has no such method, its words are better than nothing."""
        try:
            return await self._post_as_it_is(message, dict(common))
        except MethodMissing:
            if not (message.photo or message.venue or message.file):
                raise
        return await self._post_as_it_is(replace(message, photo=None, venue=None, file=None), common)

    async def _post_as_it_is(self, message: Message, common: dict[str, Any]) -> Any:
        if message.photo:
            return await self.bot.send_photo(photo=message.photo, caption=str(message.text), **common)
        if message.venue:
            common.pop("parse_mode")
            latitude, longitude = message.venue
            title = message.text.striptags()
            return await self.bot.send_venue(
                latitude=latitude, longitude=longitude, title=title, address=title, **common
            )
        if message.file:
            kind, file_id = message.file
            if kind == "video_note":  # it takes no words
                del common["parse_mode"]
                return await self.bot.send_video_note(video_note=file_id, **common)
            send: dict[str, Any] = {
                "voice": self.bot.send_voice, "video": self.bot.send_video, "document": self.bot.send_document,
                "audio": self.bot.send_audio,
            }  # fmt: skip
            return await send[kind](**{kind: file_id}, caption=str(message.text), **common)
        return await self.bot.send_message(text=str(message.text), link_preview_options=NO_PREVIEW, **common)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> None:
        where: dict[str, Any] = {
            "chat_id": chat_id,
            "message_id": message_id,
            "reply_markup": _inline(message),
        }
        async with translated():
            try:
                if message.photo:
                    media = InputMediaPhoto(message.photo, caption=str(message.text), parse_mode="HTML")
                    await self.bot.edit_message_media(media=media, **where)
                else:
                    await self.bot.edit_message_text(
                        str(message.text), parse_mode="HTML", link_preview_options=NO_PREVIEW, **where
                    )
            except BadRequest as error:
                if NO_TEXT in error.message.lower():
                    await self._take_away(chat_id, message_id)
                if not any(part in error.message.lower() for part in UNCHANGED):
                    raise

    async def _take_away(self, chat_id: int, message_id: int) -> None:
        """A photo can't be edited into words alone: the message goes, and is sent anew without it."""
        with contextlib.suppress(TelegramError):
            await self.bot.delete_message(chat_id, message_id)
        raise MessageGone(replaced=True)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        async with translated():
            await self.bot.set_message_reaction(chat_id, message_id, reaction=emoji)

    async def delete(self, chat_id: int, message_id: int) -> None:
        async with translated():
            await self.bot.delete_message(chat_id, message_id)


def _inline(message: Message) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, url=button.url)
                if button.url
                else InlineKeyboardButton(button.label, callback_data=button.data)
                for button in row
            ]
            for row in message.rows
        ]
    )


def _keyboard(message: Message) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if message.keys:
        keys = [
            KeyboardButton(
                str(key.label),
                request_location=key.shares == "place" or None,
                request_contact=key.shares == "phone" or None,
            )
            for key in message.keys
        ]
        return ReplyKeyboardMarkup([[key] for key in keys], resize_keyboard=True, one_time_keyboard=True)
    if message.drop_keyboard:
        return ReplyKeyboardRemove()
    return _inline(message)
