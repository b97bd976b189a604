"""Asking for help, as its asker sees it: at most three taps, none of them needed. What stands by then goes to the owners."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Area, Member, Question, Request
from models.actor import Actor
from models.lifecycle import UNSOLVED
from models.sealed import seal
from services import (
    areas,
    asking,
    audit,
    deadlines,
    deliveries,
    disposal_lists,
    dues,
    holders,
    joining,
    posters,
    pressed,
    questions,
    refusals,
    requests,
    roles,
    triage,
)  # fmt: skip
from services.asking import Asking
from services.disposal import Category
from services.replies import asks_for, holds_place, phone_number
from services.wording import bare, clean

MOST_SIMILAR, BEFORE_WHERE = 3, ("what", "similar", "need")
# A few letters, then house and door: nothing is said behind them
_ADDRESS = re.compile(r"\D{0,12}\d+(\D{0,8}\d+){0,4}\s*(号楼?|楼|室|单元|门|栋|座|层|幢|户)?")


@dataclass
class Talk:
    """One step of the dialogue: who speaks, what was asked, and about which request, held."""

    session: Session
    now: datetime
    actor: Actor
    question: Question
    content: dict[str, Any]
    request: Request

    @property
    def category(self) -> Category | None:
        return disposal_lists.category_of(self.session, self.request)


def begin(session: Session, now: datetime, actor: Actor, asked: Asking, *, urgent: bool = False) -> None:
    """A request is filed; then the one question that would help most is asked."""
    words = "\n".join(piece.words for piece in asked.pieces)
    same = None if urgent else requests.same_words(session, now, actor.member_id, words)
    if same is not None:
        for piece in (each for each in asked.pieces if each.holds_more):
            asking.add(session, now, actor, requests.lock(session, same.id), piece)
        deliveries.answer(session, now, actor, "request.known", {"case": same.id})
        return
    request = asking.file(session, now, actor, asked, urgent=urgent)
    categories = disposal_lists.of(session, request.list_version)
    codes = (
        [each.category.code for each in triage.suggest(session, categories, words)] if words.strip() else []
    )
    content = {
        "case": request.id,
        "suggested": codes,
        "leads": _acts_for_others(session, actor),
        "fresh": True,
    }
    step = "what" if codes and not urgent else after_what(request)
    if step == "where" and not urgent and len(asked.pieces) == 1 and is_address(words):
        seal(session, request, "place", clean(words))
        step = "need"
    question = questions.open_(session, now, actor.member_id, "request", step, content)
    _show(Talk(session, now, actor, question, content, request))


def is_address(words: str) -> bool:
    """Whether words are short, say where, and nothing that is needed there."""
    said = _ADDRESS.fullmatch(bare(words)) is not None and phone_number(words) is None
    return said and holds_place(words) and not asks_for(words)


def _acts_for_others(session: Session, actor: Actor) -> bool:
    """Leaders and officers may ask for somebody who agreed."""
    return bool(roles.areas_led(session, actor.member_id) or roles.units_of(session, actor.member_id))


def ask_words(session: Session, now: datetime, actor: Actor, area_id: int | None = None) -> None:
    """`/request` alone, or a poster's link: what is it?"""
    area_id = area_id or posters.asked_in(session, actor.member_id)
    questions.ask(session, now, actor, "request", "words", {"case": 0, "area": area_id})


def by_poster(session: Session, now: datetime, actor: Actor, code: str) -> None:
    """A poster's link, `help-AREA`: what is it? An area nobody knows (any more) is asked for."""
    questions.ask(
        session,
        now,
        actor,
        "request",
        "words",
        {"case": 0, "area": posters.follow(session, now, actor, code)},
    )


def _show(talk: Talk) -> None:
    questions.show(talk.session, talk.now, talk.actor, talk.question)


def after_what(request: Request) -> str:
    return "where" if request.place is None and request.position is None else "phone"


def talk_of(session: Session, now: datetime, actor: Actor, question: Question) -> Talk:
    """The step that a press or a message belongs to; once the request has ended there is nothing to ask."""
    content = questions.content(session, question)
    request = requests.own(session, actor, content["case"])
    if request.state not in UNSOLVED:
        questions.close(session, now, question)
        raise refusals.CaseClosed(case=request.id)
    request.touched_at = max(request.touched_at, actor.said_at)
    return Talk(session, now, actor, question, content, request)


def pick(session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str) -> None:
    """A button of the dialogue."""
    if step != question.step:
        raise refusals.QuestionGone()
    talk = talk_of(session, now, actor, question)
    if value == "other_person":
        if not talk.content["leads"]:
            raise refusals.QuestionGone()
        _turn_for_other(talk)
    else:
        {"what": name, "similar": _join, "area": _walk}[step](talk, value)


def _turn_for_other(talk: Talk) -> None:
    """It is for somebody else, who agreed; or not, after all."""
    request = talk.request
    request.for_other = not request.for_other
    about = {"on": request.for_other}
    audit.record(
        talk.session, talk.now, talk.actor.member_id, "request.for_other", "request", request.id, **about
    )
    requests.touch(talk.session, request)
    pressed.turn(talk.session, talk.now, talk.actor, {})


