"""The control API: make people, groups and channels, change what surrounds them, and act as a person."""

import re
from collections.abc import Callable
from typing import Any

from simulator import hearing
from simulator.acting import Acting, written
from simulator.api import Api
from simulator.errors import bad
from simulator.faults import Faults, Rule
from simulator.log import Log
from simulator.world import CHANNEL_BOT, HERE, Chat, Person

STANDINGS = ("member", "administrator", "creator", "restricted", "left", "kicked")


class Control(Acting):
    """Every public method is a verb of the HTTP control API. Arguments are JSON."""

    def __init__(self, api: Api, faults: Faults, log: Log) -> None:
        super().__init__(api)
        self.faults, self._log = faults, log
        self.on_outage: Callable[[float], None] | None = None

    def person(self, first_name: str, language_code: str | None = None, username: str | None = None) -> Any:
        return {"id": self.world.add_person(first_name, language_code, username).id}

    def group(
        self, title: str, members: list[int], kind: str = "supergroup", admins: list[int] | None = None
    ) -> Any:
        """A `group`, `supergroup` or `forum` of these people."""
        if kind not in ("group", "supergroup", "forum"):
            raise bad("a group is of kind group, supergroup or forum")
        chat = self.world.add_group(title, kind)
        chat.members = dict.fromkeys(members, "member") | dict.fromkeys(admins or [], "administrator")
        return {"id": chat.id}

    def channel(self, title: str, owner: int, group: int = 0) -> Any:
        """A channel; its posts are forwarded to the `group` that it is linked to."""
        chat = self.world.add_group(title, "channel")
        chat.members = {owner: "creator"}
        chat.linked_to = group or None
        return {"id": chat.id}

    def post(self, channel: int, text: str) -> Any:
        """Post in a channel. In its linked group the post comes from 777000 with the channel as its sender."""
        where = self.world.chats[channel]
        author = {"id": CHANNEL_BOT, "is_bot": True, "first_name": where.title}
        posted = self.world.put_message(where, author, sender_chat=where.json(), **written("text", text))
        return {"message_id": hearing.publish(self.world, self.office, where, posted)["message_id"]}

    def new_bot(self, token: str, username: str, reads_all: bool = False) -> Any:
        """Another bot, as @BotFather would make it."""
        return {"id": self.world.add_bot(token, username, reads_all=reads_all).id}

    def bots(self) -> Any:
        return {"bots": [bot.user() | {"token": bot.token} for bot in self.world.bots.values()]}

    def privacy(self, on: bool, bot: str = "") -> Any:
        """Privacy mode, as @BotFather sets it; groups where the bot already is keep what was when it joined."""
        self._bot(bot).reads_all = not on
        return {}

    def add_bot(
        self,
        chat: int,
        person: int,
        bot: str = "",
        status: str = "member",
        rights: dict[str, bool] | None = None,
    ) -> Any:
        """A person adds the bot to a group, or changes its standing there; `rights` are what a restriction leaves."""
        group, found = self.world.chats[chat], self._bot(bot)
        old = self._set_standing(group, found.id, status, rights)
        actor = self.world.people[person]
        if old not in HERE and status in HERE:
            (group.read_by.add if found.reads_all else group.read_by.discard)(found.id)
        hearing.member_changed(self.world, self.office, group, found, actor, old, status)
        self._say_moved(group, actor, found.user(), old, status)
        return {}

    def standing(
        self, person: int, chat: int, status: str, by: int, rights: dict[str, bool] | None = None
    ) -> Any:
        """`by` promotes, restricts, kicks or takes back a person; `rights` are what a restriction leaves."""
        group, who, actor = self.world.chats[chat], self.world.people[person], self.world.people[by]
        leads = group.members.get(by) in ("administrator", "creator")
        leading = [user for user, status in group.members.items() if status in ("administrator", "creator")]
        if (
            person != by and leading and not leads
        ):  # a group that was made without administrators has none to ask
            raise bad("only administrators may do that")
        old = self._set_standing(group, who.id, status, rights)
        hearing.person_changed(self.world, self.office, group, who, actor, old, status)
        self._say_moved(group, actor, who.user(), old, status)
        return {}

    def _set_standing(
        self, group: Chat, user_id: int, status: str, rights: dict[str, bool] | None = None
    ) -> str:
        """The standing before."""
        if status not in STANDINGS:
            raise bad(f"a standing is one of {', '.join(STANDINGS)}")
        old = group.members.get(user_id, "left")
        group.members[user_id], group.rights[user_id] = status, rights or {}
        return old

    def _say_moved(self, group: Chat, actor: Person, user: dict[str, Any], old: str, new: str) -> Any:
        """The service message of somebody who came or went; channels have none."""
        if not group.is_group:
            return {}
        if old not in HERE and new in HERE:
            return self._service(group, actor, new_chat_members=[user])
        if old in HERE and new not in HERE:
            return self._service(group, actor, left_chat_member=user)
        return {}

    def start(self, person: int, payload: str = "", bot: str = "") -> Any:
        """Press Start, or open a link `t.me/BOT?start=payload`."""
        who, found = self.world.people[person], self._bot(bot)
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise bad("a payload is 1-64 of A-Z a-z 0-9 _ -")
        who.started.add(found.id)
        if found.id in who.blocked:
            who.blocked.discard(found.id)
            chat = self.world.private_chat(found, who)
            hearing.member_changed(self.world, self.office, chat, found, who, "kicked", "member")
        return self.say(person, found.id, f"/start {payload}".strip())

    def known(self, person: int, bot: str = "") -> Any:
        """The person pressed Start long ago; no bot hears of it."""
        self.world.people[person].started.add(self._bot(bot).id)
        return {}

    def block(self, person: int, bot: str = "") -> Any:
        who, found = self.world.people[person], self._bot(bot)
        who.blocked.add(found.id)
        chat = self.world.private_chat(found, who)
        hearing.member_changed(self.world, self.office, chat, found, who, "member", "kicked")
        return {}

    def topic(self, chat: int, name: str, person: int = 0, by_bot: bool = False, bot: str = "") -> Any:
        """A topic in a forum, made by a person or by the bot; its id is that of its first message."""
        maker = self._bot(bot).user() if by_bot else self.world.people[person].user()
        made = {"name": name, "icon_color": 7322096}
        if not self.world.chats[chat].is_forum:
            raise bad("the chat is not a forum")
        if not name.strip():
            raise bad("topic name is empty")
        message = hearing.open_topic(self.world, self.office, self.world.chats[chat], maker, made)
        return {"thread_id": message["message_id"]}

    def join(self, person: int, chat: int) -> Any:
        if self.world.chats[chat].members.get(person) == "kicked":
            raise bad("kicked from this chat")
        return self.standing(person, chat, "member", by=person)

    def leave(self, person: int, chat: int) -> Any:
        return self.standing(person, chat, "left", by=person)

    def deactivate(self, person: int) -> Any:
        """The person deletes their account: nobody can write to them any more, and they are in no group."""
        who = self.world.people[person]
        who.deactivated = True
        for group in self.world.chats_of(who):
            if group.person is None:
                self.standing(person, group.id, "left", by=person)
        return {}

    def delete_chat(self, chat: int) -> Any:
        """Its owner deletes a group or channel; no bot hears of it."""
        self.world.chats[chat].deleted = True
        return {}

    def migrate(self, person: int, chat: int) -> Any:
        """A basic group becomes a supergroup: a new id, and old message ids are not carried over."""
        old, who = self.world.chats[chat], self.world.people[person]
        if old.type != "group" or old.migrated_to is not None:
            raise bad("only a basic group becomes a supergroup")
        new = self.world.add_group(old.title)
        new.members, new.last_bot, new.read_by = dict(old.members), old.last_bot, set(old.read_by)
        self._service(old, who, migrate_to_chat_id=new.id)
        old.migrated_to = new.id
        self._service(new, who, migrate_from_chat_id=old.id)
        return {"id": new.id}

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
        self.faults.duplicate = self.faults.reorder = 0.0
        return {}

    def disorder(self, duplicate: float = 0.0, reorder: float = 0.0) -> Any:
        """How many updates come twice, or overtake their neighbour of another queue; chances from 0 to 1."""
        self.faults.duplicate, self.faults.reorder = duplicate, reorder
        return {}

    def outage(self, seconds: float) -> Any:
        """Nobody listens on the port for so many real seconds: connections are refused."""
        seconds = float(seconds)
        if self.on_outage is None:
            raise bad("there is no server to stop listening")
        self.on_outage(seconds)
        return {}

    def log(
        self, method: str = "", chat_id: int = 0, code: int = -1, fault: str = "", since: float = 0.0
    ) -> Any:
        """The calls of the Bot API that fit, and what became of each."""
        return {"calls": self._log.find(method, chat_id, code, fault, since)}

    def limits(self, **settings: Any) -> Any:
        for name, value in settings.items():
            now = getattr(self.api.limits, name, None)
            same = isinstance(now, bool) == isinstance(value, bool) and isinstance(value, int | float)
            if now is None or not same:
                raise bad(f"there is no limit {name} of that type")
            setattr(self.api.limits, name, value)
        return {}

    def pending(self, bot: str = "") -> Any:
        box = self.office.box(self._bot(bot))
        return {
            "count": len(box.pending),
            "violations": sum(flood.violations for flood in self.api.floods.values()),
        }


def verbs(control: Control) -> dict[str, Callable[..., Any]]:
    """The control API's verbs by name."""
    return {name: getattr(control, name) for name in VERBS}


VERBS = sorted(name for name in dir(Control) if not name.startswith("_") and callable(getattr(Control, name)))
