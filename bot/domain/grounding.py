"""Whether words stand on their evidence: figures, days, codes, names and content, in zh and en. Knows texts; knows no model and no source.

Made for words that a chat model wrote over given passages. It errs on the side of silence: what cannot be shown is dropped, for the
evidence itself is always there to be quoted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.numerals import ENGLISH, FIGURE, HAN, LATIN, fold, value_of
from bot.domain.patterns import Pattern
from bot.domain.talk import language_of

ENOUGH = 0.5
"""Share of a sentence's content that its evidence must hold. Fitted by hand on the pairs of the unit tests: paraphrases reach it."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = tuple(
    Pattern(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?(?:[-/.]|年)\s?(?P<m>\d{1,2})\s?(?:[-/.]|月)\s?(?P<d>\d{1,2})(?!\d)\s?[日号]?",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?年\s?(?P<m>\d{1,2})\s?月(?:份)?",
        r"(?<![\d/])(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?![a-z])(?:,?\s(?P<y>(?:19|20)\d\d))?",
        rf"(?<![a-z]){_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y>(?:19|20)\d\d))?",
        rf"(?<![a-z]){_MONTH}\s(?P<y>(?:19|20)\d\d)",
    )
)
_UNITS = {
    "%": r"%|percent(?:age points?)?|per cent|pct|个百分点|百分点|个点", "‰": "‰", "折": "折",
    "CNY": r"元|块钱?|人民币|rmb|cny|yuan", "USD": r"美元|美金|us\s?dollars?|dollars?|usd", "EUR": r"欧元|euros?|eur",
    "GBP": r"英镑|pounds?|gbp",
    "day": r"(?:个)?工作日|(?:working |business |calendar )?days?|天|日", "week": r"个?星期|周|weeks?", "month": r"个?月|months?",
    "year": r"年|years?", "hour": r"个?小时|hours?", "minute": r"分钟|minutes?",
}  # fmt: skip
_SIGNS = {"us$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "rmb": "CNY", "cny": "CNY", "usd": "USD",
          "eur": "EUR", "gbp": "GBP"}  # fmt: skip
