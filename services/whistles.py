"""Whistles (街镇吹哨、部门报到): streets call departments, who report in, on one live card; it ends when all are in and it is solved."""

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
from models.sealed import seal
from services import areas, audit, deliveries, dues, held, holders, refusals, roles, units, working_time
from services.deliveries import Recipient
from services.disposal import Span
from services.facts import Done
from services.holders import Holders

IN_TIME: dict[WhistleKind, timedelta | Span] = {  # until they must have reported in
    WhistleKind.EMERGENCY: timedelta(minutes=30),
    WhistleKind.JOINT: timedelta(hours=2),
    WhistleKind.UNSOLVED: Span(8, "h"),
}
MOST_UNITS = 12
MOST_WORDS = 1000
MOST_SHOWN = 10  # at once to somebody new
AGAIN = timedelta(minutes=30)  # after the district, the administrators hear
HEAR_OF_LATE = ("district", holders.LAST)
_STREETS = (Level.STREET, Level.DISTRICT)


def get(session: Session, whistle_id: int) -> Whistle:
    whistle = held.lock(session, Whistle, whistle_id)
    if whistle is None:
        raise refusals.NoSuchWhistle(whistle=whistle_id)
    return whistle


def may_blow(session: Session, actor: Actor, area: Area | None) -> bool:
    """Streets and districts over the area, units, and administrators; a grid asks its street."""
    if actor.suspended:
        return False
    if roles.is_administrator(session, actor) or roles.units_of(session, actor.member_id):
        return True
    above = areas.covering(area) if area else ()
    rows = session.exec(select(Area.id).where(col(Area.id).in_(above), col(Area.level).in_(_STREETS))).all()
    return roles.leads_one_of(session, actor.member_id, list(rows))


def require_may_blow(session: Session, actor: Actor, area: Area | None) -> None:
    if not may_blow(session, actor, area):
        raise refusals.WhistleAbove()


def blow(
    session: Session, now: datetime, actor: Actor, kind: WhistleKind, unit_ids: list[int], area: Area,
    *, request_id: int | None = None, words: str = "",
) -> Whistle:  # fmt: skip
    """Call units: each has so long to report in, and all of it stands on one card."""
    require_may_blow(session, actor, area)
    if not unit_ids or len(unit_ids) > MOST_UNITS:
        raise refusals.NoSuchUnit()
    if len(words) > MOST_WORDS:
        raise refusals.WordsTooLong(most=MOST_WORDS)
    mine = roles.units_of(session, actor.member_id)
    whistle = Whistle(
        kind=kind, request_id=request_id, area_id=area.id, blower_id=actor.member_id, blown_at=now,
        by_unit_id=mine[0] if mine else None, report_in_by=_report_in_by(session, now, kind, area),
    )  # fmt: skip
    seal(session, whistle, "words", words.strip() or None)
    session.add(whistle)
    session.flush()
    for unit_id in dict.fromkeys(unit_ids):
        session.add(WhistleCall(whistle_id=whistle.id, unit_id=units.get(session, unit_id).id))
    session.flush()
    show(session, now, whistle)
    dues.set_due(session, "whistle.late", whistle.id, whistle.report_in_by, step="0")
    about = {"kind": kind, "request": request_id, "units": sorted(set(unit_ids))}
    audit.record(session, now, actor.member_id, "whistle.blown", "whistle", whistle.id, **about)
    if request_id is not None:
        audit.record(
            session, now, actor.member_id, "request.whistled", "request", request_id, whistle=whistle.id
        )
    return whistle


def _report_in_by(session: Session, now: datetime, kind: WhistleKind, area: Area) -> datetime:
    within = IN_TIME[kind]
    if isinstance(within, timedelta):
        return now + within
    calendar = working_time.calendar_of(areas.policy(session).country)
    return working_time.after(now, within, areas.zone(session, area), calendar)


def show(session: Session, now: datetime, whistle: Whistle) -> None:
    """The card, to those who speak for the units and to the blower; the district hears of units nobody speaks for."""
    blower = session.get(Member, whistle.blower_id)
    people: dict[int, Recipient] = {blower.id: blower} if blower else {}
    for call in calls_of(session, whistle.id):
        found = holders.officers(session, call.unit_id)
        people.update({member.id: member for member in found})
        if not found:
            about = {"whistle": whistle.id, "unit": call.unit_id}
            for member in _at(session, whistle, HEAR_OF_LATE[0]):
                people[member.id] = member
                key = f"nobody:{whistle.id}:{call.unit_id}:{member.id}"
                deliveries.note(session, now, member, "whistle.nobody", about, lane=Lane.ESCALATION, key=key)
    for member in people.values():
        show_to(session, now, member, whistle.id)


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


def _still_on(session: Session, condition: ColumnElement[bool]) -> list[Whistle]:
    found = select(Whistle).where(condition, col(Whistle.ended_at).is_(None)).order_by(col(Whistle.id))
    return list(session.exec(found.limit(MOST_SHOWN)).all())


def calls_of(session: Session, whistle_id: int) -> list[WhistleCall]:
    found = select(WhistleCall).where(WhistleCall.whistle_id == whistle_id).order_by(col(WhistleCall.unit_id))
    return list(session.exec(found).all())


