"""Acting as a person: speaking, sending, pressing; and what a person can see."""

import asyncio
import itertools
from typing import Any

from simulator import entities, hearing
from simulator.api import Api
from simulator.errors import bad
from simulator.sending import shown
from simulator.world import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, HERE, Bot, Chat, Person, Query

TINY_PHOTO = b"\xff\xd8\xff\xe0simulated photo "
TINY_VOICE = b"OggS simulated voice "


class Acting:
    """What people do. Ids are Telegram's; in private `chat` is the bot's id. Arguments are JSON."""

    def __init__(self, api: Api) -> None:
        self.api, self.world, self.office = api, api.world, api.office

    def say(
        self, person: int, chat: int, text: str, reply_to: int = 0, anonymous: bool = False, thread: int = 0,
        channel: int = 0,
    ) -> Any:  # fmt: skip
        """Type a message; in a forum `thread` is the topic; `anonymous` as the group, `channel` as that channel."""
        content = _words("text", text) | self._in_topic(chat, thread)
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
        message.pop("entities", None)
        message |= _words("text", text) | {"edit_date": self.world.now()}
        hearing.deliver(self.world, self.office, where, message, "edited_message")
        return {}

    def delete(self, person: int, chat: int, message_id: int) -> Any:
        """Delete what one has written; bots do not hear of it."""
        where = self._chat(person, chat)
        del where.messages[self._own(person, where, message_id)["message_id"]]
        return {}

    def photos(self, person: int, chat: int, count: int = 1, caption: str = "", reply_to: int = 0) -> Any:
        """Send a photo, or an album when there are several; the caption stands on the first."""
        album = {"media_group_id": self.world.album_id()} if count > 1 else {}
        sent = []
        for index in range(count):
            file_id, unique = self.world.add_file(TINY_PHOTO + str(index).encode())
            size = {
                "file_id": file_id,
                "file_unique_id": unique,
                "width": 1280,
                "height": 960,
                "file_size": 20,
            }
            content: dict[str, Any] = {"photo": [size]} | album
            if index == 0:
                content |= _words("caption", caption)
            sent.append(self._post(person, chat, content, reply_to)["message_id"])
        return {"message_id": sent[0], "message_ids": sent}

    def location(self, person: int, chat: int, latitude: float, longitude: float, reply_to: int = 0) -> Any:
        return self._post(
            person, chat, {"location": {"latitude": latitude, "longitude": longitude}}, reply_to
        )

    def voice(self, person: int, chat: int, seconds: int = 3, reply_to: int = 0) -> Any:
        """Speak a voice note."""
        file_id, unique = self.world.add_file(TINY_VOICE)
        note = {"file_id": file_id, "file_unique_id": unique, "duration": seconds, "mime_type": "audio/ogg"}
        return self._post(person, chat, {"voice": note | {"file_size": len(TINY_VOICE)}}, reply_to)

    def document(
        self, person: int, chat: int, name: str = "list.pdf", caption: str = "", reply_to: int = 0
    ) -> Any:
        content = b"simulated document " + name.encode()
        file_id, unique = self.world.add_file(content)
        made = {"file_id": file_id, "file_unique_id": unique, "file_name": name, "file_size": len(content)}
        return self._post(person, chat, {"document": made} | _words("caption", caption), reply_to)

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
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        bot = where.bot or self._author(message)
        if where.is_group and where.members.get(bot.id) not in HERE:
            return {"text": "", "url": "", "answered": False}
        query = Query(f"{self.world.random.getrandbits(63)}", who, self.world.clock.now(), bot, answer)
        self.world.queries[query.id] = query
        gone = {"chat": where.json(), "message_id": message_id, "date": 0}  # an InaccessibleMessage
        target = shown(message) if message else gone
        update = {
            "id": query.id,
            "from": who.user(),
            "message": target,
            "chat_instance": str(where.id),
            "data": button["callback_data"],
        }
        self.office.box(bot).put("callback_query", update, f"user:{who.id}")
        try:
            return await asyncio.wait_for(asyncio.shield(answer), wait) | {"answered": True}
        except TimeoutError:
            return {"text": "", "url": "", "answered": False}

    def view(self, person: int, chat: int, after: int = 0, last: int = 0) -> Any:
        """What the person sees in a chat, oldest first: every message there is now, those after a number, or the
        `last` so many."""
        where = self._chat(person, chat)
        if where.members and where.members.get(person) not in HERE:
            raise bad("not a member of this chat")
        newest = list(itertools.islice(reversed(where.messages.values()), last or None))
        messages = [_visible(message) for message in reversed(newest) if message["message_id"] > after]
        return {"messages": messages, "pinned": list(where.pinned)}

    def chats(self, person: int) -> Any:
        """The chats on a person's phone, and the bots they could write to."""
        who = self.world.people[person]
        found = [
            {"id": chat.bot.id if chat.bot else chat.id, "title": chat.bot.first_name if chat.bot else chat.title,
             "type": chat.type, "last": next(reversed(chat.messages), 0)}
            for chat in self.world.chats_of(who)
        ]  # fmt: skip
        known = {chat["id"] for chat in found}
        bots = [bot for bot in self.world.bots.values() if bot.id not in known]
        found += [{"id": bot.id, "title": bot.first_name, "type": "private", "last": 0} for bot in bots]
        return {"chats": found}

    def commands(self, person: int, chat: int, bot: str = "") -> Any:
        """The command menu as this person's phone shows it: the nearest scope and language there is."""
        who, where, found = self.world.people[person], self._chat(person, chat), self._bot(bot)
        kinds = [f"chat_member:{where.id}:{person}", f"chat:{where.id}:"]
        if where.members.get(person) in ("administrator", "creator"):
            kinds.insert(1, f"chat_administrators:{where.id}:")
            kinds.append("all_chat_administrators::")
        kinds += ["all_group_chats::" if where.is_group else "all_private_chats::", "default::"]
        for kind in kinds:
            for language in (who.language_code or "", ""):
                listed = found.commands.get(f"{kind}:{language}")
                if listed:
                    return {"commands": listed}
        return {"commands": []}

    # Helpers

    def _bot(self, username: str) -> Bot:
        found = [bot for bot in self.world.bots.values() if username in ("", bot.username)]
        if not found:
            raise bad(f"there is no bot @{username}")
        return found[0]

    def _author(self, message: dict[str, Any] | None) -> Bot:
        author = message["from"]["id"] if message else None
        bots = list(self.world.bots.values())
        return next((bot for bot in bots if bot.id == author), bots[0])

    def _chat(self, person: int, chat: int) -> Chat:
        if chat in self.world.chats:
            if self.world.chats[chat].migrated_to is not None:
                raise bad("this group has become a supergroup")
            return self.world.chats[chat]
        bot = next((bot for bot in self.world.bots.values() if bot.id == chat), None)
        if bot is None:
            raise bad("chat not found")
        return self.world.private_chat(bot, self.world.people[person])

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
        if where.bot is not None and (where.bot.id not in who.started or where.bot.id in who.blocked):
            raise bad("press Start first")
        if reply_to and reply_to in where.messages:
            thread = ("message_thread_id", "is_topic_message")
            content |= {
                key: where.messages[reply_to][key] for key in thread if key in where.messages[reply_to]
            }
            content["reply_to_message"] = {
                k: v for k, v in shown(where.messages[reply_to]).items() if k != "reply_to_message"
            }
        sender = who.user()
        if anonymous:
            sender, content["sender_chat"] = _group_bot(), where.json()
        elif channel:
            sender, content["sender_chat"] = _channel_bot(), self.world.chats[channel].json()
        message = self.world.put_message(where, sender, **content)
        hearing.deliver(self.world, self.office, where, message)
        return {"message_id": message["message_id"]}

    def _own(self, person: int, where: Chat, message_id: int) -> dict[str, Any]:
        message = where.messages[message_id]
        if message["from"]["id"] != person:
            raise bad("that is somebody else's message")
        return message

    def _service(self, chat: Chat, who: Person, **content: Any) -> Any:
        message = self.world.put_message(chat, who.user(), **content)
        hearing.deliver(self.world, self.office, chat, message)
        return {"message_id": message["message_id"]}


