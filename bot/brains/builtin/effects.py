"""What other examples would change: every sentence of the house, judged by what is learned now and by what would be. Keeps nothing.

Examples are judged as if each had not been learned itself, for a sentence that was learned is known by heart and tells nothing of others.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from bot.brains.builtin import lessons, traits
from bot.brains.builtin.choosing import shares_of
from bot.brains.builtin.learning import fitted, without_itself
from bot.brains.builtin.traits import Numbers
from bot.domain.teaching import Effect, Moved, Sayings, Stand

Vectors = Mapping[int, Numbers]
"""Of texts, by `lessons.key` of the text without names; one that is missing counts as not there yet."""


class Class:
    """What is learned from examples: a second of a processor. judged: (intent, text) -> shares of the intents, without itself."""

    def __init__(self, examples: Sayings, vectors: Vectors) -> None:
        taught = [(intent, text) for intent, said in examples.items() for text in said]
        self.learned = fitted(examples, _rows([text for _, text in taught], vectors))
        self.judged = dict(zip(taught, shares_of(without_itself(examples, self.learned)), strict=True))

    def of(self, texts: Sequence[str], vectors: Vectors) -> Sequence[Numbers]:
        """The shares of texts that are not among the examples."""
        return list(shares_of(self.learned.scores_of(texts, _rows(texts, vectors)))) if texts else []

    def stand(self, shares: Numbers, sure: float) -> Stand:
        """What a sentence with these shares is taken for."""
        place = int(shares.argmax())
        return Stand(self.learned.intents[place], round(float(shares[place]), 4), sure=bool(shares[place] >= sure))


def effect(before: Class, after: Class, vectors: Vectors, asked: Sequence[str], sure: float) -> Effect:
    """How sentences fare that are taught both before and after, and those that were asked here.

    vectors: of what was asked, and of what is new. sure: the share from which nothing is asked back.
    """
    kept = [one for one in before.judged if one in after.judged]
    pairs = [(text, intent, before.judged[intent, text], after.judged[intent, text]) for intent, text in kept]
    pairs += [(text, "", old, new) for text, old, new in zip(asked, before.of(asked, vectors), after.of(asked, vectors), strict=True)]
    stands = [Moved(text, before.stand(old, sure), after.stand(new, sure), taught) for text, taught, old, new in pairs]
    added = [text for intent, text in after.judged if (intent, text) not in before.judged]
    told, new = _moved(stands), zip(added, before.of(added, vectors), strict=True)
    stay = [one for one in stands if one.before.intent == one.after.intent]
    return Effect(
        tuple((text, before.stand(row, sure)) for text, row in new), len(kept), len(asked), tuple(told),
        len(stands) - len(stay) - len(told),
        sum(one.after.sure > one.before.sure for one in stay), sum(one.after.sure < one.before.sure for one in stay),
    )  # fmt: skip


def _moved(stands: Sequence[Moved]) -> Sequence[Moved]:
    """What would be done otherwise, or was said here: that first, then what would be taken the surest."""
    found = [one for one in stands if one.before.intent != one.after.intent and (one.before.sure or one.after.sure or not one.taught)]
    return sorted(found, key=lambda one: (one.taught != "", -one.after.share))


def _rows(texts: Sequence[str], vectors: Vectors) -> Numbers:
    nothing = np.zeros(len(next(iter(vectors.values()), ())), np.float32)
    return np.array([vectors.get(lessons.key(traits.nameless(text)), nothing) for text in texts], np.float32)
