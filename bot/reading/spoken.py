"""Numbers as speech has them turned into figures, with the way back to the words that were said. Knows no unit and no calendar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.found import Days, Money, Number, Reading, Words
from bot.domain.numerals import fold

SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {"thousand": 1e3, "grand": 1e3, "k": 1e3, "million": 1e6, "mil": 1e6, "billion": 1e9}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
    "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
A_PIECE = re.compile(r"(?<=[万千百][一二三四五六七八九\d])一(?=[台套个辆点席期人把件只张])")
"""The 一 of 十三万六一台, which is no figure of the price."""
PAUSE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
"""A pause ends what a figure counts: 十三万五 周三 is no 周."""
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ONE = "|".join((*SMALL, *TENS))
_ORDINAL = "|".join(ORDINALS)
_NUMBER = rf"(?:{_ONE}|hundred|thousand|million|billion|dozen)"
RUN = re.compile(
    rf"(?<![a-z0-9'])(?:a (?=(?:hundred|thousand|million|dozen)\b))?{_NUMBER}(?:(?: and| point)?[ -]{_NUMBER})*(?: and a half)?\b(?: k\b)?"
)
SPOKEN_ORDINAL = re.compile(
    rf"(?<![a-z])(?:(?P<tens>twenty|thirty)[ -])?(?P<ordinal>{_ORDINAL})(?= of (?:{MONTHS})\b| (?:{MONTHS})\b)"
    rf"|(?:(?<=the )|(?<=uary )|(?<=march )|(?<=april )|(?<=may )|(?<=june )|(?<=july )|(?<=gust )|(?<=mber )|(?<=ober ))"
    rf"(?:(?P<tens2>twenty|thirty)[ -])?(?P<ordinal2>{_ORDINAL})\b"
    r"(?! (?:quarter|half|week|floor|line|phase|time|one|thing|year|month|site|plant|party|stage|round|of the))"
)
SPELLED = re.compile(r"(?<![a-z])(?:r m b|u s d|g b p|e u r)(?![a-z])")
QUARTER = re.compile(r"(?<![a-z])q (?P<n>one|two|three|four)(?![a-z])")
HALVES = re.compile(r"(?<![a-z])(?:a )?(?P<part>half|quarter)(?: of)?(?: a)? (?P<scale>mil(?:l(?:ion)?)?|billion|thousand)(?![a-z])")
AND_A_HALF = re.compile(rf"(?<![a-z])(?P<whole>{_ONE}) and a half (?P<scale>million|billion|thousand)(?![a-z])")
ROUND_ABOUT = re.compile(
    r"(?<=[一二两三四五六七八九十百千\d])[来多几](?=个?[万亿台套]|[千百])|(?<=[一二两三四五六七八九十百千\d])个(?=[万亿])"
)
GRADES = {"百": 100, "千": 1000, "万": 10_000}
PENDING_TENS = 10
FEW = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
PLACES = {"": 1, "十": 10, "百": 100, "千": 1000}
ABOUT = re.compile(
    r"(?<![一二两三四五六七八九\d第周期拜月])(?:(?P<hundreds>[一二两三四五六七八九])百)?(?P<tens>[二三四五六七八九]?十)?"
    r"(?P<a>[一二两三四五六七八])"
    r"(?P<b>[二两三四五六七八九])(?P<place>[十百千]?)(?P<more>[来多]?)"
    r"(?P<behind>[万亿]|[台套个辆点席人件只张把块](?!月|季))"
)
"""三四十万, 十五六万, 七八台: two figures that follow one another, for something about them."""
_FIGURE_HAN = r"(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]百?|\d{1,4})"
RANGE = re.compile(rf"(?<![\d.十百千月号])(?P<a>{_FIGURE_HAN})(?P<inner>万?)(?:到|至|[-~\u2013])(?P<b>{_FIGURE_HAN})(?P<scale>万)")
_SMALL_EN = rf"(?:\d{{1,3}}|(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(SMALL)}))?|{'|'.join(SMALL)})"
RANGE_EN = re.compile(
    rf"(?<![a-z\d.$€£])(?:between )?(?P<a>{_SMALL_EN})(?: k)? ?(?:to|and|or|-) ?(?P<b>{_SMALL_EN}) ?"
    r"(?P<scale>k|grand|thousand|million)(?![a-z])"
)
"""Ranges of an amount: what is kept is their middle."""
WIDEST = 4
"""A range does not end at more times its beginning than this: 8到100万 is none."""
DAY_OF_MONTH = re.compile(
    r"(?<=[一二三四五六七八九十\d]月)(?P<d>[二]?十[一二三四五六七八九]?|三十一?|[1-3]?\d)"
    r"(?=[\s,.\uff0c。]|$|之?前|以前|左右|那天|签|要|给|交|开|付|下单|去)"
)
"""八月十五 without its 号."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text with its spoken numbers as figures. places: for each character the stretch of the original that it stands for."""

    text: str
    places: tuple[tuple[int, int], ...]
    original: str

    def words(self, words: Words) -> Words:
        """The stretch of the original that `words` of this text stand for."""
        start, end = self.places[words.start][0], self.places[max(words.start, words.end - 1)][1]
        return Words(self.original[start:end], start, end)


