"""How whistles end: all are in and it is solved, or what they were about is over otherwise; and what is left of them."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Audit, Request, RequestState, Whistle
from models.actor import Actor
from models.sealed import seal
from services import audit, deliveries, dues, pressed, refusals, requests
from services.facts import Done
from services.whistle_cards import (
    calls_of,
    commands,
    concerning,
    get,
    has_charge,
    set_time,
    show,
    touch,
)

_NOT_SOLVED = ("withdrawn", "forgotten")
_STATES = {RequestState.RESOLVED: "done", RequestState.CONFIRMED: "solved"}


def solve(session: Session, now: datetime, actor: Actor, whistle_id: int) -> Done:
    """Who has charge of it says that what it was about is solved; a request says so itself."""
    whistle = get(session, whistle_id)
    if actor.suspended or not has_charge(session, actor.member_id, whistle):
        raise refusals.NotAllowed()
    if whistle.request_id is not None:
        raise refusals.SolvedByCase(case=whistle.request_id)
    if whistle.ended_at is not None:
        raise refusals.WhistleOver(whistle=whistle_id)
    whistle.solved_at = whistle.solved_at or now
    look(session, now, whistle=whistle)
    return Done("solved", whistle_id)


def call_off(session: Session, now: datetime, actor: Actor, whistle_id: int) -> Done:
    """Nobody need come any more, says who blew it, or has charge of it."""
    request, whistle = _commanded(session, actor, whistle_id)
    pressed.turn(session, now, actor, {"menu": ""})
    _end(session, now, whistle, actor.member_id, "whistle.called_off")
    if request is not None:  # its card names whom it calls
        requests.touch(session, request)
    return Done("called_off", whistle_id)


def take_off(session: Session, now: datetime, actor: Actor, whistle_id: int, unit_id: int) -> Done:
    """A unit is called no more, say those who may call the whistle off; without anybody left to come it is off."""
    request, whistle = _commanded(session, actor, whistle_id)
    calls = {call.unit_id: call for call in calls_of(session, whistle_id)}
    call = calls.get(unit_id)
    if call is None:
        return Done("taken_off", whistle_id)
    if call.reported_in_at is not None:
        return Done("noted_in", whistle_id)
    if len(calls) == 1:
        _end(session, now, whistle, actor.member_id, "whistle.called_off")
    else:
        session.delete(call)
        about = {"unit": unit_id}
        audit.record(session, now, actor.member_id, "whistle.taken_off", "whistle", whistle_id, **about)
        look(session, now, whistle=whistle)
    if request is not None:
        requests.touch(session, request)
    return Done("taken_off", whistle_id)


def _commanded(session: Session, actor: Actor, whistle_id: int) -> tuple[Request | None, Whistle]:
    """What a whistle that is on is about, and itself, for who may call it off; locked in the order of everywhere."""
    about = session.exec(select(Whistle.request_id).where(Whistle.id == whistle_id)).first()
    request = requests.lock(session, about) if about is not None else None
    whistle = get(session, whistle_id)
    if actor.suspended or not commands(session, actor.member_id, whistle):
        raise refusals.NotAllowed()
    if whistle.ended_at is not None:
        raise refusals.WhistleOver(whistle=whistle_id)
    return request, whistle


def look(
    session: Session, now: datetime, *, request_id: int | None = None, whistle: Whistle | None = None
) -> None:
    """End what has nothing left to wait for: all units are in, and the request is said to be done; or its asker or whoever has
    charge said that it is solved, or it is over in another way, and nobody else need come."""
    session.flush()
    for each in [whistle] if whistle is not None else _about(session, request_id or 0):
        state = _state(session, each)
        if each.ended_at is None and (state == "solved" or (state == "done" and _all_in(session, each))):
            _end(session, now, each, None, "whistle.ended")
        elif each.ended_at is None and state == "gone":
            _end(session, now, each, None, "whistle.called_off")
        else:
            touch(session, each)


def _about(session: Session, request_id: int, *, ended: bool = False) -> list[Whistle]:
    over = col(Whistle.ended_at).is_not(None) if ended else col(Whistle.ended_at).is_(None)
    found = select(Whistle.id).where(concerning(request_id), over).order_by(col(Whistle.id))
    return [get(session, whistle_id) for whistle_id in session.exec(found).all()]


def _end(session: Session, now: datetime, whistle: Whistle, by: int | None, fact: str) -> None:
    whistle.ended_at = now
    audit.record(session, now, by, fact, "whistle", whistle.id)
    dues.set_due(session, "whistle.forget", whistle.id, now + requests.KEPT, step=f"{now:%Y%m%d%H%M%S}")
    touch(session, whistle)


def _all_in(session: Session, whistle: Whistle) -> bool:
    return all(call.reported_in_at for call in calls_of(session, whistle.id))


def is_solved(session: Session, whistle: Whistle) -> bool:
    """Whether what it was about is solved, or said to be and all are in."""
    state = _state(session, whistle)
    return state == "solved" or (state == "done" and _all_in(session, whistle))


def _state(session: Session, whistle: Whistle) -> str:
    """`open`, `done` while its asker is asked, `solved`, or `gone`: declined, withdrawn or forgotten. What had joined a
    request that is gone goes on by itself."""
    if whistle.request_id is None:
        return "solved" if whistle.solved_at is not None else "open"
    request = session.get(Request, whistle.request_id)
    if request is not None and request.state == RequestState.MERGED:
        target = session.get(Request, request.merged_into or 0)
        return _STATES.get(target.state, "open") if target is not None and not _is_gone(target) else "open"
    if request is None or _is_gone(request):
        return "gone"
    return _STATES.get(request.state, "open")


def _is_gone(request: Request) -> bool:
    return request.state == RequestState.DECLINED or request.closed_by in _NOT_SOLVED


def resume(session: Session, now: datetime, request_id: int) -> None:
    """A request is open again: whoever was called stays called until it is solved (事不完，人不撤), unless a person called
    the whistle off. Who had not come has their time anew."""
    for whistle in _about(session, request_id, ended=True):
        if _state(session, whistle) != "open" or _was_called_off(session, whistle.id):
            continue
        whistle.ended_at = None
        if not _all_in(session, whistle):
            set_time(session, now, whistle)
        deliveries.revive(session, ("whistle", whistle.id))
        audit.record(session, now, None, "whistle.resumed", "whistle", whistle.id)
        show(session, now, whistle)
        touch(session, whistle)


def _was_called_off(session: Session, whistle_id: int) -> bool:
    """Whether a person said so; what only followed from the case has no actor."""
    by_hand = (col(Audit.subject_kind) == "whistle") & (col(Audit.subject_id) == whistle_id)
    off = select(Audit.id).where(
        by_hand, Audit.fact == "whistle.called_off", col(Audit.actor_id).is_not(None)
    )
    return session.exec(off.limit(1)).first() is not None


def forget(session: Session, request_id: int) -> None:
    """Nothing is left of what whistles about a request said: it was somebody's need."""
    about = select(Whistle.id).where(Whistle.request_id == request_id)
    for whistle_id in session.exec(about.order_by(col(Whistle.id))).all():
        _empty(session, get(session, whistle_id))


def forget_in_time(session: Session, now: datetime, whistle_id: int) -> None:
    """So long after its end; one that was resumed meanwhile ends later."""
    whistle = get(session, whistle_id)
    if whistle.ended_at is not None and whistle.ended_at + requests.KEPT <= now:
        _empty(session, whistle)


def unforgotten(session: Session, now: datetime, most: int) -> list[Whistle]:
    """Whistles whose words should be gone and are not, for the auditor."""
    late = (col(Whistle.ended_at) < now - requests.KEPT - timedelta(hours=1)) & col(Whistle.words).is_not(
        None
    )
    return list(session.exec(select(Whistle).where(late).limit(most)).all())


def _empty(session: Session, whistle: Whistle) -> None:
    if whistle.words is not None:
        seal(session, whistle, "words", None)
        deliveries.revive(session, ("whistle", whistle.id))
        touch(session, whistle)
