"""Arriving and reporting: by command, by caption, by button; and everything else said in private or in reply."""

import re
from datetime import datetime

from telegram import Message, MessageOriginUser, Update
from telegram.ext import MessageHandler, filters

from handlers.context import Context, Handler, command, is_passed_on, on_press, pressed_by
from models.actor import Refusal
from services import commands, conversation, deliveries, duty_talk, group_talk, reports, urgency
from services.arrivals import Position
from services.conversation import Heard
from services.pieces import File, Photo, Piece
from services.wording import clean, is_claim, report_words

FROM_PEOPLE = filters.UpdateType.MESSAGE & ~filters.SenderChat.ALL
SAID = FROM_PEOPLE & (filters.TEXT | filters.PHOTO | filters.LOCATION)
SENT = FROM_PEOPLE & (
    filters.VOICE
    | filters.VIDEO
    | filters.AUDIO
    | filters.Document.ALL
    | filters.CONTACT
    | filters.VIDEO_NOTE
)


def setup() -> list[Handler]:
    return [
        command("report", report),
        command("checkin", check_in),
        on_press(r"order:report:(\d{1,12})", pressed_by(conversation.ask_report, "order_id")),
        on_press(r"order:arrive:(\d{1,12})", pressed_by(duty_talk.ask_check_in, "order_id")),
        on_press(r"report:without:(\d{1,12})", pressed_by(reports.send_without, "report_id")),
    ]


def last() -> list[Handler]:
    """What is no command; after every other handler."""
    private = (SAID | SENT) & filters.ChatType.PRIVATE
    replies = (SAID | SENT) & ~filters.CONTACT & ~filters.ANIMATION & filters.ChatType.GROUPS & filters.REPLY
    others = (
        FROM_PEOPLE & ~filters.StatusUpdate.ALL & filters.ChatType.PRIVATE
    )  # also of kinds nobody knows yet
    return [
        MessageHandler(private, hear), MessageHandler(replies, hear_in_group), MessageHandler(others, not_read)
    ]  # fmt: skip


def piece_of(message: Message, words: str) -> Piece:
    """The part of a report or request that a message brings."""
    photo = Photo(message.photo[-1].file_id, message.photo[-1].file_unique_id) if message.photo else None
    place = message.location
    position = Position(place.latitude, place.longitude, is_passed_on(message)) if place else None
    words, phone = _with_contact(message, words)
    return Piece(words, photo, position, message.media_group_id, _file_of(message), phone)


def _with_contact(message: Message, words: str) -> tuple[str, str | None]:
    """The words, and the sender's own number; the card of anybody else is words."""
    contact, sender = message.contact, message.from_user
    if contact is None:
        return words, None
    if sender is not None and contact.user_id == sender.id:
        return words, contact.phone_number
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return f"{words} {name} {contact.phone_number}".strip(), None


def _file_of(message: Message) -> File | None:
    """A voice note, video, recording or document, by Telegram's ids."""
    kinds = ("voice", "video", "audio", "document", "video_note")
    found = next((kind for kind in kinds if getattr(message, kind)), None)
    if found is None:
        return None
    sent = getattr(message, found)
    return File(found, sent.file_id, sent.file_unique_id)


def words_of(message: Message) -> str:
    return clean(message.text or message.caption or "")


async def report(update: Update, context: Context) -> None:
    if update.message is not None:
        piece = piece_of(update.message, "")
        outcome = await context.write(update, commands.report, typed=context.typed(update), piece=piece)
        if isinstance(outcome, Refusal) and piece.album is not None:  # what follows is of the same report
            context.bot_data.refused_albums.append(piece.album)


async def check_in(update: Update, context: Context) -> None:
    await context.write(update, commands.check_in, typed=context.typed(update))


async def hear(update: Update, context: Context) -> None:
    """Anything said in private."""
    message = update.message
    if message is None or message.media_group_id in context.bot_data.refused_albums:
        return
    if _is_ours(message, context.bot.id) or _is_passed_command(message):
        await context.write(update, commands.answer, kind="help")
    else:
        piece = piece_of(message, words_of(message))
        heard = Heard(piece, context.replied_to(message), is_passed_on(message))
        await context.write(update, conversation.hear, heard=heard)


def _is_passed_command(message: Message) -> bool:
    """Whether somebody else's command is passed on, which acts for nobody."""
    return is_passed_on(message) and words_of(message).startswith("/")


def _is_ours(message: Message, bot_id: int) -> bool:
    """Whether it is one of the bot's own messages, passed back: nobody's words."""
    origin = message.forward_origin
    return isinstance(origin, MessageOriginUser) and origin.sender_user.id == bot_id


async def not_read(update: Update, context: Context) -> None:
    """A sticker, a poll: whoever sent it is told how to say it."""
    await context.write(update, deliveries.answer, kind="unreadable")


async def hear_in_group(update: Update, context: Context) -> None:
    """A reply in a group: a claim word, or media, or 汇报, or words of danger; everything else is conversation."""
    message = update.message
    reply = context.replied_to(message) if message else None
    if message is None or reply is None:
        return
    words = words_of(message)
    reported = report_words(words)
    sends = piece_of(message, "").holds_more
    claims_place, reports_it = is_claim(words) and not sends, sends or reported is not None
    if not (claims_place or reports_it or urgency.helpers_for(words)):
        return
    piece = piece_of(message, reported if reported is not None else ("" if claims_place else words))
    shown = _shown_on(message.reply_to_message)
    await context.write(
        update, group_talk.replied, reply_to=reply, piece=piece, claims_place=claims_place, reports_it=reports_it,
        shown=shown,
    )  # fmt: skip


def _shown_on(card: Message | None) -> tuple[int, datetime] | None:
    """The order whose button a message of ours carries, and when it was sent."""
    rows = card.reply_markup.inline_keyboard if card is not None and card.reply_markup else ()
    said = (
        re.fullmatch(r"order:claim:(\d{1,12})", str(button.callback_data)) for row in rows for button in row
    )
    found = next((each for each in said if each), None)
    return (int(found.group(1)), card.date) if found is not None and card is not None else None
