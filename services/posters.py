"""Posters: whose link somebody followed says where what they ask for next is, for a while."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Area, Audit, Question
from models.actor import Actor
from services import areas, audit, questions, refusals

HOLDS = timedelta(days=30)  # so long what follows is taken to be of the same place
FOLLOWED = "poster.followed"


def follow(session: Session, now: datetime, actor: Actor, code: str) -> int | None:
    """The area of the link `help-CODE`, remembered for its reader; None where nobody knows it (any more)."""
    try:
        area = areas.find(session, code)
    except (refusals.NoSuchArea, refusals.ManyAreas):
        return None
    audit.record(session, now, actor.member_id, FOLLOWED, "member", actor.member_id, area=area.id)
    return area.id


def last(session: Session, now: datetime, member_id: int) -> int | None:
    """The area of the poster that somebody followed last, while that holds."""
    mine = (Audit.subject_kind == "member", Audit.subject_id == member_id, Audit.fact == FOLLOWED)
    found = select(Audit.details).where(*mine, col(Audit.at) > now - HOLDS)
    details = session.exec(found.order_by(col(Audit.id).desc()).limit(1)).first()
    area = session.get(Area, details["area"]) if details else None
    return area.id if area is not None and area.retired_at is None else None


def asked_in(session: Session, member_id: int) -> int | None:
    """The area of the poster, or the group, that the open question "what do you need?" came from; that of a dispute says
    nothing of where somebody is."""
    question: Question | None = questions.current(session, member_id)
    if question is None or question.kind != "request" or question.step != "words":
        return None
    content = questions.content(session, question)
    area_id: int | None = content.get("area") if "disputes" not in content else None
    return area_id
