"""/grant alone: the role, the area by walking the tree, and the person, by buttons in private."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Member, Question, Reach, RoleKind
from models.actor import Actor
from services import areas, deliveries, questions, refusals, request_cards, review_cards, roles, whistle_cards
from services.wording import telegram_id

ROLES_OFFERED = (RoleKind.LEADER, RoleKind.OFFICER, RoleKind.ADMINISTRATOR)


def begin(session: Session, now: datetime, actor: Actor, replied: int | None) -> Question:
    """Ask an administrator for the role; the person is known when /grant replied to them."""
    content = {"person": replied, "role": None, "area": 0}
    return questions.ask(session, now, actor, "grant", "role", content)


def pick(
    session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str
) -> Member | None:
    """A button was pressed; the member once the role is given."""
    if step != question.step:
        raise refusals.QuestionGone()
    content = questions.content(session, question)
    if step == "role":
        content["role"] = RoleKind(value).value
        after = "person" if content["role"] == RoleKind.ADMINISTRATOR else "area"
    elif value == "this":
        after = "person"
    else:
        content["area"], after = int(value), "area"
        if content["area"]:
            areas.get(session, content["area"])
    return _go_on(session, now, actor, question, after, content)


def typed(session: Session, now: datetime, actor: Actor, question: Question, words: str) -> None:
    """An area's name, or the person's numeric id."""
    content = questions.content(session, question)
    if question.step == "area":
        content["area"] = areas.find(session, words).id
    elif question.step == "person":
        content["person"] = telegram_id(words)
        if content["person"] is None:
            raise refusals.NoSuchMember()
    else:
        raise refusals.NotUnderstood()
    _go_on(session, now, actor, question, "person", content)


def _go_on(
    session: Session, now: datetime, actor: Actor, question: Question, after: str, content: dict[str, Any]
) -> Member | None:
    if after != "person" or content["person"] is None:
        questions.move_on(session, now, actor, question, after, content)
        return None
    kind = RoleKind(content["role"])
    area = None if kind == RoleKind.ADMINISTRATOR else areas.get(session, content["area"])
    member = roles.grant(session, now, actor, kind, area, content["person"])
    questions.close(session, now, question)
    told(session, now, actor, kind, area.id if area else None, member, revoked=False)
    return member


def told(
    session: Session,
    now: datetime,
    actor: Actor,
    kind: RoleKind,
    area_id: int | None,
    member: Member,
    *,
    revoked: bool,
    unit_id: int | None = None,
) -> None:
    """Answer a grant or a revocation; what waits for a new leader or officer comes to them."""
    if not revoked and member.reach == Reach.OK:
        request_cards.seat_member(session, now, member)
        whistle_cards.seat(session, now, member)
        review_cards.seat(session, now, member)
    args = {"member": member.id, "role": kind, "area": area_id, "unit": unit_id, "revoked": revoked}
    if member.id != actor.member_id:
        deliveries.note(session, now, member, "role.given", args)
    deliveries.answer(session, now, actor, "granted", args)
