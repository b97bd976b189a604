"""Helpers and what they may see: who has claimed a request's duty gets the details, in private, for as long as it takes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models import (
    Claim,
    ClaimState,
    Delivery,
    Lane,
    Member,
    Order,
    Report,
    Request,
    RequestState,
)
from models.actor import Actor
from models.delivery import is_about
from models.lifecycle import HELPING, UNREPORTED, UNSETTLED, UNSOLVED, WAITING
from models.sealed import unseal
from services import (
    areas,
    audit,
    case_duties,
    complaints,
    deadlines,
    deliveries,
    disposal_lists,
    dues,
    refusals,
    removals,
    request_cards,
    requests,
)
from services.disposal import shown_to_helpers

GATHERS = timedelta(seconds=5)  # what changes so soon after another change is shown with it
SHOWN_FOR = timedelta(hours=24)  # a message of a bot can be taken back for 48
DETAILS = ("request.details", "request.venue", "request.words", "request.file")
EVERYTHING = (*DETAILS, *request_cards.QUOTING)  # that an owner was shown of the very words, too
MOST_FILES = 10


def claimed(session: Session, now: datetime, actor: Actor, order_id: int, request_id: int) -> None:
    """Somebody took a place: they get the details, and the asker hears who comes."""
    member, request = session.get(Member, actor.member_id), requests.get(session, request_id)
    if request.state not in UNSOLVED:
        raise refusals.OrderClosed(order=order_id)
    if request.asker_id == actor.member_id and not request.for_other:
        raise refusals.OwnCase(case=request_id)
    if member is None:
        return
    reveal(session, now, member, request, order_id)
    asker = session.get(Member, request.asker_id)
    if asker is not None:
        about = {"case": request.id, "member": member.id}
        key = f"helper:{request.id}:{order_id}:{member.id}:{now:%d%H%M%S}"
        deliveries.note(session, now, asker, "request.helper", about, lane=Lane.ESCALATION, key=key)
    requests.touch(session, request)


def is_helping(session: Session, member_id: int, order_id: int) -> bool:
    """Whether the member holds a place on the duty."""
    mine = (
        select(Claim.id)
        .join(Order, col(Order.id) == col(Claim.order_id))
        .where(Claim.order_id == order_id, Claim.member_id == member_id, col(Claim.state).in_(HELPING))
        .where(col(Order.ended_at).is_(None))
    )
    return session.exec(mine.limit(1)).first() is not None


def details(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """[Address and phone]: the details once more, while the place is held and the request is open."""
    order = session.get(Order, order_id)
    member = session.get(Member, actor.member_id)
    helping = is_helping(session, actor.member_id, order_id)
    if order is None or order.request_id is None or member is None or not helping:
        raise refusals.NotYourClaim(order=order_id)
    request = requests.get(session, order.request_id)
    if request.closed_at is not None:
        raise refusals.CaseClosed(case=request.id)
    reveal(session, now, member, request, order_id)


def reveal(
    session: Session,
    now: datetime,
    member: Member,
    request: Request,
    order_id: int,
    *,
    due_at: datetime | None = None,
) -> None:
    """Show a helper what the category lets them see, protected, gone after a day; each time is noted."""
    about = {"case": request.id, "order": order_id, "vanish": int(SHOWN_FOR.total_seconds())}
    for kind, more in _shown(session, request):
        deliveries.note(
            session,
            now,
            member,
            kind,
            {**about, **more},
            lane=Lane.ANSWER,
            due_at=due_at,
            subject=("request", request.id),
        )
    audit.record(
        session, now, member.id, "request.revealed", "request", request.id, order=order_id, member=member.id
    )


def _shown(session: Session, request: Request) -> Iterator[tuple[str, dict[str, int]]]:
    """The messages that tell a helper all they may see: the details, the place on a map, the rest of long words, photos
    and recordings."""
    yield "request.details", {}
    if request.position is not None:
        yield "request.venue", {}
    if "words" not in shown_to_helpers(disposal_lists.category_of(session, request)):
        return
    words = complaints.words_for_helpers(session, request)
    if len(words) > requests.QUOTED:
        yield from (("request.words", span) for span in requests.spans(words))
    files = [
        part for part in requests.parts_of(session, request.id)
        if part.file_id is not None and not complaints.is_one(session, request, unseal(session, part, "words") or "", part.said_at)
    ]  # fmt: skip
    yield from (("request.file", {"part": part.id}) for part in files[:MOST_FILES])


def show_anew(session: Session, now: datetime, request: Request, changed: set[str]) -> None:
    """What helpers were told has changed: they get it as it is now, in place of what they had; once for what changes
    within a few seconds."""
    order = requests.open_order(session, request.id) if request.state in UNSOLVED else None
    category = disposal_lists.category_of(session, request)
    if order is None or changed.isdisjoint(shown_to_helpers(category)):
        return
    for member in helpers_of(session, order.id):
        if not _is_coming(session, request.id, member.id):
            take_back(session, now, request.id, member.id)
            reveal(session, now, member, request, order.id, due_at=now + GATHERS)


def _is_coming(session: Session, request_id: int, member_id: int) -> bool:
    """Whether the details are still to leave: they will be as they are by then."""
    about = is_about("request", request_id)
    theirs = about & (col(Delivery.recipient_id) == member_id) & (col(Delivery.kind) == DETAILS[0])
    waits = col(Delivery.state).in_(WAITING)
    return session.exec(select(Delivery.id).where(theirs, waits).limit(1)).first() is not None


def take_back(
    session: Session,
    now: datetime,
    request_id: int,
    member_id: int | None = None,
    *,
    kinds: tuple[str, ...] = DETAILS,
) -> None:
    """What somebody was shown of a request goes: it is over, they gave their place back, or it is theirs no more."""
    since = col(Delivery.created_at) > now - 2 * SHOWN_FOR
    about = is_about("request", request_id)
    there = col(Delivery.reason).is_(None) | (col(Delivery.reason) != deliveries.TAKEN_BACK)
    shown = select(Delivery.id).where(about, col(Delivery.kind).in_(kinds), since, there)
    if member_id is not None:
        shown = shown.where(Delivery.recipient_id == member_id)
    removals.take_away(session, now, session.exec(shown).all())


def take_back_all(session: Session, now: datetime, request_id: int, member_id: int | None = None) -> None:
    """The same of all that owners were shown, also of what goes on as part of it."""
    for each in (request_id, *(joined.id for joined in requests.joined_to(session, request_id))):
        take_back(session, now, each, member_id, kinds=EVERYTHING)


def order_ended(session: Session, now: datetime, order: Order) -> None:
    """A request's duty was cancelled, or ended without help: its owner has it again."""
    if order.request_id is None:
        return
    request = requests.lock(session, order.request_id)
    another = requests.open_order(session, request.id)
    if request.state not in UNSOLVED or (another is not None and another.id != order.id):
        return
    helped = (col(Claim.order_id) == order.id) & col(Claim.state).in_(
        (ClaimState.APPROVED, ClaimState.REPORTED)
    )
    if session.exec(
        select(func.count()).where(helped)
    ).one():  # once its last decision has settled, it is done
        at = now + timedelta(seconds=areas.policy(session).settle_delay + 1)
        dues.set_due(session, "request.helped", request.id, at, step=str(order.id))
        return
    if request.state == RequestState.DISPATCHED:  # else it has changed hands meanwhile
        requests.advance(session, request, "release")
        if request.owner_id is None:
            requests.advance(session, request, "hand_on")
            deadlines.set_free(session, now, request)
    take_back(session, now, request.id)
    audit.record(session, now, None, "request.released", "request", request.id, order=order.id)
    request_cards.tell(session, now, request, "request.released", key=f"released:{request.id}:{order.id}")
    _tell_unhelped(session, now, request, order)


