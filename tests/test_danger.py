"""Danger, a place elsewhere, and several messages at once: who hears it, and that what is agreed to was read."""

import asyncio

import pytest

from services.urgency import helpers_for
from tests.asking import acts_in, asks, card, people, sent_case
from tests.city import City


async def test_danger_goes_where_its_teller_s_other_case_is(village: City) -> None:
    """Who came by a poster and is known nowhere else is helped by the leader who has their case already."""
    await village.neighbourhood()
    cy = await village.person("Cy", started=False)
    await cy.starts("help-11")
    await cy.says(village.bot, "the street lamp is broken")
    await cy.sees(village.bot, "The leader of Ziyun has it.")
    await cy.says(village.bot, "actually my husband is hitting me")
    await cy.sees(village.bot, "I am telling the people in charge of your neighbourhood")
    await village.leader.sees(village.bot, "somebody may be in danger")
    assert await village.sql("SELECT area_id FROM request ORDER BY id") == [(2,), (2,)]


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("孩子触电！", True), ("他被电到了", True), ("鱼刺卡喉咙喘不了气", True), ("过敏喉咙肿喘", True),
        ("停电到现在", False), ("充电到了一半", False), ("怕触电", False), ("有触电危险，请来修", False),
    ],
)  # fmt: skip
def test_what_takes_the_breath_or_gives_a_shock_is_danger(words: str, heard: bool) -> None:
    assert helpers_for(words) == (("ambulance",) if heard else ())


@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("老公掐我脖子，他威胁要弄死我", "police"), ("我老公又动手了", "police"), ("有人拿棍子打人", "police"), ("我孩子不見咗", "police"),
        ("there's a bloke with a machete", "police"), ("my husband strangled me", "police"), ("施工队又动手修路了", None),
        ("想打死老鼠", None), ("a shop with knife sets", None), ("我要从阳台跳下去", "despair"), ("活腻了，想一死了之", "despair"),
        ("你们再不来管我就从楼上跳下去", "despair"), ("i'm gonna jump", "despair"), ("雨棚快撑不住了", None), ("天台有人跳舞扰民", None),
        ("家里煤器有味道，闻着头晕", "fire"), ("隔壁燒起嚟喇", "fire"), ("隔壁烧烤太呛", None), ("孩子反锁在车里，天太热", "ambulance"),
        ("阿嬷跌落楼梯", "ambulance"), ("他把药全吃了", "ambulance"), ("baby not breathin", "ambulance"), ("孕妇晕车", None),
        ("carbon monoxide alarm going off", "ambulance"), ("carbon monoxide alarm needs a battery", None),
    ],
)  # fmt: skip
def test_cries_in_the_words_of_every_day_are_heard(words: str, whom: str | None) -> None:
    assert helpers_for(words)[:1] == ((whom,) if whom else ())


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        ("despair", "我写好遗书了|让我死了吧|我把攒的安定都吃了|我吃了二十片药|想一睡不醒|I have the pills in my hand|我想去找我死去的老伴 今晚就去"),
        ("ambulance", "他没脉了|孩子抽风了 翻白眼|哮喘犯了 药喷完了|小孩把纽扣电池咽下去了|制氧机停电停了 老伴儿嘴唇发紫|血糖27 人迷迷糊糊的|羊水流了|孩子要出来了"),
        ("ambulance", "有人掉冰窟窿里了|墙倒了 压住两个人|工地上有人被埋了|孩子39度2 没退烧药|刚才咬了人 出血了|contractions every 4 minutes|no more oxygen in the tank, lips blue"),
        ("fire", "屋里好大瓦斯味|闻着有煤气 我妈头疼想睡觉|燃气灶没关 屋里全是味|锅烧干了 满屋子烟 灭不了|电梯门打不开 我们三个人|我和孩子卡电梯里了|高压线掉地上了|I think the CO alarm is on"),
        ("ambulance", "老人好像去世了|老人走了, 身子都凉了|屋里有尸体|I found her dead|the old lady is dead|老人在屋里没气了|他没气了 我该做什么|孩子没气了 要做人工呼吸吗|我和狗都中毒了"),
        ("fire", "这不是演习，起火了|消防演练完 5楼着火了|lift is stuck, nobody answers, people inside"),
        ("police", "the volunteer hit me|he touched my granddaughter|他拿刀削我|他拿刀切我手|拿刀刮我脸"),
        ("police", "他掐我|我老公喝醉了拿酒瓶子砸我|继父对我做了不好的事|我后爸摸我|有人跟着我 我不敢回家|他把我锁在家里不让出去|我迷路了 我七十八了|he will kill me when he comes home"),
    ],
)  # fmt: skip
def test_a_few_words_are_heard_without_a_cry(whom: str, said: str) -> None:
    for words in said.split("|"):
        assert whom in helpers_for(words), words


