"""Sentences that an admin teaches the chooser: what may be one, which are the same, what they change. Knows no chooser and no store."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 2, 200
"""Characters of one sentence."""
MOST_OF_ONE, MOST = 100, 1_000
"""Own sentences of one intent, and of the house: what is learned grows with their cube."""
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Kinds of signs that nobody types into a chat: controls, marks that turn or hide what stands there."""
EDGES = re.compile(r"^\W+|\W+$")

Sayings = Mapping[str, Sequence[str]]
"""Intent -> ways to ask for it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a sentence would be taken for. share: how likely, 0 to 1. sure: whether without asking back."""

    intent: str
    share: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A sentence that would be taken otherwise. taught: the intent it is an example of, judged without itself; "" for one that was said."""

    text: str
    before: Stand
    after: Stand
    taught: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What other examples would change.

    new: each sentence that is added, with what it is taken for today. examples, asked: how many were judged. moved: those that are done
    otherwise; wavering: of how many only the order changes in which things are asked back. settled: how many would no longer be asked back
    about, unsettled: how many would, of those whose intent stays.
    """

    new: tuple[tuple[str, Stand], ...]
    examples: int
    asked: int
    moved: tuple[Moved, ...]
    wavering: int
    settled: int
    unsettled: int


def fault(text: str) -> str:
    """The key of the sentence that says why `text` cannot be taught; "" where it can."""
    if len(text) > LONGEST:
        return "example_long"
    if any(unicodedata.category(sign) in UNSEEN for sign in text):
        return "example_signs"
    if sum(sign.isalpha() for sign in text) < SHORTEST:
        return "example_short"
    return ""


def tidy(text: str) -> str:
    """`text` on one line, as it is kept."""
    return " ".join(text.split())


def same(text: str) -> str:
    """What two sentences have in common that differ in nothing but case, width, blanks and the signs at their ends."""
    return EDGES.sub("", tidy(unicodedata.normalize("NFKC", text)).casefold())


def known_as(text: str, examples: Sayings) -> str:
    """The intent under which this very sentence is taught; "" where under none."""
    wanted = same(text)
    return next((intent for intent, said in examples.items() for one in said if same(one) == wanted), "")


def together(shipped: Sayings, own: Sayings) -> Sayings:
    """The examples that ship and one's own, which stand after them; of intents that are no more, nothing."""
    return {intent: (*said, *own.get(intent, ())) for intent, said in shipped.items()}


LEAST_SURE, MOST_SURE = 0.3, 0.95


@dataclass(frozen=True)
class ChoosingRules:
    """`[choosing]`. sure: the share from which a choice is taken without asking back. offered: from which a third one is named, too.

    As shipped, of what is chosen with .8, four of five are right; see tests/evals/test_routes.py.
    """

    sure: float = 0.55
    offered: float = 0.08

    def faults(self) -> Iterator[tuple[str, object, str]]:
        """What cannot be meant: the key, its value, and what would fit."""
        if not LEAST_SURE <= self.sure <= MOST_SURE:
            yield "sure", self.sure, f"{LEAST_SURE} to {MOST_SURE}"
        if not 0 <= self.offered <= self.sure:
            yield "offered", self.offered, f"0 to {self.sure}"
