"""Requests: a resident's need. Finding, holding and moving them; `asking` says how they begin, `handling` how they go on."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import bindparam
from sqlalchemy import update as core_update
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, func, select, update

from models import Member, Order, Request, RequestPart, RequestState
from models.actor import Actor, Refusal
from models.lifecycle import REQUEST, UNSOLVED, move
from models.prepared import Prepared
from models.sealed import unseal
from services import held, refusals
from services.wording import bare

QUOTED = 1500  # letters of its words on a card; all of them are behind a button
IN_ONE, MOST_WORDS = 3_500, 35_000  # letters of one message, and of all
KEPT = timedelta(days=30)  # after its end; then nobody's words, place or phone are left

SAME_WITHIN = timedelta(hours=24)  # the same words so soon again are the same request
_REQUEST = Request.__table__  # type: ignore[attr-defined]
BY_HELPER = "helper"  # where its area is from: it is the word of a helper, and no request of theirs
IS_ASKED = col(Request.area_from).is_(None) | (col(Request.area_from) != BY_HELPER)
RECENT = timedelta(days=7)  # a case closed so lately is still what new words may be about


def get(session: Session, request_id: int) -> Request:
    request = session.get(Request, request_id)
    if request is None:
        raise refusals.NoSuchCase(case=request_id)
    return request


def lock(session: Session, request_id: int) -> Request:
    """The request, newly read and held: whoever else would move it waits until this commits."""
    request = held.lock(session, Request, request_id)
    if request is None:
        raise refusals.NoSuchCase(case=request_id)
    return request


def own(session: Session, actor: Actor, request_id: int) -> Request:
    """The actor's own request, held; NoSuchCase for anybody else's."""
    request = lock(session, request_id)
    if request.asker_id != actor.member_id:
        raise refusals.NoSuchCase(case=request_id)
    return request


def joined_by(session: Session, member_id: int, request_id: int) -> int | None:
    """The member's own request that goes on as part of another."""
    theirs = (Request.asker_id == member_id) & (Request.merged_into == request_id)
    merged = select(Request.id).where(theirs, Request.state == RequestState.MERGED, IS_ASKED)
    return session.exec(merged.order_by(col(Request.id).desc()).limit(1)).first()


def joined_to(session: Session, request_id: int) -> list[Request]:
    """Requests that go on as part of this one; not those of people who were forgotten."""
    merged = (Request.merged_into == request_id) & (Request.state == RequestState.MERGED)
    return list(session.exec(select(Request).where(merged, col(Request.anonymised_at).is_(None))).all())


def asked_by_more(session: Session, request_id: int) -> list[Request]:
    """Those of them that ask for the same; whoever helps with it tells of it only, and is asked nothing."""
    return [each for each in joined_to(session, request_id) if not helper_of(session, each)]


def advance(session: Session, request: Request, verb: str) -> None:
    """Move a held request by `verb`; CaseClosed or CaseStands, which say how it is, where that is not allowed."""
    after = move(REQUEST, request.state, verb)
    if after is None:
        raise standing(request)
    request.state = after
    touch(session, request)


def standing(request: Request) -> Refusal:
    """Why what somebody wants of a request can't be done: how it is."""
    closed = request.state in (RequestState.CONFIRMED, RequestState.DECLINED, RequestState.MERGED)
    if closed:
        return refusals.CaseClosed(case=request.id)
    return refusals.CaseStands(case=request.id, asked=request.state == RequestState.RESOLVED)


def touch(session: Session, request: Request) -> None:
    """Its cards must change."""
    request.version = cast(
        int, col(Request.version) + 1
    )  # in the database: whoever else counts at once is not lost
    session.add(request)
    session.flush()


_STEP_UP = Prepared(
    core_update(_REQUEST)
    .where(_REQUEST.c.id == bindparam("request"))
    .values(told_up=bindparam("rungs"), version=_REQUEST.c.version + 1)
)


def step_up(session: Session, request: Request, rungs: int) -> None:
    """A held request was told so many rungs up, and its cards must change; on the driver, for there may be thousands."""
    _STEP_UP.count(session, request=request.id, rungs=rungs)
    set_committed_value(request, "told_up", rungs)
    session.expire(request, ["version"])


def part_at(session: Session, chat_id: int, message_id: int) -> RequestPart | None:
    found = select(RequestPart).where(RequestPart.chat_id == chat_id, RequestPart.message_id == message_id)
    return session.exec(found).first()


