"""What cards and sentences show of a request: to its asker and owners; to a helper what its category allows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, case, col, select

from models import (
    Area,
    Audit,
    Claim,
    ClaimState,
    Member,
    Order,
    Report,
    Request,
    RequestState,
    Unit,
    Whistle,
    WhistleCall,
)
from models.lifecycle import HELPING, UNREPORTED, UNSOLVED
from models.sealed import unseal
from services import deadlines, disposal_lists, holders, requests, triage
from services.disposal import Category
from services.holders import Holders
from services.whistle_cards import concerning

MOST_SUGGESTED = 3
MOST_JOINED, JOINED_WORDS = 5, 300  # cases, and letters of each


@dataclass(frozen=True)
class Known:
    """Where, and whom to call, by another case of the same person."""

    case: int
    place: str
    phone: str


@dataclass(frozen=True)
class CaseFacts:
    """A request as it stands. `holder` has it; `next_level` hears next, at `next_at`; times are aware."""

    id: int
    state: RequestState
    category: Category | None
    area: str
    zone: ZoneInfo
    asked_at: datetime
    due_at: datetime
    overdue: bool
    urgent: bool
    holder: Holders
    owner: str
    next_level: str
    next_name: str
    next_at: datetime
    words: str
    photos: int
    files: int
    place: str
    located: bool
    phone: str
    reason: str
    told_level: str = ""  # the last one that heard of it
    told_name: str = ""
    suggested: tuple[Category, ...] = ()
    order_id: int = 0
    seeking: bool = False  # its duty is out, and somebody may still take it
    helpers: tuple[str, ...] = ()
    reported: bool = False  # what one of them has done waits for review
    places: int = 0
    for_other: bool = False
    merged_into: int = 0
    within: "CaseFacts | None" = None  # the case it was joined to, without anything its asker said
    closed_by: str = ""
    rating: int = 0
    reopened: int = 0
    extended: int = 0
    joined: int = 0
    anonymised: bool = False
    extensible: bool = False
    guessed: bool = False  # nobody has said yet that its category is right
    called: tuple[str, ...] = ()  # units that whistles about it call, while they are on
    was_part_of: int = 0  # where it says itself no place, the case that may
    helps_in: int = 0  # the case that the one who cries for help is at work on
    known_from: "Known | None" = None  # where an urgent one says itself no place, what their other case says
    joined_danger: str = ""  # what was said, and where, by those whose danger is part of it
    untaken: bool = False  # urgent, and nobody can be relied on to be at it
    passable: bool = False  # there is a level above it could be passed to


def facts(session: Session, now: datetime, request_id: int, *, suggest: bool = False) -> CaseFacts:
    """Everything of a request; `suggest` adds the likeliest categories for one that nobody has sorted."""
    request = requests.get(session, request_id)
    category, parts = disposal_lists.category_of(session, request), requests.parts_of(session, request.id)
    area = session.get(Area, request.area_id) if request.area_id else None
    owner = session.get(Member, request.owner_id) if request.owner_id else None
    order = _order(session, request.id)
    helpers, reported = _helpers(session, order.id) if order else ((), False)
    unsolved = request.state in UNSOLVED
    up = deadlines.next_up(session, request) if unsolved else None
    told = deadlines.told_last(session, request) if unsolved else None
    words = requests.words_of(session, request)
    unsorted = suggest and unsolved and request.sorted_by != "owner"
    return CaseFacts(
        id=request.id, state=request.state, category=category, area=area.name if area else "",
        zone=deadlines.zone_of(session, request), asked_at=request.asked_at, due_at=request.due_at,
        overdue=unsolved and request.due_at <= now, urgent=request.urgent and unsolved,
        holder=holders.of(session, request), owner=owner.name if owner else "", next_level=up[1].level if up else "",
        next_name=up[1].name if up else "", next_at=_next_at(session, now, request),
        told_level=told.level if told else "", told_name=told.name if told else "", words=words,
        photos=sum(part.kind == "photo" and part.file_id is not None for part in parts),
        files=sum(part.kind not in ("photo", "words") and part.file_id is not None for part in parts),
        place=unseal(session, request, "place") or "", located=request.position is not None,
        phone=unseal(session, request, "phone") or "", reason=unseal(session, request, "reason") or "",
        suggested=_suggested(session, request, words) if unsorted else (), order_id=order.id if order else 0,
        seeking=order is not None and order.ended_at is None and order.report_by > now and order.taken < order.places, helpers=helpers, reported=reported, places=order.places if order else 0, for_other=request.for_other,
        merged_into=request.merged_into or 0, within=_within(session, now, request), closed_by=request.closed_by or "", rating=request.rating or 0,
        reopened=request.reopened, extended=request.extended, joined=_joined(session, request),
        anonymised=request.anonymised_at is not None,
        extensible=unsolved and bool(category and category.extension) and not request.extended and not request.urgent,
        guessed=request.sorted_by == "guess", called=_called(session, request.id) if unsolved else (),
        was_part_of=_was_part_of(session, request) if unsolved else 0,
        helps_in=_helps_in(session, request) if unsolved and request.urgent else 0,
        known_from=_known_from(session, request) if unsolved and request.urgent else None,
        joined_danger=_joined_danger(session, request) if unsolved and request.urgent else "",
        untaken=request.urgent and unsolved and deadlines.is_untaken(session, request),
        passable=any(level in holders.UPWARDS for level in deadlines.rungs(session, request)),
    )  # fmt: skip


def _helps_in(session: Session, request: Request) -> int:
    """Who writes of their own danger may be where they help."""
    places = select(Order.request_id).join(Claim).where(Claim.member_id == request.asker_id)
    places = places.where(col(Claim.state).in_(UNREPORTED), col(Order.ended_at).is_(None))
    return session.exec(places.where(col(Order.request_id).is_not(None)).limit(1)).first() or 0


def _known_from(session: Session, request: Request) -> Known | None:
    """Who cries for help mostly is where they have asked for help before: their newest other case of now that says where."""
    if request.place is not None or request.position is not None or request.for_other:
        return None
    for other in requests.open_of(session, request.asked_at, request.asker_id):
        place, phone = unseal(session, other, "place") or "", unseal(session, other, "phone") or ""
        if other.id != request.id and not other.for_other and (place or phone):
            return Known(other.id, place, phone if request.phone is None else "")
    return None


def _joined(session: Session, request: Request) -> int:
    """How many more ask for the same, or did before they were forgotten."""
    also = session.exec(select(Request).where(Request.merged_into == request.id)).all()
    return sum(not requests.helper_of(session, each) for each in also)


def _joined_danger(session: Session, request: Request) -> str:
    """Whoever has it, and whoever hears of it later, reads where else somebody is in danger."""
    joined = [each for each in requests.joined_to(session, request.id) if each.urgent]
    return "\n".join(requests.whole_of(session, each)[-JOINED_WORDS:] for each in joined[:MOST_JOINED])


def _within(session: Session, now: datetime, request: Request) -> CaseFacts | None:
    if request.state != RequestState.MERGED or request.merged_into is None:
        return None
    target = facts(session, now, request.merged_into)
    reason = target.reason if target.extended and target.state in UNSOLVED else ""  # why it takes longer
    return replace(target, words="", place="", phone="", reason=reason, rating=0)


def _was_part_of(session: Session, request: Request) -> int:
    """The case it was joined to before it was opened again; nothing where it says where it is itself."""
    if not request.reopened or request.place is not None or request.position is not None:
        return 0
    joined = (col(Audit.subject_kind) == "request") & (col(Audit.subject_id) == request.id)
    facts = col(Audit.fact).in_(("request.joined", "request.merged"))
    row = session.exec(select(Audit.details).where(joined, facts).order_by(col(Audit.id).desc())).first()
    return int(row.get("into", 0)) if row else 0


def _next_at(session: Session, now: datetime, request: Request) -> datetime:
    found = deadlines.next_look(session, request)
    if request.told_up == 0:
        return found or request.due_at
    return found or deadlines.following(session, now, request)


def _suggested(session: Session, request: Request, words: str) -> tuple[Category, ...]:
    categories = disposal_lists.of(session, request.list_version)
    if not words.strip():
        return ()
    ranked = triage.suggest(session, categories, words)
    return tuple(suggestion.category for suggestion in ranked[:MOST_SUGGESTED])


def _order(session: Session, request_id: int) -> Order | None:
    """The request's latest duty."""
    latest = select(Order).where(Order.request_id == request_id).order_by(col(Order.id).desc())
    return session.exec(latest.limit(1)).first()


