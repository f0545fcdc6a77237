"""How many passages of a shelf hold a term, and how many there are: counted once, for as long as the shelf stays as it is.

Common terms are the dear ones to count, and they come in every question.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlite_utils

from bot.domain.documents import Counts
from bot.store.codec import Row
from bot.store.rows import every, one
from bot.store.shelves import parcels

MOST_TERMS = 20_000
"""Remembered of one shelf; then it is begun anew."""


@dataclass
class _Shelf:
    epoch: int
    passages: int
    terms: int
    holding: dict[str, int] = field(default_factory=dict)


class Tallies:
    """Counts by shelf. Threads may share it: what two of them count at once is counted twice, and the same."""

    def __init__(self) -> None:
        self._shelves: dict[int, _Shelf] = {}

    def counts(self, database: sqlite_utils.Database, shelves: Iterable[Row], terms: Collection[str]) -> Counts:
        """Of some shelves (n, epoch) together."""
        held = dict.fromkeys(terms, 0)
        passages = length = 0
        for row in shelves:
            shelf = self._shelf(database, row)
            passages, length = passages + shelf.passages, length + shelf.terms
            for term, number in self.holding(database, row, terms).items():
                held[term] += number
        return Counts(passages, length, held)

    def holding(self, database: sqlite_utils.Database, row: Row, terms: Collection[str]) -> dict[str, int]:
        """Term -> how many passages of a shelf hold it."""
        shelf = self._shelf(database, row)
        unknown = [term for term in terms if term not in shelf.holding]
        counted = dict.fromkeys(unknown, 0)
        for some in parcels(unknown):
            marks = ", ".join("?" * len(some))
            found = every(database, f"SELECT term, doc FROM terms_{row['n']:d} WHERE term IN ({marks})", some)  # noqa: S608 - a number
            counted.update({one["term"]: int(one["doc"]) for one in found})
        known = {term: shelf.holding[term] for term in terms if term in shelf.holding}
        if len(shelf.holding) > MOST_TERMS:
            shelf.holding = {}
        shelf.holding.update(counted)
        return known | counted

    def _shelf(self, database: sqlite_utils.Database, row: Row) -> _Shelf:
        shelf = self._shelves.get(row["n"])
        if shelf is None or shelf.epoch != row["epoch"]:
            total = one(database, "SELECT COUNT(*) AS passages, SUM(length) AS terms FROM passages WHERE shelf_n = :n", {"n": row["n"]})
            shelf = _Shelf(row["epoch"], total["passages"], total["terms"] or 0) if total else _Shelf(row["epoch"], 0, 0)
            self._shelves[row["n"]] = shelf
        return shelf
