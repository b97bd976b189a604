"""What happens to requests and whistles when a due row comes up. Each looks again whether it is still true."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from models import Area, Lane, Member, Order, Reach, Request, Role
from models.member import RoleKind
from services import (
    audit,
    case_lists,
    closing,
    days,
    deadlines,
    deliveries,
    dues,
    held,
    helping,
    request_dialogue,
    requests,
    silence,
    whistle_endings,
    whistles,
)  # fmt: skip
from services.dues import Taken

SLICE = 100  # people whose morning is written in one transaction


def _send(session: Session, now: datetime, due: Taken) -> None:
    request_dialogue.fall_silent(session, now, requests.lock(session, due.subject_id))


def _warn(session: Session, now: datetime, due: Taken) -> None:
    request = deadlines.current(session, due.subject_id, due.step)
    if request is not None and request.due_at > now:  # else the next step says so
        deadlines.warn(session, now, request)


def _escalate(session: Session, now: datetime, due: Taken) -> None:
    request = deadlines.current(session, due.subject_id, due.step)
    if request is None or not deadlines.is_next(request, due.step):
        return
    untaken = request.urgent and deadlines.is_untaken(session, request)
    again = due.step.count(":") > 1
    if request.due_at <= now or (untaken and (request.told_up > 0 or again)):
        deadlines.escalate(session, now, request, untaken=request.due_at > now, again=again)
    else:  # it was taken meanwhile: what is left is its deadline
        step = f"{request.round}:{request.told_up}:due"
        dues.set_due(session, "request.escalate", request.id, request.due_at, step=step)


def _overdue(session: Session, _now: datetime, due: Taken) -> None:
    """Its cards say that it is overdue."""
    request = deadlines.current(session, due.subject_id, due.step)
    if request is not None:
        requests.touch(session, request)


def _read_ahead(session: Session, request_ids: list[int]) -> None:
    """What steps up of thousands at once would each read by themselves: the request, who asked, and where."""
    them = held.lock_all(session, Request, request_ids)
    askers, places = {request.asker_id for request in them}, {request.area_id for request in them}
    session.exec(select(Member).where(col(Member.id).in_(askers))).all()
    session.exec(select(Area).where(col(Area.id).in_(places - {None}))).all()


def _untaken(session: Session, now: datetime, due: Taken) -> None:
    """Nobody has taken what is urgent, or whoever had let it go: the next level hears now, whatever the deadline."""
    request = deadlines.current(session, due.subject_id, due.step)
    if request is None or not deadlines.is_next(request, due.step):
        return
    if deadlines.is_untaken(session, request):
        deadlines.escalate(session, now, request, untaken=True)


def _close(session: Session, now: datetime, due: Taken) -> None:
    request = requests.lock(session, due.subject_id)
    if closing.is_silent(request, now) or closing.is_left_silent(session, now, request):
        closing.fall_silent(session, now, request)


def _anonymise(session: Session, now: datetime, due: Taken) -> None:
    request = requests.lock(session, due.subject_id)
    closing.anonymise_in_time(session, now, request)


def resolve_by(session: Session, now: datetime, order: Order) -> None:
    """The duty was for a request, and has brought what was needed: its asker is asked."""
    request = helping.is_done(session, order)
    if request is not None:
        closing.resolve(session, now, request)
        audit.record(session, now, None, "request.resolved", "request", request.id, order=order.id)


def _helped(session: Session, now: datetime, due: Taken) -> None:
    """Its duty has closed with help that was approved."""
    order = session.get(Order, int(due.step))
    if order is not None:
        resolve_by(session, now, order)


def _late(session: Session, now: datetime, due: Taken) -> None:
    whistles.tell_late(session, now, due.subject_id, int(due.step.split(":")[0]))


def _forget_whistle(session: Session, now: datetime, due: Taken) -> None:
    whistle_endings.forget_in_time(session, now, due.subject_id)


def _silent(session: Session, now: datetime, due: Taken) -> None:
    silence.fall_silent(session, now, due.subject_id)


def _morning(session: Session, now: datetime, due: Taken) -> None:
    """To everybody who has cases waiting: how many are overdue, due today, and not yet taken."""
    day, after = due.step.split(":")
    if after == "0":
        days.plan(session, now)
    duties = col(Role.kind).in_((RoleKind.LEADER, RoleKind.OFFICER, RoleKind.ADMINISTRATOR))
    people = session.exec(
        select(Member)
        .join(Role, col(Role.member_id) == col(Member.id))
        .where(duties, col(Role.revoked_at).is_(None), Member.reach == Reach.OK, col(Member.id) > int(after))
        .distinct()
        .order_by(col(Member.id))
        .limit(SLICE)
    ).all()
    for member in people:
        counts = case_lists.counts(session, now, member.id)
        if counts.waiting:
            key = f"morning:{day}:{member.id}"
            deliveries.note(session, now, member, "cases.morning", {}, lane=Lane.NOTE, key=key)
    if len(people) == SLICE:
        dues.set_due(session, "cases.morning", 0, due.due_at, step=f"{day}:{people[-1].id}")


def _calendar(session: Session, now: datetime, due: Taken) -> None:
    """Deadlines by the calendar in force, a slice at a time."""
    day, after = due.step.split(":")
    if after == "0":
        days.plan(session, now)
    last = deadlines.recompute(session, now, int(after))
    if last:
        dues.set_due(session, "cases.calendar", 0, now, step=f"{day}:{last}")


PERFORMERS: dict[str, Callable[[Session, datetime, Taken], None]] = {
    "request.send": _send,
    "request.warn": _warn,
    "request.late": _overdue,
    "request.escalate": _escalate,
    "request.untaken": _untaken,
    "request.close": _close,
    "request.anonymise": _anonymise,
    "request.helped": _helped,
    "whistle.late": _late,
    "whistle.forget": _forget_whistle,
    "question.silent": _silent,
    "cases.morning": _morning,
    "cases.calendar": _calendar,
}
READ_AHEAD: dict[str, Callable[[Session, list[int]], None]] = {"request.escalate": _read_ahead}