_UNIT = "|".join(f"(?P<u{number}>(?:{pattern})(?![a-z]))" for number, pattern in enumerate(_UNITS.values()))
_WORDS = "|".join(sorted(ENGLISH, key=len, reverse=True))
_SCALE = "|".join(sorted(LATIN, key=len, reverse=True))
_FIGURE = Pattern(
    rf"(?P<sign>us\$|[$€£¥]|(?<![a-z])(?:rmb|cny|usd|eur|gbp)(?=\s?\d))?\s?(?P<parts>百分之)?"
    rf"(?:(?P<figure>{FIGURE})(?:\s?(?P<scale>(?:{_SCALE}|w)(?![a-z])))?|(?<![a-z])(?P<word>{_WORDS})(?![a-z]))(?:[\s-]?(?:{_UNIT}))?"
)
_COUNTED = "个台套家条单笔次人位名点成倍份张件批封只期版级档轮遍层组"
_CODE = Pattern(r"https?://\S+|(?<![a-z0-9])[a-z]+(?:[-_./]?[a-z]*)*[-_./]?\d[a-z0-9]*(?:[-_./][a-z0-9]+)*")
_NAME = Pattern(r"(?<![A-Za-z])[A-Z][A-Za-z]+(?:['-][A-Za-z]+)*")
_SENTENCE = Pattern(r"[^。!?!?;;\n]+?(?:[。!?!?;;\n]+|\.(?=\s|$)|$)", re.DOTALL)
_NOT = Pattern(r"不|没|无|未|非|勿|别|禁|\b(?:not|no|never|none|without|cannot|neither|nor)\b|n't\b")
_BOUNDS = Pattern(
    r"不超过|不低于|不少于|不高于|不多于|不大于|不小于|不得超过|不得低于|无论|不论|不管|不仅|不但|别的|未来|非常|"
    r"\b(?:no|not) (?:more|less|fewer|later|earlier|higher|lower) than\b|\bno later\b|\bnot exceed(?:ing)?\b|\bnot only\b|\bno\. "
)
_HAN_RUN = Pattern(r"[\u3400-\u9fff]+")
_EMPTY = (
    "的了是在有和与或也都就你我他她它们可以能要到给再会把被对等为于其该这那个不没无未很更最每"
    "由从按照需须应请将所及并且但若则如果时之者且还只"
)
_WORD = Pattern(r"[a-z]+(?:'[a-z]+)?")
_STOP = frozenset(re.findall(
    r"\w+",
    "a an the of to in on at by for from with and or but if then than as is are was were be been being it its this that "
    "these those you your we our they their he she his her i my me us them can could may might must shall should will "
    "would do does did have has had not no so such there here when where which who whom what how any all each every some "
    "more most up down out over under only also",
))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts: `%`, `‰`, `折`, a currency (ISO 4217), a unit of time, or "" for anything else."""

    value: float
    unit: str = ""

    def stands_for(self, other: "Figure") -> bool:
        """Whether both mean the same. A unit that one of them leaves open agrees with any but a share."""
        same = abs(self.value - other.value) <= 1e-9 * max(abs(self.value), 1.0)
        open_unit = "" in {self.unit, other.unit} and not {self.unit, other.unit} & {"%", "‰", "折"}
        return same and (self.unit == other.unit or open_unit)


Day = tuple[int | None, int, int | None]
"""Year, month, day; None where it was not said."""


def unproven(text: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """The figures, days, codes and names in `text` that `evidence` does not have, as they stand there; none when all are proven."""
    ground = "\n".join(evidence)
    known_days, known_figures = _days(fold(ground))[0], tuple(_figures(fold(ground), strict=False))
    days, free = _days(fold(text))
    missing = [said for day, said in days.items() if not any(_same_day(day, other) for other in known_days)]
    missing += [said for figure, said in _figures(free, strict=True).items() if not any(map(figure.stands_for, known_figures))]
    bare = re.sub(r"\s", "", fold(ground))
    missing += [code for code in _CODE.findall(fold(text)) if re.sub(r"\s", "", code.rstrip(".")) not in bare]
    spelt = fold(ground)
    missing += [name for name in _names(_undated(text)) if not re.search(rf"(?<![a-z]){re.escape(fold(name))}", spelt)]
    return tuple(missing)


def supports(evidence: Sequence[str], sentence: str) -> bool:
    """Whether `sentence` says nothing that `evidence` does not: no new figure, name or code, most of its words, the same yes or no.

    Over a bridge between languages words cannot be compared; there figures, days, names and codes decide, and one must be there.
    """
    if unproven(sentence, evidence):
        return False
    lang = language_of(sentence)
    comparable = [one for text in evidence for one in sentences(text) if language_of(one) is lang]
    if not comparable:
        return bool(evidence) and bool(unproven(sentence, ()))  # what nothing could prove is what can be proven
    wanted = _content(sentence)
    if not wanted:
        return True
    if _share(wanted, _content("\n".join(comparable))) < ENOUGH:
        return False
    shares = [(_share(wanted, _content(one)), _negates(one)) for one in comparable]
    best = max(share for share, _ in shares)
    return any(negates is _negates(sentence) for share, negates in shares if share >= 0.8 * best)


def sentences(text: str) -> list[str]:
    """`text` in sentences, each with its mark; nothing is lost but white space around them."""
    return [piece for found in _SENTENCE.finditer(text) if (piece := found[0].strip()) and any(char.isalnum() for char in piece)]


def verbatim(quote: str, source: str) -> str | None:
    """The stretch of `source` that `quote` repeats, in the source's own words; None where it does not. Blanks and width do not count."""
    wanted = re.sub(r"\s", "", fold(quote)).strip("\"'“”‘’「」…")
    folded, places = fold(source), [at for at, char in enumerate(source) if not char.isspace()]
    start = "".join(folded[at] for at in places).find(wanted) if wanted else -1
    return source[places[start] : places[start + len(wanted) - 1] + 1] if start >= 0 else None