def name(talk: Talk, value: str) -> None:
    """What it is was said, or that none of these is right."""
    session, request = talk.session, talk.request
    if value == "none":
        if request.sorted_by == "guess":
            _unsort(talk)
        go(talk, after_what(request))
        return
    categories = disposal_lists.of(session, request.list_version)
    category = disposal_lists.find(categories, talk.content["suggested"][int(value)])
    if category is None:
        raise refusals.QuestionGone()
    if request.sorted_by != "owner":  # a leader who was quicker knows better
        request.sorted_by = "asker"
        if request.category != category.code:
            holders.route(session, request, category)
            deadlines.reckon(session, talk.now, request)
            _resend(talk)
        about = {"category": category.code}
        audit.record(session, talk.now, talk.actor.member_id, "request.named", "request", request.id, **about)
    alike = similar(session, request, category)
    talk.content["similar"] = [each.id for each in alike]
    go(talk, "similar" if alike else after_what(request))


def _unsort(talk: Talk) -> None:
    """Nobody knows what it is, so it is for the leader to say."""
    request = talk.request
    request.category = request.sorted_by = request.unit_id = None
    request.level = "grid"
    deadlines.reckon(talk.session, talk.now, request)
    _resend(talk)


def _resend(talk: Talk) -> None:
    """Its owners may be others now; where it has been sent already, they get it at once."""
    if talk.request.sent_at is not None:
        asking.send(talk.session, talk.now, talk.request)


def similar(session: Session, request: Request, category: Category) -> list[Request]:
    """Open requests of the same public kind in the same area, near it or above; what is private is never offered."""
    if not category.public or category.sensitive or request.area_id is None:
        return []
    area = areas.get(session, request.area_id)
    near = select(Area.id).where(
        col(Area.id).in_(areas.covering(area)[:3]) | (col(Area.parent_id) == area.parent_id)
    )
    same = col(Request.state).in_(UNSOLVED) & (col(Request.category) == category.code)
    others = (col(Request.id) != request.id) & (col(Request.asker_id) != request.asker_id)
    found = select(Request).where(same, others, col(Request.area_id).in_(near))
    return list(session.exec(found.order_by(col(Request.id).desc()).limit(MOST_SIMILAR)).all())


def _join(talk: Talk, value: str) -> None:
    """[Me too] joins what is there instead of making another."""
    session, request = talk.session, talk.request
    if value == "none":
        go(talk, after_what(request))
        return
    into = talk.content["similar"][int(value)]
    for each in sorted((request.id, into)):  # in one order, whoever joins what
        requests.lock(session, each)
    target = requests.get(session, into)
    if target.state not in UNSOLVED:
        raise refusals.CaseClosed(case=target.id)
    joining.join(session, talk.now, request, target)
    about = {"into": target.id}
    audit.record(session, talk.now, talk.actor.member_id, "request.joined", "request", request.id, **about)
    requests.touch(session, request)
    questions.close(session, talk.now, talk.question)
    deliveries.answer(session, talk.now, talk.actor, "request.merged", {"case": request.id})


def _walk(talk: Talk, value: str) -> None:
    """Down the tree of areas, until [Here] says where it is."""
    if value != "this":
        talk.content["at"] = int(value)
        questions.move_on(talk.session, talk.now, talk.actor, talk.question, "area", talk.content)
        return
    belong(talk, areas.get(talk.session, talk.content.get("at")).id)
    go(talk, "where")


def belong(talk: Talk, area_id: int) -> None:
    """Where it is, says its asker; its owners change with it where they have seen it already."""
    session, request = talk.session, talk.request
    if request.area_id == area_id:
        request.area_from = "asker"
        return
    request.area_id, request.area_from = area_id, "asker"
    if talk.category is not None:
        holders.route(session, request, talk.category)
    deadlines.reckon(session, talk.now, request)
    _resend(talk)


def go(talk: Talk, step: str) -> None:
    """To the next question; the phone is asked for only where a helper would call."""
    category = talk.category
    if step == "phone" and (talk.request.phone is not None or (category and "phone" not in category.shows)):
        finish(talk)
        return
    question = talk.question
    talk.content |= {"fresh": False, "since": talk.now.isoformat()}
    question.step, question.version = step, question.version + 1
    questions.put(talk.session, question, talk.content)
    _mark_pressed(talk)
    _show(talk)


def _mark_pressed(talk: Talk) -> None:
    """What was pressed says what it led to."""
    if talk.actor.cause.press:
        pressed.turn(talk.session, talk.now, talk.actor, {})


def finish(talk: Talk) -> None:
    """All is said: it goes to its owners now, and its asker reads who has it and by when."""
    questions.close(talk.session, talk.now, talk.question)
    _mark_pressed(talk)
    asking.send(talk.session, talk.now, talk.request)
    deliveries.answer(talk.session, talk.now, talk.actor, "request.filed", {"case": talk.request.id})


def fall_silent(session: Session, now: datetime, request: Request) -> None:
    """Five minutes without a word: it goes to its owners as it is, and its asker reads who has it and by when. The
    questions may still be answered."""
    if request.state not in UNSOLVED:
        return
    at = request.touched_at + asking.SILENT_FOR
    if at > now:
        dues.set_due(session, "request.send", request.id, at, step=f"{at:%Y%m%d%H%M%S}")
        return
    if request.sent_at is None:
        asking.send(session, now, request)
    asker, question = session.get(Member, request.asker_id), questions.current(session, request.asker_id)
    if asker is None or question is None or question.kind != "request":
        return
    if questions.content(session, question)["case"] == request.id:
        about = {"case": request.id, "consent": question.step in BEFORE_WHERE}  # there it is read
        deliveries.note(session, now, asker, "request.filed", about, key=f"filed:{request.id}")
