"""What a few words say to somebody who gave out a duty: I'm here, I can't come, it is done, the report is of that one. Pure."""

import re

from services.replies import STORY, is_here
from services.spelled import DONE
from services.wording import bare, is_made_of, matches_of, normal, number

# That somebody does not come, and what is said around it; one after the other, and nothing else: 水不来了 is a need
_NOT_COMING = re.compile(
    r"(?P<core>(来|去|到|赶|走|参加|弄|做|干)不(了|成|上|及|到)|(让|叫|请|找|换).{1,6}(替|代|顶)(我|一?下)?(去|来|上)?(执勤|值班|站岗|巡逻|巡查)?|(临时|突然)有(点|些)?急?事|(找|换|请)个?(别的?)?人(来)?(替|代|顶)(我|一?下|班)?|不(能|想)?(来|去|参加|接)了?|(没法|没办法)(来|去|到)|(没空|没时间)(来|去|到)?|那个?时间我?不行|走不开|(密接|阳性?|确诊|隔离)了?[ ,，]*(所以)?我?不能出门|(?<![妈爸人])干不动了|都?换别人(来|去|送|做)?吧?|退单|退出|请个?假|取消(报名|接单)?|"
    r"(can'?t|cannot|can not|won'?t|not able to|unable to|won'?t be able to|will not be able to) (come|make it|be there|do it|go)|not coming|(need|have|got) to (drop|pull|back) out|(drop|pull|back)ing out|withdraw|cancel)|"
    r"我们|我家(?!里)|我|对不起|抱歉|不好意思|今[天晚早]|明[天晚早]|后天|早上|上午|下午|晚上|周[一二三四五六日末]|临时|突然|家里|单位|有点?急?事|生病|发烧|感冒|身体|不舒服|"
    r"要?加班|了|啦|啊|呢|呀|的|就?吧|[这那]?个?[单次]|换个?别?人吧?|帮我?|实在|车坏|麻烦(大家|组长)?|"
    r"阳(性|转|了)?|两(道|条)杠|(抗原|核酸)(检测)?(结果)?(异常|不正常)?|确诊|密接|次密接?|新冠|(被|要被|让)?(封|隔离|拉走|管控|弹窗)(控|住|了)?|(要被|被|要)?拉去|方舱|隔离点?|(我家|我们)?(这)?(楼|单元|小区|栋)(门|里)?|红码|黄码|太?累|病|"
    r"全部?|所有|都|也|还有|[几两三四五六七八九]个?|#\d+|送(菜|药|饭|货|物资)(?=.{0,6}(换别人|退单|去不))|孩子|小孩|娃|老人|爸爸?|妈妈?|老公|老婆|家人|(腿|头|肚子|牙|腰|胃|脚|手|嗓子)(疼|摔|崴|扭|伤)(了|伤了|着了)?|感染|住院|出差|开会|有会|堵车|出门|得|要?照顾|"
    r"\b(so|very|really|sorry|i'?m?|am|be|sick|ill|today|tonight|tomorrow|this|time|my|place|the|duty|please|to|it|work|"
    r"something came up|after all|unfortunately|kids?|child|son|daughter|wife|husband|mother|father|mum|mom|dad|parents?|"
    r"got|has|have|had|is|s|a|an|at|with|tested|positive|covid|corona|locked|quarantined?|isolat\w+|to (all|any) of (them|it)|#\d+|too|cold|fever|flu|stuck|family|emergency|and|but|because)\b|[\W_]"
)


def cannot_come(text: str) -> bool:
    """Whether the whole message says, to whoever gave out a place, that its holder will not fill it."""
    return says(_NOT_COMING, text)


