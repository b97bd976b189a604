"""What somebody says of whoever helps them, or that nobody came, is for those in charge: helpers do not read it."""

import re
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import Claim, ClaimState, Lane, Order, Request
from models.sealed import unseal
from services import deliveries, holders, requests
from services.wording import normal

_OF_HELPER = re.compile(
    r"喝(醉|多|了?酒)|醉醺|偷了?(我|走|东西|钱)|骗(了)?(我|她|他|钱|人|老人)|(骂|吼|凶|吓|威胁|推|摸|欺负|打)(了)?(我|她|他|老人|人)|(怕|不放心|信不过)(他|她|这个?人|那个?人)"
    r"|(别|不要|不想|不用)(再)?(让|叫|派)?(他|她|这个?人|那个?人)(再)?来|换(个|一个|一位)?(别的)?(人|志愿者)|(态度|脾气|语气).{0,3}(差|恶劣|不好|坏|冲)|不想(再)?见(到)?(他|她)|拿了?(走)?我的?(钱|东西|包)"
    r"|(要|问|收|查|看)(了)?我.{0,4}(密码|身份证|银行卡|钱)|银行卡|冒充|骚扰"
    r"|\bdrunk\b|\b(stole|steals?|stolen|stealing|took (my|our|the|some) (money|cash|things|purse|wallet|card))\b|\b(shout|yell|swear|swore|scream|curse)\w*\b|\b(was|is|were|so|very) (rude|aggressive|creepy|threatening)\b|\b(threaten|insult|harass|bully|bullie)\w*"
    r"|\b(afraid|scared|frightened) of (him|her|them|that|this)\b|\b(don'?t|do not|never|please not) (send|let) (him|her|them|this|that)\b|\bsend (someone|somebody) else\b|\banother (volunteer|helper)\b|\b(scam|cheat|fraud)\w*|\bbank card\b|\basks? (me )?for my (pin|password|id|card|money|passport)\b"
)
# Beside a report that says otherwise
_NOBODY_CAME = re.compile(
    r"没(有)?人(来|送|联系|管)|没(来|到|送|收到|拿到|见到)|(什么|啥)(都|也)没(有|送|做)|\b(nobody|no one|no-one) (came|has come|showed|was here|helped)\b|\b(never|didn'?t|did not|hasn'?t|has not) (come|came|arrive|show|bring|brought|help)\w*\b|\bnot (received|arrived|delivered|got)\b"
)


def is_one(session: Session, request: Request, words: str, said_at: datetime) -> bool:
    """Whether words that were said since somebody took a place on its duty are of them, or deny what was reported."""
    plain = normal(words)
    of_helper, denies = _OF_HELPER.search(plain), _NOBODY_CAME.search(plain)
    if not of_helper and not denies:
        return False
    claims = select(func.min(Claim.claimed_at)).join(Order, col(Order.id) == col(Claim.order_id))
    claims = claims.where(Order.request_id == request.id)
    if not of_helper:
        claims = claims.where(col(Claim.state).in_((ClaimState.REPORTED, ClaimState.APPROVED)))
    since = session.exec(claims).one()
    return since is not None and since <= said_at


def words_for_helpers(session: Session, request: Request) -> str:
    """All that was said in words but for that, a line a message."""
    parts = [(part, unseal(session, part, "words")) for part in requests.parts_of(session, request.id)]
    shown = [words for part, words in parts if words and not is_one(session, request, words, part.said_at)]
    return "\n".join(shown)


def tell(session: Session, now: datetime, request: Request, part_id: int) -> None:
    """Those who have the case hear it at once, but for who is meant."""
    mine = select(Claim.member_id).join(Order, col(Order.id) == col(Claim.order_id))
    meant = set(session.exec(mine.where(Order.request_id == request.id)).all())
    about = {"case": request.id, "part": part_id, "vanish": 86_400}
    for member in holders.of(session, request).members:
        if member.id not in meant:
            deliveries.note(
                session, now, member, "request.complained", about, lane=Lane.ESCALATION,
                key=f"complained:{part_id}:{member.id}", subject=("request", request.id),
            )  # fmt: skip
