"""How an attempt to deliver something ended, written down."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select, update

from models import Delivery, DeliveryClass, DeliveryState, Lane, Member, Order, Reach
from services import chats, deliveries, in_charge, removals, request_cards, review_cards, whistle_cards
from services.deliveries import STALE

MOST_FAILURES = 25  # of our own making, in a row; what the network or Telegram does is waited out
FAULT = "failed"
QUIET = "asked for quiet"  # by Telegram, for the chat; whoever sends next has to know
COURTESY_FOR = timedelta(hours=24)  # a courtesy that could not be said for so long is not said any more
LONGEST_PAUSE = 60.0  # seconds between tries
AMBIGUOUS_AGAIN, LONGEST_AMBIGUOUS = (
    0.5,
    300.0,
)  # a server that never answers may have taken every one of them
BARRED_FOR = 600.0  # seconds until a chat that does not let the bot write is tried again
MOST_OLD = 5  # messages a card was before, whose buttons may still be pressed
TOPIC_GONE = "thread not found"  # in Telegram's words
LINE_GATHERS = timedelta(seconds=10)


def _held(session: Session, delivery_id: int) -> Delivery | None:
    """The delivery, newly read and held: a card that is being turned waits, or was turned before."""
    session.flush()
    return session.get(Delivery, delivery_id, populate_existing=True, with_for_update=True)


def _set(session: Session, delivery_id: int, **values: Any) -> None:
    session.exec(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


def _past(reason: str | None) -> str | None:
    """What is left of a reason that only said why the try before did not go."""
    return None if reason in (FAULT, QUIET) else reason


def sent(
    session: Session,
    now: datetime,
    delivery_id: int,
    message_id: int | None,
    version: int,
    *,
    final: bool,
    made: Delivery,
) -> None:
    """It arrived as it was `made`; a card that was turned meanwhile has other args, and is due again, and one whose group has
    become another meanwhile is still to be posted there. What is to vanish is deleted again after its time."""
    row = _held(session, delivery_id)
    if row is None or row.chat_id != made.chat_id:
        return
    row.state, row.owner, row.attempts = DeliveryState.SENT, None, 0
    row.reason = _past(row.reason)
    adopted = None not in (message_id, row.message_id) and message_id != row.message_id
    row.message_id = row.message_id or message_id  # another message became the card while this one was edited
    turned = row.args != made.args or adopted
    row.shown_version, row.due_at = STALE if turned else version, now
    row.live = row.live and (turned or not (final or row.subject_kind is None))
    vanish = row.args.get("vanish")
    if vanish and message_id:
        removals.delete_later(session, now, row.chat_id, message_id, timedelta(seconds=vanish))


def unchanged(session: Session, _now: datetime, shown: list[tuple[int, int]]) -> None:
    """Cards that look the same at their subject's newest version; (id, version) of each."""
    for delivery_id, version in shown:
        _set(session, delivery_id, shown_version=version)


def later(
    session: Session,
    now: datetime,
    delivery_id: int,
    seconds: float,
    *,
    edit: bool,
    flood: bool = False,
    longest: float = LONGEST_PAUSE,
) -> None:
    """Not accepted: again after so many seconds when Telegram said so (`flood`), else after ever longer
    pauses. An order, an answer or an escalation is tried until it arrives; a courtesy for a day."""
    row = _held(session, delivery_id)
    if row is None:
        return
    if not flood:
        row.attempts += 1
        seconds = max(seconds, min(longest, seconds * 2.0 ** min(row.attempts - 1, 10)))
    row.due_at, row.owner = now + timedelta(seconds=seconds), None
    row.reason = QUIET if flood else _past(row.reason)
    if edit:
        return
    stale = row.klass == DeliveryClass.COURTESY and row.created_at < now - COURTESY_FOR
    row.state = DeliveryState.NEVER if stale else DeliveryState.LATER
    row.reason = "a day late" if stale else row.reason


