"""Amounts of money and plain figures in a text. Knows currencies and measure words; knows no calendar."""

import re
from collections.abc import Iterator

from bot.domain.found import Money, Number, Words
from bot.domain.numerals import FIGURE, HAN, LATIN, fold, value_of

SIGNS = {
    "us$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "rmb": "CNY", "cny": "CNY", "usd": "USD", "eur": "EUR", "gbp": "GBP",
}  # fmt: skip
NAMES = {
    "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "kuai": "CNY", "元": "CNY", "块钱": "CNY", "块": "CNY",
    "美元": "USD", "美金": "USD", "美刀": "USD", "刀": "USD", "usd": "USD", "us dollars": "USD", "dollars": "USD", "dollar": "USD",
    "bucks": "USD", "$": "USD", "欧元": "EUR", "欧": "EUR", "eur": "EUR", "euros": "EUR", "euro": "EUR", "€": "EUR",
    "英镑": "GBP", "镑": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP", "£": "GBP",
}  # fmt: skip
MEASURES = (
    "个百分点", "百分点", "个点", "个月", "个季度", "季度", "小时", "分钟", "测点", "台", "套", "个",
    "家", "条", "单", "笔", "次", "天", "日", "周", "月", "年",
    "人", "位", "名", "席", "点", "折", "倍", "成", "分", "号", "期", "版", "份", "张", "件", "批", "封", "只", "块板", "%", "‰",
)  # fmt: skip
ENGLISH_MEASURES = (
    r"percent|pct|points?|pts?|days?|weeks?|months?|years?|quarters?|hours?|minutes?|mins?|units?|pcs|pieces|sets?|seats?|users?|people"
)
LATIN_UNIT = rf"(?:\s?(?P<latin>{'|'.join(sorted(LATIN, key=len, reverse=True))}|w)(?![a-z]))"
_NAME = "|".join(
    re.escape(name) + (r"(?![a-z])" if name.isascii() and name.isalpha() else "") for name in sorted(NAMES, key=len, reverse=True)
)
_MEASURE = "|".join(map(re.escape, MEASURES))
PATTERN = re.compile(
    rf"(?:(?P<sign>us\$|[$€£¥]|(?<![a-z])(?:rmb|cny|usd|eur|gbp))\s?)?"
    rf"(?P<figure>{FIGURE}){LATIN_UNIT}?"
    rf"(?:\s?(?P<name>{_NAME})|\s?(?P<measure>{_MEASURE})|[\s-]?(?P<english>{ENGLISH_MEASURES})(?![a-z]))?"
)
PERCENT = re.compile(rf"百分之(?P<figure>{FIGURE})")
INSIDE_WORD = re.compile(r"[a-z][-_]?$")


def figures(text: str) -> tuple[tuple[Money, ...], tuple[Number, ...]]:
    """The amounts and the plain figures in `text`, each in order.

    A number with 万, 亿, k or m and no measure word is money: sales speech drops the 元. Figures inside a word (S3, P1) are none.
    """
    folded = fold(text)
    money, numbers = [], list(_percents(text, folded))
    taken = [(one.words.start, one.words.end) for one in numbers]
    for match in PATTERN.finditer(folded):
        if any(start < match.end() and match.start() < end for start, end in taken) or _inside_word(folded, match):
            continue
        value = value_of(match["figure"]) * _scale(match["latin"])
        words = _words(text, match.start(), match.end())
        currency = SIGNS.get(match["sign"] or "") or NAMES.get(match["name"] or "")
        measure = match["measure"] or match["english"] or ""
        if currency or (not measure and (match["latin"] or re.search("[万亿]", match["figure"]))):
            money.append(Money(words, value, currency))
        else:
            numbers.append(Number(words, value, "%" if measure in {"percent", "pct"} else measure))
    return tuple(money), tuple(sorted(numbers, key=lambda one: one.words.start))


def _percents(text: str, folded: str) -> Iterator[Number]:
    for match in PERCENT.finditer(folded):
        yield Number(_words(text, match.start(), match.end()), value_of(match["figure"]), "%")


def _inside_word(folded: str, match: re.Match[str]) -> bool:
    """Whether the figure is part of a name such as S3, P1, Q3 or AGV-300, or a Han numeral that is part of a word."""
    at = match.start("figure")
    if match["sign"]:
        return False
    if folded[at].isdigit():
        after = folded[match.end() : match.end() + 1]
        return bool(INSIDE_WORD.search(folded[:at])) or (after.isalpha() and after.isascii())
    bare = not (match["name"] or match["measure"] or match["english"] or "万" in match["figure"] or "亿" in match["figure"])
    return bare and re.fullmatch(f"{HAN}|[一二两三四五六七八九]{{2,3}}", match["figure"]) is not None


def _scale(latin: str | None) -> float:
    return 10_000.0 if latin == "w" else LATIN.get(latin or "", 1.0)


def _words(text: str, start: int, end: int) -> Words:
    said = text[start:end]
    return Words(said.strip(), start + len(said) - len(said.lstrip()), start + len(said.rstrip()))
