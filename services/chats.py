"""Group chats: bound to areas, joined, left, upgraded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from models import (
    Area,
    Binding,
    Chat,
    ChatMember,
    ChatState,
    Delivery,
    DeliveryState,
    Member,
    Order,
)  # fmt: skip
from models.actor import Actor
from models.lifecycle import ON, WAITING
from services import areas, audit, deliveries, dues, pressed, refusals, roles
from services.wording import first_word, order_number

CHAT_GONE, MOVED = "chat gone", "chat moved"
SURELY_GONE = timedelta(minutes=1)  # a group that is upgraded is left first and found again at once
OF_A_CARD = ("claim", "withdraw", "cancel", "amend", "checkin", "report")  # commands that may reply to one
OF_A_MESSAGE = ("deletion", "reaction")  # about one message of the chat, by its number


_OF_OPEN = col(Delivery.subject_id).in_(select(Order.id).where(col(Order.ended_at).is_(None)))


def known(session: Session, now: datetime, telegram_id: int, title: str, language: str | None = None) -> Chat:
    """The chat, remembered from now on if it was not."""
    chat = session.exec(select(Chat).where(Chat.telegram_id == telegram_id)).first()
    if chat is None:
        chat = Chat(telegram_id=telegram_id, joined_at=now, language=language)
    back = chat.state == ChatState.GONE
    chat.title, chat.state = title[:128], ChatState.ACTIVE
    chat.joined_at = now if back else chat.joined_at
    session.add(chat)
    session.flush()
    if back:
        _revive(session, now, telegram_id)
        for bound in _bindings(session, chat):
            area = session.get_one(Area, bound.area_id)
            if area.retired_at is None:
                _post_open_orders(session, now, area, f"{chat.id}:{bound.thread_id}:{int(now.timestamp())}")
    return chat


def _revive(session: Session, now: datetime, telegram_id: int) -> None:
    """The bot is back in a chat: cards there live again, also to say what has ended meanwhile; those of what is still open
    that never came are posted; what was to be deleted is."""
    gone = (col(Delivery.chat_id) == telegram_id) & (col(Delivery.reason) == CHAT_GONE)
    cards, came = gone & (col(Delivery.kind) == "order"), col(Delivery.message_id).is_not(None)
    shown = {"state": DeliveryState.SENT, "shown_version": deliveries.STALE}
    posted = {"state": DeliveryState.PENDING}
    for where, how in ((cards & came, shown), (cards & ~came & _OF_OPEN, posted)):
        session.exec(update(Delivery).where(where).values(live=True, reason=None, due_at=now, **how))
    deletions = gone & (col(Delivery.kind) == "deletion")
    session.exec(update(Delivery).where(deletions).values(reason=None, **posted))


def binding_here(session: Session, telegram_id: int, thread_id: int | None) -> Binding | None:
    """The binding of this topic, else of the whole chat."""
    rows = session.exec(
        select(Binding)
        .join(Chat, col(Chat.id) == col(Binding.chat_id))
        .where(Chat.telegram_id == telegram_id, col(Binding.ended_at).is_(None))
        .where(col(Binding.thread_id).in_((thread_id or 0, 0)))
        .order_by(col(Binding.thread_id).desc())
    ).all()
    return rows[0] if rows else None


def area_here(session: Session, telegram_id: int, thread_id: int | None) -> Area | None:
    binding = binding_here(session, telegram_id, thread_id)
    return session.get(Area, binding.area_id) if binding else None


def added(session: Session, now: datetime, actor: Actor, title: str) -> None:
    """The bot was added to a group: one message says whether it is linked, with a Link button."""
    known(session, now, actor.cause.chat_id, title, actor.language)
    deliveries.say_here(session, now, actor, "chat.welcome")


def removed(session: Session, now: datetime, actor: Actor) -> None:
    """The bot was removed from a group: nothing more is sent there, and who leads its areas hears so."""
    gone(session, actor.cause.chat_id)
    chat = session.exec(select(Chat).where(Chat.telegram_id == actor.cause.chat_id)).first()
    for area_id in {bound.area_id for bound in _bindings(session, chat)} if chat is not None else ():
        area = session.get_one(Area, area_id)
        for member in roles.nearest(roles.ladder(session, area), without=0):  # else who leads above it
            if member.id != actor.member_id and area.retired_at is None:
                about = {"chat": actor.cause.chat_id, "area": area.id}
                key, at = f"gone:{actor.cause.chat_id}:{member.id}:{now:%Y%m%d%H%M}", now + SURELY_GONE
                deliveries.note(session, now, member, "chat.gone", about, due_at=at, key=key)


def _bindings(session: Session, chat: Chat) -> Sequence[Binding]:
    bound = (col(Binding.chat_id) == chat.id) & col(Binding.ended_at).is_(None)
    return session.exec(select(Binding).where(bound)).all()


def gone(session: Session, telegram_id: int) -> None:
    session.exec(update(Chat).where(col(Chat.telegram_id) == telegram_id).values(state=ChatState.GONE))
    session.exec(
        update(Delivery)
        .where(col(Delivery.chat_id) == telegram_id)
        .where(col(Delivery.state).in_(WAITING) | col(Delivery.live))
        .values(state=DeliveryState.NEVER, live=False, reason=CHAT_GONE)
    )


def is_gone(session: Session, telegram_id: int) -> bool:
    """Whether the bot is in the chat no more, as far as it knows."""
    found = session.exec(select(Chat.state).where(col(Chat.telegram_id) == telegram_id)).first()
    return found == ChatState.GONE


def came_back(session: Session, telegram_id: int, *, since: datetime) -> bool:
    """Whether the bot was brought back into the group since then, and is there."""
    joined = session.exec(select(Chat.joined_at).where(col(Chat.telegram_id) == telegram_id)).first()
    return joined is not None and joined > since and not is_gone(session, telegram_id)


def topic_gone(session: Session, now: datetime, telegram_id: int, thread_id: int) -> None:
    """A topic was deleted: the area it was bound to is the whole chat's, unless that has one of its own."""
    chat = session.exec(select(Chat.id).where(Chat.telegram_id == telegram_id)).first()
    live = (col(Binding.chat_id) == chat) & col(Binding.ended_at).is_(None)
    topic = live & (col(Binding.thread_id) == thread_id)
    whole = session.exec(select(Binding.id).where(live, col(Binding.thread_id) == 0)).first()
    end = {"ended_at": now} if whole is not None else {"thread_id": 0}
    session.exec(update(Binding).where(topic).values(**end))


