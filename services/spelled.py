"""Commands as people spell them: `／claim １`, `/claim1`, `/接单 1`, and to the bot alone `接单 1` or 我的任务. Pure."""

import re
from functools import lru_cache

from services.wording import bare, normal

# Behind a stroke, in Chinese; Telegram itself knows Latin names alone
_NAMES = {
    "claim": "接单 我接 抢单 报名", "withdraw": "退单 取消接单", "checkin": "签到 打卡", "report": "汇报 报告", "order": "发单",
    "orders": "可接的单 任务", "mine": "我的单 我的 我的任务", "points": "积分 我的积分", "rank": "排名 排行 排行榜", "help": "帮助 菜单",
    "start": "开始", "language": "语言", "request": "求助 我要求助", "requests": "待办诉求 待办", "case": "诉求", "mydata": "我的资料",
    "forget": "忘记我", "reminders": "提醒", "approve": "通过", "return": "退回", "reject": "不予通过", "undo": "撤销", "amend": "改单",
    "bind": "绑定", "whistle": "吹哨", "rates": "办理情况",
}  # fmt: skip
# To the bot alone, the whole message
_PHRASES = {
    "mine": "我的单 我的任务 我的接单 我接的单 我的诉求 我的单和诉求 my_duties my_places my_tasks my_requests my_places_and_requests",
    "orders": "可接的单 任务 有什么任务 有什么单 有任务吗 有单吗 还有活吗 有什么可以做的 查看任务 open_duties any_duties what_duties_are_there",
    "order": "发单 派单 派活 我要发任务 我要发单 new_duty new_order", "requests": "待办诉求 待办", "language": "语言 language",
    "points": "积分 我的积分 查积分 多少分 points my_points", "rank": "排名 排行榜 我的排名 ranking my_rank", "help": "菜单 功能 menu",
}  # fmt: skip
_BY_NAME = {word: command for command, words in _NAMES.items() for word in words.split()}
_BY_PHRASE = {
    word.replace("_", " "): command for command, words in _PHRASES.items() for word in words.split()
}

_LATIN, _CHINESE = "[a-zA-Zａ-ｚＡ-Ｚ]+", "|".join(sorted(_BY_NAME, key=len, reverse=True))
# What is glued to a Latin name is its rest; a Chinese one may be the beginning of a word
_STROKE = re.compile(
    rf"[/／]\s*(?P<name>{_LATIN}|(?:{_CHINESE})(?=[\s\d#＃@]|$))(?P<to>@\w+)?(?P<rest>.*)", re.DOTALL
)
_VERBS = {"接单": "claim", "我接": "claim", "我来": "claim", "抢单": "claim", "claim": "claim", "退单": "withdraw", "取消接单": "withdraw",
    "withdraw": "withdraw", "签到": "checkin", "打卡": "checkin", "checkin": "checkin", "check in": "checkin"}  # fmt: skip
_VERB = rf"(?P<verb>{'|'.join(_VERBS)})"
_NUMBERED = (
    re.compile(rf"{_VERB}\s?#?\s?(?P<number>\d{{1,12}})\s?号?单?"),
    re.compile(rf"#?\s?(?P<number>\d{{1,12}})\s?号?单?\s?{_VERB}"),
)
DONE = r"(?:已经?)?(?:完成|做完|搞定|干完)了?|done|finished|completed"
_DONE_WITH = re.compile(
    rf"(?:{DONE})\s?#?\s?(?P<after>\d{{1,12}})\s?号?单?|(?:#\s?(?P<sharp>\d{{1,12}})|(?P<before>\d{{1,12}})\s?号)单?\s?(?:{DONE})"
)
_LONGEST = 30  # letters; what is longer tells of something


@lru_cache(maxsize=64)
def as_command(text: str, *, to_us: bool) -> str:
    """The text as Telegram would have a command: `/claim 1`; what is none stays as it is. Words without a stroke are one
    only where they are said to the bot alone."""
    if text[:1] in ("/", "／"):
        return _behind_stroke(text)
    return _in_words(text) if to_us and len(text) <= _LONGEST else text


def _behind_stroke(text: str) -> str:
    found = _STROKE.fullmatch(text)
    if found is None:
        return text
    name = normal(found["name"])
    rest = found["rest"] if found["rest"][:1].isspace() else f" {found['rest']}"
    return f"/{_BY_NAME.get(name, name)}{found['to'] or ''}{rest}".rstrip(" ")


def _in_words(text: str) -> str:
    found = next(filter(None, (each.fullmatch(normal(text)) for each in _NUMBERED)), None)
    return f"/{_VERBS[found['verb']]} {found['number']}" if found else text


def asked_for(text: str) -> str | None:
    """What of the menu the whole message names: `mine`, `orders`, `points` ...; None for anything else."""
    return _BY_PHRASE.get(bare(text)) if len(text) <= _LONGEST else None


def done_with(text: str) -> int | None:
    """The duty that is done, in 完成 1 or 1号完成了; in other numbers is a count."""
    found = _DONE_WITH.fullmatch(normal(text)) if len(text) <= _LONGEST else None
    return int(next(filter(None, found.groups()))) if found else None
