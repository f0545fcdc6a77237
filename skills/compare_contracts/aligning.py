"""Which clause of the old version is which of the new: by words, headings and neighbours together. Knows nothing of what clauses mean."""

import re
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.comparison import Clause
from skills.compare_contracts.folded import HAN, essence, fold, unmarked

Pair = tuple[int | None, int | None]
FEATURES = 1 << 12
"""Words are hashed into so many columns; two words in one column cost a little likeness, no memory."""
BLOCK, SMALL_BLOCK = 256, 64
NEAREST = 6
MOST_RATED = 1_000_000
"""So many pairs of clauses are all held against each other; it takes a tenth of a second."""
RARE = 32
"""A sign that more clauses have says little about which one it is."""
LIKE_ENOUGH = 0.42
LIKE_BETWEEN = 0.16
"""Between two neighbours that are the same on both sides, so little will do, for there only one can have become the other."""
HEADING = 0.3
_TERMS = re.compile(rf"[a-z0-9]+|[{HAN}]")
_LONGEST_TERMS = 4_000


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs in the order of the new version, each removed clause after what stood before it. moved: places in `new` of what moved."""

    pairs: tuple[Pair, ...]
    moved: frozenset[int]


def align(old: Sequence[Clause], new: Sequence[Clause]) -> Alignment:
    """Pair the clauses of two versions, each with at most one."""
    first, second = [_Key.of(one) for one in old], [_Key.of(one) for one in new]
    matched = _equal(first, second)
    if len(matched) < len(first) or len(matched) < len(second):
        weights = _weights([*first, *second])
        _by_likeness(first, second, weights, matched)
        _by_neighbours(first, second, weights, matched)
    pairs = {there: here for here, there in matched.items()}
    return Alignment(tuple(_ordered(len(old), len(new), matched, pairs)), _moved(matched, first))


@dataclass(frozen=True, slots=True)
class _Key:
    whole: str
    body: str
    heading: str
    number: str
    columns: tuple[int, ...]

    @classmethod
    def of(cls, clause: Clause) -> "_Key":
        heading, body = essence(clause.heading), essence(clause.text)
        return cls(heading + body, body, heading, f"{clause.top}/{clause.number}", tuple(map(_column, _terms(clause))))


def _terms(clause: Clause) -> tuple[str, ...]:
    """Words of Latin script, and pairs of neighbouring Chinese characters."""
    found = _TERMS.findall(fold(unmarked(f"{clause.heading}\n{clause.text}")))[:_LONGEST_TERMS]
    pairs = [a + b for a, b in pairwise(found) if not a.isascii() and not b.isascii()]
    return (*(one for one in found if one.isascii()), *pairs)


def _equal(first: Sequence[_Key], second: Sequence[_Key]) -> dict[int, int]:
    """Clauses that say the same to the letter; of several alike, those that stand in the same order."""
    matched: dict[int, int] = {}
    taken = set[int]()
    for key in ("whole", "body"):
        places: dict[str, list[int]] = {}
        for there, one in enumerate(second):
            if there not in taken and getattr(one, key):
                places.setdefault(getattr(one, key), []).append(there)
        for here, one in enumerate(first):
            waiting = places.get(getattr(one, key))
            if here in matched or not waiting or (key == "body" and len(one.body) < 12):  # noqa: PLR2004 - too short to be somebody
                continue
            there = min(waiting, key=lambda at: abs(at - here))
            waiting.remove(there)
            matched[here] = there
            taken.add(there)
    return matched


def _by_likeness(first: Sequence[_Key], second: Sequence[_Key], weights: NDArray[np.float32], matched: dict[int, int]) -> None:
    """Pair what is left over by likeness of words and headings, the likest first."""
    left, right = _free(len(first), matched.keys()), _free(len(second), matched.values())
    if not left or not right:
        return
    rated = (_all_rated if len(left) * len(right) <= MOST_RATED else _few_rated)(first, second, left, right, weights)
    _take(((likeness + 0.05 / (1 + abs(here - there)), here, there) for likeness, here, there in rated), matched, LIKE_ENOUGH)


def _all_rated(
    first: Sequence[_Key], second: Sequence[_Key], left: Sequence[int], right: Sequence[int], weights: NDArray[np.float32]
) -> Iterator[tuple[float, int, int]]:
    """Of every clause on the left, how like the likest on the right are."""
    columns = _vectors([second[at] for at in right], weights)
    count = min(NEAREST, len(right))
    for start in range(0, len(left), BLOCK):
        rows = left[start : start + BLOCK]
        likeness = _vectors([first[at] for at in rows], weights) @ columns.T
        likeness += HEADING * _headings([first[at] for at in rows], [second[at] for at in right])
        for row, best in enumerate(np.argpartition(-likeness, count - 1, axis=1)[:, :count]):
            yield from ((float(likeness[row, column]), rows[row], right[int(column)]) for column in best)


def _few_rated(
    first: Sequence[_Key], second: Sequence[_Key], left: Sequence[int], right: Sequence[int], weights: NDArray[np.float32]
) -> Iterator[tuple[float, int, int]]:
    """The same for long papers, where only those are held against each other that share rare words, or stand in about the same place."""
    holders: dict[object, list[int]] = {}
    for place, at in enumerate(right):
        for sign in _signs(second[at]):
            holders.setdefault(sign, []).append(place)
    for start in range(0, len(left), SMALL_BLOCK):
        rows = left[start : start + SMALL_BLOCK]
        near = [_candidates(first[here], start + row, len(left), len(right), holders) for row, here in enumerate(rows)]
        wanted = sorted({place for places in near for place in places})
        at_place = {place: column for column, place in enumerate(wanted)}
        likeness = _vectors([first[here] for here in rows], weights) @ _vectors([second[right[place]] for place in wanted], weights).T
        likeness += HEADING * _headings([first[here] for here in rows], [second[right[place]] for place in wanted])
        for row, places in enumerate(near):
            scored = ((float(likeness[row, at_place[place]]), rows[row], right[place]) for place in places)
            yield from sorted(scored, reverse=True)[:NEAREST]


def _signs(key: _Key) -> set[object]:
    """What tells a clause from others: neighbouring words, and its heading."""
    pairs: set[object] = set(pairwise(key.columns))
    return pairs | ({key.heading} if key.heading else set())


def _candidates(key: _Key, place: int, olds: int, news: int, holders: Mapping[object, Sequence[int]]) -> list[int]:
    """Places on the right that may be the same clause: those with most signs in common, the rarer the sign the more, and its neighbours."""
    shared: dict[int, float] = {}
    for sign in _signs(key):
        held = holders.get(sign, ())
        if len(held) <= RARE:
            for one in held:
                shared[one] = shared.get(one, 0.0) + 1 / len(held)
    middle = place * news // olds
    beside = range(max(0, middle - NEAREST), min(news, middle + NEAREST + 1))
    likely = sorted(shared, key=lambda one: -shared[one])[: NEAREST * 2]
    return [*dict.fromkeys((*likely, *beside))]


def _headings(first: Sequence[_Key], second: Sequence[_Key]) -> NDArray[np.float32]:
    here, there = ({one.heading for one in keys if one.heading} for keys in (first, second))
    known = {heading: at for at, heading in enumerate(sorted(here | there))}
    for one, other in _begun(here - there, there - here):
        known[one] = known[other]
    a = np.array([known.get(one.heading, -1) for one in first])
    b = np.array([known.get(one.heading, -2) for one in second])
    same: NDArray[np.float32] = (a[:, None] == b[None, :]).astype(np.float32)
    return same


def _begun(here: AbstractSet[str], there: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Headings of one side alone that begin as just one of the other side does, as where an export cut them."""
    if len(here) > NEAREST * SMALL_BLOCK or len(there) > NEAREST * SMALL_BLOCK:
        return
    for one in here:
        likely = [other for other in there if min(len(one), len(other)) > 1 and (one.startswith(other) or other.startswith(one))]
        if len(likely) == 1:
            yield one, likely[0]


