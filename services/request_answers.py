"""What is typed, sent or shared while a request is being asked about. Nothing of it is lost, whatever was asked."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import Question, Request
from models.actor import Actor, Refusal
from models.sealed import seal, unseal
from services import (
    areas,
    asking,
    deliveries,
    disposal_lists,
    disputes,
    questions,
    refusals,
    reports,
    request_dialogue,
    requests,
    sorting,
    triage,
)
from services.asking import Asking
from services.pieces import Piece
from services.replies import (
    answers_of,
    holds_place,
    is_greeting,
    is_thanks,
    is_withdrawal,
    phone_number,
    says_need,
    says_where,
)
from services.request_dialogue import Talk, after_what, belong, finish, go, name, talk_of
from services.talk_words import refuses
from services.wording import bare, clean


def typed(session: Session, now: datetime, actor: Actor, question: Question, piece: Piece) -> None:
    """Words, media, a place or a number came while the dialogue was open."""
    if question.step == "words":
        content = questions.content(session, question)
        questions.close(session, now, question)
        if "disputes" in content:
            disputes.typed(session, now, actor, content, piece)
        else:
            request_dialogue.begin(session, now, actor, Asking((piece,), content.get("area")))
        return
    try:
        talk = talk_of(session, now, actor, question)
    except Refusal:  # it ended meanwhile: is this about it, or something new?
        sorting.ask(session, now, actor, piece)
        return
    STEPS.get(question.step, _more)(talk, piece)


def _what(talk: Talk, piece: Piece) -> None:
    """A suggestion's name may be typed instead of pressed; all else belongs to the request."""
    categories = disposal_lists.of(talk.session, talk.request.list_version)
    for index, code in enumerate(talk.content["suggested"]):
        category = disposal_lists.find(categories, code)
        if category is not None and bare(piece.words) in (bare(category.zh), bare(category.en)):
            name(talk, str(index))
            return
    _more_or_another(talk, piece)


def _more_or_another(talk: Talk, piece: Piece) -> None:
    """More of the request; or that it is needed no longer, a need of its own, or so late that it may be anything."""
    if not piece.holds_more and is_withdrawal(piece.words):
        _answer_no_place(talk, piece)
    elif _is_late(talk) or _is_another(talk, piece) or _may_be_report(talk, piece):
        sorting.ask(talk.session, talk.now, talk.actor, piece)
    else:
        _more(talk, piece)


def _more(talk: Talk, piece: Piece) -> None:
    if holds_place(piece.words):
        _belong_as_said(talk, piece.words)
    asking.add(talk.session, talk.now, talk.actor, talk.request, piece)
    deliveries.react(talk.session, talk.now, talk.actor, 0)


def _where(talk: Talk, piece: Piece) -> None:
    said = answers_of(piece.words)
    wordless = piece.words.strip() and said is None and not requests.words_of(talk.session, talk.request)
    if wordless:
        _first_words(talk, piece)
    elif said == "pick":
        talk.content["at"] = 0
        go(talk, "area")
    elif said in ("skip", "no_calls"):
        go(talk, "phone")
    elif said == "same":
        _copy_place(talk)
        _placed(talk)
    elif phone_number(piece.words) is not None:  # asked for next; where they are is still missing
        seal(talk.session, talk.request, "phone", phone_number(piece.words))
        asking.said_in(talk.session, talk.actor, talk.request, "phone")
        questions.show(talk.session, talk.now, talk.actor, talk.question)
    elif piece.position is not None:
        asking.add_part(talk.session, talk.actor, talk.request, piece, talk.actor.said_at, None)
        _placed(talk)
    else:
        _place_or_more(talk, piece)


def _first_words(talk: Talk, piece: Piece) -> None:
    """After a photo or a voice note the first words say what it is, and may name the neighbourhood that was asked for."""
    named = areas.mentioned(talk.session, piece.words, loosely=True)
    if named is not None and talk.request.area_id is None:
        belong(talk, named)
        area = areas.get(talk.session, named).name
        if bare(piece.words) in (bare(area), bare(areas.short_name(area))):
            go(talk, "where")
            return
    asking.add(talk.session, talk.now, talk.actor, talk.request, piece)
    asking.guess_again(talk.session, talk.now, talk.request)
    words = requests.words_of(talk.session, talk.request)
    categories = disposal_lists.of(talk.session, talk.request.list_version)
    suggested = triage.suggest(talk.session, categories, words)
    talk.content["suggested"] = [each.category.code for each in suggested]
    if not suggested and holds_place(
        piece.words
    ):  # the answer to what was asked; its owner reads it as words too
        seal(talk.session, talk.request, "place", clean(piece.words)[: asking.PLACE_LENGTH])
        _placed(talk)
        return
    go(talk, "what" if suggested else after_what(talk.request))


def _place_or_more(talk: Talk, piece: Piece) -> None:
    """Where it is; or thanks, that it is needed no longer, the same words again, a need of its own, more of the request."""
    if not piece.holds_more and (is_greeting(piece.words) or is_withdrawal(piece.words)):
        _answer_no_place(talk, piece)
    elif bare(piece.words) and bare(piece.words) == bare(requests.words_of(talk.session, talk.request)):
        deliveries.answer(talk.session, talk.now, talk.actor, "request.known", {"case": talk.request.id})
    elif _is_place(talk, piece):
        seal(talk.session, talk.request, "place", clean(piece.words))
        asking.said_in(talk.session, talk.actor, talk.request, "place")
        _belong_as_said(talk, piece.words)
        _placed(talk)
    else:
        _more_or_another(talk, piece)


