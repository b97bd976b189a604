"""Deliveries: writing down what people are to see, in the transaction that makes it true."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session, col, exists, func, select, update

from models import Delivery, DeliveryClass, DeliveryState, Lane, Reach
from models.actor import Actor, Refusal
from models.delivery import is_about
from models.engine import NotYet
from models.lifecycle import WAITING
from models.together import insert_soon

LEASE = timedelta(seconds=60)
SOON = timedelta(seconds=10)  # by then a message that somebody points at was written down as sent
VANISH = 60  # seconds until a silent line in a group is deleted again
TAKEN_BACK = "taken back"  # a message that was deleted
SAID_TO_ALL = ("OrderFull",)
SAID_FOR, LATELY = timedelta(seconds=15), 500  # so many deliveries are looked at
UNSAID = "unsaid"  # in a session's info: notes may have been said before a restore, and are not said again
STALE = -1  # a shown_version that makes a live card due whatever its subject's version is


class Recipient(Protocol):
    """Somebody to write to: a member, or as much of their row as that takes."""

    @property
    def id(self) -> int: ...

    @property
    def telegram_id(self) -> int | None: ...

    @property
    def reach(self) -> Reach: ...


def put(session: Session, now: datetime, **columns: Any) -> Delivery:
    """A delivery's row, due now unless it says otherwise."""
    row = Delivery(created_at=now, **{"state": DeliveryState.PENDING, "due_at": now, **columns})
    session.add(row)
    return row


def _put_answer(session: Session, now: datetime, **columns: Any) -> Delivery:
    """An answer, which this process sends at once where it is the sender."""
    owner = session.info["sender"]
    row = put(session, now, lane=Lane.ANSWER, klass=DeliveryClass.CRITICAL, **columns)
    if owner is not None:
        row.state, row.owner, row.lease_until = DeliveryState.SENDING, owner, now + LEASE
        session.flush()
        session.info["answers"].append(row)
    return row


def answer(
    session: Session,
    now: datetime,
    actor: Actor,
    kind: str,
    args: dict[str, Any] | None = None,
    *,
    payload: str = "",
    **columns: Any,
) -> None:
    """Answer where it was said if that was private; else in private, or by one silent link button
    that opens the bot with `payload` where the person cannot be written to."""
    args = args or {}
    if actor.can_be_answered:
        _put_answer(
            session,
            now,
            kind=kind,
            args=args,
            chat_id=actor.telegram_id,
            recipient_id=actor.member_id,
            **columns,
        )
    else:
        whisper(session, now, actor, "continue_in_private", {"payload": payload or "start"})


def whisper(
    session: Session, now: datetime, actor: Actor, kind: str, args: dict[str, Any] | None = None
) -> None:
    """A silent reply in the group, deleted after a minute."""
    reply = {"reply_to": actor.cause.message_id} if actor.cause.message_id and not actor.cause.press else {}
    _put_answer(
        session,
        now,
        kind=kind,
        args={**(args or {}), **reply, "vanish": VANISH},
        chat_id=actor.cause.chat_id,
        thread_id=actor.cause.thread_id,
        recipient_id=actor.member_id or None,
    )


def say_here(
    session: Session,
    now: datetime,
    actor: Actor,
    kind: str,
    args: dict[str, Any] | None = None,
    **columns: Any,
) -> Delivery:
    """A message that stays in the chat it was asked for in, in that chat's language when it is a group."""
    return _put_answer(
        session,
        now,
        kind=kind,
        args=args or {},
        chat_id=actor.cause.chat_id,
        thread_id=actor.cause.thread_id,
        recipient_id=actor.member_id if actor.private else None,
        **columns,
    )


def react(session: Session, now: datetime, actor: Actor, claim_id: int) -> None:
    """A thumb under the message that claimed."""
    args = {"message": actor.cause.message_id, "claim": claim_id}
    _put_answer(
        session, now, kind="reaction", args=args, chat_id=actor.cause.chat_id, thread_id=actor.cause.thread_id
    )


def refuse(session: Session, now: datetime, actor: Actor, refusal: Refusal) -> None:
    """The answer to a refusal that was not a press: a private note, or a silent line in the group."""
    args = {"name": type(refusal).__name__, "with": refusal.args_}
    if actor.can_be_answered:
        answer(session, now, actor, "refusal", args)
    elif not _was_just_said(session, now, actor, args):
        whisper(session, now, actor, "refusal", args)


def _was_just_said(session: Session, now: datetime, actor: Actor, args: dict[str, Any]) -> bool:
    """Whether a line in the group says the same, and to everybody there: a group takes twenty messages a minute."""
    if args["name"] not in SAID_TO_ALL:
        return False
    newest = select(func.coalesce(func.max(Delivery.id), 0)).scalar_subquery()
    here = (Delivery.chat_id == actor.cause.chat_id, Delivery.kind == "refusal")
    lately = (col(Delivery.id) > newest - LATELY, col(Delivery.created_at) > now - SAID_FOR)
    rows = session.exec(select(Delivery.args).where(*here, *lately)).all()
    return any((said["name"], said["with"]) == (args["name"], args["with"]) for said in rows)


