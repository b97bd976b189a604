"""Which owner has which request on a card, in private. A crowd of new ones is a note that counts them."""

from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import Session, col, func, select

from models import Area, Delivery, Lane, Member, Request
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import areas, deliveries, habits, holders, removals, requests, roles
from services.deliveries import Recipient
from services.holders import Holders

MOST_CARDS = 10  # that come to one person at once and wait for them; what comes on top is told as a note
AT_ONCE = timedelta(hours=1)
QUOTING, A_DAY = (
    ("request.alarm", "request.joined_said", "request.complained", "request.more_said"),
    86_400,
)  # notes that hold the very words go after a day
SEATED = 5  # shown at once to somebody who has just become reachable


def seat(session: Session, now: datetime, request: Request, found: Holders | None = None) -> None:
    """A card for each of its owners who has none."""
    for member in (found or holders.of(session, request)).members:
        if has_card(session, member.id, request.id):
            continue
        if request.urgent or _waiting_cards(session, member.id, now - AT_ONCE) < MOST_CARDS:
            show_to(session, now, member, request.id)
        else:
            about = {"case": request.id}
            deliveries.note(
                session,
                now,
                member,
                "request.new",
                about,
                lane=Lane.ESCALATION,
                key=f"new:{request.id}:{member.id}",
            )


def tell(
    session: Session,
    now: datetime,
    request: Request,
    kind: str,
    *,
    key: str,
    also: tuple[Recipient, ...] = (),
    quietly: bool = False,
) -> None:
    """A note to each of its owners, and to others who are to hear; `quietly` after their night, if that ends in time."""
    for member in {each.id: each for each in (*also, *holders.of(session, request).members)}.values():
        about = {"case": request.id, "round": request.round, **({"vanish": A_DAY} if kind in QUOTING else {})}
        at = _after_night(session, now, request, member) if quietly else now
        deliveries.note(
            session, now, member, kind, about, lane=Lane.ESCALATION, due_at=at, key=f"{key}:{member.id}",
            subject=("request", request.id),
        )  # fmt: skip


def _after_night(session: Session, now: datetime, request: Request, member: Recipient) -> datetime:
    area = areas.get(session, request.area_id) if request.area_id else None
    zone = areas.zone(session, area) if area is not None else ZoneInfo(areas.policy(session).time_zone)
    at = habits.of_member(session, member.id, area).after_quiet(now, zone)
    return at if at < request.due_at else now


def pass_on(
    session: Session,
    now: datetime,
    joined: Request,
    target: Request,
    *,
    to: tuple[Recipient, ...],
    but: frozenset[int] = frozenset(),
) -> None:
    """Who has the case another one was joined to reads what its asker has said since, and gets what they sent."""
    for part in requests.parts_of(session, joined.id):
        for member in to if part.words and part.id not in but else ():
            key = f"said:{part.id}:{target.id}:{member.id}"
            _pass(session, now, member, target, "request.joined_said", key, joined, part.id)
    _pass_things(session, now, joined, target, to, but)
    requests.touch(session, target)


def pass_danger(
    session: Session, now: datetime, joined: Request, target: Request, *, to: tuple[Recipient, ...]
) -> None:
    """Danger was joined to a case: all of its words, where it is and whom to call are for those who have that case."""
    for member in to:
        key = f"joined:{joined.id}:{target.id}:{member.id}"
        _pass(session, now, member, target, "request.alarm", key, joined)
    _pass_things(session, now, joined, target, to)


def _pass_things(
    session: Session, now: datetime, joined: Request, target: Request, to: tuple[Recipient, ...],
    but: frozenset[int] = frozenset(),
) -> None:  # fmt: skip
    """Photos and the place on the map, each once."""
    files = [part.id for part in requests.parts_of(session, joined.id) if part.file_id and part.id not in but]
    for member in to:
        for part_id in files:
            key = f"filesaid:{part_id}:{target.id}:{member.id}"
            _pass(session, now, member, target, "request.file", key, joined, part_id)
        if joined.position is not None:
            key = f"at:{joined.id}:{target.id}:{member.id}:{crc32(joined.position)}"
            _pass(session, now, member, target, "request.venue", key, joined)


def _pass(
    session: Session, now: datetime, member: Recipient, target: Request, kind: str, key: str, joined: Request,
    part: int | None = None,
) -> None:  # fmt: skip
    """Of the joined case, to somebody who has the other; it is its asker's, and goes when they are forgotten."""
    about = {"case": target.id, "joined": joined.id, "vanish": A_DAY, **({"part": part} if part else {})}
    subject = ("request", joined.id)
    deliveries.note(session, now, member, kind, about, lane=Lane.ESCALATION, key=key, subject=subject)


