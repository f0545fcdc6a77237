"""Which parts a digest has, for whom and how often. Knows roles; works nothing out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.domain.digest import DigestKind
from bot.domain.people import Role
from skills.digest.accounts import accounts
from skills.digest.deals import gaps, slipping, stuck
from skills.digest.desk import Desk, Part, Whose
from skills.digest.own import drafts, replies, reviews, tasks
from skills.digest.pipeline import forecast, pipeline
from skills.digest.rooms import consents, marks, orders, signals, tickets
from skills.digest.team import adoption, interruptions

Builder: TypeAlias = Callable[[Desk], Awaitable[Part | None]]

WHOSE: Mapping[Role, Whose] = {Role.REP: Whose.OWN, Role.MANAGER: Whose.TEAM, Role.COACH: Whose.TEAM}
"""Whose deals and accounts a role's digest is about; all that they may see for the others."""
DAY: tuple[Builder, ...] = (tasks, replies, drafts, slipping, accounts)
LEAD_DAY: tuple[Builder, ...] = (reviews, accounts, tasks, slipping, drafts, replies)
WEEK: tuple[Builder, ...] = (pipeline, forecast, accounts, slipping, stuck, tasks, drafts, gaps)
LEAD_WEEK: tuple[Builder, ...] = (accounts, reviews, pipeline, forecast, slipping, stuck, gaps, adoption, interruptions)
REVIEWING: tuple[Builder, ...] = (reviews, tasks, drafts)
PLANS: Mapping[tuple[Role, DigestKind], tuple[Builder, ...]] = {
    (Role.REP, DigestKind.DAILY): DAY, (Role.REP, DigestKind.WEEKLY): WEEK,
    **{
        (role, kind): plan for role in (Role.MANAGER, Role.COACH, Role.ADMIN)
        for kind, plan in ((DigestKind.DAILY, LEAD_DAY), (DigestKind.WEEKLY, LEAD_WEEK))
    },
    **{(role, kind): REVIEWING for role in (Role.REVIEWER, Role.LEGAL) for kind in DigestKind},
    **{(Role.SERVICE, kind): (tickets, marks, *REVIEWING) for kind in DigestKind},
    **{(Role.MARKETING, kind): (signals, consents, *REVIEWING) for kind in DigestKind},
    **{(Role.DELIVERY, kind): (orders, *REVIEWING) for kind in DigestKind},
}  # fmt: skip


def plan_for(role: Role, kind: DigestKind) -> tuple[Builder, ...]:
    """The parts, in order."""
    return PLANS[role, kind]


def whose_of(role: Role) -> Whose:
    """Whose business it is about."""
    return WHOSE.get(role, Whose.ALL)
