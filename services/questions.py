"""Questions: at most one is open for each person; it holds every dialogue, so a restart loses none."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import Question
from models.actor import Actor
from models.sealed import seal, unseal
from services import deliveries, dues, pressed, refusals

OPEN_FOR = timedelta(hours=24)
ASKED_JUST_NOW = timedelta(minutes=15)  # what is said so soon is most likely the answer
KEPT = ("sort",)  # what was said before it was clear what it is about is never dropped


def ask(
    session: Session, now: datetime, actor: Actor, kind: str, step: str, content: dict[str, Any] | None = None
) -> Question:
    """Open a question, closing the one before, and show it in private."""
    question = open_(session, now, actor.member_id, kind, step, content)
    show(session, now, actor, question)
    return question


def open_(
    session: Session,
    now: datetime,
    member_id: int,
    kind: str,
    step: str,
    content: dict[str, Any] | None = None,
) -> Question:
    """Open a question, closing the one before, where another message asks it."""
    before = current(session, member_id)
    if before is not None and before.kind in KEPT:
        before.closed_at = now  # its words stay until it is clear where they belong, or nobody says
        session.add(before)
        session.flush()
    elif before is not None:
        close(session, now, before)
    question = Question(member_id=member_id, kind=kind, step=step, asked_at=now)
    session.add(question)
    put(session, question, content or {})
    session.flush()
    dues.set_due(session, "question.expire", question.id, now + OPEN_FOR)
    return question


def open_again(
    session: Session, now: datetime, actor: Actor, question: Question, content: dict[str, Any]
) -> None:
    """Another question was in between: this one is still to be answered, and is shown anew."""
    question.closed_at = None
    put(session, question, content)
    session.flush()
    show(session, now, actor, question)


def show(session: Session, now: datetime, actor: Actor, question: Question) -> None:
    """The question as a new message at the bottom of the private chat; or a way there."""
    about: dict[str, Any] = {"question": question.id, "step": question.step}
    if question.kind == "request":
        about["case"] = content(session, question).get("case") or None
    if question.kind == "case":
        about["owned"] = content(session, question).get("case")
    deliveries.answer(session, now, actor, "question", about, payload="go")


def current(session: Session, member_id: int) -> Question | None:
    mine = select(Question).where(Question.member_id == member_id, col(Question.closed_at).is_(None))
    return session.exec(mine).first()


def get(session: Session, actor: Actor, question_id: int) -> Question:
    """The actor's own open question; QuestionGone when it has ended or is another's."""
    question = session.get(Question, question_id)
    if question is None or question.member_id != actor.member_id or question.closed_at is not None:
        raise refusals.QuestionGone()
    return question


def kept(session: Session, member_id: int) -> Question | None:
    """What the person said last that still waits for its place, though another question was asked since."""
    waiting = col(Question.kind).in_(KEPT) & col(Question.content).is_not(None)
    mine = select(Question).where(Question.member_id == member_id, waiting)
    return session.exec(mine.order_by(col(Question.id).desc()).limit(1)).first()


def get_kept(session: Session, actor: Actor, question_id: int) -> Question:
    """The actor's own question whose words still wait; QuestionGone when they have found their place."""
    question = session.get(Question, question_id, populate_existing=True, with_for_update=True)
    if question is None or question.member_id != actor.member_id or question.content is None:
        raise refusals.QuestionGone()
    return question


def content(session: Session, question: Question) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(unseal(session, question, "content") or "{}")
    return stored


def is_late(session: Session, actor: Actor, question: Question) -> bool:
    """Whether what the actor says now comes long after the last step of the question."""
    since = content(session, question).get("since")
    asked_at = datetime.fromisoformat(since) if since else question.asked_at
    return actor.said_at > asked_at + ASKED_JUST_NOW


def put(session: Session, question: Question, content: dict[str, Any]) -> None:
    seal(session, question, "content", json.dumps(content, ensure_ascii=False))
    session.add(question)


def move_on(
    session: Session, now: datetime, actor: Actor, question: Question, step: str, content: dict[str, Any]
) -> None:
    """Go to the next step: the pressed message is redrawn, after typed words a new one follows."""
    question.step, question.version = step, question.version + 1
    put(session, question, {**content, "since": now.isoformat()})
    if not pressed.turn(session, now, actor, {"step": step}):
        show(session, now, actor, question)


def close(session: Session, now: datetime, question: Question) -> None:
    """End a dialogue; what was typed in it is emptied."""
    question.closed_at = now
    seal(session, question, "content", None)
    session.add(question)
    session.flush()


def expire(session: Session, now: datetime, question_id: int) -> None:
    """Nobody answered for a day."""
    question = session.get(Question, question_id)
    if question is not None and question.closed_at is None:
        close(session, now, question)
