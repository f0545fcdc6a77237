"""Sentences of our papers that bear on an account: current ones that everybody may read, for the rep will say them aloud."""

import asyncio
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.domain.bearing import SHARED, TABLE, best, rare, terms
from bot.domain.evidence import Evidence, Passage
from bot.domain.found import Known
from bot.domain.grounding import sentences, verbatim
from bot.domain.ids import DocumentId
from bot.domain.people import EVERYONE
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.saying import Saying, cited, text
from bot.domain.shelf import QUOTABLE, Shelf, shelf_of
from bot.domain.talk import language_of
from bot.dossier.facts import seen
from bot.ports import Passages, SeenRecords

SEARCHED = 20
SHORTEST, LONGEST = 8, 240
"""Characters of a sentence that is worth saying."""
MARGINS = "-*•·”」 \t"
STOPS = "；;，, \t"
CLOSING = {"”": "“", "」": "「"}
PLANS = re.compile(
    r"计划|目标|战略|未来|投入|重点|工程|力争"
    r"|\b(?:plans?|targets?|goals?|aims?|strateg\w+|priorit\w+|invest\w*|will)\b",
    re.IGNORECASE,
)
GAINS = re.compile(
    r"[少降减省]了?|提前|回本|收回|从\d+.{0,6}[到至]\d+"
    r"|\b(?:fell|saved?|ahead|paid for itself|down from|cut|fewer|earlier|avoided)\b",
    re.IGNORECASE,
)
FIGURES = re.compile(r"\d|[二三四五六七八九十百千]+(?=[个天次小台条倍])")
PLANNED, GAINED, WITH_FIGURE, NEAR = 2, 4, 1, 2
"""What a plan, a gain, a figure and each term in common add to how well a sentence serves."""
SIGNED = 3
LIKE = 4
"""Terms in common that one industry stands for."""
NUMBERED = re.compile(r"^\d{1,2}[.、)）]\s+")
WHOLE = 40
"""Passages on either side that make up the whole of a short paper."""
ROW = 80


