"""What a few words mean: hello, a place, a need, an answer, a cry for help; and none takes long to understand."""

import time

import pytest

from services import urgency
from services.replies import (
    asks_progress,
    holds_need,
    is_greeting,
    is_praise,
    is_thanks,
    is_withdrawal,
    phone_number,
    rating_said,
    says_need,
    says_nothing,
    says_where,
    which_case,
)
from services.solved_words import is_solved, is_solved_beside, says_more


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("解决了一半", None), ("药收到了但是不是我要的", None), ("你们说修好了可我家还漏水", None), ("说是处理完了，骗人的", None),
        ("it is fixed but it leaks again", None), ("药到了", True), ("送到了", True), ("可以了", True), ("来水了", True),
        ("it is working again", True), ("fixed now", True), ("等修好了再说", None),
        ("it never came", False), ("never mind", None), ("收到", None), ("received", None), ("都好了", True),
        ("修好了吗师傅", None), ("修好了告诉我一声", None), ("let me know once it is fixed", None), ("The plumber has arrived", None),
        ("老人送到了医院", None), ("收到了催费单", None), ("饭送到了，冷的，馊了", None), ("来电了，老跳闸", None), ("Fixed, water everywhere", None),
        ("two of three are fixed", None), ("I thought it was fixed", None), ("恢复了老样子", None), ("没问题，几点来", None),
        ("no worries, take your time", None), ("it is ok now and then", None), ("不在家", None), ("不晓得", None), ("不着急", None),
        ("不让停车", None), ("still works, thanks", None), ("the lift is not working", None), ("it is still leaking", False), ("不通水", False),
        ("电梯修好了，谢谢组长", True), ("the lamp is fixed now, thank you", True),
        ("has not been fixed", False), ("not all lamps are fixed", False), ("nothing has been done", False), ("yes it is broken", None),
        ("yes please come", None), ("yes and also the light is broken", None), ("修好了，另外楼道灯坏了", None), ("收到了，药不对", None),
        ("快修好了", None), ("谢谢，收到了通知", None), ("水来了，是黄的", None), ("来水了，没电", None), ("有电了，没网", None), ("应该修好了", None),
        ("没人帮忙解决了", None), ("送到了没有", None), ("解决了一个", None), ("没问题，我等你们", None), ("yes, tomorrow they come", None),
        ("不漏了，谢谢师傅", True), ("不吵了，辛苦了", True), ("no it is ok now", None), ("no, it is solved", None), ("yes, thank you so much", True),
        ("灯修好了，谢谢师傅", True), ("it was fixed yesterday, today no", None), ("not really", False), ("no, my mother needs food", None),
        ("没人送饭", None), ("没人管老人", None), ("没送牛奶", None), ("不舒服，想去医院", None), ("my father is not better, he needs doctor", None),
        ("我妈妈的降压药没了，谁能帮买", None), ("家里没水了", None), ("电梯又坏了", None), ("老人没人照顾", None), ("no water since morning", None),
        ("nobody collects the rubbish", None), ("not enough rice at home", None), ("没人来", False), ("修好了又坏了", False), ("不亮", False),
        ("no, still dark", False), ("nobody came", False), ("没修好", False), ("还没", False), ("没用", False), ("没呢", False),
        ("老样子", False), ("跟昨天一样", False), ("Same as before", False), ("no change", False), ("仲未得", False), ("冇人嚟", False),
        ("得咗", True), ("same problem at my mother's", None), ("一样的问题，我妈家", None), ("還沒修好", False),
        ("盖上了但是晃", False), ("修好了但是还漏", False), ("解决个屁", False), ("打了一下午电话都没人接", False), ("师傅说明天再来", False),
        ("it is only on Saturday!! nobody came yet of course", False), ("还是刷不开 骗人", False), ("修好了但是很快，谢谢", None), ("都弄好了，但愿以后别再脏了", None), ("弄好了 但是花了我三天", None),
    ],
)  # fmt: skip
def test_nothing_is_solved_before_they_say_so(words: str, solved: bool | None) -> None:
    assert is_solved(words) is solved


