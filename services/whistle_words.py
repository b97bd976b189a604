"""What a few words of a unit say to the whistle that calls it: on the way, or not theirs. Pure."""

import re
from enum import StrEnum

from services.duty_words import says
from services.replies import STORY
from services.wording import normal


class Told(StrEnum):
    """What whoever blew the whistle hears of a unit before it is there."""

    ON_THE_WAY = "on_the_way"
    NOT_OURS = "not_ours"


# One after the other, and nothing else: 救护车马上到 is somebody's story
_ON_THE_WAY = re.compile(
    r"(?P<core>(马上|立刻|立即|这就|就|很快|正|正在|已经?)*(到|来(?!人)|去|过去|过来|赶到|赶来|赶过来|赶过去|出发|动身|派人(去|过去|过来)?|安排人?)|在?(来的|去的)?路上|往(那|这)?(边|里)?赶|"
    r"(on|en) (our|my|the)? ?(way|route)|(we|i)?('| wi)?(ll|re|m| are| am)? ?(be )?(right )?(coming|there soon|there shortly|right there|there in \d+)|(we'll|will) be (right )?there|heading (over|there)|setting off|leaving now)|"
    r"收到|好的?|嗯|行|明白|知道|我们?|人员?|队伍?|车|大概|大约|估计|还要|需要|再|[\d一二三四五六七八九十半]+个?(分钟|分|小时|刻钟)(内|后|左右)?|现在|了|啊|啦|呢|的|会|能|谢谢|"
    r"\b(ok|okay|yes|got it|received|copy|understood|we|i|are|am|is|now|about|in|\d+|minutes?|mins?|half|an?|few|five|ten|fifteen|twenty|thirty|hours?|soon|thanks?)\b|[\W_]"
)
_NOT_OURS = re.compile(
    r"(不|没)(归|属于?|该|应该?|应当|由)(我们|咱们?|本|该)?(这边|这里|这儿|部门|单位|局|科|队|所|中心|街道?)?的?(来)?(管|负责|处理|职责|范围|管辖|业务|权限)|不归(我们|咱|本)|"
    r"不(是|在)(我们|咱们?|本)(这边|这里|部门|单位|局|科|队|所|中心)?的?(来)?(管|负责|处理|职责|范围|管辖|业务|事|活|权限)|"
    r"(跟|和|与)(我们|咱们?|本(部门|单位|局))(没有?关系|无关|没关)|我们?(部门|单位|局|这边|这里)?(不管|管不[了着]|没有?(这个)?(权限|职责|执法权)|不负责)|(找|叫|呼)错(了)?(人|部门|单位|局)了?|"
    r"\bnot (our|my) (job|matter|business|responsibility|area|department|task|duty|work)\b|\bnot (ours|for us)\b|\bwrong (department|unit|agency)\b|"
    r"\bnothing to do with us\b|\bnot within our (area|remit|powers?)\b"
)
# Who is coming all the same is not taken off
_COMES = re.compile(
    r"派人|马上|在路上|已(经)?(到|在|去|派|出发)|正在?(去|来|赶)|我们(去|来|到|在)|\b(coming|on our way|on the way|we are at|we'?re at|here)\b"
)


def told(text: str) -> Told | None:
    """What the words say, where they say either."""
    plain = normal(text)
    if len(plain) > STORY:
        return None
    if _NOT_OURS.search(plain):
        return None if _COMES.search(plain) else Told.NOT_OURS
    return Told.ON_THE_WAY if says(_ON_THE_WAY, text) else None