def _take(scored: Iterable[tuple[float, int, int]], matched: dict[int, int], least: float) -> None:
    taken = set(matched.values())
    for score, here, there in sorted(scored, reverse=True):
        if score >= least and here not in matched and there not in taken:
            matched[here] = there
            taken.add(there)


def _by_neighbours(first: Sequence[_Key], second: Sequence[_Key], weights: NDArray[np.float32], matched: dict[int, int]) -> None:
    """Between two pairs that stand in order, what is left on both sides may be the same clause rewritten."""
    back = {there: here for here, there in matched.items()}
    here = 0
    while here < len(first):
        if here in matched:
            here += 1
            continue
        end = here
        while end < len(first) and end not in matched:
            end += 1
        begin = matched[here - 1] + 1 if here else 0
        stop = begin
        while stop < len(second) and stop not in back:
            stop += 1
        if 0 < (end - here) <= BLOCK and 0 < stop - begin <= BLOCK:
            _rewritten(first, second, range(here, end), range(begin, stop), weights, matched)
        here = end


def _rewritten(
    first: Sequence[_Key], second: Sequence[_Key], here: range, there: range, weights: NDArray[np.float32], matched: dict[int, int]
) -> None:
    likeness = _vectors([first[at] for at in here], weights) @ _vectors([second[at] for at in there], weights).T
    likeness += HEADING * _headings([first[at] for at in here], [second[at] for at in there])
    _take(((float(likeness[a - here.start, b - there.start]), a, b) for a in here for b in there), matched, LIKE_BETWEEN)


