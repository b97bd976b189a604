"""What waits to leave, and which of it goes next: lane by lane, but a group's card changes before its next answer."""

from collections import Counter, deque
from collections.abc import Collection, Iterator

from models import Lane
from scheduler.due import Item, overtakes
from scheduler.pacer import Pacer
from services import outbox

ENOUGH = 8  # deliveries to one chat, which takes one a second: the more of them are read, the fewer of others


class Lanes:
    """Deliveries in memory. Each waits once; a press that turns a card overtakes that card's ordinary edit."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._lanes: list[deque[Item]] = [deque() for _ in Lane]
        self.known: set[int] = set()  # ids of deliveries that wait here or are under way

    def __iter__(self) -> Iterator[Item]:
        return (item for lane in self._lanes for item in lane)

    def __bool__(self) -> bool:
        return any(self._lanes)

    def crowded(self) -> outbox.Crowded:
        """Chats of which enough waits here. A group's card goes before its answers, so that only other cards are before it."""
        waiting: Counter[int] = Counter()
        notes: dict[int, list[int]] = {}
        for number, lane in enumerate(self._lanes):
            for item in lane:
                waiting[item.row.chat_id] += 1
                if waiting[item.row.chat_id] == ENOUGH:
                    notes.setdefault(number, []).append(item.row.chat_id)
        cards = Counter(item.row.chat_id for item in self._lanes[Lane.EDIT])
        return outbox.Crowded(notes, [chat for chat, count in cards.items() if count >= ENOUGH])

    def put(self, item: Item) -> None:
        if item.row.id in self.known and not overtakes(item, self._lanes[Lane.EDIT]):
            return
        self.known.add(item.row.id)
        self._lanes[item.lane].append(item)

    def next(self, now: float, busy: Collection[int]) -> Item | None:
        """The first item, lanes in order, whose chat is neither busy nor to be left alone; taken out of its lane."""
        for number, lane in enumerate(self._lanes):
            if number == Lane.EDIT and self._pacer.edits_ready_at() > now:
                continue
            for index, item in enumerate(lane):
                if item.row.chat_id not in busy and self._is_ready(item, now):
                    edit = self._edit_of(item, now)
                    if edit is not None:
                        self._lanes[Lane.EDIT].remove(edit)
                        return edit
                    del lane[index]
                    return item
        return None

    def _is_ready(self, item: Item, now: float) -> bool:
        return self._pacer.ready_at(item.row.chat_id, card_edit=item.card_edit) <= now

    def _edit_of(self, item: Item, now: float) -> Item | None:
        """The change of a card in the item's group, where it could leave now: fifty answers must not hide what they all did."""
        if item.row.chat_id >= 0 or item.lane >= Lane.EDIT:
            return None
        edits = (edit for edit in self._lanes[Lane.EDIT] if edit.row.chat_id == item.row.chat_id)
        edit = next(edits, None)
        return edit if edit is not None and self._is_ready(edit, now) else None
