"""Closing: the asker is asked and has the last word. Silence closes after a stated time, and one word opens it again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Delivery, DeliveryState, Lane, Member, Reach, Request, RequestState
from models.actor import Actor
from models.lifecycle import REQUEST, UNSOLVED, move
from services import (
    audit,
    case_duties,
    deadlines,
    deliveries,
    dues,
    helping,
    pressed,
    rates,
    refusals,
    request_cards,
    requests,
    whistle_endings,
)
from services.facts import Done

SILENCE = timedelta(days=3)


def resolve(session: Session, now: datetime, request: Request) -> None:
    """Ask its asker, and those who joined it, whether it is."""
    requests.advance(session, request, "resolve")
    request.resolved_at = now
    for each in (request, *requests.asked_by_more(session, request.id)):
        about = f"{each.id}:{request.round}" if each is request else f"{each.id}:{request.id}:{request.round}"
        ask(session, now, each, f"resolved:{about}")
    wait_again(session, now, request)
    asker = session.get(Member, request.asker_id)
    if asker is None or asker.reach != Reach.OK:
        request_cards.tell(
            session, now, request, "request.unheard", key=f"unheard:{request.id}:{request.round}"
        )
    order = requests.open_order(session, request.id)
    if order is not None and not order.taken:
        case_duties.call_off(session, now, order.id)
    else:
        helping.solved_without(session, now, request)
    whistle_endings.look(session, now, request_id=request.id)


def ask(session: Session, now: datetime, request: Request, key: str) -> None:
    """Is it solved?"""
    _tell(session, now, request, "request.resolved", key)


def ask_unreached(session: Session, now: datetime, member_id: int) -> None:
    """Who could not be written to when it was said to be solved is asked now, and has the same time to answer."""
    asked = select(Request.id).where(Request.asker_id == member_id, Request.state == RequestState.RESOLVED)
    for case in session.exec(asked.order_by(col(Request.id))).all():
        request = requests.lock(session, case)
        key = f"resolved:{case}:{request.round}"
        row = session.exec(select(Delivery).where(Delivery.unique_key == key)).first()
        unheard = row is None or row.state == DeliveryState.NEVER
        if unheard and request.state == RequestState.RESOLVED:
            wait_again(session, now, request)
            ask(session, now, request, f"unreached:{case}:{request.round}")


def _tell(
    session: Session, now: datetime, request: Request, kind: str, key: str, lane: Lane = Lane.ESCALATION
) -> None:
    asker = session.get(Member, request.asker_id)
    if asker is not None:
        deliveries.note(session, now, asker, kind, {"case": request.id}, lane=lane, key=key)


def wait_again(session: Session, now: datetime, request: Request) -> None:
    """Silence is counted from now on."""
    request.touched_at = now
    session.add(request)
    dues.set_due(
        session, "request.close", request.id, now + SILENCE, step=f"{request.round}:{now:%Y%m%d%H%M%S}"
    )


def is_silent(request: Request, now: datetime) -> bool:
    """Whether its asker has been asked, and has said nothing for as long as silence takes."""
    since = request.resolved_at if request.state == RequestState.RESOLVED else None
    return since is not None and max(since, request.touched_at) + SILENCE <= now


def is_left_silent(session: Session, now: datetime, request: Request) -> bool:
    """Whether the request it is part of was confirmed so long ago, and whoever joined has not said anything."""
    target = session.get(Request, request.merged_into or 0) if request.state == RequestState.MERGED else None
    confirmed = target is not None and target.state == RequestState.CONFIRMED
    ended = target.closed_at if target is not None and confirmed and request.anonymised_at is None else None
    return ended is not None and max(ended, request.touched_at) + SILENCE <= now


def close(session: Session, now: datetime, request: Request, by: str) -> None:
    """It is over: what helpers were shown goes, and its details in time."""
    request.closed_at, request.closed_by = now, by
    session.add(request)
    helping.take_back_all(session, now, request.id)
    order = requests.open_order(session, request.id)
    helped = by in ("asker", "silence") and order is not None and helping.helpers_of(session, order.id)
    if order is not None and not helped:  # else they have been told, and report
        case_duties.call_off(session, now, order.id)
    step = f"{now:%Y%m%d%H%M%S}"
    dues.set_due(session, "request.anonymise", request.id, now + requests.KEPT, step=step)
    whistle_endings.look(session, now, request_id=request.id)


def confirm(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The asker says that it is solved; CaseStands where it was opened again since it was asked."""
    request = requests.own(session, actor, request_id)
    if request.state in UNSOLVED:
        raise refusals.CaseStands(case=request_id)
    _end(session, now, actor, request, "asker")
    return Done("confirmed_case", request_id)


