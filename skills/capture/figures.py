"""How much and how many: which amount is the deal's, which number counts pieces, a price a piece multiplied out. Knows no price."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bot.domain.found import Money, Number
from skills.capture.cues import cue
from skills.capture.field import Field
from skills.capture.heard import HAN, Heard, fold
from skills.capture.products import Named

UNITS = (
    (r"个?人天|person[- ]days?|man[- ]days?|days? of (?:consult\w+|service|training)", "person_day"),
    ((
        r"个?(?:账号|帐号|席位|坐席|座席|席|用户|许可证?|license|licence|seat|user)s?|(?:WORD ){0,2}(?:seats?|"
        r"licen[cs]es?|users?|logins?)"
    ), "seat"),
    (r"个?(?:点位|测点|监测点|采集点)|个点(?!\d|多)|点(?=[\s,。]|$)|(?:WORD ){0,1}points?", "point"),
    (r"(?<=[^第])期(?!限|的?(?:项目|工程|那))|场(?:培训|课)?|(?:WORD ){0,2}sessions?|(?:WORD ){0,1}workshops?", "session"),
    (r"套|(?:WORD ){0,2}(?:sets?|kits?)", "set"),
    ((
        r"台|辆|部(?!分|门)|只|把|件|个(?!月|点|百|人|星|礼|小|季)|(?:(?:more )?of (?:them|those|these)|"
        r"units?|pcs|pieces|(?:WORD ){0,2}(?:robots?|carts?|trucks?|stations?|machines?|vehicles?|cameras?|"
        r"gateways?|scanners?|terminals?|devices?|sensors?|printers?|boxes))"
    ), "unit"),
    (r"个?人(?!民|家|工)|名|people|drivers?|operators|trainees|(?:WORD )?staff|heads", "person"),
)  # fmt: skip
YEARS = re.compile(r"\s?年|\s?years?|\s?yrs?")
A_YEAR = re.compile(r"[一二两三四五六七八九\d][一二三四五六七八九十百千万\d.]*[万千百]")
"""An amount right behind 一年: what a year of it costs."""
NO_WORD = (
    "for|of|and|at|to|in|on|over|plus|or|is|was|k|grand|thousand|million|pounds|dollars|euros|quid|a|an|"
    "each|per|by|with|from|hundred|so|that|thats|if|want|the"
    "|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
UNIT_PATTERNS = tuple(
    (re.compile(rf"\s?(?:{pattern})(?![a-z])".replace("WORD", rf"(?!(?:{NO_WORD})\b)[a-z0-9]+")), unit) for pattern, unit in UNITS
)
A_PIECE = re.compile(
    r"\s?(?:钱)?\s?[/一每]\s?(?:个)?(?:台|套|个|点|席|辆|账号|人天|人|年(?!一共)|期|把|件|只|张)|"
    r"\s?(?:each|apiece|a pop|per (?!cent)\w+|a (?:unit|seat|kit|set|station|cart|robot|piece|point|head|"
    r"session|user|licen[cs]e|driver|day)|/)(?![a-z])"
)
NEAR_HAN, NEAR_LATIN = 12, 30
OF_THEM = re.compile(r"([a-z]+)[ ,]+$")
"""What `ten of them` are: the word before."""
FIGURE = re.compile(r"[\d.,零一二两三四五六七八九十百千万a-z\s-]*?(?=个|[^\d.,零一二两三四五六七八九十百千万a-z\s-]|$)")
LOOSE = frozenset({"份", "次", "批", "家", "条", "笔", "单"})
"""Measure words that count no pieces of ours."""
NO_GOODS = frozenset({"%", "‰", "折", "天", "个月", "月", "周", "小时", "分钟", "百分点", "个百分点", "年", "years"})
ABOUT = re.compile(
    r"[一二两三四五六七八][二两三四五六七八九][十百千]?[来多]?[万亿]|[\d十百千万]\s?(?:到|至|~)|\d\s?[-\u2013]\s?\d"
    r"|[a-z\d] (?:to|and|or) [a-z\d]+.*(?:k|grand|thousand|million)"
)
ANEW = re.compile(
    r"(?:(?<![a-z])(?:no sorry|sorry|no|make (?:that|it)|scratch that|correction)[ ,]*(?:make (?:that|it) )?|不对|说错了?|更正一?下?)[ ,]*$"
)
"""Words that take a figure back with the next one right behind them, however far the figure was."""
LONG_WAY = 90
BY_YEAR = re.compile(r"\s?(?:(?:a|per|each) (?:year|annum)|annually|yearly|/ ?(?:yr|year)|[一每/]年)(?![a-z])")
SHORTHAND = 1000
MANY = 25
THOUSANDS = 10_000


@dataclass(frozen=True, slots=True)
class Counted:
    """How many. unit: unit, set, seat, point, session, person_day, person or year; None when only the figure was said."""

    number: Number
    unit: str | None


Said = TypeVar("Said", Money, Counted)


def quantity(heard: Heard, named: Sequence[Named], *, changing: bool = False) -> Counted | None:
    """How many are wanted. The last after a correction; years of a service only where nothing else is counted.

    changing: an open opportunity is changed, so "one more" does not say how many there are then.
    """
    counted = [one for number in _numbers(heard) if (one := _counted(heard, number, named))]
    counted = _corrected(heard, counted)
    counted = [one for one in counted if not _is_rate(heard, one.number)] or counted
    kept = [one for one in counted if not _near(heard, one.number, cue("fix", "standing"), before_only=True)]
    if changing:
        kept = [one for one in kept if not _near(heard, one.number, cue("fix", "delta"), before_only=True)]
    first = next((one for one in kept if one.unit != "person" and any(_close_by(one, name) for name in named)), None)
    return first or next((one for one in kept if one.unit not in {"person", "person_day"}), kept[0] if kept else _years(heard, named))


def _numbers(heard: Heard) -> Sequence[Number]:
    thousands = [Number(one.words, one.value) for one in heard.reading.money if one.currency is None and not HAN.search(one.words.text)]
    plain = [one for one in heard.reading.numbers if one.unit not in NO_GOODS and not _is_percent(heard, one)]
    return sorted((*plain, *thousands), key=lambda one: one.words.start)


def _is_percent(heard: Heard, one: Number) -> bool:
    """Whether 五个点 is said of a price; points that are measured are many, or 点位."""
    return one.unit == "个点" and one.value < MANY and heard.folded[one.words.end : one.words.end + 1] != "位"


def _counted(heard: Heard, number: Number, named: Sequence[Named]) -> Counted | None:
    before = heard.folded[number.words.start - 1 : number.words.start]
    priced = not number.unit and A_PIECE.match(heard.folded, number.words.end)
    if priced or before in {"第", "每"} or number.value < 1 or any(one.start <= number.words.start < one.end for one in named):
        return None
    return _measured(heard, number, named) or _before_its_noun(heard, number, named) or _beside_product(heard, number, named)


def _measured(heard: Heard, number: Number, named: Sequence[Named]) -> Counted | None:
    """A figure with its measure word: 三百个点位, twenty seats."""
    bare = number.words.end - len(number.unit)
    figure = FIGURE.match(heard.folded[number.words.start : number.words.end])
    for at in sorted({bare, number.words.end, number.words.start + (figure.end() if figure else 0)}):
        for pattern, unit in UNIT_PATTERNS:
            match = pattern.match(heard.folded, at)
            if match and not _no_count(heard, number, named, unit, match.group().strip()):
                before = OF_THEM.search(heard.folded[: number.words.start]) if "of the" in match.group() else None
                return Counted(number, _piece(before[1]) if before else unit)
    return None


def _no_count(heard: Heard, number: Number, named: Sequence[Named], unit: str, said: str) -> bool:
    """Whether the measure word is of another thing: 一个, a phase of a project, seven o'clock."""
    if unit == "session":
        return _is_phase(heard, number, named)
    return (number.value == 1 and said == "个") or (unit == "point" and number.value < MANY and said == "点")


