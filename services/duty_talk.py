"""What somebody with a place on a duty says of it in private: that they can't come, thanks, a question, a report."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Delivery, Evidence, Lane, Order, Report, Review
from models.actor import Actor
from models.lifecycle import UNREPORTED
from services import (
    areas,
    arrivals,
    at_the_door,
    case_answers,
    claims,
    deliveries,
    evidence,
    in_charge,
    orders,
    questions,
    refusals,
    reports,
    requests,
    sorting,
)  # fmt: skip
from services.arrivals import Position
from services.deliveries import Recipient
from services.duty_words import (
    asks_back,
    comes_late,
    is_arrival,
    late_by,
    puts_off,
    says_no,
    will_come,
)
from services.pieces import Piece
from services.place_words import gives_back, names
from services.replies import answers_of, is_greeting, is_thanks
from services.wording import report_words

COMES_BEFORE = timedelta(hours=3)  # so long before a duty begins "I'm here" is of it
# Messages that want to hear whether somebody comes
ASK_TO_COME = ("claim.reconfirm", "reminder.eve", "reminder.hour")
REPORTED_ON = ("report", "review")  # messages that ask for a report, or answer one


def said_to(
    session: Session, now: datetime, actor: Actor, order_id: int, piece: Piece, row: Delivery | None
) -> None:
    """A reply to a message about the duty. Who can't come is shown their place, with its button; thanks are none of the
    report; other words before the duty begins may be a question, and are asked about."""
    told = (piece.holds_more and not is_spoken(piece)) or report_words(piece.words) is not None
    if not piece.holds_more and is_arrival(piece.words) and _comes(session, actor, order_id):
        ask_check_in(session, now, actor, order_id)
        return
    asks_for_it = row is None or row.kind.startswith(REPORTED_ON)
    title = orders.get(session, order_id).title
    if not told and _owes(session, actor, order_id) and gives_back(piece.words, [title]):
        deliveries.answer(session, now, actor, "place", {"order": order_id, "leaves": True})
    elif not told and comes_late(piece.words) and _is_near(session, actor, order_id):
        tell_late(session, now, actor, order_id, piece.words)
    elif not told and will_come(piece.words):
        _say_they_come(session, now, actor, order_id)
    elif _is_none(session, now, actor, order_id, piece, told=told, asked=asks_for_it):
        return
    elif not told and is_greeting(piece.words):
        deliveries.answer(session, now, actor, "thanks" if is_thanks(piece.words) else "greeting")
    elif not told and not asks_for_it and is_to_come(session, actor, order_id):
        sorting.ask(session, now, actor, piece)
    else:
        reports.submit(session, now, actor, order_id, piece)


def _is_none(
    session: Session, now: datetime, actor: Actor, order_id: int, piece: Piece, *, told: bool, asked: bool
) -> bool:
    """Whether it was no report, and has been answered: "why?" after one that came back, or what is of the visit."""
    if asked and is_no_evidence(piece) and tell_again(session, now, actor, order_id):
        return True
    return not (told or asked or piece.holds_more) and at_the_door.heard(session, now, actor, piece, order_id)


def is_no_evidence(piece: Piece) -> bool:
    """Whether who is asked for a report says "ok", that it comes later, or asks back: its leaders could not review it."""
    words, hello = piece.words, is_greeting(piece.words) and not is_thanks(piece.words)
    return not piece.holds_more and (hello or puts_off(words) or asks_back(words))


def tell_again(session: Session, now: datetime, actor: Actor, order_id: int) -> bool:
    """Why the actor's report came back, once more; False where it did not."""
    mine = (Claim.order_id == order_id) & (Claim.member_id == actor.member_id)
    last = select(Review).join(Report, col(Report.id) == col(Review.report_id))
    last = last.join(Claim).where(mine, Claim.state == ClaimState.RETURNED)
    settled = last.where(col(Review.paid_at).is_not(None)).order_by(col(Review.id).desc())
    review = session.exec(settled).first()
    if review is None:
        return False
    about = {"review": review.id, "order": order_id, "report": review.report_id}
    deliveries.answer(session, now, actor, "review.told", about)
    return True


