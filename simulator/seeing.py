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
