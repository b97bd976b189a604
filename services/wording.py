"""Understanding what people type: normal forms, claim words, numbers. Pure."""

import re
import unicodedata

_KEPT_CONTROLS = "\n\t"
STORY = 120  # letters; a longer message is more than an answer

CLAIM_WORDS = frozenset(
    "我来,我来吧,接单,接,我接,我接单,我报名,报名,我去,我可以,算我一个,加一,+1,"
    "claim,mine,me,i'm in,im in,i can,count me in,i'll take it,ill take it,i'll do it,ill do it".split(",")
)
_REPORT_START = re.compile(r"^\s*(汇报|报告|report)(?![a-z])[\s:：,，]*", re.IGNORECASE)
_THANKS = frozenset(
    "谢谢,谢谢你,谢谢您,谢谢了,多谢,辛苦了,感谢,thanks,thank you,thx,thanks a lot,many thanks,cheers".split(
        ","
    )
)
_GREETINGS = _THANKS | frozenset(
    "你好,您好,早,早上好,晚上好,嗨,哈喽,好,好的,收到,嗯,再见,"
    "ok,okay,hi,hello,hey,morning,good morning,good evening,bye".split(",")
)
_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
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
    """Text without control and direction marks; line breaks stay."""
    return "".join(
        letter
        for letter in text
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()


def normal(text: str) -> str:
    """Cleaned, NFKC (full-width digits and colons become plain), lower case, one space between words."""
    return re.sub(r"[ \t]+", " ", unicodedata.normalize("NFKC", clean(text))).strip().lower()


def bare(text: str) -> str:
    """`normal` without punctuation at the ends: 我来！ and 我来 are the same word; `+1` keeps its plus."""
    return re.sub(r"^[^\w+]+|[^\w]+$", "", normal(text).replace("’", "'")).strip()


def is_claim(text: str) -> bool:
    """Whether the whole message is a claim word. 我来不了 is not 我来, and +2 is not +1."""
    return bare(text) in CLAIM_WORDS


def is_greeting(text: str) -> bool:
    """Whether the message is a greeting or thanks, which starts nothing."""
    return bare(text) in _GREETINGS


def is_thanks(text: str) -> bool:
    return bare(text) in _THANKS


def report_words(text: str) -> str | None:
    """What follows 汇报 or `report` at the start of a reply; None when it does not begin so."""
    found = _REPORT_START.match(text)
    return text[found.end() :].strip() if found else None


_COUNTED = r"\s*(?:个|人|名|位|分|张|积分|people|persons?|places?|points?)?\s*"
_ARABIC = re.compile(rf"(-?\d{{1,9}}){_COUNTED}")
_CHINESE = re.compile(
    rf"([零一二两三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九]){_COUNTED}"
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


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest, each trimmed."""
    parts = clean(text).split(maxsplit=1)
    return (parts[0] if parts else "", parts[1].strip() if len(parts) > 1 else "")


# What the buttons of a keyboard say, which arrive as typed words
_ANSWERS = {
    "same": ("老地方", "same place"),
    "skip": ("跳过", "skip"),
    "pick": ("选小区", "pick the neighbourhood"),
    "no_calls": ("不要打", "no calls", "不用打", "no"),
    "yes": ("yes", "是", "是的"),
    "agrees": ("可以", "行", "好", "好的", "ok", "okay", "sure", "of course", "yes please"),
}
_PHONE = re.compile(r"\+?\d[\d \-()]{5,18}\d")


def answers_of(text: str) -> str | None:
    """Which answer of a keyboard the words are; None for anything else."""
    word = bare(text)
    return next((name for name, words in _ANSWERS.items() if word in words), None)


# What says that it is not solved, wherever it stands; then what says that it is. "No problem" is no no.
_UNSOLVED = re.compile(
    r"^(no|nope|not|never)\b(?! (problem|worries|thank))|\bstill\b|\b(nobody|no one) |"
    r"\bnot (yet|fixed|solved|done|working|ok|better|here)\b|n't (work|come|been|fixed|solved|arrived)|"
    r"没(?!问题|事|关系|什么)|还是(没|不|老样子|一样|坏|漏|停|堵)|还在|还未|依然|仍|未(解决|修|处理|到)|"
    r"^不(?!用|需要|必|错|客气|好意思)|不行|不好用|又(坏|漏|堵|停|断)了|👎"
)
_SOLVED = re.compile(
    r"^(yes|yeah|yep|yup|solved|fixed|done|all good)\b(?!.*\bbut\b)|\b(is|was|been|are) (now )?(solved|fixed|done|repaired)\b|"
    r"^it (is|did|has|works)[.! ]*$|^(是的?|对的?|嗯+|好了|收到了|到了)[。!~. ]*$|"
    r"(解决|修好|弄好|办好|办完|处理好|处理完|收到|拿到|修通|恢复|没事)了|(水|电|气|暖)来了|没问题|不(用|需要)了|👍|✅"
)


def is_solved(text: str) -> bool | None:
    """What the words say to "Is it solved?"; None where they say neither, ask back, or are a story of their own."""
    words = normal(text).replace("’", "'")
    if len(words) > STORY or re.search(r"(\?|吗|么)$", words):
        return None
    if _UNSOLVED.search(words):
        return False
    return True if _SOLVED.search(words) else None


_ONLY_AN_ANSWER = re.compile(
    r"(yes|yeah|yep|yup|no|nope|not|never|not yet|not fixed|solved|fixed|done|all good|thanks?|thank you|it is|it works|"
    r"是的?|对的?|嗯+|好了|没有?|还没有?|没好|还没好|(还没有?|没有?|未|已经?)?(解决|修好|弄好|办好|办完|处理好|处理完|收到)了?|没问题|没事了?|"
    r"不(用|需要)了|谢谢[你您]?|多谢|辛苦了|[\W_]|👍|👎|✅)+",
)


def rating_said(text: str) -> int | None:
    """`5`, `5分`, `五分` or `5 points` as 1 to 5; None for anything else."""
    said = number(text)
    return said if said is not None and 1 <= said <= 5 else None  # noqa: PLR2004 - the five there are


def says_more(text: str) -> bool:
    """Whether an answer to "Is it solved?" says something beside it, for whoever has the case to read."""
    return _ONLY_AN_ANSWER.fullmatch(normal(text)) is None


def phone_number(text: str) -> str | None:
    """The phone number that the whole text is, without its spaces; None when it is anything else."""
    plain = normal(text)
    return re.sub(r"[ \-()]", "", plain) if _PHONE.fullmatch(plain) else None