def came_to_nothing(session: Session, now: datetime, order: Order) -> None:
    """A report was rejected: where nobody else is at the request, or has helped, its owner has it again."""
    going_on = (col(Claim.order_id) == order.id) & col(Claim.state).in_((*UNSETTLED, ClaimState.APPROVED))
    if (
        order.request_id is None
        or session.exec(select(Claim.id).where(going_on).limit(1)).first() is not None
    ):
        return
    if requests.lock(session, order.request_id).state in UNSOLVED:
        case_duties.call_off(session, now, order.id)
        order_ended(session, now, order)


def _tell_unhelped(session: Session, now: datetime, request: Request, order: Order) -> None:
    """Its asker hears that nobody comes for now; who heard so of each helper by name knows it."""
    silent = (col(Claim.order_id) == order.id) & (col(Claim.state) == ClaimState.EXPIRED)
    asker = session.get(Member, request.asker_id)
    if asker is not None and session.exec(select(Claim.id).where(silent).limit(1)).first() is None:
        about, key = {"case": request.id}, f"unhelped:{request.id}:{order.id}"
        deliveries.note(session, now, asker, "request.unhelped", about, lane=Lane.ESCALATION, key=key)


def solved_without(session: Session, now: datetime, request: Request) -> None:
    """It counts as solved while its duty is out: nobody more is sought; who has a place reports, or need not come."""
    order = requests.open_order(session, request.id)
    if order is None:
        return
    _tell_helpers(session, now, request, order, "request.helped_already")
    order.places = max(order.taken, 1)
    order.version += 1
    session.add(order)