def says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text is one match after the other, and one of them at least is of what the pattern is about."""
    plain = normal(text)
    matches = matches_of(pattern, plain) if len(plain) <= STORY else None
    return any(found["core"] is not None for found in matches or ())


# That somebody comes later than they were to; one after the other, and nothing else: 车来晚了半小时没人管 is a need
_LATE = re.compile(
    r"(?P<core>迟到|来晚|晚到|(晚|迟)(个)?(一?点|一会儿?|一下|些|几|[\d一二三四五六七八九十半]+)(分钟|分|个?(半|多)?小时|刻钟)?(再)?([来到去]|才到)?|(会|要|得)晚一?(些|点)|[\d半一二两三四五六七八九十]+个?(多)?(分钟|分|小时|刻钟)(之?后|以后|才)+(能)?(到|过来|过去)|"
    r"(be|get|arrive) (there|here) in( about)? (\d+|half an|an)|(running|be|being|arrive|arriving|come|coming|get there) (a )?((bit|little|few|\d+) )?(minutes? |mins? )?late|"
    r"(\d+|a few|five|ten|fifteen|twenty|thirty) ?(minutes?|mins?) late|half an hour late|\blate\b)|"
    r"我|会|可能|大概|估计|要|得|需要|对不起|抱歉|不好意思|今[天晚早]|路上|在路上|堵车|堵住|堵了?|塞车|有?点?事|家里|单位|加班|马上|这就|就|到|过来|过去|"
    r"[\d半一二两三四五六七八九十]+个?(半|多)?(分钟|点|分|小时|刻钟)?|左右|了|啦|啊|哈|吧|的|组长|见谅|谢谢|稍微|"
    r"\b(sorry|i'?(ll|m)?|will|may|might|am|be|a|an|the|bit|little|about|by|in|stuck|traffic|on|my|way|today|running|there|but|please|hour|half|"
    r"thanks?|minutes?|mins?|for|duty|to|is|at|work|\d+)\b|[\W_]"
)


def comes_late(text: str) -> bool:
    """Whether the whole message says, to whoever gave out a place, that its holder comes later."""
    return says(_LATE, text)


_COUNT = r"(?P<count>\d+|[一二两三四五六七八九十]+|半|half|an?|five|ten|fifteen|twenty|thirty)( an?)? ?个?(?P<half>半)?(?P<unit>分(?!到)|刻钟|小时|min|hour)"
_LATE_BY = (  # beside the word that says late: 8点20分 is an hour of the day, and 堵了20分钟 is over
    re.compile(rf"(晚|迟|迟到|晚到|来晚|late by)(个|大概|大约|约|差不多| about)? ?{_COUNT}"),
    re.compile(rf"{_COUNT}(ute)?s? late"),
)
_COUNTS = {
    "half": 0.5,
    "半": 0.5,
    "a": 1,
    "an": 1,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
}
_UNITS = {"分": 1, "min": 1, "刻钟": 15, "小时": 60, "hour": 60}


def late_by(text: str) -> int | None:
    """By how many minutes they come later, where the words say it once."""
    plain = normal(text)
    said = [found for form in _LATE_BY for found in form.finditer(plain)]
    if len(said) != 1 or len(list(re.finditer(_COUNT, plain))) > 1:
        return None
    count, unit = _COUNTS.get(said[0]["count"]) or number(said[0]["count"]), _UNITS[said[0]["unit"]]
    half = 0.5 if said[0]["half"] else 0
    return int((count + half) * unit) if count else None


_COMING = re.compile(
    r"(?P<core>我?(明天|今天|今晚|明早|后天|到时候?)?我?(会|一定|肯定|准时|按时)+(来|到|去|参加|到场)的?[了啊哈]*|"
    r"i'?(ll| will| am going to) (be there|come|make it)|i will (be there|come|make it)|i'?m coming|see you there|count me in)|"
    r"好的?|嗯|行|ok(ay)?|yes|sure|tomorrow|thanks?( you)?|谢谢|[\W_]"
)


def will_come(text: str) -> bool:
    """Whether the whole message says, to whoever reminded of a place, that its holder comes."""
    return says(_COMING, text)


_ARRIVAL = re.compile(r"签到|打卡|check(ing)? ?in")


def is_arrival(text: str) -> bool:
    """Whether somebody who has a duty says no more than that they are there."""
    return is_here(text) or _ARRIVAL.fullmatch(bare(text)) is not None


_REPORT = re.compile(
    r"(?:是|对|嗯|这是|yes|it'?s|it is)?[ ,，]?(?:the|a|my)?\s?(?:汇报|报告|report)[的吧]?(?: for)?\s?(?P<one>#?\d+)?号?|#?(?P<two>\d+)\s?号?单?(?:的)?(?:汇报|报告|report)?"
)


def which_order(text: str, orders: list[int]) -> int | None:
    """Which of these duties a typed answer says the report is of: 汇报, or its number."""
    found = _REPORT.fullmatch(bare(text))
    if found is None:
        return None
    named = found["one"] or found["two"]
    if named is None:
        return orders[0] if len(orders) == 1 else None
    return int(named.lstrip("#")) if int(named.lstrip("#")) in orders else None


def is_of_duty(text: str) -> bool:
    """Whether the whole message is about a duty that somebody has, and about nothing else."""
    return (
        is_arrival(text)
        or is_done(text)
        or cannot_come(text)
        or comes_late(text)
        or _REPORT.fullmatch(bare(text)) is not None
    )


_LATER = re.compile(
    r"好的?|嗯|行|知道了|明白了?|ok(ay)?|sorry|抱歉|对不起|不好意思|麻烦了|辛苦了|在路上了?|"
    r"我?(马上|这就|现在就?|等一?下|等会儿?|待会儿?|稍等|稍后|一会儿?)(就|去|来)*(补|重?拍|重?发|传|弄|做|改|好)*(一下|上|过去|过来)?了?|"
    r"will do|on my way|i'?ll (do|send|fix|redo) (it|that)( again)?|(just )?(one|a) (moment|minute|sec(ond)?)|right away|[\W_]"
)


def puts_off(text: str) -> bool:
    """Whether the whole message says, to whoever asked for more, that it comes later."""
    return 0 < len(text) <= STORY and is_made_of(_LATER, normal(text))


# What somebody asks back who was asked for more; one after the other, and nothing else: 门口有什么人 is what was seen
_ASKED_BACK = re.compile(
    r"(?P<core>哪里?儿?|为什么|为啥|为何|怎么[样办]?|咋|(?<!没)(?<!没有)(什么|啥)|why|what|which|how|where)|"
    r"请问|请教|要求|要|该|应该|需要|得|补充?|拍|重|发|传|改|交|写|做|照片|图片?|材料|资料|内容|文字|地方|地点|位置|时候|样|汇报|报告|退回?来?|打回|"
    r"不[对行足够]?|没有?|通过|合格|清楚|有?问题|错|缺|少|还|再|又|才|意思|[我你您它们那这个张的了呢啊吗呀是被给才能可以又儿]|一下|具体|"
    r"\b(was|were|is|are|it'?s|its|did|does|do|should|must|can|could|i|you|we|me|my|the|this|that|it|them|so|but|and|more|else|exactly|again|please|"
    r"wrong|missing|unclear|bad|problem|matter|reason|with|about|of|for|to|in|on|kind|sort|need|want|mean|send|sent|add|write|take|"
    r"come|came|returned|return|back|not|report|photo|picture|words|place|accepted|enough|ok|sorry|s)\b|[\W_]"
)


def asks_back(text: str) -> bool:
    """Whether the whole message asks, of whoever asked for more, what is wrong or what they want."""
    return says(_ASKED_BACK, text)


# What somebody writes who has done their work: that it is over, how many, that all is well; one after the other, and nothing
# else, for what is not known here may be a need: 5号楼2个人发烧
_WORK = re.compile(
    r"(?P<core>([巡发送办查搬扫贴填守值做登消清摸统整采装测站量]|巡逻|巡查|发放|清扫|清理|消毒|消杀|值班|值守|登记|测温|统计|整理|站岗)(完岗?|好|毕|过)[了啦毕]*|"
    r"(已经?)?(完成|结束|完毕|收工|交班|撤岗|撤场|送到|送达|发放|登记|测温|巡查|巡逻|消杀)[了啦完毕好过]*|(一切)?(正常|平安无?事?|平稳|顺利|良好|安全|无异常|有序|没事儿?)|劝[回住走下]了?|送[了过]? ?(\d+|[两几一二三四五六七八九十]+) ?个孕妇(出门|就医|去医院)|采[了过]? ?(\d+|[两几一二三四五六七八九十百千]+) ?多?(管|份|人)|"
    r"(劝返|劝离|劝阻|疏导|排查|检查)[了过]? ?(\d+|[两几一二三四五六七八九十]+) ?多?(个|人|户|辆|台|车|次|起)+|没有?(异常|问题|情况|漏检|事儿?)|(走访|探访|入户|[发送清扫贴搬登测查巡])[了过]? ?(\d+|[两几一二三四五六七八九十]+) ?多?(个|人|户|份|名|位|家|次|张|袋|箱|件|包|栋|圈|趟|层)+|来[了过] ?\d+ ?多?(个|人|户|份|名|位|家|次|车)*|\d+ ?多?(个|人|户|份|名|位|家|次|车)+来[了过]|放(在)?门口了|"
    r"\b(finished|done|completed|handed (them |it |all )?out|delivered|distributed|cleaned|swept|checked|registered|patrolled|calm|quiet|all (clean|clear)|nothing to report|(walk|round|shift|patrol) (is )?(done|over)|no (incidents?|problems?|issues?)|came|in order|signed in)\b)|"
    r"\d+户没人(在家|应|开门)?|有[一几两]?[个位](老头|老太|大爷|大妈|业主|居民|小伙子?|人)(闹着?|想|要|非要)+(出去|进来|出门)|一整?[夜晚]上?|整[夜晚]|通宵|核酸(?=都?(做完|采|检测|结束))|采样|药(?=都?(送到|送完|发完))|漏检|人次|任务|工作|午后|夜里|夜查|夜巡|巡楼|巡街|巡河|巡逻|巡查|值班|值守|执勤|站岗|打扫|卫生|垃圾|盒?饭|餐|传单|通知单?|楼栋|走访|"
    r"(\d+|[两几一二三四五六七八九十]+) ?多?(个|人|户|份|名|位|家|次|车|袋|箱|件|包|只|瓶|趟|遍|点|分钟?|个?小时|号楼?)*|今[天早晚]|上午|下午|早上|晚上|中午|一共|总共|共|都|全部?|已经?|刚刚?|的|了|啦|哈|啊|我们?|大家|这边|这里|"
    r"来[了过]?|外来|外地|车辆?|其他|其它|[东南西北]门|大门|门|门口|门岗?|岗|路口|卡点|小区|楼道|秩序|现场|情况|一切|物资|口罩|菜|快递|资料|单子|表格?|人员|居民|住户|业主|进出?|出入|有|和|也|很|挺|组长|谢谢|辛苦|照片|图片|"
    r"\b(the|at|gates?|north|south|east|west|main|all|today|this morning|we|i|have|has|and|them|it|everything|everyone|people|persons|households|parcels|bags|"
    r"boxes|visitors|families|masks|leaflets|building|block|floor|\d+|is|was|were|went|are|so|well|fine|good|ok|okay|very|now|whole|walk|walked|rounds?|streets?|yard|shift|night|duty|thanks?|photos?)\b|[\W_]"
)


def tells_of_work(text: str) -> bool:
    """Whether the whole message says what was done or seen on a duty, and nothing that may be anything else."""
    return "?" not in normal(text) and says(_WORK, text)


def mentions_work(text: str) -> bool:
    """Whether there is work that was done in it, whatever else is."""
    return any(found["core"] for found in _WORK.finditer(normal(text)))


_ABOUT_PLACE = re.compile(
    r"(?P<core>位置|定位|地点|\b(location|gps|place)\b)|怎么|怎样|如何|哪里?儿?|不会|不能|不知道|不懂|打不开|找不到|发不(了|出去?)|没法|没有?|按钮|手机|共享|分享|发送?|开启?|按|点|"
    r"[我你您的不会能吗呢啊呀了在到用要是个这那去给]|请问|麻烦|"
    r"\b(how|where|what|which|do|does|did|don'?t|doesn'?t|can'?t|cannot|can|could|not|i|you|it|is|to|the|a|my|me|send|share|find|press|turn|on|off|"
    r"button|phone|know|work|works|working|please|sorry|use)\b|[\W_]"
)


_NO = re.compile(
    r"(no|nope|(sorry,? )?i can'?t|can'?t|cannot|not possible|doesn'?t suit( me)?|不(行|可以|方便|合适|能)|(这个|那个)?时间(我)?不(行|合适|方便|可以)|可能来不了|来不了)[了啊呢哦的]*"
)


def says_no(text: str) -> bool:
    """Whether the whole message says no to whoever asked whether they come."""
    return _NO.fullmatch(bare(text)) is not None


def asks_about_place(text: str) -> bool:
    """Whether the whole message is about how to share where one is."""
    return says(_ABOUT_PLACE, text)


def is_done(text: str) -> bool:
    """Whether the whole message says no more than that the work is done."""
    return re.fullmatch(rf"(?:我们?|都|全部?)*(?:{DONE})[啦!。.]*", bare(text)) is not None