def _before_its_noun(heard: Heard, number: Number, named: Sequence[Named]) -> Counted | None:
    """A figure before what pieces of the product are called: three hundred loggers."""
    match = re.match(rf"\s?(?:\w+ )?({_nouns(named)})(?![a-z])", heard.folded[number.words.end :])
    return Counted(number, _piece(match[1])) if match and not number.unit else None


def _beside_product(heard: Heard, number: Number, named: Sequence[Named]) -> Counted | None:
    """A figure right before a product, or right behind it: ten S3, S3 ten of them."""
    if number.unit in LOOSE:
        return None
    if re.match(r" at (?:about |around |roughly )?[a-z\d]", heard.folded[number.words.end :]) and not number.unit and _rated(heard, number):
        return Counted(number, "unit")
    for one in named:
        name, after = heard.folded[one.start : one.end + 6], heard.folded[one.end :]
        between = heard.folded[number.words.end : one.start] if number.words.end <= one.start else None
        if between is not None and re.fullmatch(r" of (?:the|your|our|their|those|these) ", between):
            return Counted(number, _piece(name))
        if between is not None and len(between.split()) <= 1 and len(between) <= (1 if HAN.search(between) else 10):
            return Counted(number, "seat" if re.match(r"\s?(?:seats?|licen[cs]es?|users?)", after) else _piece(name))
        behind = number.words.start >= one.end and re.match(r"s?[ ,]*$", heard.folded[one.end : number.words.start])
        if behind and number.value < SHORTHAND and re.match(r"\s?of them|\s?(?:$|[,.])", heard.folded[number.words.end :]):
            return Counted(number, _piece(name))
    return None


