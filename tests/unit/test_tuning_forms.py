"""Forms of what weighs and of times: opened and handed in again they change nothing; what is typed goes to the reader, wrong or right."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.admin.churn_effect import ChurnEffect
from bot.admin.churn_sheet import ChurnSheet, Shipped
from bot.admin.schedule_effect import ComingEffect
from bot.admin.schedule_sheet import ScheduleSheet
from bot.admin.sheets import Sheet
from bot.config import Config, load
from bot.domain.alert import ChurnRules
from bot.domain.firing import Days, JobRule, ScheduleRules
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.risk import Band, RiskScore
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.judging import shipped_card
from bot.ports.churn import AccountFile
from bot.rulebook import Rulebook, RuleSet
from bot.store.editions import RULES, SqliteEditions
from bot.table_text import toml_of
from bot.tuning import examples_set, tuned
from tests.fakes.senses import SetClock

CLAUSES = {file.name: file.read_text(encoding="utf-8") for file in (Path(__file__).parents[2] / "knowledge" / "clauses").glob("*.toml")}
CONFIG: Config = load(Path(__file__).parents[2] / "config.toml", {})
BOOK = Rulebook(SqliteEditions(None, None, None, RULES))  # type: ignore[arg-type] # nothing is asked of the store here
tuned(BOOK, CONFIG, CLAUSES, serving=True)
SHEETS: Mapping[str, Sheet] = {"churn": ChurnSheet(cache(lambda: Shipped(*shipped_card()))), "schedule": ScheduleSheet()}
CHURN, SCHEDULE = (BOOK.sets[name] for name in ("churn", "schedule"))
LATE = "churn.weights.late_payment"


def typed(name: str, changes: Mapping[str, str], now: object = None) -> Any:  # noqa: ANN401 - of either set
    """What a form says that was opened on `now`, or on what ships, with some inputs changed, as its reader takes it."""
    rules, sheet = BOOK.sets[name], SHEETS[name]
    value = now or rules.value
    return rules.read(toml_of(sheet.raw({**sheet.fields(value), **changes}, value)))


@pytest.mark.parametrize("name", SHEETS)
def test_a_form_that_nobody_touched_changes_nothing(name: str) -> None:
    """To the letter; what stands as it ships is not written down, so that it follows an upgrade."""
    assert BOOK.sets[name].shipped == BOOK.sets[name].write(typed(name, {}))


def test_only_what_differs_from_the_card_is_kept() -> None:
    """A weight that is typed as it ships is none of the house's own, nor one that is put back."""
    heavier = typed("churn", {LATE: "1.5", "churn.scorecard.high": "0.7"})
    back = typed("churn", {LATE: "1"}, heavier)

    assert ({"late_payment": 1.5}, {"high": 0.7}) == (dict(heavier.weights), dict(heavier.scorecard))
    assert ({}, {"high": 0.7}) == (dict(back.weights), dict(back.scorecard))


