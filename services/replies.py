"""What a person's few words say: hello, an answer, a place, a number, that it is solved or not. Pure.

"It never guesses silently": what could mean two things means nothing here, and is asked back.
"""

import re

from services.wording import bare, matches_of, normal, number

STORY = 120  # letters; a longer message is more than an answer

# What greets or thanks, also several together: 你好，在吗
_THANK = (
    r"谢谢|多谢|感谢|辛苦|麻烦|thanks?( you)?( a lot| so much| very much)?|many thanks|thx|cheers|🙏|👍|❤️?|🌹"
)
_GREET = (
    r"你好|您好|早上?好?|上午好|中午好|下午好|晚上好|晚安|嗨|哈喽|喂|在吗|在不在|有人吗|好的?|好吧|可以的?|行|收到|知道|明白|了解|嗯+|哦+|再见|拜拜|"
    r"o?k(ay)?|hi( there)?|hello|hey|(good )?(morning|afternoon|evening|night)|bye|got it|i see|noted|understood|received|😊|🙂|👌"
)
# What praises somebody; it answers no question, and asks for nothing
_PRAISE = (
    r"(非常|很|十分|特别|真|太|挺)好|(非常|很|十分|特别|真|太|挺)?(满意|棒|给力|及时|负责|热情|认真|周到|贴心|专业|暖心)|点?个?大?赞|五星|好评|表扬|干得漂亮|"
    r"((very|so|really) )?(great|excellent|perfect|awesome|wonderful|fantastic|amazing|satisfied|happy|pleased)|"
    r"(very|so|really) (good|kind|quick|fast|helpful)|(nice|good) (job|work|service)|well done|appreciate (it|that)|"
    r"appreciated|💯|🎉|⭐+"
)
_AROUND = (
    r"服务|态度|师傅|工作|效率|[了啦呀啊哦哈的你您们大家各位老师同志书记组长小伙子领导吧我对都这次\s\W_]|"
    r"all|everyone|everybody|there|you|i'?m|i am|it was|that was|was|we are|we're|much|with the|services?|jobs?|work|for the help"
)
_HELLO = re.compile(rf"(?P<thanks>{_THANK})|(?P<praise>{_PRAISE})|(?P<hello>{_GREET})|{_AROUND}")

# What the buttons of a keyboard say, which arrive as typed words
_ANSWERS = {
    "same": ("老地方", "same place"),
    "skip": ("跳过", "skip", "不知道", "不清楚", "说不清", "i don't know", "don't know", "not sure"),
    "pick": ("选小区", "pick the neighbourhood"),
    "no_calls": (
        "不要打", "no calls", "不用打", "no", "不方便", "别打", "不要", "不用", "不用了", "不给", "没有电话", "no thanks",
        "i'd rather not", "not now",
    ),
    "yes": ("yes", "是", "是的"),
    "agrees": ("可以", "行", "好", "好的", "ok", "okay", "sure", "of course", "yes please", "同意", "方便"),
}  # fmt: skip
_KEYS = {word for kind in ("same", "skip", "pick", "no_calls") for word in _ANSWERS[kind][:2]}
_PHONE = re.compile(r"\+?\d[\d \-()]{5,18}\d")
FEWEST_DIGITS = 7  # of a phone number
_DOOR = re.compile(r"[1-9]\d{0,2}[ \-]\d{1,2}[ \-](\d{1,2}[ \-])?\d{3,4}")  # building, entrance, floor, flat
_ABOUT_A_PHONE = re.compile(
    r"(我|的|是|号码|号|手机|电话|联系|同意|可以|打|请|这个|就|好|谢谢|my|phone|mobile|cell|number|is|it'?s|call|me|on|at|please|yes|ok|sure|[\W_])*"
)


def is_key(text: str) -> bool:
    """Whether it is a key of our keyboard, pressed: some stay on a phone when their question is over."""
    return bare(text) in _KEYS


def is_greeting(text: str) -> bool:
    """Whether the message is nothing but greetings or thanks, which start nothing."""
    return _said_hello(text) in ("thanks", "hello")


_NOTHING = re.compile(
    r"[\W_]*\d{0,2}[\W_]*|no|nope|nothing|no,? thanks?( you)?|stop|wait|hold on|不|不用了?|不要了?|不是|没|没有|还没有?|没事了?|没什么事?|等一下|等等|稍等|停|"
    r"menu|菜单|功能|开始|start|积分|points|签到|check ?in|完成了?|done|接单 ?\d*|claim ?#?\d*|[/／](claim|接单) ?#?\d+"
)


def says_nothing(text: str) -> bool:
    """Whether there is no need in the message, whoever it is from: a mark, a digit, a word of the bot's own buttons."""
    return _NOTHING.fullmatch(bare(text)) is not None or _NOTHING.fullmatch(normal(text)) is not None


