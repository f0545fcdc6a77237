"""Alerts about accounts that may leave: when one is given, to whom, when again, and what an answer to it means. Knows no store, no chat."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.risk import Band, RiskReason, RiskScore

KIND = "alert"
"""What the action of a button about an alert begins with."""
INTENT = "churn_alert"
"""The errand by which one is told."""
ACTION = re.compile(rf"{KIND}:(?P<id>[\w-]{{1,64}}):(?P<answer>[a-z]+)")
TOLD_REASONS = 3
TAUGHT = timedelta(days=365)
"""How far back answers to alerts teach what reasons weigh."""
LOWEST_FACTOR, ENOUGH, HALF = 0.5, 8, 0.5


class AlertState(StrEnum):
    """OPEN: told or to be told, untouched. TAKEN: somebody is on it. QUIET: said to be no risk. CLOSED: the account is no risk any more."""

    OPEN = "open"
    TAKEN = "taken"
    QUIET = "quiet"
    CLOSED = "closed"


class Reply(StrEnum):
    """What a person presses. NOT: it is no risk, for a reason still to be said: one of the three after it."""

    TAKE = "take"
    NOT = "not"
    SEASONAL = "seasonal"
    SETTLED = "settled"
    WRONG = "wrong"
    LATER = "later"


WHY_NOT = (Reply.SEASONAL, Reply.SETTLED, Reply.WRONG)


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What a house may tune.

    worse_by: so much more chance is worse. drops_by: or so much less usage. jumps_by: a chance that rose so much within a month is told
    though its band is not high. untouched_hours: working hours after which the next person is told. at_once: alerts that one person gets
    as a card in one go; others are one line. storm_share, storm_least: this part of all accounts at once, and at least so many, is no news
    about accounts but about data. follow_up_days: working days after which somebody who is on it is asked. learns: whether answers change
    what reasons weigh.
    """

    worse_by: float = 0.1
    drops_by: float = 0.1
    jumps_by: float = 0.35
    untouched_hours: float = 8
    at_once: int = 3
    storm_share: float = 0.5
    storm_least: int = 6
    follow_up_days: int = 2
    learns: bool = True


@dataclass(frozen=True, slots=True)
class OutcomeRules:
    """How many outcomes are enough for a model of the house's own. least_left: accounts that left; least_accounts: all of them."""

    least_left: int = 50
    least_accounts: int = 200


@dataclass(frozen=True, slots=True)
class ChurnRules:
    """What a house may tune about accounts that may leave.

    scorecard: cuts and base of the scorecard, by name; weights: what single reasons weigh there, by code: both win over what is shipped
    and over what answers taught. They are held against the scorecard where it is read.
    """

    alerts: AlertRules = field(default_factory=AlertRules)
    scorecard: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    model: OutcomeRules = field(default_factory=OutcomeRules)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. chance, active, reasons: as last told. told: to whom, in order, with when. task_id: of the follow-up, should it be taken.

    round: how often it began anew because the account got worse; `told` is of this round. due_date: the day to which it was put off.
    reply, by: the last answer and whose it was. name: the account's; owner, team: whose it is.
    """

    id: str
    account_id: RecordId
    state: AlertState
    opened_at: datetime
    chance: float
    active: float | None
    reasons: tuple[RiskReason, ...]
    task_id: RecordId
    round: int = 0
    told: tuple[tuple[UserId, datetime], ...] = ()
    due_date: date | None = None
    reply: Reply | None = None
    by: UserId | None = None
    name: str = ""
    owner: UserId | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a house's answers make of a reason. told: alerts that gave it; none: of these, said to be no risk. factor: its weight's."""

    told: int
    none: int
    factor: float


def action_of(alert_id: str, reply: Reply) -> str:
    """What a button about an alert carries."""
    return f"{KIND}:{alert_id}:{reply}"


def reply_in(action: str) -> tuple[str, Reply] | None:
    """The alert and the answer of a button; None where it is none."""
    found = ACTION.fullmatch(action)
    return (found["id"], Reply(found["answer"])) if found and found["answer"] in set(Reply) else None


def calls_for_one(score: RiskScore, before: RiskScore | None, rules: AlertRules) -> bool:
    """Whether `score` is to be told, were nothing ever told of the account. before: the score a month ago, None where there is none."""
    if score.band is Band.HIGH:
        return True
    return before is not None and score.band is not Band.LOW and score.chance - before.chance >= rules.jumps_by


def is_worse(alert: Alert, score: RiskScore, rules: AlertRules) -> bool:
    """Whether an account got worse since `alert` was last told, so that it may be told again.

    Who said that it is the season is told again only when usage falls further than a season would explain.
    """
    fell = alert.active is not None and score.active is not None and score.active <= (1 - rules.drops_by) * alert.active
    if alert.reply is Reply.SEASONAL and alert.state is AlertState.QUIET:
        return fell and score.active != alert.active
    known = {one.code for one in alert.reasons}
    news = alert.state is AlertState.QUIET and any(one.code not in known for one in score.reasons[:TOLD_REASONS])
    return score.chance >= alert.chance + rules.worse_by or (fell and score.active != alert.active) or news


def chain(owner: UserId | None, team: str, people: Sequence[User]) -> tuple[User, ...]:
    """Who is told, one after another while nobody answers: the owner, the team's managers, admins."""
    by_name = sorted(people, key=lambda one: (one.name, one.id))
    mine = [one for one in by_name if one.id == owner]
    of = team or (mine[0].team if mine else "")
    managers = [one for one in by_name if one.role is Role.MANAGER and one.team == of]
    admins = [one for one in by_name if one.role is Role.ADMIN]
    return tuple({one.id: one for one in (*mine, *managers, *admins)}.values())


def is_storm(called: int, scored: int, rules: AlertRules) -> bool:
    """Whether so many of all accounts at once say more about the data than about the accounts."""
    return called >= max(rules.storm_least, rules.storm_share * scored)


def learned(answers: Iterable[tuple[Sequence[str], Reply | None]]) -> Mapping[str, Learned]:
    """What each reason weighs after what was answered to alerts: the codes that one gave, and the answer, None for those untouched.

    A reason that was mostly said to be none, in at least `ENOUGH` alerts, weighs less: by what is more than half of them, to no less than
    `LOWEST_FACTOR`. Wrong data say nothing of a reason; an alert that somebody took, or left, speaks for it.
    """
    told, none = Counter[str](), Counter[str]()
    for codes, reply in answers:
        if reply is Reply.WRONG:
            continue
        told.update(set(codes))
        none.update(set(codes) if reply in {Reply.SEASONAL, Reply.SETTLED} else ())
    shares = {code: none[code] / told[code] for code in told if told[code] >= ENOUGH and none[code] / told[code] > HALF}
    return {code: Learned(told[code], none[code], max(LOWEST_FACTOR, 1 - (share - HALF))) for code, share in shares.items()}