def _helpers(session: Session, order_id: int) -> tuple[tuple[str, ...], bool]:
    """Who has a place on it, by name - who was forgotten has none - and whether a report of theirs waits for review."""
    waits = select(Report.id).where(Report.claim_id == Claim.id, col(Report.up_at).is_not(None)).exists()
    found = session.exec(
        select(
            case((col(Member.forgotten_at).is_(None), Member.name), else_=""),
            (col(Claim.state) == ClaimState.REPORTED) & waits,
        )
        .join(Claim, col(Claim.member_id) == col(Member.id))
        .where(Claim.order_id == order_id, col(Claim.state).in_(HELPING))
        .order_by(col(Claim.id))
    ).all()
    return tuple(name for name, _waits in found), any(waiting for _name, waiting in found)


def _called(session: Session, request_id: int) -> tuple[str, ...]:
    on = concerning(request_id) & col(Whistle.ended_at).is_(None)
    names = (
        select(Unit.name)
        .join(WhistleCall, col(WhistleCall.unit_id) == col(Unit.id))
        .join(Whistle, col(Whistle.id) == col(WhistleCall.whistle_id))
    )
    return tuple(session.exec(names.where(on).distinct().order_by(col(Unit.name))).all())


@dataclass(frozen=True)
class Step:
    """One line of a request's timeline."""

    at: datetime
    fact: str
    by: str
    details: dict[str, Any]


