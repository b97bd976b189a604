"""The promises about places, reports and points in plain Python: a model that fits on a page."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
PEOPLE = (2, 3, 4, 5)
LENGTH, DEADLINE, SETTLE = timedelta(hours=8), timedelta(hours=56), timedelta(seconds=60)
DAY = timedelta(days=1)
Key = tuple[int, int]  # member, order


@dataclass
class Duty:
    """What the model knows of an order."""

    places: int
    points: int
    begins: datetime
    cancelled: bool = False

    @property
    def ends(self) -> datetime:
        return self.begins + LENGTH


@dataclass
class Held:
    """What it knows of a claim: its state, its own deadline, and the decision that has not settled."""

    state: str
    report_by: datetime
    settles: datetime | None = None


@dataclass
class Model:
    """The promises in plain Python."""

    now: datetime = START
    duties: list[Duty] = field(default_factory=list)
    held: dict[Key, Held] = field(default_factory=dict)
    points: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))

    def taken(self, order: int) -> int:
        return sum(claim.state != "withdrawn" for (_, of), claim in self.held.items() if of == order)

    def claim(self, key: Key) -> bool:
        duty, mine = self.duties[key[1] - 1], self.held.get(key)
        free = mine is None or mine.state == "withdrawn"
        if duty.cancelled or self.now > duty.ends or not free or self.taken(key[1]) >= duty.places:
            return False
        self.held[key] = Held("claimed", duty.begins + DEADLINE)
        return True

    def withdraw(self, key: Key) -> bool:
        mine = self.held.get(key)
        if mine is None or mine.state != "claimed" or self.now > self.duties[key[1] - 1].ends:
            return False
        mine.state = "withdrawn"
        return True

    def report(self, key: Key) -> bool:
        mine = self.held.get(key)
        if mine is None or mine.state not in ("claimed", "returned", "reported"):
            return False
        mine.state = "reported"
        return True

    def decide(self, key: Key, verb: str) -> bool:
        mine = self.held.get(key)
        if mine is None or mine.state != "reported":
            return False
        mine.state = {"approve": "approved", "return": "returned", "reject": "rejected"}[verb]
        mine.settles = self.now + SETTLE
        if verb == "return":
            mine.report_by = max(mine.report_by, self.now + DAY)
        return True

    def undo(self, key: Key) -> bool:
        mine = self.held.get(key)
        decided = mine is not None and mine.state in ("approved", "returned", "rejected")
        if mine is None or not decided or mine.settles is None or self.now >= mine.settles:
            return False
        mine.state, mine.settles = "reported", None
        return True

    def cancel(self, order: int) -> bool:
        duty = self.duties[order - 1]
        claims_ = [claim for (_, of), claim in self.held.items() if of == order]
        if duty.cancelled or self.now >= duty.ends:
            return False
        duty.cancelled = True
        for claim in claims_:
            if claim.state == "claimed":
                claim.state = "withdrawn"
        return True

    def passes(self, time: timedelta) -> None:
        self.now += time
        for (member, order), claim in self.held.items():
            if claim.settles is not None and claim.settles <= self.now:
                claim.settles = None
                if claim.state == "approved":
                    self.points[member] += self.duties[order - 1].points
            if claim.state in ("claimed", "returned") and claim.report_by <= self.now:
                claim.state = "expired"
