"""Words of a helper at somebody's door, and of whom they help, told apart without asking."""

from services.at_the_door import is_of_the_visit, is_own
from services.complaints import speaks_of_helper


def test_what_is_of_the_visit_and_what_is_a_report_or_a_need() -> None:
    for words in (
        "这里没有3单元, 是不是写错了?", "她说不要了", "她家水管也爆了, 能叫物业来吗", "她不开门, 打电话也不接, 怎么办", "which bell?", "地址不对", "要先付钱吗",
        "can I give her my number?", "没人开门, 药没送到", "I am at the door, nobody answers",
    ):  # fmt: skip
        assert is_of_the_visit(words), words
    for words in (
        "送到了", "已送到, 她不在家, 放门口了", "Delivered, she isn't home, left it with the neighbour", "I left the bag at the door, nobody answered",
        "left it with the neighbour", "我也需要口罩, 能给吗?", "I need masks too, can you?", "我家水管爆了怎么办", "在楼下等",
    ):  # fmt: skip
        assert not is_of_the_visit(words), words


def test_words_of_ones_own_home_people_and_life() -> None:
    for words in (
        "我家着火了",
        "我妈晕倒了",
        "我不想活了",
        "my son is not breathing",
        "fire at home",
        "我们楼着火了",
    ):
        assert is_own(words), words
    for words in (
        "老人晕倒了, 没有反应",
        "敲门没人应, 里面有煤气味",
        "she is not breathing",
        "there is smoke",
        "他家着火了",
    ):
        assert not is_own(words), words


COMPLAINTS = (
    "He was drunk and shouted at me", "他偷了我的钱, 别让他来了", "I think he took money from my purse", "门口有个人说是你们的, 要我身份证和银行卡密码, 是真的吗", "志愿者骂人",
    "那个小伙子喝醉了", "我怕他", "换个人吧", "please don't send her again", "the volunteer was rude to my mother",
)  # fmt: skip
NEEDED = (
    "到了打我电话", "Please shout from the gate, the bell is broken", "门禁密码2580#", "Don't let her eat nuts, she is allergic", "The dog is very aggressive, ring first",
    "please don't send them to block 3, I moved to block 5", "别让他来2单元了, 改来5单元", "请不要摸她, 她过敏", "换个人接: 我女儿在家", "We need another volunteer, she weighs 100 kg",
    "my purse was stolen", "她会打人, 有老年痴呆, 小心",
)  # fmt: skip


def test_what_is_said_of_a_helper_and_what_a_helper_needs() -> None:
    for words in COMPLAINTS:
        assert speaks_of_helper(words), words
    for words in NEEDED:
        assert not speaks_of_helper(words), words
