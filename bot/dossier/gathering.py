"""The port `Dossiers` over the records and papers of one speaker. Gathers side by side; judges nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.dossier import ANGLES, Angle, Dossier, Meeting, Which
from bot.domain.saying import saying
from bot.domain.talk import Turn
from bot.dossier.facts import facts_of
from bot.dossier.found import read
from bot.dossier.further import further
from bot.dossier.papers import Papers
from bot.dossier.past import past
from bot.dossier.pending import pending
from bot.dossier.points import points
from bot.dossier.whom import Search
from bot.ports import Passages, SeenRecords, Words


@dataclass(frozen=True, slots=True)
class SeenDossiers:
    """Dossiers as one speaker may see them: `records` and `passages` are already narrowed.

    house: all records, asked for nothing but whether the title of a paper names an account. words: with this room's own sentences on top.
    """

    records: SeenRecords
    passages: Passages
    house: SeenRecords
    words: Words

    async def whom(self, turn: Turn) -> Meeting | Which:
        """Whom the turn names, or points at; else what to ask."""
        return await Search(turn, self.records).whom()

    async def dossier(self, met: Meeting, turn: Turn, *, angles: Collection[Angle] = ANGLES) -> Dossier:
        """Everything there is about them."""
        said = saying(turn, self.words)
        facts = await facts_of(met.account, self.records)
        papers = Papers(self.passages, self.records, self.house, met.account, said)
        found = await read(turn.text, facts, met.contacts, papers, angles)
        open_things = pending(facts, said)
        told = [*points(facts, found, open_things, met.contacts, said), *further(facts, found, met.contacts, said)]
        kept = tuple(one for one in told if one.angle in angles)
        named = found.rivals.names if found.rivals.named else ()
        return Dossier(met, facts, tuple(open_things), tuple(past(facts, met.contacts, said)), kept, named, found.against.silent)
