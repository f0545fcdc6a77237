"""Teaching the chooser, as the inside asks for it."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.teaching import Effect, Sayings


class Classroom(Protocol):
    """Where the chooser learns, beside the house: it takes seconds of a processor."""

    async def effect(self, now: Sayings, then: Sayings, asked: Sequence[str], sure: float) -> Effect:
        """What it would change to learn from `then` in place of `now`. Nothing is kept.

        asked: what people said here. sure: the share from which nothing is asked back.  Raises: Upstream.
        """
        ...

    async def prepare(self, examples: Sayings) -> None:
        """Learn from these, and keep it for `TaughtChooser.teach`, who then only reads it.  Raises: Upstream."""
        ...


class TaughtChooser(Protocol):
    """A chooser that learns from examples."""

    async def teach(self, examples: Sayings) -> None:
        """Choose by these from now on. Until they are learned, what was learned before chooses."""
        ...
