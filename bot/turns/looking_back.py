"""What a house's own outcomes teach about leaving, and how its accounts are judged now: page by page, beside the house. Judges nothing."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import UserId
from bot.domain.risk import RiskScore
from bot.domain.scope import Scope
from bot.ports import Clock
from bot.ports.churn import AccountFiles, PastAccounts, RiskJudge, RiskTeacher

PAGE = 25
"""Accounts at a time: each is judged on a dozen past days."""
MOST_SNAPSHOTS = 60_000
"""Of accounts on past days; of more the first ones are learned from."""
Json = dict[str, Any]


@dataclass(frozen=True)
class LookingBack:
    """The verbs `tandem churn` without a table. keep: where a model is put."""

    past: PastAccounts
    files: AccountFiles
    teacher: RiskTeacher
    judge: RiskJudge
    keep: Callable[[str], None]
    clock: Clock
    zone: str

    async def train(self) -> Json:
        """Learn from all outcomes, keep the model, and tell how it did against the scorecard.  Raises: Unclear, Upstream."""
        text = await self._learned()
        self.keep(text)
        return _told(text)

    async def backtest(self) -> Json:
        """As `train`, and nothing is kept."""
        return _told(await self._learned())

    async def score(self) -> Json:
        """Each customer as judged today, the likeliest to leave first."""
        everything, after, found = Scope(UserId(""), "", self.zone), "", list[RiskScore]()
        while page := await self.files.page(everything, after=after, limit=PAGE):
            found += await self.judge.judge(page, self._today(), self.zone, {})
            after = page[-1].account_id
        ranked = sorted(found, key=lambda one: (-one.chance, one.account_id))
        return {"judge": found[0].judge if found else "scorecard", "scores": [_score(one) for one in ranked]}

    def verbs(self) -> dict[str, Callable[[], Awaitable[Json]]]:
        """By name, for the command line."""
        return {"churn_train": self.train, "churn_backtest": self.backtest, "churn_score": self.score}

    async def _learned(self) -> str:
        snapshots: list[object] = []
        async for page in self._pages():
            snapshots += page
            if len(snapshots) >= MOST_SNAPSHOTS:
                break
        return await self.teacher.learn(snapshots[:MOST_SNAPSHOTS])

    async def _pages(self) -> AsyncIterator[list[object]]:
        after = ""
        while page := await self.past.past(after=after, limit=PAGE):
            yield list(await self.teacher.snapshots(page, self._today(), self.zone))
            after = page[-1][0].account_id

    def _today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo(self.zone)).date()


def _told(text: str) -> Json:
    made: Json = json.loads(text)
    return made


def _score(one: RiskScore) -> Json:
    reasons = [{"code": reason.code, "numbers": dict(reason.numbers)} for reason in one.reasons]
    return {"account_id": one.account_id, "account": one.name, "chance": one.chance, "band": str(one.band), "reasons": reasons}
