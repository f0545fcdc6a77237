"""Which of two values means that somebody left, and which columns tell it too well. Knows columns and outcomes; learns nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from bot.errors import BadConfig
from skills.churn_risk.table.columns import Array, Column, Sort, absent, choice, days, numbers
from skills.churn_risk.table.fitting import area
from skills.churn_risk.table.reading import Sample

LEFT = frozenset({"yes", "y", "true", "t", "churned", "churn", "left", "lost", "cancelled", "canceled", "former", "是", "流失"})
"""What commonly means leaving, in lower case."""
TOLD = 8
"""So many values of a column are told where it has too many."""
LEAST_OF_KIND = 10
"""So many must have left, and stayed, before anything is learned."""
TELLS = 0.97
"""An area under the curve that no column reaches by itself, unless it tells what became of the account."""
SHARE, NONE, EXPECTED = 0.1, 0.002, 15.0
"""What stands for so large a part of one kind and for so small a part of the other, where so many would be expected, came afterwards."""
SHARE_OF_LEVEL = 0.2


@dataclass(frozen=True, slots=True)
class Outcomes:
    """left: 1, 0, or NaN where the table does not say. word: the value that means leaving. sure: whether that is what it commonly means."""

    left: Array
    word: str
    sure: bool


class Why(StrEnum):
    """Why a column is left out."""

    TELLS = "tells"
    AFTERWARDS = "afterwards"


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that tells the outcome itself. figure: the area under the curve, or the part of one kind that has what the other lacks."""

    name: str
    why: Why
    figure: float


def outcomes(sample: Sample, target: str) -> Outcomes:
    """What became of each row of `sample`; of two values that mean nothing to us, the rarer one is leaving.

    Raises: BadConfig when there is no such column, it has not two values, or too few rows of one of them.
    """
    file, header = sample.table.path, sample.table.header
    if target not in header:
        raise BadConfig("churn_no_target", file=file, column=target, known=", ".join(header[:TOLD]))
    cells = [_plain(cell) for cell in sample.cells(header.index(target))]
    counted = Counter(cell for cell in cells if not absent(cell))
    values = [value for value, _ in counted.most_common()]
    if len(values) != len(("left", "stayed")):
        raise BadConfig("churn_target_values", file=file, column=target, count=len(values), values=", ".join(values[:TOLD]))
    if counted[values[1]] < LEAST_OF_KIND:
        raise BadConfig("churn_too_few", file=file, column=target, value=values[1], count=counted[values[1]], least=LEAST_OF_KIND)
    known = ["1"] if set(values) == {"0", "1"} else [value for value in values if value in LEFT]
    word = known[0] if len(known) == 1 else values[1]
    return Outcomes(np.array([np.nan if absent(cell) else float(cell == word) for cell in cells]), word, len(known) == 1)


def _plain(cell: str) -> str:
    """Values as they are compared: "1.0" is "1", "YES" is "yes"."""
    told = cell.strip().lower()
    return told[:-2] if told in {"1.0", "0.0"} else told


def leaks(columns: Sequence[Column], cells: Sequence[Sequence[str]], left: Array) -> list[Leak]:
    """The columns that tell the outcome by themselves, or were only filled once it was known. cells: beside `columns`."""
    found = (_leak(column, told, left) for column, told in zip(columns, cells, strict=True))
    return [one for one in found if one is not None]


def _leak(column: Column, cells: Sequence[str], left: Array) -> Leak | None:
    filled = _one_sided(np.array([not absent(cell) for cell in cells]), left, SHARE)
    if filled:
        return Leak(column.name, Why.AFTERWARDS, filled)
    if column.sort in {Sort.NAME, Sort.WORDS}:
        return None  # nothing is learned from them
    ranks = _ranks(column, cells, left)
    known = np.isfinite(ranks)
    if min(left[known].sum(), (1 - left[known]).sum()) >= LEAST_OF_KIND:
        told = area(left[known], ranks[known])
        if max(told, 1 - told) > TELLS:
            return Leak(column.name, Why.TELLS, max(told, 1 - told))
    held = choice(cells)
    shares = [_one_sided(held.codes == level, left, SHARE_OF_LEVEL, gone_alone=True) for level in held.levels()]
    worst = max(shares, default=0.0)
    return Leak(column.name, Why.AFTERWARDS, worst) if worst else None


def _one_sided(shown: npt.NDArray[np.bool_], left: Array, share: float, *, gone_alone: bool = False) -> float:
    """The part of one kind that shows it, where the other kind, of which many would, hardly does; else 0."""
    gone, stayed = (float(shown[left == kind].mean()) for kind in (1, 0))
    for one, other, count in ((gone, stayed, (left == 0).sum()), (stayed, gone, (left == 1).sum())):
        if one >= share and other <= NONE and one * count >= EXPECTED:
            return one
        if gone_alone:
            break
    return 0.0


def _ranks(column: Column, cells: Sequence[str], left: Array) -> Array:
    """Figures and days as they are; of other values, the share of those who left among the rows of the other half that have it."""
    if column.sort in {Sort.NUMBER, Sort.DATE}:
        return numbers(cells) if column.sort is Sort.NUMBER else days(cells)
    held = choice(cells)
    half = np.random.default_rng(0).permutation(len(left)) % 2
    found = np.full(len(left), np.nan)
    for side in (0, 1):
        rest = half != side
        count = np.bincount(held.codes[rest], minlength=len(held.values))
        gone = np.bincount(held.codes[rest], left[rest], minlength=len(held.values))
        share = (gone + left[rest].mean()) / (count + 1)
        found[half == side] = share[held.codes[half == side]]
    return found