def come_after_all(session: Session, now: datetime, request: Request, order: Order) -> None:
    """It was not solved: whoever was told that they need not come is to come."""
    _tell_helpers(session, now, request, order, "request.needed_again")


def _tell_helpers(session: Session, now: datetime, request: Request, order: Order, kind: str) -> None:
    about = {"case": request.id, "order": order.id}
    for member in helpers_of(session, order.id):
        key = f"{kind[8:]}:{request.id}:{request.round}:{member.id}"
        deliveries.note(session, now, member, kind, about, lane=Lane.ESCALATION, key=key)


def helpers_of(session: Session, order_id: int) -> list[Member]:
    """Who has a place on a duty and has not reported yet."""
    mine = (col(Claim.order_id) == order_id) & col(Claim.state).in_(UNREPORTED)
    found = select(Member).join(Claim, col(Claim.member_id) == col(Member.id)).where(mine)
    return list(session.exec(found.order_by(col(Member.id))).all())


def given_back(
    session: Session, now: datetime, member_id: int, request_id: int, *, silent: bool = False
) -> None:
    """A helper gave their place back, or has been `silent` until the deadline: what they were shown goes, and the asker
    hears how it stands now."""
    take_back(session, now, request_id, member_id)
    request = requests.get(session, request_id)
    asker = session.get(Member, request.asker_id)
    if asker is not None and request.state in UNSOLVED:
        about = {"case": request.id, "member": member_id}
        kind = "request.helper_silent" if silent else "request.helper_gone"
        deliveries.note(session, now, asker, kind, about, lane=Lane.ESCALATION)
    requests.touch(session, request)


def is_done(session: Session, order: Order) -> Request | None:
    """The request, held, whose duty has now been approved with nobody still at it; not by what was done before it was opened again."""
    if order.request_id is None:
        return None
    request = requests.lock(session, order.request_id)
    busy = col(Claim.state).in_(
        (ClaimState.CLAIMED, ClaimState.CHECKED_IN, ClaimState.REPORTED, ClaimState.RETURNED)
    )
    approved = col(Claim.state) == ClaimState.APPROVED
    still = session.exec(select(func.count()).where(Claim.order_id == order.id, busy)).one()
    # Who opened it again has said that what was done before was not enough
    since = request.clock_from if request.reopened else order.issued_at
    reports = select(Report.id).join(Claim, col(Claim.id) == col(Report.claim_id))
    reports = reports.where(Claim.order_id == order.id, approved, col(Report.up_at) >= since)
    helped = session.exec(reports.limit(1)).first()
    return request if request.state in UNSOLVED and helped and not still else None