def failed(session: Session, now: datetime, delivery_id: int, *, edit: bool) -> None:
    """We could not make or hand over the message: a fault of ours, tried again so many times."""
    row = _held(session, delivery_id)
    if row is None:
        return
    if row.reason != FAULT:  # the tries before failed for another cause
        row.attempts = 0
    later(session, now, delivery_id, LONGEST_PAUSE, edit=edit)
    if row.attempts >= MOST_FAILURES:
        row.state, row.live = DeliveryState.NEVER, False
    row.reason = row.reason or FAULT


def paused(session: Session, now: datetime, delivery_id: int, seconds: float) -> None:
    """The bot itself was refused: nothing is lost, and the try does not count."""
    row = _held(session, delivery_id)
    if row is not None:
        row.due_at, row.owner = now + timedelta(seconds=seconds), None
        row.state = DeliveryState.SENT if row.message_id is not None else DeliveryState.LATER


def barred(session: Session, now: datetime, delivery_id: int, *, edit: bool) -> None:
    """The chat does not let the bot write there just now: tried again, and an order's issuer hears once."""
    row = _held(session, delivery_id)
    if row is None:
        return
    row.due_at, row.owner = now + timedelta(seconds=BARRED_FOR), None
    if not edit:
        row.state = DeliveryState.LATER
    _tell_unshown(session, now, row)


def _tell_unshown(session: Session, now: datetime, row: Delivery) -> None:
    """An order's card can't be shown in a chat: who looks after it is told, once for each chat."""
    order = session.get(Order, row.subject_id) if row.kind == "order" else None
    if order is None:
        return
    args = {"order": order.id, "chat": row.chat_id}
    for member in in_charge.of(session, order):
        deliveries.note(session, now, member, "order.unshown", args, key=f"unshown:{row.id}:{member.id}")


# Whose card could not arrive: the next ones get it
SEATS = {
    "review": review_cards.seat_others,
    "request": request_cards.seat_others,
    "whistle": whistle_cards.seat_others,
}


def never(
    session: Session, now: datetime, delivery_id: int, reason: str, *, edit: bool = False,
    left_at: datetime | None = None,
) -> None:  # fmt: skip
    """It can never arrive; whoever cannot be reached is marked so. A card that was shown stays as it is, and what ended
    meanwhile keeps its own reason. What a call was told that `left_at` before the bot was brought back is true no more."""
    row = _held(session, delivery_id)
    if row is None or row.state == DeliveryState.NEVER:
        return
    if row.thread_id is not None and TOPIC_GONE in reason:  # it is said in the chat itself
        chats.topic_gone(session, now, row.chat_id, row.thread_id)
        row.thread_id, row.state, row.due_at, row.owner = None, DeliveryState.PENDING, now, None
        return
    if reason == "gone" and left_at is not None and chats.came_back(session, row.chat_id, since=left_at):
        row.state = DeliveryState.SENT if edit else DeliveryState.PENDING
        row.due_at, row.owner = now, None
        return
    unreachable = reason in ("blocked", "gone")
    if edit and not unreachable:
        row.due_at = now + timedelta(seconds=BARRED_FOR)
        return
    why = chats.CHAT_GONE if reason == "gone" and row.chat_id < 0 else reason[:80]
    row.state, row.reason, row.live, row.owner = DeliveryState.NEVER, why, False, None
    if unreachable and row.chat_id > 0:
        _mark_blocked(session, now, row)
    elif reason == "gone":
        chats.gone(session, row.chat_id)
    _say_otherwise(session, now, row, edit=edit)


def _say_otherwise(session: Session, now: datetime, row: Delivery, *, edit: bool) -> None:
    """What cannot be shown there is said elsewhere."""
    if not edit and row.chat_id < 0:
        _tell_unshown(session, now, row)
    if row.kind == "reaction":
        _merge_into_line(session, now, row)