@dataclass(frozen=True, slots=True)
class Papers:
    """Looks for sentences on behalf of one dossier.

    records: as the speaker sees them. house: all records, asked for nothing but whether a title names somebody: a paper about an account
    that the speaker may not see is left out like any other. in_turn: meanings are compared one query at a time, and a query that waits
    long is answered by words alone. owners: the accounts that a title names, as far as that was asked.
    """

    passages: Passages
    records: SeenRecords
    house: SeenRecords
    account: Row
    said: Saying
    in_turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    owners: dict[DocumentId, set[str]] = field(default_factory=dict)

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
        found = await self._searched(quote)
        fitting = [one for one in found if shelf_of(one.source, one.title) in QUOTABLE]
        fitting = [*await self._of_nobody(fitting), *await self._of_them(fitting)]
        return next((cited(one, words) for one in fitting if (words := verbatim(quote, one.text))), None)

    async def of_them(self, wanted: frozenset[str], hint: str, people: Sequence[str]) -> tuple[Evidence, ...]:
        """What the account publishes about itself that bears on what hurts it, or on what it plans; the best first.

        people: whoever is met; what stands over their name is theirs.
        """
        name = text(self.account, "name")
        found = await self._of_them(await self._searched(f"{name} 战略 计划 目标 strategy plan {hint} {' '.join(people)}"))
        reports = [one for one in found if shelf_of(one.source, one.title) is Shelf.REPORT]
        return _best_of_each(
            [(PLANNED * bool(PLANS.search(sentence)) + SIGNED * any(who in one.text for who in people) + self._serves(sentence, wanted),
              one, sentence) for one in reports
             for sentence in told(one) if PLANS.search(sentence) or terms(sentence) & wanted]
        )  # fmt: skip

    async def cases(self, wanted: frozenset[str], hint: str) -> tuple[Evidence, ...]:
        """What another customer had of us: of the one most alike, by industry or by what hurts; none where nobody is alike."""
        found = await self._searched(f"案例 结果 case study result {hint}")
        cases = [one for one in found if shelf_of(one.source, one.title) is Shelf.CASE]
        of_them = {one.document_id for one in await self._of_them(cases)}
        first = {one.document_id: one for one in reversed(cases) if one.document_id not in of_them}
        whole = await asyncio.gather(*(self._whole(one) for one in first.values()))
        likeness = [await self._alike(case, wanted) for case in whole]
        if not any(likeness):
            return ()
        chosen = whole[likeness.index(max(likeness))]
        return _best_of_each(
            [(GAINED * bool(GAINS.search(sentence)) + self._serves(sentence, wanted), one, sentence) for one in chosen
             for sentence in (*told(one), *rows(one)) if FIGURES.search(sentence)],
            each=2,
        )  # fmt: skip

    async def on(self, query: str, sign: re.Pattern[str], wanted: frozenset[str], codes: Collection[str] = ()) -> Evidence | None:
        """The sentence with `sign` and a figure that serves best, out of papers about nobody, in the language of the turn.

        codes: of products; where there are any, it is about one of them.
        """
        found = await self._of_nobody(await self._searched(query))
        scored = [
            (self._serves(sentence, wanted), one, sentence) for one in found for sentence in told(one)
            if (not codes or any(code in f"{one.title} {sentence}" for code in codes))
            and sign.search(sentence) and FIGURES.search(sentence) and language_of(sentence) is self.said.lang
        ]  # fmt: skip
        return next(iter(_best_of_each(scored)), None)

    async def naming(self, rival: str) -> Sequence[Passage]:
        """Papers that everybody in the house may read and that name a rival, in the title (the whole of it) or in the text."""
        known = rival.casefold()
        found = await self._searched(rival)
        titled = {one.document_id: one for one in found if known in f"{one.title} {one.source}".casefold()}
        cards = await asyncio.gather(*(self._whole(one) for one in titled.values()))
        named = _once([*(one for card in cards for one in card), *(one for one in found if known in one.text.casefold())])
        return await self._clear_of(named, await self._owners(named), frozenset({Shelf.CARD, Shelf.OPEN}))

    async def _searched(self, query: str) -> Sequence[Passage]:
        if not query.strip():
            return ()
        async with self.in_turn:
            return self._fit(await self.passages.search(query, SEARCHED))

    async def _whole(self, passage: Passage) -> Sequence[Passage]:
        """All of a short paper in which `passage` stands."""
        return self._fit(await self.passages.around(passage.id, WHOLE, WHOLE)) or (passage,)

    def _fit(self, found: Sequence[Passage]) -> Sequence[Passage]:
        return [one for one in found if one.audience == EVERYONE and not one.is_stale(self.said.today)]

    async def _of_nobody(self, found: Sequence[Passage]) -> Sequence[Passage]:
        """Those that a customer may be told from, in whose title and path no account is named."""
        return await self._clear_of(found, await self._owners(found), frozenset({Shelf.OPEN}))

    async def _of_them(self, found: Sequence[Passage]) -> Sequence[Passage]:
        """Those in whose title or path this account is named, and no other."""
        owners = await self._owners(found)
        return [one for one in found if owners[one.document_id] == {self.account.id}]

    async def _clear_of(
        self, found: Sequence[Passage], owners: Mapping[DocumentId, Collection[str]], shelves: frozenset[Shelf]
    ) -> Sequence[Passage]:
        return [one for one in found if not owners[one.document_id] and shelf_of(one.source, one.title) in shelves]

    async def _owners(self, found: Sequence[Passage]) -> Mapping[DocumentId, set[str]]:
        """Document -> the accounts that its title or path names, whoever may see them."""
        titles = {one.document_id: f"{one.title} {one.source}".replace("\n", " ") for one in found if one.document_id not in self.owners}
        if titles:
            starts = [0, *accumulate(len(title) + 1 for title in titles.values())]
            owners: dict[DocumentId, set[str]] = {document: set() for document in titles}
            for name in await self.house.spot("\n".join(titles.values())):
                document = list(titles)[bisect_right(starts, name.words.start) - 1]
                owners[document] |= {known.id for known in name.meant if known.entity == "account"}
            self.owners.update(owners)
        return self.owners

    async def _alike(self, case: Sequence[Passage], wanted: frozenset[str]) -> int:
        """How much a case's customer is like this account: of its industry, as far as the speaker may see that; by words in common."""
        words = terms("\n".join(one.text for one in case))
        names = await self.records.spot(f"{case[0].title} {case[0].source}")
        known = next((known for name in names for known in name.meant if known.entity == "account"), None)
        industry, shared = self.account.fields.get("industry"), len(words & wanted)
        return (shared if shared >= SHARED else 0) + (LIKE if known and industry and await self._industry(known) == industry else 0)

    async def _industry(self, known: Known) -> object:
        rows = await seen(self.records, Query("account", (Filter("name", Op.EQ, known.name),), limit=1)) or ()
        return rows[0].fields.get("industry") if rows else None

    def _serves(self, sentence: str, wanted: frozenset[str]) -> float:
        """How well a sentence serves: what it has in common, a figure, the language of the turn; shorter ones before longer."""
        figure = bool(FIGURES.search(sentence))
        mine = language_of(sentence) is self.said.lang
        return NEAR * len(terms(sentence) & wanted) + WITH_FIGURE * figure + mine - len(sentence) / 1000


def told(passage: Passage) -> Iterator[str]:
    """The sentences of a passage that can be said as they stand: no table, no heading, no stump."""
    for sentence in sentences(passage.text):
        bare = closed(unlisted(sentence).rstrip(STOPS), passage.text)
        if TABLE not in bare and SHORTEST <= len(bare) <= LONGEST and bare not in passage.locator and bare != passage.title:
            yield bare


def unlisted(line: str) -> str:
    """A line without the mark or number of a list before it."""
    return NUMBERED.sub("", line.strip().lstrip(MARGINS))


def closed(sentence: str, whole: str) -> str:
    """A sentence with the quotation mark that ends it, where one was opened in it."""
    after = whole[whole.find(sentence) + len(sentence) :][:1]
    return sentence + after if after in CLOSING and CLOSING.get(after, " ") in sentence else sentence


def rows(passage: Passage) -> Iterator[str]:
    """Rows of a table that hold figures, short enough to be read aloud."""
    return (row for line in passage.text.splitlines() if TABLE in line and len(row := line.strip(f"{MARGINS}{TABLE}")) <= ROW)


def _best_of_each(scored: Sequence[tuple[float, Passage, str]], each: int = 1) -> tuple[Evidence, ...]:
    """The best sentences as grounds, at most so many of one passage."""
    kept: list[tuple[Passage, str]] = []
    for _, passage, sentence in sorted(scored, key=lambda one: -one[0]):
        if sum(one.id == passage.id for one, _ in kept) < each:
            kept.append((passage, sentence))
    return tuple(cited(passage, sentence) for passage, sentence in kept)


def _once(found: Sequence[Passage]) -> Sequence[Passage]:
    return list({one.id: one for one in found}.values())