def note(
    session: Session, now: datetime, member: Recipient, kind: str, args: dict[str, Any] | None = None, *,
    lane: Lane = Lane.NOTE, due_at: datetime | None = None, key: str | None = None,
    subject: tuple[str, int] | tuple[None, None] = (None, None),
) -> bool:  # fmt: skip
    """Something to hear, once; False when the person cannot be written to. An answer or an escalation is sent until it arrives."""
    if member.reach != Reach.OK or member.telegram_id is None:
        return False
    if lane == Lane.NOTE and session.info.get(UNSAID):
        return True
    insert_soon(  # straight on the driver, which takes a key once
        session, Delivery, kind=kind, args=args or {}, subject_kind=subject[0], subject_id=subject[1],
        chat_id=member.telegram_id, recipient_id=member.id,
        lane=int(lane), live=False, shown_version=0, attempts=0, unique_key=key,
        klass=DeliveryClass.CRITICAL if lane <= Lane.ESCALATION else DeliveryClass.COURTESY,
        state=DeliveryState.PENDING, due_at=due_at or now, created_at=now,
    )  # fmt: skip
    return True


def post(
    session: Session,
    now: datetime,
    chat_id: int,
    thread_id: int | None,
    kind: str,
    args: dict[str, Any],
    *,
    subject: tuple[str, int] | tuple[None, None] = (None, None),
    due_at: datetime | None = None,
) -> None:
    """A line in a group that answers nobody: a welcome, a reminder."""
    put(
        session,
        now,
        kind=kind,
        args=args,
        subject_kind=subject[0],
        subject_id=subject[1],
        chat_id=chat_id,
        thread_id=thread_id,
        lane=Lane.NOTE,
        klass=DeliveryClass.COURTESY,
        due_at=due_at or now,
    )


def card(
    session: Session,
    now: datetime,
    kind: str,
    subject: tuple[str, int],
    *,
    chat_id: int,
    thread_id: int | None = None,
    recipient_id: int | None = None,
    lane: Lane = Lane.NOTE,
    due_at: datetime | None = None,
) -> Delivery:
    """A live message about a subject, edited whenever the subject's version moves on."""
    return put(
        session,
        now,
        kind=kind,
        args={},
        subject_kind=subject[0],
        subject_id=subject[1],
        chat_id=chat_id,
        thread_id=thread_id,
        recipient_id=recipient_id,
        lane=lane,
        klass=DeliveryClass.CRITICAL,
        live=True,
        due_at=due_at or now,
    )


def at_message(session: Session, chat_id: int, message_id: int | None) -> Delivery | None:
    """The delivery that a message in a chat is."""
    if message_id is None:
        return None
    found = select(Delivery).where(Delivery.chat_id == chat_id, Delivery.message_id == message_id)
    return session.exec(found.order_by(col(Delivery.id).desc()).limit(1)).first()


def pointed_at(session: Session, now: datetime, actor: Actor, message_id: int | None) -> Delivery | None:
    """The delivery that somebody pressed or replied to, where they did.

    Raises NotYet while it may be one that arrived and was not written down yet: fingers can be that quick.
    """
    row = at_message(session, actor.cause.chat_id, message_id)
    if row is None and message_id is not None and now < actor.cause.said_at + SOON:
        waits = _is_one_on_its_way(session, actor.cause.chat_id)
        row = at_message(session, actor.cause.chat_id, message_id)  # written down between the looks?
        if row is None and waits:
            raise NotYet()
    return row


def just_asked(
    session: Session, chat_id: int, kinds: tuple[str, ...], since: datetime | None = None
) -> int | None:
    """The duty that the last message to somebody is about, where it is of these kinds; one on its way may be there already."""
    theirs, number = select(Delivery).where(col(Delivery.chat_id) == chat_id), col(Delivery.message_id)
    sending = theirs.where(number.is_(None), col(Delivery.state) == DeliveryState.SENDING)
    leaving = sending.where(col(Delivery.kind).in_(kinds))
    there = theirs.where(number.is_not(None)).order_by(number.desc())
    last = session.exec(leaving.limit(1)).first() or session.exec(there.limit(1)).first()
    if last is None or last.kind not in kinds or (since is not None and last.due_at < since):
        return None
    return order_shown(last)


def order_shown(row: Delivery) -> int | None:
    """The duty that a message of ours is about."""
    order_id: int | None = row.args.get("order") or (row.subject_id if row.subject_kind == "order" else None)
    return order_id


def _is_one_on_its_way(session: Session, chat_id: int) -> bool:
    here = (col(Delivery.chat_id) == chat_id) & col(Delivery.message_id).is_(None)
    sending = col(Delivery.state) == DeliveryState.SENDING
    return bool(session.exec(select(exists().where(here, sending))).one())


def retire(session: Session, kind: str, subject: tuple[str, int]) -> None:
    """The cards of this kind about a subject stay as they are from now on."""
    session.exec(update(Delivery).where(is_about(*subject), col(Delivery.kind) == kind).values(live=False))


def revive(session: Session, subject: tuple[str, int]) -> None:
    """The cards about a subject, finished before, follow its version again; those that were deleted stay so."""
    shown = (col(Delivery.state) == DeliveryState.SENT) & col(Delivery.message_id).is_not(None)
    there = col(Delivery.reason).is_(None) | (col(Delivery.reason) != TAKEN_BACK)
    session.exec(
        update(Delivery)
        .where(is_about(*subject), shown, there, col(Delivery.kind) == subject[0])
        .values(live=True)
    )


def recall(session: Session, subject: tuple[str, int]) -> int:
    """Stop the cards about a subject that have not left yet; how many had already been sent."""
    session.exec(
        update(Delivery)
        .where(is_about(*subject), col(Delivery.state).in_(WAITING))
        .values(state=DeliveryState.NEVER, reason="recalled", live=False)
    )
    left = session.exec(
        select(Delivery.id).where(is_about(*subject), Delivery.state != DeliveryState.NEVER)
    ).all()
    return len(left)
