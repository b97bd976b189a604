"""A whistle's card: who has it - those who speak for the units, the blower, and the district for units nobody speaks for."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from models import (
    Area,
    Delivery,
    Lane,
    Level,
    Member,
    Request,
    RequestState,
    Whistle,
    WhistleCall,
    WhistleKind,
)
from models.actor import Actor
from services import areas, deliveries, dues, held, holders, refusals, removals, roles, working_time
from services.deliveries import Recipient
from services.disposal import Span
from services.holders import Holders

MOST_SHOWN = 10  # at once to somebody new
MOST = 200  # in one transaction
IN_TIME: dict[WhistleKind, timedelta | Span] = {  # until they must have reported in
    WhistleKind.EMERGENCY: timedelta(minutes=30),
    WhistleKind.JOINT: timedelta(hours=2),
    WhistleKind.UNSOLVED: Span(8, "h"),
}
HEAR_OF_LATE = ("district", holders.LAST)
_STREETS = (Level.STREET, Level.DISTRICT)


def get(session: Session, whistle_id: int) -> Whistle:
    whistle = held.lock(session, Whistle, whistle_id)
    if whistle is None:
        raise refusals.NoSuchWhistle(whistle=whistle_id)
    return whistle


def blows(session: Session, member_id: int, area: Area | None) -> bool:
    """Whether somebody may call units there: streets and districts over the area, units, and administrators."""
    if roles.administers(session, member_id) or roles.units_of(session, member_id):
        return True
    above = areas.covering(area) if area else ()
    rows = session.exec(select(Area.id).where(col(Area.id).in_(above), col(Area.level).in_(_STREETS))).all()
    return roles.leads_one_of(session, member_id, list(rows))


def is_blower(session: Session, member_id: int, whistle: Whistle) -> bool:
    """Whether somebody blew it, and still may."""
    return whistle.blower_id == member_id and blows(session, member_id, areas.get(session, whistle.area_id))


def has_charge(session: Session, member_id: int, whistle: Whistle) -> bool:
    """Whether a whistle is somebody's to look after: its blower's, and theirs who lead there."""
    above = list(areas.covering(areas.get(session, whistle.area_id)))
    leads = roles.leads_one_of(session, member_id, above) or roles.administers(session, member_id)
    return leads or is_blower(session, member_id, whistle)


def commands(session: Session, member_id: int, whistle: Whistle) -> bool:
    """Whether somebody may call a whistle off: its blower, and who may blow there and has charge of it."""
    area = areas.get(session, whistle.area_id)
    return blows(session, member_id, area) and has_charge(session, member_id, whistle)


def concerning(request_id: int) -> ColumnElement[bool]:
    """The condition that a whistle is about a request, or about one that goes on as part of it."""
    joined = select(Request.id).where(Request.merged_into == request_id, Request.state == RequestState.MERGED)
    return (col(Whistle.request_id) == request_id) | col(Whistle.request_id).in_(joined)


def set_time(session: Session, now: datetime, whistle: Whistle) -> None:
    """From now on those called have their time to report in; then it is looked at who has."""
    within, area = IN_TIME[whistle.kind], areas.get(session, whistle.area_id)
    if isinstance(within, timedelta):
        whistle.report_in_by = now + within
    else:
        calendar = working_time.calendar_of(areas.policy(session).country)
        whistle.report_in_by = working_time.after(now, within, areas.zone(session, area), calendar)
    session.add(whistle)
    session.flush()
    dues.set_due(session, "whistle.late", whistle.id, whistle.report_in_by, step=f"0:{now:%Y%m%d%H%M%S}")


def touch(session: Session, whistle: Whistle) -> None:
    """Its cards must change."""
    whistle.version += 1
    session.add(whistle)
    session.flush()


def calls_of(session: Session, whistle_id: int) -> list[WhistleCall]:
    found = select(WhistleCall).where(WhistleCall.whistle_id == whistle_id).order_by(col(WhistleCall.unit_id))
    return list(session.exec(found).all())


def show(session: Session, now: datetime, whistle: Whistle) -> None:
    """The card, to those who speak for the units and to the blower; the district hears of units nobody speaks for."""
    people: dict[int, Recipient] = {member.id: member for member in blower_of(session, whistle)}
    for call in calls_of(session, whistle.id):
        found = holders.officers(session, call.unit_id)
        people.update({member.id: member for member in found})
        if not found:
            about = {"whistle": whistle.id, "unit": call.unit_id}
            for member in at_level(session, whistle, HEAR_OF_LATE[0]):
                people[member.id] = member
                key = f"nobody:{whistle.id}:{call.unit_id}:{member.id}"
                deliveries.note(session, now, member, "whistle.nobody", about, lane=Lane.ESCALATION, key=key)
    for member in people.values():
        show_to(session, now, member, whistle.id)


def blower_of(session: Session, whistle: Whistle) -> list[Member]:
    """Who blew it, while they still may."""
    member = session.get(Member, whistle.blower_id)
    return [member] if member is not None and is_blower(session, member.id, whistle) else []


def show_to(session: Session, now: datetime, member: Recipient, whistle_id: int) -> None:
    have = (
        (Delivery.kind == "whistle")
        & (Delivery.subject_kind == "whistle")
        & (Delivery.subject_id == whistle_id)
        & (Delivery.recipient_id == member.id)
    )
    if (
        member.telegram_id is None
        or session.exec(select(Delivery.id).where(have, col(Delivery.live)).limit(1)).first()
    ):
        return
    deliveries.card(
        session, now, "whistle", ("whistle", whistle_id), chat_id=member.telegram_id, recipient_id=member.id,
        lane=Lane.ESCALATION,
    )  # fmt: skip


def show_again(session: Session, now: datetime, actor: Actor, whistle_id: int) -> None:
    """A fresh card at the bottom of the actor's private chat, in place of the one above."""
    removals.supersede(session, now, "whistle", ("whistle", whistle_id), actor.member_id)
    deliveries.answer(
        session, now, actor, "whistle", {"whistle": whistle_id}, subject_kind="whistle", subject_id=whistle_id,
        live=True,
    )  # fmt: skip