def report_in(session: Session, now: datetime, actor: Actor, whistle_id: int) -> Done:
    """The units the actor speaks for are here."""
    whistle = get(session, whistle_id)
    mine = set(roles.units_of(session, actor.member_id))
    called = [call for call in calls_of(session, whistle_id) if call.unit_id in mine]
    if not called or actor.suspended:
        raise refusals.NotCalled(whistle=whistle_id)
    if whistle.ended_at is not None:
        raise refusals.WhistleOver(whistle=whistle_id)
    for call in called:
        if call.reported_in_at is None:
            call.reported_in_at, call.reported_in_by = actor.said_at, actor.member_id
            session.add(call)
            about = {"unit": call.unit_id}
            audit.record(session, now, actor.member_id, "whistle.reported_in", "whistle", whistle_id, **about)
    touch(session, whistle)
    look(session, now, whistle=whistle)
    return Done("reported_in", whistle_id)


def report_in_for(session: Session, now: datetime, actor: Actor, whistle_id: int, unit_id: int) -> Done:
    """The blower, or who leads there, says that a unit has come that nobody speaks for here."""
    whistle = get(session, whistle_id)
    over = roles.leads(session, actor, areas.get(session, whistle.area_id))
    if actor.suspended or not (over or whistle.blower_id == actor.member_id):
        raise refusals.NotAllowed()
    call = session.get(WhistleCall, (whistle_id, unit_id))
    if call is None:
        raise refusals.NotCalled(whistle=whistle_id)
    if whistle.ended_at is not None:
        raise refusals.WhistleOver(whistle=whistle_id)
    if call.reported_in_at is None:
        call.reported_in_at, call.reported_in_by = actor.said_at, actor.member_id
        session.add(call)
        audit.record(session, now, actor.member_id, "whistle.vouched", "whistle", whistle_id, unit=unit_id)
    touch(session, whistle)
    look(session, now, whistle=whistle)
    return Done("noted_in", whistle_id)


def touch(session: Session, whistle: Whistle) -> None:
    """Its cards must change."""
    whistle.version += 1
    session.add(whistle)
    session.flush()


def solve(session: Session, now: datetime, actor: Actor, whistle_id: int) -> Done:
    """Its blower says that what it was about is solved; a request says so itself."""
    whistle = get(session, whistle_id)
    if whistle.blower_id != actor.member_id and not roles.is_administrator(session, actor):
        raise refusals.NotAllowed()
    if whistle.request_id is not None:
        raise refusals.SolvedByCase(case=whistle.request_id)
    whistle.solved_at = whistle.solved_at or now
    touch(session, whistle)
    look(session, now, whistle=whistle)
    return Done("solved", whistle_id)


def look(
    session: Session, now: datetime, *, request_id: int | None = None, whistle: Whistle | None = None
) -> None:
    """End what has nothing left to wait for: all units are in, and the request is resolved or the blower said so."""
    session.flush()
    if whistle is None:
        open_ = (col(Whistle.request_id) == request_id) & col(Whistle.ended_at).is_(None)
        found = list(session.exec(select(Whistle).where(open_).order_by(col(Whistle.id))).all())
        found = [get(session, each.id) for each in found]
    else:
        found = [whistle]
    for each in found:
        everybody = all(call.reported_in_at for call in calls_of(session, each.id))
        if each.ended_at is None and everybody and _is_solved(session, each):
            each.ended_at = now
            audit.record(session, now, None, "whistle.ended", "whistle", each.id)
        touch(session, each)


def _is_solved(session: Session, whistle: Whistle) -> bool:
    if whistle.request_id is None:
        return whistle.solved_at is not None
    request = session.get(Request, whistle.request_id)
    done = (RequestState.RESOLVED, RequestState.CONFIRMED, RequestState.DECLINED, RequestState.MERGED)
    return request is None or request.state in done


def tell_late(session: Session, now: datetime, whistle_id: int, rung: int) -> None:
    """Who has not reported in in time is named to the level above, and the card says so; once a level."""
    whistle = get(session, whistle_id)
    missing = [call for call in calls_of(session, whistle_id) if call.reported_in_at is None]
    if whistle.ended_at is not None or not missing:
        return
    for call in missing:
        call.told_at = call.told_at or now
        session.add(call)
    blower = session.get(Member, whistle.blower_id)
    told = {
        member.id: member
        for member in (*_at(session, whistle, HEAR_OF_LATE[rung]), *([blower] if blower else []))
    }
    about = {"whistle": whistle.id, "level": HEAR_OF_LATE[rung], "units": [call.unit_id for call in missing]}
    for member in told.values():
        show_to(session, now, member, whistle.id)
        key = f"late:{whistle.id}:{rung}:{member.id}"
        deliveries.note(session, now, member, "whistle.late", about, lane=Lane.ESCALATION, key=key)
    audit.record(session, now, None, "whistle.late", "whistle", whistle.id, level=HEAR_OF_LATE[rung])
    touch(session, whistle)
    if rung + 1 < len(HEAR_OF_LATE):
        dues.set_due(session, "whistle.late", whistle.id, now + AGAIN, step=str(rung + 1))


def _at(session: Session, whistle: Whistle, level: str) -> tuple[Recipient, ...]:
    return above(session, whistle.area_id, level).members


def above(session: Session, area_id: int, level: str) -> Holders:
    """Who hears of what is late at a level."""
    return holders.last(session) if level == holders.LAST else holders.at_level_of(session, area_id, level)
