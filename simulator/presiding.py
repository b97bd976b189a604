"""Methods about a chat itself: who is in it, what is pinned, its topics."""

from typing import Any

from simulator import entities, hearing
from simulator.api import Api, Parameters
from simulator.errors import bad
from simulator.world import HERE, Bot, Chat, quoted

ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def get_chat(api: Api, bot: Bot, p: Parameters) -> Any:
    """Also of somebody who has blocked the bot: reading is no writing."""
    chat = api.world.chat_for(bot, p["chat_id"], to_read=True)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    newest: dict[str, Any] = {"pinned_message": quoted(pinned)} if pinned else {}
    linked = next((c.id for c in api.world.chats.values() if c.linked_to == chat.id), chat.linked_to)
    newest |= {"linked_chat_id": linked} if linked and chat.person is None else {}
    return (
        chat.json() | newest | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    )


def get_chat_member(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    known = {b.id: b.user() for b in api.world.bots.values()} | {
        i: q.user() for i, q in api.world.people.items()
    }
    if p["user_id"] not in known:
        raise bad("user not found")
    if chat.person is not None:
        return hearing.chat_member(known[p["user_id"]], "member")
    standing, rights = chat.members.get(p["user_id"], "left"), chat.rights.get(p["user_id"])
    return hearing.chat_member(known[p["user_id"]], standing, rights, chat)


def get_chat_administrators(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    if chat.person is not None:
        raise bad("there are no administrators in the private chat")
    others = {other.id for other in api.world.bots.values() if other is not bot and not p.get("return_bots")}
    leading = [
        user
        for user, status in chat.members.items()
        if status in ("administrator", "creator") and user not in others
    ]
    return [get_chat_member(api, bot, {"chat_id": chat.id, "user_id": user}) for user in leading]


def get_chat_member_count(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    return sum(status in HERE for status in chat.members.values()) if chat.person is None else 2


def leave_chat(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    if chat.person is not None:
        raise bad("chat member status can't be changed in private chats")
    hearing.bot_left(api.world, api.office, chat, bot)
    return True


def _may_pin(chat: Chat, bot: Bot) -> None:
    if chat.person is None and not chat.administers(bot.id, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")


def pin_message(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    _may_pin(chat, bot)
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to pin not found")
    if p["message_id"] in chat.pinned:
        chat.pinned.remove(p["message_id"])
    chat.pinned.append(p["message_id"])
    service = api.world.put_message(chat, bot.user(), pinned_message=quoted(message))
    hearing.deliver(api.world, api.office, chat, service)
    return True


def unpin_message(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    _may_pin(chat, bot)
    wanted = p.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


def unpin_all(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    _may_pin(chat, bot)
    chat.pinned.clear()
    return True


def create_topic(api: Api, bot: Bot, p: Parameters) -> Any:
    """A topic counts as a message against the flood limits."""
    chat = api.world.chat_for(bot, p["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.administers(bot.id, "can_manage_topics"):
        raise bad("not enough rights to create a topic")
    if not 1 <= entities.units(p["name"]) <= 128:
        raise bad("TOPIC_TITLE_INVALID" if p["name"] else "topic name is empty")
    if p.get("icon_color", ICON_COLORS[0]) not in ICON_COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    api.count(bot, chat)
    made = {"name": p["name"], "icon_color": p.get("icon_color", 7322096)}
    message = hearing.open_topic(api.world, api.office, chat, bot.user(), made)
    return made | {"message_thread_id": message["message_id"]}
