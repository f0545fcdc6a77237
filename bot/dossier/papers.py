"""Sentences of our papers that bear on an account: current ones that everybody may read, for the rep will say them aloud."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.bearing import SHARED, best, rare, terms
from bot.domain.evidence import Evidence, Passage
from bot.domain.grounding import verbatim
from bot.domain.people import EVERYONE
from bot.domain.query import Row
from bot.domain.saying import Saying, cited, text
from bot.ports import Passages, SeenRecords

SEARCHED = 20


@dataclass(frozen=True, slots=True)
class Papers:
    """Looks for sentences on behalf of one dossier."""

    passages: Passages
    records: SeenRecords
    said: Saying

    async def on_pain(self, pain: str) -> Evidence | None:
        """The sentence that says most about a pain; under a heading about it one word in common is enough.

        Papers of or about an account do not count: what stands in one customer's contract is not told to another, nor back to it.
        """
        found = await self._searched(pain)
        wanted = rare(terms(pain), [one.text for one in found])
        ranked = []
        for at, passage in enumerate(await self._of_nobody(found)):
            headed = bool(terms(passage.locator.rpartition(" > ")[2]) & wanted)
            if match := best(passage.text, wanted, least=1 if headed else SHARED):
                ranked.append((-match.shared, at, cited(passage, match.sentence)))
        return min(ranked, key=lambda one: one[:2])[2] if ranked else None

    async def of_signal(self, row: Row) -> Evidence | None:
        """The document in which a signal's words stand."""
        quote = text(row, "quote")
        found = ((passage, verbatim(quote, passage.text)) for passage in await self._searched(quote))
        return next((cited(passage, words) for passage, words in found if words), None)

    async def _searched(self, query: str) -> Sequence[Passage]:
        found = await self.passages.search(query, SEARCHED) if query else ()
        return [one for one in found if one.audience == EVERYONE and not one.is_stale(self.said.today)]

    async def _of_nobody(self, found: Sequence[Passage]) -> Sequence[Passage]:
        """Those in whose title and path no account is named."""
        titles = {one.document_id: f"{one.title} {one.source}" for one in found}
        names = [name.words.text for name in await self.records.spot("\n".join(titles.values()))
                 if any(known.entity == "account" for known in name.meant)]  # fmt: skip
        return [one for one in found if not any(name in titles[one.document_id] for name in names)]
