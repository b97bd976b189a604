"""Methods that edit and delete messages."""

import contextlib
from collections.abc import Callable
from typing import Any

from simulator.api import Api, Parameters
from simulator.errors import ApiError, bad
from simulator.sending import caption, document, markup, photo, preview, text
from simulator.world import Bot, Chat, shown

DELETE_WITHIN = 48 * 3600  # seconds
MEDIA = ("photo", "document", "voice")
CONTENT = ("text", "entities", "link_preview_options", "caption", "caption_entities", *MEDIA)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _own(api: Api, bot: Bot, p: Parameters) -> tuple[Chat, dict[str, Any]]:
    chat = api.world.chat_for(bot, p.get("chat_id", ""))
    message = chat.messages.get(p.get("message_id", 0))
    if message is None:
        raise bad("message to edit not found")
    to_type_with = "inline_keyboard" not in message.get("reply_markup", {"inline_keyboard": []})
    if message["from"]["id"] != bot.id or to_type_with:
        raise bad("message can't be edited")
    return chat, message


def _edit(api: Api, bot: Bot, p: Parameters, content: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Replace content and keyboard: an edit without reply_markup drops the keyboard."""
    chat, message = _own(api, bot, p)
    new = content(message) | markup(p, chat)
    keys = (*CONTENT, "reply_markup")
    if {k: message.get(k) for k in keys} == {k: new.get(k) for k in keys}:
        raise bad(NOT_MODIFIED)
    api.count(bot, chat)
    for key in keys:
        message.pop(key, None)
    message.update(new)
    message["edit_date"] = api.world.now()
    message["_edits"] = message.get("_edits", 0) + 1
    chat.edits += 1
    return shown(message)


def edit_text(api: Api, bot: Bot, p: Parameters) -> Any:
    def content(message: dict[str, Any]) -> dict[str, Any]:
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        return text(api, bot, p) | preview(p)

    return _edit(api, bot, p, content)


def edit_caption(api: Api, bot: Bot, p: Parameters) -> Any:
    def content(message: dict[str, Any]) -> dict[str, Any]:
        kept = {kind: message[kind] for kind in MEDIA if kind in message}
        if not kept:
            raise bad("there is no caption in the message to edit")
        return kept | caption(api, bot, p)

    return _edit(api, bot, p, content)


def edit_media(api: Api, bot: Bot, p: Parameters) -> Any:
    """Another photo or document, also in place of a text."""
    media, makers = p["media"], {"photo": photo, "document": document}
    if media["type"] not in makers:
        raise bad(f"media of type {media['type']} is not simulated")
    made = makers[media["type"]]

    def content(message: dict[str, Any]) -> dict[str, Any]:
        if not any(kind in message for kind in ("text", *MEDIA)):
            raise bad("there is no media in the message to edit")
        return made(api, media["media"]) | caption(api, bot, media)

    return _edit(api, bot, p, content)


def edit_markup(api: Api, bot: Bot, p: Parameters) -> Any:
    return _edit(api, bot, p, lambda message: {key: message[key] for key in CONTENT if key in message})


def delete_message(api: Api, bot: Bot, p: Parameters) -> Any:
    """One's own within 48 hours; anybody's as an administrator who may delete messages."""
    chat = api.world.chat_for(bot, p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to delete not found")
    administrator = chat.administers(bot.id, "can_delete_messages")
    own = message["from"]["id"] == bot.id
    if not own and not administrator and chat.is_group:
        raise bad("message can't be deleted")
    if api.world.clock.now() - message["date"] > DELETE_WITHIN or "forum_topic_created" in message:
        raise bad("message can't be deleted")
    del chat.messages[message["message_id"]]
    if message["message_id"] in chat.pinned:
        chat.pinned.remove(message["message_id"])
    return True


def delete_messages(api: Api, bot: Bot, p: Parameters) -> Any:
    """Up to a hundred; what is not there, or may not be deleted, is passed over."""
    if not 1 <= len(p["message_ids"]) <= 100:
        raise bad("message identifiers must be 1-100")
    api.world.chat_for(bot, p["chat_id"])
    for message_id in p["message_ids"]:
        with contextlib.suppress(ApiError):
            delete_message(api, bot, {"chat_id": p["chat_id"], "message_id": message_id})
    return True
