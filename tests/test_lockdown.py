"""A neighbourhood that is shut: many needs at once, volunteers who fall ill, leaders who change, and words said in haste."""

import pytest

from services.danger_words import PHRASES
from services.duty_words import tells_of_work
from services.place_words import gives_back
from services.replies import is_withdrawal, phone_number
from services.request_cards import SEATED
from services.urgency import helpers_for
from tests.asking import acts_in, asks, card, people, sent_case
from tests.city import City

CRIES = """
血氧只有七十|血氧降到八十以下|spo2 82|his oxygen is 79|脸憋得发紫|嘴唇紫了|呛奶了 鼻子喷奶 不呼吸|吸不上气
120打不通|120进不来小区|保安不让救护车进|救护车没有来|胎儿不动了|肚子里孩子一天没动|baby stopped moving inside
孕36周 见红|楼梯间全是烟|烟从门缝进来|smoke, we can't get out|能帮我报警吗|麻烦报警|叫警察|老公把我锁家里
我被锁在房间里|woman screaming next door|he won't let me leave|喝了84消毒液|胰岛素断了两天 人糊涂了
制氧机坏了，我爸要吸氧，现在血氧88|18楼有个女的要往下跳|楼道里有烟 单元门被焊死了出不去|宝宝呛奶 脸紫了|求救|打110没人接
邻居家夫妻打架 听到女的哭|又打起来了 女的在喊|楼上有人要跳|我想跳|我要跳了|火灾|爆炸|烟好大 出不去|门被焊了 里面有烟|上不来气|救护车不来
请帮我报警 不要打电话给我|宝宝要出来了|contractions|癫痫大发作|癫痫药断了 刚刚抽了两次了|没有胰岛素了 现在很晕 想吐|氧饱和度80|误服消毒片
安眠药都准备好了|流血了 怀孕12周|胎动没了|我被我老公锁屋里了|我想点个外卖 他在旁边看着|my wife is having the baby now and they won't open
"""
EVERYDAY = """
爸爸今天血氧98 心率72，谢谢|血氧96，脉搏88，一切都好|血氧测完了 登记60人 一夜没事
误食宣传单发完了 一共200份|产检胎动没有问题|我媳妇要生孩子了 想办准生证|快生孩子了，哪里能领奶粉
封楼出不去 家里没烟了 谁家有烟|小区门封了 小卖部里有烟吗|暖气上不来 家里很冷|天然气上不来 打不着火
消防通道被私家车堵了 救护车进不来|听到楼上孩子在喊 每天晚上|打110占线 想投诉隔壁噪音
外卖丢了 老公在旁边看监控|外卖放错门口 他在旁边那栋|我被我妈锁在门外了 没带钥匙|跳绳比赛 绳子都准备好了
有个孩子想跳街舞 有培训班吗|帮我报警器换个电池|人口爆炸|预防火灾|need a tutor for contractions and grammar|水上不来
电梯上不来|煤气上不来
我想跳广场舞|孩子想跳舞没地方|有人要跳槽 社区有招聘会吗|楼上有人跳绳很吵|怀孕12周想建档|脸色不好想看医生|请帮我报警备案|门锁了进不去 钥匙丢了
楼道里有烟味|血压85|血氧仪85元一个|血氧98|防火门被焊死了|外卖放门口|他在旁边看着孩子|误服药物讲座几点|火灾报警器坏了|我要跳过这一步
癫痫药没有了 还有两天的|胰岛素没有了|大风把门堵住了|contractions of muscles class
"""


def each(words: str) -> list[str]:
    return [said.strip() for said in words.strip().replace("\n", "|").split("|")]


@pytest.mark.parametrize("words", each(CRIES))
def test_a_cry_said_in_haste_is_heard(words: str) -> None:
    assert set(helpers_for(words)) & set(PHRASES)


@pytest.mark.parametrize("words", each(EVERYDAY))
def test_what_only_sounds_like_it_is_not(words: str) -> None:
    assert not helpers_for(words)


@pytest.mark.parametrize("words", ["8-2-601", "12-1-301", "3-1-1201", "12-1301", "1-2-3-401"])
async def test_a_door_is_no_telephone(village: City, words: str) -> None:
    """Building, entrance, flat: the helper stands before it, and nobody is asked twice."""
    assert phone_number(words) is None
    rosa, _ben, _chat = await people(village)
    case = await asks(village, rosa, "没有胰岛素了, 请帮忙送药")
    await rosa.taps(village.bot, "Medicine")
    await rosa.says(village.bot, words)
    await rosa.says(village.bot, "skip")
    await village.settles()
    await card(village.leader, village, case, words)


@pytest.mark.parametrize(
    "number", ["022-65651234", "138 0013 8000", "65651234", "010-6234-5678", "+86 138-0013-8000"]
)
def test_a_telephone_is_one_however_it_is_written(number: str) -> None:
    assert phone_number(number) is not None


@pytest.mark.parametrize("number", ["091-22-3344", "22 33 4455", "12 34 567", "123-45-678"])
def test_who_was_asked_for_a_telephone_means_no_door(number: str) -> None:
    assert phone_number(number, asked=True) is not None


