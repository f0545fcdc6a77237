"""The sets of rules that teach and weigh: what the chooser is taught, when it asks, who may leave, what the clock does. Knows no page."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot import tables
from bot.clause_edits import LiveTexts, clause_set
from bot.config import Config
from bot.domain.alert import ChurnRules
from bot.domain.firing import ScheduleRules
from bot.domain.targets import DigestRules
from bot.domain.teaching import LONGEST, MOST, MOST_OF_ONE, ChoosingRules, Sayings, fault, same, tidy
from bot.errors import BadConfig
from bot.judging import check_card
from bot.rule_sets import section_set
from bot.rulebook import RuleSet, Sets
from bot.table_text import toml_of
from bot.workdays import Calendars

EXAMPLES = "examples"


@dataclass(frozen=True)
class Tuned:
    """These rules as they are when asked. clauses: the files of the clause library, as they are when looked at."""

    examples: Callable[[], Sayings]
    choosing: Callable[[], ChoosingRules]
    clauses: Mapping[str, str]
    churn: Callable[[], ChurnRules]
    digests: Callable[[], DigestRules]
    schedule: Callable[[], ScheduleRules]


def tuned(book: Sets, config: Config, clauses: Mapping[str, str], *, serving: bool) -> Tuned:
    """Have `book` hold them.  Raises: BadConfig.

    clauses: the files of the clause library. serving: hold all against what else it must fit, too; a single command need not import that,
    for who published it did.
    """
    card, countries = (_card, _countries) if serving else (None, None)
    if serving:
        _card(config, "config.toml")
    return Tuned(
        book.hold(examples_set()),
        book.hold(section_set("choosing", config, "choosing", lambda told: told.choosing)),
        LiveTexts(clauses, book.hold(clause_set(clauses, serving=serving))),
        book.hold(section_set("churn", config, "churn", lambda told: told.churn, check=card)),
        book.hold(section_set("digests", config, "digests", lambda told: told.digests)),
        book.hold(section_set("schedule", config, "schedule", lambda told: told.schedule, check=countries)),
    )


def examples_set() -> RuleSet[Sayings]:
    """Sentences that a house teaches the chooser, by intent, beside those that ship. What it says of skills that are gone is kept."""
    file = f"rules/{EXAMPLES}"

    def read(text: str) -> Sayings:
        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            raise BadConfig("config_unreadable", file=file, why=str(err)) from err
        if unknown := sorted(set(told) - {EXAMPLES}):
            raise BadConfig("config_unknown_key", file=file, key=unknown[0], known=EXAMPLES)
        said: Sayings = tables.read(Mapping[str, tuple[str, ...]], told.get(EXAMPLES, {}), EXAMPLES, file)
        for key, facts in _faults(said):
            raise BadConfig(key, **facts)
        return {intent: tuple(map(tidy, texts)) for intent, texts in said.items() if texts}

    def write(value: Sayings) -> str:
        return toml_of({EXAMPLES: {intent: list(texts) for intent, texts in value.items()}}) if value else ""

    return RuleSet(EXAMPLES, {}, read, write)


def _faults(said: Sayings) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What cannot be taught, or would teach two things at once: the key of its sentence, and what that names."""
    seen: dict[str, str] = {}
    if sum(map(len, said.values())) > MOST:
        yield "examples_many", {"key": EXAMPLES, "most": MOST}
    for intent, texts in said.items():
        if len(texts) > MOST_OF_ONE:
            yield "examples_many", {"key": f"{EXAMPLES}.{intent}", "most": MOST_OF_ONE}
        for number, text in enumerate(texts, 1):
            place = {"key": f"{EXAMPLES}.{intent}[{number}]", "text": text[:LONGEST]}
            if wrong := fault(tidy(text)):
                yield wrong, {**place, "most": LONGEST}
            if same(text) in seen:
                yield "example_twice", {**place, "other": seen[same(text)]}
            seen[same(text)] = intent


def _card(config: Config, file: str) -> None:
    check_card(config.churn, file)


def _countries(config: Config, file: str) -> None:  # noqa: ARG001 - the calendars name the key by themselves
    """Raises: BadConfig where nobody knows the days of a team's country."""
    for team in config.schedule.countries:
        Calendars(config.review, config.schedule.countries).of(team)
