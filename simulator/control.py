"""The control API: make people and groups, act as a person, and read what that person can see."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from simulator import entities, hearing
from simulator.api import Api
from simulator.errors import bad
from simulator.faults import Faults, Rule
from simulator.sending import shown
from simulator.world import GROUP_ANONYMOUS_BOT, Bot, Chat, Person, Query

TINY_PHOTO = b"\xff\xd8\xff\xe0simulated photo "


class Control:
    """Acting in the world, as the HTTP control API and tests do. Arguments are JSON."""

    def __init__(self, api: Api, faults: Faults) -> None:
        self.api, self.world, self.office, self.faults = api, api.world, api.office, faults

    def person(self, first_name: str, language_code: str | None = None, username: str | None = None) -> Any:
        return {"id": self.world.add_person(first_name, language_code, username).id}

    def group(
        self, title: str, members: list[int], kind: str = "supergroup", admins: list[int] | None = None
    ) -> Any:
        chat = self.world.add_group(title, kind)
        chat.members = dict.fromkeys(members, "member") | dict.fromkeys(admins or [], "administrator")
        return {"id": chat.id}

    def add_bot(self, chat: int, person: int, bot: str = "", status: str = "member") -> Any:
        """A person adds the bot to a group, or changes its standing there."""
        group, found = self.world.chats[chat], self._bot(bot)
        old = group.members.get(found.id, "left")
        group.members[found.id] = status
        actor = self.world.people[person]
        hearing.member_changed(self.world, self.office, group, found, actor, old, status)
        return {}

    def start(self, person: int, payload: str = "", bot: str = "") -> Any:
        """Press Start, or open a link `t.me/BOT?start=payload`."""
        who, found = self.world.people[person], self._bot(bot)
        who.started.add(found.id)
        who.blocked.discard(found.id)
        return self.say(person, found.id, f"/start {payload}".strip())

    def block(self, person: int, bot: str = "") -> Any:
        who, found = self.world.people[person], self._bot(bot)
        who.blocked.add(found.id)
        chat = self.world.private_chat(found, who)
        hearing.member_changed(self.world, self.office, chat, found, who, "member", "kicked")
        return {}

    def say(
        self, person: int, chat: int, text: str, reply_to: int = 0, anonymous: bool = False, thread: int = 0
    ) -> Any:
        """Type a message; in private `chat` is the bot's id, in a forum `thread` is the topic."""
        plain = {"text": text, "entities": entities.command_entities(text)}
        content = {k: v for k, v in plain.items() if v} | self._in_topic(chat, thread)
        return self._post(person, chat, content, reply_to, anonymous)

    def topic(self, chat: int, name: str, person: int = 0, by_bot: bool = False, bot: str = "") -> Any:
        """A topic in a forum, made by a person or by the bot; its id is that of its first message."""
        group = self.world.chats[chat]
        maker = self._bot(bot).user() if by_bot else self.world.people[person].user()
        made = {"name": name, "icon_color": 7322096}
        message = self.world.put_message(group, maker, forum_topic_created=made, is_topic_message=True)
        message["message_thread_id"] = message["message_id"]
        hearing.deliver(self.world, self.office, group, message)
        return {"thread_id": message["message_id"]}

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
            if caption and index == 0:
                marks = entities.command_entities(caption)
                content |= {"caption": caption} | ({"caption_entities": marks} if marks else {})
            sent.append(self._post(person, chat, content, reply_to)["message_id"])
        return {"message_id": sent[0], "message_ids": sent}

    def location(self, person: int, chat: int, latitude: float, longitude: float, reply_to: int = 0) -> Any:
        return self._post(
            person, chat, {"location": {"latitude": latitude, "longitude": longitude}}, reply_to
        )

    async def press(
        self, person: int, chat: int, message_id: int, label: str = "", data: str = "", wait: float = 10
    ) -> Any:
        """Press a button by its visible label, or with forged data; the toast, once the bot answers."""
        who, where = self.world.people[person], self._chat(person, chat)
        message = where.messages.get(message_id)
        button = _find_button(message, label) if label else {"callback_data": data}
        if "url" in button:
            return {"url": button["url"], "text": "", "answered": True}
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        query = Query(uuid.uuid4().hex, who, self.world.clock.now(), answer)
        self.world.queries[query.id] = query
        bot = where.bot or self._author(message)
        target = shown(message) if message else {"chat": where.json(), "message_id": message_id, "date": 0}
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

    def join(self, person: int, chat: int) -> Any:
        group, who = self.world.chats[chat], self.world.people[person]
        group.members[person] = "member"
        return self._service(group, who, new_chat_members=[who.user()])

    def leave(self, person: int, chat: int) -> Any:
        group, who = self.world.chats[chat], self.world.people[person]
        group.members[person] = "left"
        return self._service(group, who, left_chat_member=who.user())

    def migrate(self, person: int, chat: int) -> Any:
        """A basic group becomes a supergroup: a new id, and old message ids are not carried over."""
        old, who = self.world.chats[chat], self.world.people[person]
        new = self.world.add_group(old.title)
        new.members, new.last_bot = dict(old.members), old.last_bot
        self._service(old, who, migrate_to_chat_id=new.id)
        old.migrated_to = new.id
        self._service(new, who, migrate_from_chat_id=old.id)
        return {"id": new.id}

    def view(self, person: int, chat: int) -> Any:
        """What the person sees in a chat: every message there is now, oldest first."""
        where = self._chat(person, chat)
        if where.is_group and where.members.get(person) not in ("member", "administrator", "creator"):
            raise bad("not a member of this chat")
        return {"messages": [_visible(message) for message in where.messages.values()]}

    def chat_settings(self, chat: int, reactions_off: bool = False) -> Any:
        self.world.chats[chat].reactions_off = reactions_off
        return {}

    def step(self, seconds: float) -> Any:
        """Let time pass; polls whose timeout has passed with it return."""
        offset = self.world.clock.step(seconds)
        for box in self.office.boxes.values():
            box.arrived.set()
        return {"offset": offset, "now": self.world.clock.now()}

    def now(self) -> Any:
        return {"now": self.world.clock.now()}

    def fault(self, **rule: Any) -> Any:
        self.faults.rules.append(Rule(**rule))
        return {}

    def clear_faults(self) -> Any:
        self.faults.rules.clear()
        return {}

    def limits(self, **settings: Any) -> Any:
        for name, value in settings.items():
            setattr(self.api.limits, name, value)
        return {}

    def pending(self, bot: str = "") -> Any:
        box = self.office.box(self._bot(bot))
        return {
            "count": len(box.pending),
            "violations": sum(flood.violations for flood in self.api.floods.values()),
        }

    # Helpers

    def _bot(self, username: str) -> Bot:
        bots = list(self.world.bots.values())
        return next((bot for bot in bots if bot.username == username), bots[0])

    def _author(self, message: dict[str, Any] | None) -> Bot:
        author = message["from"]["id"] if message else None
        bots = list(self.world.bots.values())
        return next((bot for bot in bots if bot.id == author), bots[0])

    def _chat(self, person: int, chat: int) -> Chat:
        if chat in self.world.chats:
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
        self, person: int, chat: int, content: dict[str, Any], reply_to: int = 0, anonymous: bool = False
    ) -> Any:
        who, where = self.world.people[person], self._chat(person, chat)
        if reply_to and reply_to in where.messages:
            content["reply_to_message"] = {
                k: v for k, v in shown(where.messages[reply_to]).items() if k != "reply_to_message"
            }
        sender = who.user()
        if anonymous:
            sender = {
                "id": GROUP_ANONYMOUS_BOT,
                "is_bot": True,
                "first_name": "Group",
                "username": "GroupAnonymousBot",
            }
            content["sender_chat"] = where.json()
        message = self.world.put_message(where, sender, **content)
        hearing.deliver(self.world, self.office, where, message)
        return {"message_id": message["message_id"]}

    def _service(self, chat: Chat, who: Person, **content: Any) -> Any:
        message = self.world.put_message(chat, who.user(), **content)
        hearing.deliver(self.world, self.office, chat, message)
        return {"message_id": message["message_id"]}


def _find_button(message: dict[str, Any] | None, label: str) -> dict[str, Any]:
    markup = (message or {}).get("reply_markup", {})
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
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
        "buttons": [[button["text"] for button in row] for row in markup.get("inline_keyboard", [])],
        "keyboard": [[button["text"] for button in row] for row in markup.get("keyboard", [])],
        "photo": bool(message.get("photo")),
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


def verbs(control: Control) -> dict[str, Callable[..., Any]]:
    """The control API's verbs by name."""
    return {
        name: getattr(control, name)
        for name in dir(control)
        if not name.startswith("_") and callable(getattr(control, name))
    }
