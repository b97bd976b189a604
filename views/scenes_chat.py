"""Scenes about chats and people: links, lists, languages, roles, refusals."""

from collections.abc import Callable

from markupsafe import Markup

from models import Area, Member, RoleKind, Unit
from models.actor import unknown_name
from services import (
    areas,
    case_lists,
    chats,
    habits,
    lists,
    outbox,
    roles,
)  # fmt: skip
from views import order_card, people, places
from views.message import Button, Message, column, lines
from views.refusals import sentence
from views.scene import Scene
from views.words import Words


def refusal(scene: Scene) -> Message:
    said = sentence(scene.args["name"], scene.args["with"], scene.words)
    return Message(said, reply_to=scene.args.get("reply_to"), silent=scene.row.chat_id < 0)


def unshown(scene: Scene) -> Message:
    """To the issuer: a chat does not show the order's card."""
    _ = scene.words.say
    chat = lists.chat_title(scene.session, scene.args["chat"])
    if chats.is_gone(scene.session, scene.args["chat"]):
        said = _(
            "{chat} can't show this duty: I am not in it any more. Add me there again, and it appears.",
            chat=chat,
        )
    else:
        said = _(
            "{chat} can't show this duty: I may not write there. In that chat, /diagnose says how to mend it.",
            chat=chat,
        )
    return Message(lines(order_card.title_line(scene.brief), said))


def unknown_command(scene: Scene) -> Message:
    return Message(
        scene.words.say("I didn't understand that: there is no such command. /help shows what I can do.")
    )


def link(scene: Scene) -> Message:
    _ = scene.words.say
    url = order_card.deep_link(scene.policy.bot_username, scene.args["payload"])
    said = _("This continues in private.")
    return Message(
        said, rows=column(Button(_("Open"), url=url)), silent=True, reply_to=scene.args.get("reply_to")
    )


def walk(scene: Scene) -> Message:
    if scene.args.get("bound"):
        return bound(scene)
    empty = areas.is_empty(scene.session)
    facts = areas.facts(scene.session, scene.args.get("area") or None)
    return places.area_walk(facts, scene.args.get("page", 0), scene.words, empty=empty)


def bound(scene: Scene) -> Message:
    _ = scene.words.say
    area, reviewers = lists.health(scene.session, scene.row.chat_id, scene.row.thread_id or 0)
    link = order_card.deep_link(scene.policy.bot_username, "start")
    nobody = _("No leader can be reached yet. Leaders, please press Start once: {link}", link=link)
    return Message(
        lines(
            _("This chat belongs to {area}. Duties for it will appear here.", area=area),
            None if reviewers else nobody,
        )
    )


def welcome(scene: Scene) -> Message:
    if scene.args.get("bound") or "area" in scene.args:
        return walk(scene)
    _ = scene.words.say
    area, _reviewers = lists.health(scene.session, scene.row.chat_id, scene.row.thread_id or 0)
    if area:
        return bound(scene)
    said = _(
        "Hello. I bring duties to this group and note who takes them. This chat is not linked to an area yet."
    )
    return Message(said, rows=column(Button(_("Link"), "area:open:0:0")))


def start(scene: Scene) -> Message | None:
    member = scene.session.get(Member, scene.recipient)
    return people.start(member.name, member.telegram_id or 0, scene.words) if member else None


def listed(scene: Scene) -> Message:
    if scene.row.kind == "list.orders":
        found = lists.orders_for(scene.session, scene.now, scene.recipient)
        return people.listed(found, scene.words, mine=False)
    cases = case_lists.asked_by(scene.session, scene.now, scene.recipient)
    places = lists.places_of(scene.session, scene.now, scene.recipient)
    return people.mine(places, cases, scene.now, scene.words)


def help(scene: Scene) -> Message:
    session, person = scene.session, scene.recipient
    issues = bool(roles.areas_led(session, person)) or roles.administers(session, person)
    return people.help_(lists.main_role(session, person), scene.words, issues=issues)


def language_choice(scene: Scene) -> Message:
    chosen = scene.args.get("chosen")
    if chosen:
        return Message(Words(chosen).say("Good. I speak English here from now on."))
    buttons = column(Button("中文", "language:set:zh"), Button("English", "language:set:en"))
    return Message(scene.words.say("Which language shall I speak here?"), rows=buttons)


def diagnose(scene: Scene) -> Message:
    area, reviewers = lists.health(scene.session, scene.args["chat"], scene.args["thread"])
    health = places.Health(
        area, reviewers, scene.args["hears_all"], scene.args["is_admin"], scene.args["can_post"]
    )
    return places.diagnosis(health, scene.policy.bot_username, scene.words)


def anonymous(scene: Scene) -> Message:
    if scene.args.get("bound") or "area" in scene.args:
        return walk(scene)
    _ = scene.words.say
    said = _("I can't see who wrote this. Press the button, and I know it is you.")
    button = Button(_("It's me"), f"anonymous:{scene.args['command']}:{scene.args.get('order') or 0}")
    return Message(said, rows=column(button), silent=True, reply_to=scene.args.get("reply_to"))


