"""What an update lacks, filled in: not every server says all that Telegram does, and a caption must not be lost for it."""

import time
from typing import Any

PEOPLE = {"from", "user", "via_bot", "sender"}
MESSAGES = {"message", "edited_message", "reply_to_message"}
FILES = {"voice", "video", "video_note", "audio", "document", "animation", "sticker"}


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
    if name == "chat":
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
    if name in MESSAGES:
        return {"date": int(time.time())}  # noqa: TID251 - it has only just come
    return {}


def _is_person(chat_id: object) -> bool:
    return isinstance(chat_id, int) and chat_id > 0


def require_ids(*ids: object) -> None:
    """ValueError for ids that are no numbers, as some servers write them: they would not fit anywhere later."""
    if not all(each is None or isinstance(each, int) for each in ids):
        raise ValueError("an id is no number")
