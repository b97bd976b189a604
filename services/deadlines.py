"""Deadlines: how long a request may take, whom its owner is told before, and who hears when it has passed.

Each step is a due row of the request's present round; a row of an earlier round finds itself outdated. Steps are told
once each: who was told stands in the audit, and every message says who hears next, and when.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models import Area, Audit, Due, Lane, Member, Request, RequestState
from models.lifecycle import UNSOLVED, UNTAKEN
from services import (
    areas,
    audit,
    deliveries,
    disposal_lists,
    dues,
    holders,
    request_cards,
    requests,
    working_time,
)
from services.deliveries import Recipient
from services.disposal import Span
from services.disposal_lists import SORTED_WITHIN
from services.holders import Holders
from services.working_time import Calendar

URGENT_WITHIN, URGENT_UNTAKEN = timedelta(hours=1), timedelta(minutes=10)
WARN_AT_LEAST = timedelta(minutes=15)
WARN_AT_MOST = timedelta(hours=24)
# Until the next level hears, by whether the deadline counts days or hours
NEXT_DAY, NEXT_HOURS = Span(1, "d"), 4
AT_CLOSING = timedelta(hours=1)  # a step looked at so soon after closing still counts as that day's
LOOKED_AT_AGAIN = timedelta(hours=24)  # once all have heard: is there somebody new?
SLICE = 200


def start(session: Session, now: datetime, request: Request) -> None:
    """A new deadline begins now: a request was filed, or opened again."""
    request.clock_from = now
    reckon(session, now, request)


def reckon(session: Session, now: datetime, request: Request) -> None:
    """The deadline anew, from when its clock began: its category was named, or it was extended."""
    request.due_at = deadline(session, request)
    request.round += 1
    request.told_up = 0
    requests.touch(session, request)
    whole = request.due_at - request.clock_from
    warn_at = request.due_at - min(max(whole / 4, WARN_AT_LEAST), WARN_AT_MOST)
    if warn_at > now:
        dues.set_due(session, "request.warn", request.id, warn_at, step=str(request.round))
    dues.set_due(session, "request.escalate", request.id, request.due_at, step=f"{request.round}:0")
    if request.urgent:  # whoever is to hear may have heard long before it is late
        dues.set_due(session, "request.late", request.id, request.due_at, step=str(request.round))
    set_free(session, now, request)


def hurry(session: Session, now: datetime, request: Request) -> None:
    """It is urgent from now on. Where it is so already its clock goes on: who cries again is not to wait longer for it."""
    if not request.urgent or request.due_at > now + URGENT_WITHIN:
        request.urgent = True
        start(session, now, request)


def is_untaken(session: Session, request: Request) -> bool:
    """Whether nobody has it in person, nor a place on its duty; who has one and cries for help there needs somebody else."""
    if request.owner_id is not None and request.owner_id in requests.who_cry(session, request):
        return True
    if request.state == RequestState.DISPATCHED and request.owner_id is None:
        duty = requests.open_order(session, request.id)
        return duty is not None and (duty.taken == 0 or bool(requests.who_cry(session, request)))
    return request.state in UNTAKEN


def set_free(session: Session, now: datetime, request: Request) -> None:
    """Nobody has it in person: where it is urgent, whoever may take it now has so long, before the next level hears."""
    if request.urgent and is_untaken(session, request):
        step = f"{request.round}:{request.told_up}:{now:%d%H%M%S}"
        dues.set_due(session, "request.untaken", request.id, now + URGENT_UNTAKEN, step=step)


def span_of(session: Session, request: Request) -> tuple[Span, Span | None]:
    """How long it may take, and how much longer with an extension."""
    category = disposal_lists.category_of(session, request)
    return (category.deadline, category.extension) if category else (SORTED_WITHIN, None)


def deadline(session: Session, request: Request) -> datetime:
    """When it is due, by its category, its extensions and the calendar in force."""
    if request.urgent:
        return request.clock_from + URGENT_WITHIN
    zone, (span, extension) = zone_of(session, request), span_of(session, request)
    calendar = calendar_of(session)
    due = working_time.after(request.clock_from, span, zone, calendar)
    for _ in range(request.extended):
        due = working_time.after(max(due, request.extended_from or due), extension or span, zone, calendar)
    return due


def calendar_of(session: Session) -> Calendar:
    return working_time.calendar_of(areas.policy(session).country)


def zone_of(session: Session, request: Request) -> ZoneInfo:
    """Where its working days are counted."""
    area = session.get(Area, request.area_id) if request.area_id else None
    return areas.zone(session, area) if area else ZoneInfo(areas.policy(session).time_zone)


def current(session: Session, request_id: int, step: str) -> Request | None:
    """The request, held, while it is unsolved and the step is of its present round."""
    request = requests.lock(session, request_id)
    return request if request.state in UNSOLVED and step.split(":")[0] == str(request.round) else None


def is_next(request: Request, step: str) -> bool:
    """Whether a step up is the one that comes next; those that were overtaken are nothing any more."""
    told = [*step.split(":"), "0"][1]  # steps of earlier versions do not say it
    return told == str(request.told_up)


def warn(session: Session, now: datetime, request: Request) -> None:
    """Its owners hear that it is due soon, and who hears next."""
    key = f"warn:{request.id}:{request.round}"
    request_cards.tell(session, now, request, "request.warn", key=key, quietly=not request.urgent)
    audit.record(session, now, None, "request.warned", "request", request.id)


def rungs(session: Session, request: Request) -> tuple[str, ...]:
    """The levels above the one that has it, by its category's chain; administrators last."""
    category = disposal_lists.category_of(session, request)
    chain = category.chain if category and category.level == request.level else holders.UPWARDS[request.level]
    return (*chain[1:], holders.LAST)