def _days(folded: str) -> tuple[dict[Day, str], str]:
    """The days in a text with their words, and the text without them."""
    found: dict[Day, str] = {}
    for pattern in _DATES:
        for match in pattern.finditer(folded):
            parts = match.groupdict()
            month = _MONTHS.index(parts["name"][:3]) + 1 if parts.get("name") else int(parts["m"])
            year, day = parts.get("y"), parts.get("d")
            if 1 <= month <= 12 and (day is None or 1 <= int(day) <= 31):  # noqa: PLR2004 - months of a year, days of a month
                found[int(year) if year else None, month, int(day) if day else None] = match[0].strip()
                folded = f"{folded[: match.start()]}{' ' * len(match[0])}{folded[match.end() :]}"
    return found, folded


def _undated(text: str) -> str:
    """`text` with its days blanked; case and places are kept."""
    free = _days(fold(text))[1]
    return "".join(" " if blank == " " else char for char, blank in zip(text, free, strict=True)) if len(free) == len(text) else text


def _same_day(said: Day, known: Day) -> bool:
    return all(mine is None or mine == theirs for mine, theirs in zip(said, known, strict=True))


def _figures(folded: str, *, strict: bool) -> dict[Figure, str]:
    """The figures in a folded text with their words. strict: a Chinese numeral or a number word only where it surely counts."""
    found: dict[Figure, str] = {}
    for match in _FIGURE.finditer(folded):
        unit = next((unit for number, unit in enumerate(_UNITS) if match[f"u{number}"]), "")
        unit = "%" if match["parts"] else unit or _SIGNS.get(match["sign"] or "", "")
        written = match["figure"] or match["word"]
        counts = bool(unit) or folded[match.end() : match.end() + 1] in _COUNTED
        if _in_word(folded, match) or (strict and not _is_sure(written, counts=counts)):
            continue
        scale = 10_000.0 if match["scale"] == "w" else LATIN.get(match["scale"] or "", 1.0)
        found[Figure(ENGLISH[written] if match["word"] else value_of(written) * scale, unit)] = match[0].strip()
    if not strict:
        for year, month, day in _days(folded)[0]:
            found |= {Figure(float(part)): "" for part in (year, month, day) if part is not None}
    return found


def _in_word(folded: str, match: re.Match[str]) -> bool:
    """Whether the figure belongs to a code such as S3 or ISO-9001."""
    if match["word"] or match["sign"] or not match["figure"][0].isdigit():
        return False
    return re.search(r"[a-z][-_./]?\Z", folded[: match.start("figure")]) is not None


def _is_sure(written: str, *, counts: bool) -> bool:
    if any(char.isdigit() for char in written):
        return True
    if written in {"一", "one"}:
        return False  # 一 and one mostly count nothing
    return counts or (len(written) > 1 and re.fullmatch(f"{HAN}*[十百千万亿]{HAN}*", written) is not None) or written in ENGLISH


def _names(text: str) -> Iterator[str]:
    """Words with a capital that stand within a sentence, where only names have one; all of them in a Chinese sentence."""
    for sentence in sentences(text):
        for match in _NAME.finditer(sentence):
            if sentence[: match.start()].strip(" \t\"'“‘(*-") and match[0].lower() not in _STOP:
                yield match[0]


def _content(text: str) -> frozenset[str]:
    """What carries meaning: pairs of Chinese characters and the characters themselves, and stems of English words."""
    folded = _FIGURE.sub(" ", _days(fold(text))[1])
    runs = [run for found in _HAN_RUN.findall(folded) for run in re.split(f"[{_EMPTY}]", found) if run]
    han = {char for run in runs for char in run} | {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return frozenset(han | {_stem(word) for word in _WORD.findall(folded) if word not in _STOP and len(word) > 1})


def _stem(word: str) -> str:
    for ending in ("'s", "ations", "ation", "ments", "ment", "ings", "ing", "als", "al", "ies", "ers", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004 - what is left must still be a word
            return word.removesuffix(ending)
    return word


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted)


def _negates(text: str) -> bool:
    return _NOT.search(_BOUNDS.sub("", fold(text))) is not None

