"""Who said what kind of thing where, and when, read off an update."""

from datetime import datetime

from telegram import Message, Update

from models.actor import Cause, Person

NOT_PEOPLE = frozenset({777000, 1087968824, 136817688})  # linked channel, anonymous administrator, channel


def cause_of(update: Update, now: datetime) -> Cause:
    """Who said what kind of thing where, and when."""
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    press = update.callback_query is not None
    hidden = (
        user is None
        or user.is_bot
        or user.id in NOT_PEOPLE
        or (message is not None and message.sender_chat is not None and not press)
    )
    person = None if hidden or user is None else Person(user.id, user.first_name, user.language_code)
    private = chat is not None and chat.type == "private"
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Cause(
        update_id=update.update_id, person=person, chat_id=chat.id if chat else 0, private=private,
        said_at=_said_at(update, now), thread_id=thread, message_id=message.message_id if message else None, press=press,
        card_at=_card_at(update),
    )  # fmt: skip


def _card_at(update: Update) -> datetime | None:
    """The date of the bot's own message under a press; None for any other message."""
    message = update.callback_query.message if update.callback_query else None
    if not isinstance(message, Message) or message.from_user is None:
        return None
    return message.date if message.from_user.id == update.get_bot().id else None


def _said_at(update: Update, now: datetime) -> datetime:
    """The message's date; for a press the moment it arrived, which is all Telegram tells."""
    if update.callback_query is None:
        if update.effective_message is not None and update.effective_message.date is not None:
            return update.effective_message.date
        if update.my_chat_member is not None:
            return update.my_chat_member.date
    return now
