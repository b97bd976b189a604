"""Handling: what owners do with a request - take it, say what it is, give it on, extend, decline, merge, solve it."""

from datetime import datetime

from sqlmodel import Session, select

from models import Lane, Member, Reach, Request, RequestState
from models.actor import Actor
from models.lifecycle import UNSOLVED
from models.sealed import seal
from services import (
    areas,
    audit,
    case_duties,
    closing,
    deadlines,
    deliveries,
    disposal_lists,
    duties,
    holders,
    joining,
    order_cards,
    orders,
    pressed,
    refusals,
    request_cards,
    requests,
    triage,
)  # fmt: skip
from services.disposal import Category
from services.facts import Done
from services.forms import Draft

REASON_LENGTH = 300
HEARD_BY_ALL = ("request.accepted", "request.given", "request.extended")  # also by who joined it
SHORTEST_DUTY = deadlines.URGENT_WITHIN * 2  # a duty for a request is open at least so long


def held(session: Session, actor: Actor, request_id: int) -> Request:
    """The request, held, where the actor may act on it; NoSuchCase, NotYourCase."""
    request = requests.lock(session, request_id)
    if not holders.may_handle(session, actor.member_id, actor.suspended, request):
        if request.asker_id == actor.member_id:
            raise refusals.ForOwners(case=request_id)
        raise refusals.NotYourCase(case=request_id)
    return request


def ruled(session: Session, actor: Actor, request_id: int) -> Request:
    """The request, held, where a role of the actor's lets them say what becomes of it; OnlyGiven to who shall solve it."""
    request = held(session, actor, request_id)
    if not holders.has_part(session, actor.member_id, request):
        raise refusals.OnlyGiven(case=request_id)
    return request