@pytest.mark.parametrize(
    "said",
    [
        "谢谢你们 救命恩人啊 药收到了|我家狗要生了 想找兽医|外卖着火锅味儿|我猫跳楼了 没事|家里没气了 做不了饭|煤气灶打不着火|电梯坏了 老人爬不动楼",
        "电梯门打不开|电梯停在三楼不动|快递一直敲门|孩子不让出去玩 怎么办|保安不让我进门|我被锁在门外了|打电话没人接|老公打我电话|爸爸打电话|吃了两片药 好多了|帮我取一下药",
        "我父亲去世了,去哪办证明|my father is dead and I need the death certificate|he is dead wrong|my phone is dead|他应该死了心了|志愿者走了,水都凉了|the man hit me up for money",
        "满楼道油烟|二手烟|烟雾报警器换电池|插座没电|电线老化|我走了 钥匙给门卫|坚持不下去了 太累 换人|对我做了核酸|不知道在哪领药|低血糖能不能打疫苗|氧气瓶去哪里买",
        "楼梯扶手断了|桌腿断了|空调不行了|马桶不行了|墙皮起大泡|楼下污水往外冒|孩子的球掉沟里了|我家室温39度|物业要砍树|风吹砸门|电梯里面有小广告",
        "老人助餐电话没人接|孩子作业还没回来|猫迷路了|明天不行了|呼救按钮检查|我被锁在门外|he is not moving his car|they kicked me from the chat",
        "the lift stopped working|need a button battery for my remote|I cut my hair|locked out of my flat|the water pipe broke|need sugar|took my tablets|end it at 5|trying to open an account|smoke from the barbecue|the noise is killing me",
    ],
)  # fmt: skip
def test_what_only_sounds_like_danger_calls_nobody(said: str) -> None:
    for words in said.split("|"):
        assert helpers_for(words) == (), words


def test_a_long_story_is_no_cry_for_its_single_words() -> None:
    story = (
        "去年冬天楼上那家人把煤气灶没关就出门，屋里全是味，物业后来换了报警器，今年希望社区统一检查一遍管道，"
    )
    assert helpers_for("燃气灶没关 屋里全是味") and helpers_for(story * 3) == ()


async def test_the_button_under_an_old_message_is_heard_too(village: City) -> None:
    """Also while something else is asked, again after it was taken, and when the case has ended: then as one of its own."""
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "rubbish")
    asked = await rosa.sees(
        village.bot, lambda m: ["Somebody is in danger"] in m["buttons"], what="the button"
    )
    await rosa.says(village.bot, "/request")
    await rosa.taps(village.bot, "Somebody is in danger", message_id=asked["message_id"])
    await rosa.sees(village.bot, "call now:")
    found = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    last = await village.leader.last_id(village.bot)
    await rosa.forges(village.bot, asked["message_id"], "case:danger:1001")
    await village.leader.sees(village.bot, "Words of danger, just now.", after=last)
    await village.leader.says(village.bot, "/resolve 1001")
    await rosa.sees(village.bot, "Is it solved?")
    await rosa.forges(village.bot, asked["message_id"], "case:danger:1001")
    await village.settles()
    assert await village.sql("SELECT id, urgent FROM request ORDER BY id") == [(1001, True), (1002, True)]


async def test_a_poster_s_neighbourhood_gives_way_to_the_one_that_is_named(village: City) -> None:
    await village.neighbourhood()
    rosa, uma = [await village.person(name, started=False) for name in ("Rosa", "Uma")]
    await rosa.starts("help-11")
    await rosa.says(village.bot, "rubbish everywhere at Hehua, the bins are full, dirty street")
    await rosa.sees(village.bot, "Got it: case")
    await uma.starts("help-11")
    await asks(village, uma, "rubbish everywhere, the bins are full, dirty street")
    await uma.taps(village.bot, "Street cleaning")
    await uma.taps(village.bot, "No, mine is another")
    await uma.says(village.bot, "Hehua, house 3")
    await village.settles()
    named = await village.sql("SELECT area.name FROM request JOIN area ON area.id = request.area_id")
    assert named == [("Hehua",), ("Hehua",)]


