"""Names that no record knows, by how they stand in a sentence: capitals, codes, Han characters that are no word. Knows no record."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.found import Words
from skills.query_crm.lexicon import Sense, Unit, lexicon, singular

CAPITALS = re.compile(
    r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9.-]*(?:'[a-z]{2,})?"
    r"(?:\s+(?:&\s+)?[A-Z][A-Za-z0-9.-]*|\s*&\s*[A-Z][A-Za-z0-9.-]*|\s+(?:of|de|van|von|der)\s+[A-Z][A-Za-z0-9.-]*)*"
)
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|&")
HEADING = re.compile(r"[\w \t-]{1,24}[:：]")
CODE = re.compile(r"(?<![A-Za-z0-9])(?!(?:P[1-4]|Q[1-4]|H[12]|FY\d+|SEV\d|E\d+)(?![0-9]))[A-Z]{1,6}-?\d{1,4}[A-Z]?(?![A-Za-z0-9])")
NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,4}-?\d{4,}(?![0-9])|(?<![A-Za-z0-9])[A-Z]{1,4}-\d{3,}(?![0-9])")
JOINS = set("大中上下同得名家数条全高多都过新能会可为来完好最第一业金长")
"""Characters that are words by themselves and stand in names as well; those that link names (和, 的, 在) are not among them."""
LEADS = set("中大同新全高多金长张")
FIRMS = {"集团", "股份", "有限", "科技", "设备", "装备"}
SHORTEST = 2
ENDS = {"行业", "业", "客户", "领域", "类", "区", "板块"}
SURNAMES = set(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫经房裘缪干解应宗丁宣邓单洪包诸左石崔吉龚程邢滑裴陆荣翁荀羊惠甄曲封储靳段焦谷侯全班秋仲"
    "伊宫宁仇甘武符刘景詹束龙叶幸司黎溥印宿白怀蒲索赖卓屠蒙池乔胥能苍闻莘翟谭劳姬申扶冉宰雍桑桂牛寿边燕冀浦尚农温别庄晏柴瞿阎慕连习艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡文寇广欧利师巩聂简饶曾沙丰关相查荆游竺权盖益桓公佟鄢冼尚芮郁蔚"
)
PERSON_LONGEST = 3


class Shape(StrEnum):
    """What a guessed name looks like. PERSON: it may be somebody's; CODE: a product's; NUMBER: of a paper such as an order."""

    NAME = "name"
    PERSON = "person"
    CODE = "code"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Guess:
    """A name as written, that no record was asked about."""

    words: Words
    shape: Shape


def capitals(text: str, taken: Sequence[tuple[int, int]]) -> list[Guess]:
    """Names written with capitals, and codes. Words of the lexicon at either end are no part of a name, but for a firm's trade."""
    found = [Guess(_words(text, match.start(), match.end()), Shape.NUMBER) for match in NUMBER.finditer(text)]
    found += [
        Guess(_words(text, match.start(), match.end()), Shape.CODE)
        for match in CODE.finditer(text) if _free(match.start(), match.end(), found)
    ]
    for match in CAPITALS.finditer(text):
        span = _trimmed(text, match.start(), match.end())
        if span is None:
            continue
        inside = [(start, end) for start, end in taken if start < span[1] and span[0] < end]
        if not any(start <= span[0] and span[1] <= end for start, end in inside) and _free(*span, found):
            words = text[span[0] : span[1]].split()
            shape = Shape.PERSON if 2 <= len(words) <= PERSON_LONGEST and "&" not in words else Shape.NAME  # noqa: PLR2004 - given and family name
            found.append(Guess(_words(text, *span), shape))
    return found


def han_names(text: str, known: Sequence[tuple[int, int, tuple[Sense, ...]]], left: Sequence[Unit]) -> list[Guess]:
    """Names in Han characters: runs of two and more that no word covers, with what belongs to a firm's name around them."""
    found: list[Guess] = []
    for start, end in _runs(text, known, left):
        name = text[start:end]
        if len(name) < SHORTEST:
            continue
        person = len(name) <= PERSON_LONGEST and name[0] in SURNAMES
        found.append(Guess(_words(text, start, end), Shape.PERSON if person else Shape.NAME))
    return found


def _runs(text: str, known: Sequence[tuple[int, int, tuple[Sense, ...]]], left: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    starts = {start: (end, senses) for start, end, senses in known}
    ends = {end: start for start, end, _ in known}
    free = {unit.start for unit in left if "\u3400" <= unit.text[0] <= "\u9fff"}
    place = 0
    while place < len(text):
        if place not in free:
            place += 1
            continue
        start, end = place, place
        while True:
            joins = text[end : end + 1] in JOINS and starts.get(end, (0, ()))[0] == end + 1 and end + 1 in free
            if end not in free and not joins:
                break
            end += 1
        lead = text[max(0, start - 1) : start]
        if lead in LEADS and ends.get(start) == start - 1 and (end - start > 1 or lead in SURNAMES):
            start -= 1
        if end - start > 1:
            closes = text[end : end + 1] == "业" or (text[end : end + 1] in JOINS and text[end + 1 : end + 2] == "的" and end in starts)
            end = _with_trade(text, end + closes, starts)
        yield start, end
        place = end + 1


def _with_trade(text: str, end: int, starts: dict[int, tuple[int, tuple[Sense, ...]]]) -> int:
    """Where a firm's name ends, taking in 食品, 物流, 集团 or 公司 behind it, unless 行业 or 客户 follows."""
    while end in starts:
        following, senses = starts[end]
        trade = any(sense.field == "industry" and sense.kind == "value" for sense in senses)
        firm = text[end:following] in {"公司", "企业"}
        if not (trade or firm) or any(text.startswith(word, following) for word in ENDS):
            return end
        end = following
        while text[end : end + 2] in FIRMS:
            end += 2
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    words = [(match.start() + start, match.end() + start) for match in WORD.finditer(text[start:end])]
    before = [match.group() for match in WORD.finditer(text[:start])][-2:]
    behind = [match.group() for match in WORD.finditer(text[end:])][:2]
    common = _common([*before, *(text[slice(*word)] for word in words), *behind])[len(before) : len(before) + len(words)]
    first, last = 0, len(words)
    while first < last and common[first]:
        first += 1
    while last > first and common[last - 1] and not (last - first > 1 and _trade(text[slice(*words[last - 1])])):
        last -= 1
    heading = HEADING.match(text)
    if first == last or words[last - 1][1] - words[first][0] < SHORTEST or (heading and words[last - 1][1] <= heading.end()):
        return None
    return words[first][0], words[last - 1][1]


def _common(words: Sequence[str]) -> list[bool]:
    """For each word of a run, whether the lexicon knows it, by itself or with its neighbours (East China)."""
    keys = [singular(word.removesuffix("'s").lower()) for word in words]
    common = [word == "&" or not re.search("[a-z]", word.lower()) for word in words]
    for first in range(len(keys)):
        for last in range(first + 1, min(len(keys), first + 4) + 1):
            if tuple(keys[first:last]) in lexicon():
                common[first:last] = [True] * (last - first)
    return common


def _trade(word: str) -> bool:
    senses = lexicon().get((singular(word.lower()),), ())
    return word[0].isupper() and not word.isupper() and any(sense.field == "industry" for sense in senses)


def _free(start: int, end: int, found: Sequence[Guess]) -> bool:
    return all(end <= one.words.start or one.words.end <= start for one in found)


def _words(text: str, start: int, end: int) -> Words:
    return Words(text[start:end], start, end)
