"""Numerals as people write and say them, in figures, in Chinese characters, or both. Knows no unit but 十 to 亿 and k to billion."""

import re

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
LATIN = {
    "k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "mil": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9,
    "bn": 1e9, "billion": 1e9,
}  # fmt: skip
ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
}  # fmt: skip

ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
HAN = "[零〇一二两三四五六七八九十百千]"
COUNT = rf"(?:\d+|{HAN}+|半|{'|'.join(ENGLISH)}|an?(?=\s))"
"""A small number, as it stands before a unit of time."""
FIGURE = rf"(?:(?:{ARABIC})|{HAN}+(?:点{HAN}+)?)(?:\s?[百千]?[万亿])?(?:(?<=[万亿千])(?:\d+|{HAN}+)(?:\s?[百千]?万)?\d?)?"
"""A number, with 万 and 亿 as far as they were said."""
_PART = re.compile(rf"{ARABIC}|.")


def fold(text: str) -> str:
    """`text` in half-width lower case, as long as it was, so that places in it still hold."""
    folded = text.translate(_WIDTH)
    lower = folded.lower()
    return lower if len(lower) == len(text) else folded


def count_of(said: str) -> float:
    """The value of what `COUNT` matched; half is 0.5, a and an are 1."""
    said = said.strip()
    if said == "半":
        return 0.5
    if said in {"a", "an"}:
        return 1
    return ENGLISH[said] if said in ENGLISH else value_of(said)


def value_of(said: str) -> float:
    """The value of what `FIGURE` matched.

    A figure after a unit stands one place below it, as people speak: 18万8 is 188,000 and 三千五 is 3,500; with 零 it is what it says.
    """
    whole, point, fraction = said.replace(",", "").replace(" ", "").partition("点")
    total, section, digit, unit, zero = 0.0, 0.0, 0.0, 1.0, False
    pending = False
    for part in _PART.findall(whole):
        if part in TENS:
            section += (digit if pending else 1) * TENS[part]
            digit, pending, unit, zero = 0.0, False, TENS[part], False
        elif part in MYRIADS:
            total = (total + section + digit) * MYRIADS[part] if part == "亿" else total + (section + digit) * MYRIADS[part]
            section, digit, pending, unit, zero = 0.0, 0.0, False, MYRIADS[part], False
        elif part in {"零", "〇"} and not pending:
            zero = True
        else:
            read = float(part) if part[0].isdigit() else float(DIGITS[part])
            digit = digit * 10 + read if pending else read  # 二〇二六, read figure by figure
            pending = True
    if pending and unit >= 10 and not zero and digit < 10:  # noqa: PLR2004 - a single figure after a unit
        digit *= unit / 10
    decimals = "".join(str(DIGITS[char]) for char in fraction) if point else ""
    return total + section + digit + (float(f"0.{decimals}") if decimals else 0.0)
