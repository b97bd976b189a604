"""Acting as a person: speaking, sending, pressing; and what a person can see."""

import asyncio
from pathlib import Path
from typing import Any

from simulator import entities, hearing
from simulator.errors import bad
from simulator.seeing import Seeing
from simulator.sending import named
from simulator.world import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    HERE,
    Chat,
    Person,
    Query,
    quoted,
    shown,
    thread_of_reply,
)

PHOTO = Path(__file__).with_name("photo.jpg").read_bytes()  # 320 x 240, what people photograph here
MOST_UNITS = {"text": 4096, "caption": 1024}
RIGHTS = {  # which right a restricted person needs, by what is sent
    "photo": "can_send_photos", "voice": "can_send_voice_notes", "document": "can_send_documents",
    "location": "can_send_other_messages", "text": "can_send_messages", "contact": "can_send_messages",
}  # fmt: skip
PASSED_ON = (
    "text", "entities", "caption", "caption_entities", "photo", "voice", "document", "location", "venue", "contact",
)  # fmt: skip
TINY_VOICE = b"OggS simulated voice "


class Acting(Seeing):
    """What people do. Ids are Telegram's; in private `chat` is the bot's id. Arguments are JSON."""

    def say(
        self, person: int, chat: int, text: str, reply_to: int = 0, anonymous: bool = False, thread: int = 0,
        channel: int = 0,
    ) -> Any:  # fmt: skip
        """Type a message; in a forum `thread` is the topic; `anonymous` as the group, `channel` as that channel."""
        content = written("text", text) | self._in_topic(chat, thread)
        return self._post(person, chat, content, reply_to, anonymous=anonymous, channel=channel)

    def say_often(self, person: int, chat: int, text: str, times: int) -> Any:
        """The same words many times over, to fill a bot's mailbox."""
        for _ in range(times):
            self.say(person, chat, text)
        return {}

    def edit(self, person: int, chat: int, message_id: int, text: str) -> Any:
        """Change what one has written; bots hear of it as an edited message."""
        where = self._chat(person, chat)
        message = self._own(person, where, message_id)
        kind = "text" if "text" in message else "caption"
        for old in ("entities", "caption_entities"):
            message.pop(old, None)
        message |= written(kind, text) | {"edit_date": self.world.now()}
        hearing.deliver(self.world, self.office, where, message, "edited_message")
        return {}

    def delete(self, person: int, chat: int, message_id: int) -> Any:
        """Delete what one has written; bots do not hear of it."""
        where = self._chat(person, chat)
        del where.messages[self._own(person, where, message_id)["message_id"]]
        return {}

    def photos(
        self, person: int, chat: int, count: int = 1, caption: str = "", reply_to: int = 0, thread: int = 0
    ) -> Any:
        """Send a photo, or an album when there are several; the caption stands on the first."""
        album = {"media_group_id": self.world.album_id()} if count > 1 else {}
        sent = []
        for index in range(count):
            file_id, unique = self.world.add_file(PHOTO + str(index).encode())
            size = {
                "file_id": file_id,
                "file_unique_id": unique,
                "width": 320,
                "height": 240,
                "file_size": len(PHOTO) + 1,
            }
            content: dict[str, Any] = {"photo": [size]} | album | self._in_topic(chat, thread)
            if index == 0:
                content |= written("caption", caption)
            sent.append(self._post(person, chat, content, reply_to)["message_id"])
        return {"message_id": sent[0], "message_ids": sent}

    def location(
        self, person: int, chat: int, latitude: float, longitude: float, reply_to: int = 0, thread: int = 0
    ) -> Any:
        place = {"latitude": float(latitude), "longitude": float(longitude)}
        if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
            raise bad("no such place")
        return self._post(person, chat, {"location": place} | self._in_topic(chat, thread), reply_to)

    def contact(self, person: int, chat: int, phone_number: str = "+8613800000000", reply_to: int = 0) -> Any:
        """Share one's own number, as the key that asks for it does."""
        who = self.world.people[person]
        card = {"phone_number": phone_number, "first_name": who.first_name, "user_id": who.id}
        return self._post(person, chat, {"contact": card}, reply_to)

    def voice(self, person: int, chat: int, seconds: int = 3, reply_to: int = 0, thread: int = 0) -> Any:
        """Speak a voice note."""
        file_id, unique = self.world.add_file(TINY_VOICE, "voice")
        about = self.world.about_files[file_id] = {"duration": seconds, "mime_type": "audio/ogg"}
        note = {"file_id": file_id, "file_unique_id": unique, **about}
        content = {"voice": note | {"file_size": len(TINY_VOICE)}} | self._in_topic(chat, thread)
        return self._post(person, chat, content, reply_to)

    def document(
        self,
        person: int,
        chat: int,
        name: str = "list.pdf",
        caption: str = "",
        reply_to: int = 0,
        thread: int = 0,
        text: str = "",
    ) -> Any:
        """Send a file; `text` is what is in it."""
        content = text.encode() or b"simulated document " + name.encode()
        file_id, unique = self.world.add_file(content, "document")
        about = self.world.about_files[file_id] = named(name)
        made = {"file_id": file_id, "file_unique_id": unique, **about, "file_size": len(content)}
        content_of = {"document": made} | written("caption", caption) | self._in_topic(chat, thread)
        return self._post(person, chat, content_of, reply_to)

    def forward(self, person: int, chat: int, from_chat: int, message_id: int) -> Any:
        """Pass a message on; its buttons stay behind, and a protected one can't be."""
        source = self._chat(person, from_chat).messages[message_id]
        if source.get("has_protected_content"):
            raise bad("this message is protected")
        origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
        content = {key: source[key] for key in PASSED_ON if key in source}
        return self._post(person, chat, content | {"forward_origin": origin})

    def forge(self, person: int, chat: int, data: str) -> Any:
        """Press a button that no message has, and do not wait for an answer."""
        who, where = self.world.people[person], self._chat(person, chat)
        self._query(who, where, 1, None, data)
        return {}

    async def press(
        self, person: int, chat: int, message_id: int, label: str = "", data: str = "", wait: float = 10,
        number: int = -1,
    ) -> Any:  # fmt: skip
        """Press a button by its visible label, or with forged data; the toast, once the bot answers."""
        who, where = self.world.people[person], self._chat(person, chat)
        message = where.messages.get(message_id)
        if where.is_group and where.members.get(person) not in HERE:
            raise bad("not a member of this chat")
        button = _find_button(message, label, number) if label else {"callback_data": data}
        if "url" in button:
            return {"url": button["url"], "text": "", "answered": True}
        bot = where.bot or self._author(message)
        if where.is_group and where.members.get(bot.id) not in HERE:
            return {"text": "", "url": "", "answered": False}
        query = self._query(who, where, message_id, message, button["callback_data"])
        try:
            return await asyncio.wait_for(asyncio.shield(query.answer), wait) | {"answered": True}
        except TimeoutError:
            return {"text": "", "url": "", "answered": False}

    # Helpers

    def _query(
        self, who: Person, where: Chat, message_id: int, message: dict[str, Any] | None, data: str
    ) -> Query:
        """A press on its way to the bot."""
        bot = where.bot or self._author(message)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        query = Query(f"{self.world.random.getrandbits(63)}", who, self.world.clock.now(), bot, answer)
        self.world.queries[query.id] = query
        gone = {"chat": where.json(), "message_id": message_id, "date": 0}  # an InaccessibleMessage
        target = shown(message) if message else gone
        update = {
            "id": query.id, "from": who.user(), "message": target, "chat_instance": str(where.id), "data": data,
        }  # fmt: skip
        self.office.box(bot).put("callback_query", update, f"user:{who.id}")
        return query

    def _in_topic(self, chat: int, thread: int) -> dict[str, Any]:
        """Every ordinary message in a topic replies to its `forum_topic_created` (telegram.md section 4)."""
        if not thread:
            return {}
        first = self.world.chats[chat].messages[thread]
        return {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": shown(first)}

    def _post(
        self, person: int, chat: int, content: dict[str, Any], reply_to: int = 0, *, anonymous: bool = False,
        channel: int = 0,
    ) -> Any:  # fmt: skip
        who, where = self.world.people[person], self._chat(person, chat)
        if where.members and where.members.get(person) not in HERE:
            raise bad("not a member of this chat")
        if not where.may(person, next(right for key, right in RIGHTS.items() if key in content)):
            raise bad("restricted from sending this here")
        if where.bot is not None and (where.bot.id not in who.started or where.bot.id in who.blocked):
            raise bad("press Start first")
        if reply_to and reply_to in where.messages:
            content |= thread_of_reply(where, where.messages[reply_to])
            content["reply_to_message"] = quoted(where.messages[reply_to])
        sender, hidden = self._speaker(who, where, anonymous, channel)
        message = self.world.put_message(where, sender, **content, **hidden)
        hearing.deliver(self.world, self.office, where, message)
        return {"message_id": message["message_id"]}

    def _speaker(
        self, who: Person, where: Chat, anonymous: bool, channel: int
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Who a message seems to be from: the person, the group they administer, or a channel of theirs."""
        if anonymous:
            return _group_bot(), {"sender_chat": where.json()}
        if not channel:
            return who.user(), {}
        owned = self.world.chats[channel]
        if owned.members.get(who.id) not in ("administrator", "creator"):
            raise bad("only its administrators speak as a channel")
        return _channel_bot(), {"sender_chat": owned.json()}

    def _own(self, person: int, where: Chat, message_id: int) -> dict[str, Any]:
        message = where.messages[message_id]
        if message["from"]["id"] != person:
            raise bad("that is somebody else's message")
        return message

    def _service(self, chat: Chat, who: Person, **content: Any) -> Any:
        message = self.world.put_message(chat, who.user(), **content)
        hearing.deliver(self.world, self.office, chat, message)
        return {"message_id": message["message_id"]}


def written(kind: str, words: str) -> dict[str, Any]:
    """A text or caption as a person types it, with what is in it marked as clients mark it."""
    if kind == "text" and not words.strip():
        raise bad("a message needs words")
    if entities.units(words) > MOST_UNITS[kind]:
        raise bad(f"at most {MOST_UNITS[kind]} characters")
    marks = entities.found_in(words)
    key = "entities" if kind == "text" else "caption_entities"
    return ({kind: words} if words else {}) | ({key: marks} if marks else {})


def _group_bot() -> dict[str, Any]:
    names = {"first_name": "Group", "username": "GroupAnonymousBot"}
    return {"id": GROUP_ANONYMOUS_BOT, "is_bot": True} | names


def _channel_bot() -> dict[str, Any]:
    return {"id": CHANNEL_BOT, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


def _find_button(message: dict[str, Any] | None, label: str, number: int = -1) -> dict[str, Any]:
    """The button with that label, or the one at that place, counted through the rows."""
    markup = (message or {}).get("reply_markup", {})
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if 0 <= number < len(buttons) and buttons[number]["text"] == label:
        return dict(buttons[number])
    for button in buttons:
        if button["text"] == label:
            return dict(button)
    for button in buttons:
        if label in button["text"]:
            return dict(button)
    raise bad(f"no button {label!r} on that message; there are {[button['text'] for button in buttons]}")
