"""Holds contracts against each other right here, by the same rules, without a process of its own."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.comparison import Report
from bot.domain.contracts import Paper
from bot.domain.ids import TurnId
from bot.ports.contracts import PairsTold
from skills.compare_contracts.compare import compare
from skills.compare_contracts.library import library


class FakeComparer:
    """The port `Comparer`. asked: for whom two were compared, in order."""

    def __init__(self, clauses: Mapping[str, str], cut: Callable[[str], Sequence[str]]) -> None:
        self._clauses = clauses
        self._cut = cut
        self.asked: list[TurnId | None] = []

    async def compare(
        self, old: Paper, new: Paper, our_party: str, *, turn_id: TurnId | None = None, told: PairsTold | None = None
    ) -> Report:
        """What became of `old` in `new`."""
        self.asked.append(turn_id)
        return compare(old, new, library(self._clauses), our_party, self._cut, told)

    async def close(self) -> None:
        """Nothing to end."""
