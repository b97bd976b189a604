"""Asking: how a request begins, grows while its asker goes on, and reaches its owners."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Binding, Chat, ChatMember, Request, RequestPart
from models.actor import Actor
from models.sealed import seal, unseal
from services import (
    areas,
    audit,
    complaints,
    days,
    deadlines,
    disposal_lists,
    dues,
    helping,
    holders,
    posters,
    request_cards,
    requests,
    triage,
    urgency,
)
from services.disposal import Category
from services.pieces import Piece
from services.replies import holds_need, lacks, phone_number, says_need
from services.wording import clean

SILENT_FOR = timedelta(minutes=5)  # then it goes to the leader as it is
# What somebody disagrees with stands before their words, also when those change
DISPUTED = re.compile(r"(#\d+|/points): ")
KEPT_WORDS = 20_000  # letters of one message
PLACE_LENGTH = 300
VITAL = ("medicine", "supplies")  # what may not be put on another matter in silence


@dataclass(frozen=True)
class Asking:
    """What a request begins with: its messages with their time and number, and the area where it is known."""

    pieces: tuple[Piece, ...]
    area_id: int | None = None
    said_at: tuple[datetime, ...] = ()
    message_ids: tuple[int, ...] = ()
    for_leaders: bool = False  # those of the area, whatever its words sound like or name


def file(session: Session, now: datetime, actor: Actor, asking: Asking, *, urgent: bool = False) -> Request:
    """A new request. Its number, owner and deadline hold from now on; where it belongs is guessed until somebody says."""
    words = "\n".join(piece.words for piece in asking.pieces if piece.words.strip())
    version, categories = disposal_lists.current(session, now)
    guess = None if asking.for_leaders else _guess(session, categories, words)
    area_id = asking.area_id if asking.for_leaders else home(session, actor, words, asking.area_id)
    by_poster = area_id is not None and area_id == asking.area_id and not asking.for_leaders
    request = Request(
        asker_id=actor.member_id, area_id=area_id, list_version=version,
        sorted_by="guess" if guess else None, urgent=urgent, asked_at=actor.said_at, touched_at=now, clock_from=now,
        due_at=now, area_from="poster" if by_poster else "home",
    )  # fmt: skip
    if guess is not None:
        holders.route(session, request, guess)
    session.add(request)
    session.flush()
    for index, piece in enumerate(asking.pieces):
        said_at = asking.said_at[index] if asking.said_at else actor.said_at
        message = asking.message_ids[index] if asking.message_ids else actor.cause.message_id
        add_part(session, actor, request, piece, said_at, message)
    audit.record(
        session, now, actor.member_id, "request.filed", "request", request.id, category=request.category
    )
    deadlines.start(session, now, request)
    days.plan(session, now)
    if urgent or not words.strip():
        send(session, now, request)
    dues.set_due(session, "request.send", request.id, now + SILENT_FOR)
    return request


def guess_again(session: Session, now: datetime, request: Request) -> None:
    """Its first words came after a photo or a voice note: what it is about is guessed from them."""
    guess = _guess(
        session, disposal_lists.of(session, request.list_version), requests.words_of(session, request)
    )
    if guess is not None and request.category is None:
        request.sorted_by = "guess"
        holders.route(session, request, guess)
        deadlines.reckon(session, now, request)
    if request.sent_at is not None:
        send(session, now, request)


def is_another(session: Session, request: Request, words: str) -> bool:
    """Whether words read as a need, and of another kind than the request: nothing in them speaks for its own. Of one that nobody
    has sorted, its words speak; what follows mostly tells more of it, and has to leave little doubt."""
    known, categories = (
        disposal_lists.category_of(session, request),
        disposal_lists.of(session, request.list_version),
    )
    said = triage.suggest(session, categories, words) if holds_need(words) else []
    if not said or (known is not None and triage.calls(known, words)):
        return False
    if not says_need(words):
        # A place beside it may say more of the first, but not where medicine or food is missing
        return known is not None and said[0].category.code in VITAL and lacks(words)
    if known is not None:
        return True
    first = triage.suggest(session, categories, requests.words_of(session, request))
    sectors = {each.category.sector for each in first}
    plain = said[0].sure or said[0].category.code in VITAL
    return bool(first) and plain and all(each.category.sector not in sectors for each in said)


def _guess(session: Session, categories: tuple[Category, ...], words: str) -> Category | None:
    """The category to begin with, where the words leave little doubt."""
    if not words.strip():
        return None
    best = triage.suggest(session, categories, words)[:1]
    return best[0].category if best and best[0].sure else None


def home(session: Session, actor: Actor, words: str = "", here: int | None = None) -> int | None:
    """Where a person's requests belong: the place they name, unless it holds the one they ask from `here`, or else where
    they are known."""
    usual = here or _usual_area(session, actor.said_at, actor.member_id)
    named = areas.mentioned(session, words)
    if named is None or usual is None:
        return named or usual or areas.mentioned(session, words, loosely=True)
    return usual if named in areas.covering(areas.get(session, usual)) else named


def _usual_area(session: Session, now: datetime, member_id: int) -> int | None:
    """That of the only chat they are seen in, else what they said themselves last. A poster, a leader or words of another
    place say nothing of where somebody lives, but that they came by a poster lately is more than nothing."""
    seen = session.exec(
        select(Binding.area_id)
        .join(Chat, col(Chat.id) == col(Binding.chat_id))
        .join(ChatMember, col(ChatMember.chat_id) == col(Chat.telegram_id))
        .where(ChatMember.member_id == member_id, col(ChatMember.left_at).is_(None))
        .where(col(Binding.ended_at).is_(None))
        .distinct()
    ).all()
    if len(seen) == 1:
        return seen[0]
    said = col(Request.area_from).is_(None) | (col(Request.area_from) == "asker")
    lately = (col(Request.area_from) == "poster") & (col(Request.asked_at) > now - posters.HOLDS)
    known = select(Request.area_id).where(Request.asker_id == member_id, col(Request.area_id).is_not(None))
    newest = (known.where(how).order_by(col(Request.id).desc()).limit(1) for how in (said, lately))
    by_words, by_poster = (session.exec(each).first() for each in newest)
    return by_words or posters.last(session, now, member_id) or by_poster


def add_part(
    session: Session, actor: Actor, request: Request, piece: Piece, said_at: datetime, message_id: int | None
) -> None:
    """Keep one message of a request; what was kept before is not kept twice."""
    if piece.position is not None:
        seal(session, request, "position", f"{piece.position.latitude:.6f},{piece.position.longitude:.6f}")
    if piece.phone is not None and not request.for_other:  # it is the sender's own
        seal(session, request, "phone", piece.phone)
    file = piece.photo or piece.file
    if not piece.words.strip() and file is None:
        return
    part = _part(session, request, actor.cause.chat_id, message_id or 0, said_at)
    if part is None:
        return
    if piece.photo is not None:
        part.kind, part.file_id, part.file_unique_id = (
            "photo",
            piece.photo.file_id,
            piece.photo.file_unique_id,
        )
    elif piece.file is not None:
        part.kind, part.file_id, part.file_unique_id = (
            piece.file.kind,
            piece.file.file_id,
            piece.file.file_unique_id,
        )
    seal(session, part, "words", piece.words.strip()[:KEPT_WORDS] or None)
    session.add(part)
    session.flush()


def _part(
    session: Session, request: Request, chat_id: int, number: int, said_at: datetime
) -> RequestPart | None:
    """The row for a message; None where the request has it. Danger that was edited into a message of another matter is
    kept beside that message, which goes on following its own."""
    before = requests.part_at(session, chat_id, number)
    if before is None:
        return RequestPart(request_id=request.id, chat_id=chat_id, message_id=number, said_at=said_at)
    if before.request_id == request.id:
        return None
    there = requests.part_at(session, 0, -before.id)
    return there or RequestPart(request_id=request.id, chat_id=0, message_id=-before.id, said_at=said_at)


def add(session: Session, now: datetime, actor: Actor, request: Request, piece: Piece) -> None:
    """More was said about an open request: its owners see it; danger in it is danger."""
    add_part(session, actor, request, piece, actor.said_at, actor.cause.message_id)
    request.touched_at = max(request.touched_at, actor.said_at)
    if urgency.helpers_for(piece.words):
        request.urgent = True
    of_helper = complaints.is_one(session, request, piece.words, actor.said_at)
    said = {
        "words": not of_helper and (piece.words.strip() or piece.photo or piece.file),
        "place": piece.position,
        "phone": piece.phone,
    }
    changed(session, now, request, *(kind for kind, given in said.items() if given))
    request_cards.show_news(session, now, request)
    part = requests.part_at(session, actor.cause.chat_id, actor.cause.message_id or 0)
    if of_helper and part is not None:
        complaints.tell(session, now, request, part.id)
    elif part is not None and part.words:
        request_cards.tell_owner(session, now, request, part.id)
    audit.record(session, now, actor.member_id, "request.added", "request", request.id)


def changed(session: Session, now: datetime, request: Request, *what: str) -> None:
    """Words, place or phone are other than before: owners' cards follow, and so does what helpers hold."""
    requests.touch(session, request)
    target = session.get(Request, request.merged_into or 0)
    if target is not None and request.urgent:  # its card says where danger is that is part of it
        requests.touch(session, target)
    helping.show_anew(session, now, request, set(what))


