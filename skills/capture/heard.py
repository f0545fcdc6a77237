"""A note as it is read: its text, how it sounds, its figures and days, cut into clauses. Knows no record and no field."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from bot.domain.found import Reading

HAN = re.compile(r"[\u3400-\u9fff]")
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2019: 0x27}
STOPS = re.compile(r"[,.;:!?、。…\n](?!\d)|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
ZH_STARTS = re.compile(
    r"(?=但是|不过|然后|另外|还有就是|而且|因为|所以|主要是|竞争对手|预算(?!批|内|外)|下一步|他说|她说|"
    r"对方说|痛点|约了|让我们?|要我们?)"
)
EN_STARTS = re.compile(
    r"(?<= )(?=(?:and |but |so |then |oh |um |uh |well )*"
    r"(?:(?:he|she|they)(?:'?(?:s|re|ve|ll|d))?|(?:it|that|there)(?:'?(?:s|ll|d)| (?:is|are|was|were|has|"
        r"will|would|came|comes|looks|needs|seems|should))|i(?:'?(?:ve|ll|d|m))?|we(?:'re|'?ve|'ll|"
    r"'?d)?|target|budget|close|closing|signature|signing|amount|competitor|because"
    r"|next (?:step|thing)|timeline|procurement|finance|main|biggest|also|nobody|no budget|update|delivery|in the meantime|cause|cos) )"
)
LONG = 12
"""Characters of a Chinese clause above which a connective cuts it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the text that says one thing."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One note, or a part of one. folded: half width, lower case, as long as the text; sounds: of each character; surfaces: of names.

    start, end: the part that is looked at; places are those of the whole text. whole: everything that was found, where some of it was set
    aside.
    """

    text: str
    folded: str
    reading: Reading
    sounds: tuple[str, ...]
    surfaces: Mapping[str, tuple[str, ...]]
    clauses: tuple[Clause, ...]
    today: date
    start: int = 0
    end: int = 0
    whole: Reading | None = None

    def part(self, start: int, end: int) -> "Heard":
        """The same note from `start` to `end`; what is found and the clauses are cut to it."""
        reading = Reading(
            tuple(one for one in self.reading.money if start <= one.words.start < end),
            tuple(one for one in self.reading.numbers if start <= one.words.start < end),
            tuple(one for one in self.reading.days if start <= one.words.start < end),
        )
        cut = tuple(Clause(max(one.start, start), min(one.end, end)) for one in self.clauses if one.start < end and start < one.end)
        return replace(self, reading=reading, clauses=cut, start=start, end=end)

    @property
    def said(self) -> str:
        """The folded words of this part."""
        return self.folded[self.start : self.end]

    @property
    def chinese(self) -> bool:
        """Whether it is spoken in Chinese, at least for a good part."""
        return is_chinese(self.text)

    def clause_of(self, place: int) -> int:
        """Which clause holds a place."""
        return next((at for at, one in enumerate(self.clauses) if one.start <= place < one.end), max(0, len(self.clauses) - 1))

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of `pattern` in this part."""
        return pattern.finditer(self.folded, self.start, self.end)

    def has(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of `pattern` in this part."""
        return next(self.find(pattern), None)

    def words(self, start: int, end: int) -> str:
        """The words from `start` to `end` as they were said, without blanks about them."""
        return self.text[start:end].strip()


@lru_cache(maxsize=32)
def is_chinese(text: str) -> bool:
    """Whether `text` is spoken in Chinese, at least for a good part."""
    return len(HAN.findall(text)) * 4 > len(text.replace(" ", ""))


def hear(text: str, reading: Reading, sounds: tuple[str, ...], surfaces: Mapping[str, tuple[str, ...]], today: date) -> Heard:
    """A note ready to be read."""
    folded = fold(text)
    return Heard(text, folded, reading, sounds, surfaces, tuple(_clauses(folded)), today, 0, len(text))


def fold(text: str) -> str:
    """`text` in half-width lower case, as long as it was."""
    folded = text.translate(_WIDTH)
    lower = folded.lower()
    return lower if len(lower) == len(text) else folded


def _clauses(folded: str) -> Iterator[Clause]:
    starts = {0, len(folded), *(match.end() for match in STOPS.finditer(folded))}
    chinese = is_chinese(folded)
    if chinese:
        ordered = sorted(starts)
        for match in ZH_STARTS.finditer(folded):
            before = max((one for one in ordered if one <= match.start()), default=0)
            if match.start() - before >= LONG:
                starts.add(match.start())
    else:
        starts |= {match.start() for match in EN_STARTS.finditer(folded)}
    ordered = sorted(starts)
    for start, end in pairwise(ordered):
        if folded[start:end].strip(" ,.;:!?、。…\n"):
            yield Clause(start, end)
