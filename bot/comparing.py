"""What a person does at the page of two contracts: looks at both in step, takes the redline. Knows no page and judges no clause.

Each verb takes the secret of a visit and does nothing but for the person it stands for: what somebody else sent is not there.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.people import Speaker
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.ports import Clock, SeenRecords, Words
from bot.ports.papers import KeptPaper, OwnPapers
from bot.visits import Visits, me_of

PATIENCE_S = 1.5
"""How long the page waits for a comparison before it says how far it is."""
GRACE_S = 8.0
"""How long one goes on that nobody looks after: the page asks every two seconds, until it is closed."""

Json = dict[str, Any]
Sides = Callable[..., Awaitable[Json]]
Marked = Callable[..., Awaitable[tuple[str, bytes]]]


@dataclass(frozen=True)
class Seen:
    """The papers and records of one speaker."""

    papers: OwnPapers
    records: SeenRecords


@dataclass(frozen=True)
class Shows:
    """Who shows a comparison. sides: both versions in step. same: clauses that stand unchanged. marked: the redline."""

    sides: Sides
    same: Sides
    marked: Marked


@dataclass(frozen=True)
class Comparing:
    """The verbs. seen: what a speaker may look at. words: the skill's. patience_s: see `PATIENCE_S`."""

    visits: Visits
    seen: Callable[[Speaker], Seen]
    shows: Shows
    words: Words
    clock: Clock
    patience_s: float = PATIENCE_S
    _looked_after: set[asyncio.Future[None]] = field(default_factory=set)

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"contract": self.contract, "contract_same": self.same, "contract_redline": self.redline}

    async def contract(
        self, session: str, *, lang: Lang, old: str, new: str, risk: str = "", category: str = "", whole: bool = False
    ) -> Json:
        """Both versions in step, or `working`: the share that is done of a long comparison. Asked again in time, it goes on.

        risk, category: these changes alone. whole: all that stands unchanged, too.  Raises: Unclear("no_such_contract").
        """
        speaker = await self.visits.speaker(session)
        seen = self.seen(speaker)
        first, second = await self._pair(seen, old, new)
        share = 0.0

        def told(at: int, of: int) -> None:
            nonlocal share
            share = at / of

        work = asyncio.ensure_future(self.shows.sides(
            first, second, records=seen.records, said=self._saying(speaker, lang), told=told,
            asked={"risk": risk, "category": category, "whole": whole},
        ))  # fmt: skip
        page = {"old": old, "new": new, "me": me_of(speaker)}
        if await self._is_done(work):
            return {**work.result(), **page}
        return {"working": share, "old_name": first.name, "new_name": second.name, **page}

    async def _is_done(self, work: asyncio.Future[Json]) -> bool:
        """Whether it is done in time; else it goes on for a while, in which somebody may ask for the same again."""
        try:
            await asyncio.wait({work}, timeout=self.patience_s)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if not work.done():
            self._looked_after.add(after := asyncio.ensure_future(_end(work, GRACE_S)))
            after.add_done_callback(self._looked_after.discard)
        return work.done()

    async def same(self, session: str, *, lang: Lang, old: str, new: str, first: int, count: int) -> Json:
        """Clauses that stand unchanged, by place.  Raises: Unclear("no_such_contract")."""
        speaker = await self.visits.speaker(session)
        seen = self.seen(speaker)
        before, after = await self._pair(seen, old, new)
        return await self.shows.same(before, after, records=seen.records, said=self._saying(speaker, lang), first=first, count=count)

    async def redline(self, session: str, *, lang: Lang, old: str, new: str) -> Json:
        """The redline: its name, and its bytes as text.  Raises: Unclear("no_such_contract"); Upstream."""
        speaker = await self.visits.speaker(session)
        seen = self.seen(speaker)
        first, second = await self._pair(seen, old, new)
        name, data = await self.shows.marked(first, second, papers=seen.papers, records=seen.records, said=self._saying(speaker, lang))
        return {"name": name, "data": base64.b64encode(data).decode()}

    async def _pair(self, seen: Seen, old: str, new: str) -> tuple[KeptPaper, KeptPaper]:
        first, second = await seen.papers.paper(old), await seen.papers.paper(new)
        if first is None or second is None:
            raise Unclear("no_such_contract")
        return first.by_marks() if old == new else (first, second)

    def _saying(self, speaker: Speaker, lang: Lang) -> Saying:
        today = self.clock.now().astimezone(ZoneInfo(speaker.zone)).date()
        return Saying(self.words, lang, speaker.zone, today, speaker.user_id)


async def _end(work: asyncio.Future[Json], grace_s: float) -> None:
    await asyncio.wait({work}, timeout=grace_s)
    if not work.cancel() and not work.cancelled():
        work.exception()  # whoever asks next hears of it by asking
