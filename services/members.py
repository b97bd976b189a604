"""Members: starting, choosing a language and a name, seeing what is kept of them."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from models import (
    Area,
    Chat,
    ChatMember,
    Claim,
    Invitation,
    Member,
    Order,
    Reach,
    Report,
    ReportPhoto,
    Request,
    Role,
    RoleKind,
)  # fmt: skip
from models.actor import NAME_LENGTH, Actor, Person, pick_language, short_name
from models.lifecycle import ON
from services import (
    areas,
    chats,
    closing,
    deliveries,
    leaving,
    my_place,
    pressed,
    questions,
    refusals,
    reminders,
    request_cards,
    review_cards,
    roles,
    whistle_cards,
    wording,
)
from services.wording import order_number

LONGEST_NAME = 40  # letters that are offered as one; the cards show the first twelve
MOST_BESIDE = 8  # letters beside a number that may still be meant as a name
# What somebody may ask of what concerns them: by command, by a button of /help, by [It's me]
ASKED = {
    "orders": "list.orders", "mine": "list.mine", "requests": "list.requests", "points": "points", "help": "help", "mydata": "mydata",
}  # fmt: skip
# What a personal command in a group links to, when the person cannot be written to yet
ASKED_BY_LINK = ASKED | {"rank": "rank", "ask": "forget.ask"}


@dataclass(frozen=True)
class MyData:
    """What is kept of a member, in numbers."""

    name: str
    telegram_id: int
    language: str | None
    roles: tuple[tuple[RoleKind, str], ...]
    chats: int
    claims: int
    reports: int
    photos: int
    requests: int = 0
    open_requests: int = 0


def start(session: Session, now: datetime, actor: Actor, payload: str = "") -> None:
    """The person pressed Start: they can be written to from now on, and hear what they were given, and what waits for
    them."""
    welcome(session, now, actor)
    if payload.startswith("admin-"):
        _become_administrator(session, now, actor, payload.removeprefix("admin-"))
        return
    order_id = order_number(payload[1:]) if payload.startswith("o") else None
    if order_id is not None:
        my_place.visit(session, now, actor, order_id)
        return
    if payload in ASKED_BY_LINK:
        deliveries.answer(
            session, now, actor, ASKED_BY_LINK[payload], {"area": None} if payload == "rank" else None
        )
        return
    question = questions.current(session, actor.member_id)
    if payload == "go" and question is not None:
        questions.show(session, now, actor, question)
        return
    deliveries.answer(session, now, actor, "start")


def welcome(session: Session, now: datetime, actor: Actor) -> None:
    """Somebody came, by whatever link: the first time they hear what they were given; and what waits comes to them."""
    tell_roles(session, now, actor)
    seat(session, now, actor.member_id)


def tell_roles(session: Session, now: datetime, actor: Actor) -> None:
    """Whoever was appointed before they came hears it with their first words."""
    if actor.first_words:
        for role in roles.appointed(session, actor.member_id):
            about = {"role": role.kind, "area": role.area_id, "unit": role.unit_id}
            deliveries.answer(session, now, actor, "role.given", about)


def seat(session: Session, now: datetime, member_id: int) -> None:
    """Somebody can be written to: what they could not be asked, and what waits for them, comes to them."""
    member = session.get(Member, member_id)
    if member is None:
        return
    closing.ask_unreached(session, now, member_id)
    reminders.catch_up_with(session, now, member)
    leads = bool(roles.areas_led(session, member_id)) or roles.administers(session, member_id)
    if leads or roles.units_of(session, member_id):
        member.reach = Reach.OK
        session.flush()
        request_cards.seat_member(session, now, member)
        whistle_cards.seat(session, now, member)
    if leads:
        review_cards.seat(session, now, member)


def invite(session: Session, now: datetime, token: str) -> None:
    """Remember a one-time link that makes its opener the administrator; links made before are void."""
    session.exec(update(Invitation).where(col(Invitation.used_at).is_(None)).values(used_at=now))
    session.add(Invitation(token_hash=_hash(token), made_at=now))


def needs_administrator(session: Session) -> bool:
    held = select(Role.id).where(Role.kind == RoleKind.ADMINISTRATOR, col(Role.revoked_at).is_(None))
    return session.exec(held.limit(1)).first() is None


def appoint(session: Session, now: datetime, telegram_ids: tuple[int, ...]) -> None:
    """Make the people of ADMIN_IDS administrators."""
    for telegram_id in telegram_ids:
        member = roles.known(session, now, telegram_id)
        roles.give(session, now, member.id, RoleKind.ADMINISTRATOR, None, by=None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _become_administrator(session: Session, now: datetime, actor: Actor, token: str) -> None:
    fresh = (col(Invitation.token_hash) == _hash(token)) & col(Invitation.used_at).is_(None)
    used = session.exec(update(Invitation).where(fresh).values(used_at=now)).rowcount == 1
    if not used or not needs_administrator(session):
        raise refusals.LinkUsed()
    roles.give(session, now, actor.member_id, RoleKind.ADMINISTRATOR, None, by=None)
    deliveries.answer(session, now, actor, "administrator.welcome")
    seat(session, now, actor.member_id)


def choose_language(session: Session, now: datetime, actor: Actor, language: str | None) -> None:
    """Set the reader's language, or in a group its chat's; without one, offer both."""
    if language is None:
        if actor.private:
            deliveries.answer(session, now, actor, "language")
        else:
            deliveries.say_here(session, now, actor, "language")
        return
    set_language(session, actor, language)
    pressed.turn(session, now, actor, {"chosen": language})


def set_language(session: Session, actor: Actor, language: str) -> None:
    """The reader's language; in a group its chat's, which only a leader sets."""
    if actor.private:
        session.exec(update(Member).where(col(Member.id) == actor.member_id).values(language=language))
        return
    chat = session.exec(select(Chat).where(Chat.telegram_id == actor.cause.chat_id)).first()
    if chat is None or not chat_led(session, actor, chat):
        raise refusals.NotAllowed()
    chat.language = language


def language_of(session: Session, person: Person) -> str:
    """What to speak to somebody who has just pressed something."""
    member = session.exec(select(Member).where(Member.telegram_id == person.telegram_id)).first()
    default = areas.policy(session).default_language
    return pick_language(member.language if member else None, person.language_code, default=default)


def chat_led(session: Session, actor: Actor, chat: Chat) -> bool:
    """Whether the actor leads an area this chat belongs to, or is an administrator."""
    thread = actor.cause.thread_id if actor.cause.chat_id == chat.telegram_id else 0
    whole = chats.area_here(session, chat.telegram_id, 0)  # who leads it speaks for its topics too
    area = whole or chats.area_here(session, chat.telegram_id, thread)
    return roles.leads(session, actor, area) if area else roles.is_administrator(session, actor)


def may_be_name(words: str) -> bool:
    """Whether its beginning can stand on a card: no story, and nothing that could be a phone number."""
    joined = re.sub(r"[\s\-()+.]", "", wording.normal(words))
    return 0 < len(wording.clean(words).strip()) <= LONGEST_NAME and not re.search(r"\d{5}", joined)


def is_no_name(words: str) -> bool:
    """Whether there is a number in it, and more beside that than most names have."""
    return not may_be_name(words) and len(re.sub(r"[\d\W]", "", wording.clean(words))) > MOST_BESIDE


def fits_as_name(words: str) -> bool:
    """Whether all of it can."""
    return may_be_name(words) and len(wording.clean(words).strip()) <= NAME_LENGTH


def rename(session: Session, now: datetime, actor: Actor, name: str) -> None:
    """The name the cards show from now on; those there are now are redrawn."""
    name = short_name(wording.clean(name))
    session.exec(update(Member).where(col(Member.id) == actor.member_id).values(name=name))
    redraw(session, actor.member_id)
    deliveries.answer(session, now, actor, "renamed", {})


def redraw(session: Session, member_id: int) -> None:
    """Live cards of orders that name the member, and of their reports, must change."""
    mine = select(Claim.id).where(Claim.member_id == member_id)
    named = select(Claim.order_id).where(Claim.member_id == member_id)
    orders_ = (col(Order.id).in_(named)) | (col(Order.issuer_id) == member_id)
    live = col(Order.state).in_(ON)
    session.exec(update(Order).where(orders_, live).values(version=col(Order.version) + 1))
    session.exec(update(Report).where(col(Report.claim_id).in_(mine)).values(version=col(Report.version) + 1))


def my_data(session: Session, member_id: int) -> MyData:
    member = session.get(Member, member_id)
    if member is None:
        raise refusals.NoSuchMember()
    held = session.exec(
        select(Role.kind, Area.name)
        .outerjoin(Area, col(Area.id) == col(Role.area_id))
        .where(Role.member_id == member_id, col(Role.revoked_at).is_(None))
    ).all()
    mine, kept = col(Claim.member_id) == member_id, col(Request.anonymised_at).is_(None)

    def count(statement) -> int:  # type: ignore[no-untyped-def]
        return int(session.exec(statement).one())

    return MyData(
        name=member.name,
        telegram_id=member.telegram_id or 0,
        language=member.language,
        roles=tuple((RoleKind(kind), name or "") for kind, name in held),
        chats=count(select(func.count()).where(ChatMember.member_id == member_id)),
        claims=count(select(func.count()).where(mine)),
        reports=count(
            select(func.count(col(Report.id))).join(Claim, col(Claim.id) == col(Report.claim_id)).where(mine)
        ),
        photos=count(
            select(func.count(col(ReportPhoto.id)))
            .join(Report, col(Report.id) == col(ReportPhoto.report_id))
            .join(Claim, col(Claim.id) == col(Report.claim_id))
            .where(mine)
        ),
        requests=count(select(func.count(col(Request.id))).where(Request.asker_id == member_id, kept)),
        open_requests=count(
            select(func.count(col(Request.id))).where(
                Request.asker_id == member_id, kept, col(Request.closed_at).is_(None)
            )
        ),
    )


def blocked(session: Session, now: datetime, actor: Actor, *, blocked: bool) -> None:
    """Telegram says that the person blocked the bot, or lets it write again."""
    reach = Reach.BLOCKED if blocked else Reach.OK
    session.exec(update(Member).where(col(Member.id) == actor.member_id).values(reach=reach))
    member = session.get(Member, actor.member_id, populate_existing=True)
    if member is not None and blocked:
        leaving.hand_over(session, now, member, leaving.waiting(session, member))
    elif not blocked:
        seat(session, now, actor.member_id)
