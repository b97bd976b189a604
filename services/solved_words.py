"""What is said to "Is it solved?": yes, not yet, or neither, which is asked back. Pure.

A wrong "yes" ends somebody's case, and a wrong "no" opens one that was about something else: what holds a doubt, a need or
a complaint beside its answer is neither.
"""

import re

from services.replies import STORY, shows_place
from services.wording import is_made_of, normal

_SOLVED = re.compile(
    r"^(solved|fixed|done|all good)\b(?=\W*$|\W*[,.!]| (now|already|thank))|\b(is|was|been|are) (now )?(solved|fixed|done|repaired|resolved)\b|\bno (problem|worries)\b|"
    r"\b(works|working|fine|fixed) (again|now)\b|\b(it|medicine|parcel|food|rice|water|power) (has |have )?arrived\b|\b(it'?s |it is |is |are |all )?(ok|okay|fine|good|alright) now\b|"
    r"\b(it'?s|it is|all is|everything is) (ok|okay|fine|good)(?=\W*$)|\bresolved(?=\W*$)|"
    r"^it (is|did|has|works)(?=[.! ]*$)|^(都?好了|都?好啦|收到了|可以了|行了|通了)(?=\W|$)|搞[定掂][了咗]?|(得|修好|整好)咗(?=\W|$)|已经?(解决|处理|修好|恢复)(?=\W|$)|"
    r"(解决|修好|弄好|办好|办完|处理好|处理完|收到|拿到|送到|送来|修通|恢复|没事|正常|亮|能用|可以用|清走|打扫干净|清理干净)[了啦]|"
    r"(药|菜|米|饭|货|东西|物资)(已经|都)?到[了啦]|(水|电|气|暖|网)(已经|都)?(来|通|好)[了啦]|[有来]([水电气暖网])[了啦]|没问题|不(用|需要)了|^[👍✅](?=\W*$)"
)
_YES = re.compile(
    r"(yes|yeah|yep|yup|是的?|对的?|嗯+)(\W|\b(thanks?|you|so|very|much|all|now|good|great|sir|it is|it did|it has)\b|谢谢[你您]?|多谢|辛苦了)*"
)
_OVER = re.compile(
    r"(已经|现在)?(不|没|没有)(再)?(漏|堵|吵|臭|停|响|闪|冒|滴|晃|疼|痛|发生)(水|电|味)?[了过啦]?([。!~. ,，]|谢谢|多谢|感谢|辛苦|师傅|[你您]们?|大家|[啊哈呀了]|👍|🙏)*"
)
# What undoes an answer, whatever else it holds
_UNDONE = re.compile(
    r"(\b(not|never)|n't)( all| really| yet| even| at all)* (been |be |being )?(fixed|solved|done|repaired|finished)\b|"
    r"\bnot (all|everything|every|one|a single|any)\b|\b(nothing|none)\b.*\b(fixed|done|solved|repaired|changed|happened|came|arrived)\b|"
    r"(上|好|完|修|装|换|盖|清|通|来|净)了?[,， ]*(但|可是|不过|然而)是?(?!愿).{0,4}(还[有是在漏响晃没]|又|仍|晃|漏|响|堵|坏|不(?!错|过|用)|没(?!事|问题)|歪|松|臭|脏|掉|裂)(?!.{0,3}(小|好))|"
    r"谁说.{0,4}(解决|修好|好了)|(解决|好|修|办)个(屁|鬼|头)|(说|讲).{0,3}(明天|后天|下周|改天|过两天|过几天|回头)再?(来|修|弄|送)|\bthey (said|say) (tomorrow|next (week|month|time|\w+day)|later|another)\b|"
    r"(^|\W|修好|好了?|了|刚|[今昨]天)又(坏|漏|堵|停|断)了(?![一两半几个])"
)
# What is missing elsewhere ("no water", 降压药没了, 没人送饭) may be another need: where the verb has an object, it is none
_UNSOLVED = re.compile(
    r"^(no|nope|never)\b(?=\W*$|\W*[,.!;:]| (it|it'?s|not|still|they|nobody|nothing)\b)|^no (good|change|way)\b|^((no,? )?it'?s |(no,? )?it is |still )?not working\b|"
    r"\b(it|that)('s| is| was)? still\b(?! (work|fine|good|ok))|^still\W*$|\bstill (not|no|the same|same|broken|leak|dirty|dark|waiting|blocked|full|smell)|"
    r"\b(nobody|no one)( has|'s| have)? (come|came|been|showed|turned|called|answered|contacted|did|done|fixed|looked|here)( me| us| yet| up| here| back| it| at it)*(?=\W*$|\W*[,.!;]| of course| as usual| again| all day| today| so far)|"
    r"\bnot (yet|ok|here|received|complete|finished|delivered|arrived)\b|^not( really| at all| quite| good)?\W*$|"
    r"\bnever (came|come|arrived|happened|showed|turned|got|did)\b(?! home)|n't (work|come|arrived)|"
    r"^((still|just|it'?s)? ?(still )?(exactly )?(the )?same( as (before|ever|yesterday))?|no (change|difference))\W*$|^(跟|和)?(之前|以前|昨天|原来)?(还是)?(老样子|一样|一个样|没变化?)[的了啊呢]?\W*$|"
    r"(仲|都)?(未得|冇(好|整|修|嚟|来|人(嚟|来)?)|仲系咁|唔(得|掂|好|work))[啊喔呀嘅㗎]?\W*$|仲未|"
    r"还没(?=\W*$|[有好来修到送办弄解完处通亮动收热恢搞清管呢啊人得])|没[有呢啊哇]*\W*$|没有?[,，。!~\s]|没人\W*$|"
    r"没(有)?(人)?(再)?(来|修|好|解决|处理|收到|拿到|送到?|办|弄|管|动|见|联系|理|到|搞|清|完|通|亮|热|恢复|反应|变|看到|用)(?=\W|$|[了呢啊呀哇过好完掉我])|"
    r"还是(没|不|老样子|一样|坏|漏|停|堵)|还在(漏|堵|吵|响|停|臭|冒|闪|那|这|继续|施工|\W|$)|还未|依然|仍|电话.{0,4}没人接|还是(刷|打|开|用|进|出|收|上|下)不|骗(人|子)的?\W*$|未(解决|修|处理|到)|"
    r"^不(是|行|好|对|可以|满意|好用|管用|能用|亮|通|热|动|走|转|来|通水|来水|来电)[了呢啊的呀]?\W*$|^(还是)?不行|不好用|👎"
)
# What takes it back, halves it, asks, or only tells what others said
_DOUBT = re.compile(
    r"但|可(?!以|能)|不过|却|然而|只是|一半|一部分|部分|没全|有的|骗|假|结果|又|再|不是|说|如果|要是|谁|哪|什么|何时|怎么|几点|[了啦][一两半几个些]|[吗嘛伐莫吧么]|"
    r"\b(but|however|except|although|though|half|partly|partially|(?<!works )(?<!working )(?<!fine )again|almost|only|supposedly|said|not what|if|when)\b|"
    r"^(has|have|is|was|did|do|does|are|were|will)\b"
)
# What may stand beside an answer: thanks, and what it is about; anything else may be a complaint, a hope or another matter
_BESIDE = re.compile(
    r"谢谢|多谢|感谢|辛苦|麻烦|师傅|[你您]们?|大家|同志|组长|书记|小伙子|姑娘|老师|我们?|家里?|已经?|现在|刚刚?|今天|终于|总算|完全|全部?|都|就|真|很快?|及时|"
    r"路灯|灯|楼道|电梯|水管|管子|下水道|厕所|马桶|大门|门|锁|药|米|油|菜|饭|东西|物资|快递|垃圾|水|电|气|暖气?|网|问题|好|的|了|啦|啊|呀|哈|哦|嗯|是|对|👍|🙏|✅|"
    r"\b(thanks?|thank|you|so|very|much|the|a|my|our|all|now|already|today|it'?s|it|is|was|has|been|that|this|everything|lamp|light|lift|elevator|water|power|gas|"
    r"heating|door|lock|pipe|toilet|rubbish|garbage|bins?|medicine|rice|parcel|food|yes|ok|okay|good|great|well|sir|madam|dear|team|guys|everyone|finally|"
    r"for (your|all|the) |your|help|quickly|quick|fast|street)\b|[\W_]"
)
# What may be of something else, though it begins with a no
_OTHER = re.compile(
    r"另外|我要|还要|需要|妈|爸|老人|奶奶|爷爷|孩子|\b(need|needs|want|another|something else|mother|father|mum|mom|dad|son|daughter|wife|husband|child|phone)\b"
)


