"""What somebody with places on duties says of one of them: that they give it back, and which it is. Pure."""

import re
from collections.abc import Iterable

from services.duty_words import cannot_come, is_done, tells_of_work
from services.replies import STORY
from services.vocabulary import features
from services.wording import bare, normal

# What a duty is called besides its title: 2号，我妈走不了 is a house, and 没人值班 of others
_CALLED = re.compile(
    r"(?<![没\d])(?:第?\d+号单|\d+号(?=我)|(?:那个?)?(?:夜巡|夜班|早班|晚班|白班|巡逻|巡查|值班|值守|执勤|站岗|消杀|活动|班)(?![的没]|没?人))|"
    r"\b(?:order|duty|shift) ?#?\d+\b|#\d+"
)
# It is they themselves who do not come: 送菜不来了 is of somebody who was to bring it
_MYSELF = re.compile(
    r"我(?:今[天晚早]|明[天晚早]|就|可能|实在|真的|是|都|也)*(?:[来去到赶]不|参加不|不[来去]|不(?:能|想)[来去]|没(?:法|空|办法|时间))|(?=.*(?:不好意思|抱歉|对不起)).*[来去到]不[了成]|"
    r"\bi(?:'m not| am not| can'?t| cannot| won'?t| have to| need to| am un)|^sorry,? (?:can'?t|cannot|won'?t)"
)
_OTHERS = re.compile(
    r"老人|孩子|小孩|婴儿|有[人个]|[爸妈爷奶]|老[公婆]|家人|儿子|女儿|\b(?:my|he|she|they|we|some(?:one|body)|any(?:one|body)|mother|father|parents?|kids?|child)\b"
)
_NOT_THEN = re.compile(
    r"(?:时间|钟点)?(?:改了?|改[到成]|换[到成]?)?(?:\d+[点:：]\d*半?)?(?:的话)?,?，?我(?:就|可能)?(?:不行|不可以|来不了|去不了|没空|没时间)|我?临时有急?事,?，?(?:我)?(?:得|要)?(?:先走|走)(?:了|一步)"
)


def gives_back(text: str, titles: Iterable[str]) -> bool:
    """The same from somebody who has places on duties with these titles, and may name one."""
    if cannot_come(text) or _NOT_THEN.fullmatch(bare(text)) is not None:
        return True
    plain = normal(text)
    if _MYSELF.search(plain) is None or _OTHERS.search(plain) is not None:
        return False
    for title in sorted(titles, key=len, reverse=True):
        plain = re.sub(rf"{re.escape(normal(title))}(?![的人员])", "", plain)
    return cannot_come(_CALLED.sub("", plain))


_NAMED = 20  # letters before a colon that may name the duty
_EVERY_DUTY = features("duty duties shift order place today tomorrow")


def names(text: str, number: int, title: str, day: int | None = None) -> bool:
    """Whether the words name a duty: by its number, its day of the month, its title, or a pair of its letters."""
    plain = normal(text)
    by_number = re.search(rf"(?<![\d月])(?:#{number}(?!\d)|{number}号(?:单|(?=我)))", plain) is not None
    by_day = re.search(rf"(?<!\d){day}[号日](?!单|楼)", plain) is not None
    return by_number or by_day or bool((features(title) & features(plain)) - _EVERY_DUTY)


_UNSUITED = re.compile(
    r"(?=.*我)(?=.*(?:时间|钟点|这个点|那个点|那天|当天|\d点)).*(?:不(?:太|大|是很)?(?:方便|合适|行|可以|成)|没(?:空|时间)|[来去]不)|"
    r"\b(?:time|hours?|day)\b.{0,20}(?:n't|\bnot) (?:suit|fit|work for me)|\bi(?:'m| am)? not (?:free|available)\b"
)


def is_unsuited(text: str) -> bool:
    """Whether somebody says of hours that they do not suit them."""
    plain = normal(text)
    other = _OTHERS.search(plain) or re.search(r"[家药水电饭菜领拿等医]", plain)
    return len(plain) <= STORY and _UNSUITED.search(plain) is not None and not other


_TROUBLE = re.compile(
    r"没(?!事|问题)|不(?!错)|别|[坏断停漏堵满病疼痛缺卡灭晕烧丢迷血摔饿救吵臭鼠锁困]|需要|想要|被|哭|过敏|进水|用完|吃完|过期|"
    r"\b(?:no|not|never|without|broken|hurt|sick|ill|bad|stuck|out|smell\w*|need\w*|leak\w*|gas|dizzy|rats?|fell|lying|came in)\b|n't"
)


def begins_with_work(text: str) -> bool:
    """Whether words that follow "How did it go?" begin with what was done, and speak of nobody but those who did it."""
    plain = normal(text)
    named, _, told = plain.rpartition(":")
    first, *more = re.split(r"[,，.。;；!！\n]", told.strip())
    rest = ",".join(each for each in more if not (is_done(each) or tells_of_work(each)))
    troubled = _OTHERS.search(plain) or _TROUBLE.search(rest) or re.search(r"我(?!们)|\b(i|me)\b", rest)
    return (is_done(first) or tells_of_work(first)) and not troubled and len(named) <= _NAMED


def is_untroubled(text: str) -> bool:
    """Whether words are a few, and deny, lack and lament nothing, nor speak of others."""
    plain = normal(text)
    return 0 < len(plain.strip()) <= STORY and not (_TROUBLE.search(plain) or _OTHERS.search(plain))
