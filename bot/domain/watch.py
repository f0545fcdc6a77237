"""A rule as a value: which signal, from when on it counts, of which accounts, and what is done then. Knows no record and no sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.ids import RecordId
from bot.domain.query import ME, Filter, Op
from bot.domain.schema import Label

RULE = "rule"
FORMER = "former"
"""Accounts that have left are watched by no rule."""


class Sort(StrEnum):
    """How a signal comes about.

    EVENT: a figure of one record (an answer, a month). CHANGE: that figure against an earlier one of the same account. SINCE: days since
    a moment that may end (a ticket is closed). UNTIL: days to a day ahead. COUNT: how many are open at once. FIELD: what stands there now.
    """

    EVENT = "event"
    CHANGE = "change"
    SINCE = "since"
    UNTIL = "until"
    COUNT = "count"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that can be watched.

    entity: the records that tell it. value: their field with the figure, "" where days are counted. day: their field with the day. ends:
    the field that ends a SINCE or COUNT. unit: behind a figure. months_back: against which month a CHANGE is told, 0: the one before.
    falls: whether fewer is worse, so that a bare threshold means "below".
    """

    name: str
    sort: Sort
    entity: str
    value: str
    day: str
    unit: Label = field(default_factory=lambda: Label("", ""))
    ends: str = ""
    months_back: int = 0
    falls: bool = False