def is_solved(text: str) -> bool | None:
    """What the words say to "Is it solved?"; None where they say neither, ask back, or are a story of their own."""
    words = normal(text)
    if len(words) > STORY or re.search(r"(\?|吗|么|了没有?)$", words):
        return None
    if _OVER.fullmatch(words) or _YES.fullmatch(words):
        return True
    undone = _UNDONE.search(words) is not None
    solved, unsolved = _SOLVED.search(words) is not None, _UNSOLVED.search(words) is not None
    if undone or unsolved:
        return None if _OTHER.search(words) or (solved and not undone) else False
    return (
        True if solved and not _DOUBT.search(words) and is_made_of(_BESIDE, _SOLVED.sub(" ", words)) else None
    )


_ANSWERS_FIRST = re.compile(
    r"(还|仍|依然|没(?!有?[水电气暖网灯药米菜热])|不(?![知清方])|又|no\b|nope\b|not\b|never\b|still\b|it'?s? (is )?(still|not)\b)"
)


def is_solved_beside(text: str) -> bool | None:
    """`is_solved` while something else is being asked: what names a place, or begins otherwise, is about that."""
    solved = is_solved(text)
    if solved is None or not says_more(text):
        return solved
    plain = normal(text)
    answers = _ANSWERS_FIRST.match(plain) is not None and not shows_place(plain)
    return solved if answers and not solved else None


# One after the other, as greetings are
_AN_ANSWER = re.compile(
    r"yes|yeah|yep|yup|not yet|not fixed|not|nope|no|never|solved|fixed|done|all good|thank you|thanks?|it is|it works|"
    r"是的?|对的?|嗯|好了|没好|还没好|(还没有?|没有?|未|已经?)?(解决|修好|弄好|办好|办完|处理好|处理完|收到)了?|没问题|没事了?|还没有?|没有?|"
    r"不(用|需要)了|谢谢[你您]?|多谢|辛苦了|[\W_]"
)


def says_more(text: str) -> bool:
    """Whether an answer to "Is it solved?" says something beside it, for whoever has the case to read."""
    return not is_made_of(_AN_ANSWER, normal(text))
