"""The same matter twice: one request goes on as part of another, and what is danger in one is danger in both."""

from datetime import datetime

from sqlmodel import Session, select

from models import Request, RequestState
from services import audit, closing, deadlines, refusals, request_cards, requests


def join(session: Session, now: datetime, request: Request, target: Request) -> None:
    """One request goes on as part of another; not while somebody has promised to help with it. Raises CaseHelped."""
    duty = requests.open_order(session, request.id)
    if duty is not None and duty.taken:
        raise refusals.CaseHelped(case=request.id)
    requests.advance(session, request, "merge")
    request.merged_into = target.id
    before = (Request.merged_into == request.id) & (Request.state == RequestState.MERGED)
    for each in session.exec(select(Request).where(before)).all():
        each.merged_into = target.id
    closing.close(session, now, request, "merge")
    audit.record(session, now, None, "request.widened", "request", target.id)
    requests.touch(session, target)
    if request.urgent:
        deadlines.hurry(session, now, target)
        who = deadlines.who_know(session, target)
        request_cards.pass_on(session, now, request, target, to=who, kind="request.alarm")
