"""The control API: make people, groups and channels, change what surrounds them, and act as a person."""

from collections.abc import Callable
from typing import Any

from simulator import hearing
from simulator.acting import Acting
from simulator.api import Api
from simulator.errors import bad
from simulator.faults import Faults, Rule
from simulator.log import Log
from simulator.world import HERE, TELEGRAM

STANDINGS = ("member", "administrator", "restricted", "left", "kicked")


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
        author = {"id": TELEGRAM, "is_bot": False, "first_name": "Telegram"}
        posted = self.world.put_message(where, author, text=text, sender_chat=where.json())
        if where.linked_to is None:
            return {"message_id": posted["message_id"]}
        group = self.world.chats[where.linked_to]
        origin = {
            "type": "channel",
            "date": posted["date"],
            "chat": where.json(),
            "message_id": posted["message_id"],
        }
        forwarded = self.world.put_message(
            group,
            author,
            text=text,
            sender_chat=where.json(),
            is_automatic_forward=True,
            forward_origin=origin,
        )
        hearing.deliver(self.world, self.office, group, forwarded)
        return {"message_id": forwarded["message_id"]}

    def new_bot(self, token: str, username: str, reads_all: bool = False) -> Any:
        """Another bot, as @BotFather would make it."""
        return {"id": self.world.add_bot(token, username, reads_all=reads_all).id}

    def bots(self) -> Any:
        return {"bots": [bot.user() | {"token": bot.token} for bot in self.world.bots.values()]}

    def privacy(self, on: bool, bot: str = "") -> Any:
        """Privacy mode, as @BotFather sets it."""
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
        if status not in STANDINGS:
            raise bad(f"a standing is one of {', '.join(STANDINGS)}")
        group.rights[found.id] = rights or {}
        old = group.members.get(found.id, "left")
        group.members[found.id] = status
        actor = self.world.people[person]
        hearing.member_changed(self.world, self.office, group, found, actor, old, status)
        if old not in HERE and status in HERE:
            self._service(group, actor, new_chat_members=[found.user()])
        elif old in HERE and status not in HERE:
            self._service(group, actor, left_chat_member=found.user())
        return {}

    def start(self, person: int, payload: str = "", bot: str = "") -> Any:
        """Press Start, or open a link `t.me/BOT?start=payload`."""
        who, found = self.world.people[person], self._bot(bot)
        who.started.add(found.id)
        if found.id in who.blocked:
            who.blocked.discard(found.id)
            chat = self.world.private_chat(found, who)
            hearing.member_changed(self.world, self.office, chat, found, who, "kicked", "member")
        return self.say(person, found.id, f"/start {payload}".strip())

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
        message = hearing.open_topic(self.world, self.office, self.world.chats[chat], maker, made)
        return {"thread_id": message["message_id"]}

    def join(self, person: int, chat: int) -> Any:
        group, who = self.world.chats[chat], self.world.people[person]
        before = group.members.get(person, "left")
        group.members[person] = "member"
        hearing.person_changed(self.world, self.office, group, who, who, before, "member")
        return self._service(group, who, new_chat_members=[who.user()])

    def leave(self, person: int, chat: int) -> Any:
        group, who = self.world.chats[chat], self.world.people[person]
        before = group.members.get(person, "left")
        group.members[person] = "left"
        hearing.person_changed(self.world, self.office, group, who, who, before, "left")
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
