"""Somebody is at work on another person's case: what they say of danger is that case's danger, where it is and to those who
have it."""

import re
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, or_, select

from models import Claim, Member, Order, Request
from models.actor import Actor
from models.lifecycle import UNSETTLED, UNSOLVED
from services import asking, deadlines, deliveries, holders, joining, request_cards, requests, roles
from services.asking import Asking
from services.pieces import Piece
from services.place_words import gives_back
from services.wording import normal

COMES_BEFORE = timedelta(hours=3)  # so long before its duty begins somebody may be there
GOES_WITHIN = timedelta(hours=12)  # of taking one that has no hour
# What is done already is a report
_HELPED = re.compile(
    r"(?<!没)(?<!没有)(?<!未)送到了?|已经?送|送过去了|送完|放(在|到)?了?.{0,6}(门口|邻居|楼下|门卫|物业|桌|家)|交给|给(他|她|老人)了|办(好|完)了|做完|完成"
    r"|\b(delivered|handed|done|finished|completed)\b|\b(left|gave|brought|took|put|passed) (it|the|them|her|him|everything|a)\b"
)
# Danger to who writes, to their own people, or at their home, is no matter of whom they help
_MINE = (
    r"我(被|摔|晕|受伤|喘不|流血|不行了|要死|胸|心口|心脏|头(晕|疼|痛)|肚子|腿|中毒|触电)|(打|砍|捅|追|跟着|抢|骚扰|掐|摸)(着|了)?我(?!的?(电话|手机|微信))"
    r"|\b(attack|hit|chas|follow|threaten|beat|grabb|stab|robb|chok|kick|punch)\w* me\b"
)
_OWN = re.compile(
    rf"{_MINE}|(我|我们|俺|咱)(自己|们?家|妈|爸|母亲|父亲|老公|老婆|丈夫|妻子|爱人|孩子|儿子|女儿|奶奶|爷爷|外婆|外公|姥姥|姥爷|邻居|们?(楼|栋|单元))|我(真的?|实在)?(不想活|想死|要死|要跳|想跳|要自杀|想自杀)|^\W*(救命|救救我)[啊呀!！。~ ]*$"
    r"|\bmy (own )?(house|home|flat|apartment|room|kitchen|building|mother|mum|mom|father|dad|wife|husband|son|daughter|child|kids?|baby|gran\w*|neighbou?rs?|chest|leg|arm|head|back)\b"
    r"|\bi('?m| am) (hurt|injured|bleeding|stuck|trapped|dying|dizzy|choking|having|being|locked|lost|fainting)\b|\bi (was|got|have been) (hit|attacked|robbed|stabbed|bitten|shot|run over|knocked)\b"
    r"|\bi have (a |an |my |severe |bad )*(chest|heart|stroke|seizure|asthma|pain)|\bi (just )?(fell|fainted|can'?t (breathe|move|go on)|cannot (breathe|move)|broke|collapsed)\b|\b(kill|hurt|harm) myself\b|\bi (just )?(want|wanted) to die\b|\bend my life\b|^\W*(help( me)?|sos)\W*$|(?<!nobody )(?<!one )(?<!anyone )\bat home\b"
)
# Whose danger it is stands first
_THEIRS = re.compile(
    r"^\W*(the |an? )?((old |elderly )?(lady|man|woman|resident|person|tenant)|she|he|they)\b|^\W*(老人|他|她|奶奶|爷爷|大爷|大妈|大娘|阿姨|住户|屋主|老太)"
)
# What somebody writes who is on the way, or stands before a door
_VISIT = re.compile(
    r"[?？]|没(有)?反应|几(楼|单元|号)|密码是?多少|多久|怎么(走|进|上|找)|what'?s the (code|floor|number|name)|怎么办|咋办|[吗么呢嘛]\W*$|哪(个|里|儿|栋|层|户|家|边)|什么(时候|地方|药|牌子)|能不能|可不可以|要不要|是不是|该不该"
    r"|(没|没有|无)人?(开门|应门|应|接|在家|在)|不(开门|应|接|在家|在|要|让进|给开|想要)|打不通|联系不上|关机|找不(到|着)|进不去|上不去|(没有|没)这个?(单元|楼|号|人|门)|这里?没有\d"
    r"|(地址|电话|门牌|号码|名字)(不对|错|有误)|写错|走错|送错"
    r"|\bwhat now\b|\b(nobody|no one|no-one|no) (answer\w*|opens?|is (there|home|in)|there|home|reply)\b|\b(doesn'?t|does not|won'?t|will not|didn'?t|isn'?t|is not) (open|answer|want|need|let|home|there|in|reply|respond)\w*"
    r"|\bwrong (address|door|number|name|house|flat|person)\b|\bthere is no (unit|block|flat|building|such|house|number|bell|lift)\b|\b(can'?t|cannot) (find|get in|reach|stay)\b"
    r"|先走|要走了|走不开|待不(了|下去)|\b(have|need) to (go|leave)\b|\bmust (go|leave)\b|\bleaving now\b"
)
_FOR_ONESELF = re.compile(
    r"我(也|自己)?(需要|想要|要|缺|没有?)|\bi (also )?(need|want|would like|have no)\b|\bi'?d like\b"
)


