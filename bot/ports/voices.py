"""People's own voices in letters, as the inside asks for them: with their consent, and no longer than that lasts."""

from typing import Protocol

from bot.domain.ids import TurnId, UserId
from bot.domain.talk import Lang
from bot.domain.voice import Consent, Voice


class OwnVoice(Protocol):
    """The voice of one speaker."""

    async def profile(self, lang: Lang) -> Voice | None:
        """How they write; None where they have not agreed that it is learned, or have written too little."""
        ...


class Voices(Protocol):
    """Voices of all our people.

    Nothing of a voice is kept: it is told from released letters each time, so whoever takes their consent back is forgotten at once.
    """

    def of(self, user_id: UserId) -> OwnVoice:
        """One person's."""
        ...

    async def consent(self, user_id: UserId) -> Consent:
        """Whether they agreed."""
        ...

    async def due(self, user_id: UserId) -> bool:
        """Whether it is time to ask them: two letters of theirs were released, and nobody asked."""
        ...

    async def decide(self, user_id: UserId, consent: Consent, *, turn_id: TurnId | None = None) -> None:
        """Keep what they want; ASKED is kept only where nothing was. turn_id: of the words that said so."""
        ...
