"""A table scored a part at a time, by a process for each core where it is large. Knows parts and their order; judges nothing."""

import csv
import io
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from heapq import nlargest
from pathlib import Path

from bot.churning.told import Reasons
from bot.domain.risk import Band
from bot.errors import BadConfig
from skills.churn_risk.in_bulk import judged_by_card
from skills.churn_risk.scorecard import Scorecard
from skills.churn_risk.table.model import Score, Scored, TableModel, judged
from skills.churn_risk.table.reading import Row, Table, chunks

TOP = 10
LARGE_BYTES = 4_000_000
"""A table that is larger is worth the second that processes take to begin."""
AHEAD = 2
"""Parts that wait for each process."""


@dataclass(frozen=True, slots=True)
class ByModel:
    """Judges rows by a trained model."""

    model: TableModel
    header: Sequence[str]

    def judged(self, rows: Sequence[Row], first: int) -> Scored:
        """The scores of `rows`; the first is number `first`."""
        return judged(self.model, self.header, rows, first)


@dataclass(frozen=True, slots=True)
class ByCard:
    """Judges rows by the scorecard. named: whether accounts are called by the first column, which is none of the card's."""

    card: Scorecard
    places: Mapping[str, int]
    named: bool

    def judged(self, rows: Sequence[Row], first: int) -> Scored:
        """The scores of `rows`; the first is number `first`."""
        names = [row[0].strip() if self.named else str(number) for number, row in enumerate(rows, first)]
        return judged_by_card(self.card, self.places, names, rows)


Judge = ByModel | ByCard


@dataclass
class Tally:
    """What was scored. top: the likeliest to leave. bad: rows of another width, first_bad the line of the first."""

    bands: Counter[Band] = field(default_factory=Counter)
    top: list[Score] = field(default_factory=list)
    bad: int = 0
    first_bad: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Rows as text of a sheet, with how many are in which band and the likeliest to leave."""

    text: str
    bands: Counter[Band]
    top: Sequence[Score]


def part(judge: Judge, words: Reasons, rows: Sequence[Row], first: int) -> Part:
    """Score `rows`, at least one."""
    made, out = judge.judged(rows, first), io.StringIO()
    csv.writer(out).writerows(words.rows(made))
    likeliest = nlargest(TOP, range(len(rows)), key=made.chance.__getitem__)
    return Part(out.getvalue(), Counter(made.bands), [made.one(row) for row in likeliest])


def scored(judge: Judge, table: Table, out: Path, words: Reasons) -> Tally:
    """Write a score for each row of `table` to `out`, in its order, holding no more than a few parts of it.

    Raises: BadConfig when the table cannot be read on, or has no row; OSError.
    """
    tally = Tally()
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(words.header())
        for one in _parts(judge, table, words, tally):
            file.write(one.text)
            tally.bands.update(one.bands)
            tally.top = nlargest(TOP, [*tally.top, *one.top], key=lambda score: score.chance)
    if not tally.bands:
        raise BadConfig("churn_no_rows", file=table.path, bad=tally.bad, line=tally.first_bad)
    return tally


def _parts(judge: Judge, table: Table, words: Reasons, tally: Tally) -> Iterator[Part]:
    cores = len(os.sched_getaffinity(0))
    if cores == 1 or table.path.stat().st_size < LARGE_BYTES:
        for rows, first in _rows(table, tally):
            yield part(judge, words, rows, first)
        return
    waiting: deque[Future[Part]] = deque()
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        for rows, first in _rows(table, tally):
            waiting.append(pool.submit(part, judge, words, rows, first))
            if len(waiting) > AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _rows(table: Table, tally: Tally) -> Iterator[tuple[Sequence[Row], int]]:
    """Rows and the number of their first; bad ones are counted."""
    first = 1
    for chunk in chunks(table):
        tally.bad, tally.first_bad = tally.bad + chunk.bad, tally.first_bad or chunk.first_bad
        if chunk.rows:
            yield chunk.rows, first
        first += len(chunk.rows)
