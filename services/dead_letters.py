"""Dead letters: what came in and could not be worked on, and what was to go out and could not be made. Both are
seen by people, and tried again when they say so.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import Session, col, delete, func, select, update

from models import DeadLetter, Delivery, DeliveryState, Identity, Member, SeenUpdate
from models.sealed import CANNOT_OPEN, UnknownKey, unseal
from services import deliveries, roles

GIVEN_UP = ("failed", "a day late")  # why a delivery ends that another try could still bring home


@dataclass(frozen=True)
class Letter:
    """`way` is `in` for an update, `out` for a delivery."""

    way: str
    id: int
    kind: str
    why: str
    at: datetime
    asked: bool


def _dead() -> ColumnElement[bool]:
    given_up: BindParameter[Any] = bindparam(
        "given_up", GIVEN_UP, expanding=True, literal_execute=True
    )  # as the index says it
    return (col(Delivery.state) == DeliveryState.NEVER) & col(Delivery.reason).in_(given_up)


def listed(session: Session, most: int = 500) -> list[Letter]:
    """The oldest first."""
    came = session.exec(
        select(DeadLetter)
        .where(col(DeadLetter.redriven_at).is_(None))
        .order_by(col(DeadLetter.id))
        .limit(most)
    ).all()
    found = [
        Letter(
            "in",
            row.id,
            f"update {row.update_id}",
            _why(row.error)
            if _body(session, row) is not None
            else f"{row.error}; no key in DATA_KEY opens it",
            row.at,
            row.redrive_at is not None,
        )  # fmt: skip
        for row in came
    ]
    out = session.exec(select(Delivery).where(_dead()).order_by(col(Delivery.id)).limit(most)).all()
    return found + [Letter("out", row.id, row.kind, row.reason or "", row.due_at, False) for row in out]


def _why(error: str) -> str:
    sealed = error == UnknownKey.__name__
    return (
        "something it needs is sealed with a key that the bot's DATA_KEY does not name" if sealed else error
    )


def count(session: Session) -> int:
    waiting = select(func.count()).select_from(DeadLetter).where(col(DeadLetter.redriven_at).is_(None))
    dead = select(func.count()).select_from(Delivery).where(_dead())
    return session.exec(waiting).one() + session.exec(dead).one()


def redrive(session: Session, now: datetime, bot_id: int) -> int:
    """Try every dead letter once more; how many. Updates are taken by the running bot, deliveries go out again. What no
    key of ours opens waits until one does."""
    waiting = col(DeadLetter.redriven_at).is_(None) & col(DeadLetter.redrive_at).is_(None)
    letters = session.exec(select(DeadLetter).where(waiting)).all()
    ids = [letter.update_id for letter in letters if _body(session, letter) is not None]
    session.exec(
        delete(SeenUpdate).where(col(SeenUpdate.bot_id) == bot_id, col(SeenUpdate.update_id).in_(ids))
    )
    session.exec(update(DeadLetter).where(col(DeadLetter.update_id).in_(ids)).values(redrive_at=now))
    again = {"reason": None, "attempts": 0, "due_at": now}
    there = _dead() & col(Delivery.message_id).is_not(None)  # a card that could not be edited
    edited = {"state": DeliveryState.SENT, "live": True, "shown_version": deliveries.STALE}
    cards = session.exec(update(Delivery).where(there).values(**again, **edited))
    is_card = func.coalesce(col(Delivery.kind) == col(Delivery.subject_kind), False)  # noqa: FBT003
    sent = {"state": DeliveryState.PENDING, "live": is_card, "created_at": now}
    out = session.exec(update(Delivery).where(_dead()).values(**again, **sent))
    return len(ids) + cards.rowcount + out.rowcount


def discard(session: Session, now: datetime) -> int:
    """Let every dead letter be; how many. Nothing of what they held is kept."""
    waiting = col(DeadLetter.redriven_at).is_(None)
    came = session.exec(update(DeadLetter).where(waiting).values(redriven_at=now, body=None))
    out = session.exec(update(Delivery).where(_dead()).values(reason="discarded"))
    return came.rowcount + out.rowcount


def bot_id(session: Session) -> int:
    """Whose database this is; 0 before the first start."""
    identity = session.get(Identity, 1)
    return identity.bot_id if identity else 0


def asked(session: Session) -> list[tuple[int, str]]:
    """Ids and bodies of the updates that somebody wants tried again, in the order in which they came."""
    wanted = col(DeadLetter.redrive_at).is_not(None) & col(DeadLetter.redriven_at).is_(None)
    rows = session.exec(select(DeadLetter).where(wanted).order_by(col(DeadLetter.update_id))).all()
    found = [(row.id, _body(session, row)) for row in rows]
    return [(letter_id, body) for letter_id, body in found if body is not None]


def _body(session: Session, letter: DeadLetter) -> str | None:
    """What came; None where no key of ours opens it."""
    try:
        return unseal(session, letter, "body") or ""
    except CANNOT_OPEN:
        return None


def done(session: Session, now: datetime, letter_id: int) -> None:
    """It was taken: its effects are there, or it lies here again under a new number. Who pressed was told that nothing has
    changed, and their toast is long gone: they hear that it has."""
    letter = session.get(DeadLetter, letter_id)
    if letter is None:
        return
    _tell_presser(session, now, letter)
    letter.redriven_at, letter.body = now, None


def _tell_presser(session: Session, now: datetime, letter: DeadLetter) -> None:
    came = json.loads(_body(session, letter) or "{}")
    again = (col(DeadLetter.update_id) == letter.update_id) & (col(DeadLetter.id) > letter.id)
    if "callback_query" not in came or session.exec(select(DeadLetter.id).where(again).limit(1)).first():
        return
    presser = select(Member).where(col(Member.telegram_id).in_(_senders(came)))
    for member in session.exec(presser).all():
        deliveries.note(session, now, member, "redriven", key=f"redriven:{letter.id}")


def forget(session: Session, now: datetime, telegram_id: int) -> None:
    """What came from somebody who is to be forgotten is let be; who that was only the sealed body tells."""
    for letter in session.exec(select(DeadLetter).where(col(DeadLetter.redriven_at).is_(None))).all():
        update_ = json.loads(_body(session, letter) or "{}")
        if telegram_id in _senders(update_):
            letter.redriven_at, letter.body = now, None


def _senders(update_: dict[str, Any]) -> list[Any]:
    contents = [content for content in update_.values() if isinstance(content, dict)]
    people = [content.get("from") or content.get("user") for content in contents]
    return [person.get("id") for person in people if isinstance(person, dict)]


def tell(session: Session, now: datetime) -> None:
    """Administrators hear that something lies here: once a day, and whenever it has become twice as much."""
    number = count(session)
    if not number:
        return
    for administrator in roles.administrators(session):
        key = f"dead:{administrator.id}:{number.bit_length()}:{now:%Y%m%d}"
        deliveries.note(session, now, administrator, "dead_letters", {"count": number}, key=key)
