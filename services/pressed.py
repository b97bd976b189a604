"""The message whose button was pressed: redrawn, kept or taken away."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Delivery, DeliveryState, Member
from models.actor import Actor, Cause, Refusal
from models.lifecycle import WAITING
from services import deliveries, removals


def message(session: Session, now: datetime, actor: Actor) -> Delivery | None:
    """The delivery that the pressed message is; None after typed words, and where it is unknown. Raises NotYet."""
    return deliveries.pointed_at(session, now, actor, actor.cause.message_id) if actor.cause.press else None


def turn(session: Session, now: datetime, actor: Actor, args: dict[str, Any]) -> bool:
    """Redraw it with other args: a page turned, a menu opened; False when there is none."""
    row = message(session, now, actor)
    row = session.get(Delivery, row.id, populate_existing=True, with_for_update=True) if row else None
    if row is not None and row.reason == deliveries.TAKEN_BACK:
        row = _in_its_place(session, row)
    if row is None:
        return False
    row.args = {**row.args, **args}
    row.shown_version, row.live, row.due_at = deliveries.STALE, True, now
    session.add(row)
    return True


def _in_its_place(session: Session, row: Delivery) -> Delivery | None:
    """The card of the same that its reader has now: the one that was pressed is going."""
    same = (
        Delivery.kind == row.kind,
        Delivery.subject_kind == row.subject_kind,
        Delivery.subject_id == row.subject_id,
    )
    theirs = (Delivery.recipient_id == row.recipient_id, col(Delivery.live))
    found = select(Delivery).where(*same, *theirs).order_by(col(Delivery.id).desc()).limit(1)
    return session.exec(found.with_for_update()).first() if row.subject_id is not None else None


def say_refusal(session: Session, now: datetime, cause: Cause, refusal: Refusal) -> None:
    """What a press was answered with when nobody could read that any more, in private."""
    presser = select(Member).where(
        col(Member.telegram_id) == (cause.person.telegram_id if cause.person else 0)
    )
    for member in session.exec(presser).all():
        args = {"name": type(refusal).__name__, "with": refusal.args_}
        about = "-".join(map(str, refusal.args_.values()))
        key = f"unread:{member.id}:{args['name']}:{about}:{now:%Y%m%d%H}"[:80]  # however often it was pressed
        deliveries.note(session, now, member, "refusal", args, key=key)


def keep(session: Session, actor: Actor) -> None:
    """It was to go after a while: it is worked with now, and stays."""
    going = select(Delivery).where(
        Delivery.kind == "deletion",
        Delivery.chat_id == actor.cause.chat_id,
        col(Delivery.state).in_(WAITING),
    )
    for row in session.exec(going).all():
        if row.args.get("message") == actor.cause.message_id:
            row.state, row.reason = DeliveryState.NEVER, "kept"


def forget(session: Session, now: datetime, actor: Actor) -> None:
    """It has done its work, and goes."""
    row = message(session, now, actor)
    if row is not None and row.message_id is not None:
        row.live = False
        removals.delete_later(session, now, row.chat_id, row.message_id, removals.AT_ONCE)