def accept(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """The actor takes it: its owner from now on. What its asker named and nobody corrected counts as confirmed."""
    request = held(session, actor, request_id)
    if request.state == RequestState.ACCEPTED and request.owner_id == actor.member_id:
        return Done("accepted", request_id)
    _require_free(session, request)
    if request.state == RequestState.DISPATCHED:  # and nobody has come so far
        holders.hand_on(session, request)
    # Else it is nobody's in person, or who helps there goes on
    if request.state not in (RequestState.ACCEPTED, RequestState.DISPATCHED):
        requests.advance(session, request, "accept")
    request.owner_id, request.accepted_at = actor.member_id, request.accepted_at or now
    category = disposal_lists.category_of(session, request)
    if category is not None and request.sorted_by == "asker":
        _confirm(session, now, request, category)
    tell_asker(session, now, request, "request.accepted", key=f"accepted:{request.id}:{now:%d%H%M%S}")
    return noted(session, now, actor, request, "request.accepted", "accepted")


def _require_free(session: Session, request: Request) -> None:
    """Two leaders at once: the second hears who was first."""
    owner = session.get(Member, request.owner_id or 0)
    there = owner is not None and owner.reach == Reach.OK and owner.suspended_at is None
    sent_out = request.state == RequestState.DISPATCHED and not deadlines.is_untaken(session, request)
    taken = request.state == RequestState.ACCEPTED and there and not deadlines.is_untaken(session, request)
    if sent_out or taken:
        raise refusals.CaseTaken(case=request.id, **({"by": owner.name} if owner else {}))


def _confirm(session: Session, now: datetime, request: Request, category: Category) -> None:
    request.sorted_by = "owner"
    words = requests.words_of(session, request)
    if words:
        triage.confirm(session, now, disposal_lists.of(session, request.list_version), words, category.code)


def noted(
    session: Session, now: datetime, actor: Actor, request: Request, fact: str, done: str, **details: object
) -> Done:
    audit.record(session, now, actor.member_id, fact, "request", request.id, **details)
    requests.touch(session, request)
    return Done(done, request.id)


def tell_asker(session: Session, now: datetime, request: Request, kind: str, *, key: str) -> None:
    """And who has joined it, of what concerns them as well."""
    joined = requests.asked_by_more(session, request.id) if kind in HEARD_BY_ALL else []
    for each in (request, *joined):
        asker = session.get(Member, each.asker_id)
        if asker is not None:
            own = key if each is request else f"{key}:{each.id}"
            deliveries.note(session, now, asker, kind, {"case": each.id}, lane=Lane.ESCALATION, key=own)


def sort(session: Session, now: datetime, actor: Actor, request_id: int, code: str) -> Done:
    """Say what it is: its owner and deadline follow from the list, and the list's lessons learn of it."""
    request = ruled(session, actor, request_id)
    if request.state not in UNSOLVED:
        raise refusals.CaseClosed(case=request_id)
    category = disposal_lists.find(disposal_lists.of(session, request.list_version), code)
    if category is None:
        raise refusals.NoSuchCategory()
    changed, first = request.category != code, request.sorted_by != "owner"
    if changed or first:
        _confirm(session, now, request, category)
    if changed or (first and request.urgent):  # danger was the leader's, whatever it was guessed to be
        holders.route(session, request, category)
        deadlines.reckon(session, now, request)
        request_cards.seat(session, now, request)
        key = f"sorted:{request.id}:{request.round}"
        tell_asker(session, now, request, "request.sorted", key=key)
    pressed.turn(session, now, actor, {"menu": ""})
    return noted(session, now, actor, request, "request.sorted", "sorted", category=code)


def place(session: Session, now: datetime, actor: Actor, request_id: int, area_id: int) -> None:
    """Say where it belongs: the leaders there have it from now on."""
    request, area = ruled(session, actor, request_id), areas.get(session, area_id)
    if request.state not in UNSOLVED:
        raise refusals.CaseClosed(case=request_id)
    request.area_id, request.area_from, request.unit_id = area.id, "owner", None
    category = disposal_lists.category_of(session, request)
    if category is not None:
        holders.route(session, request, category)
    duty = requests.open_order(session, request.id)
    holders.hand_on(session, request)
    if duty is not None and not duty.taken:  # nobody there need come: its new leaders send it out anew
        case_duties.call_off(session, now, duty.id)
    deadlines.reckon(session, now, request)
    request_cards.seat(session, now, request)
    tell_asker(session, now, request, "request.placed", key=f"placed:{request.id}:{request.round}")
    noted(session, now, actor, request, "request.placed", "sorted", area=area.id)


def give_back(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """Whoever has it in person can't go on: those whose matter it is hear, and take it anew."""
    request = held(session, actor, request_id)
    if request.owner_id is None or requests.open_order(session, request.id) is not None:
        raise refusals.CaseStands(case=request_id)
    requests.advance(session, request, "hand_on")
    request.owner_id = None
    noted(session, now, actor, request, "request.given_back", "given_back")
    request_cards.seat(session, now, request)
    tell_free(session, now, request)
    return Done("given_back", request_id)


def tell_free(session: Session, now: datetime, request: Request) -> None:
    """Nobody has it in person any more: those whose matter it is hear, and who asked."""
    deadlines.set_free(session, now, request)
    request_cards.tell(session, now, request, "request.released", key=f"back:{request.id}:{now:%d%H%M%S}")
    tell_asker(session, now, request, "request.placed", key=f"free:{request.id}:{now:%d%H%M%S}")


def pass_up(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """What this level cannot solve goes to the next one, which has it from now on."""
    request = ruled(session, actor, request_id)
    if request.state not in UNSOLVED:
        raise refusals.CaseClosed(case=request_id)
    rungs = deadlines.rungs(session, request)
    above = [level for level in rungs if level in holders.UPWARDS]
    if not above:
        raise refusals.NothingAbove(case=request_id)
    deadlines.rise(session, now, request, rungs.index(above[0]) + 1)
    request.level, request.unit_id = above[0], None
    holders.hand_on(session, request)
    deadlines.set_free(session, now, request)
    requests.touch(session, request)
    request_cards.seat(session, now, request)
    tell_asker(session, now, request, "request.placed", key=f"up:{request.id}:{request.level}:{now:%d%H%M%S}")
    return noted(session, now, actor, request, "request.passed_up", "passed_up", level=request.level)


def decline(session: Session, now: datetime, actor: Actor, request_id: int, why: str) -> Done:
    """It is nothing we can do, and the asker reads why."""
    request = ruled(session, actor, request_id)
    if not holders.may_end(session, actor.member_id, request):
        raise refusals.DeclinedAbove(case=request_id)
    requests.advance(session, request, "decline")
    say_why(session, request, why)
    closing.close(session, now, request, "owner")
    closing.part(session, now, request)
    tell_asker(session, now, request, "request.declined", key=f"declined:{request.id}:{request.round}")
    _tell_owner(session, now, actor, request, "declined")
    return noted(session, now, actor, request, "request.declined", "declined")


def _tell_owner(
    session: Session, now: datetime, actor: Actor, request: Request, how: str, **more: int
) -> None:
    """Who had it reads that a colleague has ended it."""
    owner = session.get(Member, request.owner_id or 0)
    if owner is not None and owner.id != actor.member_id:
        about = {"case": request.id, "member": actor.member_id, "how": how, **more}
        deliveries.note(session, now, owner, "request.ended", about, lane=Lane.ESCALATION)


def say_why(session: Session, request: Request, why: str) -> None:
    if not why.strip():
        raise refusals.WhyMissing(case=request.id)
    if len(why) > REASON_LENGTH:
        raise refusals.WordsTooLong(most=REASON_LENGTH)
    seal(session, request, "reason", why.strip())
    session.add(request)


def merge(session: Session, now: datetime, actor: Actor, request_id: int, into: int) -> Done:
    """The same matter as another request: it goes on there, and its asker hears what comes of that."""
    if request_id == into:
        raise refusals.NoSuchCase(case=into)
    first, second = sorted((request_id, into))
    requests.lock(session, first), requests.lock(session, second)  # in one order, whoever merges what
    request, target = ruled(session, actor, request_id), ruled(session, actor, into)
    if target.state not in UNSOLVED:
        raise refusals.CaseClosed(case=into)
    joining.join(session, now, request, target)
    tell_asker(session, now, request, "request.merged", key=f"merged:{request.id}:{request.round}")
    _tell_owner(session, now, actor, request, "merged", into=into)
    return noted(session, now, actor, request, "request.merged", "merged", into=into)


def give(session: Session, now: datetime, actor: Actor, request_id: int, telegram_id: int) -> Done:
    """Hand it to a person by their numeric id; they have it from now on, and see what they need to help."""
    request = ruled(session, actor, request_id)
    found = session.exec(select(Member).where(Member.telegram_id == telegram_id)).first()
    if found is None or found.suspended_at is not None or found.reach != Reach.OK:
        raise refusals.NotReachable()
    if found.id == request.asker_id:
        raise refusals.AskersOwn(case=request_id)
    requests.advance(session, request, "dispatch")
    request.owner_id, request.accepted_at = found.id, request.accepted_at or now
    request_cards.seat(session, now, request)
    audit.record(session, now, actor.member_id, "request.revealed", "request", request.id, member=found.id)
    tell_asker(session, now, request, "request.given", key=f"given:{request.id}:{now:%d%H%M%S}")
    return noted(session, now, actor, request, "request.given", "given", member=found.id)


def send_volunteers(
    session: Session, now: datetime, actor: Actor, request_id: int, agreed: int = 1
) -> Done | None:
    """It becomes a duty in the chats of its area: the card shows area, kind and time, the helper gets the rest. Where
    those are more chats than was `agreed` to, the pressed card asks first, and nothing else happens."""
    request = ruled(session, actor, request_id)
    if request.area_id is None:
        raise refusals.PlaceFirst(case=request_id)
    if requests.open_order(session, request.id) is not None:
        raise refusals.CaseStands(case=request_id)
    area = areas.get(session, request.area_id)
    chats = len(order_cards.chats_of(session, area))
    if not chats:
        raise refusals.NoChats(case=request_id)
    if chats > agreed:
        pressed.turn(session, now, actor, {"menu": "send", "chats": chats})
        return None
    pressed.turn(session, now, actor, {"menu": ""})
    requests.advance(session, request, "dispatch")
    request.accepted_at = request.accepted_at or now
    category = disposal_lists.category_of(session, request)
    duty = duties.shipped().get(category.template if category else "") or duties.shipped()[duties.USUAL]
    language = order_cards.language_of(session, area)
    sensitive = category is None or category.sensitive
    draft = Draft(
        title=duties.VISIT[language] if sensitive else duty.titles[language], places=1 if sensitive else duty.need, points=duty.points,
        evidence=duty.evidence, report_by=max(request.due_at, now + SHORTEST_DUTY), area_id=area.id,
    )  # fmt: skip
    issued = orders.put_out(session, now, actor.member_id, area, draft, request_id=request.id)
    deadlines.set_free(session, now, request)
    return noted(session, now, actor, request, "request.dispatched", "dispatched", order=issued.order_id)


def resolve(session: Session, now: datetime, actor: Actor, request_id: int) -> Done:
    """It is done, says its owner; the asker is asked."""
    request = held(session, actor, request_id)
    category = disposal_lists.category_of(session, request)
    if category is not None and request.sorted_by in ("guess", "asker"):  # solved as what it was taken for
        _confirm(session, now, request, category)
    closing.resolve(session, now, request)
    return noted(session, now, actor, request, "request.resolved", "resolved")
