"""What a column holds, found by looking: figures, choices, days, names, or words that nothing is learned from. Knows no outcome."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from skills.churn_risk.table.reading import Sample

Array = npt.NDArray[np.float64]

ABSENT = frozenset({"", "na", "n/a", "#n/a", "nan", "null"})
"""How a cell says that it holds nothing, in lower case."""
LARGEST = 1e15
SURELY = 0.95
"""So large a part of what is there must be figures, or days, or all different."""
MOST_LEVELS, LEAST_OF_LEVEL = 50, 5
"""Of a choice so many values are told apart, each seen so often; the others count as none."""
WORDY = 40
"""Letters; cells that are longer on average are sentences."""
NAMES = re.compile(
    r"(?:^|[\W_])(?i:id|no|nr|number|code|key|uuid|guid)$|(?<=[a-z])(?:ID|Id|No|Nr|Number|Code|Key)$|编号|编码|代码|账号|客户|名称|公司"
    r"|^(?i:name|account|customer)$"
)
"""How columns are called that name accounts."""
DAY = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\D.*)?$")
FIGURE = re.compile(r"[\s,¥￥$€£%]")


class Sort(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    NAME = "name"
    WORDS = "words"
    SAME = "same"
    """One value throughout, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. place: in the row, from 0."""

    place: int
    name: str
    sort: Sort


def absent(cell: str) -> bool:
    """Whether a cell holds nothing."""
    return cell.strip().lower() in ABSENT


def numbers(cells: Sequence[str]) -> Array:
    """A figure for each cell, NaN where there is none; what is not finite or too large to reckon with is none."""
    try:
        found = np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        found = np.fromiter(map(_number, cells), float, len(cells))
    with np.errstate(invalid="ignore"):
        found[~(np.abs(found) < LARGEST)] = np.nan
    return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return float(FIGURE.sub("", cell))
    except ValueError:
        return np.nan


def days(cells: Sequence[str]) -> Array:
    """The day of each cell, counted from 0001-01-01, NaN where there is none. Year first, as ISO and Chinese write it."""
    return np.fromiter(map(_day, cells), float, len(cells))


def _day(cell: str) -> float:
    found = DAY.match(cell)
    try:
        return float(date(*(int(part) for part in found.groups())).toordinal()) if found else np.nan
    except ValueError:
        return np.nan


def columns(sample: Sample) -> list[Column]:
    """What each column holds, judged by the rows of `sample`."""
    return [Column(place, name, _sort(name, sample.cells(place), sample)) for place, name in enumerate(sample.table.header)]


def _sort(name: str, cells: Sequence[str], sample: Sample) -> Sort:
    there = [cell for cell in cells if not absent(cell)]
    distinct = len(set(there))
    if not there or (distinct == 1 and len(there) == len(cells)):
        return Sort.SAME
    unique = distinct >= SURELY * len(there) and distinct > MOST_LEVELS
    if np.isfinite(days(there)).mean() >= SURELY:
        return Sort.DATE
    figures = numbers(there)
    if np.isfinite(figures).mean() >= SURELY:
        whole = unique and bool((figures == np.floor(figures)).all())
        return Sort.NAME if whole and (NAMES.search(name) or _counted(figures, sample)) else Sort.NUMBER
    if unique:
        return Sort.NAME if sum(map(len, there)) <= WORDY * len(there) else Sort.WORDS
    common = sum(count for _, count in Counter(there).most_common(MOST_LEVELS))
    return Sort.CHOICE if 2 * common >= len(there) and distinct < max(3, len(there)) else Sort.WORDS


def _counted(figures: Array, sample: Sample) -> bool:
    """Whether they number the rows of the whole table."""
    return len(figures) == sample.total and np.ptp(figures) == len(figures) - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A column of choices. codes: for each row, which of `values` it holds; "" stands for a cell that holds nothing."""

    values: tuple[str, ...]
    codes: npt.NDArray[np.intp]

    def some(self, rows: npt.NDArray[np.intp]) -> "Choice":
        """These rows alone."""
        return Choice(self.values, self.codes[rows])

    def levels(self) -> list[int]:
        """The values that are seen often enough to be told apart, the commonest first."""
        count = np.bincount(self.codes, minlength=len(self.values))
        return [int(one) for one in np.argsort(-count, kind="stable")[:MOST_LEVELS] if count[one] >= LEAST_OF_LEVEL]


def choice(cells: Sequence[str]) -> Choice:
    """The choices of a column."""
    places: dict[str, int] = {}
    codes = [places.setdefault("" if absent(cell) else cell.strip(), len(places)) for cell in cells]
    return Choice(tuple(places), np.array(codes, dtype=np.intp))
