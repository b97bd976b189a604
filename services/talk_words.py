"""What is said of the talk itself, in either language: to stop it, that nothing is to be kept, who we are. Pure."""

import re
from typing import Literal

from services.wording import bare

_LONGEST = 60  # letters; what is longer tells of something
_STOPS = re.compile(
    r"(我|那|还是|先|就)*(不(弄|取消|改|发|问|办|退|写|拒|给)|别(弄|取消|改|发))了?吧?|(还是|那)?算了吧?|退出|停(下|止)?|取消|"
    r"(please |ok |no |sorry )*(stop( it| that)?|never ?mind|forget (it|that)|cancel( it| that)?|quit|exit|leave it|keep it)( please)?|"
    r"(do not|don'?t) (cancel|change|rename|decline)( it| that)?"
)
_DATA = r"((我|本人|我家)的?)?(所有|全部|个人)*的?(信息|资料|数据|记录|隐私|电话|号码|地址)+"
_ERASES = re.compile(
    rf"(请|麻烦|帮我|给我)*(把|将)({_DATA}|我)(都|全|全部)?(删|删除|删掉|清除|清空|抹掉)(掉|了|吧)*|(请|麻烦|帮我)*(删除|删掉|清除|清空|抹掉)(我的?)?{_DATA}(吧)?|"
    r"(请)?忘(记|了|掉)我吧?|(我)?(撤回|收回|撤销)(我的?)?同意|"
    r"(please |can you |i want you to )*(delete|erase) (me|everything)( about me| of me| you know)?( please)?|(please |can you |i want you to )*(delete|erase|remove) ((all )?(of )?my (personal )?(data|info|information|details|account|number|address))( about me| of me)?( please)?|"
    r"(please )?forget me|i (withdraw|revoke|take back) (my |the )?consent"
)
_REFUSES = re.compile(
    rf"我?不同意((提供|收集|使用|保存|留)*{_DATA})?|我?(拒绝|不愿意)(提供|收集|使用|保存|留)+{_DATA}|"
    r"(no,? )?(i )?(do not|don'?t|no longer) (consent|agree)( to (this|that|it))?|i refuse(,? (and )?i (do not|don'?t) (agree|consent))?"
)
_WHO = re.compile(
    r"(你们?|您|这个?)到?底?(是|干)(谁|什么|啥|哪位|机器人|真人|人工|干什么的|做什么的|干嘛的)[呀啊吗呢]*|(这个?|你|到底)?(怎么|咋)(用|弄|操作|玩)[呀啊呢]*|(这|这个)?(是)?什么意思[呀啊]?|看不懂|不会用|"
    r"(who|what) (are|r) (you|u)|who('s| is) this|what('s| is) (this|it)|are you (a )?(bot|robot|human|real|a real person)|how (does|do) (this|it|i use (this|it)) ?(work)?|"
    r"what do you mean|i do(n'?t| not) understand|(sorry,? )?wrong (link|number|person|chat)(,? sorry)?"
)
_SPEAK = re.compile(
    r"(please |can you )*(speak |write |in )?english(,? please)?|no chinese|(请)?(说|讲|用)?(中文|汉语|普通话)(吧)?"
)


def stops(text: str) -> bool:
    """Whether the whole message says that what was begun is not to go on: the button's words, or others of that sense."""
    return _fits(_STOPS, text)


def wants_erasure(text: str) -> bool:
    """Whether somebody says that what is kept of them is to be erased."""
    return _fits(_ERASES, text)


def refuses(text: str) -> bool:
    """Whether somebody does not agree: where they were told what telling means, that is no consent."""
    return _fits(_REFUSES, text)


def asks_about_us(text: str) -> Literal["help", "language"] | None:
    """What answers who asks who or what this is, or for another language."""
    if _fits(_SPEAK, text):
        return "language"
    return "help" if _fits(_WHO, text) else None


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST and pattern.fullmatch(bare(text)) is not None
