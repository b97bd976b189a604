"""Group chats: linking them to areas, roles, coming and going, and what is wrong with their set-up."""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from handlers.context import (
    HIDDEN,
    Context,
    Handler,
    anonymous_command,
    begins_topic,
    command,
    on_press,
    pressed_by,
    rest_of_command,
)
from services import chats, commands, lists, members, unmasking
from services.wording import is_claim

SOON = 3.0  # seconds that Telegram has to say how the bot stands somewhere; whoever asked waits
OUT = (ChatMember.LEFT, ChatMember.BANNED)


def setup() -> list[Handler]:
    return [
        command("bind", bind),
        command("grant", grant),
        command("revoke", revoke),
        command("diagnose", diagnose),
        on_press(r"area:open:(\d{1,12}):(\d{1,12})", pressed_by(chats.walk, "area_id", "page")),
        on_press(r"area:bind:(\d{1,12})", press_bind),
        on_press(r"area:plant:0", press_plant),
        on_press(r"anonymous:(\w+):(\d{1,12})", press_anonymous),
        anonymous_command(ask_who),
        MessageHandler(HIDDEN & filters.REPLY & filters.TEXT, ask_who_claims),
        ChatMemberHandler(standing, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.LEFT_CHAT_MEMBER, left),
        MessageHandler(filters.StatusUpdate.MIGRATE, migrate),
    ]


class _OfABot(filters.MessageFilter):
    """Said by another bot; not by who hides behind one of Telegram's own."""

    def filter(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


def of_a_bot() -> Handler:
    """Two bots that answer each other would never end: what another says starts nothing."""
    return MessageHandler(_OfABot() & ~filters.StatusUpdate.ALL, pass_over)


async def pass_over(update: Update, context: Context) -> None:
    await context.write(update, commands.pass_over)


def title_of(update: Update) -> str:
    return (update.effective_chat.title or "") if update.effective_chat else ""


async def bind(update: Update, context: Context) -> None:
    await context.write(update, commands.bind, words=context.rest, title=title_of(update))


async def grant(update: Update, context: Context) -> None:
    await context.write(update, commands.grant, words=context.rest, replied=replied_person(update))


async def revoke(update: Update, context: Context) -> None:
    await context.write(update, commands.revoke, words=context.rest, replied=replied_person(update))


def replied_person(update: Update) -> int | None:
    """The numeric id of the person whose message was replied to."""
    message = update.message
    replied = message.reply_to_message if message else None
    if message and replied and begins_topic(message, replied.message_id):
        return None  # in a topic every message "replies" to the topic's beginning
    person = replied.from_user if replied and not replied.sender_chat else None
    return person.id if person and not person.is_bot else None


async def press_bind(update: Update, context: Context) -> None:
    await context.press(update, chats.bind, area_id=context.number, title=title_of(update))


async def press_plant(update: Update, context: Context) -> None:
    await context.press(update, chats.plant_here, title=title_of(update))


async def ask_who(update: Update, context: Context) -> None:
    """An anonymous administrator or a channel gave a command: the press on [It's me] carries the real id."""
    if context.rest == "diagnose":  # which is nobody's own
        await diagnose(update, context)
        return
    message = update.message
    words = rest_of_command((message.text or message.caption or "") if message else "")
    reply = context.replied_to(message) if message else None
    await context.write(update, chats.ask_who, command=context.rest, words=words, reply_to=reply)


async def ask_who_claims(update: Update, context: Context) -> None:
    """A claim word in reply to a card, from somebody hidden."""
    message = update.message
    reply = context.replied_to(message) if message else None
    if message and reply and is_claim(message.text or ""):
        await context.write(update, chats.ask_who_claims, reply_to=reply)


async def press_anonymous(update: Update, context: Context) -> None:
    """What was written is in the message that the pressed one replies to."""
    command, order = context.found
    pressed = update.callback_query.message if update.callback_query else None
    asked = pressed.reply_to_message if isinstance(pressed, Message) else None
    words = rest_of_command((asked.text or asked.caption or "") if asked else "")
    if int(order):
        words = order if command == "claim" else f"{order} {words}"
    await context.press(update, unmasking.it_is_me, command=command, words=words, title=title_of(update))


async def standing(update: Update, context: Context) -> None:
    """The bot was added, removed or blocked."""
    change = update.my_chat_member
    if change is None or change.chat.type == "channel":  # nobody claims in a channel
        return
    out, was_out = change.new_chat_member.status in OUT, change.old_chat_member.status in OUT
    if change.chat.type == "private":
        await context.write(update, members.blocked, blocked=out)
    elif out:
        await context.write(update, chats.removed)
    elif was_out:
        await context.write(update, chats.added, title=title_of(update))


async def left(update: Update, context: Context) -> None:
    person = update.message.left_chat_member if update.message else None
    if person is not None:
        await context.write(update, chats.left, telegram_id=person.id)


async def migrate(update: Update, context: Context) -> None:
    message = update.message
    if message is None:
        return
    old, new = message.migrate_from_chat_id or message.chat_id, message.migrate_to_chat_id or message.chat_id
    await context.write(update, chats.migrated, old=old, new=new)


async def diagnose(update: Update, context: Context) -> None:
    """Ask Telegram how the bot stands here, and say it in plain words."""
    hears_all, is_admin, can_post = bool(context.bot.can_read_all_group_messages), False, True
    chat = update.effective_chat
    if chat is not None and chat.type != "private":
        try:
            me = await context.bot.get_chat_member(chat.id, context.bot.id, read_timeout=SOON)
            is_admin = isinstance(me, ChatMemberAdministrator)
            can_post = bool(me.can_send_messages) if isinstance(me, ChatMemberRestricted) else True
        except (Forbidden, BadRequest):
            can_post = False
        except TelegramError:  # it answers nothing now, and whoever asked could not be told either
            return
    await context.write(update, lists.diagnose, hears_all=hears_all, is_admin=is_admin, can_post=can_post)