POINTS, PERCENT, DAYS_, NONE = Label("分", " points"), Label("%", " %"), Label("天", " days"), Label("", "")
PEOPLE, TIMES, PIECES = Label("人", ""), Label("次", ""), Label("张", "")
SIGNALS: Mapping[str, Signal] = {one.name: one for one in (
    Signal("nps_score", Sort.EVENT, "nps", "score", "answered_date", POINTS, falls=True),
    Signal("nps_change", Sort.CHANGE, "nps", "score", "answered_date", POINTS, falls=True),
    Signal("account_nps", Sort.FIELD, "account", "nps", "", NONE, falls=True),
    Signal("usage_change", Sort.CHANGE, "usage", "active_users", "month", PERCENT, months_back=1, falls=True),
    Signal("usage_season", Sort.CHANGE, "usage", "active_users", "month", PERCENT, months_back=12, falls=True),
    Signal("active_users", Sort.EVENT, "usage", "active_users", "month", PEOPLE, falls=True),
    Signal("logins", Sort.EVENT, "usage", "logins", "month", TIMES, falls=True),
    Signal("ticket_severity", Sort.EVENT, "ticket", "severity", "opened_at", NONE, falls=True),
    Signal("open_tickets", Sort.COUNT, "ticket", "", "opened_at", PIECES, ends="closed_at"),
    Signal("ticket_age", Sort.SINCE, "ticket", "", "opened_at", DAYS_, ends="closed_at"),
    Signal("overdue_days", Sort.SINCE, "invoice", "", "due_date", DAYS_, ends="paid_date"),
    Signal("renewal_days", Sort.UNTIL, "account", "", "renewal_date", DAYS_, falls=True),
    Signal("notice_days", Sort.UNTIL, "contract", "", "notice_date", DAYS_, falls=True),
    Signal("silence_days", Sort.SINCE, "touchpoint", "", "happened_at", DAYS_),
    Signal("churn_chance", Sort.FIELD, "churn", "chance", "", PERCENT),
    Signal("pays_late_days", Sort.FIELD, "account", "pays_late_days", "", DAYS_),
    Signal("arr", Sort.FIELD, "account", "arr", "", NONE, falls=True),
    Signal("employees", Sort.FIELD, "account", "employees", "", PEOPLE, falls=True),
    Signal("purchasing_budget", Sort.FIELD, "account", "purchasing_budget", "", NONE, falls=True),
)}  # fmt: skip
"""By name, which is a value of `rule.signal`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What one rule says. Fields as of entity `rule`; "" and False where it says nothing. owner: whose accounts `only_mine` means."""

    signal: str
    comparison: str
    threshold: float
    account: str = ""
    account_name: str = ""
    tier: str = ""
    region: str = ""
    industry: str = ""
    leaves_out: str = ""
    except_account: str = ""
    except_account_name: str = ""
    only_mine: bool = False
    owner: str = ""
    tells_maker: bool = False
    tells_owner: bool = False
    assigns_to: str = ""
    assigns_team: str = ""
    tells_group: bool = False
    opens_task: bool = False

    @property
    def of(self) -> Signal:
        """What it watches."""
        return SIGNALS[self.signal]

    @property
    def is_for_others(self) -> bool:
        """Whether somebody else than who made it hears of it, or gets work by it."""
        return self.tells_owner or self.tells_group or self.opens_task or bool(self.assigns_to or self.assigns_team)

    def holds(self, value: float) -> bool:
        """Whether a figure is one that the rule is about."""
        match self.comparison:
            case "below":
                return value < self.threshold
            case "at_most":
                return value <= self.threshold
            case "above":
                return value > self.threshold
            case "drops":
                return value <= -self.threshold
            case _:  # at least, rises by
                return value >= self.threshold

    @property
    def days(self) -> int:
        """The days after, or before, which a rule about days counts: "more than 7" counts from the eighth on."""
        return int(self.threshold) + (self.comparison == "above") - (self.comparison == "below")

    def filters(self) -> tuple[Filter, ...]:
        """Which records it is about, as conditions of a query to the entity of its signal."""
        to = "" if self.of.entity == "account" else "account."
        named = {"tier": self.tier, "region": self.region, "industry": self.industry}
        found = [Filter(f"{to}{name}", Op.EQ, value) for name, value in named.items() if value]
        if self.account:
            found.append(Filter("account" if to else "name", Op.EQ, self.account if to else self.account_name))
        if self.except_account:
            found.append(Filter("account" if to else "name", Op.NEQ, self.except_account if to else self.except_account_name))
        if self.only_mine:
            found.append(Filter(f"{to}owner", Op.EQ, self.owner or ME))
        found += [Filter(f"{to}status", Op.NEQ, one) for one in dict.fromkeys((FORMER, self.leaves_out)) if one]
        return tuple(found)

    def fields(self) -> dict[str, object]:
        """What a record of the rule holds; what it says nothing about is left out."""
        told: dict[str, object] = {"signal": self.signal, "comparison": self.comparison, "threshold": plain(self.threshold)}
        if self.account:
            told |= {"account": self.account, "account_name": self.account_name}
        if self.except_account:
            told |= {"except_account": self.except_account, "except_account_name": self.except_account_name}
        names = (
            "tier", "region", "industry", "leaves_out", "only_mine", "tells_maker", "tells_owner", "assigns_to", "assigns_team",
            "tells_group", "opens_task",
        )  # fmt: skip
        return {**told, **{name: value for name in names if (value := getattr(self, name))}}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is kept. state: of `rule.state`. until: to which day it rests, None where no day was said."""

    id: RecordId
    name: str
    owner: str
    owner_name: str
    state: str
    watch: Watch
    until: date | None = None

    def is_on(self, today: date) -> bool:
        """Whether it counts today; one that rests to a day goes on by itself after it."""
        return self.state == "active" or (self.state == "paused" and self.until is not None and self.until < today)


def rule_of(rule_id: RecordId, fields: Mapping[str, object]) -> Rule | None:
    """The rule of a record; None for one that says nothing that can be watched."""
    watch = watch_of(fields)
    if watch is None:
        return None
    until = str(fields.get("until_date") or "")
    return Rule(
        rule_id, _text(fields, "name"), _text(fields, "owner"), _text(fields, "owner_name"), _text(fields, "state") or "active", watch,
        date.fromisoformat(until) if until else None,
    )  # fmt: skip


def watch_of(fields: Mapping[str, object]) -> Watch | None:
    """What a record of a rule, or a draft of one, says; None where signal, condition or threshold is missing."""
    threshold = fields.get("threshold")
    if fields.get("signal") not in SIGNALS or not fields.get("comparison") or isinstance(threshold, bool):
        return None
    if not isinstance(threshold, int | float):
        return None
    return Watch(
        _text(fields, "signal"), _text(fields, "comparison"), float(threshold), _text(fields, "account"), _text(fields, "account_name"),
        _text(fields, "tier"), _text(fields, "region"), _text(fields, "industry"), _text(fields, "leaves_out"),
        _text(fields, "except_account"), _text(fields, "except_account_name"), only_mine=fields.get("only_mine") is True,
        owner=_text(fields, "owner"), tells_maker=fields.get("tells_maker") is True, tells_owner=fields.get("tells_owner") is True,
        assigns_to=_text(fields, "assigns_to"), assigns_team=_text(fields, "assigns_team"),
        tells_group=fields.get("tells_group") is True, opens_task=fields.get("opens_task") is True,
    )


def plain(value: float) -> int | float:
    """A whole number as one."""
    return int(value) if float(value).is_integer() else value


def _text(fields: Mapping[str, object], name: str) -> str:
    return str(fields.get(name) or "")
