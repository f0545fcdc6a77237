"""Statements with figures, and which two of them cannot both hold. Knows words and units of zh and en; knows no document and no storage.

Careful rather than complete: a pair that is none costs an admin's trust. Two statements contradict each other where they say nearly the
same words, in figures of one kind that do not fit together, and neither names something that the other does not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.catalog import Claim
from bot.domain.numerals import value_of
from knowledge.splitting import ENDING
from knowledge.terms import HAN, fold, index_terms, is_weak

LONGEST = 300
"""Characters of a statement; what is longer says more than one thing."""
LEAST_WEIGHT, LEAST_IN_ROW = 4.0, 2.0
"""What the words of a statement must weigh to say what it is about: a Chinese character weighs 1. In a row, its head says it."""
WORD_WEIGHT = 2.5
MOST_FIGURES = 4
MOST_OWN = 0.34
"""Share of its words that one may have for itself; the other then has none: where both have some, they speak of two things."""
SAME = 0.02
"""So much two figures may differ and be the same: 30 days are a month, 365 a year."""

NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
HAN_NUMBER = "[零〇一二两三四五六七八九十百千]+"
DAYS = {
    "分钟": 1 / 1440, "小时": 1 / 24, "个小时": 1 / 24, "天": 1, "日": 1, "个星期": 7, "星期": 7, "周": 7, "个月": 365 / 12,
    "季度": 365 / 4, "个季度": 365 / 4, "年": 365, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 365 / 12,
    "quarter": 365 / 4, "year": 365,
}  # fmt: skip
SHARES = {"%": 1, "percent": 1, "per cent": 1, "个百分点": 1, "‰": 0.1}
SPELT = DAYS.keys() | {"折", "工作日", "个工作日"}
"""What is counted in Chinese characters, too: 三十天."""
MONEY = {
    "元": "cny", "块": "cny", "人民币": "cny", "rmb": "cny", "cny": "cny", "yuan": "cny", "¥": "cny", "$": "usd", "usd": "usd",
    "美元": "usd", "dollar": "usd", "€": "eur", "eur": "eur", "euro": "eur", "欧元": "eur", "£": "gbp", "gbp": "gbp", "英镑": "gbp",
}  # fmt: skip
FIGURE = re.compile(
    rf"""
    (?P<before>[¥$€£]|rmb\s?|usd\s?|eur\s?|cny\s?)?
    (?:百分之(?P<share>{HAN_NUMBER}|{NUMBER})|(?<![a-z0-9_.\-/§#])(?P<number>{NUMBER})(?P<times>\s?[万亿千]|k\b|\s?million\b)?|(?P<han>{HAN_NUMBER}))
    (?P<unit>\s*(?:
        %|‰|percent\b|per\ cent\b|个百分点|折(?!扣)
        |个?工作日|(?:working|business)[ -]days?\b|(?:working|business)[ -]hours?\b|个?工作小时
        |[- ]?(?:minute|hour|day|week|month|quarter|year)s?\b
        |个?小时|分钟|天|日(?=[内之以前])|个星期|星期|周|个月|个?季度|年
        |元|块|人民币|rmb\b|cny\b|yuan\b|美元|usd\b|dollars?\b|欧元|eur\b|euros?\b|英镑
        |°c|℃|(?-i:mm|cm|km|kg|kW|Hz|kHz|MHz|dB|GB|TB|MB|ms|ppm|V|A|W|g|m)\b
        |[台个人次套件家份条点路级倍页席名](?![{HAN}]?[月])
        |[a-z]{{3,14}}\b
    ))?
    """,
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
APART = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2}\s?日?)?|\d{4}\s?年|\d{1,2}\s?月\s?\d{1,2}\s?[日号]|\d{1,2}:\d{2}"
    r"|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+\d{4})?\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{1,2}(?:,?\s+\d{4})?\b"
    r"|(?:§|第|clause|section|article|rule|step|page|p\.|no\.|附件|图|表)\s?[\d.]+\s?[条款章节页步]?|\b(?:19|20)\d{2}\b"
    r"|^\s*(?:\d{1,2}[.)、]|[-*+•]|\d+(?:\.\d+)+)\s*",
    re.IGNORECASE,
)
"""Numbers that are no figures: days, clock times, numbers of clauses and pages, numbers of a list."""
MOST = re.compile(
    r"不得?超过|不高于|不多于|最[高多长大迟晚]|至多|上限|以内|之内|封顶"
    r"|up to|at most|no more than|not exceed\w*|maximum|within|below|under|largest|highest|longest",
    re.IGNORECASE,
)
LEAST = re.compile(
    r"不[少低短]于|不得?低于|最[低少短小早]|至少|下限|起步|起订|at least|no less than|minimum|not less than|lowest|smallest|shortest",
    re.IGNORECASE,
)
OTHER_WAY = re.compile(r"超过|以上|高于|多于|over|above|more than|exceed\w*", re.IGNORECASE)
IDLE = re.compile(r"应当|应该|必须|可以|期限|范围|比例|共计|合计|总计|一律|统一|均|须|每")
IDLE_STEMS = frozenset({
    "last", "keep", "kept", "get", "give", "given", "take", "taken", "make", "made", "run", "total", "amount", "time", "period", "limit",
    "rate", "must", "need", "only", "all", "each", "every", "per", "after", "before",
})
"""Words that come and go without changing what is said."""
NAME = re.compile(r"[A-Za-z]*\d+[A-Za-z][A-Za-z0-9-]*|[A-Za-z]+-?\d[A-Za-z0-9-]*|\b[A-Z]{2,}[A-Za-z0-9-]*")
VERSION = re.compile(r"(?:v|ver|rev|q|fy|h)\d+|(?:19|20)\d{2}", re.IGNORECASE)
RULE = re.compile(r"\s*\|?[\s:|=_-]*\|?\s*$")


@dataclass(frozen=True, slots=True)
class _Figure:
    kind: str
    value: float
    start: int
    end: int


def claims(text: str, heading: str) -> Iterator[Claim]:
    """The statements of a passage that have figures. heading: the title and headings above it, one a line."""
    named = _names(heading)
    header: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            if RULE.fullmatch(line):
                continue
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not header:
                header = cells
            else:
                yield from _row(line.strip(), cells, header, named)
            continue
        header = []
        for sentence in _sentences(line):
            yield from _said(sentence, sentence, named)


def contradict(one: Claim, other: Claim) -> bool:
    """Whether the two cannot both hold."""
    if one.kind != other.kind or {one.bound, other.bound} == {"most", "least"} or one.sentence == other.sentence:
        return False
    if one.names - other.names and other.names - one.names:
        return False
    if _fits(one.values, other.values) or _fits(other.values, one.values):
        return False
    both = one.terms & other.terms
    own = sorted((_weight(one.terms - both), _weight(other.terms - both)))
    return not own[0] and own[1] <= MOST_OWN * (_weight(both) + own[1])


def _weight(terms: Iterable[str]) -> float:
    return sum(1 if _is_han(term) else WORD_WEIGHT for term in terms)


def _fits(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether all figures of the one are among the other's."""
    return all(any(abs(mine - theirs) <= SAME * max(abs(mine), abs(theirs)) for theirs in other) for mine in one)


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in [*(found.end() for found in ENDING.finditer(line)), len(line)]:
        if sentence := line[start:end].strip():
            yield sentence
        start = end


def _row(line: str, cells: list[str], header: list[str], named: frozenset[str]) -> Iterator[Claim]:
    """A row says of what stands first what the head of each column asks."""
    for column, cell in list(zip(header, cells, strict=False))[1:]:
        if cell and column:
            for claim in _said(line, f"{cells[0]} {column} {cell}", named, least=LEAST_IN_ROW):
                yield replace(claim, kind=f"row {claim.kind}")


def _said(sentence: str, words: str, named: frozenset[str], least: float = LEAST_WEIGHT) -> Iterator[Claim]:
    if len(sentence) > LONGEST or not re.search(rf"\d|{HAN_NUMBER}", words):
        return
    plain = APART.sub(lambda found: " " * len(found[0]), words.replace("，", ","))
    found = list(_figures(plain))
    if not found or len(found) > MOST_FIGURES:
        return
    bare = plain
    for one in reversed(found):
        bare = f"{bare[:one.start]} {bare[one.end:]}"
    terms = frozenset(_terms(bare))
    if _weight(terms) < least:
        return
    bound = "most" if MOST.search(plain) else "least" if LEAST.search(plain) or OTHER_WAY.search(plain) else ""
    for kind in dict.fromkeys(one.kind for one in found):
        values = tuple(sorted({one.value for one in found if one.kind == kind}))
        yield Claim(sentence, kind, values, bound, terms, _names(words) | named)


def _figures(text: str) -> Iterator[_Figure]:
    for found in FIGURE.finditer(text):
        kind, factor = _kind(found)
        if kind:
            yield _Figure(kind, round(_value(found) * factor, 6), found.start(), found.end())


def _value(found: re.Match[str]) -> float:
    said = found["share"] or found["number"] or found["han"]
    times = (found["times"] or "").strip().lower()
    return float(value_of(said)) * {"": 1, "万": 1e4, "亿": 1e8, "千": 1e3, "k": 1e3, "million": 1e6}[times]


def _kind(found: re.Match[str]) -> tuple[str, float]:
    """What a figure counts, and what makes it the kind's own unit; "" for what is no figure of a kind."""
    unit, before = (found["unit"] or "").strip().strip("-").lower(), (found["before"] or "").strip().lower()
    if found["share"] or before:
        return "percent" if found["share"] else MONEY.get(before, ""), 1
    one = unit.removesuffix("s") if unit.isascii() and len(unit) > 2 else unit  # noqa: PLR2004 - "ms" keeps its own
    if found["han"] and one not in SPELT:
        return "", 1
    if one in SHARES:
        return "percent", SHARES[one]
    if "工作" in one or one.startswith(("working", "business")):
        return ("workhour" if "小时" in one or "hour" in one else "workday"), 1
    if one in DAYS:
        return "day", DAYS[one]
    return MONEY.get(one) or ("" if not one or (len(one) > 1 and is_weak(one)) else f"n:{one}"), 1


def _terms(text: str) -> Iterator[str]:
    """Its words without those of bounds and of little meaning; of Chinese the single characters, since words are put in any order."""
    for idle in (MOST, LEAST, OTHER_WAY, IDLE):
        text = idle.sub(" ", text)
    for term in index_terms(text):
        if not (is_weak(term) or term[0].isdigit() or term in IDLE_STEMS or (_is_han(term) and len(term) > 1)):
            yield term


def _names(text: str) -> frozenset[str]:
    named = (fold(name) for name in NAME.findall(text) if not VERSION.fullmatch(name))
    return frozenset(name for name in named if name not in MONEY)


def _is_han(term: str) -> bool:
    return re.match(f"[{HAN}]", term) is not None
