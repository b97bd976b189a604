"""Closing: the asker is asked and has the last word. Silence closes after a stated time, and one word opens it again."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Lane, Member, Request, RequestState
from models.actor import Actor
from models.lifecycle import REQUEST, UNSOLVED, move
from services import (
    audit,
    deadlines,
    deliveries,
    dues,
    helping,
    holders,
    orders,
    refusals,
    request_cards,
    requests,
    whistles,
)
from services.facts import Done

SILENCE = timedelta(days=3)
KEPT = timedelta(days=30)  # after closing; then nobody's words, place or phone are left


def resolve(session: Session, now: datetime, request: Request) -> None:
    """Ask its asker, and those who joined it, whether it is."""
    requests.advance(session, request, "resolve")
    request.resolved_at = now
    for each in (request, *_joined(session, request.id)):
        asker = session.get(Member, each.asker_id)
        if asker is not None:
            key = f"resolved:{each.id}:{request.round}"
            deliveries.note(
                session, now, asker, "request.resolved", {"case": each.id}, lane=Lane.ESCALATION, key=key
            )
    dues.set_due(session, "request.close", request.id, now + SILENCE, step=str(request.round))
    whistles.look(session, now, request_id=request.id)


def _joined(session: Session, request_id: int) -> list[Request]:
    merged = (Request.merged_into == request_id) & (Request.state == RequestState.MERGED)
    return list(session.exec(select(Request).where(merged)).all())


def close(session: Session, now: datetime, request: Request, by: str) -> None:
    """It is over: what helpers were shown goes, and its details in time."""
    request.closed_at, request.closed_by = now, by
    session.add(request)
    helping.take_back(session, now, request.id)
    order = requests.open_order(session, request.id)
    if order is not None:
        orders.call_off(session, now, order.id)
    step = f"{now:%Y%m%d%H%M%S}"
    dues.set_due(session, "request.anonymise", request.id, now + KEPT, step=step)
    whistles.look(session, now, request_id=request.id)


def confirm(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The asker says that it is solved, or no longer needed."""
    request = requests.own(session, actor, request_id)
    if request.state == RequestState.CONFIRMED:
        return Done("confirmed_case", request_id)
    withdrawn = request.state in UNSOLVED
    requests.advance(session, request, "confirm")
    request.merged_into = None
    close(session, now, request, "withdrawn" if withdrawn else "asker")
    if withdrawn:
        part(session, now, request)
    audit.record(session, now, actor.member_id, "request.confirmed", "request", request.id)
    requests.touch(session, request)
    _show_closed(session, now, actor, request)
    return Done("confirmed_case", request_id)


def part(session: Session, now: datetime, request: Request) -> None:
    """It ended without being solved: those who had joined it go on by themselves, and hear so."""
    for each in _joined(session, request.id):
        joined = requests.lock(session, each.id)
        _open_again(session, now, joined)
        asker = session.get(Member, joined.asker_id)
        if asker is not None:
            key = f"parted:{joined.id}:{joined.round}"
            deliveries.note(
                session, now, asker, "request.parted", {"case": joined.id}, lane=Lane.ESCALATION, key=key
            )


def _open_again(session: Session, now: datetime, request: Request) -> None:
    """Open, with a deadline of its own, and nobody's in person."""
    requests.advance(session, request, "reopen")
    request.reopened += 1
    request.extended = 0
    request.merged_into = request.resolved_at = request.closed_at = request.closed_by = request.rating = None
    request.accepted_at = request.owner_id = None
    deadlines.start(session, now, request)
    deliveries.revive(session, ("request", request.id))
    request.sent_at = request.sent_at or now
    request_cards.seat(session, now, request)


def _show_closed(session: Session, now: datetime, actor: Actor, request: Request) -> None:
    """The message that was pressed says so; typed words get an answer."""
    if actor.cause.press and deliveries.at_message(session, actor.cause.chat_id, actor.cause.message_id):
        deliveries.turn(session, now, actor, {"closed": True})
    else:
        deliveries.answer(session, now, actor, "request.closed", {"case": request.id})


def not_fixed(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The asker says that it is not: it is open again, with a deadline of its own, and its owners hear at once."""
    request = requests.own(session, actor, request_id)
    if request.state in UNSOLVED:
        return Done("reopened_case", request_id)
    if request.anonymised_at is not None or (request.closed_at and now > request.closed_at + KEPT):
        raise refusals.CaseLongClosed(case=request_id)
    _open_again(session, now, request)
    request_cards.tell(
        session, now, request, "request.reopened", key=f"reopened:{request.id}:{request.round}"
    )
    audit.record(session, now, actor.member_id, "request.reopened", "request", request.id)
    if actor.cause.press and deliveries.at_message(session, actor.cause.chat_id, actor.cause.message_id):
        deliveries.turn(session, now, actor, {"reopened": True})
    else:
        deliveries.answer(session, now, actor, "request.open", {"case": request.id})
    return Done("reopened_case", request_id)


def fall_silent(session: Session, now: datetime, request: Request) -> None:
    """Nobody said anything for three days: it is closed, and its asker reads how to open it again."""
    requests.advance(session, request, "confirm")
    close(session, now, request, "silence")
    for each in _joined(session, request.id):
        requests.advance(session, requests.lock(session, each.id), "confirm")
    audit.record(session, now, None, "request.closed", "request", request.id)
    requests.touch(session, request)
    asker = session.get(Member, request.asker_id)
    if asker is not None:
        deliveries.note(
            session,
            now,
            asker,
            "request.silent",
            {"case": request.id},
            key=f"silent:{request.id}:{request.round}",
        )


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
    deliveries.turn(session, now, actor, {"closed": True})
    return Done("rated", request_id)


def anonymise(session: Session, now: datetime, request: Request) -> None:
    """What could tell whose need it was is emptied; numbers, category, times and rating stay."""
    requests.empty(session, request)
    request.anonymised_at = now
    audit.record(session, now, None, "request.anonymised", "request", request.id)
    deliveries.revive(session, ("request", request.id))
    requests.touch(session, request)


def forget(session: Session, now: datetime, member_id: int) -> None:
    """Somebody is to be forgotten: what they asked for is withdrawn, and nothing of it is left; what they held is free."""
    theirs = select(Request).where(Request.asker_id == member_id, col(Request.anonymised_at).is_(None))
    for request in session.exec(theirs.with_for_update()).all():
        if request.closed_at is None:
            request.state = move(REQUEST, request.state, "confirm") or request.state
            close(session, now, request, "forgotten")
            part(session, now, request)
        anonymise(session, now, request)
    held = select(Request).where(Request.owner_id == member_id, col(Request.state).in_(UNSOLVED))
    for request in session.exec(held).all():
        holders.hand_on(request)
        requests.touch(session, request)
        request_cards.seat(session, now, request)


def due_for_anonymising(request: Request, now: datetime) -> bool:
    """Whether a closed request has been closed for so long; one opened again meanwhile has a later row."""
    over = request.closed_at is not None and request.closed_at + KEPT <= now
    return over and request.anonymised_at is None


def unanonymised(session: Session, now: datetime, most: int) -> list[Request]:
    """Requests whose details should be gone and are not, for the auditor."""
    late = (col(Request.closed_at) < now - KEPT - timedelta(hours=1)) & col(Request.anonymised_at).is_(None)
    return list(session.exec(select(Request).where(late).limit(most)).all())
