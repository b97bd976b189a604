"""Methods that send messages."""

import mimetypes
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from simulator import entities, hearing
from simulator.api import Api, Parameters
from simulator.errors import ApiError, bad
from simulator.tags import scheme_of
from simulator.upload import Upload
from simulator.world import KIND_OF_FILE, Bot, Chat, quoted, shown, thread_of_reply, unique_of

LARGEST_PHOTO, LARGEST_FILE = 10 * 1024 * 1024, 50 * 1024 * 1024  # bytes (telegram.md section 2.4)
MOST_BUTTONS = 100  # on one inline keyboard
FOR_EVER = 0x7FFFFFFF  # a live location without an end
IMAGES = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM")  # how what Telegram takes as a photo begins


def markup(p: Parameters, chat: Chat) -> dict[str, Any]:
    """The keyboard as it is stored; one that Telegram would not take is refused."""
    markup = p.get("reply_markup")
    if not markup:
        return {}
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    for button in buttons:
        _check_button(button, chat)
    if "inline_keyboard" in markup and not markup["inline_keyboard"]:
        return {}
    return {"reply_markup": markup}


def _check_button(button: dict[str, Any], chat: Chat) -> None:
    actions = set(button) - {"text", "style", "icon_custom_emoji_id"}
    if not button["text"].strip() or len(actions) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "web_app" in button and chat.person is None:
        raise bad("BUTTON_TYPE_INVALID")  # only in private chats
    if "url" in button and (wrong := _wrong_with(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {wrong}")


def _wrong_with(url: str) -> str:
    scheme = scheme_of(url)
    if scheme in ("tg", "ton"):
        return ""
    if scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    try:
        host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    except ValueError:
        host = ""
    return "" if "." in host.strip(".") else "Wrong HTTP URL"


def text(api: Api, bot: Bot, p: Parameters, name: str = "text", most: int = 4096) -> dict[str, Any]:
    given = p.get("entities" if name == "text" else "caption_entities")
    known = lambda user_id: api.world.known_to(bot, user_id)  # noqa: E731
    plain, found = entities.parse(p.get(name) or "", p.get("parse_mode"), given, known)
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
    if str(wanted.get("chat_id", p["chat_id"])) != str(p["chat_id"]):
        raise bad("replies to messages of other chats are not simulated")
    target = chat.messages.get(wanted["message_id"])
    if target is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    quote = {}
    if wanted.get("quote"):
        quote = {"quote": _quote(target.get("text") or target.get("caption") or "", wanted)}
    return {"reply_to_message": quoted(target)} | quote | thread_of_reply(chat, target)


def _quote(words: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The quoted part of a message: where it stands nearest to the position that was asked for, in UTF-16 units."""
    said, found = entities.parse(
        wanted["quote"], wanted.get("quote_parse_mode"), wanted.get("quote_entities")
    )
    starts = [at for at in range(len(words)) if said and words.startswith(said, at)]
    if not starts:
        raise bad("QUOTE_TEXT_INVALID")
    places = [entities.units(words[:at]) for at in starts]
    place = min(places, key=lambda place: abs(place - wanted.get("quote_position", 0)))
    return {"text": said, "position": place, "is_manual": True} | ({"entities": found} if found else {})


def _send(api: Api, bot: Bot, p: Parameters, right: str, make: Callable[[], dict[str, Any]]) -> Any:
    """Send what `make` makes; `right` is what a restriction must leave the bot."""
    return _send_all(api, bot, p, right, lambda: [make()])[0]


def _send_all(
    api: Api, bot: Bot, p: Parameters, right: str, make: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Send the parts of an album, or one message: all of them or none."""
    chat = api.world.chat_for(bot, p["chat_id"])
    if not chat.may(bot.id, right):
        kind = right.removeprefix("can_send_").replace("_", " ").replace("messages", "text messages")
        raise bad(f"not enough rights to send {kind} to the chat")
    common = markup(p, chat)
    if p.get("message_thread_id") is not None:
        common |= _thread(chat, p["message_thread_id"])
    common |= _reply(chat, p)
    if p.get("protect_content"):
        common["has_protected_content"] = True
    parts = [part | common for part in make()]
    api.count(bot, chat, len(parts))
    messages = [api.world.put_message(chat, bot.user(), **part) for part in parts]
    if chat.type == "channel":
        for message in messages:
            hearing.publish(api.world, api.office, chat, message)
    if p.get("disable_notification"):
        for message in messages:
            message["_silent"] = True
    return [shown(message) for message in messages]


def _thread(chat: Chat, thread_id: int) -> dict[str, Any]:
    if not chat.is_forum or "forum_topic_created" not in chat.messages.get(thread_id, {}):
        raise bad("message thread not found")
    first = {"reply_to_message": quoted(chat.messages[thread_id])}  # as every ordinary message in a topic has
    return {"message_thread_id": thread_id, "is_topic_message": True} | first


def preview(p: Parameters) -> dict[str, Any]:
    """How a link in the text is to be shown, where it was said."""
    return {"link_preview_options": p["link_preview_options"]} if p.get("link_preview_options") else {}


def send_message(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(api, bot, p, "can_send_messages", lambda: text(api, bot, p) | preview(p))


def file_of(api: Api, value: Any, kind: str, most: int = LARGEST_FILE) -> tuple[str, str, int]:
    """file_id, file_unique_id and size of an upload, or of a file sent before; URLs are not fetched."""
    if isinstance(value, bytes):
        if not value:
            raise bad("file must be non-empty")
        if len(value) > most:
            raise ApiError(413, "Request Entity Too Large")
        if kind == "photo" and not value.startswith(IMAGES):
            raise bad("IMAGE_PROCESS_FAILED")
        file_id, unique = api.world.add_file(bytes(value), kind)
    elif value in api.world.files:
        was = next(name for name, begins in KIND_OF_FILE.items() if value.startswith(begins))
        if was != kind:
            raise bad(f"can't use file of type {was.capitalize()} as {kind.capitalize()}")
        file_id, unique = value, unique_of(value)
    else:
        raise bad("wrong file identifier/HTTP URL specified")
    return file_id, unique, len(api.world.files[file_id])


def photo(api: Api, value: Any) -> dict[str, Any]:
    file_id, unique, size = file_of(api, value, "photo", LARGEST_PHOTO)
    sizes = {"file_id": file_id, "file_unique_id": unique, "width": 1280, "height": 960, "file_size": size}
    return {"photo": [sizes]}


def document(api: Api, value: Any) -> dict[str, Any]:
    file_id, unique, size = file_of(api, value, "document")
    if isinstance(value, Upload):
        api.world.about_files[file_id] = named(value.filename)
    made = {"file_id": file_id, "file_unique_id": unique, "file_size": size}
    return {"document": made | api.world.about_files.get(file_id, {})}


def named(name: str) -> dict[str, Any]:
    """What a document says of itself, by its name."""
    kind, _encoding = mimetypes.guess_type(name)
    return {"file_name": name} | ({"mime_type": kind} if kind else {})


def voice(api: Api, value: Any, seconds: int = 0) -> dict[str, Any]:
    file_id, unique, size = file_of(api, value, "voice")
    about = api.world.about_files.setdefault(file_id, {"duration": seconds, "mime_type": "audio/ogg"})
    return {"voice": {"file_id": file_id, "file_unique_id": unique, "file_size": size} | about}


def caption(api: Api, bot: Bot, p: Parameters) -> dict[str, Any]:
    return text(api, bot, p, "caption", 1024)


def _looks(p: Parameters) -> dict[str, Any]:
    """How media is shown."""
    flags = {"has_spoiler": "has_media_spoiler", "show_caption_above_media": "show_caption_above_media"}
    return {shown: True for asked, shown in flags.items() if p.get(asked)}


def send_photo(api: Api, bot: Bot, p: Parameters) -> Any:
    made = lambda: photo(api, p["photo"]) | caption(api, bot, p) | _looks(p)  # noqa: E731
    return _send(api, bot, p, "can_send_photos", made)


def send_document(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(
        api, bot, p, "can_send_documents", lambda: document(api, p["document"]) | caption(api, bot, p)
    )


def send_voice(api: Api, bot: Bot, p: Parameters) -> Any:
    made = lambda: voice(api, p["voice"], p.get("duration", 0)) | caption(api, bot, p)  # noqa: E731
    return _send(api, bot, p, "can_send_voice_notes", made)


def send_media_group(api: Api, bot: Bot, p: Parameters) -> Any:
    if not 2 <= len(p["media"]) <= 10:
        raise bad("there must be 2-10 items in the album")
    kinds = {item["type"] for item in p["media"]}
    makers = {"photo": photo, "document": document}
    if not kinds <= set(makers):
        raise bad(f"albums of {', '.join(sorted(kinds - set(makers)))} are not simulated")
    if len(kinds) > 1:
        raise bad("document can't be mixed with other media types")

    def parts() -> list[dict[str, Any]]:
        made = [
            makers[item["type"]](api, item["media"]) | caption(api, bot, item) | _looks(item)
            for item in p["media"]
        ]
        album = {"media_group_id": api.world.album_id()}
        return [album | part for part in made]

    right = "can_send_photos" if kinds == {"photo"} else "can_send_documents"
    return _send_all(api, bot, p, right, parts)


def send_location(api: Api, bot: Bot, p: Parameters) -> Any:
    return _send(api, bot, p, "can_send_other_messages", lambda: {"location": _place(p)})


def send_venue(api: Api, bot: Bot, p: Parameters) -> Any:
    def made() -> dict[str, Any]:
        place = _place(p)
        more = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
        venue = {key: p[key] for key in ("title", "address", *more) if p.get(key)}
        return {"location": place, "venue": {"location": place} | venue}

    return _send(api, bot, p, "can_send_other_messages", made)


def _place(p: Parameters) -> dict[str, Any]:
    if abs(p["latitude"]) > 90 or abs(p["longitude"]) > 180:
        raise bad("wrong latitude or longitude specified")
    if p.get("live_period") is not None and not (
        60 <= p["live_period"] <= 86400 or p["live_period"] == FOR_EVER
    ):
        raise bad("wrong live location period specified")
    more = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    return {key: p[key] for key in ("latitude", "longitude", *more) if p.get(key) is not None}