def said_in(session: Session, actor: Actor, request: Request, kind: str) -> None:
    """Remember in which message the place or the phone was said."""
    chat_id, number = actor.cause.chat_id, actor.cause.message_id
    if number and not actor.cause.press and requests.part_at(session, chat_id, number) is None:
        session.add(
            RequestPart(
                request_id=request.id, chat_id=chat_id, message_id=number, said_at=actor.said_at, kind=kind
            )
        )


def edited(session: Session, now: datetime, actor: Actor, words: str) -> bool:
    """A message of a request was edited: its owners see the new words, place or phone. Any other edit changes nothing,
    and is False."""
    part = requests.part_at(session, actor.cause.chat_id, actor.cause.message_id or 0)
    request = requests.lock(session, part.request_id) if part is not None else None
    if (
        part is None
        or request is None
        or request.asker_id != actor.member_id
        or request.anonymised_at is not None
    ):
        return False
    if part.kind == "place":
        seal(session, request, "place", clean(words)[:PLACE_LENGTH] or None)
    elif part.kind == "phone":
        seal(session, request, "phone", phone_number(words, asked=True) or unseal(session, request, "phone"))
    else:
        if _is_place_too(session, request, part):
            seal(session, request, "place", clean(words)[:PLACE_LENGTH] or None)
        about = DISPUTED.match(unseal(session, part, "words") or "")
        said = f"{about[0] if about else ''}{words.strip()}"
        seal(session, part, "words", said[:KEPT_WORDS] or None)
    session.add(part)
    if part.kind not in ("place", "phone") and complaints.is_one(session, request, words, actor.said_at):
        changed(session, now, request)
        complaints.tell(session, now, request, part.id)
    else:
        changed(session, now, request, part.kind if part.kind in ("place", "phone") else "words")
    audit.record(session, now, actor.member_id, "request.edited", "request", request.id)
    return True


def _is_place_too(session: Session, request: Request, part: RequestPart) -> bool:
    """Whether a message that is kept as words was taken for the place as well."""
    place, said = unseal(session, request, "place"), unseal(session, part, "words")
    return place is not None and said is not None and place == clean(said)[:PLACE_LENGTH]


def send(session: Session, now: datetime, request: Request) -> None:
    """Its owners get their card; once, whoever says so first."""
    if request.sent_at is None:
        request.sent_at = now
        requests.touch(session, request)
    request_cards.seat(session, now, request)
