"""What a person does at the page of two contracts: looks at both in step, takes the redline. Knows no page and judges no clause.

Each verb takes the secret of a visit and does nothing but for the person it stands for: what somebody else sent is not there.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.people import Speaker
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.ports import Clock, SeenRecords, Words
from bot.ports.papers import KeptPaper, OwnPapers
from bot.visits import Visits

Json = dict[str, Any]
Sides = Callable[..., Awaitable[Json]]
Marked = Callable[..., Awaitable[tuple[str, bytes]]]


@dataclass(frozen=True)
class Seen:
    """The papers and records of one speaker."""

    papers: OwnPapers
    records: SeenRecords


@dataclass(frozen=True)
class Comparing:
    """The verbs. seen: what a speaker may look at. sides, marked: who compares, and who makes the redline. words: theirs."""

    visits: Visits
    seen: Callable[[Speaker], Seen]
    sides: Sides
    marked: Marked
    words: Words
    clock: Clock

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"contract": self.contract, "contract_redline": self.redline}

    async def contract(self, session: str, *, lang: Lang, old: str, new: str) -> Json:
        """Both versions clause by clause.  Raises: Unclear("no_such_contract")."""
        speaker = await self.visits.speaker(session)
        seen = self.seen(speaker)
        first, second = await self._pair(seen, old, new)
        told = await self.sides(first, second, records=seen.records, said=self._saying(speaker, lang))
        return {**told, "old": old, "new": new, "me": {"name": speaker.name, "role": speaker.role}}

    async def redline(self, session: str, *, lang: Lang, old: str, new: str) -> Json:
        """The redline: its name, and its bytes as text.  Raises: Unclear("no_such_contract"); Upstream."""
        speaker = await self.visits.speaker(session)
        seen = self.seen(speaker)
        first, second = await self._pair(seen, old, new)
        name, data = await self.marked(first, second, papers=seen.papers, records=seen.records, said=self._saying(speaker, lang))
        return {"name": name, "data": base64.b64encode(data).decode()}

    async def _pair(self, seen: Seen, old: str, new: str) -> tuple[KeptPaper, KeptPaper]:
        first, second = await seen.papers.paper(old), await seen.papers.paper(new)
        if first is None or second is None:
            raise Unclear("no_such_contract")
        return first.by_marks() if old == new else (first, second)

    def _saying(self, speaker: Speaker, lang: Lang) -> Saying:
        today = self.clock.now().astimezone(ZoneInfo(speaker.zone)).date()
        return Saying(self.words, lang, speaker.zone, today, speaker.user_id)
