"""People, bots, chats and messages: what the simulator's Telegram consists of."""

import asyncio
import itertools
import re
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator.clock import Clock
from simulator.errors import ApiError, bad, forbidden

# telegram.md section 4: `from.id` of an anonymous admin, of a channel as sender, of a linked channel's post
GROUP_ANONYMOUS_BOT, CHANNEL_BOT, TELEGRAM = 1087968824, 136817688, 777000
HERE = ("member", "administrator", "creator", "restricted")  # standings of who is in a chat
KEPT_MESSAGES = 50_000  # in all chats together; the oldest are forgotten
KIND_OF_FILE = {"photo": "AgAC", "document": "BQAC", "voice": "AwAC"}  # how a file's id begins
FIRST_PERSON = 7_000_000_001  # beyond 32 bits, as new accounts are
MESSAGE_RETENTION, PRESS_RETENTION = 24 * 3600, 150  # seconds (telegram.md section 3)


@dataclass
class Person:
    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    started: set[int] = field(default_factory=set)  # bots they pressed Start for
    blocked: set[int] = field(default_factory=set)
    deactivated: bool = False  # the account was deleted

    def user(self) -> dict[str, Any]:
        known = {"language_code": self.language_code, "username": self.username}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | {
            k: v for k, v in known.items() if v
        }


@dataclass
class Bot:
    id: int
    token: str
    username: str
    first_name: str = "Bot"
    reads_all: bool = False  # privacy mode is on by default; a chat keeps what was set when the bot joined
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)  # by chat, 0 for all
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass
class Chat:
    """A private chat is one person's with one bot; its `id` is the person's."""

    id: int
    type: str
    title: str = ""
    person: Person | None = None
    bot: Bot | None = None
    members: dict[int, str] = field(default_factory=dict)  # user id -> status
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    last_bot: int | None = None  # the last bot that posted
    migrated_to: int | None = None
    deleted: bool = False
    read_by: set[int] = field(default_factory=set)  # bots that joined without privacy mode
    reactions_off: bool = False
    is_forum: bool = False
    linked_to: int | None = None  # a channel's group, where its posts are forwarded
    rights: dict[int, dict[str, bool]] = field(default_factory=dict)  # what a restricted member may do
    pinned: list[int] = field(default_factory=list)
    edits: int = 0  # of its messages, so far

    def json(self) -> dict[str, Any]:
        if self.person is not None:
            name = {"username": self.person.username} if self.person.username else {}
            return {"id": self.id, "type": "private", "first_name": self.person.first_name} | name
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, "title": self.title} | forum

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")

    def administers(self, user_id: int, right: str) -> bool:
        """Whether an administrator has a right; one has those that were not taken away."""
        status = self.members.get(user_id)
        return status == "creator" or (
            status == "administrator" and self.rights.get(user_id, {}).get(right, True)
        )

    def may(self, user_id: int, right: str) -> bool:
        """Whether a member may do something a restriction could forbid."""
        if self.members.get(user_id) != "restricted":
            return True
        return self.rights.get(user_id, {}).get(right, False)


@dataclass
class Query:
    """A press on a button, until the bot answers it."""

    id: str
    person: Person
    at: float
    bot: Bot
    answer: "asyncio.Future[dict[str, Any]]"


def unique_of(file_id: str) -> str:
    """The file_unique_id that belongs to a file_id of `World.add_file`."""
    return file_id[4:22]


def shown(message: dict[str, Any]) -> dict[str, Any]:
    """The message as the API returns it: inline keyboards only, nothing of ours."""
    out = {key: value for key, value in message.items() if not key.startswith("_")}
    if "inline_keyboard" not in out.get("reply_markup", {}):
        out.pop("reply_markup", None)
    if out["chat"]["type"] == "channel":  # a channel speaks, nobody in it
        out.pop("from", None)
        out["sender_chat"] = out["chat"]
    return out


def thread_of_reply(chat: Chat, target: dict[str, Any]) -> dict[str, Any]:
    """An answer stands in its message's topic. Supergroups without topics number their chains of replies too, and
    that is no topic to send to (telegram.md section 4)."""
    if chat.is_forum or chat.type != "supergroup":
        return {key: target[key] for key in ("message_thread_id", "is_topic_message") if key in target}
    return {"message_thread_id": target.get("message_thread_id", target["message_id"])}


def _check_standing(chat: Chat, status: str | None) -> None:
    """Whether a bot of this standing may write to the chat."""
    if status is None:
        raise bad("chat not found")
    if chat.deleted and chat.type == "group":
        raise forbidden("the group chat was deleted")
    if chat.deleted or status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if chat.type == "channel" and status not in ("administrator", "creator"):
        raise bad("need administrator rights in the channel chat")


def quoted(message: dict[str, Any]) -> dict[str, Any]:
    """A message inside another, which holds no third."""
    return {key: value for key, value in shown(message).items() if key != "reply_to_message"}


