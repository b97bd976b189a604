"""Blowing a whistle: which kind, which units, and what about, by buttons in private."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Area, Question, WhistleKind
from models.actor import Actor
from services import areas, handling, questions, refusals, requests, roles, units, whistles
from services.reports import Piece

MOST_OFFERED = 30


def begin(session: Session, now: datetime, actor: Actor, request_id: int = 0, words: str = "") -> None:
    """About a request, or on its own."""
    if request_id:
        handling.held(session, actor, request_id)
    area = _area(session, actor, request_id)
    whistles.require_may_blow(session, actor, area)
    if area is None:
        raise refusals.PlaceFirst(case=request_id) if request_id else refusals.NoSuchArea()
    offered = [[unit.id, unit.name] for unit in units.working_in(session, area)][:MOST_OFFERED]
    if not offered:
        raise refusals.NoUnits()
    content = {
        "case": request_id,
        "area": area.id,
        "words": words,
        "kind": "",
        "units": [],
        "offered": offered,
    }
    questions.ask(session, now, actor, "whistle", "kind", content)


def _area(session: Session, actor: Actor, request_id: int) -> Area | None:
    """The request's area; for a whistle of its own the street's, or the unit's."""
    if request_id:
        request = requests.get(session, request_id)
        return session.get(Area, request.area_id) if request.area_id else None
    led = roles.areas_led(session, actor.member_id)
    if led:
        return led[0]
    for unit_id in roles.units_of(session, actor.member_id):
        unit = units.get(session, unit_id)
        if unit.area_id is not None:
            return areas.get(session, unit.area_id)
    root = areas.facts(session, None)
    return areas.get(session, root.children[0][0]) if root and root.children else None


def pick(session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str) -> None:
    """A button: the kind, a unit on or off, or [Blow]."""
    if step != question.step:
        raise refusals.QuestionGone()
    content = questions.content(session, question)
    if step == "kind":
        content["kind"] = WhistleKind(value).value
        after = "units"
    elif value == "blow":
        after = "done" if content["words"] else "words"
        if not content["units"]:
            raise refusals.NoUnitChosen()
    else:
        _toggle(content, int(value))
        after = "units"
    if after == "done":
        _blow(session, now, actor, question, content)
    else:
        questions.move_on(session, now, actor, question, after, content)


def _toggle(content: dict[str, Any], unit_id: int) -> None:
    chosen = content["units"]
    if unit_id not in [offered for offered, _name in content["offered"]]:
        raise refusals.QuestionGone()
    content["units"] = (
        [each for each in chosen if each != unit_id] if unit_id in chosen else [*chosen, unit_id]
    )


def typed(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """What it is about; or the name of a unit while units are chosen."""
    content = questions.content(session, question)
    if question.step == "units":
        unit = units.find(session, piece.words)
        if unit.id not in content["units"]:
            content["units"].append(unit.id)
            content["offered"] = [
                [unit.id, unit.name],
                *(each for each in content["offered"] if each[0] != unit.id),
            ]
        questions.move_on(session, now, actor, question, "units", content)
    elif question.step == "words" and piece.words.strip():
        content["words"] = piece.words
        _blow(session, now, actor, question, content)
    else:
        raise refusals.NotUnderstood()


def _blow(session: Session, now: datetime, actor: Actor, question: Question, content: dict[str, Any]) -> None:
    kind, about = WhistleKind(content["kind"]), content["case"] or None
    whistles.blow(
        session, now, actor, kind, content["units"], areas.get(session, content["area"]), request_id=about,
        words=content["words"],
    )  # fmt: skip
    if about:
        requests.touch(session, requests.lock(session, about))
    questions.close(session, now, question)
