"""Nobody said what private words are about: where they go by themselves. Never nowhere."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Claim, ClaimState, Member, Question, RequestState
from models.actor import Actor, Cause, Refusal, pick_language
from models.lifecycle import UNSOLVED
from services import (
    areas,
    asking,
    case_answers,
    closing,
    disposal_lists,
    evidence,
    kept,
    my_place,
    orders,
    questions,
    reports,
    request_dialogue,
    requests,
    sorting,
    triage,
)
from services.duty_words import is_done, tells_of_work
from services.pieces import Piece
from services.place_words import begins_with_work, gives_back, is_unsuited, is_untroubled
from services.replies import asks_for, holds_need
from services.solved_words import is_solved
from services.vocabulary import features
from services.wording import report_words


def fall_silent(session: Session, now: datetime, question_id: int) -> None:
    """Nobody pressed: what shows or tells of work is a report on the only duty that has begun, or that it names; what says
    "not yet" is the answer to the case that asked; what only says "solved" to one of several is none, and each asks once
    more; what was said of a place that was given back since is over; all else is added to the open case that has most of
    its words, else the latest, unless it is another matter; then it is a request of its own; never nothing."""
    question = session.get(Question, question_id)
    member = session.get(Member, question.member_id) if question else None
    if question is None or question.content is None or member is None:
        return
    content = questions.content(session, question)
    pieces, actor = content["pieces"], _acting(session, now, member)
    if not any(kept.unpack(stored).words.strip() or kept.unpack(stored).holds_more for stored in pieces):
        return
    asking_too = [
        case for case in requests.open_of(session, now, member.id) if case_answers.asks(session, case)
    ]
    order_id = _reported_on(session, actor, content)
    about = None if order_id or content["orders"] else _silently(session, now, member.id, pieces)
    if about is not None:
        sorting.add_to_case(session, now, actor, question_id, about)
    elif order_id is None and (
        (asking_too and all(_is_only_an_answer(stored) for stored in pieces))
        or _was_of_a_place(session, actor, content)
    ):
        questions.close(session, now, question)
    else:
        _file(session, now, actor, question, order_id)
    for case in asking_too:  # it may have been about this one: it is asked once more
        if case.state == RequestState.RESOLVED and not content["orders"]:
            closing.wait_again(session, now, requests.lock(session, case.id))
            closing.ask(session, now, case, f"again:{case.id}:{question_id}")


def _file(session: Session, now: datetime, actor: Actor, question: Question, order_id: int | None) -> None:
    """A report, or a request where it is none, or can't be any more: twice is better than nowhere."""
    pieces = questions.content(session, question)["pieces"]
    try:
        sorting.sort_into(session, now, actor, question.id, order_id or 0)
    except Refusal:
        if order_id is None:
            raise
        request_dialogue.begin(session, now, actor, kept.asking_of(pieces))


def _is_only_an_answer(stored: dict[str, Any]) -> bool:
    """Whether it says that something is solved, and nothing else."""
    words = stored["words"]
    return is_solved(words) is True and not kept.unpack(stored).holds_more


def _silently(session: Session, now: datetime, member_id: int, pieces: list[dict[str, Any]]) -> int | None:
    """The case that kept words go to by themselves."""
    cases = requests.open_of(session, now, member_id)
    words = "\n".join(stored["words"] for stored in pieces)
    joined = requests.joined_open(session, member_id)
    asked = [case for case in (*cases, *joined) if case_answers.asks(session, case)]
    if asked and kept.solved_by(pieces) is False:
        fits = [case for case in asked if not asking.is_another(session, case, words)]
        return (asked if len(asked) == 1 else [*fits, *asked])[0].id
    going_on = [case for case in joined if requests.counted(session, case).state in UNSOLVED]
    ongoing = [case for case in cases if case.state in UNSOLVED] or going_on
    if not ongoing:
        return None
    nearest = max(ongoing, key=lambda case: len(features(words) & features(requests.words_of(session, case))))
    return nearest.id if not asking.is_another(session, nearest, words) else None