def show_to(session: Session, now: datetime, member: Recipient, request_id: int) -> None:
    if member.telegram_id is not None:
        deliveries.card(
            session, now, "request", ("request", request_id), chat_id=member.telegram_id, recipient_id=member.id,
            lane=Lane.ESCALATION,
        )  # fmt: skip


def show(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """A fresh card at the bottom of the actor's private chat."""
    removals.supersede(session, now, "request", ("request", request_id), actor.member_id)
    deliveries.answer(
        session, now, actor, "request", {"case": request_id}, payload=f"c{request_id}",
        subject_kind="request", subject_id=request_id, live=True,
    )  # fmt: skip


def has_card(session: Session, member_id: int, request_id: int) -> bool:
    mine = select(Delivery.id).where(*_cards_of(member_id), Delivery.subject_id == request_id)
    return session.exec(mine.limit(1)).first() is not None


def show_news(session: Session, now: datetime, request: Request) -> None:
    """More was said: who had a note only, gets the card it stands on."""
    if request.sent_at is not None and request.state in UNSOLVED:
        for member in holders.of(session, request).members:
            if not has_card(session, member.id, request.id):
                show_to(session, now, member, request.id)


def tell_owner(session: Session, now: datetime, request: Request, part_id: int) -> None:
    """Who has taken it, and may be on the way, is told what was said since: a card that changes makes no sound."""
    owner = session.get(Member, request.owner_id or 0)
    if owner is None or request.state not in UNSOLVED:
        return
    about = {"case": request.id, "part": part_id, "vanish": A_DAY}
    deliveries.note(
        session, now, owner, "request.more_said", about, lane=Lane.ESCALATION,
        key=f"more:{part_id}:{owner.id}", subject=("request", request.id),
    )  # fmt: skip


def _waiting_cards(session: Session, member_id: int, since: datetime) -> int:
    waiting = select(func.count(col(Delivery.id))).join(Request, col(Request.id) == col(Delivery.subject_id))
    lately = (col(Delivery.created_at) > since, col(Request.accepted_at).is_(None))
    return session.exec(waiting.where(*_cards_of(member_id), *lately)).one()


def _cards_of(member_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.subject_kind) == "request", col(Delivery.kind) == "request",
        col(Delivery.recipient_id) == member_id,
        col(Delivery.live) == true(),
    )  # fmt: skip


def seat_others(session: Session, now: datetime, request_id: int) -> None:
    """One of its owners turned out to be out of reach: the next ones get their card."""
    request = session.get(Request, request_id)
    if request is not None and request.state in UNSOLVED and request.sent_at is not None:
        session.flush()
        seat(session, now, request)


def seat_member(session: Session, now: datetime, member: Member) -> None:
    """Somebody can be written to, or has a role, from now on: what waits for them comes to them."""
    shown = more = 0
    for request in waiting_for(session, member.id, limit=50):
        found = holders.of(session, request)
        if not any(one.id == member.id for one in found.members) or has_card(session, member.id, request.id):
            continue
        if shown == SEATED:
            more += 1
            continue
        shown += 1
        seat(session, now, request, Holders(found.level, found.name, (member,)))
    if more:
        key = f"seated:{member.id}:{now:%Y%m%d}"  # told once a day: others come as these are worked off
        deliveries.note(session, now, member, "cases.morning", {"seated": True}, lane=Lane.NOTE, key=key)


def waiting_for(session: Session, member_id: int, *, limit: int) -> list[Request]:
    """Unsolved requests of the areas and units of a member, danger first, then those due first."""
    found = select(Request).where(is_waiting(session, member_id))
    order = (col(Request.urgent).desc(), col(Request.due_at), col(Request.id))
    return list(session.exec(found.order_by(*order).limit(limit)).all())


def is_waiting(session: Session, member_id: int) -> ColumnElement[bool]:
    """The condition that a request is unsolved, sent, and one of the member's."""
    unsolved = col(Request.state).in_(UNSOLVED) & col(Request.sent_at).is_not(None)
    return unsolved & concerning(session, member_id)


def concerning(session: Session, member_id: int) -> ColumnElement[bool]:
    """The condition that a request is of the member's areas or units, given to them, or of no area where they lead a root."""
    led = roles.areas_led(session, member_id)
    paths = [col(Area.path).startswith(area.path, autoescape=True) for area in led]
    below = select(Area.id).where(or_(false(), *paths))
    given = (col(Request.owner_id) == member_id) | col(Request.unit_id).in_(
        roles.units_of(session, member_id)
    )
    mine = given | col(Request.area_id).in_(below)
    if roles.administers(session, member_id):
        return col(Request.id) > 0
    if {area.id for area in led} & set(areas.of_no_place(session)):
        return mine | col(Request.area_id).is_(None)
    return mine
