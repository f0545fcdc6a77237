"""The numbers that Word puts before paragraphs by itself, and what paragraphs' styles say of them. Knows two parts of the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.papers.counting import written
from knowledge.papers.wordml import Element, W, val

PLACE = re.compile(r"%(\d)")
LEVELS = 9
MOST_KIN = 20
"""Styles that a style may stand on: more is a circle."""
HEADING = re.compile(r"(?:heading|标题)\s*(\d)$", re.IGNORECASE)
CONTENTS = re.compile(r"(?:toc|目录)\s*\d?$|toc heading", re.IGNORECASE)
TITLES = {"title", "标题"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered. text: with %1 for the number of the first level. style: whose paragraphs are of this level.

    plain: whether the numbers of levels above are shown in figures, whatever their own format.
    """

    form: str = "decimal"
    text: str = ""
    start: int = 1
    style: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says. id: what paragraphs call it. numbered: its list and level. outline: level of a heading from 1, 0 for text."""

    id: str = ""
    name: str = ""
    based_on: str = ""
    numbered: tuple[str, str] = ("", "")
    outline: int = 0


@dataclass(slots=True)
class _List:
    levels: dict[int, Level]
    counts: list[int] = field(default_factory=lambda: [0] * LEVELS)


class Numbering:
    """Counts along with the document: ask for its paragraphs in their order, each once."""

    def __init__(self, lists: Element, styles: Element) -> None:
        self._styles = dict(_styles(styles)) if styles is not None else {}
        abstract = {val(one, "abstractNumId"): one for one in lists.iterfind(f"{W}abstractNum")} if lists is not None else {}
        self._lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self._counting: dict[str, _List] = {}
        self._begun: set[tuple[str, int]] = set()
        for one in lists.iterfind(f"{W}num") if lists is not None else ():
            of = val(one.find(f"{W}abstractNumId"))
            base = abstract.get(of)
            levels = dict(_levels(base)) if base is not None else {}
            starts = {}
            for override in one.iterfind(f"{W}lvlOverride"):
                at = _whole(val(override, "ilvl"))
                levels.update(_levels(override))
                start = override.find(f"{W}startOverride")
                if start is not None:
                    starts[at] = _whole(val(start), 1)
            self._lists[val(one, "numId")] = (of, levels, starts)

    def label(self, paragraph: Element) -> tuple[str, int]:
        """The number that stands before a paragraph, and its level from 1; "" and 0 where it has none."""
        which, at = self._numbered(paragraph)
        known = self._lists.get(which)
        if known is None:
            return "", 0
        of, levels, starts = known
        named = {style.id for style in self._kin(paragraph)}
        told = _whole(at) if at else next((number for number, rule in levels.items() if rule.style in named), 0)
        level = min(told, LEVELS - 1)
        rule = levels.get(level, Level())
        running = self._counting.setdefault(of, _List(levels))
        if level in starts and (which, level) not in self._begun:
            running.counts[level] = starts[level] - 1
        elif not running.counts[level]:
            running.counts[level] = rule.start - 1
        self._begun.add((which, level))
        running.counts[level] += 1
        running.counts[level + 1:] = [0] * (LEVELS - level - 1)
        counts = [count or levels.get(above, Level()).start for above, count in enumerate(running.counts)]
        return _text(rule, levels, counts), level + 1

    def outline(self, paragraph: Element) -> int:
        """The level of a heading, from 1; 0 for text."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if own is not None:
            return _outline(val(own))
        return next((style.outline for style in self._kin(paragraph) if style.outline), 0)

    def is_contents(self, paragraph: Element) -> bool:
        """Whether it is a line of a table of contents."""
        return any(CONTENTS.match(style.name) for style in self._kin(paragraph))

    def _numbered(self, paragraph: Element) -> tuple[str, str]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        which, at = _list_of(own)
        for style in self._kin(paragraph):
            which, at = which or style.numbered[0], at or style.numbered[1]
        return which, at

    def _kin(self, paragraph: Element) -> Iterator[Style]:
        """The paragraph's style and those that it stands on."""
        name = val(paragraph.find(f"{W}pPr/{W}pStyle"))
        for _ in range(MOST_KIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = style.based_on


def _styles(root: Element) -> Iterator[tuple[str, Style]]:
    for one in root.iterfind(f"{W}style"):
        name = val(one.find(f"{W}name"))
        heading = HEADING.match(name)
        outline = int(heading[1]) if heading else int(name.lower() in TITLES)
        said = one.find(f"{W}pPr/{W}outlineLvl")
        known_as = val(one, "styleId")
        level = outline or (_outline(val(said)) if said is not None else 0)
        yield known_as, Style(known_as, name, val(one.find(f"{W}basedOn")), _list_of(one.find(f"{W}pPr/{W}numPr")), level)


def _list_of(numbered: Element) -> tuple[str, str]:
    return ("", "") if numbered is None else (val(numbered.find(f"{W}numId")), val(numbered.find(f"{W}ilvl")))


def _outline(said: str) -> int:
    level = _whole(said, LEVELS) + 1
    return level if level <= LEVELS else 0


def _levels(within: Element) -> Iterator[tuple[int, Level]]:
    for one in within.iterfind(f"{W}lvl"):
        yield _whole(val(one, "ilvl")), Level(
            val(one.find(f"{W}numFmt")) or "decimal", val(one.find(f"{W}lvlText")), _whole(val(one.find(f"{W}start")), 1),
            val(one.find(f"{W}pStyle")) or "-", one.find(f"{W}isLgl") is not None,
        )


def _text(rule: Level, levels: dict[int, Level], counts: list[int]) -> str:
    if rule.form == "bullet":
        return ""

    def number(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        form = "decimal" if rule.plain else levels.get(at, Level()).form
        return written(counts[at], form) if 0 <= at < LEVELS else ""

    return PLACE.sub(number, rule.text).strip()


def _whole(text: str, default: int = 0) -> int:
    try:
        return max(int(text), 0)
    except ValueError:
        return default