def _words(kind: str, words: str) -> dict[str, Any]:
    """A text or caption, with the commands in it marked as clients mark them."""
    marks = entities.command_entities(words)
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


def _visible(message: dict[str, Any]) -> dict[str, Any]:
    """A message as a phone shows it."""
    markup = message.get("reply_markup", {})
    return {
        "message_id": message["message_id"],
        "from": message["from"]["first_name"],
        "mine": message["from"]["id"],
        "is_bot": message["from"]["is_bot"],
        "text": message.get("text") or message.get("caption") or "",
        "entities": message.get("entities") or message.get("caption_entities") or [],
        "buttons": [[button["text"] for button in row] for row in markup.get("inline_keyboard", [])],
        "keyboard": [[button["text"] for button in row] for row in markup.get("keyboard", [])],
        "shares_place": [
            b["text"] for row in markup.get("keyboard", []) for b in row if b.get("request_location")
        ],
        "removes_keyboard": bool(markup.get("remove_keyboard")),
        "quotes": ((message.get("reply_to_message") or {}).get("text") or "")[:40],
        "links": {
            b["text"]: b["url"] for row in markup.get("inline_keyboard", []) for b in row if "url" in b
        },
        "protected": message.get("has_protected_content", False),
        "photo": bool(message.get("photo")),
        "voice": "voice" in message,
        "document": message.get("document", {}).get("file_name"),
        "album": message.get("media_group_id"),
        "location": message.get("location"),
        "reactions": message.get("_reactions", []),
        "edits": message.get("_edits", 0),
        "silent": message.get("_silent", False),
        "reply_to": (message.get("reply_to_message") or {}).get("message_id"),
        "thread": message.get("message_thread_id") or 0,
        "service": any(key in message for key in hearing.SERVICE),
        "date": message["date"],
    }
