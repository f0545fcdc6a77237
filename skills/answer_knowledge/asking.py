"""What a question asks: its content words, how much each weighs, and what sort of thing would answer it. Knows no document."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.talk import Lang, language_of
from skills.answer_knowledge.wording import HAN, WORD, Wording, concepts, fold, latin, stem

NEAR = 5
SOFTLY = 0.4
PAIR = 2
LONG_WEIGHT = 1.5
FOCUS_WORDS = 2
FUNCTION = frozenset("的是了在有和与及或被把对从到由于以为而之其这那此该么吗呢啊吧也都还就才又很更们个我你他她它您请能会要可让向跟等所着")
COMMON = frozenset(
    "一中上下里最给说过同不人来大国地时出生子得自年后作用道行然家事成方多经去法学如现当没动面起看定天分进好小部些主样理心本前开但因只从想实日军者"
    "意无力长机十民第公已工使情明性知全三关点正业外将两高间问重并物手应战头文体政美相见利什二产新己制身果加西月话合回特代内信表化"
    "老世位次度门任常先海通教东声提立比员解水名真论处走义各入几口认条平系气题活尔别打女变四神总何电数安少报结反受目太量再感建务做接"
    "必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类"
    "求据程北边死张交规万取拉格望术领共确传师观清今切院识候带导争运",
)
SOFT = frozenset({
    "特点", "特征", "特色", "作用", "意义", "原因", "方面", "内容", "功能", "情况", "影响", "区别", "地方", "名字", "名称", "时候", "时间",
    "东西", "方式", "方法", "办法", "种类", "类型", "定义", "含义", "意思", "关系", "结果", "目的", "理由", "背景", "过程", "部分", "组成",
    "具体", "主要", "分别", "包括", "属于", "进行", "发生", "出现", "成为", "认为", "需要", "规定", "要求", "条件", "标准", "问题", "事情",
})  # fmt: skip
ZH_ASKING = re.compile(
    r"请问|告诉我|想知道|麻烦|帮我|查一下|查查|一下|有没有|能不能|可不可以|是不是|会不会|要不要|可否|能否|是否|什么时候|什么时间|什么地方|"
    r"什么样|为什么|怎么样|怎么办|怎么|怎样|如何|为何|为啥|什么|啥|哪一年|哪一|哪些|哪里|哪儿|哪个|哪种|哪位|哪家|哪年|哪几|哪|谁|"
    r"多少钱|多少|多久|多长时间|多长|多大|多高|多远|多重|多快|多深|多宽|第几|几|何时|何处|何地|何人|何年|何种|何|吗|呢|\?"
)
EN_ASKING = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how(?: (?:many|much|long|often|far|big|large|high|fast|old))?)\b")
EN_STOP = frozenset(
    "a an the of in on at to for by with from and or but if is are was were be been being do does did done has have had can could will would "
    "shall should may might must it its this that these those there here i we you he she they them their our your my me us his her as into "
    "than then so such not no any some all each about over under per via tell know please many much long often far what which who whom whose "
    "when where why how get give need want let use also just only same other more most very take make go come offer happen work mean there s "
    "t don doesn isn aren company's during between after before without within across per etc".split(),
)


class Sort(StrEnum):
    """What sort of thing would answer. LASTING is a length of time, MONEY an amount of it."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    LASTING = "lasting"
    MONEY = "money"
    AMOUNT = "amount"
    WHY = "why"
    HOW = "how"
    WHETHER = "whether"
    LIST = "list"
    DEFINE = "define"
    WHAT = "what"