def is_thanks(text: str) -> bool:
    return _said_hello(text) == "thanks"


# Thanks to somebody for something, with nothing behind them that is still wanted
_LONG_THANKS = re.compile(
    r"(太|真的?|非常|十分|特别)?(谢谢|感谢|多谢)(?!.*(但|能|可以|请|再|还[有要没是]|没|不|又|需|要|吗|呢))[^?]{2,60}?(的(人|小伙子?|姑娘|师傅|志愿者|大姐|大哥|阿姨|叔叔|同志|邻居|帮助|帮忙|照顾|好心人)|谢谢|感谢了?|辛苦了?)[们了啊啦!。~ ]*((真|太|非常|特别|实在)的?(太|很)?(感谢|谢谢|感动|好|辛苦|暖心)+[了啊啦!。~]*)?|"
    r"(many |a big )?thank(s| you)( so| very)?( much| a lot)? (to|for) (?!.*\b(but|please|need|can|could|still|not|another|more|want|when|where)\b)[^?]{3,90}"
)


def is_praise(text: str) -> bool:
    """Whether the message only praises, which starts nothing either; in a report it may be what was seen."""
    return _said_hello(text) == "praise" or _LONG_THANKS.fullmatch(normal(text)) is not None


def _said_hello(text: str) -> str | None:
    """`praise`, `thanks` or `hello`, where there is nothing else."""
    plain = normal(text)
    matches = matches_of(_HELLO, plain) if len(plain) <= STORY else None
    said = {found.lastgroup for found in matches or ()}
    return next((name for name in ("praise", "thanks", "hello") if name in said), None)


def answers_of(text: str) -> str | None:
    """Which answer of a keyboard the words are; None for anything else."""
    word = bare(text)
    return next((name for name, words in _ANSWERS.items() if word in words), None)


def rating_said(text: str) -> int | None:
    """`5`, `5分`, `五星` or `5 points` as 1 to 5; None for anything else."""
    said = number(re.sub(r"(星|颗星|stars?)$", "", bare(text)))
    return said if said is not None and 1 <= said <= 5 else None  # noqa: PLR2004 - the five there are


# Where somebody is, and what somebody needs, in words that say so by themselves
_PLACE = re.compile(
    r"[\d一二三四五六七八九十]+ ?(号|楼|栋|幢|单元|室|层|弄|座|期|区|组|门|院)|[路街巷弄村镇乡苑园里坊桥站口旁边楼]$|门口|旁边|对面|附近|路口|"
    r"后面|前面|楼下|楼上|楼道|隔壁|交叉|十字|广场|小区|大厦|\d{2,}|\b(street(?! ?lights?)|st|road|rd|avenue|ave|lane|no\.? ?\d+|floor|building|block|"
    r"apt|flat|room|gate|corner|entrance|house|near|behind|opposite|beside|next to|in front of|at the)\b"
)
_NEED = re.compile(
    r"[停断没漏坏堵缺丢][水电气暖网人了]|坏|漏|爆|裂|臭|吵|堵|脏|修|快来|帮|求助|救|怎么|为什么|什么时候|希望|请(?!问)|投诉|举报|还有|另外|没人|没有|需要|想要|"
    r"不(亮|通|动|能|走|开|来|了)|唔(?!该)|太(吵|脏|臭|慢|暗)|\?|解决|处理|\b(also|another|broken|leak\w*|please|help|fix|no (water|power|heat)|need|want|out|stuck|noisy|"
    r"noise|smell\w*|dirty|rubbish|garbage|why|when|how|doesn't|isn't|won't|not)\b"
)
# Names of places in which a need is heard, and what is said about a door's number
_NAMED = re.compile(
    r"(修车|修理|维修|修鞋|处理|救助|帮扶|不动产|需求)(铺|店|厂|站|点|中心|部|大厅)|没有?门牌号?|臭水[沟河]|broken (light|lamp|gate)(?=$)"
)
_LONG_PLACE = 60  # letters; a place without a sign of one is shorter


def _without_names(text: str) -> str:
    return _NAMED.sub("店", normal(text))


def says_where(text: str) -> bool:
    """Whether words read as a place, and not as a need of their own."""
    plain = _without_names(text)
    if _NEED.search(plain):
        return False
    return _PLACE.search(plain) is not None or 0 < len(plain) <= _LONG_PLACE


def shows_place(plain: str) -> bool:
    """Whether there is the sign of a place in words that are `normal` already."""
    return _PLACE.search(plain) is not None


def holds_place(text: str) -> bool:
    """Whether words show the signs of a place - a house, a gate, a street - and none of a need."""
    plain = _without_names(text)
    return _PLACE.search(plain) is not None and _NEED.search(plain) is None