def words_of(session: Session, request: Request) -> str:
    """All that was said in words, a line a message."""
    said = [unseal(session, part, "words") for part in parts_of(session, request.id)]
    return "\n".join(words for words in said if words)


def parts_of(session: Session, request_id: int) -> list[RequestPart]:
    found = select(RequestPart).where(RequestPart.request_id == request_id).order_by(col(RequestPart.id))
    return list(session.exec(found).all())


def whole_of(session: Session, request: Request) -> str:
    """All that somebody who is to help there must know: what was said, by whom where they help in the case it is part of,
    where it is, and whom to call."""
    more = (unseal(session, request, column) for column in ("place", "phone"))
    by = helper_of(session, request)
    return "\n".join(filter(None, (by and f"{by}:", words_of(session, request), *more)))


def who_cry(session: Session, request: Request) -> set[int]:
    """Members who help with an urgent one, and have told of danger there."""
    joined = joined_to(session, request.id) if request.urgent else []
    return {each.asker_id for each in joined if each.urgent and helper_of(session, each)}


def helper_of(session: Session, request: Request) -> str:
    """The name of who told of it, where it is the word of a helper about the case it is part of."""
    if request.area_from != BY_HELPER or request.merged_into is None:
        return ""
    return session.get_one(Member, request.asker_id).name


def spans(words: str) -> list[dict[str, int]]:
    """All the words in as many messages as they take: `from` and `to` of each, in letters."""
    length = min(len(words), MOST_WORDS)
    return [{"from": at, "to": at + IN_ONE} for at in range(0, length, IN_ONE)]


def open_of(session: Session, now: datetime, member_id: int) -> list[Request]:
    """The requests of a person that new words may be about: open ones, and those closed lately; newest first."""
    near = col(Request.closed_at).is_(None) | (col(Request.closed_at) > now - RECENT)
    mine = select(Request).where(Request.asker_id == member_id, near, Request.state != RequestState.MERGED)
    mine = mine.where(IS_ASKED)
    return list(session.exec(mine.order_by(col(Request.id).desc()).limit(5)).all())


def counted(session: Session, request: Request) -> Request:
    """The request whose end is this one's as well: that which it goes on as part of, else itself."""
    target = session.get(Request, request.merged_into or 0) if request.state == RequestState.MERGED else None
    return target or request


def joined_open(session: Session, member_id: int) -> list[Request]:
    """A person's requests that go on as part of another one's, which is still open, or whose end they were asked about;
    newest first."""
    target = aliased(Request)
    on = col(target.state).in_((*UNSOLVED, RequestState.RESOLVED, RequestState.CONFIRMED))
    going_on = select(target.id).where(target.id == col(Request.merged_into), on).exists()
    mine = (Request.asker_id == member_id) & (Request.state == RequestState.MERGED)
    return list(
        session.exec(
            select(Request).where(mine, IS_ASKED, going_on).order_by(col(Request.id).desc()).limit(3)
        ).all()
    )


def same_words(session: Session, now: datetime, member_id: int, words: str) -> Request | None:
    """An open request in which the person said just this, within a day."""
    if not bare(words):
        return None
    since = (col(Request.asked_at) > now - SAME_WITHIN) & col(Request.state).in_(UNSOLVED)
    mine = session.exec(select(Request).where(Request.asker_id == member_id, since)).all()
    return next((request for request in mine if bare(words_of(session, request)) == bare(words)), None)


def count(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count(col(Request.id))).where(*conditions)).one()


def empty(session: Session, request: Request) -> None:
    """Nothing is left of what was said, where, and by which phone."""
    request.place = request.position = request.phone = request.reason = None
    session.add(request)
    target = session.get(Request, request.merged_into or 0)
    if target is not None:  # its card says where danger is that is part of it
        touch(session, target)
    gone = {
        "words": None,
        "file_id": None,
        "file_unique_id": None,
        "chat_id": 0,
        "message_id": col(RequestPart.id),
    }
    session.exec(update(RequestPart).where(col(RequestPart.request_id) == request.id).values(**gone))


def open_order(session: Session, request_id: int) -> Order | None:
    """The duty that serves the request now."""
    serving = (col(Order.request_id) == request_id) & col(Order.ended_at).is_(None)
    return session.exec(select(Order).where(serving).order_by(col(Order.id).desc()).limit(1)).first()
