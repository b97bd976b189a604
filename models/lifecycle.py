"""The lifecycles, as data: which verb leads from which state to which.

Services ask `move`; the diagram in docs/architecture.md is generated from the same tables.
"""

from enum import StrEnum
from typing import Any, TypeVar

from models.claim import ClaimState as C
from models.delivery import DeliveryState as D
from models.order import OrderState as O
from models.request import RequestState as R

State = TypeVar("State", bound=StrEnum)
Lifecycle = dict[tuple[Any, str], Any]

ORDER: Lifecycle = {
    (O.DRAFT, "issue"): O.OPEN,
    (O.OPEN, "start"): O.RUNNING,
    (O.OPEN, "amend"): O.OPEN,
    (O.RUNNING, "amend"): O.RUNNING,
    (O.OPEN, "cancel"): O.CANCELLED,
    (O.RUNNING, "cancel"): O.CANCELLED,
    (O.RUNNING, "close"): O.CLOSED,
    (O.CLOSED, "reopen"): O.RUNNING,  # a decision on its last claim was undone
}

CLAIM: Lifecycle = {
    (C.CLAIMED, "withdraw"): C.WITHDRAWN,
    (C.CLAIMED, "check_in"): C.CHECKED_IN,
    (C.CLAIMED, "report"): C.REPORTED,
    (C.CLAIMED, "expire"): C.EXPIRED,
    (C.CLAIMED, "release"): C.WITHDRAWN,
    (C.CHECKED_IN, "report"): C.REPORTED,
    (C.CHECKED_IN, "reconfirm"): C.CLAIMED,  # the hours have moved to later: they arrive again
    (C.CHECKED_IN, "expire"): C.EXPIRED,
    (C.CHECKED_IN, "release"): C.WITHDRAWN,
    (C.REPORTED, "amend"): C.REPORTED,
    (C.REPORTED, "approve"): C.APPROVED,
    (C.REPORTED, "return"): C.RETURNED,
    (C.REPORTED, "reject"): C.REJECTED,
    (C.RETURNED, "report"): C.REPORTED,
    (C.RETURNED, "expire"): C.EXPIRED,
    (C.RETURNED, "undo"): C.REPORTED,
    (C.APPROVED, "undo"): C.REPORTED,
    (C.REJECTED, "undo"): C.REPORTED,
    (C.EXPIRED, "accept_late"): C.REPORTED,
    (C.WITHDRAWN, "claim"): C.CLAIMED,
}

_OPEN = (R.NEW, R.ACCEPTED, R.DISPATCHED, R.REOPENED)

REQUEST: Lifecycle = {
    (R.NEW, "accept"): R.ACCEPTED,
    (R.REOPENED, "accept"): R.ACCEPTED,
    **{(state, "dispatch"): R.DISPATCHED for state in _OPEN},
    (R.DISPATCHED, "release"): R.ACCEPTED,  # its order was cancelled, or ended without a helper
    (R.ACCEPTED, "hand_on"): R.NEW,  # it belongs to others now, or whoever had it gave it back
    (R.DISPATCHED, "hand_on"): R.NEW,
    **{(state, "resolve"): R.RESOLVED for state in _OPEN},
    **{(state, "decline"): R.DECLINED for state in _OPEN},
    **{(state, "merge"): R.MERGED for state in _OPEN},
    **{(state, "extend"): state for state in _OPEN},
    **{(state, "confirm"): R.CONFIRMED for state in (*_OPEN, R.RESOLVED, R.MERGED)},
    **{(state, "reopen"): R.REOPENED for state in (R.RESOLVED, R.CONFIRMED, R.DECLINED, R.MERGED)},
}

DELIVERY: Lifecycle = {
    (D.PENDING, "send"): D.SENDING,
    (D.LATER, "send"): D.SENDING,
    (D.SENDING, "deliver"): D.SENT,
    (D.SENDING, "defer"): D.LATER,
    (D.SENDING, "lose"): D.AMBIGUOUS,
    (D.SENDING, "give_up"): D.NEVER,
    (D.AMBIGUOUS, "defer"): D.LATER,
    (D.PENDING, "recall"): D.NEVER,
    (D.LATER, "recall"): D.NEVER,
    (D.SENT, "give_up"): D.NEVER,
}

# These states fill a place; who expired or was rejected had it, and it is not given again.
HOLDING = (C.CLAIMED, C.CHECKED_IN, C.REPORTED, C.RETURNED, C.APPROVED, C.REJECTED, C.EXPIRED, C.NO_SHOW)
HELPING = (C.CLAIMED, C.CHECKED_IN, C.REPORTED, C.RETURNED, C.APPROVED)  # who came, or is to come
ON = (O.OPEN, O.RUNNING)  # an order in these states is not over
WAITING = (D.PENDING, D.LATER)  # a delivery that has not left
UNSOLVED = _OPEN  # a request in these states has a deadline that runs
UNTAKEN = (R.NEW, R.REOPENED)  # nobody has it in person, and no volunteers are sent
UNREPORTED = (C.CLAIMED, C.CHECKED_IN, C.RETURNED)  # these states still owe a report
UNSETTLED = (*UNREPORTED, C.REPORTED)  # or wait for what is decided


def move(lifecycle: Lifecycle, state: State, verb: str) -> State | None:
    """The state that `verb` leads to from `state`, or None where it is not allowed."""
    found: State | None = lifecycle.get((state, verb))
    return found


def diagram(lifecycle: Lifecycle) -> str:
    """The lifecycle as a Mermaid state diagram."""
    lines = [f"    {state.value} --> {after.value}: {verb}" for (state, verb), after in lifecycle.items()]
    return "\n".join(["stateDiagram-v2", *lines])
