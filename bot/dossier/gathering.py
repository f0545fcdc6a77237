"""The port `Dossiers` over the records and papers of one speaker. Gathers side by side; judges nothing."""

from dataclasses import dataclass

from bot.domain.dossier import Dossier, Meeting, Which
from bot.domain.saying import saying
from bot.domain.talk import Turn
from bot.dossier.facts import facts_of
from bot.dossier.papers import Papers
from bot.dossier.past import past
from bot.dossier.pending import pending
from bot.dossier.points import papers_on, points
from bot.dossier.whom import Search
from bot.ports import Passages, SeenRecords, Words


@dataclass(frozen=True, slots=True)
class SeenDossiers:
    """Dossiers as one speaker may see them: both ports are already narrowed. words: with this room's own sentences on top."""

    records: SeenRecords
    passages: Passages
    words: Words

    async def whom(self, turn: Turn) -> Meeting | Which:
        """Whom the turn names, or points at; else what to ask."""
        return await Search(turn, self.records).whom()

    async def dossier(self, met: Meeting, turn: Turn) -> Dossier:
        """Everything there is about them."""
        said = saying(turn, self.words)
        facts = await facts_of(met.account, self.records)
        papers = await papers_on(facts, met.contacts, Papers(self.passages, self.records, said), said)
        open_things = pending(facts, said)
        found = points(facts, papers, open_things, met.contacts, said)
        return Dossier(met, facts, tuple(open_things), tuple(past(facts, met.contacts, said)), tuple(found))
