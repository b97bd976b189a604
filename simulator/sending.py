"""Methods that send, edit and delete messages."""

from collections.abc import Callable
from typing import Any

from simulator import entities
from simulator.api import Api, Parameters
from simulator.errors import bad
from simulator.world import Bot, Chat

DELETE_WITHIN = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _markup(p: Parameters) -> dict[str, Any]:
    """The keyboard as it is stored; callback data over 64 bytes is refused."""
    markup = p.get("reply_markup")
    if not markup:
        return {}
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
            if not button["text"].strip():
                raise bad(
                    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                )
    if "inline_keyboard" in markup and not markup["inline_keyboard"]:
        return {}
    return {"reply_markup": markup}


def _text(p: Parameters, name: str = "text", most: int = 4096) -> dict[str, Any]:
    plain, found = entities.parse(p.get(name) or "", p.get("parse_mode"))
    if name == "text" and not plain.strip():
        raise bad("message text is empty")
    if entities.units(plain) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    if not plain:
        return {}
    key = "entities" if name == "text" else "caption_entities"
    return {name: plain} | ({key: found} if found else {})


def _reply(chat: Chat, p: Parameters) -> dict[str, Any]:
    wanted = p.get("reply_parameters")
    if not wanted:
        return {}
    target = chat.messages.get(wanted["message_id"])
    if target is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": {key: value for key, value in target.items() if key != "reply_to_message"}}


def _send(api: Api, bot: Bot, p: Parameters, make: Callable[[], dict[str, Any]]) -> Any:
    chat = api.world.chat_for(bot, p["chat_id"])
    if chat.members.get(bot.id) == "restricted":
        raise bad("not enough rights to send text messages to the chat")
    content = make() | _markup(p) | _reply(chat, p)
    if p.get("message_thread_id") is not None:
        content |= _thread(chat, p["message_thread_id"])
    if p.get("protect_content"):
        content["has_protected_content"] = True
    api.count(bot, chat)
    message = api.world.put_message(chat, bot.user(), **content)
    if p.get("disable_notification"):
        message["_silent"] = True
    return shown(message)


def _thread(chat: Chat, thread_id: int) -> dict[str, Any]:
    if not chat.is_forum or thread_id not in chat.messages:
        raise bad("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def shown(message: dict[str, Any]) -> dict[str, Any]:
    """The message as the API returns it: inline keyboards only, nothing of ours."""
    out = {key: value for key, value in message.items() if not key.startswith("_")}
    if "inline_keyboard" not in out.get("reply_markup", {}):
        out.pop("reply_markup", None)
    return out


def send_message(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(api, bot, p, lambda: _text(p))


def _photo(api: Api, value: Any) -> dict[str, Any]:
    if isinstance(value, bytes):
        file_id, unique = api.world.add_file(value)
    elif value in api.world.files:
        file_id, unique = value, value[4:16]
    else:
        raise bad("wrong file identifier/HTTP URL specified")
    size = len(api.world.files[file_id])
    return {
        "photo": [
            {"file_id": file_id, "file_unique_id": unique, "width": 1280, "height": 960, "file_size": size}
        ]
    }


def send_photo(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(api, bot, p, lambda: _photo(api, p["photo"]) | _text(p, "caption", 1024))


def send_media_group(api: Api, bot: Bot, p: Parameters) -> Any:
    if not 2 <= len(p["media"]) <= 10:
        raise bad("there must be 2-10 items in the album")
    album = {"media_group_id": api.world.album_id()}

    def part(item: Parameters) -> Any:
        return _send(api, bot, p, lambda: album | _photo(api, item["media"]) | _text(item, "caption", 1024))

    return [part(item) for item in p["media"]]


def send_location(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(api, bot, p, lambda: {"location": {"latitude": p["latitude"], "longitude": p["longitude"]}})


def send_venue(api: Api, bot: Bot, p: Parameters) -> Any:
    place = {"latitude": p["latitude"], "longitude": p["longitude"]}
    return _send(
        api,
        bot,
        p,
        lambda: {
            "location": place,
            "venue": {"location": place, "title": p["title"], "address": p["address"]},
        },
    )


def _own(api: Api, bot: Bot, p: Parameters, what: str) -> tuple[Chat, dict[str, Any]]:
    chat = api.world.chat_for(bot, p.get("chat_id", ""))
    message = chat.messages.get(p.get("message_id", 0))
    if message is None:
        raise bad(f"message to {what} not found")
    if message["from"]["id"] != bot.id:
        raise bad(f"message can't be {what}ed" if what == "edit" else f"message can't be {what}d")
    return chat, message


def _edit(api: Api, bot: Bot, p: Parameters, content: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Replace content and keyboard: an edit without reply_markup drops the keyboard."""
    chat, message = _own(api, bot, p, "edit")
    new = content(message) | _markup(p)
    keys = ("text", "entities", "caption", "caption_entities", "photo", "reply_markup")
    if {k: message.get(k) for k in keys} == {k: new.get(k) for k in keys}:
        raise bad(NOT_MODIFIED)
    api.count(bot, chat)
    for key in keys:
        message.pop(key, None)
    message.update(new)
    message["edit_date"] = api.world.now()
    message["_edits"] = message.get("_edits", 0) + 1
    return shown(message)


def edit_text(api: Api, bot: Bot, p: Parameters) -> Any:
    def content(message: dict[str, Any]) -> dict[str, Any]:
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        return _text(p)

    return _edit(api, bot, p, content)


def edit_caption(api: Api, bot: Bot, p: Parameters) -> Any:
    def content(message: dict[str, Any]) -> dict[str, Any]:
        if "photo" not in message:
            raise bad("there is no caption in the message to edit")
        return {"photo": message["photo"]} | _text(p, "caption", 1024)

    return _edit(api, bot, p, content)


def edit_media(api: Api, bot: Bot, p: Parameters) -> Any:
    media = p["media"]
    return _edit(api, bot, p, lambda _message: _photo(api, media["media"]) | _text(media, "caption", 1024))


def edit_markup(api: Api, bot: Bot, p: Parameters) -> Any:
    keys = ("text", "entities", "caption", "caption_entities", "photo")
    return _edit(api, bot, p, lambda message: {key: message[key] for key in keys if key in message})


def delete_message(api: Api, bot: Bot, p: Parameters) -> Any:
    chat, message = _own(api, bot, p, "delete")
    if api.world.clock.now() - message["date"] > DELETE_WITHIN:
        raise bad("message can't be deleted")
    del chat.messages[message["message_id"]]
    return True
