"""What other weights would do to the accounts of the house: each is judged by both; told are those whose band changes. Keeps nothing."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.domain.alert import TAUGHT, ChurnRules, learned
from bot.domain.ids import UserId
from bot.domain.risk import Band, RiskScore
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.ports import Clock
from bot.ports.churn import AccountFile, AccountFiles, Alerts

Json = dict[str, Any]

PAGE, TOLD = 50, 12
PATIENCE_S = 11.0
"""Less than a page waits for the house: what was judged until then is told, with how many there are in all."""
BANDS = (Band.HIGH, Band.MEDIUM, Band.LOW)
WIDTH = 100.0


class JudgesBy(Protocol):
    """See `bot.judging.ChildJudge`."""

    def judge_by(
        self, rules: ChurnRules, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]
    ) -> Awaitable[Sequence[RiskScore]]:
        """The scores of these accounts by these rules, in their order."""
        ...


@dataclass(frozen=True)
class ChurnEffect:
    """An `Effect` of the set `churn`. zone: of today. ticks: seconds that only ever grow."""

    files: AccountFiles
    judge: JudgesBy
    alerts: Alerts
    clock: Clock
    zone: str
    ticks: Callable[[], float] = time.monotonic

    async def __call__(self, now: ChurnRules, then: ChurnRules, lang: Lang) -> Json:  # noqa: ARG002 - the page has the words
        """How many accounts are in which band by both, drawn, and which change theirs, the likeliest to leave first.

        judge: "model" where the house's own model judges, which the scorecard's weights do not move.  Raises: Upstream.
        """
        everything, today = Scope(UserId(""), "", self.zone), self.clock.now().astimezone(ZoneInfo(self.zone)).date()
        pairs: list[tuple[RiskScore, RiskScore]] = []
        taught, after, until = await self._taught(), "", self.ticks() + PATIENCE_S
        while self.ticks() < until and (page := await self.files.page(everything, after=after, limit=PAGE)):
            before = await self.judge.judge_by(now, page, today, self.zone, taught if now.alerts.learns else {})
            later = await self.judge.judge_by(then, page, today, self.zone, taught if then.alerts.learns else {})
            pairs += zip(before, later, strict=True)
            after = page[-1].account_id
        moved = sorted((one for one in pairs if one[0].band is not one[1].band), key=lambda one: (-one[1].chance, one[0].account_id))
        return {
            "judged": len(pairs), "of": await self.files.count(everything), "judge": pairs[0][1].judge if pairs else "scorecard",
            "bars": [_bar([one[side].band for one in pairs]) for side in (0, 1)], "moved_count": len(moved),
            "moved": [
                {
                    "account": later.account_id, "name": later.name, "before": before.band, "after": later.band,
                    "from": round(100 * before.chance), "to": round(100 * later.chance),
                }
                for before, later in moved[:TOLD]
            ],
        }  # fmt: skip

    async def _taught(self) -> Mapping[str, float]:
        answers = await self.alerts.answers(self.clock.now() - TAUGHT)
        return {code: one.factor for code, one in learned(answers).items()}


def _bar(bands: Sequence[Band]) -> list[Json]:
    """One bar of three parts, `WIDTH` wide in all."""
    counted, at, parts = Counter(bands), 0.0, []
    for band in BANDS:
        wide = WIDTH * counted[band] / len(bands) if bands else 0.0
        parts.append({"band": band, "count": counted[band], "at": round(at, 2), "wide": round(wide, 2)})
        at += wide
    return parts
