"""What is known of an account before somebody speaks with it, as the inside asks for it."""

from collections.abc import Collection
from typing import Protocol

from bot.domain.dossier import ANGLES, Angle, Dossier, Meeting, Which
from bot.domain.talk import Turn


class Dossiers(Protocol):
    """Gathers what one speaker may see, from records and papers: already narrowed, it cannot tell of others."""

    async def whom(self, turn: Turn) -> Meeting | Which:
        """Whom `turn` names, or points at by "they" and "it"; else what to ask."""
        ...

    async def dossier(self, met: Meeting, turn: Turn, *, angles: Collection[Angle] = ANGLES) -> Dossier:
        """Everything there is about them, in the language of `turn` and as of its day; against the rivals that it names, too.

        angles: what points are wanted from; papers are searched for these alone.
        """
        ...
