"""Arrivals: checking in to a duty by sharing where one is."""

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from sqlmodel import Session

from models import Claim, ClaimState
from models.actor import Actor
from models.lifecycle import CLAIM, move
from models.sealed import seal
from services import audit, claims, deliveries, orders, refusals

EARTH_RADIUS = 6_371_000  # metres


@dataclass(frozen=True)
class Position:
    latitude: float
    longitude: float
    passed_on: bool = False  # somebody else's, which checks nobody in

    def metres_to(self, latitude: float, longitude: float) -> int:
        """Great-circle distance by the haversine formula."""
        north = radians(latitude - self.latitude) / 2
        east = radians(longitude - self.longitude) / 2
        a = sin(north) ** 2 + cos(radians(self.latitude)) * cos(radians(latitude)) * sin(east) ** 2
        return round(2 * EARTH_RADIUS * asin(sqrt(a)))


def can_check_in(row: Claim) -> bool:
    return move(CLAIM, row.state, "check_in") is not None


def check_in(session: Session, now: datetime, actor: Actor, order_id: int, position: Position) -> Claim:
    """Arrive: the place shared is measured against the place of the duty where that is known."""
    order, mine = claims.of(session, actor, order_id)
    orders.require_on(order)
    known = mine.state == ClaimState.CHECKED_IN
    if not claims.advance(session, mine, "check_in", checked_in_at=actor.said_at):
        raise (
            refusals.AlreadyCheckedIn(order=order_id) if known else refusals.NothingToCheckIn(order=order_id)
        )
    seal(session, mine, "position", f"{position.latitude:.6f},{position.longitude:.6f}")
    if order.latitude is not None and order.longitude is not None:
        mine.distance = position.metres_to(order.latitude, order.longitude)
    orders.touch(session, order_id)
    audit.record(session, now, actor.member_id, "claim.checked_in", "order", order_id)
    deliveries.answer(session, now, actor, "claim.checked_in", {"order": order_id})
    return mine
