"""/amend: with a form below it, or alone as buttons and one typed line."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models import Question
from models.actor import Actor
from services import areas, forms, orders, questions, refusals

CHANGEABLE = ("when", "where", "need", "report_by")


def with_form(session: Session, now: datetime, actor: Actor, order_id: int, lines: list[str]) -> None:
    """`/amend 17` with lines of the order form below it; only what may change may stand there."""
    fields = forms.fields_of(lines)
    if not fields:
        begin(session, now, actor, order_id)
        return
    apply(session, now, actor, order_id, fields)


def begin(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """`/amend 17` alone: ask in private what is to change."""
    order = orders.get(session, order_id)
    orders.may_change(session, actor, order)
    orders.require(order, "amend")
    questions.ask(session, now, actor, "amend", "what", {"order": order_id})


def pick(session: Session, now: datetime, actor: Actor, question: Question, field: str) -> None:
    """What is to change was pressed; the new value is typed next."""
    if field not in CHANGEABLE:
        raise refusals.QuestionGone()
    questions.move_on(session, now, actor, question, field, questions.content(session, question))


def typed(session: Session, now: datetime, actor: Actor, question: Question, words: str) -> None:
    if question.step not in CHANGEABLE:
        raise refusals.NotUnderstood()
    order_id = questions.content(session, question)["order"]
    apply(session, now, actor, order_id, {question.step: words})
    questions.close(session, now, question)


def apply(session: Session, now: datetime, actor: Actor, order_id: int, fields: dict[str, str]) -> None:
    """Change an order by fields of its form."""
    if not set(fields) <= set(CHANGEABLE):
        raise refusals.NothingToAmend()
    order = orders.get(session, order_id)
    orders.may_change(session, actor, order)
    zone = areas.zone(session, areas.get(session, order.area_id))
    draft = orders.draft_of(order)
    if "when" in fields and "report_by" not in fields:
        draft = replace(draft, report_by=None)
    draft = forms.fill(draft, fields, actor.said_at, zone, areas.policy(session).points_cap)
    if draft.report_by is None:
        draft = replace(draft, report_by=order.report_by)
    if "where" in fields:
        draft = replace(draft, latitude=None, longitude=None)
    orders.amend(session, now, actor, order_id, draft)
