"""Where a person is signed in, and the end of it, by themselves. Knows their own visits; knows nobody else's, and no page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.visits import Visits, me_of, visit_told

Json = dict[str, Any]


@dataclass(frozen=True)
class Sessions:
    """The verbs. Each takes the secret of a visit, and tells and ends those of its person alone."""

    visits: Visits

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"sessions": self.shown, "session_end": self.end, "sessions_end": self.end_others}

    async def shown(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - every verb of the page is told the language
        """All of them, the last seen first."""
        speaker, visit = await self.visits.speaker(session), await self.visits.visit(session)
        theirs = await self.visits.kept.theirs(speaker.user_id)
        return {"me": me_of(speaker), "sessions": [visit_told(one, visit.id) for one in theirs]}

    async def end(self, session: str, *, lang: Lang, visit: str) -> Json:  # noqa: ARG002 - as above
        """End one of them.  Raises: Unclear("no_such_visit"). here: it was the one that asks."""
        speaker, mine = await self.visits.speaker(session), await self.visits.visit(session)
        if not await self.visits.kept.end_one(visit, speaker.user_id, speaker.user_id):
            raise Unclear("no_such_visit")
        return {"here": visit == mine.id}

    async def end_others(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as above
        """End all but the one that asks; says how many."""
        speaker, mine = await self.visits.speaker(session), await self.visits.visit(session)
        return {"ended": await self.visits.kept.end_theirs(speaker.user_id, speaker.user_id, but=mine.id)}
