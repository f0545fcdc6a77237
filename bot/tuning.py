"""The sets of rules that teach and weigh: what the chooser is taught, when it asks, who may leave, what the clock does. Knows no page."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Config
from bot.domain.alert import ChurnRules
from bot.domain.firing import ScheduleRules
from bot.domain.targets import DigestRules
from bot.domain.teaching import ChoosingRules
from bot.judging import check_card
from bot.rule_sets import section_set
from bot.rulebook import Rulebook
from bot.workdays import Calendars


@dataclass(frozen=True)
class Tuned:
    """These rules as they are when asked."""

    choosing: Callable[[], ChoosingRules]
    churn: Callable[[], ChurnRules]
    digests: Callable[[], DigestRules]
    schedule: Callable[[], ScheduleRules]


def tuned(book: Rulebook, config: Config, *, serving: bool) -> Tuned:
    """Have `book` hold them.  Raises: BadConfig.

    serving: hold them against what else they must fit, too; a single command need not import that, for who published them did.
    """
    card, countries = (_card, _countries) if serving else (None, None)
    return Tuned(
        book.hold(section_set("choosing", config, "choosing", lambda told: told.choosing)),
        book.hold(section_set("churn", config, "churn", lambda told: told.churn, check=card)),
        book.hold(section_set("digests", config, "digests", lambda told: told.digests)),
        book.hold(section_set("schedule", config, "schedule", lambda told: told.schedule, check=countries)),
    )


def _card(config: Config, file: str) -> None:
    check_card(config.churn, file)


def _countries(config: Config, file: str) -> None:  # noqa: ARG001 - the calendars name the key by themselves
    """Raises: BadConfig where nobody knows the days of a team's country."""
    for team in config.schedule.countries:
        Calendars(config.review, config.schedule.countries).of(team)
