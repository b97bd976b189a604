"""What services return and views show: frozen, and free of rows and sessions."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models import ClaimState, Evidence, OrderState, WhistleKind
from services.disposal import Category


@dataclass(frozen=True)
class OrderBrief:
    """Enough of an order for a sentence. Times are aware, `zone` is where the duty is."""

    id: int
    title: str
    place: str
    starts_at: datetime | None
    ends_at: datetime | None
    report_by: datetime
    zone: ZoneInfo
    state: OrderState
    points: int
    evidence: Evidence
    evidence_count: int
    request_id: int | None = None


@dataclass(frozen=True)
class Place:
    """A member's place on an order."""

    claim_id: int
    name: str
    state: ClaimState
    reachable: bool
    confirmed: bool


@dataclass(frozen=True)
class OrderFacts:
    """Everything an order's card may show."""

    brief: OrderBrief
    places: int
    taken: int
    held: tuple[Place, ...]
    issuer: str
    area: str
    cancel_reason: str | None
    hours: float
    over: bool
    coarse: bool = False
    show_names: bool = True

    @property
    def left(self) -> int:
        """Places somebody could still take; none once the duty is over."""
        return 0 if self.over else self.places - self.taken

    def count(self, *states: ClaimState) -> int:
        return sum(place.state in states for place in self.held)


@dataclass(frozen=True)
class Claimed:
    """A place was taken; `started` is whether the claimant can be written to."""

    brief: OrderBrief
    started: bool


@dataclass(frozen=True)
class Issued:
    """An order went out to so many chats."""

    order_id: int
    chats: int


@dataclass(frozen=True)
class Done:
    """Something small happened; `what` names the toast that says so."""

    what: str
    number: int = 0


@dataclass(frozen=True)
class MyPlace:
    """One member's view of one order, in private."""

    facts: OrderFacts
    claim_id: int | None
    claim_state: ClaimState | None
    claim_report_by: datetime | None
    confirmed: bool
    distance: int | None
    on_the_way: bool
    lacking: bool


@dataclass(frozen=True)
class PointsFacts:
    """A member's points: `entries` are (points, kind, order id, title, rating)."""

    balance: int
    hours: float
    entries: tuple[tuple[int, str, int, str, int | None], ...]
    coming: tuple[tuple[int, int], ...]  # (points, order id)


@dataclass(frozen=True)
class RankFacts:
    area: str
    place: int | None
    people: int
    points: int
    total: int


@dataclass(frozen=True)
class ReviewFacts:
    """What a reviewer sees of a report; `photos` are Telegram file ids, `files` what else was sent, and `added` whether
    more came since the decision."""

    report_id: int
    content_version: int
    claimant: str
    brief: OrderBrief
    words: str | None
    located: bool
    report_distance: int | None
    photos: tuple[str, ...]
    checked_in_at: datetime | None
    distance: int | None
    said_at: datetime
    lacking: bool
    late: bool
    waiting: int
    files: int = 0
    decision: ClaimState | None = None
    review_id: int | None = None
    rating: int | None = None
    reviewer: str = ""
    mine: bool = False
    reason: str | None = None
    code: str = ""
    settles_at: datetime | None = None
    can_undo: bool = False
    paid: bool = False
    added: bool = False


@dataclass(frozen=True)
class Called:
    """One unit on the card."""

    id: int
    name: str
    reported_in_at: datetime | None
    late: bool
    told_at: datetime | None


@dataclass(frozen=True)
class WhistleFacts:
    """Everything a whistle's card may show to one reader; `awaited` is whether a unit they speak for is not in yet,
    `vouches` whether they may say of others that they have come."""

    id: int
    kind: WhistleKind
    area: str
    zone: ZoneInfo
    blown_at: datetime
    report_in_by: datetime
    units: tuple[Called, ...]
    case: int
    category: Category | None
    words: str
    ended: bool
    solved: bool  # what it was about is solved, or said to be and all are in
    of_its_own: bool  # about no case
    commands: bool  # whether the reader may call it off
    awaited: bool
    vouches: bool = False