def is_own(words: str) -> bool:
    """Whether words of danger name the writer's own home, people or life."""
    plain = normal(words)
    return re.search(_MINE if _THEIRS.match(plain) else _OWN, plain) is not None


def attended(session: Session, actor: Actor, order_id: int | None = None) -> Request | None:
    """The one case of somebody else that the actor is at work on, by a place on its duty or as whom it was given to; of the
    duty `order_id` where one is named. None where it might be another: leaders have many."""
    lately = actor.said_at - GOES_WITHIN
    soon = or_(
        col(Order.starts_at) <= actor.said_at + COMES_BEFORE,
        and_(col(Order.starts_at).is_(None), col(Claim.claimed_at) > lately),
    )
    places = (
        select(Order.request_id)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .where(Claim.member_id == actor.member_id, col(Claim.state).in_(UNSETTLED), soon)
        .where(col(Order.request_id).is_not(None), col(Order.ended_at).is_(None))
    )
    if order_id is not None:
        places = places.where(Order.id == order_id)
    found = set(session.exec(places).all())
    if order_id is None and not roles.areas_led(session, actor.member_id):
        given = and_(Request.owner_id == actor.member_id, col(Request.touched_at) > lately)
        found |= set(session.exec(select(Request.id).where(given)).all())
    cases = session.exec(
        select(Request).where(col(Request.id).in_(found), col(Request.state).in_(UNSOLVED))
    ).all()
    return cases[0] if len(cases) == 1 and cases[0].asker_id != actor.member_id else None


def is_of_the_visit(words: str) -> bool:
    """Whether words ask something, or tell of a closed door, and of no need of the writer's own, nor of what was done."""
    plain = normal(words)
    others = _FOR_ONESELF.search(plain) or _HELPED.search(plain) or is_own(words)
    return bool(_VISIT.search(plain)) and not others


def tell(session: Session, now: datetime, actor: Actor, piece: Piece, target: Request) -> None:
    """Those who have the case read what somebody writes who is at work on it."""
    said = _file(session, now, actor, piece, target)
    joining.join(session, now, said, requests.lock(session, target.id))
    request_cards.pass_on(session, now, said, target, to=holders.of(session, target).members)
    _say_added(session, now, actor, said, target)


def raise_there(session: Session, now: datetime, actor: Actor, piece: Piece, target: Request) -> None:
    """It is urgent, and all who have it hear the words; where they were none of it, one press says so."""
    target = requests.lock(session, target.id)
    said = _file(session, now, actor, piece, target)
    said.urgent = True
    joining.join(session, now, said, target)
    deadlines.set_free(session, now, target)  # who cries for help there has not taken it
    _say_added(session, now, actor, said, target)


def _file(session: Session, now: datetime, actor: Actor, piece: Piece, target: Request) -> Request:
    """Their words, as a request that is known for a helper's."""
    said = asking.file(session, now, actor, Asking((piece,), target.area_id, for_leaders=True))
    said.area_from = requests.BY_HELPER
    return said


def _say_added(session: Session, now: datetime, actor: Actor, said: Request, target: Request) -> None:
    part = next((part for part in requests.parts_of(session, said.id) if part.words), None)
    about = {"case": target.id, "helper": True, "part": part.id if part is not None else None}
    if actor.private:
        deliveries.answer(session, now, actor, "request.added", about)
    else:
        deliveries.note(session, now, session.get_one(Member, actor.member_id), "request.added", about)


def heard(session: Session, now: datetime, actor: Actor, piece: Piece, order_id: int | None = None) -> bool:
    """Whether it was a question or a trouble of the visit, which is passed on then, and no report; or that whoever was given
    the case can't come, who reads it again, with [Give it back]."""
    leaves, asks = gives_back(piece.words, []), is_of_the_visit(piece.words)
    target = attended(session, actor, order_id) if leaves or asks else None
    given = target is not None and target.owner_id == actor.member_id
    if target is None or not (asks or (leaves and given)):
        return False
    if leaves and given:
        request_cards.show(session, now, actor, target.id)
    else:
        tell(session, now, actor, piece, target)
    return True