def next_up(session: Session, request: Request, owners: Holders | None = None) -> tuple[int, Holders] | None:
    """The next level that would hear, and how many rungs up it is; levels without anybody new are passed over."""
    levels = rungs(session, request)
    have = {member.id for member in (owners or holders.of(session, request)).members}
    for level in levels[: request.told_up]:
        have |= {member.id for member in _people(session, request, level).members}
    for at, level in enumerate(levels[request.told_up :], start=request.told_up + 1):
        found = _people(session, request, level)
        if any(member.id not in have for member in found.members):
            return at, found
    return None


def who_know(session: Session, request: Request) -> tuple[Recipient, ...]:
    """Who has it, whose matter it is, and every level above that has heard of it."""
    levels = (request.level, *rungs(session, request)[: request.told_up])
    found = (holders.of(session, request), *(_people(session, request, level) for level in levels))
    return tuple({member.id: member for each in found for member in each.members}.values())


def told_last(session: Session, request: Request) -> Holders | None:
    """The level above that heard of it last, in its present round."""
    if not request.told_up:
        return None
    told = (
        Audit.subject_kind == "request",
        Audit.subject_id == request.id,
        Audit.fact == "request.escalated",
    )
    last = session.exec(select(Audit.details).where(*told).order_by(col(Audit.id).desc()).limit(1)).first()
    level = last["level"] if last else request.level
    return None if level == request.level else _people(session, request, level)


def rise(session: Session, now: datetime, request: Request, rungs_up: int) -> None:
    """It went up so many rungs itself: whoever is above its new level has heard of it only where they were told."""
    told = max(0, request.told_up - rungs_up)
    if told == request.told_up:
        return
    at = next_look(session, request) or following(session, now, request)
    request.told_up = told
    session.add(request)
    dues.set_due(session, "request.escalate", request.id, at, step=f"{request.round}:{told}:{now:%d%H%M%S}")


def next_look(session: Session, request: Request) -> datetime | None:
    """When the level after the one that was told last is to hear; of danger as long as nobody has taken it."""
    step = f"{request.id}:{request.round}:{request.told_up}:"
    waits = select(Due.due_at).where(Due.subject_id == request.id, col(Due.done_at).is_(None))
    named = col(Due.key).startswith(f"request.escalate:{step}")
    if request.urgent and is_untaken(session, request):
        named |= col(Due.key).startswith(f"request.untaken:{step}")
    return session.exec(waits.where(named).order_by(col(Due.due_at)).limit(1)).first()


