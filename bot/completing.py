"""Updates read in spite of what they lack, and of what nobody can read yet: not every server says all that Telegram does,
and a caption must not be lost for it."""

import time
from typing import Any

from telegram import Bot, Update

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]  # the kinds we ask for
PEOPLE = {"from", "user", "via_bot", "sender"}
MESSAGES = {"message", "edited_message", "reply_to_message"}
STANDINGS = {"old_chat_member", "new_chat_member"}
FILES = {"voice", "video", "video_note", "audio", "document", "animation", "sticker"}
# All that we read of a message
READ = {
    "message_id", "date", "chat", "from", "sender_chat", "message_thread_id", "is_topic_message", "media_group_id",
    "text", "caption", "photo", *FILES, "contact", "location", "reply_to_message", "left_chat_member", "reply_markup",
    "migrate_to_chat_id", "migrate_from_chat_id",
}  # fmt: skip


class Senseless(Exception):
    """What makes no sense now, and makes none a second later."""


def read(raw: dict[str, Any], bot: Bot | None) -> Update:
    """A raw update as the library reads it, of a kind we ask for; where something in it can't be read that we never do, without that.

    Raises whatever the library does for the rest, and ValueError for ids that are no numbers, as some servers write
    them: they would not fit anywhere later.
    """
    raw = complete({name: raw[name] for name in ("update_id", *ALLOWED) if name in raw})
    try:
        update = Update.de_json(raw, bot)
    except (TypeError, KeyError, ValueError, AttributeError):
        update = Update.de_json(_bare(raw), bot)
    found = (update.effective_user, update.effective_chat, update.effective_message)
    if not all(isinstance(each.id, int) for each in found if each):
        raise ValueError("an id is no number")
    return update


def _bare(value: dict[str, Any]) -> dict[str, Any]:
    """Messages with what we read of them, and of how somebody stands in a chat whether they are in it."""
    return {name: _bare_of(name, inner) for name, inner in value.items()}


def _bare_of(name: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    if name in MESSAGES:
        value = {key: inner for key, inner in value.items() if key in READ}
    if name in STANDINGS:
        return {"user": value.get("user"), "status": _in_or_out(value.get("status"))}
    return _bare(value)


def _in_or_out(status: object) -> str:
    return "left" if status in ("left", "kicked") else "member"


def complete(update: dict[str, Any]) -> dict[str, Any]:
    """The same update, with the usual value for each field that the libraries insist on and we never read."""
    press = update.get("callback_query")
    if isinstance(press, dict):
        press.setdefault("chat_instance", "")  # of games
    for name, content in update.items():
        _fill(name, content)
    return update


def _fill(name: str, value: object) -> None:
    if isinstance(value, list):
        for each in value:
            _fill(name, each)
    if not isinstance(value, dict):
        return
    for key, usual in _usual(name, value).items():
        value.setdefault(key, usual)
    for key, inner in value.items():
        _fill(key, inner)


def _usual(name: str, value: dict[str, Any]) -> dict[str, Any]:
    if name in PEOPLE:
        return {"is_bot": False, "first_name": ""}
    if name in ("chat", "sender_chat"):
        return {"type": "private" if _is_person(value.get("id")) else "supergroup"}
    if name == "photo":
        return {"file_unique_id": value.get("file_id"), "width": 0, "height": 0}
    if name in FILES:
        return {
            "file_unique_id": value.get("file_id"),
            "duration": 0,
            "width": 0,
            "height": 0,
            "length": 0,
        } | ({"is_animated": False, "is_video": False, "type": "regular"} if name == "sticker" else {})
    if name == "contact":
        return {"first_name": ""}
    if name in MESSAGES or name == "my_chat_member":
        return {"date": int(time.time())}  # noqa: TID251 - it has only just come
    return {}


def _is_person(chat_id: object) -> bool:
    return isinstance(chat_id, int) and chat_id > 0
