"""Whistles (街镇吹哨、部门报到): streets call departments, who report in, on one live card. How they end: whistle_endings."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Area, Lane, Whistle, WhistleCall, WhistleKind
from models.actor import Actor
from models.sealed import seal
from services import audit, deliveries, dues, refusals, roles, units
from services.facts import Done
from services.whistle_cards import (
    HEAR_OF_LATE,
    at_level,
    blower_of,
    blows,
    calls_of,
    concerning,
    get,
    has_charge,
    set_time,
    show,
    show_to,
    touch,
)
from services.whistle_endings import look
from services.whistle_words import Told

MOST_UNITS = 12
MOST_WORDS = 1000
AGAIN = timedelta(minutes=30)  # after the district, the administrators hear


def require_may_blow(session: Session, actor: Actor, area: Area | None) -> None:
    """Else a grid asks its street; WhistleAbove. Who has no cards to pass up is a resident; NotAllowed."""
    if actor.suspended or not blows(session, actor.member_id, area):
        if not roles.areas_led(session, actor.member_id):
            raise refusals.NotAllowed()
        raise refusals.WhistleAbove()


def blow(
    session: Session, now: datetime, actor: Actor, kind: WhistleKind, unit_ids: list[int], area: Area,
    *, request_id: int | None = None, words: str = "",
) -> Whistle:  # fmt: skip
    """Call units: each has so long to report in, and all of it stands on one card. Whom another whistle about the
    request calls already is not called twice."""
    require_may_blow(session, actor, area)
    require_few(unit_ids)
    called = _called_already(session, request_id, unit_ids) if request_id is not None else {}
    unit_ids = [unit_id for unit_id in dict.fromkeys(unit_ids) if unit_id not in called]
    if not unit_ids:
        raise refusals.CalledAlready(whistle=min(called.values()))
    if len(words) > MOST_WORDS:
        raise refusals.WordsTooLong(most=MOST_WORDS)
    mine, them = (
        roles.units_of(session, actor.member_id),
        [units.get(session, unit_id) for unit_id in unit_ids],
    )
    whistle = Whistle(
        kind=kind, request_id=request_id, area_id=area.id, blower_id=actor.member_id, blown_at=now,
        by_unit_id=mine[0] if mine else None, report_in_by=now,
    )  # fmt: skip
    seal(session, whistle, "words", words.strip() or None)
    session.add(whistle)
    session.flush()
    session.add_all(WhistleCall(whistle_id=whistle.id, unit_id=unit.id) for unit in them)
    set_time(session, now, whistle)
    show(session, now, whistle)
    about = {"kind": kind, "request": request_id, "units": sorted(unit_ids)}
    audit.record(session, now, actor.member_id, "whistle.blown", "whistle", whistle.id, **about)
    if request_id is not None:
        audit.record(
            session, now, actor.member_id, "request.whistled", "request", request_id, whistle=whistle.id
        )
    return whistle


def require_few(unit_ids: list[int]) -> None:
    if not unit_ids:
        raise refusals.NoUnitChosen()
    if len(unit_ids) > MOST_UNITS:
        raise refusals.ManyUnits(most=MOST_UNITS)


def _called_already(session: Session, request_id: int, unit_ids: list[int]) -> dict[int, int]:
    """Of these units, those that a whistle about the request calls already: its number by unit."""
    on = concerning(request_id) & col(Whistle.ended_at).is_(None)
    rows = session.exec(
        select(WhistleCall.unit_id, WhistleCall.whistle_id)
        .join(Whistle, col(Whistle.id) == col(WhistleCall.whistle_id))
        .where(on, col(WhistleCall.unit_id).in_(unit_ids))
    ).all()
    return dict(rows)


def _called(session: Session, actor: Actor, whistle_id: int) -> tuple[Whistle, list[WhistleCall]]:
    """A whistle that is on, and its calls to the units the actor speaks for; NotCalled, WhistleOver."""
    whistle = get(session, whistle_id)
    mine = set(roles.units_of(session, actor.member_id))
    called = [call for call in calls_of(session, whistle_id) if call.unit_id in mine]
    if not called or actor.suspended:
        raise refusals.NotCalled(whistle=whistle_id)
    if whistle.ended_at is not None:
        raise refusals.WhistleOver(whistle=whistle_id)
    return whistle, called


def report_in(session: Session, now: datetime, actor: Actor, whistle_id: int) -> Done:
    """The units the actor speaks for are here."""
    whistle, called = _called(session, actor, whistle_id)
    for call in called:
        if call.reported_in_at is None:
            call.reported_in_at, call.reported_in_by = actor.said_at, actor.member_id
            session.add(call)
            about = {"unit": call.unit_id}
            audit.record(session, now, actor.member_id, "whistle.reported_in", "whistle", whistle_id, **about)
    touch(session, whistle)
    look(session, now, whistle=whistle)
    return Done("reported_in", whistle_id)


def tell(session: Session, now: datetime, actor: Actor, whistle_id: int, said: Told) -> None:
    """Whoever has charge of the whistle hears what a unit says of it before it is there; once."""
    whistle, called = _called(session, actor, whistle_id)
    for call in called:
        about = {"whistle": whistle_id, "unit": call.unit_id, "what": said.value}
        for member in blower_of(session, whistle) or at_level(session, whistle, HEAR_OF_LATE[0]):
            key = f"told:{whistle_id}:{call.unit_id}:{said}:{whistle.report_in_by:%d%H%M%S}:{member.id}"
            deliveries.note(session, now, member, "whistle.told", about, lane=Lane.ESCALATION, key=key)
        details = {"unit": call.unit_id, "what": said.value}
        audit.record(session, now, actor.member_id, "whistle.told", "whistle", whistle_id, **details)


def report_in_for(session: Session, now: datetime, actor: Actor, whistle_id: int, unit_id: int) -> Done:
    """The blower, or who leads there, says that a unit has come that nobody speaks for here."""
    whistle = get(session, whistle_id)
    if actor.suspended or not has_charge(session, actor.member_id, whistle):
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


def tell_late(session: Session, now: datetime, whistle_id: int, rung: int) -> None:
    """Who has not reported in in time is named to the level above, and the card says so; once a level."""
    whistle = get(session, whistle_id)
    missing = [call for call in calls_of(session, whistle_id) if call.reported_in_at is None]
    hear = at_level(session, whistle, HEAR_OF_LATE[rung])
    heard = [member for level in HEAR_OF_LATE[:rung] for member in at_level(session, whistle, level)]
    nobody_new = rung > 0 and all(member in heard for member in hear)
    early = now < whistle.report_in_by  # it was resumed, and they have their time again
    if whistle.ended_at is not None or early or not missing or nobody_new:
        return
    for call in missing:
        call.told_at = call.told_at or now
        session.add(call)
    told = {member.id: member for member in (*hear, *blower_of(session, whistle))}
    about = {"whistle": whistle.id, "level": HEAR_OF_LATE[rung]}
    for member in told.values():
        show_to(session, now, member, whistle.id)
        key = f"late:{whistle.id}:{rung}:{whistle.report_in_by:%d%H%M%S}:{member.id}"
        deliveries.note(session, now, member, "whistle.late", about, lane=Lane.ESCALATION, key=key)
    audit.record(session, now, None, "whistle.late", "whistle", whistle.id, level=HEAR_OF_LATE[rung])
    touch(session, whistle)
    if rung + 1 < len(HEAR_OF_LATE):
        dues.set_due(session, "whistle.late", whistle.id, now + AGAIN, step=f"{rung + 1}:{now:%Y%m%d%H%M%S}")
