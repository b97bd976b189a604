"""Blowing a whistle: which kind, which units, and what about, by buttons in private."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Area, Question, Request, RequestState, Whistle, WhistleKind
from models.actor import Actor
from models.lifecycle import UNSOLVED
from services import (
    areas,
    deliveries,
    handling,
    pressed,
    questions,
    refusals,
    reports,
    requests,
    roles,
    units,
    whistle_cards,
    whistles,
)
from services.pieces import Piece
from services.replies import is_here
from services.whistle_cards import awaiting, blows, get
from services.whistle_words import told

MOST_OFFERED = 30


def begin(session: Session, now: datetime, actor: Actor, request_id: int = 0, words: str = "") -> None:
    """About a request, or on its own; where it is is asked only of those who are at work everywhere."""
    if request_id:
        _require_on(handling.ruled(session, actor, request_id))
    area = _area(session, actor, request_id, words)
    whistles.require_may_blow(session, actor, area)
    if area is None and request_id:
        raise refusals.PlaceFirst(case=request_id)
    content: dict[str, Any] = {
        "case": request_id,
        "area": area.id if area else None,
        "words": words,
        "kind": "",
        "units": [],
        "at": 0,
    }
    content["offered"] = _offered(session, area)
    questions.ask(session, now, actor, "whistle", "kind" if area else "area", content)


def _require_on(request: Request) -> None:
    """Nobody is called to what is over."""
    if request.state not in (*UNSOLVED, RequestState.RESOLVED):
        raise refusals.CaseClosed(case=request.id)


def _offered(session: Session, area: Area | None) -> list[list[Any]]:
    offered = [[unit.id, unit.name] for unit in units.working_in(session, area)][:MOST_OFFERED]
    if not offered:
        raise refusals.NoUnits()
    return offered


def _area(session: Session, actor: Actor, request_id: int, words: str) -> Area | None:
    """The request's area; for a whistle of its own the one it names, else the street's, the unit's, or the only district."""
    if request_id:
        request = requests.get(session, request_id)
        return session.get(Area, request.area_id) if request.area_id else None
    named = areas.mentioned(session, words)
    if named is not None and blows(session, actor.member_id, areas.get(session, named)):
        return areas.get(session, named)
    led = roles.areas_led(session, actor.member_id)
    if led:
        return led[0]
    for unit_id in roles.units_of(session, actor.member_id):
        unit = units.get(session, unit_id)
        if unit.area_id is not None:
            return areas.get(session, unit.area_id)
    root = areas.facts(session, None)
    return areas.get(session, root.children[0][0]) if root and len(root.children) == 1 else None


def pick(session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str) -> None:
    """A button: where, the kind, a unit on or off, or [Blow]."""
    if step != question.step:
        raise refusals.QuestionGone()
    content = questions.content(session, question)
    if step == "area":
        after = "area" if value != "this" else "kind"
        content["at"] = int(value) if value != "this" else content["at"]
        if value == "this":
            _put_to(session, content, areas.get(session, content["at"]))
    elif step == "kind":
        content["kind"] = WhistleKind(value).value
        after = "units"
    elif value == "blow":
        after = "done" if content["words"] else "words"
        whistles.require_few(content["units"])
    else:
        _toggle(content, int(value))
        if content["units"]:
            whistles.require_few(content["units"])
        after = "units"
    if after == "done":
        _blow(session, now, actor, question, content)
    else:
        questions.move_on(session, now, actor, question, after, content)


def _put_to(session: Session, content: dict[str, Any], area: Area) -> None:
    content["area"], content["offered"] = area.id, _offered(session, area)


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
    if question.step == "area":
        _put_to(session, content, areas.find(session, piece.words))
        questions.move_on(session, now, actor, question, "kind", content)
    elif question.step == "units":
        unit = units.find(session, piece.words)
        if unit.id not in content["units"]:
            whistles.require_few([*content["units"], unit.id])
            content["units"].append(unit.id)
            content["offered"] = [
                [unit.id, unit.name],
                *(each for each in content["offered"] if each[0] != unit.id),
            ]
        questions.move_on(session, now, actor, question, "units", content)
    elif question.step == "words" and piece.words.strip():
        content["words"] = piece.words
        blown = _blow(session, now, actor, question, content)
        if piece.holds_more:
            deliveries.answer(session, now, actor, "whistle.words_only", {"whistle": blown.id})
    elif question.step == "words":
        raise refusals.WordsOnly()
    else:
        raise refusals.NotUnderstood()


def said_to(session: Session, now: datetime, actor: Actor, whistle_id: int, piece: Piece) -> None:
    """ "We're here" behind a whistle's card, or that they are on the way, or that it is not theirs; nothing else is passed on."""
    said = told(piece.words)
    if is_here(piece.words):
        whistles.report_in(session, now, actor, whistle_id)
        whistle_cards.show_again(session, now, actor, whistle_id)
    elif said is not None:
        whistles.tell(session, now, actor, whistle_id, said)
        deliveries.answer(session, now, actor, "whistle.heard", {"whistle": whistle_id, "what": said.value})
    else:
        raise refusals.SaidToAWhistle(whistle=whistle_id)


def is_answered(session: Session, now: datetime, actor: Actor, piece: Piece) -> bool:
    """The same without a card, from who was called by one whistle and holds no duty."""
    says = is_here(piece.words) or told(piece.words) is not None
    if not says or piece.holds_more or reports.owing(session, actor.member_id):
        return False
    waiting = awaiting(session, actor.member_id)
    if len(waiting) == 1:
        said_to(session, now, actor, waiting[0].id, piece)
    return len(waiting) == 1


def turn(session: Session, now: datetime, actor: Actor, whistle_id: int, menu: str) -> None:
    """Ask on the pressed card whether it is to be called off; or no more."""
    get(session, whistle_id)
    pressed.turn(session, now, actor, {"menu": menu})


def _blow(
    session: Session, now: datetime, actor: Actor, question: Question, content: dict[str, Any]
) -> Whistle:
    kind, about = WhistleKind(content["kind"]), content["case"] or None
    request = requests.lock(session, about) if about else None
    if request is not None:
        _require_on(request)
    blown = whistles.blow(
        session, now, actor, kind, content["units"], areas.get(session, content["area"]), request_id=about,
        words=content["words"],
    )  # fmt: skip
    if request is not None:
        requests.touch(session, request)
    questions.close(session, now, question)
    return blown
