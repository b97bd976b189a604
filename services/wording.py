"""Understanding what people type: normal forms, claim words, numbers. Pure."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import cache

_SIMPLIFIED = codecs.lookup("gb2312")  # at the start: a codec that could once not be loaded stays unknown
_KEPT_CONTROLS, _JOINER = "\n\t", "\u200d"

CLAIM_WORDS = frozenset(
    "我来,我来吧,我来了,好的我来,好我来,我也来,我来接,我要来,接单,接,我接,我接了,我接单,我要接单,我报名,报名,我去,我可以,我参加,算我一个,加一,+1,"
    "claim,mine,me,i'm in,im in,i can,count me in,i'll take it,ill take it,i'll do it,ill do it".split(",")
)
_REPORT_START = re.compile(r"^\s*(汇报|报告|report)(?![a-z])[\s:：,，]*", re.IGNORECASE)
_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "俩": 2,
    "仨": 3,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}


def clean(text: str) -> str:
    """Text without control and direction marks; line breaks stay, and what joins emoji into one."""
    if text.replace("\n", "").isprintable():  # there are none in it, and it may be long
        return text.strip()
    return "".join(
        letter
        for at, letter in enumerate(text)
        if letter.isprintable()
        or letter in _KEPT_CONTROLS
        or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
        or (letter == _JOINER and _joins(text, at))
    ).strip()


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between two emoji, the first with its variation or colour of skin."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(unicodedata.category(one) in ("So", "Sk", "Mn") for one in around)  # noqa: PLR2004


@cache
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC  # its tables are loaded when somebody first writes Chinese

    convert: Callable[[str], str] = OpenCC("tw2s").convert
    return convert


def simplified(text: str) -> str:
    """Traditional letters as their simplified ones: 觸電 is 触电, and 著火 is 着火. A text without a letter that only
    traditional writing has stays as it is: some signs mean one thing here and another there (好么)."""
    text = text.replace("著", "着")
    return _simplify()(text) if not text.isascii() and _traditional().search(text) else text


@cache
def _traditional() -> re.Pattern[str]:
    """Any sign that the simplified letters of GB 2312 do not have."""
    signs = map(chr, range(0x4E00, 0xA000))
    return re.compile(f"[{''.join(sign for sign in signs if not _SIMPLIFIED.encode(sign, 'ignore')[0])}]")


def normal(text: str) -> str:
    """Cleaned, NFKC (full-width digits and colons become plain), simplified, lower case, one space between words, and a phone's curly
    apostrophe straight."""
    plain = simplified(unicodedata.normalize("NFKC", clean(text))).replace("’", "'")
    return re.sub(r"[ \t]+", " ", plain).strip().lower()


def bare(text: str) -> str:
    """`normal` without punctuation at the ends: 我来！ and 我来 are the same word; `+1` keeps its plus."""
    return re.sub(r"^[^\w+]+|[^\w]+$", "", normal(text)).strip()


def matches_of(pattern: re.Pattern[str], plain: str) -> list[re.Match[str]] | None:
    """The matches that the whole text is, one after the other; None where something else is among them. A loop, as a pattern
    that repeats what overlaps may take for ever."""
    at, matches = 0, []
    while at < len(plain):
        found = pattern.match(plain, at)
        if found is None:
            return None
        matches.append(found)
        at = found.end()
    return matches


def is_made_of(pattern: re.Pattern[str], plain: str) -> bool:
    """Whether the text is one match after the other, and nothing else."""
    return matches_of(pattern, plain) is not None


def is_claim(text: str) -> bool:
    """Whether the whole message is a claim word. 我来不了 is not 我来, and +2 is not +1."""
    return bare(text) in CLAIM_WORDS


def report_words(text: str) -> str | None:
    """What follows 汇报 or `report` at the start of a reply; None when it does not begin so."""
    found = _REPORT_START.match(text)
    return text[found.end() :].strip() if found else None


_COUNTED = r"\s*(?:[个名位]?人|[个名位](?:志愿者)?|分|张|积分|people|persons?|places?|points?)?\s*"
_ARABIC = re.compile(rf"(-?\d{{1,9}}){_COUNTED}")
_CHINESE = re.compile(
    rf"([零一二两三四五六七八九]?十[一二三四五六七八九]?|[零一二两俩三仨四五六七八九]){_COUNTED}"
)


def number(text: str) -> int | None:
    """The whole number that the text is (`3`, `３ 人`, `三个`); None when it is anything else, as `3.5` or `一万`."""
    plain = normal(text)
    found = _ARABIC.fullmatch(plain)
    if found:
        return int(found.group(1))
    found = _CHINESE.fullmatch(plain)
    return _chinese(found.group(1)) if found else None


def _chinese(words: str) -> int:
    if "十" not in words:
        return _DIGITS[words]
    tens, ones = words.split("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def order_number(text: str) -> int | None:
    """`17`, `#17`, `＃17` or `17号` as 17."""
    found = re.fullmatch(r"#?\s*(\d{1,12})\s*号?", normal(text))
    return int(found.group(1)) if found else None


def telegram_id(text: str) -> int | None:
    """A person's numeric id, as /start shows it; at most 52 bits."""
    digits = normal(text)
    return int(digits) if digits.isascii() and digits.isdigit() and 4 < len(digits) <= 15 else None


_PHONE = re.compile(
    r"(?<!\d)(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)|\+\d[\d -]{7,14}\d"
)


def without_phones(text: str) -> str:
    """Words that a group reads, without phone numbers, which are nobody else's; dates and hours stay."""
    return _PHONE.sub("…", text)


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest, each trimmed."""
    parts = clean(text).split(maxsplit=1)
    return (parts[0] if parts else "", parts[1].strip() if len(parts) > 1 else "")