def withdraw(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The asker says that it is no longer needed."""
    request = requests.own(session, actor, request_id)
    if request.state not in UNSOLVED:
        return confirm(session, now, actor, request_id)
    _end(session, now, actor, request, "withdrawn")
    part(session, now, request)
    return Done("withdrawn_case", request_id)


def _end(session: Session, now: datetime, actor: Actor, request: Request, by: str) -> None:
    if request.state == RequestState.CONFIRMED:
        if not actor.cause.press:
            deliveries.answer(session, now, actor, "request.closed", {"case": request.id})
        return
    requests.advance(session, request, "confirm")
    request.merged_into = None
    close(session, now, request, by)
    for each in requests.asked_by_more(session, request.id) if by == "asker" else ():
        step = f"joined:{now:%Y%m%d%H%M%S}"  # they were asked as well, and have their own time to answer
        dues.set_due(session, "request.close", each.id, now + SILENCE, step=step)
    audit.record(session, now, actor.member_id, "request.confirmed", "request", request.id)
    requests.touch(session, request)
    _show_closed(session, now, actor, request)


def part(session: Session, now: datetime, request: Request) -> None:
    """It ended without being solved: those who had joined it go on by themselves, and hear so; also danger that a helper
    told of, whatever the one it happens to says."""
    danger = [each for each in requests.joined_to(session, request.id) if each.urgent]
    for each in {each.id: each for each in (*requests.asked_by_more(session, request.id), *danger)}.values():
        joined = requests.lock(session, each.id)
        _open_again(session, now, joined)
        _tell(session, now, joined, "request.parted", f"parted:{joined.id}:{joined.round}")


def _open_again(session: Session, now: datetime, request: Request) -> None:
    """Open, with a deadline of its own, and nobody's in person."""
    rates.keep(request)
    requests.advance(session, request, "reopen")
    request.reopened += 1
    request.extended, request.extended_from = 0, None
    request.merged_into = request.resolved_at = request.closed_at = request.closed_by = request.rating = None
    request.accepted_at = request.owner_id = None
    if request.area_from == requests.BY_HELPER:  # it is theirs from now on
        request.area_from = "owner"
    deadlines.start(session, now, request)
    order = requests.open_order(session, request.id)
    if order is not None and helping.helpers_of(session, order.id):
        requests.advance(session, request, "dispatch")  # whoever was to come finishes it
        helping.come_after_all(session, now, request, order)
    elif order is not None:
        case_duties.call_off(session, now, order.id)  # it is done, and others may be sent
    deliveries.revive(session, ("request", request.id))
    request.sent_at = request.sent_at or now
    request_cards.seat(session, now, request)
    whistle_endings.resume(session, now, request.id)


def _show_closed(session: Session, now: datetime, actor: Actor, request: Request) -> None:
    """The message that was pressed says so; typed words get an answer."""
    if not pressed.turn(session, now, actor, {"closed": True}):
        deliveries.answer(session, now, actor, "request.closed", {"case": request.id})


def not_fixed(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The asker says that it is not: it is open again, with a deadline of its own, and its owners hear at once."""
    request = requests.own(session, actor, request_id)
    if request.state in UNSOLVED:
        if not actor.cause.press:
            deliveries.answer(session, now, actor, "request.open", {"case": request.id})
        return Done("reopened_case", request_id)
    ended = _ended_at(session, request)
    if request.anonymised_at is not None or (ended and now > ended + requests.KEPT):
        raise refusals.CaseLongClosed(case=request_id)
    kind = "request.contested" if request.state == RequestState.DECLINED else "request.reopened"
    _open_again(session, now, request)
    request_cards.tell(session, now, request, kind, key=f"reopened:{request.id}:{request.round}")
    audit.record(session, now, actor.member_id, "request.reopened", "request", request.id)
    if not pressed.turn(session, now, actor, {"reopened": True}):
        deliveries.answer(session, now, actor, "request.open", {"case": request.id})
    return Done("reopened_case", request_id)


def fall_silent(session: Session, now: datetime, request: Request) -> None:
    """Nobody said anything for three days: it is closed, and its asker reads how to open it again."""
    requests.advance(session, request, "confirm")
    close(session, now, request, "silence")
    joined = [requests.lock(session, each.id) for each in requests.joined_to(session, request.id)]
    for each in joined:
        requests.advance(session, each, "confirm")
        close(session, now, each, "silence")
    audit.record(session, now, None, "request.closed", "request", request.id)
    requests.touch(session, request)
    for each in (request, *(each for each in joined if not requests.helper_of(session, each))):
        _tell(session, now, each, "request.silent", f"silent:{each.id}:{each.round}", Lane.NOTE)


def rate(session: Session, now: datetime, actor: Actor, request_id: int, rating: int) -> Done:
    """From 1 to 5, by the asker, once it is confirmed; the last word counts."""
    request = requests.own(session, actor, request_id)
    if not 1 <= rating <= 5:  # noqa: PLR2004 - as everywhere
        raise refusals.BadRating()
    if request.state != RequestState.CONFIRMED:
        raise refusals.CaseStands(case=request_id)
    request.rating = rating
    audit.record(session, now, actor.member_id, "request.rated", "request", request.id, rating=rating)
    deliveries.revive(session, ("request", request.id))
    requests.touch(session, request)
    pressed.turn(session, now, actor, {"closed": True})
    return Done("rated", request_id)


def anonymise(session: Session, now: datetime, request: Request) -> None:
    """What could tell whose need it was is emptied; numbers, category, times and rating stay."""
    requests.empty(session, request)
    whistle_endings.forget(session, request.id)
    request.anonymised_at = now
    audit.record(session, now, None, "request.anonymised", "request", request.id)
    deliveries.revive(session, ("request", request.id))
    requests.touch(session, request)


def forget(session: Session, now: datetime, member_id: int) -> None:
    """Somebody is to be forgotten: what they asked for is withdrawn, and nothing of it is left."""
    theirs = select(Request).where(Request.asker_id == member_id, col(Request.anonymised_at).is_(None))
    for request in session.exec(theirs.with_for_update()).all():
        if request.closed_at is None:
            request.state = move(REQUEST, request.state, "confirm") or request.state
            close(session, now, request, "forgotten")
            part(session, now, request)
        helping.take_back_all(session, now, request.id)  # also what went on as part of another
        anonymise(session, now, request)


def _ended_at(session: Session, request: Request) -> datetime | None:
    """When it was closed; one that joined another ends with that one."""
    if request.state == RequestState.MERGED and request.merged_into is not None:
        return _ended_at(session, requests.get(session, request.merged_into))
    return request.closed_at


def anonymise_in_time(session: Session, now: datetime, request: Request) -> None:
    """Where it has been closed for so long; one opened again meanwhile has a later row, one that joined a longer one waits."""
    if request.closed_at is None or request.anonymised_at is not None:
        return
    ended = _ended_at(session, request)
    if ended is not None and ended + requests.KEPT <= now:
        anonymise(session, now, request)
    elif request.state == RequestState.MERGED:
        dues.set_due(
            session,
            "request.anonymise",
            request.id,
            (ended or now) + requests.KEPT,
            step=f"{now:%Y%m%d%H%M%S}",
        )


def unanonymised(session: Session, now: datetime, most: int) -> list[Request]:
    """Requests whose details should be gone and are not, for the auditor."""
    before = now - requests.KEPT - timedelta(hours=1)
    late = (col(Request.closed_at) < before) & col(Request.anonymised_at).is_(None)
    target = aliased(Request)
    over = (
        select(target.id)
        .where(target.id == col(Request.merged_into), col(target.closed_at) < before)
        .exists()
    )
    ended = (col(Request.state) != RequestState.MERGED) | over
    return list(session.exec(select(Request).where(late, ended).limit(most)).all())
