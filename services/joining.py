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
    before = (Request.merged_into == request.id) & (Request.state == RequestState.MERGED)
    whole = [request, *session.exec(select(Request).where(before)).all()]
    for each in whole:
        each.merged_into = target.id
    closing.close(session, now, request, "merge")
    audit.record(session, now, None, "request.widened", "request", target.id)
    requests.touch(session, target)
    for each in whole:
        if each.urgent:
            deadlines.hurry(session, now, target)
            who = deadlines.who_know(session, target)
            request_cards.pass_danger(session, now, each, target, to=who)
