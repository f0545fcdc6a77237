"""Scoring: by the clock, how likely each account is to leave, and which are to be told of. Judges nothing itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.alert import (
    INTENT,
    TAUGHT,
    Alert,
    AlertState,
    ChurnRules,
    calls_for_one,
    chain,
    is_storm,
    is_worse,
    learned,
)
from bot.domain.firing import Firing
from bot.domain.ids import RecordId, UserId
from bot.domain.people import User
from bot.domain.risk import Band, RiskScore
from bot.domain.scope import Scope
from bot.ports import Clock, Ids, Users
from bot.ports.churn import AccountFile, AccountFiles, Alerts, RiskJudge, RiskScores
from bot.turns.errands import Errands

PAGE = 50
MONTH = timedelta(days=30)
MOST_CALLED = 2_000
"""Accounts to be told of that are remembered while all are scored; more are a storm in any house."""


@dataclass
class _Night:
    """What one scoring has come to. called: scores to be told, with the alert that they make worse, if any. since: the day before it."""

    scored: int = 0
    calling: int = 0
    called: list[tuple[RiskScore, Alert | None]] = field(default_factory=list)
    since: date | None = None


@dataclass(frozen=True)
class Scoring:
    """Everything here may be done again for the same firing: scores of a day are kept once, an account has one alert."""

    files: AccountFiles
    scores: RiskScores
    alerts: Alerts
    judge: RiskJudge
    users: Users
    errands: Errands
    clock: Clock
    ids: Ids
    rules: Callable[[], ChurnRules]

    async def score(self, firing: Firing) -> int:
        """Score the accounts of the firing's team, page by page, and open alerts; says how many were scored.

        Raises: Upstream when the judge is silent: what was scored until then stays, and the rest is scored when it is tried again.
        """
        night, everything, after = _Night(), Scope(UserId(""), "", firing.zone), ""
        factors = await self._factors()
        while page := await self.files.page(everything, team=firing.team, after=after, limit=PAGE):
            await self._page(page, await self.judge.judge(page, firing.day, firing.zone, factors), night)
            after = page[-1].account_id
        if is_storm(night.calling, night.scored, self.rules().alerts):
            await self._storm(night, firing)
        else:
            for score, alert in self._each_once(night.called):
                await self._open(score, alert)
        return night.scored

    async def _factors(self) -> dict[str, float]:
        if not self.rules().alerts.learns:
            return {}
        return {code: one.factor for code, one in learned(await self.alerts.answers(self.clock.now() - TAUGHT)).items()}

    async def _page(self, page: Sequence[AccountFile], scores: Sequence[RiskScore], night: _Night) -> None:
        ids = [one.account_id for one in page]
        told = await self.alerts.of(ids)
        before = await self.scores.before(ids, scores[0].as_of - MONTH) if scores else {}
        stood = {one.account_id: one for one in await self.scores.latest(ids)}
        await self.scores.keep(scores)
        calm = [one.account_id for one in scores if one.band is Band.LOW and one.account_id in told]
        if calm:
            await self.alerts.close(calm, self.clock.now())
        night.scored += len(scores)
        for file, score in zip(page, scores, strict=True):
            alert = told.get(score.account_id)
            if self._calls(score, before.get(score.account_id), alert):
                night.calling += 1
                last = stood.get(score.account_id)
                night.since = max((one for one in (night.since, last.as_of if last else None) if one), default=None)
                if len(night.called) < MOST_CALLED:
                    night.called.append((_named(score, file), alert))

    def _calls(self, score: RiskScore, before: RiskScore | None, alert: Alert | None) -> bool:
        if alert is not None and score.band is not Band.LOW:
            return is_worse(alert, score, self.rules().alerts)
        return calls_for_one(score, before, self.rules().alerts)

    def _each_once(self, called: Sequence[tuple[RiskScore, Alert | None]]) -> Iterator[tuple[RiskScore, Alert | None]]:
        """The likeliest first; an account that is kept twice is told once."""
        seen: set[tuple[str, UserId]] = set()
        for score, alert in sorted(called, key=lambda one: (-one[0].chance, one[0].account_id)):
            name = (score.name.casefold(), score.owner)
            if name not in seen:
                seen.add(name)
                yield score, alert

    async def _open(self, score: RiskScore, alert: Alert | None) -> None:
        now = self.clock.now()
        if alert is not None:
            await self.alerts.renew(alert.id, score, now)
            return
        opened = Alert(
            self.ids.new(), score.account_id, AlertState.OPEN, now, score.chance, score.active, score.reasons, RecordId(self.ids.new())
        )
        await self.alerts.open(opened)

    async def _storm(self, night: _Night, firing: Firing) -> None:
        """One line to whoever can look after the data, in place of many alarms."""
        facts = {"storm": str(night.calling), "of": str(night.scored)}
        if night.since and _feed_broke(night):
            facts["since"] = night.since.isoformat()
        for one in _keepers(await self.users.everyone(), firing.team):
            await self.errands.send(one.id, INTENT, f"storm:{firing.team}:{firing.day}:{one.id}", facts)


def _named(score: RiskScore, file: AccountFile) -> RiskScore:
    return RiskScore(
        score.account_id, score.as_of, score.chance, score.band, score.reasons, score.judge, score.active, file.name,
        file.owner or UserId(""),
    )  # fmt: skip


def _feed_broke(night: _Night) -> bool:
    """Whether most of them lost their users."""
    lost = sum(not score.active for score, _ in night.called)
    return lost > len(night.called) / 2


def _keepers(people: Sequence[User], team: str) -> tuple[User, ...]:
    """The team's managers, and admins."""
    return chain(None, team, people)
