"""What a person sees: their chats, the messages in them, and the command menu."""

import itertools
from typing import Any

from simulator import hearing
from simulator.api import Api
from simulator.errors import bad
from simulator.world import HERE, Bot, Chat


class Seeing:
    """What people see. Ids are Telegram's; in private `chat` is the bot's id. Results are JSON."""

    def __init__(self, api: Api) -> None:
        self.api, self.world, self.office = api, api.world, api.office

    def view(self, person: int, chat: int, after: int = 0, last: int = 0) -> Any:
        """What the person sees in a chat, oldest first: every message there is now, those after a number, or the
        `last` so many."""
        where = self._chat(person, chat)
        if where.members and where.members.get(person) not in HERE:
            raise bad("not a member of this chat")
        newest = list(itertools.islice(reversed(where.messages.values()), last or None))
        messages = [_visible(message) for message in reversed(newest) if message["message_id"] > after]
        return {"messages": messages, "pinned": list(where.pinned), "topics": _topics(where)}

    def chats(self, person: int) -> Any:
        """The chats on a person's phone, and the bots they could write to."""
        who = self.world.people[person]
        found = [
            {"id": chat.bot.id if chat.bot else chat.id, "title": chat.bot.first_name if chat.bot else chat.title,
             "type": chat.type, "last": next(reversed(chat.messages), 0),
             "edits": chat.edits}
            for chat in self.world.chats_of(who)
        ]  # fmt: skip
        known = {chat["id"] for chat in found}
        bots = [bot for bot in self.world.bots.values() if bot.id not in known]
        found += [
            {"id": bot.id, "title": bot.first_name, "type": "private", "last": 0, "edits": 0} for bot in bots
        ]
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
            if self.world.chats[chat].deleted:
                raise bad("this chat was deleted")
            if self.world.chats[chat].migrated_to is not None:
                raise bad("this group has become a supergroup")
            return self.world.chats[chat]
        bot = next((bot for bot in self.world.bots.values() if bot.id == chat), None)
        if bot is None:
            raise bad("chat not found")
        return self.world.private_chat(bot, self.world.people[person])


def _topics(chat: Chat) -> list[dict[str, Any]]:
    """A forum's topics, each by the number of its first message."""
    if not chat.is_forum:
        return []
    made = ((number, message.get("forum_topic_created")) for number, message in chat.messages.items())
    return [{"thread": number, "name": topic["name"]} for number, topic in made if topic]


def _event(message: dict[str, Any]) -> dict[str, str]:
    """What a service message tells: which kind, and of whom or what."""
    kind = next((key for key in hearing.SERVICE if key in message), "")
    about = message.get(kind)
    if isinstance(about, list):
        return {"kind": kind, "about": ", ".join(user["first_name"] for user in about)}
    if isinstance(about, dict):
        named = about.get("first_name") or about.get("name") or about.get("text") or about.get("caption")
        return {"kind": kind, "about": (named or "")[:40]}
    return {"kind": kind, "about": ""}


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
        "shares_phone": [
            b["text"] for row in markup.get("keyboard", []) for b in row if b.get("request_contact")
        ],
        "removes_keyboard": bool(markup.get("remove_keyboard")),
        "quotes": ((message.get("reply_to_message") or {}).get("text") or "")[:40],
        "links": {
            b["text"]: b["url"] for row in markup.get("inline_keyboard", []) for b in row if "url" in b
        },
        "protected": message.get("has_protected_content", False),
        "photo": message["photo"][-1]["file_id"] if message.get("photo") else "",
        "voice": "voice" in message,
        "document": message.get("document", {}).get("file_name"),
        "album": message.get("media_group_id"),
        "location": message.get("location"),
        "venue": message.get("venue", {}).get("title", ""),
        "contact": "contact" in message,
        "reactions": message.get("_reactions", []),
        "edits": message.get("_edits", 0),
        "silent": message.get("_silent", False),
        "reply_to": (message.get("reply_to_message") or {}).get("message_id"),
        "thread": message.get("message_thread_id") or 0,
        "service": _event(message)["kind"],
        "about": _event(message)["about"],
        "date": message["date"],
    }