def _people(session: Session, request: Request, level: str) -> Holders:
    return holders.last(session) if level == holders.LAST else holders.at_level(session, request, level)


def escalate(
    session: Session, now: datetime, request: Request, *, untaken: bool = False, again: bool = False
) -> None:
    """The deadline has passed, or nobody took what is urgent: the next level hears, and so do owner and asker.

    With nobody above who does not know already, those who have it are told once, and it is looked at `again`.
    """
    owners = holders.of(session, request)
    found = next_up(session, request, owners)
    first = request.told_up == 0
    higher = found[1] if found else owners
    if found is not None or (first and not again):
        requests.step_up(session, request, found[0] if found else request.told_up)
        _tell_up(session, now, request, higher, owners, untaken=untaken, asker=not untaken)
        about = {"level": higher.level, "untaken": untaken}
        audit.record(session, now, None, "request.escalated", "request", request.id, **about)
    elif not untaken:  # all had heard before it was late
        _tell_delayed(session, now, request, told_last(session, request) or owners)
    later = following(session, now, request) if found is not None else now + LOOKED_AT_AGAIN
    if now < request.due_at < later:
        later = request.due_at
    step = f"{request.round}:{request.told_up}:{now:%d%H%M%S}"
    dues.set_due(session, "request.escalate", request.id, later, step=step)


def _tell_up(
    session: Session,
    now: datetime,
    request: Request,
    higher: Holders,
    owners: Holders,
    *,
    untaken: bool,
    asker: bool,
) -> None:
    step = f"up:{request.id}:{request.round}:{request.told_up}{'u' if untaken else ''}:{higher.level}"
    about = _about(request) | {"level": higher.level, "untaken": untaken}
    told = {member.id for member in higher.members}
    for member in higher.members:
        deliveries.note(
            session, now, member, "request.overdue", about, lane=Lane.ESCALATION, key=f"{step}:{member.id}"
        )
    for member in owners.members:
        if member.id not in told:
            key = f"{step}:{member.id}"
            deliveries.note(session, now, member, "request.passed_up", about, lane=Lane.ESCALATION, key=key)
    if asker and request.asker_id not in told:
        _tell_delayed(session, now, request, higher)


def _tell_delayed(session: Session, now: datetime, request: Request, higher: Holders) -> None:
    """To who asked, once in a round: it is late, and who knows."""
    who = session.get(Member, request.asker_id)
    if who is not None:
        key = f"delayed:{request.id}:{request.round}"
        about = _about(request) | {"level": higher.level}
        deliveries.note(session, now, who, "request.delayed", about, key=key)


def following(session: Session, now: datetime, request: Request) -> datetime:
    """When the level after the one just told would hear."""
    if request.urgent:
        return now + URGENT_UNTAKEN
    span, _ = span_of(session, request)
    by_day = span.unit == "d"
    more, since = (NEXT_DAY, now - AT_CLOSING) if by_day else (Span(NEXT_HOURS, span.unit), now)
    return working_time.after(since, more, zone_of(session, request), calendar_of(session))


def _about(request: Request) -> dict[str, int]:
    return {"case": request.id, "round": request.round}


def recompute(session: Session, now: datetime, after_id: int = 0) -> int:
    """Open deadlines by the calendar in force, a slice at a time: one that moved is told to the asker, with the reason.
    The last id looked at; 0 at the end."""
    waiting = (col(Request.state).in_(UNSOLVED)) & (col(Request.due_at) > now) & (col(Request.id) > after_id)
    found = select(Request).where(waiting).order_by(col(Request.id)).limit(SLICE)
    rows = session.exec(found.with_for_update(key_share=True)).all()
    for request in rows:
        due = deadline(session, request)
        if due != request.due_at and due > now:
            reckon(session, now, request)
            audit.record(session, now, None, "request.recalculated", "request", request.id)
            asker = session.get(Member, request.asker_id)
            if asker is not None:
                key = f"moved:{request.id}:{request.round}"
                deliveries.note(session, now, asker, "request.moved", _about(request), key=key)
    return rows[-1].id if len(rows) == SLICE else 0
