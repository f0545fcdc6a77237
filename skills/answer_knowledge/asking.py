"""What a question asks: its content words, how much each weighs, and what sort of thing would answer it. Knows no document."""

import re
from dataclasses import dataclass
from functools import cache

from bot.domain.talk import Lang, language_of
from skills.answer_knowledge.ranges import speaks_of
from skills.answer_knowledge.signs import Sort, lexicon, signs
from skills.answer_knowledge.wording import HAN, WORD, Wording, concepts, fold, latin, stem

NEAR = 5
SOFTLY = 0.4
PAIR = 2
LONG_WEIGHT = 1.5
IN_RANGE = 0.9
_DIGITS = {han: str(number) for number, han in enumerate("一二三四五六七八九十", start=1)} | {"两": "2"}
FOCUS_WORDS = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing a question names. surfaces: any of them standing in a text covers it wholly.

    shares: of a run of Chinese characters, what each is worth, 1 together; pairs of them that stand in a text cover it partly.
    focus: it stands beside the asking word. hard: a number or a code, which has no synonym.
    number: its value, when it is one; a range that holds it covers it nearly.
    bridge: it can be recognised in the other language too. soft: it says what kind of thing is asked for; an answer need not repeat it.
    """

    surfaces: tuple[str, ...]
    weight: float
    focus: bool
    hard: bool = False
    bridge: bool = False
    soft: bool = False
    shares: tuple[float, ...] = ()
    number: float | None = None

    def cover(self, text: Wording) -> float:
        """How much of it stands in `text`, 0 to 1."""
        if any(text.has(surface) for surface in self.surfaces):
            return 1.0
        if self.number is not None and speaks_of(self.number, text.folded):
            return IN_RANGE
        if len(self.shares) < PAIR:
            return 0.0
        segment = self.surfaces[0]
        there = [False] * len(segment)
        for at in range(len(segment) - 1):
            if segment[at : at + PAIR] in text.han:
                there[at] = there[at + 1] = True
        return sum(share for share, covered in zip(self.shares, there, strict=True) if covered)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. folded: its text to compare. measure: the thing counted, "" when nothing is."""

    folded: str
    lang: Lang
    sort: Sort
    units: tuple[Unit, ...]
    measure: str


def understood(text: str) -> Question:
    """Take `text` apart."""
    folded = fold(text).strip()
    asking = [match.span() for match in signs().asking.finditer(folded)]
    taken: list[Unit] = []
    free = _counted_units(_concept_units(folded, asking, taken), taken)
    _han_units(free, asking, taken)
    _latin_units(free, text.strip(), taken)
    sort = next((sort for sort, sign in signs().asks.items() if sign.search(folded)), Sort.WHAT)
    measure = signs().measure.search(folded) if sort is Sort.AMOUNT else None
    return Question(folded, language_of(text), sort, tuple(taken), next(filter(None, measure.groups()), "") if measure else "")


def _near(start: int, end: int, asking: list[tuple[int, int]]) -> bool:
    return any(start < right + NEAR and end > left - NEAR for left, right in asking)


@cache
def _surfaces() -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """Every name of a concept, the longest first, with how it is looked for where words have endings."""
    return tuple(
        (surface, None if HAN.search(surface) else re.compile(r"\b" + r"[\w']*[\s-]+".join(map(re.escape, surface.split())) + r"[a-z']*"))
        for surface in sorted(concepts(), key=len, reverse=True)
    )


def _concept_units(folded: str, asking: list[tuple[int, int]], taken: list[Unit]) -> str:
    """Add a unit for each concept named; returns the text with those words blanked."""
    names = concepts()
    free = folded
    for surface, words_of in _surfaces():
        if words_of is None:
            at = free.find(surface)
            if at < 0:
                continue
            span = (at, at + len(surface))
            free = free.replace(surface, "\0" * len(surface))
        else:
            words = words_of.search(free)
            if words is None or latin(words.group()) != surface:
                continue
            span = words.span()
            free = free[: span[0]] + "\0" * (span[1] - span[0]) + free[span[1] :]
        soft = surface.strip() in lexicon().soft
        taken.append(Unit(names[surface], 2.0 * (SOFTLY if soft else 1.0), not soft and _near(*span, asking), bridge=True, soft=soft))
    return free


def _counted_units(free: str, taken: list[Unit]) -> str:
    """Add a unit for each Chinese number with its measure, however it is written; returns the text with them blanked."""
    for match in signs().counted.finditer(free):
        number, measure = match.groups()
        taken.append(Unit((match.group(), f"{_DIGITS.get(number, number)}{measure}"), 2.0, focus=False, hard=True))
    return signs().counted.sub(lambda match: "\0" * len(match.group()), free)


def _han_units(free: str, asking: list[tuple[int, int]], taken: list[Unit]) -> None:
    """Add a unit for each run of Chinese characters between words that only hold a sentence together."""
    bare = signs().asking.sub(lambda match: "\0" * len(match.group()), free)
    kinds = {right for left, right in asking if signs().determiner.search(free[left:right])}
    for run in signs().run.finditer(bare):
        segment, start = run.group(), run.start()
        if start in kinds and len(segment) > PAIR and segment[:PAIR] in lexicon().soft:
            taken.append(_segment(segment[:PAIR], focus=False, soft=True))
            segment, start = segment[PAIR:], start + PAIR
        if segment in lexicon().common:
            continue  # a common character by itself tells nothing
        # "which country": the answer is one, and need not say so
        soft = segment in lexicon().soft or (start in kinds and len(segment) <= PAIR)
        taken.append(_segment(segment, focus=not soft and _near(start, run.end(), asking), soft=soft))


def _segment(segment: str, *, focus: bool, soft: bool) -> Unit:
    rarity = [_rarity(char) for char in segment]
    total = sum(rarity)
    weight = min(LONG_WEIGHT, total / PAIR) * (2.0 if len(segment) >= PAIR else 1.0) * (SOFTLY if soft else 1.0)
    return Unit((segment,), weight, focus, soft=soft, shares=tuple(share / total for share in rarity))


def _rarity(char: str) -> float:
    return 0.75 if char in lexicon().common else 1.0


def _latin_units(free: str, written: str, taken: list[Unit]) -> None:
    """Add a unit for each English word or number that carries meaning; names and numbers read the same in both languages."""
    chinese = HAN.search(free) is not None
    after_asking = 0
    seen: set[str] = set()
    for match in WORD.finditer(free):
        word = match.group()
        bare = word.removesuffix("'s")
        if bare in lexicon().stop:
            after_asking = FOCUS_WORDS if signs().asking.fullmatch(bare) else after_asking
            continue
        hard = any(char.isdigit() for char in word)
        if word not in seen:
            seen.add(word)
            name = hard or chinese or any(char.isupper() for char in written[match.start() + (match.start() == 0) : match.end()])
            unit = Unit((f" {stem(word)} ",), 2.5 if hard else 2.0, after_asking > 0, hard=hard, bridge=name, number=_value(word))
            taken.append(unit)
        after_asking -= 1


def _value(word: str) -> float | None:
    try:
        return float(word.removesuffix("%"))
    except ValueError:
        return None
