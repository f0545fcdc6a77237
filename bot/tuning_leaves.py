"""How the rules that teach and weigh are shown to admins: their forms, and what a change would do. Knows no page; judges nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from bot.admin.asked_back import AskedBackEffect, Judges
from bot.admin.churn_effect import ChurnEffect, JudgesBy
from bot.admin.churn_sheet import ChurnSheet, Shipped
from bot.admin.clauses_effect import ClausesEffect, ComparesBy
from bot.admin.clauses_sheet import ClausesSheet
from bot.admin.examples import Taught
from bot.admin.examples_sheet import ExamplesSheet, called
from bot.admin.lately import AskedLately
from bot.admin.rules import Leaf
from bot.admin.schedule_effect import ComingEffect
from bot.admin.schedule_sheet import ScheduleSheet
from bot.admin.sheets import Entry, FlatSheet
from bot.clause_edits import merged
from bot.domain.approval import ReviewRules
from bot.domain.people import Role
from bot.domain.teaching import LEAST_SURE, MOST_SURE
from bot.judging import shipped_card
from bot.manifests import Manifest
from bot.ports import Clock, Users
from bot.ports.churn import AccountFiles, Alerts
from bot.ports.teaching import Classroom
from bot.tuning import Tuned
from bot.workdays import Calendars


@dataclass(frozen=True)
class Weighed:
    """What of the house changes are held against.

    library: the clause files as they ship. review: its working days. zone: of a home without users.
    """

    tuned: Tuned
    chooser: Judges
    taught: Taught
    classroom: Classroom
    judge: JudgesBy
    compares: ComparesBy
    library: Mapping[str, str]
    accounts: AccountFiles
    alerts: Alerts
    review: Callable[[], ReviewRules]
    zone: str


def tuning_leaves(
    weighed: Weighed, manifests: Sequence[Manifest], lately: AskedLately, users: Users, clock: Clock
) -> Mapping[str, Leaf]:
    """By set."""

    def calendar(countries: Mapping[str, str]) -> Callable[[str], Callable[[date], bool]]:
        calendars = Calendars(weighed.review(), countries)
        return lambda team: calendars.of(team).is_workday

    return {
        "examples": Leaf(ExamplesSheet(manifests)),
        "choosing": Leaf(
            FlatSheet("choosing", (
                Entry("choosing.sure", "number", LEAST_SURE, MOST_SURE, 0.05), Entry("choosing.offered", "number", 0, MOST_SURE, 0.01),
            ), "choosing"),
            AskedBackEffect(lately, weighed.chooser, partial(called, manifests)),
        ),
        "clauses": Leaf(ClausesSheet(lambda: weighed.library), ClausesEffect(weighed.compares, partial(merged, weighed.library))),
        "churn": Leaf(
            ChurnSheet(cache(lambda: Shipped(*shipped_card()))),
            ChurnEffect(weighed.accounts, weighed.judge, weighed.alerts, clock, weighed.zone),
        ),
        "digests": Leaf(FlatSheet("digests", tuple(Entry(f"digests.{name}", "many", choices=tuple(Role)) for name in ("daily", "weekly")))),
        "schedule": Leaf(ScheduleSheet(), ComingEffect(users, clock, calendar, weighed.zone)),
    }  # fmt: skip