def holds_need(text: str) -> bool:
    """Whether there is a need in the words, whatever else is."""
    return _NEED.search(_without_names(text)) is not None


# A need in so many words that no name holds it
_ASKS_FOR = re.compile(
    r"没有?(水|电|气|暖|网|人|饭|药|钱|米|菜|吃)|(水|电|气|药|米|粮|菜|饭)(都|也|又)?(没|停|断|漏|坏|完|不)|(灯|门|锁|管|梯)(又|也|都)?(坏|漏|堵|爆|破|不)|"
    r"停[水电气]|漏水|堵了?$|没(热水|自来水|煤气)|[要送](药|水|米|饭|菜|轮椅|人)|疼|饿|打不开|摔|"
    r"[要想](买|去|借|修|请人|找)|帮[我个]|快来|求助|需要|缺[水电米药菜粮]|\b(help|needs?|bring|broken|leak\w*|no (?!name)[a-z]+|stuck|out of|can you|could you)\b"
)


def asks_for(text: str) -> bool:
    """Whether the words are a need, however few there are."""
    return _ASKS_FOR.search(normal(text)) is not None


def says_need(text: str) -> bool:
    """Whether words read as a need, and name no place beside it."""
    plain = _without_names(text)
    return _NEED.search(plain) is not None and _PLACE.search(plain) is None


_LACKS = re.compile(r"没|断|缺|不够|[用吃喝]完|要完|\b(no|out of|without|need|needs|ran out|running out)\b")


def lacks(text: str) -> bool:
    """Whether words say that something is missing or at its end."""
    return _LACKS.search(normal(text)) is not None


_ABOUT_CASE = re.compile(r"(?:关于|是)?\s*(?:about |case |the )*(\d+)\s*号?(?:的|单|件)?")
_NEW = ("新的事", "新的", "新事", "是新的", "something new", "new", "it's new", "a new one")
_OLD = (
    "旧的",
    "老的",
    "之前的",
    "以前的",
    "还是那件",
    "那件事",
    "old",
    "the old one",
    "about my case",
    "about it",
)


def which_case(text: str, cases: list[int]) -> int | None:
    """Which of these cases a typed answer names; 0 for something new, None for anything else."""
    word = bare(text)
    if word in _NEW:
        return 0
    if word in _OLD and len(cases) == 1:
        return cases[0]
    found = _ABOUT_CASE.fullmatch(word)
    return int(found.group(1)) if found and int(found.group(1)) in cases else None


# That nothing is needed any more, and how that came; one after the other, and nothing else: 不用了但是
_UNNEEDED = re.compile(
    r"(?P<core>(先|已经|现在|都|就)?不(用|需要|要|弄|必)(麻烦|再)?(来|弄|送|管|修|办|处理)?(你们|大家)?(了|啦)|不用麻烦(你们|大家)?|(都)?别(来|送|修|弄|麻烦)了|算了|(那就?)?(不|别)麻烦(你们|您|大家)?了?|撤(回|了|销)|取消|误报|(报|搞|弄|看)错了|没事儿?了|"
    r"(已经|自己|现在)(修|弄|搞|办|处理)?(好|解决|搞定|修好)了|no longer (needed|necessary)|(not|n't) need(ed)?( it| this| you| help| anything)?( any ?more)?|no need( any ?more)?|never ?mind|cancel( it)?|false alarm|"
    r"do(n't| not) come( any ?more)?|(fixed|sorted|solved) (itself|by itself|already|now))|"
    r"我?们?的?(儿子|女儿|儿媳|老公|老伴|爱人|邻居|朋友|同事|姐姐?|妹妹?|哥哥?|弟弟?|亲戚|家人|物业|师傅|自己)(刚才?|已经|都)?(来|给|帮|修|弄|送|带|买|接|借|领|拿)+(我|回来|回家|好|到)*(过|来|去)?了?|我?(已经)?(去|在|到)(了)?医院了?|(我们?|人|[他她]们?|爸爸?|妈妈?|老人)?(已经|都)?被?(拉|接|送)(去|到|进|走)*了?(方舱|隔离点?|医院|酒店|急诊)?了|(人|我?(爸爸?|妈妈?|爷爷|奶奶|外公|外婆|老伴|老公|老婆|父亲|母亲))(已经)?(没了|走了|去世了?|过世了?)|(药|菜|饭|东西|物资|货)(也|都|就)?(?=不用|别[来送买]|不要|不需要)|"
    r"好了|改天|下次|回头|再说|对不起|不好意思|抱歉|谢谢|多谢|感谢|辛苦|麻烦|[你您]们?|大家|师傅|[了吧啊呀哈啦的]|"
    r"\b(thanks?|thank|you|do|so|very|much|sorry|my|a|the|friend|neighbou?r|sister|brother|son|daughter|wife|husband|mother|father|mum|mom|dad|did|does|has|brought|"
    r"fixed|got|found|it|is|was|i|we|he|she|they|myself|already|now|all|good|ok|okay|fine|please|anyway|came|help|by)\b|[\W_]"
)


