"""The Bot API's methods, over the world. A method takes checked parameters and returns its result."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from simulator import entities, hearing, sending
from simulator.api import Api, Parameters
from simulator.errors import bad
from simulator.world import Bot

Method = Callable[["Api", Bot, Parameters], Any]


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
    box = api.box(bot)
    box.allow(p.get("allowed_updates"))
    return await box.poll(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0))


def set_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    box = api.box(bot)
    if p.get("drop_pending_updates"):
        box.pending.clear()
    if not p["url"]:
        return delete_webhook(api, bot, p)
    box.hook(p["url"], p.get("secret_token"), p.get("allowed_updates"))
    return True


def delete_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    box = api.box(bot)
    if p.get("drop_pending_updates"):
        box.pending.clear()
    box.unhook()
    return True


def get_webhook_info(api: Api, bot: Bot, _p: Parameters) -> Any:
    box = api.box(bot)
    box.drop_old()
    return {
        "url": box.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(box.pending),
    }


def answer_callback_query(api: Api, _bot: Bot, p: Parameters) -> Any:
    query = api.world.queries.pop(p["callback_query_id"], None)
    if query is None or api.world.clock.now() - query.at > 15:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if entities.units(p.get("text") or "") > 200:
        raise bad("MESSAGE_TOO_LONG")
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
    return hearing.chat_member(known[p["user_id"]], chat.members.get(p["user_id"], "left"))


def get_chat_administrators(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    leading = [user for user, status in chat.members.items() if status in ("administrator", "creator")]
    return [get_chat_member(api, bot, {"chat_id": chat.id, "user_id": user}) for user in leading]


def get_chat_member_count(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    return sum(status in ("member", "administrator", "creator") for status in chat.members.values())


def leave_chat(api: Api, bot: Bot, p: Parameters) -> Any:
    api.world.chat_for(bot, p["chat_id"]).members[bot.id] = "left"
    return True


def set_my_commands(_api: Api, bot: Bot, p: Parameters) -> Any:
    scope = (p.get("scope") or {"type": "default"})["type"]
    bot.commands[f"{scope}:{p.get('language_code') or ''}"] = p["commands"]
    return True


def get_my_commands(_api: Api, bot: Bot, p: Parameters) -> Any:
    scope = (p.get("scope") or {"type": "default"})["type"]
    return bot.commands.get(f"{scope}:{p.get('language_code') or ''}", [])


def get_file(api: Api, _bot: Bot, p: Parameters) -> Any:
    file_id = p["file_id"]
    if file_id not in api.world.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(api.world.files[file_id])
    return {
        "file_id": file_id,
        "file_unique_id": file_id[4:16],
        "file_size": size,
        "file_path": f"photos/{file_id}.jpg",
    }


async def send_chat_action(api: Api, bot: Bot, p: Parameters) -> Any:
    api.world.chat_for(bot, p["chat_id"])
    await asyncio.sleep(0)
    return True


METHODS: dict[str, Method] = {
    "getMe": get_me, "getUpdates": get_updates, "setWebhook": set_webhook, "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info, "sendMessage": sending.send_message, "sendPhoto": sending.send_photo,
    "sendMediaGroup": sending.send_media_group, "sendLocation": sending.send_location, "sendVenue": sending.send_venue,
    "editMessageText": sending.edit_text, "editMessageCaption": sending.edit_caption, "editMessageMedia": sending.edit_media,
    "editMessageReplyMarkup": sending.edit_markup, "deleteMessage": sending.delete_message,
    "answerCallbackQuery": answer_callback_query, "setMessageReaction": set_reaction, "getChat": get_chat,
    "getChatMember": get_chat_member, "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count, "leaveChat": leave_chat, "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands, "getFile": get_file, "sendChatAction": send_chat_action,
}  # fmt: skip