def _mark_blocked(session: Session, now: datetime, row: Delivery) -> None:
    """A person cannot be written to; what was theirs to see goes to the next."""
    members = (col(Member.telegram_id) == row.chat_id) & (col(Member.reach) == Reach.OK)
    session.exec(update(Member).where(members).values(reach=Reach.BLOCKED))
    if row.kind in SEATS and row.subject_id is not None:
        SEATS[row.kind](session, now, row.subject_id)


def _merge_into_line(session: Session, now: datetime, reaction: Delivery) -> None:
    """Reactions are off here: one line per ten seconds names who claimed; what else was sent is thanked for in a reply."""
    claim_id = reaction.args.get("claim")
    if not claim_id and reaction.chat_id < 0:
        reply = {"reply_to": reaction.args["message"], "vanish": deliveries.VANISH}
        session.add(_line(now, reaction, "received.line", reply, due_at=now))
    if not claim_id:
        return
    key = f"line:{reaction.chat_id}:{int(now.timestamp()) // int(LINE_GATHERS.total_seconds())}"
    line = session.exec(select(Delivery).where(Delivery.unique_key == key)).first()
    if line is not None:
        line.args = {"claims": [*line.args["claims"], claim_id]}
        return
    gathered = _line(now, reaction, "claims.line", {"claims": [claim_id]}, due_at=now + LINE_GATHERS)
    gathered.unique_key = key
    session.add(gathered)


def _line(
    now: datetime, reaction: Delivery, kind: str, args: dict[str, object], *, due_at: datetime
) -> Delivery:
    """A line in place of a reaction."""
    return Delivery(
        kind=kind, args=args, chat_id=reaction.chat_id, thread_id=reaction.thread_id, lane=Lane.NOTE,
        klass=DeliveryClass.COURTESY, due_at=due_at, created_at=now, state=DeliveryState.PENDING,
    )  # fmt: skip


def ambiguous(session: Session, now: datetime, delivery_id: int, *, edit: bool) -> None:
    """The connection broke after the request left: what is critical goes again, and what done twice is done once; any other
    courtesy does not."""
    row = _held(session, delivery_id)
    if row is None:
        return
    if edit or row.klass == DeliveryClass.CRITICAL or row.kind in chats.OF_A_MESSAGE:
        later(session, now, delivery_id, AMBIGUOUS_AGAIN, edit=edit, longest=LONGEST_AMBIGUOUS)
    else:
        row.state, row.owner = DeliveryState.AMBIGUOUS, None


def lost_message(session: Session, now: datetime, delivery_id: int, *, replaced: bool) -> None:
    """The card to edit is gone, or stands there and can't be changed: it is posted again, once; or whenever we took it
    away to replace it. A press on the old one, which may still be on a screen, does not make it the card again."""
    row = _held(session, delivery_id)
    if row is None or not row.live:  # we took it away ourselves, and another stands in its place
        return
    if row.args.get("reposted") and not replaced:
        row.live, row.state, row.reason = False, DeliveryState.NEVER, "deleted"
        return
    reposted, old = row.args.get("reposted", False), row.args.get("old", [])
    now_old = {"reposted": reposted or not replaced, "old": [*old, row.message_id][-MOST_OLD:]}
    row.args = {**row.args, **now_old}
    row.message_id, row.state, row.due_at, row.shown_version = None, DeliveryState.PENDING, now, 0


def moved(session: Session, now: datetime, delivery_id: int, new_chat_id: int) -> None:
    """The group became a supergroup while this was on its way; another delivery may have told us before."""
    row = _held(session, delivery_id)
    if row is None:
        return
    old = row.chat_id
    if row.kind in chats.OF_A_MESSAGE:  # which stayed behind
        row.state, row.reason = DeliveryState.NEVER, chats.MOVED
        chats.migrate(session, now, old, new_chat_id)
        return
    row.state, row.due_at, row.chat_id, row.thread_id = DeliveryState.PENDING, now, new_chat_id, None
    row.message_id, row.shown_version = None, 0
    session.flush()
    chats.migrate(session, now, old, new_chat_id)