def _rated(heard: Heard, number: Number) -> bool:
    """Whether a price a piece follows: fourteen at eighteen hundred dollars each."""
    behind = (one.words.end for one in heard.reading.money if 0 <= one.words.start - number.words.end <= 16)  # noqa: PLR2004 - at about
    return any(A_PIECE.match(heard.folded, end) for end in behind)


def _piece(said: str) -> str:
    if re.match(r"seats?|licen[cs]es?|users?", said):
        return "seat"
    return "set" if re.search(r"kits?|sets?", said) else "unit"


def _is_rate(heard: Heard, number: Number) -> bool:
    """Whether 一期两万二 gives a price a piece; it counts one only where nothing else is counted."""
    return (
        number.value == 1
        and bool(number.unit)
        and re.match(r"\s?(?:才|要|卖|就|只要|只|大概|报|得)?[一二两三四五六七八九十百千\d]", heard.folded[number.words.end :]) is not None
    )


def _is_phase(heard: Heard, number: Number, named: Sequence[Named]) -> bool:
    """Whether 三期 is a phase of a project and counts nothing."""
    if not heard.chinese or any(0 <= number.words.start - one.end <= 2 for one in named):  # noqa: PLR2004 - a pause
        return False
    return re.search(r"(?:办|上|做|要|搞|开|共|约|概|来|训|课|排|按)$", heard.folded[: number.words.start]) is None


def _nouns(named: Sequence[Named]) -> str:
    """What pieces of the named products are called: the last words of their English names."""
    words = {
        name.split()[-1].lower() for one in named for name in (one.product.name, *one.product.aliases) if name.isascii() and " " in name
    }
    return "|".join(f"{re.escape(word)}s?" for word in sorted(words) if word.isalpha() and len(word) > 2) or "(?!)"  # noqa: PLR2004


def _close_by(one: Counted, name: Named) -> bool:
    return min(abs(one.number.words.end - name.start), abs(one.number.words.start - name.end)) <= NEAR_LATIN


def _years(heard: Heard, named: Sequence[Named]) -> Counted | None:
    for number in heard.reading.numbers:
        is_years = number.unit in {"年", "years", "year"} or YEARS.match(heard.folded, number.words.end)
        if number.value == 1 and A_YEAR.match(heard.folded, number.words.end):
            continue
        if is_years and any(0 <= number.words.start - name.end <= 4 or 0 <= name.start - number.words.end <= 4 for name in named):  # noqa: PLR2004
            return Counted(number, "year")
    return None


def amount(heard: Heard, counted: Counted | None, usual: float | None) -> tuple[Field, str | None] | None:
    """What the deal is worth with the currency that was said; None where no amount was, or only a price a piece without how many.

    usual: the amount of the open opportunity; "four eighty" then means thousands where that is in thousands.
    """
    said = [one for one in _money(heard, counted, usual) if not _aside(heard, one)]
    said = _corrected(heard, said)
    if not said:
        return None
    pieces = [one for one in said if _is_unit(heard, one)]
    whole = [one for one in said if one not in pieces]
    if whole:
        best = max(enumerate(whole), key=lambda one: (_weight(heard, one[1]), one[0]))[1]
        return Field(best.value, best.words.text, 0.95), best.currency
    if counted is None:
        return None
    last = pieces[-1]
    start, end = min(last.words.start, counted.number.words.start), max(last.words.end, counted.number.words.end)
    return Field(round(last.value * counted.number.value, 2), heard.words(start, end), 0.9), last.currency


def is_about(words: str) -> bool:
    """Whether words for an amount name about how much: 三四十万, 80 to 90 k. What is read of them is the middle."""
    return ABOUT.search(fold(words)) is not None


def rethought(heard: Heard, counted: Counted | None) -> bool:
    """Whether an amount was taken back for another."""
    said = [one for one in _money(heard, counted, None) if not _aside(heard, one)]
    return len(_corrected(heard, said)) < len(said)


