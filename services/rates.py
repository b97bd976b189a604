"""How well cases are solved, and who called whom: the figures of an area, a unit or a category, from what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, true
from sqlalchemy import select as core_select
from sqlmodel import Session, case, col, func, or_, select

from models import Area, Request, RequestState, Unit, Whistle, WhistleCall
from services import areas, request_cards, roles


@dataclass(frozen=True)
class Scope:
    """What figures are of: conditions on requests and whistles; `units` are those listed, None for all."""

    names: tuple[str, ...]
    requests: Any
    whistles: Any
    units: tuple[int, ...] | None = None


def of_area(session: Session, member_id: int, area: Area) -> Scope:
    below = select(Area.id).where(areas.within(area))
    mine = request_cards.concerning(session, member_id) & col(Request.area_id).in_(below)
    return Scope((area.name,), mine, col(Whistle.area_id).in_(below))


def of_unit(unit: Unit) -> Scope:
    return Scope((unit.name,), col(Request.unit_id) == unit.id, _involving([unit.id]), (unit.id,))


def of_category(session: Session, member_id: int, code: str) -> Scope:
    mine = request_cards.concerning(session, member_id) & (col(Request.category) == code)
    return Scope((), mine, col(Whistle.request_id).in_(select(Request.id).where(mine)))


def of_person(session: Session, member_id: int) -> Scope:
    """Of the areas that somebody leads and the units they speak for; of everything for administrators."""
    mine = request_cards.concerning(session, member_id)
    if roles.administers(session, member_id):
        return Scope((), mine, true())
    led, spoken = roles.areas_led(session, member_id), roles.units_of(session, member_id)
    below = select(Area.id).where(or_(false(), *map(areas.within, led)))
    names = [area.name for area in led]
    names += session.exec(select(Unit.name).where(col(Unit.id).in_(spoken)).order_by(col(Unit.id))).all()
    whistles = col(Whistle.area_id).in_(below) | _involving(spoken)
    return Scope(tuple(names), mine, whistles, None if led else tuple(spoken))


def _involving(unit_ids: list[int]) -> Any:
    called = select(WhistleCall.whistle_id).where(col(WhistleCall.unit_id).in_(unit_ids))
    return col(Whistle.id).in_(called) | col(Whistle.by_unit_id).in_(unit_ids)


@dataclass(frozen=True)
class Rates:
    """Of a scope's requests: shares of 1, and the mean rating; None where nothing was asked yet."""

    asked: int
    answered_in_time: float | None
    resolved: float | None
    resolved_in_time: float | None
    satisfaction: float | None
    rated: int


def rates(session: Session, scope: Scope) -> Rates:
    """Response rate (first taken before its deadline), resolution rate (solved by its asker's word or silence; in time when
    it never was said to be solved too late), satisfaction."""
    over = col(Request.closed_by).in_(("withdrawn", "forgotten"))  # nobody's merit, and nobody's fault
    asked = (
        scope.requests
        & (col(Request.state) != RequestState.MERGED)
        & (col(Request.closed_by).is_(None) | ~over)
    )
    solved = col(Request.state).in_((RequestState.RESOLVED, RequestState.CONFIRMED))
    declined = case((col(Request.closed_by) == "owner", col(Request.closed_at)))
    answered = func.coalesce(col(Request.accepted_at), col(Request.resolved_at), declined)
    at_first = case(
        (col(Request.answered_in_time).is_not(None), col(Request.answered_in_time)),
        else_=func.coalesce(answered <= col(Request.due_at), false()),
    )
    in_time = (col(Request.resolved_at) <= col(Request.due_at)) & ~col(Request.solved_late)
    row = (
        session.connection()
        .execute(
            core_select(
                func.count(col(Request.id)),
                func.sum(case((at_first, 1), else_=0)),
                func.sum(case((solved, 1), else_=0)),
                func.sum(case((solved & in_time, 1), else_=0)),
                func.avg(col(Request.rating)),
                func.count(col(Request.rating)),
            ).where(asked)
        )
        .one()
    )
    whole, timely, done, done_in_time, stars, rated = row
    if not whole:
        return Rates(0, None, None, None, None, 0)
    mean = float(stars) if stars is not None else None
    return Rates(whole, timely / whole, done / whole, done_in_time / whole, mean, rated)


def keep(request: Request) -> None:
    """A request is about to be opened again: how quick its first answer was stays, and that it was solved late."""
    answered: datetime | None = request.accepted_at or request.resolved_at
    if answered is None and request.closed_by == "owner":
        answered = request.closed_at
    if request.answered_in_time is None and answered is not None:
        request.answered_in_time = answered <= request.due_at
    if request.resolved_at is not None and request.resolved_at > request.due_at:
        request.solved_late = True


@dataclass(frozen=True)
class WhistleCounts:
    """How often a unit was called and came in time, and how often it called others."""

    unit: str
    called: int
    in_time: int
    blown: int


def whistle_counts(session: Session, scope: Scope) -> list[WhistleCounts]:
    """Both directions, unit by unit."""
    listed = col(Unit.id).in_(scope.units) if scope.units is not None else true()
    timely = case((col(WhistleCall.reported_in_at) <= col(Whistle.report_in_by), 1), else_=0)
    # Told in time that it need not come
    ended = col(Whistle.ended_at).is_not(None) & (col(Whistle.ended_at) <= col(Whistle.report_in_by))
    spared = col(WhistleCall.reported_in_at).is_(None) & ended
    called = {
        row[0]: (row[1], row[2])
        for row in session.exec(
            select(WhistleCall.unit_id, func.count(), func.sum(timely))
            .join(Whistle, col(Whistle.id) == col(WhistleCall.whistle_id))
            .where(scope.whistles, ~spared)
            .group_by(col(WhistleCall.unit_id))
        ).all()
    }
    by_unit = (
        select(Whistle.by_unit_id, func.count())
        .where(scope.whistles, col(Whistle.by_unit_id).is_not(None))
        .group_by(col(Whistle.by_unit_id))
    )
    blown: dict[int | None, int] = dict(session.exec(by_unit).all())
    units = session.exec(
        select(Unit.id, Unit.name).where(col(Unit.retired_at).is_(None), listed).order_by(col(Unit.id))
    ).all()
    return [WhistleCounts(name, *called.get(unit, (0, 0)), blown.get(unit, 0)) for unit, name in units]


def whistles_by_kind(session: Session, scope: Scope) -> dict[str, int]:
    counted = select(Whistle.kind, func.count()).where(scope.whistles).group_by(col(Whistle.kind))
    return {str(kind): count for kind, count in session.exec(counted).all()}