def is_withdrawal(text: str) -> bool:
    """Whether the whole message says that nothing is needed any more."""
    plain = normal(text)
    matches = matches_of(_UNNEEDED, plain) if len(plain) <= STORY else None
    return any(found["core"] is not None for found in matches or ())


_PROGRESS = re.compile(
    r"(请问|你好|您好|那|我的?|这个|这件|那件|师傅|他们?|你们|维修|事情?|诉求)*[,，]?("
    r"进度|进展|状态|(办|处理|进行|修|弄)?(到|得)(哪一?步|哪里|哪儿?|什么程度|怎么样)|(办|处理|弄|修)?(得?怎么样|咋样)|怎么(还没|还不|没)(有?人)?(来|到|修|处理|办|动静|消息)(修|看|处理)?|"
    r"(什么时候|啥时候|何时|几点)(能|会|可以|才能?)?(有人)?(来|到|修|好|处理|办|解决)(好|修|看|处理|完)?|(还要?|要|得)?等?多久(能|会|才能?)?(有人)?(来|到|修好?|好|处理)?|"
    r"催(一?下|一催|催)?(进度|单)?|(人|师傅|工人|志愿者|维修工)呢|(人|师傅|工人|志愿者|维修工)?(来|到)了(?=(没有?|吗)$)|(什么时候|何时|啥时候)(能|会|才)?有(个)?(答复|回复|消息|结果|回音)|"
    r"有没有(什么)?(人)?(消息|结果|进展|回复|接|来|处理)|有(什么)?(消息|结果|进展|回复|人接|人来|人处理)(单|办)?了?(没有?|吗|嘛|呢)|接(单|办)了(没有?|吗)"
    r")(了)?(没有?|吗|呢|啊|呀|嘛)?"
    r"|(hi|hello|please|sorry|so|and)?,? ?(what('?s| is) (the|my) )?(status|progress|update)( (of|on) (it|my (case|request)))?( please)?"
    r"|(is there )?any(thing)? (news|updates?|progress|new)( yet| please)?|how (long|much longer|far)( (will|does|is) (it|this)( take| be)?)?( now| yet)?"
    r"|(so )?when (will|is|are|does|can) (somebody|someone|anybody|anyone|they|you|it|he|she|help|the (man|men|plumber|electrician|team|volunteers?|driver|workers?))( be)? ?(come|coming|here|fixed|repaired|done|arriv\w+|fix it)?"
    r"|(why )?has (any|some|no) ?(body|one) (come|taken|accepted|seen|looked at|answered|started)( it| to it| on it)?( yet)?"
    r"|(is|are) (any|some) ?(body|one) (coming|on the way|on it)( yet)?|why (has|is|did) (nobody|no one) (come|here|coming|came)( yet)?"
)


def asks_progress(text: str) -> bool:
    """Whether the whole message asks how far a request is: "怎么还没人来", "any news?"."""
    return len(text) <= STORY and _PROGRESS.fullmatch(bare(text)) is not None


_HERE = re.compile(
    r"我们?(已经?|都)?(在|到)了?[东南西北正后侧]?大?(门口?|现场|岗亭?|卡口|集合点|楼下)了|"
    r"(我们?|人员?|队伍?)?(已经?|都|全部?)?(报到|到岗|上岗|来了|到了?|到达|到场|到位|到现场|抵达)(了|现场)*|"
    r"((we|i)( a|')?(re|m|am|ve)?( all)? )?(now )?(here|arrived|on (the )?(site|scene|spot))( now)?|reporting in|(we|i) have (come|arrived)"
)


def is_here(text: str) -> bool:
    """Whether the whole message says that those who were called have come."""
    return _HERE.fullmatch(bare(text)) is not None


def phone_number(text: str, *, asked: bool = False) -> str | None:
    """The phone number that the text is, without its spaces, whatever polite words are around it; None when it says
    anything else. Who was `asked` for it means no door."""
    plain = normal(text)
    found = _PHONE.search(plain)
    if found is None or not _ABOUT_A_PHONE.fullmatch(plain[: found.start()] + plain[found.end() :]):
        return None
    number = re.sub(r"[ \-()]", "", found.group())
    is_door = not asked and _DOOR.fullmatch(found.group()) is not None
    return None if is_door or len(number.lstrip("+")) < FEWEST_DIGITS else number
