"""Words of danger, illness and despair. Who writes them reads whom to call, and a leader hears, whatever else is said.

Phrases, not single words: a complaint about a hospital is no emergency, "他晕倒了" is.
"""

import re
from functools import cache

from services.wording import normal

# What is said, by whom to call first. A phrase in Latin letters counts as whole words only.
PHRASES = {
    "despair": (
        "不想活", "不想再活", "想死", "去死算了", "自杀", "轻生", "跳楼", "割腕", "喝农药", "活不下去", "活着没意思", "结束生命",
        "了结自己", "自残", "寻死", "撑不下去了", "suicide", "suicidal", "kill myself", "end my life", "want to die",
        "don't want to live", "dont want to live", "hurt myself", "self-harm", "self harm", "jump off the roof",
    ),
    "ambulance": (
        "救命", "晕倒", "昏倒", "昏迷", "没有呼吸", "呼吸困难", "喘不过气", "喘不上气", "胸口痛", "胸口疼", "胸痛", "心脏病发", "心梗",
        "脑梗", "中风", "抽搐", "大出血", "流血不止", "吐血", "摔倒了", "摔倒起不来", "煤气中毒", "食物中毒", "中毒了", "溺水", "触电了",
        "要生了", "快生了", "羊水破", "叫救护车", "高烧不退", "can't breathe", "cant breathe", "cannot breathe", "not breathing",
        "unconscious", "collapsed", "chest pain", "heart attack", "seizure", "bleeding heavily", "bleeding badly",
        "overdose", "poisoned", "drowning", "in labour", "in labor", "water broke", "had a fall", "fell and can't",
    ),
    "fire": (
        "起火了", "失火", "火灾了", "冒烟", "煤气泄漏", "燃气泄漏", "漏煤气", "煤气味", "爆炸了", "被困电梯", "困在电梯",
        "被困在", "on fire", "house fire", "gas leak", "smell gas", "smell of gas", "smoke coming", "trapped in", "stuck in the lift",
        "stuck in the elevator", "explosion",
    ),
    "police": (
        "被打了", "在打我", "打老婆", "家暴", "杀人", "要杀", "拿刀", "持刀", "抢劫", "绑架", "入室", "强奸", "性侵", "失踪了",
        "老人走失", "有人闯进", "救救我", "救救孩子", "beating me", "hitting me", "domestic violence", "being attacked", "with a knife",
        "has a knife", "robbed", "kidnapped", "raped", "break-in", "breaking in", "missing child", "child is missing", "help me please",
        "save me",
    ),
}  # fmt: skip
MOST_LETTERS = 2_000  # of a longer text only the beginning is read: it is no cry for help


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile("|".join([*map(_pattern, said), *([FORMS[kind]] if kind in FORMS else [])])))
        for kind, said in PHRASES.items()
    )


