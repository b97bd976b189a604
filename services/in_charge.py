"""Who looks after a duty and hears of it: whoever sent it out, while they lead there and can be written to; else the nearest who do.
Where nobody does at all, still they."""

from collections.abc import Sequence

from sqlmodel import Session

from models import Member, Order
from services import areas, roles
from services.deliveries import Recipient


def of(session: Session, order: Order, *, but: int = 0) -> Sequence[Recipient]:
    """Nobody where it is themselves (`but`) who sent it out."""
    if order.issuer_id == but:
        return []
    area = areas.get(session, order.area_id)
    ladder = list(roles.ladder(session, area))
    issuer = [holder for rung in ladder for holder in rung if holder.id == order.issuer_id]
    found = issuer[:1] or roles.nearest(ladder, without=but)
    member = session.get(Member, order.issuer_id)
    return found or ([member] if member is not None else [])