def _belong_as_said(talk: Talk, words: str) -> None:
    """A neighbourhood that the place names, unless it is the one we know of, or holds it."""
    known = talk.request.area_id
    named = areas.mentioned(talk.session, words, loosely=known is None)
    inside = areas.covering(areas.get(talk.session, known)) if known is not None else ()
    if named is not None and named not in inside:
        belong(talk, named)


def _answer_no_place(talk: Talk, piece: Piece) -> None:
    if is_withdrawal(piece.words):
        asking.add(talk.session, talk.now, talk.actor, talk.request, piece)
        deliveries.answer(talk.session, talk.now, talk.actor, "request.open", {"case": talk.request.id})
    elif is_thanks(piece.words):
        deliveries.answer(talk.session, talk.now, talk.actor, "thanks")
    else:
        questions.show(talk.session, talk.now, talk.actor, talk.question)


def _is_place(talk: Talk, piece: Piece) -> bool:
    """Words alone, and neither a story nor a need: what could be either is where it is only just after the question."""
    words = piece.words
    if not words.strip() or len(words) > asking.PLACE_LENGTH or piece.photo or piece.file:
        return False
    return says_where(words) or not (says_need(words) or _is_late(talk))


def _is_another(talk: Talk, piece: Piece) -> bool:
    """Whether it may be a need of its own, of another kind."""
    said = bool(piece.words.strip()) and not says_where(piece.words)
    return said and asking.is_another(talk.session, talk.request, piece.words)


def _may_be_report(talk: Talk, piece: Piece) -> bool:
    """Whether whoever said it has a duty that runs, or is over, and it reads as no need."""
    owed = reports.owing(talk.session, talk.actor.member_id)
    begun = any(order.starts_at is not None and order.starts_at <= talk.actor.said_at for order in owed)
    return begun and not says_need(piece.words)


def _is_late(talk: Talk) -> bool:
    """Whether the question has been forgotten by now: it has been answered for, and who asked was told so."""
    return questions.is_late(talk.session, talk.actor, talk.question)


def _placed(talk: Talk) -> None:
    """The place was told, which is consent; a place in no area we know is for the district to put somewhere."""
    talk.request.consented_at = talk.request.consented_at or talk.now
    asking.changed(talk.session, talk.now, talk.request, "place")
    go(talk, "phone")


def _copy_place(talk: Talk) -> None:
    before = last_place(talk.session, talk.actor.member_id, talk.request.id)
    if before is None:
        raise refusals.NotUnderstood()
    for column in ("place", "position"):
        seal(talk.session, talk.request, column, unseal(talk.session, before, column))
    if talk.request.area_id is None and before.area_id is not None:
        belong(talk, before.area_id)


def last_place(session: Session, member_id: int, but: int) -> Request | None:
    """The person's latest request that says where they are."""
    told = col(Request.place).is_not(None) | col(Request.position).is_not(None)
    mine = select(Request).where(Request.asker_id == member_id, told, Request.id != but)
    return session.exec(mine.order_by(col(Request.id).desc()).limit(1)).first()


def _phone(talk: Talk, piece: Piece) -> None:
    said = phone_number(piece.words, asked=True)
    number = said if talk.request.for_other else piece.phone or said
    if number is not None:
        seal(talk.session, talk.request, "phone", number)
        if piece.words.strip():
            asking.said_in(talk.session, talk.actor, talk.request, "phone")
        talk.request.consented_at = talk.request.consented_at or talk.now
    elif answers_of(piece.words) in ("agrees", "yes") or piece.phone:  # then the number is still missing
        questions.show(talk.session, talk.now, talk.actor, talk.question)
        return
    elif answers_of(piece.words) not in ("no_calls", "skip") and not refuses(piece.words):
        _more_or_another(talk, piece)
        return
    asking.changed(talk.session, talk.now, talk.request, "phone")
    finish(talk)


def _area(talk: Talk, piece: Piece) -> None:
    """A neighbourhood's name, typed instead of walking there; what is none belongs to the request."""
    if answers_of(piece.words) == "skip":
        go(talk, "phone")
        return
    try:
        area = areas.find(talk.session, piece.words)
    except (refusals.NoSuchArea, refusals.ManyAreas):
        if _is_late(talk) or is_withdrawal(piece.words):
            _more_or_another(talk, piece)
            return
        _more(talk, piece)
        questions.show(talk.session, talk.now, talk.actor, talk.question)
        return
    belong(talk, area.id)
    go(talk, "where")


def _need(talk: Talk, piece: Piece) -> None:
    """They had said where; now what."""
    if piece.words.strip():
        _first_words(talk, piece)
    else:
        asking.add(talk.session, talk.now, talk.actor, talk.request, piece)
        go(talk, after_what(talk.request))


STEPS = {
    "need": _need, "what": _what, "where": _where, "phone": _phone, "area": _area, "similar": _more_or_another,
}  # fmt: skip