# Forms that vary too much for phrases
FORMS = {
    "despair": r"想(要)?去死|要去死|割.{0,3}腕|跳(河|江|楼|桥)|[想要]跳下去|想不开|不想活|活够了|不如死|死了算|(?<!三)上吊|烧炭|安眠药.{0,6}(吃|吞)|"
    r"(吃|吞).{0,6}安眠药|(喝|吃|吞|服)(了|过)?.{0,2}(农药|毒药|百草枯|敌敌畏)|(吃|吞)(了|下)?.{0,2}(一|整|半)瓶.{0,3}药|"
    r"活着.{0,3}(没|没有|没什么|没有什么|没啥|有什么|还有什么)(意思|意义)|一了百了|(我|人|真).{0,4}活不了了|不想(再)?(活|过)下去|想要?(结束|了结)(自己|这一切|生命)|"
    r"没有?活(下去|着)的(意义|勇气|必要)|(有人|孩子|他|她|爸|妈|老公|老婆).{0,4}要跳(下|楼|河|桥)|"
    r"\bhang myself\b|\bend(ing)? it all\b|\bcan'?t go on( any ?more| any longer| like this)?[.! ]*$|\bcan'?t go on (living|any)|"
    r"\btook (all|a lot of|too many|a bottle of) (my |of my |the |his |her )?(pills|tablets|medicine)\b|\bno reason to live\b|"
    r"\b(better off dead|wish (i was|i were) dead|don'?t want to (be here|live) any ?more)\b",
    "ambulance": r"摔倒|跌倒|摔.{0,4}起不来|(喊|叫|推)不(醒|应)|醒不(过)?来|血止不住|止不住.{0,2}血|被.{0,2}蛇咬|吃错(了)?药|^(快)?(叫|来)?(个|辆)?救护车[啊!. ]*$|"
    r"(快|来).{0,3}救人|救人(啊|呀|!)|一氧化碳(?!报警器|检测)|\bambulance\b(?! (parking|bay|lane|service|fee|bill|station|access))|\bstroke\b(?! (of|order))|"
    r"\b(i|he|she|they|we|someone|somebody|man|woman|mother|father|mum|mom|dad|grand\w+|child|kid|baby|boy|girl|son|daughter|husband|wife|neighbou?r|worker|person|lady)\b.{0,12}\b(fell|fallen) (off|from|out of|down the)\b|\bnot waking\b|\b(won't|will not|doesn't|does not) wake\b|\bcan'?t wake (him|her|them|my|the|grand\w+|mum|mom|dad)\b|\bbitten by a snake\b|\bcarbon monoxide\b(?! (alarm|detector))|昏过去|晕过去|心脏病.{0,3}犯|喘不上|没气了|没了呼吸|快不行了|胸闷|吞了|噎住|叫不醒|"
    r"(爸|妈|人|孩子?|娃|宝宝|老公|老婆|老伴|邻居|老|他|她|我|爷|奶|公|婆|哥|姐|弟|妹|儿|女)(?:(?!把|将|垃圾|水|箱|桶).){0,6}(倒在地|倒地|躺在地上)|(爸|妈|人|孩子?|老|他|她|爷|奶|公|婆|哥|姐|弟|妹|儿).{0,4}没(有)?反应|不省人事|休克|抽筋了|落水|(?<!机)(?<!匙)(?<!西)(?<!卡)(?<!包)(?<!鞋)(?<!球)(?<!圾)(?<!狗)(?<!猫)掉(进|到|在|下)?.{0,2}(河|水|井|湖|江|海)(里|了|$)|快死了|(?<![热冷累吵臭烦气急饿渴困忙痒得])要死了|"
    r"没(有)?呼吸|(呼吸|心跳).{0,2}(停|没)|(流|出)(了)?(很多|好多|大量|一地|不少)的?血|血流不止|一直(在)?(流|出)血|晕(了|过去|倒)(?!车)|"
    r"(触|电)(了)?电(了|到)|有人(被)?(触电|电到|电了)|被电(到|击|了)|(被|让).{0,4}车(给)?(撞|轧|碾|压)(了|到|倒|伤|飞|死)|"
    r"(高烧|发烧|烧到|体温).{0,6}(39|40|41|四十)|(胸口|心口|心脏).{0,3}(疼|痛|难受)|(孩子|宝宝|婴儿).{0,4}(吃了|误食|喝了|误服)|"
    r"(从|在).{0,6}(楼|梯|树|窗|阳台).{0,4}(摔|掉|坠)(下|了)|坠楼|"
    r"\b(stopped|not|isn'?t|barely) breathing\b|\bno pulse\b|\b(i'?m|am|is|are|he'?s|she'?s|keeps?|still) bleeding\b|\bbleeding (a lot|heavily|everywhere)\b|"
    r"\b(fell|fallen)\b.{0,40}\b(can'?t|cannot|can not|unable to|won'?t) (get|stand|move|wake)\b|\bfainted\b|\belectrocuted\b|\belectric shock\b|"
    r"\b(hit|run over|struck|knocked down) by (a |the )?(car|truck|bus|van|bike|scooter|motorbike)\b|\bfever of (39|4[0-2]|10[3-6])|"
    r"\bnot responding\b|\bunresponsive\b|\bpassed out\b|\bchoking\b|\bfell down\b|\bswallowed\b|"
    r"\b(i|he|she|someone|somebody|man|woman|mother|father|baby|child)( am|'m| is|'s) dying\b|\bsos\b|🆘",
    "fire": r"电梯.{0,3}困(了|住|着)|困住(了)?.{0,3}人(?!问题)|电梯.{0,3}困人(?!问题|事件|现象|率)|\b(there('s| is)|lots of|full of|so much|thick) smoke\b(?! from)|(?<!cigarette )(?<!tobacco )(?<!barbecue )(?<!second-hand )\bsmoke (in the (stair|corridor|hall|building|lift|house|flat|room|basement)|everywhere)|(煤气|燃气|天然气|液化气).{0,4}漏|烧起来了|(楼|屋|家|房子?|厨房|车|棚|房顶).{0,3}(在烧|烧着了|烧了起来)|"
    r"\b(building|house|flat|apartment|kitchen|car|room|shed|roof) (is )?(burning|in flames|on fire)\b|\bgas (is |'s )?leaking\b|\bleaking gas\b|\bthere('s| is) a fire\b|\ba fire (in|on|at)\b|\bcaught fire\b|"
    r"^fire[!. ]*$|着(了)?火(?!点|源|灾演|演)",
    "police": r"^(有|抓)(小偷|贼|坏人)[啊!了. ]*$|有(小偷|贼|坏人|强盗|人)(在|正在)?.{0,3}(撬|砸(?!墙|地|水泥)|翻墙(?!倒|扔|丢)|破门)|正在(偷(?!菜)|抢(?!修|险|救|购|收|建|通|时))|^help+( us| me)?[!. ]*$|\b(hitting|beating|hits|beats) (his|her|their) (wife|husband|kids?|child|children|son|daughter|mother|father)\b|(拿|持|举|挥)(着|了)?.{0,4}刀|(家里|屋里|家|门口|店里)(进|来|有)(了)?(贼|小偷|坏人|强盗)|(孩子|娃|儿子|女儿|小孩|宝宝|老人|爸|妈|奶奶|爷爷|老伴)(?:(?!的).){0,3}(不见了|走丢|走失|丢了(?![^,.!?;、。 没在带穿骑]{0,3}(包|手机|钱|钥匙|卡|证|车|东西|衣|鞋))|失踪|找不到了)|"
    r"\b(husband|wife|boyfriend|girlfriend|partner|father|mother|son|dad|mum|mom)\b.{0,20}\b(hits?|beats?|hitting|beating|threaten(s|ing|ed)?) (me|us|her|him|the (kids|children))\b|"
    r"\b(someone|somebody|a man|men|people|they|thief|burglar)\b.{0,20}\b(broke|breaking|broken|climbed) (into|in)\b|\b(burglar|intruder)s?\b|"
    r"\b(son|daughter|child|kid|boy|girl|mother|father|grandma|grandpa|grandmother|grandfather|mum|mom|dad|husband|wife)\b.{0,12}\b(gone missing|went missing|is missing|is lost|has disappeared)\b|"
    r"打我(?!们?的?(电话|手机|号|微信))|被.{1,4}打(了|伤|得)|(老公|丈夫|爸爸|男朋友|妻子).{0,3}打(我|人|孩子)|要杀|"
    r"\b(he|she|they) (hit|hits|beat|beats|attacked|is hitting|is beating) (me|us|her|him)\b|\bto kill (me|us|her|him)\b|"
    r"\bsos\b|🆘",
}
# Of the phrases' signs, as they are written in traditional Chinese
SIMPLE = str.maketrans(
    "著殺樓農藥沒氣電觸傷搶綁強闖嗆燒來過結斷難輕腦風護車臟倒搖壓煙災爾發緊灣懷邊兒媽媽爺還會應動開蓋問題",
    "着杀楼农药没气电触伤抢绑强闯呛烧来过结断难轻脑风护车脏倒摇压烟灾尔发紧湾怀边儿妈妈爷还会应动开盖问题",
)
# Who types only the number to call has not found the telephone
NUMBERS = {
    "120": "ambulance",
    "110": "police",
    "119": "fire",
    "112": "ambulance",
    "911": "ambulance",
    "999": "ambulance",
}


def _pattern(phrase: str) -> str:
    return rf"\b{re.escape(phrase)}\b" if phrase.isascii() else re.escape(phrase)


def helpers_for(words: str) -> tuple[str, ...]:
    """Whom to call for what is said, first things first; empty where nobody is in danger."""
    plain = normal(words[:MOST_LETTERS])[:MOST_LETTERS].replace("’", "'").replace("\n", " ").translate(SIMPLE)
    return tuple(kind for kind, pattern in _patterns() if pattern.search(plain))


def number_called(words: str) -> tuple[str, ...]:
    """Whom somebody wants who types only a number of the emergency services; empty for any other words."""
    found = re.fullmatch(r"(?:打|拨打|call )?(\d{3})[!.。 ]*", normal(words))
    return (NUMBERS[found.group(1)],) if found and found.group(1) in NUMBERS else ()
