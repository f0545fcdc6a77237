"""The weights by which minutes hear trouble are those of the lines that lie beside them."""

import numpy as np

from skills.meeting_minutes.sounding import WEIGHTS
from tests.evals.fit_troubles import lines, mark


def test_shipped_weights_are_those_of_the_lines() -> None:
    """A line that is written or changed has to be fitted: `python -m tests.evals.fit_troubles`."""
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        shipped = str(kept["mark"])

    assert mark(lines()) == shipped


def test_a_changed_line_is_another_mark() -> None:
    """Its words, and what it is taken for."""
    told = lines()
    text, sort = told[0]

    assert 3 == len({mark(told), mark([(f"{text}!", sort), *told[1:]]), mark([(text, 1 - sort), *told[1:]])})
