"""What is asked for is of its class, on own labelled lines: what must be reviewed is, always; what need not be is not, as a rule."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.gating import gate_of_request
from bot.domain.policy import Authority, Gate, ReviewClass

LINES, ATTEMPTS = (Path(__file__).with_name(f"gate_{name}.toml") for name in ("lines", "attempts"))
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


def lines(path: Path, *, held_out: bool | None = None) -> list[Labelled]:
    """The labelled lines of a file; `held_out`: only those that were, or only those that were not."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    found = []
    for label, text in told.items():
        for number, line in enumerate(filter(None, text.splitlines())):
            said, _, beside = line.partition(" || ")
            if held_out is None or held_out is (number % 3 == 2):
                found.append(Labelled(said, beside, ReviewClass(label)))
    return found


@pytest.mark.parametrize("held_out", [False, True])
def test_what_must_be_reviewed_always_is(held_out: bool) -> None:  # noqa: FBT001 - which half of the lines
    """Of the own lines none gets past, neither of those the rules were made on nor of those they were not."""
    past = [one.said for one in lines(LINES, held_out=held_out) if one.label is ReviewClass.MUST_REVIEW and not one.gate.must_review]

    assert [] == past


@pytest.mark.parametrize("held_out", [False, True])
def test_what_needs_no_review_waits_for_none(held_out: bool) -> None:  # noqa: FBT001 - which half of the lines
    """At most one in twenty is reviewed without need, and at most one in twenty is of another class."""
    told = lines(LINES, held_out=held_out)
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