def left(session: Session, now: datetime, actor: Actor, telegram_id: int) -> None:
    """A person left the group: its orders are foreign to them from now on."""
    leaver = select(Member.id).where(Member.telegram_id == telegram_id).scalar_subquery()
    here = (col(ChatMember.chat_id) == actor.cause.chat_id) & (col(ChatMember.member_id) == leaver)
    session.exec(update(ChatMember).where(here).values(left_at=now))


def bind(session: Session, now: datetime, actor: Actor, area_id: int, title: str) -> None:
    """This chat, or this topic of it, belongs to the area from now on."""
    if actor.private:
        raise refusals.BadCommand(command="bind")
    area = areas.get(session, area_id)
    roles.require_leads(session, actor, area)
    chat = known(session, now, actor.cause.chat_id, title, actor.language)
    chat.language = chat.language or actor.language
    thread = actor.cause.thread_id or 0
    _tell_former(session, now, actor, chat, area_here(session, chat.telegram_id, thread), area)
    session.exec(
        update(Binding)
        .where(
            col(Binding.chat_id) == chat.id, col(Binding.thread_id) == thread, col(Binding.ended_at).is_(None)
        )
        .values(ended_at=now)
    )
    session.add(
        Binding(chat_id=chat.id, thread_id=thread, area_id=area.id, bound_by=actor.member_id, bound_at=now)
    )
    audit.record(session, now, actor.member_id, "chat.bound", "chat", chat.id, area=area.id)
    _post_open_orders(session, now, area, f"{chat.id}:{thread}:{int(now.timestamp())}")
    _settle_walks(session, now, actor, area.id)
    if actor.cause.press:
        pressed.turn(session, now, actor, {"bound": area.id})
    else:
        deliveries.say_here(session, now, actor, "chat.bound", {"bound": area.id})


def _tell_former(
    session: Session, now: datetime, actor: Actor, chat: Chat, former: Area | None, area: Area
) -> None:
    """A group is another area's from now on: who leads the one it was of hears so."""
    if former is None or former.id == area.id:
        return
    for row in roles.leaders_of(session, (former.id,)):
        if row.id != actor.member_id:
            about = {"chat": chat.telegram_id, "area": area.id}
            deliveries.note(session, now, roles.holder(row), "chat.taken", about)


def _settle_walks(session: Session, now: datetime, actor: Actor, area_id: int) -> None:
    """What here says that nothing is linked, or another area, or offers some to link, says what is."""
    here = (col(Delivery.chat_id) == actor.cause.chat_id) & (
        col(Delivery.thread_id).is_not_distinct_from(actor.cause.thread_id)
    )
    shown = col(Delivery.kind).in_(("chat.welcome", "area.walk", "chat.bound")) & (
        col(Delivery.state) == DeliveryState.SENT
    )
    for row in session.exec(select(Delivery).where(here, shown).with_for_update()).all():
        if row.args.get("bound") != area_id:
            row.args = {**row.args, "bound": area_id}
            row.shown_version, row.live, row.due_at = deliveries.STALE, True, now


