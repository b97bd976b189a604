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
        "unconscious", "collapsed", "chest pain", "heart attack", "stroke", "seizure", "bleeding heavily", "bleeding badly",
        "overdose", "poisoned", "drowning", "in labour", "in labor", "water broke", "ambulance", "had a fall", "fell and can't",
    ),
    "fire": (
        "着火", "起火了", "失火", "火灾了", "冒烟", "煤气泄漏", "燃气泄漏", "漏煤气", "煤气味", "爆炸了", "被困电梯", "困在电梯",
        "被困在", "on fire", "house fire", "gas leak", "smell gas", "smell of gas", "smoke coming", "trapped in", "stuck in the lift",
        "stuck in the elevator", "explosion",
    ),
    "police": (
        "被打了", "在打我", "打老婆", "家暴", "杀人", "要杀", "拿刀", "持刀", "抢劫", "绑架", "入室", "强奸", "性侵", "失踪了", "孩子丢了",
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
    "despair": r"割.{0,3}腕|跳(河|江|楼|桥)|[想要]跳下去|想不开|不想活|活够了|不如死|死了算|(?<!三)上吊|烧炭|安眠药.{0,6}(吃|吞)|"
    r"(吃|吞).{0,6}安眠药|\bhang myself\b",
    "ambulance": r"摔倒|跌倒|昏过去|晕过去|心脏病.{0,3}犯|喘不上|没气了|没了呼吸|快不行了|胸闷|吞了|噎住|叫不醒|"
    r"倒在地|倒地|躺在地上|(爸|妈|人|孩子?|老|他|她|爷|奶|公|婆|哥|姐|弟|妹|儿).{0,4}没(有)?反应|不省人事|休克|抽筋了|落水|掉(进|到|在).{0,2}(河|水|井|湖|江|海)里|快死了|要死了|"
    r"\bnot responding\b|\bunresponsive\b|\bpassed out\b|\bchoking\b|\bfell down\b|\bswallowed\b|"
    r"\b(i|he|she|someone|somebody|man|woman|mother|father|baby|child)( am|'m| is|'s) dying\b|\bsos\b|🆘",
    "fire": r"(煤气|燃气|天然气|液化气).{0,4}漏|烧起来了|\bthere('s| is) a fire\b|\ba fire (in|on|at)\b|\bcaught fire\b|"
    r"^fire[!. ]*$",
    "police": r"打我(?!们?的?(电话|手机|号|微信))|被.{1,4}打(了|伤|得)|(老公|丈夫|爸爸|男朋友|妻子).{0,3}打(我|人|孩子)|要杀|"
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
    plain = normal(words[:MOST_LETTERS]).replace("’", "'").replace("\n", " ").translate(SIMPLE)
    return tuple(kind for kind, pattern in _patterns() if pattern.search(plain))


def number_called(words: str) -> tuple[str, ...]:
    """Whom somebody wants who types only a number of the emergency services; empty for any other words."""
    found = re.fullmatch(r"(?:打|拨打|call )?(\d{3})[!.。 ]*", normal(words))
    return (NUMBERS[found.group(1)],) if found and found.group(1) in NUMBERS else ()