def spoken(text: str) -> Spoken:
    """`text` with its numbers in words as figures: two hundred and forty → 240, four eighty → 480, 二十来万 → 二十万."""
    folded = fold(text)
    swaps = sorted(_swaps(folded), key=lambda one: (one[0], -one[1]))
    made: list[str] = []
    places: list[tuple[int, int]] = []
    place = 0
    for start, end, figure in swaps:
        if start < place:
            continue
        made.append(text[place:start])
        places += [(at, at + 1) for at in range(place, start)]
        made.append(figure)
        places += [(start, end)] * len(figure)
        place = end
    made.append(text[place:])
    places += [(at, at + 1) for at in range(place, len(text))]
    return Spoken("".join(made), tuple(places), text)


def as_said(reading: Reading, said: Spoken) -> Reading:
    """`reading` of the figures with the words of the original."""

    def back(one: Money | Number | Days) -> Words:
        return said.words(one.words)

    return Reading(
        tuple(replace(one, words=back(one)) for one in reading.money),
        tuple(replace(one, words=back(one)) for one in reading.numbers),
        tuple(replace(one, words=back(one)) for one in reading.days),
    )


def _swaps(folded: str) -> Iterator[tuple[int, int, str]]:
    for match in SPELLED.finditer(folded):
        yield match.start(), match.end(), match.group().replace(" ", "")
    for match in QUARTER.finditer(folded):
        yield match.start(), match.end(), f"q{SMALL[match['n']]}"
    for match in HALVES.finditer(folded):
        scale = "million" if match["scale"].startswith("mil") else match["scale"]
        yield match.start(), match.end(), f"{'0.5' if match['part'] == 'half' else '0.25'} {scale}"
    yield from _about(folded)
    for match in AND_A_HALF.finditer(folded):
        yield match.start(), match.end(), f"{_plain(_value([match['whole']]) + 0.5)} {match['scale']}"
    for match in ROUND_ABOUT.finditer(folded):
        yield match.start(), match.end(), ""
    for match in PAUSE.finditer(folded):
        yield match.start(), match.end(), ","
    for match in A_PIECE.finditer(folded):
        yield match.start(), match.end(), "/"
    for match in SPOKEN_ORDINAL.finditer(folded):
        tens, ordinal = match["tens"] or match["tens2"], match["ordinal"] or match["ordinal2"]
        yield match.start(), match.end(), f"{(TENS[tens] if tens else 0) + ORDINALS[ordinal]}th"
    for match in RUN.finditer(folded):
        yield from _numbers(match)


def _about(folded: str) -> Iterator[tuple[int, int, str]]:
    """What is said of about how much: the middle of the two figures, and of pieces the larger."""
    for match in ABOUT.finditer(folded):
        a, b, behind = FEW[match["a"]], FEW[match["b"]], match["behind"]
        if b - a == 1 or (a, b) == (3, 5):
            place = PLACES[match["place"]]
            head = FEW.get(match["hundreds"] or "", 0) * 100 + (FEW.get((match["tens"] or "")[:1], 1) * 10 if match["tens"] else 0)
            few = b if not match["place"] and behind not in {"万", "亿"} else (a + b) / 2
            yield match.start(), match.start("more"), _plain(head + few * place)
    for match in DAY_OF_MONTH.finditer(folded):
        yield match.start(), match.end(), f"{match['d']}号"
    yield from _between(folded)