@pytest.mark.parametrize(
    ("words", "where", "need"),
    [
        ("5号楼401", True, False), ("紫云园东门", True, False), ("家里", True, False), ("near the school", True, False),
        ("我家停电了，快来人修", False, True), ("停水了", False, True), ("1）停水 2）停电 都来看看", False, True),
        ("水管爆了到处是水", False, True), ("also the street light is broken", False, True), ("3号楼门口路灯坏了", False, False),
    ],
)  # fmt: skip
def test_places_and_needs_are_told_apart(words: str, where: bool, need: bool) -> None:
    assert (says_where(words), says_need(words)) == (where, need)


def test_few_words_mean_what_they_say() -> None:
    for hello in (
        "谢谢你们",
        "在吗",
        "ok thanks",
        "🙏",
        "谢谢小伙子",
        "你好呀",
        "知道了",
        "thank you so much",
    ):
        assert is_greeting(hello), hello
    for more in ("你好，我家停水了", "hi, my light is broken", "谢谢 但是还没好", "好人", "早餐没了", ""):
        assert not is_greeting(more), more
    assert is_thanks("好的谢谢") and not is_thanks("在吗")
    for nothing in ("1", "。", "?", "...", "1️⃣", "done", "完成了", "菜单", "积分", "接单 1", "／claim 1"):
        assert says_nothing(nothing), nothing
    for need in ("停水", "120", "SOS", "1号楼", "lamp", "3 bins", "没电", "药"):
        assert not says_nothing(need), need
    for praise in (
        "很好",
        "非常满意，谢谢你们",
        "师傅很负责",
        "这次服务很及时，点赞",
        "very good service",
        "Great job everyone",
    ):
        assert is_praise(praise) and not is_greeting(praise), praise
    for none in (
        "不满意",
        "服务态度不好",
        "good morning",
        "好",
        "quick!",
        "师傅",
        "the lamp is good but the door is broken",
    ):
        assert not is_praise(none), none
    assert phone_number("我的电话13812345678") == phone_number("同意，138 1234 5678。") == "13812345678"
    assert phone_number("3号楼13812345678") is None
    assert (which_case("关于 1001 号", [1001]), which_case("新的事", [1001]), which_case("1002", [1001])) == (
        1001,
        0,
        None,
    )
    unneeded = "不需要了，谢谢|不用了 物业来过 好了|不用麻烦了，我儿子给修了|算了不要了|误报 对不起|别来了 我去医院了|先不用来了，改天吧"
    assert all(map(is_withdrawal, unneeded.split("|"))) and is_withdrawal("never mind, my sister brought it")
    needed = (
        "不用了但是|不要垃圾|不用药了怎么办|不用送米，要送药|别来晚了|我妈不用了，我还要|好了|谢谢|I need you"
    )
    assert not any(map(is_withdrawal, needed.split("|")))
    assert (rating_said("5星"), rating_said("five"), rating_said("5 stars")) == (5, None, 5)


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("没有，还是很脏", False), ("still not solved", False), ("yes", True), ("not yet", False), ("3号楼那边也没有灯", None),
        ("没有门牌号，就在东门旁边", None), ("没有水了", None), ("the lamp is not working", None), ("不知道", None),
    ],
)  # fmt: skip
def test_beside_another_question_only_an_answer_is_one(words: str, solved: bool | None) -> None:
    assert is_solved_beside(words) is solved


@pytest.mark.parametrize("solved", ["不漏了", "不堵了，谢谢", "没再漏了", "没有再发生"])
def test_what_is_over_is_solved(solved: str) -> None:
    assert is_solved(solved) is True


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("怎么还没人来", True), ("到哪一步了", True), ("进度？", True), ("什么时候来修", True), ("any news?", True), ("有人接了吗", True),
        ("has anyone taken it?", True), ("when will somebody come?", True), ("status", True), ("路灯什么时候来修", False), ("停水", False),
        ("来人", False), ("when is the power back", False), ("when will the water come", False), ("有人来了", False), ("3号怎么样了", False), ("修", False), ("", False),
    ],
)  # fmt: skip
def test_who_asks_how_far_it_is(words: str, asks: bool) -> None:
    assert asks_progress(words) is asks


