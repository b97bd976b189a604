"""What a whistle's card shows."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Request, Unit, Whistle, WhistleCall
from models.sealed import unseal
from services import areas, disposal_lists, holders, roles, whistle_endings
from services.facts import Called, WhistleFacts
from services.whistle_cards import commands, has_charge


def facts(session: Session, now: datetime, whistle_id: int, reader: int) -> WhistleFacts | None:
    """A whistle as it stands, for one of those who may read it; None for anybody else."""
    whistle = session.get(Whistle, whistle_id)
    if whistle is None:
        return None
    area, request = areas.get(session, whistle.area_id), session.get(Request, whistle.request_id or 0)
    mine, calls = set(roles.units_of(session, reader)), _calls(session, whistle_id)
    ours = [call for call, _ in calls if call.unit_id in mine]
    vouches = has_charge(session, reader, whistle)
    if not (ours or vouches):
        return None
    return WhistleFacts(
        id=whistle.id, kind=whistle.kind, area=area.name, zone=areas.zone(session, area), blown_at=whistle.blown_at,
        report_in_by=whistle.report_in_by,
        units=tuple(
            Called(call.unit_id, name, call.reported_in_at, call.reported_in_at is None and whistle.report_in_by <= now, call.told_at)
            for call, name in calls
        ),
        case=request.id if request and _may_look(session, reader, request) else 0,
        category=disposal_lists.category_of(session, request) if request else None,
        words=unseal(session, whistle, "words") or "", ended=whistle.ended_at is not None,
        solved=whistle_endings.is_solved(session, whistle), of_its_own=whistle.request_id is None, commands=commands(session, reader, whistle),
        awaited=any(call.reported_in_at is None for call in ours), vouches=vouches,
    )  # fmt: skip


def _may_look(session: Session, reader: int, request: Request) -> bool:
    return holders.may_look(session, reader, False, request)


def _calls(session: Session, whistle_id: int) -> list[tuple[WhistleCall, str]]:
    rows = session.exec(
        select(WhistleCall, Unit.name)
        .join(Unit, col(Unit.id) == col(WhistleCall.unit_id))
        .where(WhistleCall.whistle_id == whistle_id)
        .order_by(col(WhistleCall.unit_id))
    ).all()
    return [(row[0], row[1]) for row in rows]


def missing(session: Session, whistle_id: int) -> list[str]:
    """Names of the units that have not reported in."""
    return [name for call, name in _calls(session, whistle_id) if call.reported_in_at is None]
