"""Builds what the house does unasked: churn alerts, digests, tips, rules of people's own. Knows all of its parts; reads no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.domain.alert import KIND as ALERT
from bot.domain.alert import AlertRules
from bot.domain.digest import DigestKind
from bot.domain.ids import RecordId
from bot.domain.offering import SkillRules
from bot.domain.people import User, speaker_of
from bot.domain.permissions import Policy
from bot.domain.scored import ScoredRecords
from bot.domain.talk import Lang
from bot.judging import ChildJudge
from bot.ports import Clock, Ids, Interruptions, JobKind, Ledger, Records, Users, Words, WorkCalendar
from bot.ports.churn import Alerts
from bot.ports.complaints import Complaints
from bot.store.database import Database
from bot.store.digest_wishes import SqliteDigestWishes
from bot.store.own_schedules import RecordedSchedules
from bot.store.practice import SqliteExamples
from bot.store.queries import SqliteQueries
from bot.store.risks import SqliteRisks
from bot.store.rule_firings import SqliteRuleFirings
from bot.tuning import Tuned
from bot.turns.alert_replies import AlertReplies
from bot.turns.alerting import Alerting
from bot.turns.coaching import EXAMPLE, Coaching
from bot.turns.complaining import COMPLAINT, Complaining
from bot.turns.deeds import Deed
from bot.turns.digesting import DIGEST, Digesting
from bot.turns.errands import Errands
from bot.turns.quieting import QUIET, Quieting
from bot.turns.repeating import Repeating
from bot.turns.scoring import Scoring
from bot.turns.switched import Switched, resting
from bot.turns.watching import Watching

CHURN, TIPS, DIGESTS = "churn_risk", "coach_tip", "digest"
"""The skills that do something of their own accord: none of it for a team that is not offered them."""


@dataclass(frozen=True)
class Base:
    """What of the house it stands on. off: which team is not offered what. called: what a skill is called. mails: whether mail leaves."""

    database: Database
    clock: Clock
    ids: Ids
    words: Words
    records: Records
    queries: SqliteQueries
    users: Users
    ledger: Ledger
    complaints: Complaints
    risks: SqliteRisks
    alerts: Alerts
    judge: ChildJudge
    interruptions: Interruptions
    schedules: RecordedSchedules
    calendar: WorkCalendar
    policy: Policy
    tuning: Tuned
    off: Callable[[], SkillRules]
    called: Callable[[str, Lang], str]
    errands: Errands
    repeating: Repeating
    mails: bool


@dataclass(frozen=True)
class Clockhouse:
    """What is done by the clock, each minute, and when somebody presses what came of it."""

    coaching: Coaching
    watching: Watching
    kinds: tuple[JobKind, ...]
    minutely: tuple[JobKind, ...]
    deeds: Mapping[str, Deed]


def clockhouse(base: Base) -> Clockhouse:
    """All of it."""
    users, errands, interruptions, words, clock = base.users, base.errands, base.interruptions, base.words, base.clock
    tuning, scope = base.tuning, base.policy.scope

    def alerted() -> AlertRules:
        return tuning.churn().alerts

    async def sees(user: User, record_id: RecordId) -> bool:
        return await base.records.record(record_id, scope=scope(speaker_of(user))) is not None

    digesting = Digesting(
        users, SqliteDigestWishes(base.database, clock), base.schedules, interruptions, errands, base.ledger, words, clock,
        lambda kind: tuning.digests().daily if kind is DigestKind.DAILY else tuning.digests().weekly, mails=base.mails,
    )  # fmt: skip
    coaching = Coaching(users, base.records, SqliteExamples(base.database, clock), errands, interruptions, words, clock)
    scoring = Scoring(base.risks, base.risks, base.alerts, base.judge, users, errands, clock, base.ids, tuning.churn)
    alerting = Alerting(base.alerts, users, errands, interruptions, base.calendar, clock, alerted, sees)
    replies = AlertReplies(base.alerts, base.records, users, scope, words, clock, base.calendar, alerted)
    watching = Watching(
        base.records, lambda whose: ScoredRecords(base.queries.within(whose), partial(base.risks.top, whose)), scope, users,
        SqliteRuleFirings(base.database, clock), errands, interruptions, words, clock, base.ids, base.calendar,
    )  # fmt: skip
    kinds = (
        resting(JobKind("churn.score", scoring.score), CHURN, base.off), resting(JobKind("coach.tip", coaching.tips), TIPS, base.off),
        *(resting(kind, DIGESTS, base.off) for kind in digesting.kinds()), base.repeating.kind(),
    )  # fmt: skip
    deeds: Mapping[str, Deed] = {
        ALERT: Switched(replies, CHURN, base.off, base.called), COMPLAINT: Complaining(base.complaints, errands, words), EXAMPLE: coaching,
        DIGEST: digesting, QUIET: Quieting(interruptions, words),
    }  # fmt: skip
    return Clockhouse(coaching, watching, kinds, (digesting.minutely(), alerting.minutely(), watching.minutely()), deeds)