def _between(folded: str) -> Iterator[tuple[int, int, str]]:
    """The middle of a range."""
    for match in RANGE.finditer(folded):
        a, b = _han(match["a"]), _han(match["b"])
        if 0 < a < b <= a * WIDEST:
            yield match.start(), match.start("scale"), _plain((a + b) / 2)
    for match in RANGE_EN.finditer(folded):
        a, b = (float(one) if one.isdigit() else _value(re.split(r"[ -]", one)) for one in (match["a"], match["b"]))
        if 0 < a < b <= a * WIDEST:
            yield match.start(), match.end(), f"{_plain((a + b) / 2)} {match['scale']}"


def _han(said: str) -> float:
    """A figure below a thousand, in either script."""
    if said.isdigit():
        return float(said)
    if "百" in said:
        return FEW[said[0]] * 100
    tens, ten, ones = said.partition("十")
    return (FEW.get(tens, 1) * 10 if ten else 0) + FEW.get(ones if ten else tens, 0)


def _numbers(run: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """The numbers of one run of number words; "one two" are two."""
    tokens = [(one.group(), run.start() + one.start(), run.start() + one.end()) for one in re.finditer(r"[a-z]+", run.group())]
    start = 0
    for cut in range(1, len(tokens) + 1):
        if cut == len(tokens) or not _goes_on([word for word, _, _ in tokens[start:cut]], tokens[cut][0]):
            part = tokens[start:cut]
            while len(part) > 1 and part[-1][0] in {"and", "point"}:
                part = part[:-1]
            if part[0][0] not in {"and", "point"}:
                yield part[0][1], part[-1][2], _figure([word for word, _, _ in part])
            start = cut


def _goes_on(said: Sequence[str], word: str) -> bool:
    """Whether `word` belongs to the number that `said` began."""
    last = said[-1]
    if word in {"and", "a", "half", "point"} or last in {"and", "a", "half"} or "point" in said:
        return not (last == "and" and word in SCALES)
    if word in {"hundred", "dozen"}:
        return last in SMALL
    if word in SCALES:
        return last not in SCALES
    if last in {"hundred", *SCALES}:
        return True
    if word in SMALL and SMALL[word] < PENDING_TENS:
        return last in TENS
    return last in SMALL and 0 < SMALL[last] < PENDING_TENS and (len(said) == 1 or said[-2] in SCALES)


def _figure(words: Sequence[str]) -> str:
    """The number as figures, in its last scale word: 135 thousand, 1.2 million."""
    half = list(words[-3:]) == ["and", "a", "half"]
    kept = [word for word in (words[:-3] if half else words) if word not in {"a", "and"}] or ["one"]
    scale = next((word for word in reversed(kept) if word in SCALES), "")
    if scale and scale == kept[-1] and not any(word in SCALES for word in kept[:-1]):
        return f"{_plain(_value(kept[:-1] or ['one']) + (0.5 if half else 0))} {scale}"
    value = _value(kept) + (0.5 if half else 0)
    return f"{_plain(value / SCALES[scale])} {scale}" if scale else _plain(value)


def _value(words: Sequence[str]) -> float:
    if "point" in words:
        at = list(words).index("point")
        after = [word for word in words[at + 1 :] if word not in SCALES]
        scale = next((SCALES[word] for word in words[at + 1 :] if word in SCALES), 1.0)
        return (_value(words[:at]) + float("0." + "".join(str(int(SMALL.get(one, TENS.get(one, 0)))) for one in after or ["zero"]))) * scale
    total = section = 0.0
    for before, word in pairwise(("", *words)):
        if word == "hundred":
            section = (section or 1) * 100
        elif word == "dozen":
            section = (section or 1) * 12
        elif word in SCALES:
            total, section = total + (section or 1) * SCALES[word], 0.0
        elif before in SMALL and 0 < SMALL[before] < PENDING_TENS:
            section = section * 100 + SMALL.get(word, TENS.get(word, 0))  # four eighty
        else:
            section += SMALL.get(word, TENS.get(word, 0))
    return total + section


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