@pytest.mark.parametrize("words", ["不", "不用了", "没有", "等一下", "no thanks", "stop"])
def test_a_bare_no_asks_for_nothing(words: str) -> None:
    assert says_nothing(words)


def test_no_message_takes_long_to_understand() -> None:
    """A pattern that repeats what overlaps doubles with each letter."""
    heard = (
        is_greeting, is_thanks, is_solved, is_solved_beside, says_more, says_where, says_need, is_withdrawal, phone_number,
        urgency.helpers_for, urgency.number_called, asks_progress, holds_need,
    )  # fmt: skip
    units = (
        "👍",
        "🙏",
        "嗯",
        "哦",
        "谢谢",
        "是的",
        "没有",
        "还",
        "不",
        "a ",
        "1 ",
        "no ",
        "13 8",
        "好",
        "他",
        "电梯",
        "ok ",
        "\n",
        "了",
        "-",
    )
    for unit in units:
        for tail in ("", "楼", "，还有3号楼漏", " x"):
            begun = time.perf_counter()
            for understand in heard:
                understand(unit * (119 // len(unit)) + tail)
                understand(unit * 900 + tail)
            assert time.perf_counter() - begun < 2, (unit, tail)


@pytest.mark.parametrize(
    "words",
    [
        "孩子丢了，手机关机", "老人丢了没带证件", "电梯困人", "电梯里困了人快来", "有人掉河里了", "喊不醒了", "快来救人", "救护车", "help!",
        "my grandma fell off the bed", "he is not waking up", "there is smoke in the stairwell", "我想去死",
        "起火", "楼下起火啦", "火燭", "电动车着了", "着 火 了", "楼道全是烟", "闻到煤气", "gas smell in the lobby", "fire in building 3",
        "theres a fire", "stuck in lift", "我被关在电梯里", "房子塌了", "我爸摔了一跤动不了", "奶奶滑倒了", "透不过气", "阿妈晕低咗",
        "shortness of breath", "my husband has chest pains", "嘴歪了说话不清", "帮我叫120", "救 命", "i wanna die", "唔想做人", "站在楼顶",
        "can't\nbreathe", "孩子吞了东西卡喉咙了", "老公打我还摔手机", "家里没人 着火了快来", "help me please find my son", "饭店着火冒烟",
        "奶奶在家摔了", "老公打緊我", "stranger in my house", "砍人了", "爷爷出门没回来", "我仔唔見咗", "lost my child", "报警", "🔥🔥🔥",
    ],
)  # fmt: skip
def test_plain_cries_are_heard(words: str) -> None:
    assert urgency.helpers_for(words)


@pytest.mark.parametrize(
    "words",
    [
        "孩子丢了一个书包", "水管正在抢修，什么时候来水", "楼上有人在砸墙装修", "leaves have fallen off the tree", "手机掉井里",
        "neighbour's cigarette smoke in my flat", "孩子都困了大人也睡不着", "i can't wake up early", "电梯困人问题多次反映",
        "the stroke of luck", "ambulance parking is blocked", "累得要死",
        "不着火了", "没有着火", "没人晕倒", "孩子没有走丢", "路灯不亮,老人容易摔倒", "爸爸手机丢了", "消防通道堵了怕着火", "烟囱冒烟",
        "我妈中风后遗症需要轮椅", "空调没气了", "跳楼大甩卖", "no longer on fire", "no gas leak, checked", "I'm dying to know",
        "天台跳广场舞", "爬上天台晒被子", "电梯里有人抽烟", "邻居在我家放火锅", "家里有火灾报警器", "她家冰箱不动了", "公共厕所水阀动不了",
        "砍人家的树", "accident near the gate, nobody hurt", "help me please with the form", "fire hydrant blocked", "多次报警无果", "小心火烛标语", "现在起火的案例不少,要重视",
    ],
)  # fmt: skip
def test_everyday_words_are_no_cries(words: str) -> None:
    assert not urgency.helpers_for(words)