_SORTS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    (Sort.WHY, re.compile(r"为什么|为何|为啥|原因|怎么会|\bwhy\b|reason")),
    (Sort.WHEN, re.compile(r"什么时候|什么时间|何时|哪一?年|哪一?天|哪一?月|几月|几号|几年(?!级)|何年|时间是|日期|\bwhen\b|what (?:date|day|year|time)|which year")),
    (Sort.LASTING, re.compile(r"多久|多长时间|几(?:个)?(?:天|周|月|小时|分钟|日|工作日|星期)|多少(?:天|周|个月|小时|分钟|日|个?工作日)|how (?:long|soon|often|fast do|fast does|fast is)|how many (?:[a-z]+ )?(?:days|weeks|months|hours|minutes)|(?:期限?|时间|时长)(?:是|为)?多[长久少]")),
    (Sort.MONEY, re.compile(r"多少钱|(?:价格?|单价|费用?|收费|售价|报价|金额|成本|运费|押金)(?:是|为|要|收)?多少|how much (?:does|do|did|is|are|was|will|would) .*(?:cost|price|fee|charge|pay)|what (?:does|do|did|would|will) .*\bcost\b|(?:price|cost|fee) (?:of|for)|how much (?:is|are) (?:the|a|an) ")),
    (Sort.AMOUNT, re.compile(r"多少|多大|多高|多长|多久|多远|多重|多快|多深|多宽|几[^乎]|第几|how (?:many|much|long|often|far|big|large|high|fast|old)")),
    (Sort.WHERE, re.compile(r"哪里|哪儿|什么地方|何处|何地|哪个?(?:国|城|省|市|县|区|地|州|洲)|什么(?:国家|城市|位置)|\bwhere\b|which (?:country|city|place)")),
    (Sort.WHO, re.compile(r"谁|哪位|什么人|哪些人|何人|\bwho(?:m|se)?\b")),
    (Sort.HOW, re.compile(r"怎么|怎样|如何|\bhow\b")),
    (Sort.LIST, re.compile(r"哪些|哪几|有什么|分别|which .*s\b|list\b|what are\b|what .*s are\b")),
    (Sort.DEFINE, re.compile(r"^什么是|^何谓|是什么意思|指什么|指的是什么|是指|^(?:什么|啥)叫|what does .* mean|definition|what(?: is|'s) (?:an? )?[\w.-]+ ?\??$")),
    (Sort.WHETHER, re.compile(r"吗|是否|能否|可否|有没有|能不能|可不可以|是不是|会不会|要不要|^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|may|should)\b")),
    (Sort.WHAT, re.compile(r"什么|啥|哪|何|\bwhat\b|\bwhich\b")),
)  # fmt: skip
_DETERMINER = re.compile(r"(?:哪一?|什么样|什么|啥|第?几|多少|何)个?[家种些位类项款份条]?$")
_RUN = re.compile(f"(?:(?![{''.join(sorted(FUNCTION))}])[\\u3400-\\u9fff])+")
_MEASURE = re.compile(r"(?:多少|几)(?!乎|钱)([\u4e00-\u9fff]{1,2})|how many ([a-z]+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing a question names. surfaces: names of it that count as wholly there; pairs: neighbouring characters that count as partly there.

    shares: what each character is worth, 1 together. focus: it stands beside the asking word. hard: a number or a code, which has no synonym.
    bridge: it can be recognised in the other language too. soft: it says what kind of thing is asked for, and need not be repeated in an answer.
    """

    surfaces: tuple[str, ...]
    weight: float
    focus: bool
    hard: bool = False
    bridge: bool = False
    soft: bool = False
    shares: tuple[float, ...] = ()

    def cover(self, text: Wording) -> float:
        """How much of it stands in `text`, 0 to 1."""
        if any(text.has(surface) for surface in self.surfaces):
            return 1.0
        if len(self.shares) < PAIR:
            return 0.0
        segment = self.surfaces[0]
        there = [False] * len(segment)
        for at in range(len(segment) - 1):
            if segment[at : at + PAIR] in text.han:
                there[at] = there[at + 1] = True
        return sum(share for share, covered in zip(self.shares, there, strict=True) if covered)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. folded: its text to compare. measure: the thing counted, "" when nothing is."""

    folded: str
    lang: Lang
    sort: Sort
    units: tuple[Unit, ...]
    measure: str


def understood(text: str) -> Question:
    """Take `text` apart."""
    folded = fold(text).strip()
    asking = [match.span() for match in (*ZH_ASKING.finditer(folded), *EN_ASKING.finditer(folded))]
    taken: list[Unit] = []
    free = _concept_units(folded, asking, taken)
    _han_units(free, asking, taken)
    _latin_units(free, text.strip(), taken)
    sort = next((sort for sort, sign in _SORTS if sign.search(folded)), Sort.WHAT)
    measure = _MEASURE.search(folded) if sort is Sort.AMOUNT else None
    return Question(folded, language_of(text), sort, tuple(taken), next(filter(None, measure.groups()), "") if measure else "")


def _near(start: int, end: int, asking: list[tuple[int, int]]) -> bool:
    return any(start < right + NEAR and end > left - NEAR for left, right in asking)


def _concept_units(folded: str, asking: list[tuple[int, int]], taken: list[Unit]) -> str:
    """Add a unit for each concept named; returns the text with those words blanked."""
    names = concepts()
    free = folded
    for surface in sorted(names, key=len, reverse=True):
        if HAN.search(surface):
            at = free.find(surface)
            if at < 0:
                continue
            span = (at, at + len(surface))
            free = free.replace(surface, "\0" * len(surface))
        else:
            words = re.search(r"\b" + r"[\w']*[\s-]+".join(map(re.escape, surface.split())) + r"[a-z']*", free)
            if words is None or latin(words.group()) != surface:
                continue
            span = words.span()
            free = free[: span[0]] + "\0" * (span[1] - span[0]) + free[span[1] :]
        taken.append(Unit(names[surface], 2.0, _near(*span, asking), bridge=True))
    return free


def _han_units(free: str, asking: list[tuple[int, int]], taken: list[Unit]) -> None:
    """Add a unit for each run of Chinese characters between words that only hold a sentence together."""
    bare = ZH_ASKING.sub(lambda match: "\0" * len(match.group()), free)
    kinds = {right for left, right in asking if _DETERMINER.search(free[left:right])}
    for run in _RUN.finditer(bare):
        segment, start = run.group(), run.start()
        if start in kinds and len(segment) > PAIR and segment[:PAIR] in SOFT:
            taken.append(_segment(segment[:PAIR], focus=False, soft=True))
            segment, start = segment[PAIR:], start + PAIR
        # "which country": the answer is one, and need not say so
        soft = segment in SOFT or (start in kinds and len(segment) <= PAIR)
        taken.append(_segment(segment, focus=not soft and _near(start, run.end(), asking), soft=soft))


def _segment(segment: str, *, focus: bool, soft: bool) -> Unit:
    rarity = [_rarity(char) for char in segment]
    total = sum(rarity)
    weight = min(LONG_WEIGHT, total / PAIR) * (2.0 if len(segment) >= PAIR else 1.0) * (SOFTLY if soft else 1.0)
    return Unit((segment,), weight, focus, soft=soft, shares=tuple(share / total for share in rarity))


def _rarity(char: str) -> float:
    return 0.75 if char in COMMON else 1.0


def _latin_units(free: str, written: str, taken: list[Unit]) -> None:
    """Add a unit for each English word or number that carries meaning; names and numbers read the same in both languages."""
    chinese = HAN.search(free) is not None
    after_asking = 0
    seen: set[str] = set()
    for match in WORD.finditer(free):
        word = match.group()
        if word in EN_STOP:
            after_asking = FOCUS_WORDS if EN_ASKING.fullmatch(word) else after_asking
            continue
        hard = any(char.isdigit() for char in word)
        if word not in seen:
            seen.add(word)
            name = hard or chinese or any(char.isupper() for char in written[match.start() + (match.start() == 0) : match.end()])
            taken.append(Unit((f" {stem(word)} ",), 2.5 if hard else 2.0, after_asking > 0, hard=hard, bridge=name))
        after_asking -= 1
