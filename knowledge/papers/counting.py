"""How Word writes the numbers of its lists: 1, iv, B, 第五, ①. Knows formats by their names; counts nothing.

Source: ECMA-376 part 1, 17.18.59 (ST_NumberFormat).
"""

from collections.abc import Callable

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip
DIGITS, PLACES = "零一二三四五六七八九", ("", "十", "百", "千")
LEGAL, LEGAL_PLACES = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
MOST = 9_999
CIRCLED = 20
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def written(number: int, form: str) -> str:
    """`number` in the format that Word calls `form`; in plain figures where the format is unknown, or the number beyond it."""
    if form in {"none", "bullet"}:
        return ""
    known = FORMS.get(form)
    return known(number) if known and 0 < number <= MOST else str(number)


def roman(number: int) -> str:
    """In small Roman figures."""
    text = ""
    for value, letters in ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def letters(number: int) -> str:
    """A to z, then aa, bb and so on, as Word goes on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def chinese(number: int, digits: str = DIGITS, places: tuple[str, ...] = PLACES) -> str:
    """In Chinese words: 十二, 一百零五."""
    text, gap = "", False
    for place in reversed(range(len(places))):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + places[place]
        gap = not digit
    return text.removeprefix("一") if text.startswith("一十") and places is PLACES else text


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def _digit_by_digit(number: int) -> str:
    return "".join("〇" if digit == "0" else DIGITS[int(digit)] for digit in str(number))


def _legal(number: int) -> str:
    return chinese(number, LEGAL, LEGAL_PLACES)


FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "ordinal": _ordinal,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": lambda number: STEMS[(number - 1) % len(STEMS)],
    "ideographZodiac": lambda number: BRANCHES[(number - 1) % len(BRANCHES)],
    "decimalFullWidth": lambda number: str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)}),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= CIRCLED else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if number <= CIRCLED else str(number),
    "decimalEnclosedParen": lambda number: chr(0x2473 + number) if number <= CIRCLED else f"({number})",
}
