"""Which paragraph of one version became which of the other, and what is written beside them. Knows clauses and rules; writes no file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bot.domain.comparison import ClauseChange, Report, Risk
from bot.domain.contracts import Paper

ALIKE = 0.3
"""Share of signs that two paragraphs have in common at least, to be told as one that changed."""
MOST_PAIRS = 4_000
"""So many paragraphs of two clauses are held against each other; of longer ones only what is the same is paired."""


@dataclass(frozen=True, slots=True)
class Marking:
    """As of a `Redline`: which paragraph became which, and the notes beside new and gone ones."""

    pairs: tuple[tuple[int, int], ...]
    notes: Mapping[int, str] = field(default_factory=dict)
    gone: Mapping[int, str] = field(default_factory=dict)


def marking(report: Report, old: Paper, new: Paper, notes: Sequence[tuple[ClauseChange, str]]) -> Marking:
    """How `old` is marked up to say what `new` says. notes: what is written beside a change."""
    pairs: list[tuple[int, int]] = []
    for here, there in report.pairs:
        if here is not None and there is not None:
            pairs += _paired(old, new, report.old[here].paragraphs, report.new[there].paragraphs)
    taken_old, taken_new = {one for one, _ in pairs}, {one for _, one in pairs}
    rest_old = [at for at in range(len(old.paragraphs)) if at not in taken_old]
    rest_new = [at for at in range(len(new.paragraphs)) if at not in taken_new]
    pairs += _same(old, new, rest_old, rest_new)
    was, beside, gone = {there: here for here, there in pairs}, dict[int, str](), dict[int, str]()
    for change, note in notes:
        if change.new is not None and change.new.paragraphs:
            beside.setdefault(_first_changed(change, was, old, new), note)
        elif change.old is not None and change.old.paragraphs:
            gone.setdefault(change.old.paragraphs[0], note)
    return Marking(tuple(_each_once(pairs)), beside, gone)


def _first_changed(change: ClauseChange, was: Mapping[int, int], old: Paper, new: Paper) -> int:
    """The first new paragraph of the clause that says something else than before. was: place of a new paragraph -> of the old one."""
    places = change.new.paragraphs if change.new else ()
    for at in places:
        if at not in was or old.paragraphs[was[at]].text != new.paragraphs[at].text:
            return at
    return places[0]


def _paired(old: Paper, new: Paper, first: Sequence[int], second: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The paragraphs of two clauses: those that are the same, then those between them that are alike, in order."""
    says = [old.paragraphs[at].text for at in first], [new.paragraphs[at].text for at in second]
    for kind, a, b, c, d in SequenceMatcher(None, *says, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(first[a:b], second[c:d], strict=True)
        elif kind == "replace" and (b - a) * (d - c) <= MOST_PAIRS:
            yield from _alike(old, new, first[a:b], second[c:d])


def _alike(old: Paper, new: Paper, first: Sequence[int], second: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for here in first:
        rated = [(_alikeness(old.paragraphs[here].text, new.paragraphs[there].text), -at) for at, there in enumerate(second) if at >= start]
        best, place = max(rated, default=(0.0, 0))
        if best >= ALIKE:
            yield here, second[-place]
            start = -place + 1


def _alikeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:2_000], other[:2_000], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _same(old: Paper, new: Paper, first: Sequence[int], second: Sequence[int]) -> Iterator[tuple[int, int]]:
    """What belongs to no clause, such as titles and signatures."""
    says = [old.paragraphs[at].text for at in first], [new.paragraphs[at].text for at in second]
    for _, a, b, c, d in (one for one in SequenceMatcher(None, *says, autojunk=False).get_opcodes() if one[0] == "equal"):
        yield from zip(first[a:b], second[c:d], strict=True)


def _each_once(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    seen_old, seen_new = set[int](), set[int]()
    for here, there in sorted(pairs):
        if here not in seen_old and there not in seen_new:
            seen_old.add(here)
            seen_new.add(there)
            yield here, there


def worth_a_note(change: ClauseChange) -> bool:
    """Whether somebody has to look at it."""
    return change.risk in {Risk.HIGH, Risk.MEDIUM} or change.legal