def habits_scene(scene: Scene) -> Message:
    area = scene.session.get(Area, scene.args["area"] or 0)
    theirs = habits.of_area(scene.session, area) if area else habits.of_member(scene.session, scene.recipient)
    return people.habits(theirs, area.name if area else None, scene.words)


def renamed(scene: Scene) -> Message | None:
    member = scene.session.get(Member, scene.recipient)
    if member is None:
        return None
    return Message(scene.words.say("Good. The cards show {name} from now on.", name=member.name))


def role_given(scene: Scene) -> Message | None:
    """To whoever has or had a role, in their own words."""
    _ = scene.words.say
    kind = people.role_words(RoleKind(scene.args["role"]), scene.words)
    area = scene.session.get(Area, scene.args["area"] or 0)
    unit = scene.session.get(Unit, scene.args.get("unit") or 0)
    place = area.name if area is not None else (unit.name if unit else "")
    if scene.args.get("revoked") and place:
        return Message(
            _("You are no longer {role} of {area}. Thank you for what you did.", role=kind, area=place)
        )
    if scene.args.get("revoked"):
        return Message(_("You are no longer {role}. Thank you for what you did.", role=kind))
    if not place:
        return Message(_("You are {role} from now on. /help shows what you can do.", role=kind))
    return Message(
        _("You are {role} of {area} from now on. /help shows what you can do.", role=kind, area=place)
    )


def forget_ask(scene: Scene) -> Message:
    _ = scene.words.say
    ends = bool(scene.row.recipient_id and roles.appointed(scene.session, scene.row.recipient_id))
    return Message(
        lines(
            _(
                "Shall I erase everything I keep about you? Places you have not reported on are given back, open requests are withdrawn. The sum of points paid stays, without your name."
            ),
            _("What you were appointed to ends as well.") if ends else None,
        ),
        rows=column(Button(_("Yes, erase it"), "me:erase:0")),
    )


AREA_NEWS: dict[str, Callable[..., Markup]] = {
    "chat.taken": lambda _, area, chat: _(
        "{chat} belongs to {area} now. Duties of yours are no longer sent there; /bind in it makes it yours again.",
        chat=chat, area=area,
    ),
    "chat.gone": lambda _, area, chat: _(
        "I was removed from {chat}, so duties of {area} no longer reach it. Add me to it again, and it shows what is open.",
        chat=chat, area=area,
    ),
    "area.leaderless": lambda _, area, **_more: _(
        "{area} has nobody who leads it any more. Its duties and cases go to those above; /grant leader appoints somebody.",
        area=area,
    ),
}  # fmt: skip


def area_news(scene: Scene) -> Message | None:
    """To who looks after an area: of one of its groups, or that nobody leads it; nothing of a group that is back."""
    area, chat = scene.session.get(Area, scene.args["area"]), scene.args.get("chat", 0)
    if area is None or (scene.row.kind == "chat.gone" and not chats.is_gone(scene.session, chat)):
        return None
    said = AREA_NEWS[scene.row.kind]
    return Message(said(scene.words.say, area=area.name, chat=lists.chat_title(scene.session, chat)))


def granted(scene: Scene) -> Message | None:
    _ = scene.words.say
    member = scene.session.get(Member, scene.args["member"])
    if member is None:
        return None
    kind = people.role_words(RoleKind(scene.args["role"]), scene.words)
    area = scene.session.get(Area, scene.args["area"] or 0)
    said = _("{name} is {role}.", name=member.name, role=kind)
    unit = scene.session.get(Unit, scene.args.get("unit") or 0)
    if area is not None or unit is not None:
        place = area.name if area is not None else (unit.name if unit else "")
        said = _("{name} is {role} of {area}.", name=member.name, role=kind, area=place)
    if scene.args.get("revoked"):
        said = _("{name} is no longer {role}.", name=member.name, role=kind)
    elif member.reach != "ok":
        link = order_card.deep_link(scene.policy.bot_username, "start")
        waits = _(
            "I can't write to them yet; until they press Start, reports go to the area above: {link}",
            link=link,
        )
        return Message(lines(said, waits, _unmet(member, scene.words)))
    return Message(said)


def _unmet(member: Member, words: Words) -> str:
    """A number nobody has ever written from may be a slip of the finger, and is then a stranger's."""
    number = member.telegram_id
    if number is None or member.name != unknown_name(number):
        return ""
    return words.say(
        "I have never met number {number}. If it is not theirs, take it back with /revoke.", number=number
    )


def received_line(scene: Scene) -> Message:
    """Where reactions are off, to a report by somebody who may not be written to."""
    return Message(scene.words.say("Received, thank you."), silent=True, reply_to=scene.args.get("reply_to"))


def claims_line(scene: Scene) -> Message | None:
    """Where reactions are off: who claimed in the last ten seconds, in one line."""
    claimed = outbox.claimants(scene.session, scene.args["claims"])
    said = [scene.words.say("{name} has #{order}", name=name, order=order) for name, order in claimed]
    return Message(Markup(" · ").join(said), silent=True) if said else None