def _money(heard: Heard, counted: Counted | None, usual: float | None) -> list[Money]:
    taken = counted.number.words.start if counted else -1
    found = [one for one in heard.reading.money if one.words.start != taken]
    for number in heard.reading.numbers:
        if number.words.start == taken or number.unit in {"%", "‰"}:
            continue
        if not number.unit and usual and usual >= THOUSANDS and SHORTHAND / 100 <= number.value < SHORTHAND and _is_price(heard, number):
            found.append(Money(number.words, number.value * SHORTHAND, None))
        elif number.value >= SHORTHAND / 10 and (_is_rate_of(heard, number) or BY_YEAR.match(heard.folded, number.words.end)):
            found.append(Money(number.words, number.value, None))
    return sorted(found, key=lambda one: one.words.start)


def _is_rate_of(heard: Heard, number: Number) -> bool:
    """Whether a bare figure is a price a piece: 单价一百一, 八百一个."""
    if A_PIECE.match(heard.folded, number.words.end - len(number.unit)):
        return True
    return not number.unit and _near(heard, number, cue("amount", "unit"), before_only=True)


def _is_price(heard: Heard, number: Number) -> bool:
    return (
        _near(heard, number, cue("amount", "price"))
        or _near(heard, number, cue("amount", "budget"))
        or _near(heard, number, cue("want", "update"))
    )


def _is_unit(heard: Heard, one: Money) -> bool:
    before = _before(heard, one.words.start)
    if cue("amount", "total").search(before):
        return False
    if A_PIECE.match(heard.folded, one.words.end):
        return re.match(r"\s?(?:一|每|per |a )\s?(?:年|year)", heard.folded[one.words.end :]) is None
    if not heard.chinese:
        return re.search(r"(?:unit price(?: is| of| at)?|each (?:at|for))\s*$", before) is not None
    last = max((match.end() for match in cue("amount", "unit").finditer(before)), default=-1)
    return last >= 0 and len(before) - last <= 10  # noqa: PLR2004 - 单价我报的


def _weight(heard: Heard, one: Money) -> int:
    before, behind = _before(heard, one.words.start), heard.folded[one.words.end : one.words.end + 10]
    if cue("amount", "total").search(before) or cue("amount", "total").search(behind):
        return 3
    if cue("amount", "price").search(before):
        return 2
    return 1


def _aside(heard: Heard, one: Money) -> bool:
    """Whether an amount is of something else: a limit, a fine, a saving, a rival's price."""
    before, behind = _before(heard, one.words.start), heard.folded[one.words.end : one.words.end + 6]
    if cue("amount", "aside").match(behind) or cue("amount", "rival").search(before) or cue("amount", "rival").match(behind):
        return True
    return any(len(before) - match.end() <= (5 if heard.chinese else 14) for match in cue("amount", "aside").finditer(before))


def _before(heard: Heard, place: int) -> str:
    clause = heard.clauses[heard.clause_of(place)].start if heard.clauses else heard.start
    reach = NEAR_HAN if heard.chinese else NEAR_LATIN
    return heard.folded[max(heard.start, min(clause, place - 4), place - reach) : place]


def _near(heard: Heard, one: Number | Money, pattern: re.Pattern[str], *, before_only: bool = False) -> bool:
    if before_only:
        before = _before(heard, one.words.start)
        return any(len(before) - match.end() <= 2 for match in pattern.finditer(before))  # noqa: PLR2004 - right before it
    reach = NEAR_HAN if heard.chinese else NEAR_LATIN
    return pattern.search(heard.folded, max(heard.start, one.words.start - reach), min(heard.end, one.words.end + reach)) is not None


def _corrected(heard: Heard, said: Sequence[Said]) -> list[Said]:
    """Those that still hold: what was taken back, and what it was before ("instead of five twenty"), are gone."""
    held = [one for one in said if not _former(heard, _words(one)[0])] or list(said)
    gone = {id(one) for one, other in pairwise(held) if _taken_back(heard, _words(one)[1], _words(other)[0])}
    return [one for one in held if id(one) not in gone]


def _words(one: Money | Counted) -> tuple[int, int]:
    words = one.words if isinstance(one, Money) else one.number.words
    return words.start, words.end


def _former(heard: Heard, place: int) -> bool:
    """Whether the figure at `place` is what something was before."""
    before = heard.folded[max(heard.start, place - 20) : place]
    at = max((match.end() for match in cue("fix", "dropped_behind").finditer(before)), default=-1)
    return (
        at >= 0
        and re.fullmatch(r"\s*(?:the|about|around|大概|大约|约|的)?\s*", before[at:]) is not None
        and re.search(r"(?:不是|not)\s*$", before) is None
    )


def _taken_back(heard: Heard, end: int, start: int) -> bool:
    between = heard.folded[end:start]
    if len(between) <= LONG_WAY and ANEW.search(between):
        return True
    return len(between) <= (16 if heard.chinese else 40) and cue("fix").search(between) is not None
