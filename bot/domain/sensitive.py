"""Words of messages that nobody sends alone: apologies, complaints, disputes, crises, condolences, gifts, hospitality. Knows words only.

They tell what a text touches, not what is to be done with it: a question about the gift policy touches gifts, too.
"""

from collections.abc import Mapping

from bot.domain.patterns import Pattern

_CHINESE: Mapping[str, str] = {
    "apology": (
        "道(?:个|了|声|一声)?歉|致(?:个|以)?歉|抱歉|对不起|赔礼|赔(?:个)?不是|赔罪|认错|认个错|认个怂|谢罪|歉意|歉疚|愧疚|深感遗憾"
        "|负荆|请罪|低个头|服个软"
        "|说声对不起|是我们(?:的)?(?:错|问题|责任)|我们(?:的)?(?:失误|过失|疏忽|过错)|失误|疏漏|(?:发|送|装|寄|开|算|搞|弄)(?:错|坏|丢"
        "|砸|没)|纰漏|补救|不好意思|原谅|谅解|包涵"
    ),
    "complaint": (
        "投诉|抱怨|吐槽|骂|发火|发飙|发脾气|生气|恼火|不满(?!足|[0-9一二三四五六七八九十两半])|火大|火气|暴怒|愤怒|气炸|很气|质问"
        "|兴师问罪|差评|索赔|退货|拒收"
        "|讨说法|讨个说法|维权|客诉|申诉|消气|安抚|平息|不高兴|不开心|不爽|埋怨|失望|寒心|有意见|意见很大|意见大|拍桌子|翻脸|闹情绪"
        "|低分|翻脸|炸锅|炸了|质疑"
    ),
    "dispute": (
        "律师|起诉|诉讼|仲裁|官司|法院|法庭|违约|侵权|纠纷|争议|追责|赔偿|赔付|法律责任|法律行动|法律程序|诉诸|传票|解约|终止合同"
        "|解除合同|终止合作"
        "|举报|检举|公函|催告|告他们|告我们|告到|公堂|开庭|败诉|判决|律所|专利|警方|监管|调解"
    ),
    "crisis": (
        "危机|事故|爆炸|起火|火灾|着火|失火|(?:泄漏|泄露|漏油)(?!检测|测试|传感|监测)|召回|曝光|舆情|丑闻|伤亡|工伤|受伤|死亡|停产"
        "|停线|停摆|宕机|瘫痪|被黑|黑客"
        "|勒索|数据丢|安全事件|污染|中毒|地震|洪水|台风|破产|裁员|倒闭|查封|产线停|(?:线|机)停了|媒体(?:问|追|采)|记者|公关"
    ),
    "condolence": (
        "慰问|哀悼|节哀|去世|过世|逝世|离世|病逝|辞世|仙逝|走了的消息|吊唁|悼|丧|葬礼|讣告|白事|唁|(?:生|住)(?:了)?(?:院|病)|病重|重病"
        "|安慰|难过|不幸|噩耗|病故|确诊|摔伤|骨折|(?:老人|父亲|母亲|爸|妈|爱人|老伴|妻子|丈夫|奶奶|爷爷|亲人|岳父|岳母"
        "|孩子)[^,。;!?]{0,6}(?:走了|没了|不在了|过了|逝)|(?<!化)手术(?!室|台|器|刀)"
        "|癌|车祸|康复|早日恢复"
    ),
    "gift": (
        "礼物|礼品|(?<![典婚敬洗巡失顶无])礼(?!貌|堂|拜|节|仪|宾|服|让)|心意|点心|零食|补品|保健品|阿胶|糕点|丝巾|领带|酒(?!店|精|业"
        "|厂|水行)|(?<!无)烟(?!感|雾|气|道|草|囱|台|尘|火)|送礼|备礼|礼盒|礼金|贺礼|随礼|份子钱|伴手礼|厚礼|见面礼|谢礼|大闸蟹|月饼"
        "|粽子|茶叶|[好红白洋]酒|茅台|五粮液|香烟"
        "|中华烟|[水果]果篮|果篮|水果|鲜花"
        "|花篮|花束|束花|送花|捧花|红包|购物卡|礼品卡|加油卡|京东卡|充值卡|代金券|消费券|特产|海鲜|燕窝|人参|冬虫|名表|手表|包包|球票"
        "|门票|演唱会|话剧票|纪念品|意思意思"
        "|表示表示|打点|回扣|好处|返现|佣金|介绍费|辛苦费|感谢费|润滑|普洱|龙井|巧克力|蛋糕|香水|玉器|字画|生日礼|喜糖|年货|腊肉|车厘子"
        "|(?:送|寄|带|捎|拎|买|备|提|弄|快递)[^,。;!?]{0,6}[0-9一二两三四五六几](?:盒|箱|瓶|篮|罐|条|束|斤|提|坛)"
        "(?![^,。;!?]{0,6}(?:样|配件|备件|资料|宣传|彩页|手册|设备|产品|传感|模块|耗材|发票|合同|货|润滑|轴承|电池|消息|信息|微信))"
    ),
    "hospitality": (
        "请[^,。;!?]{0,10}(?:吃|喝|搓|撮|玩)|吃(?:个|顿|一顿|了)?(?:便|早|午|晚|中|工作)?饭|饭局|饭店|请客|聚一?聚|晚宴|泡脚|洗脚|唱k"
        "|k歌|游轮|游艇|滑雪|音乐会|看(?:场|个)?电影|看(?:场|个)?比赛|便饭|宴|招待|聚餐|[早午晚中]餐"
        "|[午晚]饭|夜宵|宵夜|喝酒|喝茶|喝一杯|喝两杯"
        "|小酌|喝(?:杯|个)?咖啡|酒局|酒会|做东|买单|餐厅|包间|包厢|订(?:个)?(?:餐|酒店|机票|位|桌)|高尔夫|打球|桑拿|按摩|足疗|ktv|唱歌"
        "|旅游|度假|考察游|出国考察|看球|看演出"
        "|温泉|钓鱼|农家乐|火锅|烤肉|海底捞|撸串|滑雪|接待(?!室|处|员)|应酬|一条龙|款待"
    ),
}
_ENGLISH: Mapping[str, str] = {
    "apology": (
        r"apolog(?:y|ies|i[sz]e[sd]?|i[sz]ing|etic)|sorry|regrets?|make amends|make it up to|mea culpa|own up|forgive(?:ness)?|(?:our"
        r"|my) (?:fault|mistake|error|bad)|(?:to blame|at fault)|(?:make|put) (?:it|things) right"
        r"|(?:we|i) (?:messed|screwed) up|say we were wrong|eat humble pie|smooth (?:it |things )?over|patch things up|grovel\w*"
        r"|bao ?qian|dao ?qian"
    ),
    "complaint": (
        r"complain\w*|grievances?|furious|angry|anger|angrily|upset|unhappy|livid|fuming|outraged?|dissatisf\w+|annoyed|frustrat\w+|irate"
        r"|mad at|cross with|disappointed|disappointment|escalat\w+|ranting|rant|shouting|yelled|yelling|(?:bad|negative|poor|nasty"
        r"|scathing|harsh) (?:review|feedback|rating)|(?:one|two|1|2)[- ]stars?|critici[sz]\w+|displeased|(?:not|isn't|aren't|wasn't"
        r"|never) happy|fed up|let down|gripe\w*|moan\w*|blam\w+|furore"
        r"|calm \w+ down"
        r"|hit the roof|up in arms|tou ?su"
    ),
    "dispute": (
        r"law ?suits?|sue[ds]?|suing|litigat\w+|legal (?:action|disputes?|threats?|notices?|proceedings|claims?|letters?|matters?|position)"
        r"|lawyers?|attorneys?|solicitors?|barristers?|in court|to court|threaten\w*|patents?|regulators?|police|prosecut\w+|verdict"
        r"|summons|notice of default|default notice|breach(?:ed|es)?|disputed?s?|arbitrat\w+|mediation|infring\w+"
        r"|cease[- ]and[- ]desist|terminat(?:e|ed|ion|ing)|damages|subpoena|settlement|demand letter|without prejudice|injunction|tribunal"
        r"|compensation|claims? (?:against|for compensation|for damages)|contesting"
    ),
    "crisis": (
        r"crisis|crises|accidents?|explosions?|exploded|blaze|(?:on|a|the|warehouse|plant|factory) fire|leak(?:ed|s|age)?(?! (?:detect"
        r"|test|sensor))"
        r"|recall(?:ed|s)?|scandal|injur\w+|fatalit\w+|outages?|went down|ransomware|hack(?:ed|ers?)|data (?:loss|breach|leak)"
        r"|(?:the )?(?:press|media|journalists?|reporters?)(?! release| kit| fit)|bankrupt\w*|insolven\w+|layoffs?|redundanc(?:y|ies)"
        r"|earthquake|flood(?:ed|ing)?|contaminat\w+|meltdown|safety incident|security incident|incident|(?:lost|leaked|deleted"
        r"|wiped) (?:all )?(?:of )?(?:their|his|her|the|customer) data|cyber ?attack|shut ?down|(?:broke|damaged|destroyed"
        r"|ruined) (?:their|his|her|the)|wrong (?:shipment|item|invoice|part|sensor|goods|delivery)|line stop(?:ped)?"
        r"|line is down|line down"
    ),
    "condolence": (
        r"condol\w+|passed away|pass(?:ed|ing) (?:away|of)|died|dead|death|funeral|bereave\w*|mourn\w*|grie(?:f|ving|ve)|(?:his|her"
        r"|their|your) loss"
        r"|sad news|tragic|tragedy|diagnosed|(?:speedy|quick|full) recovery|lost (?:his|her|their) (?:father|mother|dad|mum|mom|wife"
        r"|husband|son|daughter|brother|sister|child|parents?|partner)"
        r"|hospitali[sz]ed|in (?:the )?hospital|get[- ]well|illness|surgery|cancer|memorial|sympath(?:y|ies)|heart attack|stroke"
        r"|car crash|jie ?ai"
    ),
    "gift": (
        r"gifts?|gifted|gifting|(?:a|some|birthday|christmas|wedding|small|nice|little|leaving|retirement|thank[- ]you) presents?"
        r"|hampers?|wines?"
        r"|bottles?|surprise|souvenirs?|sweets|candies|jersey|perfume|whisk(?:e)?y|champagne|prosecco|cognac|brandy|gin|chocolates?"
        r"|flowers|bouquets?|vouchers?|gift ?cards?"
        r"|fruit basket|mooncakes?"
        r"|tickets? (?:to|for) (?:the |a )?(?:[a-z]+ )?(?:match|game|concert|opera|final|show|f1|grand prix|theatre|theater|cup|open"
        r"|musical"
        r"|festival|race|ballet)"
        r"|(?:season|opera|theatre|concert|football|match|cup|f1) tickets?|kickbacks?|bribes?|sweetener|referral fee|finder'?s fee"
        r"|backhander"
        r"|(?:an?|the) envelope|cash|cigars?|watch as|rolex|ipad|airpods|goodie bag|goody bag|token of (?:our )?appreciation|swag"
        r"|merch|cake|li ?wu|hong ?bao"
    ),
    "hospitality": (
        r"hospitality|dinners?|(?<!after )(?<!before )(?<!until )lunch(?:eon)?(?! ?time| ?break| hour)|breakfast|brunch|supper|drinks?"
        r"|beers?|cocktails?"
        r"|a meal|meals|restaurants?|banquets?|entertain(?:ment|ing)?|party|box seats?|golf|spa|(?:hotel|airline) (?:room|suite"
        r"|upgrade)|book (?:a |the )?table"
        r"|(?:all[- ]expenses?[- ]paid|ski|fishing|shopping|sightseeing|weekend|free) (?:trips?|weekend)|cruise|weekend away|skiing"
        r"|yacht|karaoke"
        r"|treat(?:ing)? (?:him|her|them|the|[a-z]+ to)|wine and dine|(?:buy|grab|for|over|on us)[a-z ]{0,12} (?:coffee|tea)"
        r"|coffee on us|night out|the races"
        r"|grand prix|stadium|(?:the|a) (?:big )?(?:game|concert|opera|races?|derby|festival)|skybox|vip (?:box|tickets?|lounge)"
        r"|barbecue|bbq|steaks?|sushi|pub|sailing|regatta|bowling|concert|opera|cinema|chi ?fan"
    ),
}
SENSITIVE = Pattern(
    "|".join(f"(?P<zh_{topic}>{words})" for topic, words in _CHINESE.items())
    + "|(?<![a-z])(?:"
    + "|".join(f"(?P<en_{topic}>{words})" for topic, words in _ENGLISH.items())
    + ")(?![a-z])"
)
_COURTESY = Pattern(
    r"^(?:\W*(?:sorry|apologies|抱歉|对不起|不好意思|hi|hello|hey|你好)\W*[,:!。]\W*)"
    r"|(?:抱歉|不好意思|对不起|冒昧)打扰(?:您|你|一下)?|打扰了?|不好意思(?=[,]?(?:再|又)?(?:麻烦|请|帮))"
    r"|(?<![a-z])sorry (?:to (?:bother|trouble|chase|ask|be a pain|nag)|for (?:bothering|asking|the (?:short notice|typo)))(?: (?:you"
    r"|again))?"
)
_HOUSE_WORDS = Pattern(
    r"(?:礼品|餐厅|酒店|旅游|茶叶|海鲜|水果|火锅|蛋糕|鲜花|白酒)(?:公司|集团|行业|厂|客户|连锁|有限)|(?:投诉|客诉)(?:管理)?系统"
)


def sensitive_in(said: str) -> tuple[str, ...]:
    """The words in `said` (as `bot.domain.plain.plain` gives it) that make it sensitive, each once, in order.

    Courtesies ("sorry to bother you") and trades in firms' names are none.
    """
    cleared = _HOUSE_WORDS.sub(" ", _COURTESY.sub(" ", said))
    return tuple(dict.fromkeys(found[0] for found in SENSITIVE.finditer(cleared)))
