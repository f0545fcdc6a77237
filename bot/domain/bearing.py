"""What bears on what: which sentence of a note or a paper speaks about the same thing. Knows words; knows no record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.grounding import sentences

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z][a-z-]{3,}")
STEM = 6
EMPTY = re.compile("[的了是在有和与或也都就他她它们可以能要到再会把被对等于其该这那个不没很更最每我你说上下过给吗呢吧啊只还]")
STOP = frozenset(("with", "from", "that", "this", "they", "them", "their", "have", "will", "would", "about", "into", "than", "when", "were",
                  "what", "which", "been", "also", "more", "only", "over", "after", "before", "next", "last", "said"))  # fmt: skip
GENERIC = frozenset((
    "现场", "记录", "数据", "客户", "设备", "系统", "问题", "服务", "时间", "需要", "人工", "合同", "产品", "使用", "项目", "方案",
    "工厂", "公司", "上月", "今年", "custom", "compan", "servic", "system", "produc", "projec", "needs", "found", "machin", "plant",
    "report", "record", "month", "years", "minute", "costs",
))  # fmt: skip
"""Terms that say nothing about what a text is about; everybody uses them."""
SHARED = 2
"""Terms in common from which two texts speak about the same thing."""

FEW, COMMON = 6, 3
TABLE = "|"
SHORTEST = 8
"""Characters of a sentence that says something."""


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence and how many wanted terms it holds."""

    sentence: str
    shared: int


def terms(text: str) -> frozenset[str]:
    """What carries meaning: pairs of Chinese characters, beginnings of English words."""
    low = text.lower()
    runs = [run for found in HAN.findall(low) for run in EMPTY.split(found)]
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return frozenset(pairs | {word[:STEM] for word in LATIN.findall(low) if word not in STOP}) - GENERIC


def best(text: str, wanted: frozenset[str], least: int = SHARED) -> Match | None:
    """The sentence of `text` that holds most of `wanted`, the one with a figure of two that hold as many; None where none holds `least`."""
    told = [one for one in sentences(text) if TABLE not in one and len(one) >= SHORTEST]
    matches = [Match(one, len(terms(one) & wanted)) for one in told]
    ranked = sorted(matches, key=lambda one: (one.shared, any(char.isdigit() for char in one.sentence)), reverse=True)
    return ranked[0] if ranked and ranked[0].shared >= least else None


def without(text: str, names: Sequence[str]) -> str:
    """`text` without what stands in `names` as well: in "精密铸造线漏检" the line is where it hurts, not what hurts."""
    low, named = text.lower(), terms(" ".join(names))
    hidden = [False] * len(text)
    for at in range(len(text) - 1):
        if low[at : at + 2] in named:
            hidden[at] = hidden[at + 1] = True
    for word in LATIN.finditer(low):
        if word[0][:STEM] in named:
            hidden[word.start() : word.end()] = [True] * len(word[0])
    return "".join(" " if gone else char for char, gone in zip(text, hidden, strict=True)).strip()


def rare(wanted: frozenset[str], texts: Sequence[str]) -> frozenset[str]:
    """Those of the wanted terms that not every third of `texts` has: what all papers speak about tells none of them apart."""
    if len(texts) < FEW:
        return wanted
    held = [terms(one) for one in texts]
    return frozenset(term for term in wanted if sum(term in one for one in held) * COMMON <= len(texts))
