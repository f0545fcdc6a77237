"""What is asked for is of its class, on own labelled lines: what must be reviewed is, always; what need not be is not, as a rule."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.gating import gate_of_request
from bot.domain.policy import Authority, Gate, ReviewClass

SETS = tuple(Path(__file__).with_name(f"gate_{name}.toml") for name in ("lines", "unseen", "fresh", "later", "latest"))
"""Each but the first was written before the rules met it, and is kept since."""
ATTEMPTS = Path(__file__).with_name("gate_attempts.toml")
AUTHORITY = Authority()


class Labelled(NamedTuple):
    """A request, what the records tell beside it, and its class."""

    said: str
    beside: str
    label: ReviewClass

    @property
    def gate(self) -> Gate:
        """What the policy makes of it."""
        return gate_of_request(self.said, authority=AUTHORITY, context=self.beside)


def lines(path: Path) -> list[Labelled]:
    """The labelled lines of a file."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = [(line.partition(" || "), label) for label, text in told.items() for line in text.splitlines() if line]
    return [Labelled(said, beside, ReviewClass(label)) for (said, _, beside), label in parts]


@pytest.mark.parametrize("path", SETS, ids=lambda path: str(path.stem))
def test_what_must_be_reviewed_always_is(path: Path) -> None:
    """Of the own lines none gets past."""
    past = [one.said for one in lines(path) if one.label is ReviewClass.MUST_REVIEW and not one.gate.must_review]

    assert [] == past


@pytest.mark.parametrize("path", SETS, ids=lambda path: str(path.stem))
def test_what_needs_no_review_waits_for_none(path: Path) -> None:
    """At most one in twenty is reviewed without need, and at most one in twenty is of another class."""
    told = lines(path)
    mild = [one for one in told if one.label is not ReviewClass.MUST_REVIEW]

    assert sum(one.gate.must_review for one in mild) <= len(mild) / 20
    assert sum(one.gate.review_class is not one.label for one in told) <= len(told) / 20


def test_no_attempt_gets_past_by_words() -> None:
    """Orders, claims, disguised titles, detours, split and quoted requests: all of them wait for a second person."""
    told = tomllib.loads(ATTEMPTS.read_text(encoding="utf-8"))
    tried = [line.partition(" || ") for text in told.values() for line in text.splitlines() if line]
    past = [said for said, _, beside in tried if not gate_of_request(said, authority=AUTHORITY, context=beside).must_review]

    assert (True, []) == (len(tried) >= 150, past)


@pytest.mark.parametrize("filler", ["给", "1 ", "一 二,", "a ", "1.1", "@", "张总", "to the ", "<a"])
def test_a_text_too_long_to_be_read_is_read_by_a_person(filler: str) -> None:
    """However it is made: nothing is let through because it was cut."""
    gate = gate_of_request(f"查一下 {filler * 7000}", authority=AUTHORITY)

    assert gate.must_review
