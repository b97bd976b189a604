"""The Bot API's methods, over the world. A method takes checked parameters and returns its result."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

from simulator import editing, entities, hearing, sending, spec, webhook
from simulator.api import Api, Parameters
from simulator.errors import ApiError, bad
from simulator.updates import CONFLICT_SET_HOOK
from simulator.world import HERE, Bot, Chat, unique_of

Method = Callable[["Api", Bot, Parameters], Any]
ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
).split()
LARGEST_DOWNLOAD = 20 * 1024 * 1024


async def call(api: Api, bot: Bot, method: str, parameters: Parameters) -> Any:
    """Run a method by its proper name; what is specified but not simulated says so."""
    found = METHODS.get(method)
    if found is None:
        raise bad(f"{method} is not simulated")
    result = found(api, bot, parameters)
    return await result if isinstance(result, Awaitable) else result


def get_me(_api: Api, bot: Bot, _p: Parameters) -> Any:
    flags = {
        "can_join_groups": True, "can_read_all_group_messages": bot.reads_all, "supports_inline_queries": False,
        "can_connect_to_business": False, "has_main_web_app": False,
    }  # fmt: skip
    return bot.user() | flags


async def get_updates(api: Api, bot: Bot, p: Parameters) -> Any:
    box, pace = api.box(bot), api.limits.on and api.limits.slow_polls
    box.allow(p.get("allowed_updates"))
    return await box.poll(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0), pace=pace)


async def set_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    box, secret, most = api.box(bot), p.get("secret_token") or "", p.get("max_connections", 40)
    if not p["url"]:
        return await delete_webhook(api, bot, p)
    webhook.check(p["url"], secret, most)
    if p.get("drop_pending_updates"):
        box.pending.clear()
    if box.poller is not None:
        box.ended_by = CONFLICT_SET_HOOK
        box.poller.set()
    await _unhook(api, bot)
    box.allow(p.get("allowed_updates"))

    def answered(method: str, parameters: Parameters) -> None:
        if not method.lower().startswith(("get", "setwebhook", "deletewebhook", "close", "logout")):
            task = asyncio.ensure_future(_call_quietly(api, bot, method, parameters))
            api.replies.add(task)
            task.add_done_callback(api.replies.discard)

    box.hook(webhook.Webhook(p["url"], secret, most, answered))
    return True


async def _call_quietly(api: Api, bot: Bot, method: str, parameters: Parameters) -> None:
    """A method that came as a webhook's answer: whatever becomes of it, nobody hears."""
    with contextlib.suppress(ApiError):
        name = spec.method_named(method)
        await call(api, bot, name, spec.read_parameters(name, parameters))


async def delete_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    if p.get("drop_pending_updates"):
        api.box(bot).pending.clear()
    await _unhook(api, bot)
    return True


async def _unhook(api: Api, bot: Bot) -> None:
    before = api.box(bot).webhook
    api.box(bot).unhook()
    if before is not None:
        await before.close()


def get_webhook_info(api: Api, bot: Bot, _p: Parameters) -> Any:
    box = api.box(bot)
    box.drop_old()
    info = {"url": "", "has_custom_certificate": False, "pending_update_count": len(box.pending)}
    hook = box.webhook
    if hook is None:
        return info
    info |= {"url": hook.url, "max_connections": hook.most_at_once, "allowed_updates": sorted(box.allowed)}
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info


def answer_callback_query(api: Api, bot: Bot, p: Parameters) -> Any:
    if entities.units(p.get("text") or "") > 200:
        raise bad("MESSAGE_TOO_LONG")
    query = api.world.queries.get(p["callback_query_id"])
    if query is None or query.bot is not bot or api.world.clock.now() - query.at > 15:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    del api.world.queries[query.id]
    if not query.answer.done():
        query.answer.set_result(
            {"text": p.get("text") or "", "alert": p.get("show_alert", False), "url": p.get("url") or ""}
        )
    return True