def _reported_on(session: Session, actor: Actor, content: dict[str, Any]) -> int | None:
    """The duty that kept pieces are a report on by themselves: the only one that has begun, or that they name. A voice note
    alone may be anything, and goes to the leader as a case; so does what may be a need, and what is too long for a report."""
    pieces, said = list(map(kept.unpack, content["pieces"])), kept.said_last(content["pieces"])
    if sum(len(piece.words) + 1 for piece in pieces) > reports.WORDS_LENGTH:
        return None
    begun = [
        (order_id, title)
        for order_id, title in content["orders"]
        if my_place.may_report(session, actor.member_id, order_id) and _has_begun(session, order_id, said)
    ]
    if not begun:
        return None
    order_id = _named(session, begun, " ".join(piece.words for piece in pieces))
    says_so = any(report_words(piece.words) is not None for piece in pieces)
    asked = content.get("asked") == order_id  # "How did it go?"
    answers = says_so or (asked and _tells_how_it_went(session, actor.said_at, pieces))
    asked_for = answers or _is_returned(session, actor, order_id)
    if asked_for and not any(
        _may_be_other(piece) or (answers and holds_need(piece.words)) for piece in pieces
    ):
        return order_id
    shows = any(piece.photo for piece in pieces) and not content["cases"]
    alone = not content["cases"] or any(_says_done(piece.words) for piece in pieces)
    return order_id if all(_tells(piece, shows=shows, alone=alone) for piece in pieces) else None


def _tells_how_it_went(session: Session, now: datetime, pieces: list[Piece]) -> bool:
    """Whether all words right after that question begin with what was done, or speak of no trouble and of nothing that is on
    the disposal list."""
    worded = [piece.words for piece in pieces if piece.words.strip()]
    others = "\n".join(words for words in worded if not begins_with_work(words))
    _version, categories = disposal_lists.current(session, now)
    unlisted = not others or (is_untroubled(others) and not triage.suggest(session, categories, others))
    return bool(worded) and unlisted


def _named(session: Session, begun: list[tuple[int, str]], words: str) -> int:
    """The one whose title has more of the words than any other; else the first that began."""
    said, likeness = features(words), defaultdict(list)
    for order_id, title in begun:
        likeness[len(features(title) & said)].append(order_id)
    most = max(likeness)
    if most and len(likeness[most]) == 1:
        return likeness[most][0]
    return min((order_id for order_id, _title in begun), key=lambda one: (_begins(session, one), one))


def _has_begun(session: Session, order_id: int, said_at: datetime) -> bool:
    return _begins(session, order_id) <= said_at


def _begins(session: Session, order_id: int) -> datetime:
    """When it begins; what has no hours began when it was sent out."""
    order = orders.get(session, order_id)
    return order.starts_at or order.issued_at


def _was_of_a_place(session: Session, actor: Actor, content: dict[str, Any]) -> bool:
    """Whether all they said is that they do not come, or when not, and they have given back a place since."""
    titles = [title for _order_id, title in content["orders"]]
    if not all(_is_of_coming(kept.unpack(stored), titles) for stored in content["pieces"]):
        return False
    orders_of = col(Claim.order_id).in_([order_id for order_id, _title in content["orders"]])
    mine = (Claim.member_id == actor.member_id) & (Claim.state == ClaimState.WITHDRAWN)
    return session.exec(select(Claim.id).where(orders_of, mine).limit(1)).first() is not None


def _is_of_coming(piece: Piece, titles: list[str]) -> bool:
    need = piece.holds_more or holds_need(piece.words) or asks_for(piece.words)
    return not need and (gives_back(piece.words, titles) or is_unsuited(piece.words))


def _is_returned(session: Session, actor: Actor, order_id: int) -> bool:
    mine = (Claim.order_id == order_id) & (Claim.member_id == actor.member_id)
    returned = select(Claim.id).where(mine, Claim.state == ClaimState.RETURNED)
    return session.exec(returned.limit(1)).first() is not None


def _may_be_other(piece: Piece) -> bool:
    return _is_spoken(piece) or asks_for(piece.words)


def _is_spoken(piece: Piece) -> bool:
    return piece.file is not None and piece.file.kind in evidence.SPOKEN


def _tells(piece: Piece, *, shows: bool, alone: bool) -> bool:
    """Whether it shows or tells of work; a photo without a word does (`alone`) where nothing else could be meant. Beside a photo
    (`shows`) words may say anything but a need, and be spoken."""
    if _is_spoken(piece):
        return shows
    if not piece.words.strip():
        return alone and bool(piece.photo or piece.file)
    need = holds_need(piece.words) or asks_for(piece.words)
    return _says_done(piece.words) or (shows and not need)


def _says_done(words: str) -> bool:
    return is_done(words) or tells_of_work(words)


def _acting(session: Session, now: datetime, member: Member) -> Actor:
    """A member who acts by having said something before."""
    default = areas.policy(session).default_language
    language = pick_language(member.language, member.telegram_language, default=default)
    telegram_id = member.telegram_id or 0
    cause = Cause(0, None, telegram_id, True, now)
    suspended = member.suspended_at is not None
    return Actor(member.id, telegram_id, member.name, language, member.reach, suspended, cause)
