"""Tongues: the language in which somebody is answered, also where they sent no words. Knows what they said before; says nothing."""

from dataclasses import dataclass
from pathlib import PurePath

from bot.domain.talk import CHATS, Arrival, Errand, File, Lang, Press, Tap, language_of, words_in
from bot.ports import Drafts, Ledger, Outbox
from bot.turns.way import Way


@dataclass(frozen=True)
class Tongues:
    """Reads it from what came in, from what was pressed, from what they said last."""

    outbox: Outbox
    drafts: Drafts
    ledger: Ledger

    async def of(self, arrival: Arrival) -> Lang:
        """The language of what was said; a press is answered in that of what was pressed. Who has said nothing yet is met as usual here."""
        if said := words_in(arrival):
            return language_of(said)
        if isinstance(arrival, Errand):
            return arrival.lang
        if isinstance(arrival, Tap) and (message := await self.outbox.message(arrival.message_id)):
            return message.lang
        if isinstance(arrival, Press) and (draft := await self.drafts.draft(arrival.draft_id)):
            card = await self.ledger.decision(draft.decision_id)
            return card.made.lang if card else Lang.ZH
        return Lang.EN if arrival.origin.channel == "slack" else Lang.ZH

    async def lately_of(self, arrival: Arrival, way: Way) -> Lang:
        """The language of somebody who sent no words: the one they last talked in.

        Of who never said any: what they call their file, but that a Latin name tells nothing where a platform is mostly Chinese.
        """
        if words_in(arrival):
            return way.lang
        if isinstance(arrival, File) and any(char.isalpha() for char in arrival.media.name):
            called = language_of(PurePath(arrival.media.name).stem)
            way.lang = called if called is Lang.ZH or arrival.origin.channel not in CHATS else way.lang
        return await self.lately(way)

    async def lately(self, way: Way) -> Lang:
        """The one that this person last talked in, else that of the way."""
        last = (await self.ledger.decisions(way.speaker.user_id, limit=1)).items
        return last[0].made.lang if last else way.lang