def set_reaction(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to react not found")
    if chat.reactions_off:
        raise bad("REACTION_INVALID")
    if len(p.get("reaction", [])) > 1:
        raise bad("REACTIONS_TOO_MANY")
    message["_reactions"] = [
        reaction["emoji"] for reaction in p.get("reaction", []) if reaction["type"] == "emoji"
    ]
    return True


def get_chat(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    return chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


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
    return hearing.chat_member(known[p["user_id"]], standing, rights)


def get_chat_administrators(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    if chat.person is not None:
        raise bad("there are no administrators in the private chat")
    leading = [user for user, status in chat.members.items() if status in ("administrator", "creator")]
    return [get_chat_member(api, bot, {"chat_id": chat.id, "user_id": user}) for user in leading]


def get_chat_member_count(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    return sum(status in HERE for status in chat.members.values()) if chat.person is None else 2


def leave_chat(api: Api, bot: Bot, p: Parameters) -> Any:
    api.world.chat_for(bot, p["chat_id"]).members[bot.id] = "left"
    return True


def _scope(p: Parameters) -> str:
    """Where a list of commands is shown: a scope, maybe of one chat or member, and a language."""
    scope = p.get("scope") or {"type": "default"}
    parts = (scope["type"], scope.get("chat_id", ""), scope.get("user_id", ""), p.get("language_code") or "")
    return ":".join(map(str, parts))


def set_my_commands(_api: Api, bot: Bot, p: Parameters) -> Any:
    if len(p["commands"]) > 100:
        raise bad("too many bot commands specified")
    for item in p["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", item["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(item["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(p)] = p["commands"]
    return True


def get_my_commands(_api: Api, bot: Bot, p: Parameters) -> Any:
    return bot.commands.get(_scope(p), [])


def delete_my_commands(_api: Api, bot: Bot, p: Parameters) -> Any:
    bot.commands.pop(_scope(p), None)
    return True


def set_menu_button(_api: Api, bot: Bot, p: Parameters) -> Any:
    bot.menu_buttons[p.get("chat_id", 0)] = p.get("menu_button") or {"type": "default"}
    return True


def get_menu_button(_api: Api, bot: Bot, p: Parameters) -> Any:
    usual = bot.menu_buttons.get(0, {"type": "commands"})
    return bot.menu_buttons.get(p.get("chat_id", 0), usual)


def _may_pin(chat: Chat, bot: Bot) -> None:
    if chat.is_group and chat.members.get(bot.id) not in ("administrator", "creator"):
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
    shown = {key: value for key, value in sending.shown(message).items() if key != "reply_to_message"}
    service = api.world.put_message(chat, bot.user(), pinned_message=shown)
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
    if chat.members.get(bot.id) != "administrator":
        raise bad("not enough rights to create a topic")
    if not 1 <= entities.units(p["name"]) <= 128:
        raise bad("TOPIC_TITLE_INVALID" if p["name"] else "topic name is empty")
    api.count(bot, chat)
    made = {"name": p["name"], "icon_color": p.get("icon_color", 7322096)}
    message = hearing.open_topic(api.world, api.office, chat, bot.user(), made)
    return made | {"message_thread_id": message["message_id"]}


def get_file(api: Api, _bot: Bot, p: Parameters) -> Any:
    file_id = p["file_id"]
    if file_id not in api.world.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(api.world.files[file_id])
    if size > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": unique_of(file_id),
        "file_size": size,
        "file_path": f"files/{file_id}",
    }


async def send_chat_action(api: Api, bot: Bot, p: Parameters) -> Any:
    api.world.chat_for(bot, p["chat_id"])
    if p["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    await asyncio.sleep(0)
    return True


METHODS: dict[str, Method] = {
    "getMe": get_me, "getUpdates": get_updates, "setWebhook": set_webhook, "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info, "sendMessage": sending.send_message, "sendPhoto": sending.send_photo,
    "sendMediaGroup": sending.send_media_group, "sendDocument": sending.send_document,
    "sendVoice": sending.send_voice, "sendLocation": sending.send_location, "sendVenue": sending.send_venue,
    "editMessageText": editing.edit_text, "editMessageCaption": editing.edit_caption,
    "editMessageMedia": editing.edit_media, "editMessageReplyMarkup": editing.edit_markup,
    "deleteMessage": editing.delete_message, "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": answer_callback_query, "setMessageReaction": set_reaction,
    "pinChatMessage": pin_message, "unpinChatMessage": unpin_message, "unpinAllChatMessages": unpin_all,
    "getChat": get_chat, "getChatMember": get_chat_member, "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count, "leaveChat": leave_chat, "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands, "deleteMyCommands": delete_my_commands, "getFile": get_file,
    "setChatMenuButton": set_menu_button, "getChatMenuButton": get_menu_button,
    "sendChatAction": send_chat_action, "createForumTopic": create_topic,
}  # fmt: skip
