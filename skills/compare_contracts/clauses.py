"""The clauses of a contract, by its own structure: 第X条, Article, 1.1, headings, schedules. Knows one version; compares nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.comparison import Clause
from bot.domain.contracts import Paper
from bot.domain.numerals import value_of
from skills.compare_contracts.cleaning import Line, lines
from skills.compare_contracts.folded import HAN, fold, unmarked

_N = "[一二三四五六七八九十百零〇两\\d]+"
_STYLES: tuple[tuple[str, str], ...] = (
    ("annex", r"(?:附件|附录|附表|schedule|annex|appendix|exhibit)\s*(?P<annex>[一二三四五六七八九十\d]+|[a-z](?![a-z]))(?=\s|[:：.、]|$)"),
    ("zh", rf"第\s*(?P<zh>{_N})\s*条(?:之[一二三四五六七八九十])?"),
    ("article", r"(?:article|section|clause)\s+(?P<article>\d+(?!\.?\d)|[ivxlc]+(?![a-z]))(?=\s|[.:、-]|$)"),
    ("chapter", rf"第\s*(?P<chapter>{_N})\s*[章节部编]"),
    ("deep", r"(?:(?:article|section|clause)\s+)?(?P<deep>[1-9]\d{0,2}(?:\.\d{1,3}){1,4})(?=\s|[.、)]|[^\d\s%‰.,])"),
    ("dot", rf"(?P<dot>{_N})\s*、"),
    ("number", r"(?P<number>[1-9]\d{0,2})\s*(?:[.．)]|(?=\s{2,}[A-Z]))(?!\d)"),
    ("bracket", r"[(（]\s*(?P<bracket>[一二三四五六七八九十]+|\d{1,2})\s*[)）]"),
    ("letter", r"(?P<letter>[A-Z])\.(?=\s)"),
    ("small", r"[(（]?(?P<small>[a-z]|[ivx]{1,5})\s*[)）]"),
)
_START = re.compile(
    r"\s*(?:#{1,6}\s+|[-*]\s+(?=\d))?(?:\*\*)?(?:" + "|".join(rf"(?P<{name}_>{pattern})" for name, pattern in _STYLES) + ")", re.IGNORECASE
)
_TWIN = re.compile(r"\s*/\s*(?:article|section|clause)\s+\d+\.?|\s*/\s*第\s*[一二三四五六七八九十百\d]+\s*条", re.IGNORECASE)
_HASHES = re.compile(r"(#{1,6})\s+")
_SENTENCE = re.compile(r"[。.;；!?]\s*$")
_TITLE_CHARS = 80
_TITLE_WORDS, _COLON_WORDS = 8, 4
"""A title is short, all the more before a colon, which stands in sentences too."""
_HEADED = re.compile(r"(?P<head>[^.。:：;；]{2,70}?)(?:\.\s+(?=[A-Z\"“])|[:：]\s*(?=\S)|\s{2,}(?=\S)|(?<=[" + HAN + r"])\s+(?=\S))")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_TOPS = ("zh", "article", "markdown", "dot", "number", "letter", "chapter", "deep", "bracket")
_INNER = frozenset({"deep", "number", "bracket", "small", "letter", "annex", "dot"})
_PLAIN = frozenset({"zh", "article"})
"""Styles that number nothing but clauses, so one of them will do."""
_FEWEST = 2


@dataclass(slots=True)
class _Draft:
    """A clause that is still being read."""

    number: str
    top: str
    heading: str
    body: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)

    def done(self) -> Clause:
        text = ""
        for one in self.body:
            text += ("" if not text else "\n") + one
        return Clause(self.number, self.top, self.heading, text, tuple(dict.fromkeys(self.at)))


def clauses(paper: Paper) -> tuple[Clause, ...]:
    """Every clause, finest first read: what a number of its own sets apart stands for itself, under the outermost number.

    What stands before the first clause is one without a number; a paper without any numbers is split at its headings and paragraphs.
    """
    read = lines(paper, _START)
    outer = _outermost(read)
    if outer is None:
        return tuple(_unnumbered(read))
    return tuple(one.done() for one in _read(read, outer) if one.heading or one.body)


@dataclass(frozen=True, slots=True)
class _Start:
    style: str
    number: str
    shown: str
    rest: str


def _start(line: Line) -> _Start | None:
    """What number `line` begins with."""
    found = _START.match(f"{line.label} {line.text}" if line.label else line.text)
    if found is None:
        hashes = _HASHES.match(line.text)
        if hashes is None and not line.heading:
            return None
        return _Start("markdown", "", "", _HASHES.sub("", line.text))
    style = next(name for name, _ in _STYLES if found.group(f"{name}_"))
    number = found.group(style)
    told = f"{line.label} {line.text}" if line.label else line.text
    rest = _TWIN.sub("", told[found.end() :], count=1) if style in {"zh", "article"} else told[found.end() :]
    shown = found.group(f"{style}_").strip().rstrip("、.．")
    return _Start(style, figure(number), shown, rest.lstrip(" .:：、-*\t").rstrip("* "))


def figure(number: str) -> str:
    """A number as figures: 第十二 -> 12, iv -> 4, 05 -> 5."""
    plain = fold(number)
    if re.fullmatch(r"\d+(?:\.\d+)*", plain):
        return ".".join(str(int(part)) for part in plain.split("."))
    if re.fullmatch("[一二三四五六七八九十百零〇两]+", plain):
        return str(int(value_of(plain)))
    if len(plain) > 1 and set(plain) <= set(_ROMAN):
        values = [_ROMAN[char] for char in plain]
        return str(sum(-one if one < (values[at + 1] if at + 1 < len(values) else 0) else one for at, one in enumerate(values)))
    return plain


def _outermost(read: Sequence[Line]) -> str | None:
    """The style that the outermost clauses of this paper are numbered in."""
    seen: dict[str, list[str]] = {}
    for one in read:
        begun = _start(one)
        if begun is not None and not one.cell:
            style = "markdown" if _HASHES.match(one.text) and begun.style != "zh" else begun.style
            seen.setdefault(style, []).append(begun.number)
    return next((style for style in _TOPS if len(seen.get(style, ())) >= (1 if style in _PLAIN else _FEWEST)), None)


def _read(read: Sequence[Line], outer: str) -> Iterator[_Draft]:
    now = _Draft("", "", "")
    top, chapter, last = "", "", 0
    for line in read:
        begun = _start(line)
        if begun is not None and not line.cell and _is_outer(begun, line, outer, last):
            yield now
            last = int(begun.number) if begun.number.isdigit() else last + 1
            top = begun.number.partition(".")[0] or str(last)
            now = _opened(begun, chapter + top if begun.style == "annex" else top)
        elif begun is not None and begun.style == "chapter" and outer != "chapter":
            continue
        elif begun is not None and not line.cell and top and begun.style in _INNER:
            yield now
            now = _opened(begun, top if begun.style != "annex" else begun.shown)
            top = now.top
        else:
            now.body.append(unmarked(line.text))
        now.at.extend(line.at)
    yield now


def _is_outer(begun: _Start, line: Line, outer: str, last: int) -> bool:
    """Whether a line begins an outermost clause; a number that goes back counts as a list inside one."""
    if outer == "markdown":
        return bool(_HASHES.match(line.text)) or line.heading
    if begun.style == "annex":
        return len(line.text) <= _TITLE_CHARS and not _SENTENCE.search(line.text)
    if begun.style != outer:
        return False
    return outer != "number" or not begun.number.isdigit() or last < int(begun.number) <= last + 3 or _looks_like_title(begun.rest)


def _looks_like_title(rest: str) -> bool:
    return bool(rest) and len(rest) <= _TITLE_CHARS and not _SENTENCE.search(rest)


def _opened(begun: _Start, top: str) -> _Draft:
    rest = unmarked(begun.rest).strip()
    if not _SENTENCE.search(rest) and len(rest) <= _TITLE_CHARS:
        return _Draft(begun.shown, top, rest)
    headed = _HEADED.match(rest)
    if headed and len(headed["head"].split()) <= (_COLON_WORDS if headed.group().rstrip()[-1] in ":：" else _TITLE_WORDS):
        return _Draft(begun.shown, top, headed["head"].strip(), [rest[headed.end() :].strip()])
    return _Draft(begun.shown, top, "", [rest])


def _unnumbered(read: Sequence[Line]) -> Iterator[Clause]:
    for line in read:
        yield Clause("", "", "", unmarked(line.text), line.at)