def _weights(keys: Sequence[_Key]) -> NDArray[np.float32]:
    """Of each column, how much it tells: the rarer, the more."""
    seen = np.zeros(FEATURES, dtype=np.float32)
    for one in keys:
        columns = list(set(one.columns))
        seen[columns] += 1
    weights: NDArray[np.float32] = np.log((1 + len(keys)) / (1 + seen)).astype(np.float32) + np.float32(0.3)
    return weights


def _vectors(keys: Sequence[_Key], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = np.zeros((len(keys), FEATURES), dtype=np.float32)
    for row, one in enumerate(keys):
        for column, count in Counter(one.columns).items():
            rows[row, column] = weights[column] * (1 + np.log(count))
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    norms[norms == 0] = 1
    told: NDArray[np.float32] = rows / norms
    return told


@lru_cache(maxsize=1 << 15)
def _column(term: str) -> int:
    return zlib.crc32(term.encode()) % FEATURES


def _free(count: int, taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [at for at in range(count) if at not in gone]


def _moved(matched: dict[int, int], first: Sequence[_Key]) -> frozenset[int]:
    """What stands elsewhere: all but the longest run of pairs that is in the same order on both sides."""
    if not first:
        return frozenset()
    places = [matched[here] for here in sorted(matched)]
    tails: list[int] = []
    at_tail: list[int] = []
    before: list[int] = []
    for at, place in enumerate(places):
        found = bisect_left(tails, place)
        tails[found : found + 1] = [place]
        at_tail[found : found + 1] = [at]
        before.append(at_tail[found - 1] if found else -1)
    kept = set[int]()
    at = at_tail[-1] if at_tail else -1
    while at >= 0:
        kept.add(places[at])
        at = before[at]
    return frozenset(set(places) - kept)


def _ordered(olds: int, news: int, matched: dict[int, int], back: dict[int, int]) -> Iterable[Pair]:
    gone = _free(olds, matched.keys())
    after: dict[int, list[int]] = {}
    for here in gone:
        before = here - 1
        while before >= 0 and before not in matched:
            before -= 1
        after.setdefault(matched[before] if before >= 0 else -1, []).append(here)
    yield from ((here, None) for here in after.get(-1, ()))
    for there in range(news):
        yield back.get(there), there
        yield from ((here, None) for here in after.get(there, ()))
