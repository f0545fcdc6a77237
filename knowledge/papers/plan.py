"""In which order old and new paragraphs stand in a redline, so that either text comes out whole. Knows indices; knows no words."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One paragraph of a redline. old without new: taken out. new without old: put in. Both: kept, its words perhaps changed."""

    old: int | None
    new: int | None


def steps(old: int, new: int, pairs: Sequence[tuple[int, int]]) -> Iterator[Step]:
    """All paragraphs of both sides, each once. old, new: how many there are.

    The longest run of pairs in the same order on both sides stays in its place; what moved past it is taken out and put in.
    """
    at, to = 0, 0
    for first, second in (*_in_order(sorted(pairs)), (old, new)):
        yield from (Step(gone, None) for gone in range(at, first))
        yield from (Step(None, put) for put in range(to, second))
        if first < old:
            yield Step(first, second)
        at, to = first + 1, second + 1


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run whose second numbers rise, the first ones rising already (patience sorting)."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        place = bisect_left(tops, second)
        before.append(tails[place - 1] if place else -1)
        if place == len(tails):
            tails.append(number)
            tops.append(second)
        else:
            tails[place], tops[place] = number, second
    run: list[tuple[int, int]] = []
    at = tails[-1] if tails else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