@pytest.mark.parametrize(
    "words",
    [
        "我阳了 今天的单都去不了了 对不起", "全部都不去了", "#5 #6 都去不了了，我阳性被隔离了", "我确诊了，要被拉去方舱，送菜送药都换别人吧",
        "我们楼被封了 去不了", "密接了 不能出门", "我家里有事来不了", "I tested positive, can't come", "I have covid and cannot come",
    ],
)  # fmt: skip
def test_who_is_ill_or_shut_in_gives_their_places_back(words: str) -> None:
    assert gives_back(words, ["送物资上门"])


@pytest.mark.parametrize(
    "words",
    [
        "我家楼封了",
        "我确诊了",
        "隔离点没饭吃",
        "送菜的不来了",
        "送菜不来了",
        "今天送药来不了",
        "孩子发烧 不能出门",
        "取消送菜",
        "any of them can't come",
        "送菜不来了",
        "今天送药来不了",
        "孩子发烧 不能出门",
        "取消送菜",
        "any of them can't come",
        "我妈阳了去不了医院",
        "换人吧 这个保安太凶",
    ],
)
def test_who_is_shut_in_and_needs_something_gives_nothing_back(words: str) -> None:
    assert not gives_back(words, ["送物资上门"])


async def test_an_infected_volunteer_finds_the_button(village: City) -> None:
    _rosa, ben, chat = await people(village)
    await village.order(chat, "need: 2")
    await ben.taps(chat, "I'm in")
    await ben.says(village.bot, "我阳了 去不了了 对不起")
    await ben.taps(village.bot, "Can't make it")
    await village.settles()
    assert await village.sql("SELECT state FROM claim") == [("withdrawn",)]


@pytest.mark.parametrize(
    "words", ["一夜平安 登记12人", "核酸做完了 一共320人", "药都送到了", "All calm, 43 signed in", "有个老头闹着出去 劝回了", "全部采样完毕 312人", "晚上一切正常", "夜里巡逻完了 一切正常", "夜巡完成", "晚上登记了12户"]
)  # fmt: skip
def test_the_end_of_a_shift_is_a_report(words: str) -> None:
    assert tells_of_work(words)


@pytest.mark.parametrize(
    "words",
    [
        "核酸没做",
        "药没送到",
        "药",
        "安全出口堵了",
        "有个老头闹着出去",
        "下班了还没人来修",
        "一夜没睡 老人发烧",
        "门岗都下班了 外来人员都进来了",
        "nobody came today",
        "nobody delivered today",
    ],
)
def test_what_is_missing_is_no_report(words: str) -> None:
    assert not tells_of_work(words)


@pytest.mark.parametrize(
    "words",
    ["人没了 药不用送了", "我们被拉去方舱了 不用送了", "已经送医院了 不用来了", "不用了 我自己买到了"],
)
def test_who_needs_nothing_any_more_is_heard(words: str) -> None:
    assert is_withdrawal(words)


@pytest.mark.parametrize(
    "words",
    [
        "药没了",
        "人没了怎么办",
        "我们被拉去方舱了",
        "他们不用来了吗",
        "药没送来",
        "菜不用送了，药麻烦你们了",
        "菜搞错了",
    ],
)
def test_who_still_needs_it_is_not_sent_away(words: str) -> None:
    assert not is_withdrawal(words)


@pytest.mark.parametrize("second", ["我妈的降压药也没了 她住12号楼", "孩子发烧38度 没有退烧药"])
async def test_medicine_for_another_house_is_no_part_of_the_first_need(village: City, second: str) -> None:
    """Also where nobody says so: it has a place and a deadline of its own."""
    rosa, _ben, _chat = await people(village)
    case = await sent_case(village, rosa, "没菜了", "Daily supplies")
    await village.passes(minutes=6)
    await rosa.says(village.bot, second)
    await village.passes(minutes=11)
    await village.passes(minutes=6)
    words = await village.sql(f"SELECT count(*) FROM request_part WHERE request_id = {case}")
    assert words == [(1,)]
    assert await village.sql("SELECT count(*) FROM request") == [(2,)]


async def test_a_new_leader_sees_danger_first_and_hears_how_much_more_waits(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = 0
    for need in ("路灯坏了", "电梯坏了", "水管漏水", "垃圾没人清", "广场噪音", "路上有坑"):
        case = await asks(village, rosa, f"/request {need}")
        await village.passes(minutes=6)
    carl = await village.person("Carl")
    await carl.joins(chat)
    await acts_in(village, carl, chat)
    await carl.says(village.bot, "我妈没气了 救命 4号楼202")
    await village.settles()
    danger = case + 1
    await village.lead(ben, "Ziyun")
    await village.settles()
    seen = [m["text"] for m in await ben.looks(village.bot) if "Nobody has taken it yet." in m["text"]]
    assert f"Case {danger} " in seen[0] and len(seen) == SEATED
    await ben.sees(village.bot, "Open cases: 7.")
