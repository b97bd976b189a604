"""What somebody says of whoever helps them, or that nobody came, is for those in charge: helpers do not read it."""

import re
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import Claim, ClaimState, Lane, Order, Request
from models.sealed import unseal
from services import deliveries, holders, requests
from services.wording import normal

_WHO = r"(他|她|这个?人|那个?人|志愿者|来的(那个)?人|帮忙的人?|小伙子?|那个?(男|女)的|你们派的人?)"
_SENT = r"\b(he|she|they|the (volunteer|helper|man|guy|woman|lady|boy|girl|person)|volunteer|helper|who you sent)\b"
_OF_HELPER = re.compile(
    rf"{_WHO}.{{0,8}}(喝(醉|多|了?酒)|醉醺|偷|骗|骂|吼|凶(我|人)|威胁|摸我|欺负|骚扰|动手|推我|打了?(我|人)(?!的?(电话|手机|微信))|态度.{{0,3}}(差|恶劣|不好|坏)|(要|拿)了?(走)?我的?(钱|东西|包))"
    rf"|(我|我们|老人|妈|爸|奶奶|爷爷).{{0,3}}(怕|不放心|信不过){_WHO}(?=[了,，。!！ ]|$)|(别|不要|不想)再?(让|叫|派)(他|她|这个?人|那个?人)再?来了?(?=\W|$)|不想再?见到?(他|她)(?=了?\W|了?$)"
    r"|换(个|一个|一位)别?的?(人|志愿者)(来|吧|帮|[了。!！]|\W*$)|(要|问)了?我的?.{0,4}(身份证|银行卡)(?!.{0,8}(拿|带|取|给你))|冒充"
    rf"|{_SENT}.{{0,20}}\b(was|is|were|got|seemed|looked|came) (so |very |really |quite )*(drunk|rude|aggressive|creepy|threatening)\b"
    rf"|{_SENT}.{{0,14}}\b(shouted|yelled|swore|screamed|cursed|stole|took (my|our|some|the)? ?(money|cash|purse|wallet|card)|robbed|threatened|insulted|harassed|cheated|scammed|touched me|grabbed me|hit me|pushed me)\b"
    r"|\b(i'?m|i am|we are|we'?re) (so |very )?(afraid|scared|frightened) of (him|her|them|that (man|woman|person))\b|\b(don'?t|do not|never) (send|let) (him|her|them|this (man|woman|person)|that (man|woman|person)) (come )?(again|back|any ?more|here again)\b|\bsend (someone|somebody) else\b(?! to)"
    r"|\basks?(ed)? (me )?for my (pin|password|bank card|id|card|passport|money)\b"
)
_ILL = re.compile(r"痴呆|老年病|精神病|自闭|\bdementia\b|\balzheimer|\bautis")  # of whom the helper goes to
# Beside a report that says otherwise
_NOBODY_CAME = re.compile(
    r"没(有)?人(来(?!开)|送|联系|管)|没(来|到|送|收到|拿到|见到)|(什么|啥)(都|也)没(有|送|做)|\b(nobody|no one|no-one) (came|has come|showed|was here|helped)\b|\b(never|didn'?t|did not|hasn'?t|has not) (come|came|arrive|show|bring|brought|help)\w*\b|\bnot (received|arrived|delivered|got)\b"
)


def speaks_of_helper(words: str) -> bool:
    """Whether words accuse somebody who came, or want nobody of them again."""
    plain = normal(words)
    return _OF_HELPER.search(plain) is not None and _ILL.search(plain) is None


def is_one(session: Session, request: Request, words: str, said_at: datetime) -> bool:
    """Whether words that were said since somebody took a place on its duty are of them, or deny what was reported."""
    of_helper, denies = speaks_of_helper(words), _NOBODY_CAME.search(normal(words))
    if not of_helper and not denies:
        return False
    claims = select(func.min(Claim.claimed_at)).join(Order, col(Order.id) == col(Claim.order_id))
    claims = claims.where(Order.request_id == request.id)
    if not of_helper:
        claims = claims.where(col(Claim.state).in_((ClaimState.REPORTED, ClaimState.APPROVED)))
    since = session.exec(claims).one()
    if since is None and of_helper:
        since = request.accepted_at  # whoever took it, or was given it, is meant
    return since is not None and since <= said_at


def meant(session: Session, request: Request) -> set[int]:
    """Who may be meant: all who ever had a place on its duties, else whoever has it in person."""
    mine = select(Claim.member_id).join(Order, col(Order.id) == col(Claim.order_id))
    helpers = set(session.exec(mine.where(Order.request_id == request.id)).all())
    return helpers or ({request.owner_id} if request.owner_id else set())


def words_for_helpers(session: Session, request: Request) -> str:
    """All that was said in words but for that, a line a message."""
    parts = [(part, unseal(session, part, "words")) for part in requests.parts_of(session, request.id)]
    shown = [words for part, words in parts if words and not is_one(session, request, words, part.said_at)]
    return "\n".join(shown)


def tell(session: Session, now: datetime, request: Request, part_id: int) -> None:
    """Those who have the case hear it at once, but for who is meant; where nobody is left, those above them."""
    but, about = meant(session, request), {"case": request.id, "part": part_id, "vanish": 86_400}
    levels = (holders.at_level(session, request, level) for level in holders.UPWARDS[request.level])
    heard = (holders.of(session, request), *levels, holders.last(session))
    told = next(
        (found for found in ([m for m in each.members if m.id not in but] for each in heard) if found), []
    )
    for member in told:
        deliveries.note(
            session, now, member, "request.complained", about, lane=Lane.ESCALATION,
            key=f"complained:{part_id}:{member.id}", subject=("request", request.id),
        )  # fmt: skip
