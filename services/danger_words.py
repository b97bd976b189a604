"""What people in danger say, in both languages, by whom to call first; and what only sounds like it. Data, no code."""

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

# Forms that vary too much for phrases
FORMS = {
    "despair": r"想(要)?去死|要去死|割.{0,3}腕|跳(河|江|楼|桥)|[想要]跳下去|想不开|不想活|活够了|不如死|死了算|(?<!三)上吊(?!灯)|烧炭|安眠药.{0,6}(吃|吞)|"
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
# What people wrote who were not heard by the above
CRIES = {
    "despair": r"从.{0,4}(楼|阳台|窗|天台|顶|桥).{0,3}跳(下去|出去|下来了)|(楼顶|天台|顶楼|阳台|窗台|桥上).{0,4}要?跳(?!舞|绳|操|广|水)|活腻|一死了之|(我.{0,5}|^(真的?|快)?)撑不住了[啊,。! ]*$|想找(根|条)绳子[了。! ]*$|\b(i'?m|i am) (gonna|going to) jump\b|"
    r"\b(wanna|want to) die\b|^kms[.! ]*$|\bdo ?n'?t (want|wanna) (to )?(be alive|live|exist)\b|\bending my life\b|\bbetter off without me\b|"
    r"\bno point (in )?living\b|\b(miss me|care) if i (died|die|was dead|were dead)\b|\btook \d+ (pills|tablets|sleeping)|离开(这个|人)世|世界.{0,4}不值得|"
    r"没意思活着|唔想(再)?(生存|做人|活)|死咗算|(站|爬)(在|上|到)(了)?.{0,3}(楼顶|天台|窗台|顶楼|桥栏|护栏)(?!.{0,6}(晒|抽|玩|修|种|看|跳广|跳舞|装|聊|喝|吃|锻炼|养|搭|放))|天台.{0,4}跳(?!舞|广|绳|操)|(食|吃)咗.{0,4}药",
    "ambulance": r"把.{0,4}药.{0,2}(全|都|一下子).{0,2}(吃|吞|喝)(?!完.{0,3}没)|(跌|摔|滚)(落|下)了?.{0,3}(楼|梯|台阶|坑|沟|井)|孕妇.{0,6}(出血|流血|肚子[疼痛]|破水|晕(?!车)|摔)|打.{0,3}见血|(孩子|娃|宝宝|婴儿|小孩|老人).{0,4}(锁|困|关)在.{0,2}车|"
    r"\bon the (floor|ground)\b.{0,12}\bnot movin|\b(isn'?t|is not|not|stopped|barely) breathin\b|\bcarbon monoxide (alarm|detector)s? (is |has |keeps? )?(going|goes|went|beep|sound|ring)|"
    r"(我|爸|妈|奶|爷|公|婆|伴|老人|孩子|他|她)(?:(?!的|车|门|机|电脑|屏|们|(?<!在)家|共|走|窗|阀|柜|锁|灯|箱|搬|抬|推|拿).){0,5}(摔了(?!.{0,2}(碗|杯|手机|东西|门|锅|盘|瓶|车))|摔在|滑倒了|跌了一跤|跌亲|不会动|不动了|动不了|动弹不得)|"
    r"跌亲咗|呼吸不了|喘不过来|透(不|唔)(过|到)气|唞(唔|不)到|唔识唞|(晕|昏)(到|低|咗)(?!车)|叫唔醒|(他|她|爸|妈|孩子|老人).{0,3}不醒(?!目)|流咗.{0,3}血|断了.{0,3}(流|出)血|打起来.{0,3}出血|"
    r"心脏.{0,3}不舒服|胸口.{0,2}闷|心绞痛|嘴巴?.{0,1}歪|突然.{0,3}(说不出话|不会说话|看不见了|半身不遂)|半身不遂.{0,3}突然|噎(到|着)了|卡(住|在|到)(了)?(喉咙|嗓子|气管)|狗咬.{0,6}血|车撞人|撞车.{0,6}(伤|血)|"
    r"(?<!充)(?<!没)(?<!来)(?<!插)电(到|着|击)(了|我|他|她|人|孩子)|(?<!防)(?<!怕)触电([啊啦倒!]|[。.]*$)|鱼刺.{0,6}(卡|喉|喘)|过敏.{0,10}(喘|肿|呼吸)|(喉咙?|舌头).{0,3}肿.{0,6}(喘|呼吸|气)|"
    r"血压.{0,8}晕|(人|爷爷?|奶奶?|姥姥|姥爷|外公|外婆|爸|妈|爹|娘|老伴|老公|老婆|父亲?|母亲?|老头子?|老太太?|丈夫|孩子)(好像|快|要|就)*不行了|\bno breathing\b|昏睡不醒|^.{0,6}(叫|打|拨)(个|一下)?120(?!.{0,3}(米|平|块|元|报))|(快|帮我|帮忙|赶紧)(叫|打|拨)打?120|🚑|\b(cant|can'?t|cannot) breath\b|\b(hard|difficult|struggling) to breathe?\b|\b(shortness of|short of) breath\b|\b(difficulty|trouble) breathing\b|"
    r"\bchest (pains?|hurts?|is tight|tightness)\b|\bpain in (my|his|her|the) chest\b|\bheart pain\b|\bface (is )?droop|\bsnake bit|\bdog bit .{0,15}bleed|\bcar hit (a|my|the) (boy|girl|man|woman|child|kid|person|old|neighbou?r|cyclist|pedestrian)|"
    r"\baccident\b(?!.{0,30}\b(nobody|no one|not)\b).{0,20}\b(hurt|injured)\b|\bhaving a fit\b|\bconvuls|\bbaby is coming( now)?[!. ]*$|\bpassing out\b|\b(call|dial) (120|911|112|999)\b|"
    r"\b(mum|mom|dad|mother|father|grand\w+|wife|husband|she|he|old (man|woman|lady)) fell (over|in|on|off|down|from)\b(?! love)",
    "fire": r"(煤器|煤汽|媒气|燃汽).{0,6}(味|漏)|烧(起|着)(嚟|咗)|(隔壁|楼上|楼下|邻居).{0,3}(烧|着)起|"
    r"起火([啊啦呀!]|了(?!一次)|[。.]*$)|^.{0,8}起火(?!点|原因|事|的)|(?<!小心)火烛|(屋企|家里|厨房|屋里).{0,1}有火(?!锅|腿|气|警|灾|灶|车|炉|柴)|(闻到|闻见|一股).{0,4}(煤气|燃气|天然气|液化气)|(煤气|燃气|天然气).{0,3}(味(?!道淡)|泄漏)|漏气.{0,3}(煤气|燃气)|"
    r"(车|家里?|屋里?|厨房|楼[上下道里]?|房子?|沙发|棚|垃圾桶|电线|电箱|插座)着了(?!凉|急|迷)|着了着了|烧着了|冒火|火花.{0,3}(冒|溅)|(楼道|家里|屋里|楼里|走廊).{0,3}(全是|都是|好大|很大|很多|好多)(黑|浓)?烟(?!头|味|蒂|灰)|^好大烟|放火(?!墙|锅|炮)|纵火|🔥{2,}|"
    r"(?<!会)(关|卡|困)在(了)?电梯|电梯.{0,6}(出不(来|去)|(里面?|里还)有人(?!抽|吐|贴|乱|吸|撒|小便|大便|打|吵|放|堆|涂|踢|骑|推|带|遛))|(房子?|楼|屋顶|脚手架)(坍|倒)?塌了|(塌|倒).{0,4}(压|砸)(着|到|住|伤)(了)?(个)?人(?!怎么)|(煤气|燃气).{0,2}漏|"
    r"\bga[sz]s? (smell|leak)|\bsmell(s|ing|ed)? (like |of |some )?ga[sz]s?\b|\bfire (in|at|on) (the |my |our |a )?(building|block|house|flat|floor|kitchen|room|unit|stair|garage|basement|car|\d)|"
    r"\bthere'?s? (is )?(a )?fire\b(?! (hydrant|drill|extinguisher|alarm|lane|door|station|truck|exit|hazard|engine|safety))|\b(big|kitchen|house|car|electrical) fire\b(?! (hydrant|drill|extinguisher|alarm|lane|door|exit|safety|hazard|department|station|truck|risk|engine))|"
    r"\bis burnin\b|^help[!, ]*fire|^fire\b[^a-z]*$|fire.{0,3}在|\bspark\w*\b.{0,15}\bsmoke\b|\b(stuck|trapped|locked) in (the |a |this |our )?(lift|elevator)\b|\b(lift|elevator) (is )?stuck\b.{0,30}\b(inside|people in)|\bpeople (are )?trapped\b|\bcollapsed on\b|\b(building|house|roof) collapsed\b|zhaohuo",
    "police": r"掐.{0,3}脖|(掐|弄|打|捅|砍|勒)死(我|他|她|你|人)(?!们?的)|(老公|丈夫|老婆|男朋友|女朋友|前夫|爸|他|她).{0,3}(又|对我|跟我)动(起)?手(?!术|做|修|能|机|干|弄|搞|清|收)|(拿|持|抄|举|提)(着|了|起)?.{0,3}(棍|铁管|钢管|斧).{0,6}(打|砸|追|砍)|(孩子|仔|女|老人|妈|爸|婆|公).{0,4}(不|唔)见咗(?!.{0,3}(眼镜|钱|包|手机|锁匙|钥匙|卡|证))|"
    r"\b(got|with|has|holding|swinging|waving) (a |an )?(knife|machete|axe|gun)\b(?! (sharpen|set|block|rack|shop))|\bstrangl(ed|es|ing|in) (me|her|him|my|us)\b|"
    r"打紧我|我被(老公|丈夫|爸|妈|他|她|男朋友|妻子|儿子|邻居)打(?!扰|断|电话)|(爸爸?|老公|爷爷|儿子)(又|正?在|一直)?打(妈妈?|奶奶|老婆)(?!.{0,2}(电话|手机|针|麻将))|陌生人.{0,3}(在|进|闯).{0,3}(家|屋)|有人.{0,2}跟踪我|砍(人(?!家|的)|伤)|"
    r"(细路|我仔|我女|老爷子|老头|老太太).{0,2}(唔见|不见了)|(爷爷|奶奶|老人|孩子|我爸|我妈|老伴).{0,3}(出门|出去).{0,4}(没|未)(有)?回(来|家)|^(快|帮我|请|我要|帮忙)*报警[!啊. ]*$|jiu ?ming|"
    r"\b(following|stalking) me\b|\b(stranger|someone|somebody|man|intruder) (is )?in my (house|flat|home|apartment|room)\b|\bwith (a )?knife\b(?! (sharpen|set|block))|\bhas a gun\b|\b(need|send|please call|call) (the )?police\b[!. ]*$|"
    r"\b(lost|can'?t find|cannot find) my (child|son|daughter|kid|baby|mother|father|mum|mom|dad|grand\w+|husband|wife)\b(?!'s)|\bdementia\b.{0,20}\b(missing|lost)\b",
}
# What only sounds like it: denied, feared for another day, long past, taught, or said of a thing
HARMLESS = (
    r"救命(恩人|稻草|之恩)|(狗狗?|猫咪?|兔子?|猪|牛|羊|鸟)(快|就|都)?要?生了|(?<![和跟与])(猫咪?|狗狗?|鸟)又?(跳楼|跳下去|触电|中毒|抽筋|走丢|失踪|丢)了(?!.{0,4}(我|他|她|人))|着火锅|要杀(价|鸡|鱼|虫|毒|菌|蟑螂)|"
    r"(昨天|前天|上周|上次)的?(消防)?(演习|演练)[^。!?]{0,6}(起火|着火|火灾|地震)|没气了.{0,3}(做不了|没法做|不能做|怎么做|做不成|烧不了)(饭|菜|水)|拿着?刀(切(菜|肉|瓜|水果)|削(皮|苹果|水果|铅笔)|割草)|"
    r"\b(lift|elevator) (is )?stuck,? (but )?(nobody|no one)( is)? (inside|in it)\b|没人(晕倒|昏倒|摔倒|受伤)|(没有?|不|未|并非|不是|怕|怕会|担心会|容易|预防|防止|避免)(会|再|发生)?(着火|起火|失火|摔倒|跌倒|晕倒|昏倒|触电|煤气中毒|走丢|走失)(?!在)|没有?(煤气味|胸痛|冒烟|火灾)|(不是|没有|没想)自杀|"
    r"(上次|去年|前年|上个?月|以前|那次)[^,。!?]{0,4}(着火|失火|起火|火灾|摔倒|跌倒|中风|触电)|(中风|脑梗|心梗|偏瘫)(后|的)?(遗症|康复|卧床|出院|病史|恢复)|"
    r"电梯(里|内)?有人(尿|撒尿|吐痰|抽烟|吸烟|大便|小便|拉屎|遛狗)|(去年|前年|以前|曾经|[一二三四五六七八九十\d]年前)得?过?.{0,2}(心梗|脑梗|中风)|(猫咪?|鸟)[^人我他她,。]{0,2}从.{0,4}(楼|阳台|窗|树).{0,3}(掉|摔|跳)|(自杀|家暴)(预防|干预)|预防(自杀|家暴|中风|心梗)|"
    r"(着火|火灾|消防|逃生|地震|困人|急救|触电|溺水|中毒)[^,。!?]{0,4}(演练|演习|培训|讲座|宣传|知识|视频)|(烟囱|油烟|烧烤摊?|餐馆|饭店)[^,。!?火着]{0,4}冒(黑|浓)?烟|"
    r"(空调|煤气|液化气|气罐|煤气罐|轮胎|球|打火机|燃气)没气了?|吞了(我|他|她)?的?(银行)?卡(?!住|在|喉|到)|跳楼(价|大?甩卖|机)|自杀式|想死(机|你)|刀片|冒烟的(图|照|视频)|(吵|臭|累|热|冷|忙|烦|气|笑|急|困|饿|渴|痒)得(我|人)?(都|快)?要死|"
    r"(帽子?|眼镜|衣服|雨?伞|东西|耳机|无人机|拖鞋)(不小心)?掉(进|到|在|下).{0,2}(河|水|井|湖|海|江)|(手机|钱包|卡|证件?|钥匙|包|假牙|眼镜|拐杖|轮椅|电动车|自行车|东西)(丢了|不见了|找不到了)|打我(妈|爸|家|们|老公|老婆|儿子|女儿)?的?(手机|电话)|胸闷的天气|"
    r"\b(no|not|isn'?t|wasn'?t|no longer|without)( a| an| any| on| more| longer)* (fire|gas leak|gas smell|smoke)\b|\bdrowning in (paper\w*|work|noise|debt|rubbish|e?mails?)\b|\brobbed of (sleep|rest|peace)\b|\boverdose of (noise|work)\b|"
    r"\bbreak-in period\b|\bdying to (know|see|hear|get)\b|\bsos (kit|button)\b|\bhelp me please (with|carry|fill)\b|\b(heart attack|stroke|cpr|first aid) (prevention|rehab\w*|class|talk|course|training)\b|\bswallowed my card\b"
)
