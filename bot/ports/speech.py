"""What the inside asks about raw speech: its figures and days as they are spoken, and how its words sound."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.found import Reading


class SpokenReader(Protocol):
    """Finds figures, amounts and days in a transcript, and tells how words sound, by rules: never a model."""

    async def read(self, text: str, *, said_at: datetime, zone: str) -> Reading:
        """What is found in `text`, as `Reader.read` finds it, with spoken numbers too: a hundred and twenty k, the ninth of May.

        Every `Words` is a stretch of `text` as it was given.
        """
        ...

    async def sounds(self, texts: Sequence[str]) -> Sequence[tuple[str, ...]]:
        """For each text one sound a character: a Han character's pinyin without tone, any other character in lower case."""
        ...