def shown_to(session: Session, member_id: int) -> list[Whistle]:
    """Whistles that are still on and whose card somebody has."""
    cards = select(Delivery.subject_id).where(
        Delivery.kind == "whistle", Delivery.recipient_id == member_id, col(Delivery.live) == true()
    )
    return _still_on(session, col(Whistle.id).in_(cards))


def seat(session: Session, now: datetime, member: Member) -> None:
    """Somebody speaks for a unit, or can be written to, from now on: whistles that call it come to them."""
    called = select(WhistleCall.whistle_id).where(
        col(WhistleCall.unit_id).in_(roles.units_of(session, member.id))
    )
    for whistle in _still_on(session, col(Whistle.id).in_(called)):
        show_to(session, now, member, whistle.id)


def seat_others(session: Session, now: datetime, whistle_id: int) -> None:
    """Who speaks for a unit turned out to be out of reach: the district hears where nobody else does."""
    whistle = get(session, whistle_id)
    if whistle.ended_at is None:
        session.flush()
        show(session, now, whistle)
        touch(session, whistle)


def awaiting(session: Session, member_id: int) -> list[Whistle]:
    """Whistles that are on and wait for a unit that somebody speaks for."""
    waits = select(WhistleCall.whistle_id).where(
        col(WhistleCall.unit_id).in_(roles.units_of(session, member_id)),
        col(WhistleCall.reported_in_at).is_(None),
    )
    return _still_on(session, col(Whistle.id).in_(waits))


def calling(session: Session, unit_id: int) -> list[Whistle]:
    """Whistles that are on and call a unit."""
    called = select(WhistleCall.whistle_id).where(col(WhistleCall.unit_id) == unit_id)
    return _still_on(session, col(Whistle.id).in_(called), MOST)


def _still_on(session: Session, condition: ColumnElement[bool], most: int = MOST_SHOWN) -> list[Whistle]:
    found = select(Whistle).where(condition, col(Whistle.ended_at).is_(None)).order_by(col(Whistle.id))
    return list(session.exec(found.limit(most)).all())


def at_level(session: Session, whistle: Whistle, level: str) -> tuple[Recipient, ...]:
    return above(session, whistle.area_id, level).members


def above(session: Session, area_id: int, level: str) -> Holders:
    """Who hears of what is late at a level."""
    return holders.last(session) if level == holders.LAST else holders.at_level_of(session, area_id, level)
