"""What the dispatcher finds when it looks: what is due, and what need not be sent after all."""

from collections import defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models import Delivery, DeliveryState, Lane
from models.actor import Policy, Refusal
from services import order_facts, outbox, request_cards
from services.deliveries import STALE
from views.catalogue import language_of, render
from views.message import Deletion, Message, Reaction

MOST = 400  # rows looked at in one go
MOST_AT_ONCE = 3  # notes to one person


@dataclass(frozen=True)
class Look:
    """`crowds` are ids of notes that wait for one person and become one; `unchanged` are (id, version) of
    cards that already look as they should."""

    notes: list[Delivery]
    cards: list[Delivery]
    crowds: list[list[int]]
    unchanged: list[tuple[int, int]]


@dataclass
class Item:
    """A delivery in a lane; `edit` when its message is there and must change."""

    row: Delivery
    edit: bool
    left_at: datetime | None = None  # when its call was made

    @property
    def lane(self) -> int:
        if not self.edit:
            return self.row.lane
        return Lane.ANSWER if self.row.shown_version == STALE else Lane.EDIT

    def is_shown(self, version: int) -> bool:
        """Whether the message shows that version already: the look that found it may be older than its last edit."""
        shown = self.row.shown_version
        return self.edit and shown != STALE and shown >= version

    @property
    def card_edit(self) -> bool:
        return self.edit and self.row.shown_version != STALE


def overtakes(item: Item, edits: deque[Item]) -> bool:
    """Whether a press turns a card that waits for its next ordinary edit: then it leaves those, and does not wait."""
    at = next((at for at, other in enumerate(edits) if other.row.id == item.row.id), None)
    if item.lane != Lane.ANSWER or at is None:
        return False
    del edits[at]
    return True


def look(
    session: Session, now: datetime, policy: Policy, shown: dict[int, int], crowded_chats: outbox.Crowded,
    apart: Collection[int] = (),
) -> Look:  # fmt: skip
    """What is due; notes that are to stay `apart` become no part of another."""
    notes = outbox.due(session, now, MOST, crowded_chats)
    stale = outbox.stale_cards(session, now, MOST, crowded_chats)
    crowds = _crowds([row for row in notes if row.id not in apart])
    digests = {
        row.id for row in notes if row.kind == "digest"
    }  # one leaves as ever, with what it has by then
    crowded = {delivery_id for crowd in crowds for delivery_id in crowd} - digests
    unchanged = _unchanged(session, stale, policy, now, shown)
    same = {delivery_id for delivery_id, _version in unchanged}
    return Look(
        [row for row in notes if row.id not in crowded],
        [row for row in stale if row.id not in same],
        crowds,
        unchanged,
    )


def _crowds(notes: list[Delivery]) -> list[list[int]]:
    """More than three notes due to one person at once, or any beside such a message that has not left yet.

    What holds somebody's words is a message of its own: an alarm must sound, and both go after a day.
    """
    by_person: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = {}  # the first such message by person
    for row in notes:
        may = (
            row.lane in (Lane.ESCALATION, Lane.NOTE)
            and not row.live
            and row.kind not in request_cards.QUOTING
        )
        if may and row.chat_id > 0 and row.recipient_id:
            if row.kind == "digest":
                waiting.setdefault(row.recipient_id, row.id)
            else:
                by_person[row.recipient_id].append(row.id)
    return [
        [*ids, *([waiting[person]] if person in waiting else [])]
        for person, ids in by_person.items()
        if person in waiting or len(ids) > MOST_AT_ONCE
    ]


def _unchanged(
    session: Session, stale: list[Delivery], policy: Policy, now: datetime, shown: dict[int, int]
) -> list[tuple[int, int]]:
    """A coarse card changes rarely: one rendering for each order and language tells whether it has."""
    coarse: dict[int, bool] = {}
    looks: dict[tuple[int, str], int | None] = {}
    found = []
    for row in stale:
        order_id = row.subject_id
        if row.kind != "order" or order_id is None or row.id not in shown:
            continue
        if order_id not in coarse:
            coarse[order_id] = order_facts.is_coarse(session, order_id)
        if not coarse[order_id]:
            continue
        key = (order_id, language_of(session, row, policy))
        if key not in looks:
            looks[key] = _look_of(session, row, policy, now)
        if looks[key] == shown[row.id]:
            found.append((row.id, outbox.version_of(session, row)))
    return found


def _look_of(session: Session, row: Delivery, policy: Policy, now: datetime) -> int | None:
    """None for what cannot be made: when its turn comes it fails by itself, and holds nothing else up."""
    try:
        return hash(render(session, row, policy, now))
    except SQLAlchemyError:
        raise
    except Exception:
        return None


def rendered(
    session: Session, delivery_id: int, policy: Policy, now: datetime
) -> tuple[Delivery, Message | Reaction | Deletion, int] | None:
    """The delivery as it is now, the newest facts in words, and the subject's version they show; None for
    what is not wanted any more or has nothing left to say."""
    row = session.get(Delivery, delivery_id)
    if row is None or row.state == DeliveryState.NEVER:
        return None
    version = outbox.version_of(session, row)
    try:
        content = render(session, row, policy, now)
    except Refusal:
        content = None
    return (row, content, version) if content is not None else None