MOST_STEPS = 30
_OF_DUTY = col(Audit.fact).in_(("claim.claimed", "claim.withdrawn", "claim.released", "claim.expired"))


def timeline(session: Session, request_id: int) -> list[Step]:
    """What was done about a request, its duties and its whistles, oldest first; of a very long history the latest."""
    whistles = session.exec(select(Whistle.id).where(Whistle.request_id == request_id)).all()
    about = ((col(Audit.subject_kind) == "request") & (col(Audit.subject_id) == request_id)) | (
        (col(Audit.subject_kind) == "whistle")
        & (col(Audit.fact) != "whistle.blown")
        & col(Audit.subject_id).in_(whistles)
    )
    duties = session.exec(select(Order.id).where(Order.request_id == request_id)).all()
    reports = session.exec(select(Report.id).join(Claim).where(col(Claim.order_id).in_(duties))).all()
    about |= _OF_DUTY & (col(Audit.subject_kind) == "order") & col(Audit.subject_id).in_(duties)
    about |= (col(Audit.subject_kind) == "report") & col(Audit.subject_id).in_(reports)
    rows = session.exec(
        select(Audit, Member.name)
        .outerjoin(Member, col(Member.id) == col(Audit.actor_id))
        .where(about)
        .order_by(col(Audit.id).desc())
        .limit(MOST_STEPS)
    ).all()
    return [Step(audit.at, audit.fact, name or "", audit.details) for audit, name in reversed(rows)]


def area_name(session: Session, area_id: int | None) -> str:
    area = session.get(Area, area_id) if area_id else None
    return area.name if area else ""