def _post_open_orders(session: Session, now: datetime, area: Area, step: str) -> None:
    """What is open in the area, or in one above it, appears in a chat that is bound to it now."""
    open_ = select(Order.id).where(
        col(Order.state).in_(ON),
        col(Order.area_id).in_(areas.covering(area)),
    )
    for order_id in session.exec(open_).all():
        dues.set_due(session, "order.post", order_id, now, step=step)


def bind_by_words(session: Session, now: datetime, actor: Actor, words: str, title: str) -> None:
    """`/bind` with a name or code; alone, the tree to walk by buttons."""
    if actor.private:
        raise refusals.BadCommand(command="bind")
    known(session, now, actor.cause.chat_id, title, actor.language)
    if words:
        bind(session, now, actor, areas.find(session, words).id, title)
        return
    deliveries.say_here(session, now, actor, "area.walk", {"area": 0, "page": 0})


def ask_who(
    session: Session, now: datetime, actor: Actor, command: str, words: str = "", reply_to: int | None = None
) -> None:
    """Somebody hidden behind a group or a channel said something: a button whose press carries the real id, and the order
    whose card was replied to, where the words name none. WhichDuty, as of anybody: "/cancel 4 people are ill"."""
    first, rest = first_word(words)
    named = order_number(first)
    row = deliveries.pointed_at(session, now, actor, reply_to) if command in OF_A_CARD else None
    order = row.subject_id if row is not None and row.kind == "order" else None
    if named is not None and order not in (None, named) and rest and first.isdigit():
        raise refusals.WhichDuty(order=named, card=order)
    order = order if named is None else None
    deliveries.whisper(session, now, actor, "anonymous", {"command": command, "order": order})


def ask_who_claims(session: Session, now: datetime, actor: Actor, reply_to: int) -> None:
    """A claim word in reply to a card, from somebody hidden: the same button; any other reply is conversation."""
    row = deliveries.pointed_at(session, now, actor, reply_to)
    if row is not None and row.kind == "order":
        deliveries.whisper(session, now, actor, "anonymous", {"command": "claim", "order": row.subject_id})


def migrated(session: Session, now: datetime, _actor: Actor, old: int, new: int) -> None:
    """Telegram says that a group became a supergroup."""
    migrate(session, now, old, new)


def walk(session: Session, now: datetime, actor: Actor, area_id: int, page: int) -> None:
    """Another branch or page of the tree, on the pressed message."""
    pressed.turn(session, now, actor, {"area": area_id, "page": page})


def plant_here(session: Session, now: datetime, actor: Actor, title: str) -> None:
    """On an empty tree an administrator makes an area named after the group, and binds it."""
    roles.require_administrator(session, actor)
    if not areas.is_empty(session):
        raise refusals.QuestionGone()
    area = areas.plant(session, title or "1")
    session.flush()
    bind(session, now, actor, area.id, title)


def migrate(session: Session, now: datetime, old: int, new: int) -> None:
    """A group became a supergroup: its binding and people go along, and its live cards are posted anew,
    since message ids are not carried over (Bot API, `migrate_to_chat_id`)."""
    chat = session.exec(select(Chat).where(Chat.telegram_id == old)).first()
    if chat is None or old == new:
        return
    double = session.exec(select(Chat).where(Chat.telegram_id == new)).first()
    if double is not None:
        session.exec(delete(Binding).where(col(Binding.chat_id) == double.id))
        session.delete(double)
        session.flush()
    chat.telegram_id, chat.state = new, ChatState.ACTIVE
    session.exec(delete(ChatMember).where(col(ChatMember.chat_id) == new))
    session.exec(update(ChatMember).where(col(ChatMember.chat_id) == old).values(chat_id=new))
    told_gone = (col(Delivery.reason) == CHAT_GONE) & (col(Delivery.kind) == "order")
    cards = (col(Delivery.chat_id) == old) & (col(Delivery.live) | (told_gone & _OF_OPEN))
    anew = {
        "chat_id": new, "message_id": None, "thread_id": None, "state": DeliveryState.PENDING, "live": True,
        "reason": None, "due_at": now, "shown_version": 0,
    }  # fmt: skip
    session.exec(update(Delivery).where(cards).values(**anew))
    _move_waiting(session, old, new)
    audit.record(session, now, None, "chat.migrated", "chat", chat.id)


def _move_waiting(session: Session, old: int, new: int) -> None:
    """What is about a message of the old group stays behind: in the new one its number is another message's."""
    waiting = col(Delivery.state).in_(WAITING)
    there = (col(Delivery.chat_id) == old) & waiting
    left = {"state": DeliveryState.NEVER, "reason": MOVED}
    session.exec(update(Delivery).where(there, col(Delivery.kind).in_(OF_A_MESSAGE)).values(**left))
    for row in session.exec(select(Delivery).where(there, col(Delivery.kind).not_in(OF_A_MESSAGE))).all():
        row.chat_id = new
        row.args = {name: value for name, value in row.args.items() if name != "reply_to"}
