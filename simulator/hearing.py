"""What a bot hears: everything in private; in groups what privacy mode lets through."""

from typing import Any

from simulator import spec
from simulator.updates import PostOffice
from simulator.world import TELEGRAM, Bot, Chat, Person, World, shown

SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "new_chat_title",
    "forum_topic_created",
    "pinned_message",
)


def hears(bot: Bot, chat: Chat, message: dict[str, Any]) -> bool:
    """Privacy mode (telegram.md section 4): commands meant for this bot, replies to it, service messages."""
    if chat.type == "channel":
        return message["from"]["id"] != bot.id and chat.members.get(bot.id) == "administrator"
    if not chat.is_group:
        return chat.bot is bot
    status = chat.members.get(bot.id)
    if status not in ("member", "administrator", "restricted"):
        return False
    if any(key in message for key in SERVICE):
        return True
    if message["from"]["is_bot"] and not message.get("sender_chat"):
        return False
    if bot.id in chat.read_by or status == "administrator":
        return True
    reply = message.get("reply_to_message")
    if reply is not None and reply["from"]["is_bot"] and not reply.get("sender_chat"):
        return bool(reply["from"]["id"] == bot.id)  # one privacy-mode bot sees a message, and replies win
    return _is_command_for(bot, chat, message)


def _is_command_for(bot: Bot, chat: Chat, message: dict[str, Any]) -> bool:
    """`/claim@bot` always, a bare `/claim` only if this bot was the last to post here."""
    words = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    commands = [
        words.encode("utf-16-le")[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
        if e["type"] == "bot_command"
    ]
    for command in commands:
        _name, _at, addressee = command.partition("@")
        if addressee.lower() == bot.username.lower():
            return True
        if not addressee and chat.last_bot == bot.id and "text" in message:
            return True
    return False


def deliver(
    world: World, office: PostOffice, chat: Chat, message: dict[str, Any], kind: str = "message"
) -> None:
    """Put a message into the mailbox of every bot that hears it; its queue is the chat."""
    if chat.type == "channel":
        kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
    for bot in world.bots.values():
        if hears(bot, chat, message):
            office.box(bot).put(kind, shown(message), f"chat:{chat.id}")


def publish(world: World, office: PostOffice, channel: Chat, post: dict[str, Any]) -> dict[str, Any]:
    """A channel's post: its bots hear it, and its group sees it from 777000 with the channel as its sender."""
    deliver(world, office, channel, post)
    if channel.linked_to is None:
        return post
    group = world.chats[channel.linked_to]
    origin = {
        "type": "channel",
        "date": post["date"],
        "chat": channel.json(),
        "message_id": post["message_id"],
    }
    content = {
        k: v for k, v in post.items() if k not in ("message_id", "date", "chat", "from", "sender_chat")
    }
    content |= {"sender_chat": channel.json(), "is_automatic_forward": True, "forward_origin": origin}
    author = {"id": TELEGRAM, "is_bot": False, "first_name": "Telegram"}
    forwarded = world.put_message(group, author, **content)
    deliver(world, office, group, forwarded)
    return forwarded


def open_topic(
    world: World, office: PostOffice, chat: Chat, maker: dict[str, Any], made: dict[str, Any]
) -> dict[str, Any]:
    """A topic begins with a service message, whose id is the topic's."""
    message = world.put_message(chat, maker, forum_topic_created=made, is_topic_message=True)
    message["message_thread_id"] = message["message_id"]
    deliver(world, office, chat, message)
    return message


def person_changed(
    world: World, office: PostOffice, chat: Chat, person: Person, actor: Person, old: str, new: str
) -> None:
    """A person's standing changed: told to bots that asked for `chat_member` and are administrators."""
    rights = chat.rights.get(person.id)
    update = {
        "chat": chat.json(), "from": actor.user(), "date": world.now(),
        "old_chat_member": chat_member(person.user(), old, None, chat),
        "new_chat_member": chat_member(person.user(), new, rights, chat),
    }  # fmt: skip
    for bot in world.bots.values():
        if chat.members.get(bot.id) == "administrator":
            office.box(bot).put("chat_member", update, f"member:{person.id}")


def bot_left(world: World, office: PostOffice, chat: Chat, bot: Bot) -> None:
    """The bot goes by itself: people see it, and so does the bot."""
    old, chat.members[bot.id] = chat.members[bot.id], "left"
    member_changed(world, office, chat, bot, bot, old, "left")
    if chat.is_group:
        world.put_message(chat, bot.user(), left_chat_member=bot.user())


def member_changed(
    world: World, office: PostOffice, chat: Chat, bot: Bot, actor: Person | Bot, old: str, new: str
) -> None:
    """The bot's own standing in a chat changed."""
    update = {
        "chat": chat.json(), "from": actor.user(), "date": world.now(),
        "old_chat_member": chat_member(bot.user(), old, None, chat),
        "new_chat_member": chat_member(bot.user(), new, chat.rights.get(bot.id), chat),
    }  # fmt: skip
    office.box(bot).put("my_chat_member", update, f"chat:{chat.id}")


def chat_member(
    user: dict[str, Any], status: str, granted: dict[str, bool] | None = None, chat: Chat | None = None
) -> dict[str, Any]:
    """A ChatMember object of the given status; `granted` is what a restriction leaves, or takes from an administrator."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
            "can_edit_stories can_delete_stories"
        ).split()
        member |= dict.fromkeys(rights, False) | dict.fromkeys(spec.NEWER["ChatMemberAdministrator"], False)
        usual = "can_manage_chat can_delete_messages can_restrict_members can_invite_users can_pin_messages".split()
        if chat is not None and chat.is_forum:
            usual.append("can_manage_topics")
        if chat is not None and chat.type == "channel":
            usual = [*usual, "can_post_messages", "can_edit_messages"]
            usual.remove("can_pin_messages")
        member |= {right: (granted or {}).get(right, True) for right in usual}
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "restricted":
        rights = (
            "is_member can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos "
            "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages "
            "can_add_web_page_previews can_change_info can_invite_users can_pin_messages can_manage_topics can_edit_tag can_react_to_messages"
        ).split()
        member |= dict.fromkeys(rights, False) | {"is_member": True, "until_date": 0}
        member |= {right: bool(granted[right]) for right in rights if granted and right in granted}
    elif status == "kicked":
        member["until_date"] = 0
    return member