def asks_why(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """ "Why was it returned?", of the only report that came back."""
    if piece.holds_more or not asks_back(piece.words):
        return False
    mine = (Claim.member_id == actor.member_id) & (Claim.state == ClaimState.RETURNED)
    returned = session.exec(select(Claim.order_id).where(mine)).all()
    return len(returned) == 1 and tell_again(session, now, actor, returned[0])


def is_spoken(piece: Piece) -> bool:
    """Whether it is a voice note: talk among people, where nobody asked for a report."""
    return piece.file is not None and piece.file.kind in evidence.SPOKEN


def says_of_coming(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """Whether it was understood as what its holder says of a place: that they come, can't, or are there."""
    return (
        _cannot_come(session, now, actor, piece)
        or _comes_late(session, now, actor, piece)
        or _will_come(session, now, actor, piece)
        or has_come(session, now, actor, piece)
    )


def _will_come(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """ "I'll be there", as [I'll come] says under a reminder: of the next duty that is still to begin."""
    if piece.holds_more or not will_come(piece.words):
        return False
    owed = reports.owing(session, actor.member_id)
    to_come = [order for order in owed if _is_awaited(session, actor, order.id)]
    if not to_come:
        return False
    first = min(to_come, key=lambda order: (order.starts_at, order.id))
    _say_they_come(session, now, actor, first.id)
    return True


def agrees_to_come(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """ "可以" or "不行" right after the message that asks whether the hours suit, or reminds: they come, and it is said; or
    their place is shown, to be given back."""
    comes = answers_of(piece.words) in ("yes", "agrees")
    if piece.holds_more or not (comes or says_no(piece.words)):
        return False
    order_id = deliveries.just_asked(session, actor.telegram_id, ASK_TO_COME)
    if order_id is None or not _is_awaited(session, actor, order_id):
        return False
    if comes:
        _say_they_come(session, now, actor, order_id)
    else:
        deliveries.answer(session, now, actor, "place", {"order": order_id, "leaves": True})
    return True


def _is_awaited(session: Session, actor: Actor, order_id: int) -> bool:
    """Whether they have a place on a duty that had not begun when they said it."""
    return is_to_come(session, actor, order_id) and _owes(session, actor, order_id)


def _say_they_come(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """Of a duty that has begun or is over, what is due now stands on their place."""
    if _is_awaited(session, actor, order_id):
        claims.confirm(session, now, actor, order_id)
    deliveries.answer(session, now, actor, "place", {"order": order_id})


def _cannot_come(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """ "I can't come" without a reply: the place it may be about, with its button; which one, where there are several."""
    owed = [] if piece.holds_more else reports.owing(session, actor.member_id, UNREPORTED)
    if not owed or not gives_back(piece.words, [order.title for order in owed]):
        return False
    about = [order for order in owed if names(piece.words, order.id, order.title, _day_of(session, order))]
    about = about if len(about) == 1 else owed
    if len(about) == 1:
        deliveries.answer(session, now, actor, "place", {"order": about[0].id, "leaves": True})
    else:
        deliveries.answer(session, now, actor, "list.mine")
    return True


def _day_of(session: Session, order: Order) -> int | None:
    """The day of the month on which it begins, there."""
    begins = order.starts_at
    return begins.astimezone(areas.zone_of(session, order.area_id)).day if begins is not None else None


def _comes_late(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """ "Running late", shortly before a duty or in it: whoever sent it out hears."""
    if piece.holds_more or not comes_late(piece.words):
        return False
    owed = reports.owing(session, actor.member_id)
    here = [order.id for order in owed if _is_near(session, actor, order.id)]
    if len(here) == 1:
        tell_late(session, now, actor, here[0], piece.words)
    elif here:
        deliveries.answer(session, now, actor, "list.mine")
    return bool(here)


def _is_near(session: Session, actor: Actor, order_id: int) -> bool:
    """Whether they are awaited at it now: it is about to begin, or runs."""
    ends = orders.get(session, order_id).ends_at
    return (ends is None or actor.said_at <= ends) and _comes(session, actor, order_id)


def tell_late(session: Session, now: datetime, actor: Actor, order_id: int, words: str) -> None:
    """To whoever looks after the duty: that they come later and by how much; the same is said once."""
    minutes = late_by(words)
    order, claim = claims.of(session, actor, order_id)
    told = _tell_once(session, now, in_charge.of(session, order), claim, minutes)
    deliveries.answer(session, now, actor, "late.noted", {"order": order.id, "told": told})


def _tell_once(
    session: Session, now: datetime, hear: Sequence[Recipient], claim: Claim, minutes: int | None
) -> bool:
    """The same twice in a row is told once; another number is told, also one that was said before."""
    about = (Delivery.subject_kind == "claim", Delivery.subject_id == claim.id, Delivery.kind == "place.late")
    last = session.exec(select(Delivery).where(*about).order_by(col(Delivery.id).desc()).limit(1)).first()
    if last is not None and last.args.get("minutes") == minutes:
        return True
    args = {"order": claim.order_id, "claim": claim.id, "minutes": minutes}
    key = f"late:{claim.id}:{last.id if last is not None else 0}"
    told = [
        deliveries.note(
            session, now, member, "place.late", args, lane=Lane.ESCALATION, key=f"{key}:{member.id}",
            subject=("claim", claim.id),
        )
        for member in hear
    ]  # fmt: skip
    return any(told)


def has_come(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """签到, "I'm here" or a place without a word, and no reply: checking in to the duty that is about to begin or runs; which
    one, where there are several. A case may be meant as well."""
    only_place = piece == Piece(position=piece.position)
    if not only_place and (piece.holds_more or not is_arrival(piece.words)):
        return False
    owed = reports.owing(session, actor.member_id)
    here = [order.id for order in owed if _comes(session, actor, order.id)]
    running = [order_id for order_id in here if _is_near(session, actor, order_id)]
    here = running or here  # of one that is over only where none runs
    cases = requests.open_of(session, now, actor.member_id)
    if not here or any(case_answers.asks(session, case) for case in cases):
        return False
    if piece.position is not None:
        return (
            not piece.position.passed_on and not cases and _arrives(session, now, actor, here, piece.position)
        )
    if len(here) == 1:
        ask_check_in(session, now, actor, here[0])
    else:
        deliveries.answer(session, now, actor, "list.mine")
    return True


def _arrives(session: Session, now: datetime, actor: Actor, here: list[int], position: Position) -> bool:
    """A place shared on the only duty that it can be of, unless the report wants one too."""
    if len(here) != 1 or orders.get(session, here[0]).evidence == Evidence.LOCATION:
        return False
    arrivals.check_in(session, now, actor, here[0], position)
    return True


def ask_check_in(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/checkin 17` or [Check in]: the next place shared in private is the arrival."""
    order, claim = claims.of(session, actor, order_id)
    if not arrivals.can_check_in(claim):
        raise (
            refusals.AlreadyCheckedIn(order=order_id)
            if claim.checked_in_at
            else refusals.NothingToCheckIn(order=order_id)
        )
    questions.ask(session, now, actor, "checkin", "where", {"order": order.id})


def _comes(session: Session, actor: Actor, order_id: int) -> bool:
    """Whether they may check in to it, and it is about to begin or runs."""
    begins = orders.get(session, order_id).starts_at
    if begins is not None and begins > actor.said_at + COMES_BEFORE:
        return False
    mine = select(Claim).where(Claim.order_id == order_id, Claim.member_id == actor.member_id)
    claim = session.exec(mine).first()
    return claim is not None and arrivals.can_check_in(claim)


def is_to_come(session: Session, actor: Actor, order_id: int) -> bool:
    """Whether the duty had not begun when they said it."""
    begins = orders.get(session, order_id).starts_at
    return begins is not None and actor.said_at < begins


def _owes(session: Session, actor: Actor, order_id: int) -> bool:
    mine = (Claim.order_id == order_id) & (Claim.member_id == actor.member_id)
    owes = select(Claim.id).where(mine, col(Claim.state).in_(UNREPORTED))
    return session.exec(owes.limit(1)).first() is not None
