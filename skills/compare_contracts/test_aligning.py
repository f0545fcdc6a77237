"""Which clause became which, in papers too long for every clause to be held against every other."""

import random

import pytest

from bot.domain.comparison import Clause
from skills.compare_contracts.aligning import align

MANY = 300
WORDS = [f"{first}{last}" for first in ("pay", "deliver", "warrant", "assign", "keep", "insure", "price") for last in range(40)]


@pytest.fixture(autouse=True)
def _papers_of_this_length_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skills.compare_contracts.aligning.MOST_RATED", MANY)


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - it keeps no secret


def _long(seed: int) -> list[Clause]:
    chance = _dice(seed)
    return [Clause(f"{at}", f"{at}", "", " ".join(chance.choices(WORDS, k=30))) for at in range(MANY)]


def _edited(clause: Clause, chance: random.Random) -> Clause:
    words = clause.text.split()
    words[chance.randrange(len(words))] = "otherwise"
    return Clause("", "", "", " ".join(words))


def test_in_a_long_paper_each_clause_finds_what_it_became() -> None:
    """All of them changed and stand in another order, so that nothing but their words tells."""
    old, chance = _long(1), _dice(2)
    order = chance.sample(range(MANY), MANY)

    found = align(old, [_edited(old[at], chance) for at in order])

    assert dict(enumerate(order)) == {there: here for here, there in found.pairs}


def test_in_a_long_paper_what_has_no_counterpart_is_alone() -> None:
    """Two papers of the same words in other sentences are not pressed into pairs."""
    found = align(_long(1), _long(7))

    assert [] == [pair for pair in found.pairs if None not in pair]
