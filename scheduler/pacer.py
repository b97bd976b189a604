"""Pacing: when the next message may go to a chat. Pure; times are seconds on one clock."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import inf

OVERALL_MOST, OVERALL_WINDOW = 30, 1.002  # messages that Telegram allows in any second
OVERALL_GAP = OVERALL_WINDOW / OVERALL_MOST  # seconds between two at a steady pace
LONGEST_WAY = 0.25  # seconds that one call may take there while others overtake it
LATELY = 300  # calls, ten seconds of them at least
CATCH_UP = 0.1  # seconds of falling behind that are made good
CHAT_GAP = 1.05  # at exactly 1.00 one in fifteen was refused when measured
GROUP_MOST, GROUP_WINDOW = 20, 60.5  # messages and edits together
GROUP_EDITS = 4  # of these are kept for the cards, which everybody reads
EDITS_GAP = 0.1  # seconds between edits of cards anywhere: at most ten of the thirty a second
EDIT_GAP = 7.5  # so that a card's edits take at most eight of a group's twenty


@dataclass
class Call:
    """A call to Telegram: when it left, when its answer came, and when the first answer to a call that left no sooner."""

    left: float
    answered: float = inf
    overtaken: float = inf


@dataclass
class Gate:
    """The last look before a call leaves, so that no second at Telegram's end ever sees one too many.

    What counts is when calls arrive there, which nobody tells. A call has arrived before its answer left, and the
    way there and back takes `fastest` at least: so it arrived by `answered - fastest`. Where the answer is what took
    long, one to a later call shows that the way was open. Until there is one, it stands still, and all that is under
    way may arrive at once.
    """

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=OVERALL_MOST))
    trips: deque[float] = field(default_factory=lambda: deque(maxlen=LATELY))  # seconds there and back
    fastest: float = 0.0  # the quickest of them

    def opens_at(self) -> float:
        """The earliest time the next call may leave, as far as is known now; an answer may bring it nearer."""
        return self._arrived(self.calls[0]) + OVERALL_WINDOW if len(self.calls) == OVERALL_MOST else 0.0

    def leave(self, now: float) -> Call:
        """A call leaves."""
        call = Call(now)
        self.calls.append(call)
        return call

    def answer(self, call: Call, now: float) -> None:
        """Its answer is there, or will not come."""
        call.answered = now
        self.trips.append(now - call.left)
        self.fastest = min(self.trips)
        for sooner in self.calls:
            if sooner.left <= call.left:
                sooner.overtaken = min(sooner.overtaken, now)

    def _arrived(self, call: Call) -> float:
        """The latest time at which the call came to Telegram."""
        by_itself = min(call.answered - self.fastest, call.left + LONGEST_WAY)
        the_way_was_open = min(call.answered, call.overtaken) - self.fastest
        return max(call.left, by_itself, the_way_was_open)


@dataclass
class Pacer:
    """What was sent when. `hold` and `pause` keep a chat, or everything, quiet until a time."""

    next_at: float = 0.0  # when the steady pace lets the next go
    last_of_edits: float = 0.0
    paused_until: float = 0.0
    by_chat: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    # The same without the edits of cards
    others: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    last_edit: dict[int, float] = field(default_factory=dict)
    held: dict[int, float] = field(default_factory=dict)

    def ready_at(self, chat_id: int, *, card_edit: bool) -> float:
        """The earliest time a message, or the edit of a card, may go to the chat."""
        sent = self.by_chat.get(chat_id, ())
        ready = max(self.overall_ready_at(), self.held.get(chat_id, 0.0))
        if sent:
            ready = max(ready, sent[-1] + CHAT_GAP)
        if chat_id < 0 and len(sent) >= GROUP_MOST:
            ready = max(ready, sent[-GROUP_MOST] + GROUP_WINDOW)
        others = self.others.get(chat_id, ())
        if chat_id < 0 and not card_edit and len(others) >= GROUP_MOST - GROUP_EDITS:
            ready = max(ready, others[-(GROUP_MOST - GROUP_EDITS)] + GROUP_WINDOW)
        if card_edit:
            ready = max(ready, self.edits_ready_at(), self.last_edit.get(chat_id, -EDIT_GAP) + EDIT_GAP)
        return ready

    def edits_ready_at(self) -> float:
        """The earliest time the edit of any card may go."""
        return self.last_of_edits + EDITS_GAP

    def overall_ready_at(self) -> float:
        """The earliest time anything at all may go."""
        return max(self.next_at, self.paused_until)

    def record(self, chat_id: int, now: float, *, card_edit: bool) -> None:
        """Something leaves for the chat now."""
        self.next_at = max(self.next_at, now - CATCH_UP) + OVERALL_GAP
        self.recall(chat_id, now, card_edit=card_edit)
        if card_edit:
            self.last_of_edits = now

    def recall(self, chat_id: int, at: float, *, card_edit: bool) -> None:
        """Something left for the chat then; what is told of must be told in order."""
        sent, others = self.by_chat[chat_id], self.others[chat_id]
        sent.append(at)
        if len(sent) > GROUP_MOST:
            sent.popleft()
        if card_edit:
            self.last_edit[chat_id] = at
            return
        others.append(at)
        if len(others) > GROUP_MOST - GROUP_EDITS:
            others.popleft()

    def hold(self, chat_id: int, until: float) -> None:
        """The chat asked for quiet; others are not concerned."""
        self.held[chat_id] = max(until, self.held.get(chat_id, 0.0))

    def pause(self, until: float) -> None:
        self.paused_until = max(until, self.paused_until)

    def forget_before(self, time: float) -> None:
        """Drop chats that have been quiet since; not those that asked for more quiet than that."""
        quiet = [chat for chat, sent in self.by_chat.items() if not sent or sent[-1] < time]
        for chat_id in [chat for chat in quiet if self.held.get(chat, 0.0) < time]:
            del self.by_chat[chat_id]
            self.others.pop(chat_id, None)
            self.last_edit.pop(chat_id, None)
            self.held.pop(chat_id, None)
