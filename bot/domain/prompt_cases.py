"""Saved cases of prompts: what is said to one again, what must and must not come of it, and how a new text fared beside the one in use.

Knows no store, no model and no page.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import DecisionId, UserId
from bot.domain.talk import Lang

MOST_CASES = 40
"""Of one prompt: all of them are run at once."""
MOST_PHRASES, LONGEST_PHRASE, LONGEST_SAID = 20, 200, 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to come of a case. said: "" where a decision holds it. must, must_not: phrases that the result has, or has not."""

    said: str
    decision: DecisionId | None
    lang: Lang
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A saved case of one prompt.

    decision: whose words are said again, with the rights of who said them, where that is not written by hand: held by reference alone, so
    what is erased there is gone here too. revision: from 1 on. dropped: put away; it can be put back.
    """

    id: str
    prompt: str
    wish: Wish
    by: UserId
    at: datetime
    revision: int
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One phrase, and whether the result is as it should be about it. wanted: it must be there, else it must not."""

    phrase: str
    wanted: bool
    met: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """How a text fared on the saved cases before it was published, beside the one in use then.

    cases: so many were run. held, before: so many of them hold with it, and held with the one in use. worse: held before and no more.
    model: what answered, `builtin` or a chat model's name.
    """

    cases: int
    held: int
    before: int
    worse: int
    model: str


def phrases(text: str) -> tuple[str, ...]:
    """What was typed, a phrase a line."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def checks(wish: Wish, result: str) -> tuple[Check, ...]:
    """Every phrase of a wish held against a result; case, width of characters and line ends do not matter."""
    plain = _plain(result)
    return (
        *(Check(one, wanted=True, met=_plain(one) in plain) for one in wish.must),
        *(Check(one, wanted=False, met=_plain(one) not in plain) for one in wish.must_not),
    )


def holds(found: Sequence[Check]) -> bool:
    """Whether all of them are met."""
    return all(one.met for one in found)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
