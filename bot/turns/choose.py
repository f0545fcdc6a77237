"""Choose: one skill and one intent for a turn, by likeness to the examples in the manifests."""

import re
from collections.abc import Sequence

from bot.domain.talk import Turn
from bot.ports import Capability, Choice

ALIKE = 0.7
"""Dice coefficient of character bigrams from which a sentence counts as another way to say an example."""


class ExampleChooser:
    """The builtin chooser. A question that resembles no example is a question to the documents: `fallback`."""

    def __init__(self, fallback: Choice) -> None:
        self._fallback = fallback

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """The skill with the most similar example, if any is similar enough (Dice 1945, over character bigrams)."""
        said = _bigrams(turn.text)
        best, score = self._fallback, ALIKE
        for capability in offered:
            for example in capability.sayings:
                like = _dice(said, _bigrams(example))
                if like > score:
                    best, score = Choice(capability.name, capability.intents[0]), like
        return best


def _bigrams(text: str) -> frozenset[str]:
    letters = re.sub(r"\W+", "", text.casefold())
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