class World:
    """Everything there is, for as long as the simulator runs."""

    def __init__(self, clock: Clock, random: Random | None = None) -> None:
        self.clock, self.random = clock, random or Random(0)
        self.kept = KEPT_MESSAGES
        self._written: deque[tuple[Chat, int]] = deque()
        self.people: dict[int, Person] = {}
        self.bots: dict[str, Bot] = {}  # by token
        self.chats: dict[int, Chat] = {}  # groups
        self.private: dict[tuple[int, int], Chat] = {}  # (bot id, person id)
        self.files: dict[str, bytes] = {}
        self.about_files: dict[str, dict[str, Any]] = {}  # names, kinds and lengths
        self.queries: dict[str, Query] = {}
        self._people = itertools.count(FIRST_PERSON)
        self._groups = itertools.count(4_000_001)
        self._albums = itertools.count(13_000_000_000)

    def now(self) -> int:
        return int(self.clock.now())

    # Making

    def add_person(
        self, first_name: str, language_code: str | None = None, username: str | None = None
    ) -> Person:
        person = Person(next(self._people), first_name, language_code, username)
        self.people[person.id] = person
        return person

    def add_bot(self, token: str, username: str, *, reads_all: bool = False) -> Bot:
        bot = Bot(int(token.split(":")[0]), token, username, username, reads_all)
        self.bots[token] = bot
        return bot

    def add_group(self, title: str, kind: str = "supergroup") -> Chat:
        """A `group`, `supergroup`, or `forum`: a supergroup with topics."""
        number = next(self._groups)
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title)  # or a channel
        if kind == "forum":
            chat.type, chat.is_forum = "supergroup", True
        self.chats[chat.id] = chat
        return chat

    def album_id(self) -> str:
        return str(next(self._albums))

    def add_file(self, content: bytes, kind: str = "photo") -> tuple[str, str]:
        """file_id and file_unique_id of a new photo, document or voice note; an id tells its kind."""
        unique = f"{self.random.getrandbits(72):018x}"
        file_id = f"{KIND_OF_FILE[kind]}{unique}{self.random.getrandbits(96):024x}"
        self.files[file_id] = content
        return file_id, unique

    # Finding

    def bot(self, token: str) -> Bot:
        found = self.bots.get(token)
        if found is None:
            raise ApiError(401, "Unauthorized")
        return found

    def private_chat(self, bot: Bot, person: Person) -> Chat:
        key = (bot.id, person.id)
        if key not in self.private:
            self.private[key] = Chat(person.id, "private", person=person, bot=bot)
        return self.private[key]

    def chat_for(self, bot: Bot, chat_id: int | str, *, to_read: bool = False) -> Chat:
        """The chat as this bot may write to it; refused as Telegram refuses (telegram.md section 2.3)."""
        if chat_id in ("", None):
            raise bad("chat_id is empty")
        number = int(chat_id) if re.fullmatch(r"-?[0-9]{1,18}", str(chat_id)) else 0
        if number in self.people:
            person = self.people[number]
            if to_read and bot.id in person.started:
                return self.private_chat(bot, person)
            return self._writable_private(bot, person)
        chat = self.chats.get(number)
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        _check_standing(chat, chat.members.get(bot.id))
        return chat

    def known_to(self, bot: Bot, user_id: int) -> dict[str, Any] | None:
        """A person whom the bot has met, in private or in a chat; only they can be mentioned by id."""
        person = self.people.get(user_id)
        if person is None:
            return None
        shared = (chat for chat in self.chats.values() if bot.id in chat.members and user_id in chat.members)
        return person.user() if bot.id in person.started or next(shared, None) else None

    def _writable_private(self, bot: Bot, person: Person) -> Chat:
        if person.deactivated:
            raise forbidden("user is deactivated")
        if bot.id in person.blocked:
            raise forbidden("bot was blocked by the user")
        if bot.id not in person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return self.private_chat(bot, person)

    def chats_of(self, person: Person) -> list[Chat]:
        mine = [chat for (_, owner), chat in self.private.items() if owner == person.id]
        groups = [chat for chat in self.chats.values() if chat.members.get(person.id) in HERE]
        return mine + [chat for chat in groups if chat.migrated_to is None and not chat.deleted]

    # Writing down

    def put_message(self, chat: Chat, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """A new message in a chat; `content` is its fields beyond the common ones."""
        message = {
            "message_id": next(chat.numbers),
            "date": self.now(),
            "chat": chat.json(),
            "from": sender,
            **content,
        }
        chat.messages[message["message_id"]] = message
        self._written.append((chat, message["message_id"]))
        while len(self._written) > self.kept:
            old, number = self._written.popleft()
            old.messages.pop(number, None)
        if sender["is_bot"] and sender["id"] not in (GROUP_ANONYMOUS_BOT, CHANNEL_BOT):
            chat.last_bot = sender["id"]
        return message
