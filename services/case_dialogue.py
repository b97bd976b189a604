"""What owners say about a request in words: why not, why later, which other case, who, where. And the card's menus."""

from datetime import datetime

from sqlmodel import Session

from models import Question, Request
from models.actor import Actor
from models.lifecycle import REQUEST, UNSOLVED, move
from services import (
    areas,
    deliveries,
    extending,
    handling,
    helping,
    holders,
    pressed,
    questions,
    refusals,
    request_cards,
    requests,
    sorting,
)
from services.pieces import Piece
from services.wording import number, order_number, telegram_id

STEPS = ("decline", "extend", "merge", "give", "area")
MENUS = ("", "more", "sort", "sectors")
SHOWN_FOR = int(helping.SHOWN_FOR.total_seconds())


def begin(session: Session, now: datetime, actor: Actor, request_id: int, step: str) -> None:
    """Ask, in private, for the words that this takes."""
    if step not in STEPS:
        raise refusals.QuestionGone()
    request = handling.ruled(session, actor, request_id)
    if step == "extend":
        extending.require_may_extend(session, actor, request)
    elif not _is_possible(request, step):
        raise requests.standing(request)
    questions.ask(session, now, actor, "case", step, {"case": request_id, "at": 0})


def begin_again(
    session: Session, now: datetime, actor: Actor, request_id: int, step: str, piece: Piece
) -> None:
    """The words came in reply to a question that has been closed since."""
    if not request_id:
        raise refusals.QuestionGone()
    begin(session, now, actor, request_id, step)
    question = questions.current(session, actor.member_id)
    if question is not None:
        typed(session, now, actor, question, piece)


def typed(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """The words came; once they can change nothing any more, they are about something else."""
    case, words, step = questions.content(session, question)["case"], piece.words, question.step
    request = requests.get(session, case)
    if not _is_possible(request, step):
        questions.close(session, now, question)
        if actor.said_at < question.asked_at + questions.ASKED_JUST_NOW:  # a colleague was quicker
            deliveries.refuse(session, now, actor, requests.standing(request))
        else:
            sorting.ask(session, now, actor, piece)
        return
    if not words.strip():
        raise refusals.NotUnderstood()
    if step in ("decline", "extend"):
        verb = handling.decline if step == "decline" else extending.extend
        verb(session, now, actor, case, words)
    elif step == "merge":
        handling.merge(session, now, actor, case, order_number(words) or number(words) or 0)
    elif step == "give":
        person = telegram_id(words)
        if person is None:
            raise refusals.NoSuchMember()
        handling.give(session, now, actor, case, person)
    else:
        handling.place(session, now, actor, case, areas.find(session, words).id)
    questions.close(session, now, question)
    deliveries.answer(session, now, actor, "case.noted", {"case": case, "step": step})


def close(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """What was asked about the case is answered by a command."""
    question = questions.current(session, actor.member_id)
    about = questions.content(session, question) if question is not None and question.kind == "case" else {}
    if question is not None and about.get("case") == request_id:
        questions.close(session, now, question)


def _is_possible(request: Request, step: str) -> bool:
    """Whether what was asked for can still be done."""
    verb = {"give": "dispatch"}.get(step, step)
    if verb in ("extend", "area"):
        return request.state in UNSOLVED and not (verb == "extend" and request.extended)
    return move(REQUEST, request.state, verb) is not None


def pick(session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str) -> None:
    """A step down the tree of areas, or [Here]."""
    if step != question.step or step != "area":
        raise refusals.QuestionGone()
    content = questions.content(session, question)
    if value != "this":
        content["at"] = int(value)
        questions.move_on(session, now, actor, question, "area", content)
        return
    handling.place(session, now, actor, content["case"], areas.get(session, content["at"]).id)
    questions.close(session, now, question)


def turn(session: Session, now: datetime, actor: Actor, request_id: int, menu: str, sector: int = 0) -> None:
    """Open or close a menu on the pressed card."""
    handling.ruled(session, actor, request_id)
    if menu not in MENUS:
        raise refusals.QuestionGone()
    pressed.turn(session, now, actor, {"menu": menu, "sector": sector})


def show(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """`/case 1032` or [Look]: to its owners the card and what was done, to its asker how it stands; who asked for the
    same reads how their own does, of which it is part."""
    request = requests.get(session, request_id)
    handles = holders.may_look(session, actor.member_id, actor.suspended, request)
    if request.asker_id == actor.member_id and not (request.for_other and handles):
        deliveries.answer(session, now, actor, "request.open", {"case": request_id}, payload=f"c{request_id}")
        return
    joined = None if handles else requests.joined_by(session, actor.member_id, request_id)
    if joined is not None:
        show(session, now, actor, joined)
        return
    if not handles:
        raise refusals.NotYourCase(case=request_id)
    request_cards.show(session, now, actor, request_id)
    deliveries.answer(session, now, actor, "case.timeline", {"case": request_id}, payload=f"c{request_id}")


def show_words(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """[All the words]: in as many messages as they take, protected, gone after a day."""
    request = _readable(session, actor, request_id)
    for span in requests.spans(requests.words_of(session, request)):
        about = {"case": request.id, **span, "vanish": SHOWN_FOR}
        deliveries.answer(session, now, actor, "request.words", about)


def show_files(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """[Photos and voice]: each as it came, protected, gone after a day."""
    request = _readable(session, actor, request_id)
    files = [part for part in requests.parts_of(session, request.id) if part.file_id is not None]
    for part in files[: helping.MOST_FILES]:
        about = {"case": request.id, "part": part.id, "vanish": SHOWN_FOR}
        deliveries.answer(session, now, actor, "request.file", about)


def show_map(session: Session, now: datetime, actor: Actor, request_id: int) -> None:
    """[On the map]: the place that was shared, protected, gone after a day."""
    request = _readable(session, actor, request_id)
    deliveries.answer(session, now, actor, "request.venue", {"case": request.id, "vanish": SHOWN_FOR})


def _readable(session: Session, actor: Actor, request_id: int) -> Request:
    request = requests.get(session, request_id)
    if not holders.may_look(session, actor.member_id, actor.suspended, request):
        raise refusals.NotYourCase(case=request_id)
    return request