@pytest.mark.parametrize(
    "name, changes, key",
    [
        ("churn", {LATE: "-1"}, LATE), ("churn", {LATE: "heavy"}, LATE), ("churn", {"churn.scorecard.high": "1.2"}, "churn.scorecard.high"),
        ("churn", {"churn.scorecard.medium": "0.9"}, "churn.scorecard.medium"),
        ("churn", {"churn.alerts.at_once": "many"}, "churn.alerts.at_once"),
        ("schedule", {"schedule.jobs.2.at": "25:00"}, "schedule.jobs[2].cron"),
        ("schedule", {"schedule.jobs.1.at": ""}, "schedule.jobs[1].cron"),
        ("schedule", {"schedule.jobs.1.days": "cron", "schedule.jobs.1.cron": "often"}, "schedule.jobs[1].cron"),
        ("schedule", {"schedule.quiet": "late"}, "schedule.quiet"), ("schedule", {"schedule.most_a_day": "-1"}, "schedule.most_a_day"),
        ("schedule", {"schedule.countries": "berlin"}, "schedule.countries.berlin"),
        ("schedule", {"schedule.countries": "berlin=ZZ"}, "schedule.countries.berlin"),
        ("schedule", {"schedule.jobs.2.name": "churn.score"}, "schedule.jobs[2].teams"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_its_place(name: str, changes: Mapping[str, str], key: str) -> None:
    """As the reader of the config names it, so that the sentence stands beside the input."""
    with pytest.raises(BadConfig) as wrong:
        typed(name, changes)

    assert key == wrong.value.facts["key"]


def test_rows_of_times_become_cron_lines() -> None:
    """An hour and days; a line of one's own; a row without a kind is taken out, the free one below is added."""
    rules: ScheduleRules = typed(
        "schedule",
        {
            "schedule.jobs.1.name": "", "schedule.jobs.2.at": "09:05", "schedule.jobs.2.days": "3", "schedule.jobs.2.on": "all",
            "schedule.jobs.3.days": "cron", "schedule.jobs.3.cron": "0 9 1,15 * *", "schedule.jobs.3.teams": "east、west",
            "schedule.jobs.5.name": "churn.score", "schedule.jobs.5.at": "06:30", "schedule.jobs.5.days": "each",
            "schedule.jobs.5.on": "workdays",
            "schedule.countries": "berlin=DE-BE, ny=US", "schedule.quiet": "",
        },
    )  # fmt: skip

    assert (
        JobRule("digest.daily", "5 9 * * 3", Days.ALL), JobRule("digest.weekly", "0 9 1,15 * *", Days.WORKDAYS, ("east", "west")),
        JobRule("coach.tip", "15 8 * * *"), JobRule("churn.score", "30 6 * * *"),
    ) == rules.jobs  # fmt: skip
    assert ({"berlin": "DE-BE", "ny": "US"}, "") == (dict(rules.countries), rules.quiet)


def test_rows_say_in_words_what_they_mean_and_keep_what_was_typed() -> None:
    """A row that is none has no words; its place among those that count is told, for a fault is named by it."""
    sheet = ScheduleSheet()
    fields = {**sheet.fields(SCHEDULE.value), "schedule.jobs.1.name": "", "schedule.jobs.2.at": "25:00"}
    rows = sheet.told(fields, Lang.EN)["rows"]

    assert [(0, ""), (1, ""), (2, "Mondays at 08:30 (later that week if off)"), (3, "weekdays at 08:15"), (0, "")] == [
        (row["place"], row["words"]) for row in rows
    ]
    assert "25:00" == rows[1]["at"]


@pytest.mark.parametrize("line", ["0 9 1,15 * *", "*/30 9-18 * * *", "0 9,17 * * *", "30 8 * * 1,4", "0 9 1 3 *"])
def test_a_line_that_no_row_says_is_kept_as_it_is(line: str) -> None:
    """More hours, days of the month, several weekdays."""
    rules = ScheduleRules(jobs=(JobRule("digest.daily", line),))

    assert rules.jobs == typed("schedule", {}, rules).jobs


async def test_effect_of_times_tells_the_next_three_in_each_zone() -> None:
    """Teams of one time together, in words; rows that are new and rows that are gone are told apart."""
    homes = (("east", "Asia/Shanghai"), ("ny", "America/New_York"))
    people = [User(UserId(name), name, f"{name}@x.io", Role.REP, name, zone) for name, zone in homes]
    then = ScheduleRules(jobs=(*ScheduleRules().jobs[1:], JobRule("churn.score", "0 6 * * *", Days.ALL, ("ny", "moon"))))

    class Here:
        async def everyone(self) -> Sequence[User]:
            return people

    works: Any = lambda _: lambda _team: lambda day: day.isoweekday() <= 5  # noqa: E731 - Monday to Friday
    effect = ComingEffect(Here(), SetClock(), works, "Asia/Shanghai")  # type: ignore[arg-type] # the one verb that is asked
    told = await effect(ScheduleRules(), then, Lang.EN)

    assert [("digest.daily", False), ("digest.weekly", False), ("coach.tip", False), ("churn.score", True)] == [
        (row["kind"], row["is_new"]) for row in told["rows"]
    ]
    [line] = told["rows"][3]["lines"]
    assert (["ny"], "America/New_York", ["06:00"] * 3) == (line["teams"], line["zone"], [one[-5:] for one in line["moments"]])
    assert ([("churn.score", "weekdays at 07:00")], ["moon"]) == ([(one["kind"], one["when"]) for one in told["gone"]], told["unknown"])


class Judge:
    """Judges by the cut of `high` alone: what is told of each account is its chance."""

    async def judge_by(
        self, rules: ChurnRules, files: Sequence[AccountFile], as_of: date, _zone: str, _factors: Mapping[str, float]
    ) -> Sequence[RiskScore]:
        """A score for each file."""
        high = rules.scorecard.get("high", 0.68)
        bands = [Band.HIGH if float(one.told) >= high else Band.LOW for one in files]
        both = zip(files, bands, strict=True)
        return [RiskScore(one.account_id, as_of, float(one.told), band, (), "scorecard", None, one.name) for one, band in both]


class Files:
    """Accounts, a page at a time."""

    def __init__(self, chances: Sequence[float]) -> None:
        told = enumerate(chances)
        self.files = [AccountFile(RecordId(f"{number:03}"), f"Firm {number}", None, "", str(chance)) for number, chance in told]

    async def page(self, _scope: object, *, team: str = "", after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """Those after one."""
        return [one for one in self.files if one.account_id > after and not team][:limit]

    async def count(self, _scope: object) -> int:
        """All."""
        return len(self.files)

    async def answers(self, _since: object) -> Sequence[object]:
        """Nobody answered anything."""
        return ()


def churn_effect(files: Files, *ticks: float) -> ChurnEffect:
    """Over these accounts, on a clock that shows these seconds."""
    shown = iter(ticks or [0.0] * 100)
    return ChurnEffect(files, Judge(), files, SetClock(), "UTC", lambda: next(shown))  # type: ignore[arg-type] # the verbs that are asked


async def test_effect_of_weights_tells_whose_band_changes() -> None:
    """Both bars, and the accounts by name, the likeliest to leave first."""
    told = await churn_effect(Files([0.9, 0.5, 0.6, 0.1]))(ChurnRules(), ChurnRules(scorecard={"high": 0.45}), Lang.EN)

    assert (4, 4, 2) == (told["judged"], told["of"], told["moved_count"])
    assert [("Firm 2", "low", "high"), ("Firm 1", "low", "high")] == [(one["name"], one["before"], one["after"]) for one in told["moved"]]
    assert [[1, 0, 3], [3, 0, 1]] == [[part["count"] for part in bar] for bar in told["bars"]]
    assert [100.0, 100.0] == [round(sum(part["wide"] for part in bar), 1) for bar in told["bars"]]


async def test_effect_of_weights_stops_in_time_and_says_how_far_it_came() -> None:
    """A page waits only so long; an empty house has nothing to judge."""
    late = await churn_effect(Files([0.9] * 120), 0.0, 1.0, 60.0)(ChurnRules(), ChurnRules(), Lang.EN)
    empty = await churn_effect(Files([]))(ChurnRules(), ChurnRules(), Lang.EN)

    assert (50, 120) == (late["judged"], late["of"])
    assert (0, 0, []) == (empty["judged"], empty["of"], empty["moved"])


EXAMPLES: RuleSet[Any] = examples_set()


MANY = '","'.join(f"where is box {chr(97 + one // 26)}{chr(97 + one % 26)}" for one in range(101))


@pytest.mark.parametrize(
    "text, key",
    [
        ('[examples]\nship = ["货\\u202e到了吗"]', "example_signs"), ('[examples]\nship = ["?"]', "example_short"),
        (f'[examples]\nship = ["{"长" * 201}"]', "example_long"), (f'[examples]\nship = ["{MANY}"]', "examples_many"),
        ('[examples]\nship = ["where is it"]\ncount = ["Where is it?"]', "example_twice"),
        ('[other]\nship = ["a b"]', "config_unknown_key"), ('[examples]\nship = "one"', "config_bad_value"),
        ("[examples", "config_unreadable"),
    ],
)
def test_what_cannot_be_taught_is_refused_as_text_too(text: str, key: str) -> None:
    """Whoever edits the whole as text meets the same bounds."""
    with pytest.raises(BadConfig) as wrong:
        EXAMPLES.read(text)

    assert key == wrong.value.key


def test_what_is_taught_reads_back_as_it_was_written() -> None:
    """Nothing taught is no text; an intent without sentences is none."""
    said = EXAMPLES.read('[examples]\nship = ["柜子  到哪了 \\"急\\"", "any news of the box"]\ncount = []')

    assert {"ship": ('柜子 到哪了 "急"', "any news of the box")} == said
    assert (said, "") == (EXAMPLES.read(EXAMPLES.write(said)), EXAMPLES.write({}))


@pytest.mark.parametrize(
    "text, key", [("sure = 0.2", "choosing.sure"), ("sure = 0.99", "choosing.sure"), ("offered = 0.9", "choosing.offered")]
)
def test_thresholds_have_bounds(text: str, key: str) -> None:
    """Below, nobody would be asked; above, everybody always."""
    with pytest.raises(BadConfig) as wrong:
        BOOK.sets["choosing"].read(f"[choosing]\n{text}")

    assert key == wrong.value.facts["key"]
