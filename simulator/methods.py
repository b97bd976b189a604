"""The Bot API's methods, over the world. A method takes checked parameters and returns its result."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from simulator import editing, entities, presiding, receiving, sending
from simulator.api import Api, Parameters
from simulator.errors import bad
from simulator.world import Bot, unique_of

Method = Callable[["Api", Bot, Parameters], Any]
ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
).split()
REACTIONS = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
).split()  # ReactionTypeEmoji
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


def answer_callback_query(api: Api, bot: Bot, p: Parameters) -> Any:
    if entities.units(p.get("text") or "") > 200:
        raise bad("MESSAGE_TOO_LONG")
    if p.get("url") and not _opens_this_bot(p["url"], bot):
        raise bad("URL_INVALID")
    query = api.world.queries.get(p["callback_query_id"])
    if query is None or query.bot is not bot or api.world.clock.now() - query.at > 15:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    del api.world.queries[query.id]
    if not query.answer.done():
        query.answer.set_result(
            {"text": p.get("text") or "", "alert": p.get("show_alert", False), "url": p.get("url") or ""}
        )
    return True


def _opens_this_bot(url: str, bot: Bot) -> bool:
    """There are no games here; then only "links like t.me/your_bot?start=XXXX" may be opened."""
    found = re.match(r"(?:https?://)?t\.me/(\w+)\?|tg://resolve\?domain=(\w+)&", url)
    return found is not None and (found.group(1) or found.group(2)).lower() == bot.username.lower()


def set_reaction(api: Api, bot: Bot, p: Parameters) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to react not found")
    if chat.reactions_off:
        raise bad("REACTION_INVALID")
    if len(p.get("reaction", [])) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(
        reaction["type"] == "paid" or reaction.get("emoji", REACTIONS[0]) not in REACTIONS
        for reaction in p.get("reaction", [])
    ):
        raise bad("REACTION_INVALID")
    message["_reactions"] = [
        reaction["emoji"] for reaction in p.get("reaction", []) if reaction["type"] == "emoji"
    ]
    return True


def _scope(api: Api, bot: Bot, p: Parameters) -> str:
    """Where a list of commands is shown: a scope, maybe of one chat or member, and a language."""
    if "chat_id" in (p.get("scope") or {}):
        api.world.chat_for(bot, p["scope"]["chat_id"])
    scope = p.get("scope") or {"type": "default"}
    parts = (scope["type"], scope.get("chat_id", ""), scope.get("user_id", ""), p.get("language_code") or "")
    return ":".join(map(str, parts))


def set_my_commands(api: Api, bot: Bot, p: Parameters) -> Any:
    if len(p["commands"]) > 100:
        raise bad("too many bot commands specified")
    for item in p["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", item["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(item["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(api, bot, p)] = p["commands"]
    return True


def get_my_commands(api: Api, bot: Bot, p: Parameters) -> Any:
    return bot.commands.get(_scope(api, bot, p), [])


def delete_my_commands(api: Api, bot: Bot, p: Parameters) -> Any:
    bot.commands.pop(_scope(api, bot, p), None)
    return True


def set_menu_button(api: Api, bot: Bot, p: Parameters) -> Any:
    if p.get("chat_id") and api.world.chat_for(bot, p["chat_id"]).person is None:
        raise bad("chat not found")
    bot.menu_buttons[p.get("chat_id", 0)] = p.get("menu_button") or {"type": "default"}
    return True


def get_menu_button(_api: Api, bot: Bot, p: Parameters) -> Any:
    usual = bot.menu_buttons.get(0, {"type": "commands"})
    return bot.menu_buttons.get(p.get("chat_id", 0), usual)


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
    "getMe": get_me, "getUpdates": receiving.get_updates, "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook, "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message, "sendPhoto": sending.send_photo,
    "sendMediaGroup": sending.send_media_group, "sendDocument": sending.send_document,
    "sendVoice": sending.send_voice, "sendLocation": sending.send_location, "sendVenue": sending.send_venue,
    "editMessageText": editing.edit_text, "editMessageCaption": editing.edit_caption,
    "editMessageMedia": editing.edit_media, "editMessageReplyMarkup": editing.edit_markup,
    "deleteMessage": editing.delete_message, "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": answer_callback_query, "setMessageReaction": set_reaction,
    "pinChatMessage": presiding.pin_message, "unpinChatMessage": presiding.unpin_message,
    "unpinAllChatMessages": presiding.unpin_all, "getChat": presiding.get_chat,
    "getChatMember": presiding.get_chat_member, "getChatAdministrators": presiding.get_chat_administrators,
    "getChatMemberCount": presiding.get_chat_member_count, "leaveChat": presiding.leave_chat,
    "setMyCommands": set_my_commands, "getMyCommands": get_my_commands, "deleteMyCommands": delete_my_commands,
    "getFile": get_file, "setChatMenuButton": set_menu_button, "getChatMenuButton": get_menu_button,
    "sendChatAction": send_chat_action, "createForumTopic": presiding.create_topic,
}  # fmt: skip