async def test_what_telling_means_is_read_even_where_everything_comes_at_once(village: City) -> None:
    """Two messages in one breath: the first question is never shown, and the next one says what it would have said."""
    await village.neighbourhood()
    rosa = await village.person("Rosa")
    await village.remote.ask("fault", kind="429", method="sendMessage", chat_id=rosa.id)
    await rosa.says(village.bot, "qwerty asdf")
    await rosa.says(village.bot, "house 4, room 301")
    await village.settles()
    await rosa.sees(village.bot, "Telling me is your consent.")
    await rosa.sees(village.bot, "Got it: case 1001.")


async def test_words_of_danger_are_answered_at_once_and_the_leader_hears(village: City) -> None:
    rosa, _ben, _chat = await people(village)
    await rosa.says(village.bot, "I can't breathe, help")
    numbers = await rosa.sees(village.bot, "call now:")
    assert numbers["text"].index("120") < numbers["text"].index("110")
    found = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert not found["silent"]
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, "nobody has taken this urgent case")
    await rosa.says(village.bot, "我不想活了")
    alone = await rosa.sees(village.bot, "You are not alone.")
    assert alone["text"].index("12356") < alone["text"].index("120")
    assert await village.sql("SELECT urgent, count(*) FROM request GROUP BY urgent") == [(True, 1)]


async def test_danger_said_about_a_case_or_in_the_middle_of_a_duty_is_heard(village: City) -> None:
    rosa, ben, chat = await people(village)
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "I take it", message_id=found["message_id"])
    await rosa.says(village.bot, "现在着火了")
    await rosa.sees(village.bot, "call now:")
    heard = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert "着火了" in heard["text"] and heard["protected"]
    await rosa.says(village.bot, "救命, 出不去了")
    await village.leader.sees(village.bot, "Words of danger, just now.")
    await village.order(chat, when="today 14-16")
    await ben.taps(chat, "I'm in", on="Checkpoint duty")
    await ben.says(village.bot, "/checkin 1")
    await ben.sees(village.bot, "Share your location")
    await ben.says(village.bot, "救命")
    await ben.sees(village.bot, "call now:")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert await village.sql("SELECT count(*) FROM request WHERE urgent") == [(2,)]


async def test_words_of_danger_never_reach_the_helpers_of_another_matter(village: City) -> None:
    """Who sweeps the street is not told of it; it is a case of its own, and those above hear when nobody takes it."""
    rosa, ben, chat = await people(village)
    await acts_in(village, ben, chat)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    case = await sent_case(village, rosa)
    found = await card(village.leader, village, case)
    await village.leader.taps(village.bot, "Send volunteers", message_id=found["message_id"])
    await ben.taps(chat, "I'm in")
    await ben.sees(village.bot, "please pass it on to nobody")
    await rosa.says(village.bot, "我不想活了")
    await rosa.sees(village.bot, "12356")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    await village.settles()
    for place in (village.bot, chat):
        assert not [m for m in await ben.looks(place) if "不想活" in m["text"]]
    await village.passes(minutes=11)
    await stan.sees(village.bot, "nobody has taken this urgent case")
    await village.passes(hours=2)
    await rosa.sees(village.bot, "It is late, we are sorry")


async def test_a_leader_in_danger_is_heard_by_others(village: City) -> None:
    await people(village)
    stan = await village.person("Stan")
    await village.lead(stan, "Tanggu")
    await village.leader.says(village.bot, "我家着火了, 快来人")
    await village.leader.sees(village.bot, "call now:")
    await stan.sees(village.bot, "URGENT: somebody may be in danger")


async def test_danger_in_a_report_in_the_group_is_heard(village: City) -> None:
    _rosa, ben, chat = await people(village)
    posted = await village.order(chat)
    await ben.taps(chat, "I'm in")
    await village.settles()
    await ben.says(chat, "汇报 有人晕倒了", reply_to=posted["message_id"])
    await ben.sees(village.bot, "call now:")
    await village.leader.sees(village.bot, "URGENT: somebody may be in danger")


async def test_each_of_many_alarms_is_a_message_of_its_own(village: City) -> None:
    await people(village)
    neighbours = [await village.person(f"N{number}") for number in range(5)]
    for neighbour in neighbours:
        await neighbour.says(village.bot, "Ziyun: 楼里着火了")
        await neighbour.sees(village.bot, "call now:")
    await asyncio.gather(*(neighbour.says(village.bot, "还在烧, 救命") for neighbour in neighbours))
    await village.settles()
    heard = [m for m in await village.leader.looks(village.bot) if "Words of danger" in m["text"]]
    assert len(heard) == len(neighbours) and all(m["protected"] for m in heard)


