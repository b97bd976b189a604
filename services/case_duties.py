"""What becomes of a duty when the case it serves changes: it is called off, is done, or lasts longer."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from models import Claim, ClaimState, OrderState
from models.lifecycle import ORDER, UNREPORTED, UNSOLVED, move
from services import (
    audit,
    deadlines,
    deliveries,
    holders,
    orders,
    reminders,
    request_cards,
    requests,
)


def call_off(session: Session, now: datetime, order_id: int) -> None:
    """What it was for is over: nobody else need come, and who has a place hears so. A report that waits for its review keeps
    the duty, and seeks nobody; where somebody has helped it is done."""
    order = orders.lock(session, order_id)
    states = session.exec(select(Claim.state).where(Claim.order_id == order_id)).all()
    after = move(ORDER, order.state, "cancel")
    if after is None:
        return
    order.version += 1
    if ClaimState.REPORTED in states:
        orders.release_and_tell(session, now, 0, order, UNREPORTED)
        order.places = max(order.taken, 1)
        return
    order.state, order.ended_at = (OrderState.CLOSED if ClaimState.APPROVED in states else after), now
    orders.release_and_tell(session, now, 0, order)
    audit.record(session, now, None, "order.called_off", "order", order_id)
    deliveries.recall(session, ("order", order_id))


def given_back(session: Session, now: datetime, order_id: int, request_id: int) -> None:
    """A place was given back. Where what the duty is for counts as solved nobody is sought in their stead, and it ends with
    the last of those who came."""
    request, order = requests.get(session, request_id), orders.lock(session, order_id)
    if request.state in UNSOLVED:
        if order.area_id != request.area_id and not order.taken:  # those who have it now send it out anew
            holders.hand_on(session, request)
            call_off(session, now, order_id)
            request_cards.seat(session, now, request)
            deadlines.set_free(session, now, request)
        return
    if order.taken:
        order.places = order.taken
        order.version += 1
    else:
        call_off(session, now, order_id)


def last_longer(session: Session, now: datetime, order_id: int, report_by: datetime) -> None:
    """What the duty is for may take longer: so may the duty, for everybody who has not reported yet."""
    order = orders.lock(session, order_id)
    if order.ended_at is not None or report_by <= order.report_by:
        return
    unreported = (col(Claim.order_id) == order_id) & col(Claim.state).in_(UNREPORTED)
    session.exec(
        update(Claim).where(unreported, col(Claim.report_by) < report_by).values(report_by=report_by)
    )
    order.report_by, order.version = report_by, order.version + 1
    audit.record(session, now, None, "order.extended", "order", order_id)
    reminders.plan(session, now, order)
