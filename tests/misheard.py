"""Transcripts in which names are misheard, made by dice: what was said, what was heard, and which names are known. Knows pinyin."""

from dataclasses import dataclass
from functools import cache
from random import Random

from pypinyin import Style, lazy_pinyin

TOWNS = ("苏州", "宁波", "青岛", "东莞", "合肥", "长沙", "无锡", "佛山", "温州", "济南", "厦门", "西安")
BRANDS = (
    "远景", "金石", "瑞丰", "博创", "天合", "鼎盛", "信诺", "恒达", "卓越",
    "蓝图", "新锐", "汇川", "启明", "万泽", "佳源", "正泰", "晨曦", "宏图",
)
TRADES = ("机械", "电子", "物流", "包装", "医疗", "化工", "食品", "精密", "新材料", "自动化", "仪表", "纺织")
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
    "范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
GIVEN = ("建国", "晓明", "海燕", "志强", "丽华", "文博", "雨晴", "国栋", "思远", "佳琪", "俊杰", "春梅", "立新", "浩然", "雪莹", "德胜")
TITLES = ("采购经理", "技术总监", "财务总监", "设备部长", "生产厂长", "项目主管", "信息中心主任")
PRODUCTS = ("智联网关", "云枢平台", "S3传感器", "蓝鲸控制器", "易控终端", "灵犀分析仪", "光速读码器", "安盾模块")
LINES = (
    "刚跟{account}开完会，{contact}说预算八十万左右，想要两百台{product}，月底前定。",
    "今天下午去了{account}，见到了他们的{title}，对{product}挺感兴趣，下周三之前要报价。",
    "{contact}打电话来说{account}那边合同卡在法务了，估计要拖到下个月。",
    "{account}的{title}{contact}，明天上午十点过来看{product}的样机，记得提醒我。",
    "这个月{account}应该能签，一百二十万，{contact}已经答应了，就差盖章。",
    "跟{contact}吃了个饭，他说{account}今年的预算砍了一半，{product}先不上了。",
    "嗯就是{account}他们家用的是别人的设备，老坏，{contact}想换成我们的{product}。",
    "{product}的价格{account}觉得高，要再降五个点，我说得回来商量一下。",
    "上午拜访了{account}，接待我的是{title}{contact}，聊得还不错，约了下周五演示。",
    "{account}续约的事情，{contact}说要等总部批，大概十月底有结果吧。",
)
PLAIN = (
    "今天没什么进展，客户都在开会，我下午先把上周的报价整理一下，明天再打电话。",
    "我觉得这个季度压力挺大的，竞争对手降价降得厉害，咱们得想想办法。",
    "路上堵车，晚了半个小时才到，对方已经走了，只好改到下周再约。",
    "对方的需求还不清楚，说要等领导回来才能决定，先放着吧，月底再问。",
    "帮我记一下，后天上午十点开周会，下午要交这个月的销售预测。",
    "这个经历让我明白，合同条款一定要提前看清楚，不然付款的时候会很麻烦。",
    "样机已经寄出去了，快递说大概三天到，到了以后我再跟他们约时间测试。",
)
MIXED_UP = {"zh": "z", "z": "zh", "ch": "c", "c": "ch", "sh": "s", "s": "sh", "n": "l", "l": "n", "ing": "in", "in": "ing", "eng": "en",
            "en": "eng", "ang": "an", "an": "ang"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Misheard:
    """One transcript. said: as it should stand; heard: as it was written down; planted: name -> how it was misheard."""

    said: str
    heard: str
    planted: dict[str, str]


def book(seed: int, accounts: int = 150, contacts: int = 150) -> dict[str, tuple[str, ...]]:
    """What a firm has in its records, by kind."""
    dice = Random(seed)
    firms = {f"{dice.choice(('', dice.choice(TOWNS)))}{dice.choice(BRANDS)}{dice.choice(TRADES)}" for _ in range(accounts)}
    people = {dice.choice(SURNAMES) + dice.choice(GIVEN) for _ in range(contacts)}
    return {"account": tuple(sorted(firms)), "contact": tuple(sorted(people)), "title": TITLES, "product": PRODUCTS}


def transcripts(seed: int, count: int, known: dict[str, tuple[str, ...]]) -> list[Misheard]:
    """Notes of sellers, each with one or two of its names misheard; one in ten says no name at all."""
    dice = Random(seed)
    every = frozenset(name for names in known.values() for name in names)
    made = []
    for _ in range(count):
        if dice.random() < 0.1:
            line = dice.choice(PLAIN)
            made.append(Misheard(line, line, {}))
            continue
        line = dice.choice(LINES)
        names = {kind: dice.choice(known[kind]) for kind in known if f"{{{kind}}}" in line}
        chosen = dice.sample(sorted(names), k=dice.choice((1, min(2, len(names)))))
        planted = {names[kind]: _misheard(names[kind], dice, every) for kind in chosen}
        heard = {kind: planted.get(name, name) for kind, name in names.items()}
        made.append(Misheard(line.format(**names), line.format(**heard), planted))
    return made


def _misheard(name: str, dice: Random, every: frozenset[str]) -> str:
    """The same sounds, or sounds that are mixed up with them, in other characters: one of them, in long names now and then two."""
    while True:
        chars = list(name)
        places = [at for at, char in enumerate(chars) if char > "\u3400"]
        for at in dice.sample(places, k=2 if len(places) > 3 and dice.random() < 0.3 else 1):
            sound = lazy_pinyin(chars[at], style=Style.NORMAL)[0]
            sound = _mixed_up(sound, dice) if dice.random() < 0.3 else sound
            alike = [char for char in _common().get(sound, ()) if char != chars[at]]
            chars[at] = dice.choice(alike) if alike else chars[at]
        if "".join(chars) not in every:
            return "".join(chars)


def _mixed_up(sound: str, dice: Random) -> str:
    ways = [f"{other}{sound.removeprefix(one)}" for one, other in MIXED_UP.items() if sound.startswith(one)]
    ways += [f"{sound.removesuffix(one)}{other}" for one, other in MIXED_UP.items() if sound.endswith(one)]
    return dice.choice([way for way in ways if way in _common()] or [sound])


@cache
def _common() -> dict[str, tuple[str, ...]]:
    """Sound -> characters, of the 3,755 commonest.  Source: GB/T 2312-1980, level 1."""
    chars = [bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)]
    by_sound: dict[str, list[str]] = {}
    for char in filter(None, chars):
        by_sound.setdefault(lazy_pinyin(char, style=Style.NORMAL)[0], []).append(char)
    return {sound: tuple(alike) for sound, alike in by_sound.items()}