@pytest.mark.parametrize("how", ["button", "key", "words"])
async def test_who_is_asked_says_that_somebody_is_in_danger(village: City, how: str) -> None:
    """No list of words hears everything: the case itself is urgent then, at once."""
    rosa, _ben, _chat = await people(village)
    said = "rubbish" if how == "button" else "qwerty asdf"
    await rosa.says(village.bot, said)
    await rosa.sees(village.bot, "Got it: case 1001.")
    if how == "button":
        await rosa.taps(village.bot, "Somebody is in danger")
    else:
        shown = await rosa.sees(village.bot, "Where is it?")
        assert "Somebody is in danger" in str(shown["keyboard"])
        await rosa.says(village.bot, "Somebody is in danger" if how == "key" else "有危险")
    numbers = await rosa.sees(village.bot, "call now:")
    assert all(number in numbers["text"] for number in ("120", "110", "119"))
    found = await village.leader.sees(village.bot, "URGENT: somebody may be in danger")
    assert said in found["text"] and not found["silent"]
    await rosa.says(village.bot, "house 3, room 101")
    await village.settles()
    assert await village.sql("SELECT id, urgent FROM request") == [(1001, True)]
    await village.leader.sees(village.bot, "house 3, room 101")
    await village.passes(minutes=11)
    await village.admin.sees(village.bot, "nobody has taken this urgent case")


@pytest.mark.parametrize("way", ["command", "alone", "menu", "stopped"])
async def test_a_poster_s_neighbourhood_holds_whichever_way_they_go_on(village: City, way: str) -> None:
    await village.neighbourhood()
    cy = await village.person("Cy", started=False)
    await cy.starts("help-11")
    await cy.sees(village.bot, "What do you need?")
    words = "the street lamp is broken"
    if way == "command":
        words = f"/request {words}"
    elif way == "alone":
        await cy.says(village.bot, "/request")
    elif way == "menu":
        await cy.says(village.bot, "/help")
        await cy.taps(village.bot, "I need help")
    else:
        await cy.taps(village.bot, "Stop")
    await cy.says(village.bot, words)
    await cy.sees(village.bot, "The leader of Ziyun has it.")
    await village.settles()
    assert await village.sql("SELECT area_id FROM request") == [(2,)]


@pytest.mark.parametrize(
    ("whom", "words"),
    [
        ("ambulance", "脐带掉出来了|爸爸晕在卫生间 门反锁|我胸口像压了块石头|孩子吃花生脸肿了 嗓子堵|手被绞肉机卷进去了|玻璃扎进脖子|妈妈睡着了叫她她不理我"),
        ("ambulance", "老公说话大舌头 一边手抬不起来|我儿子用呼吸机 电池还有四十分钟|便携氧气瓶只剩一格了|楼上掉下来一块玻璃 砸到人了|child locked in car, very hot"),
        ("fire", "阳台着起来了|厨房嘶嘶响 一股臭鸡蛋味|水漫到插座了|插座打火花 有焦味|电梯往下掉了两层 里面有四个人|sparks from the socket|一家头晕恶心 烧着炉子"),
        ("police", "我哥把我妈打得满脸血|有个男的跟着我进了单元门|有小孩趴在六楼窗户外面|我和孩子锁在卧室里 他在外面踹门|叔叔脱我裤子|someone is trying to break in"),
        ("despair", "今晚我就走 不用找我|我不想再醒来了|my friend says she's going to kill herself tonight"),
        (None, "电梯里有人尿尿|去年心梗做了支架 现在想办慢病卡|猫从楼上掉下来|自杀预防热线的海报|玻璃扎进轮胎|氧气瓶还剩两个要退|插座火花塞|现在我就走，不用找我零钱"),
        (None, "水管冻僵了|花盆差点砸到人了|someone trying to get in touch with you|小孩趴在窗台上看书|有个人跟着我上楼收水费|制氧机只剩包装"),
    ],
)  # fmt: skip
def test_cries_of_another_district_are_heard(whom: str | None, words: str) -> None:
    heard = {said: helpers_for(said) for said in words.split("|")}
    assert [
        said
        for said, helpers in heard.items()
        if bool(helpers) != bool(whom) or (whom and whom not in helpers)
    ] == []
