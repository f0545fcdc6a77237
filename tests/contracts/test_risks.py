"""Scores, files of accounts and alerts in the store: what moves, what a scope reaches, what goes with an account; the judge's process."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.alert import Alert, AlertState, ChurnRules, Reply
from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import Cause
from bot.domain.risk import Band, RiskReason, RiskScore
from bot.domain.scope import Scope
from bot.errors import BadConfig
from bot.judging import ChildJudge, check_card
from bot.senses import TimeIds
from bot.store.alerts import SqliteAlerts
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.risks import SqliteRisks
from bot.store.users import SqliteUsers
from tests.fakes.judging import JudgeHere
from tests.fakes.senses import SetClock

NOW = datetime(2026, 7, 14, 1, tzinfo=UTC)
DAY = date(2026, 7, 14)
ZONE = "Asia/Shanghai"
EVERYTHING = Scope(UserId(""), "", ZONE)
SYSTEM = Cause("system")
LIN = User(UserId("lin"), "林晓", "lin@example.com", Role.REP, "east", ZONE)
OWEN = User(UserId("owen"), "Owen", "owen@example.com", Role.REP, "west", ZONE)


@dataclass
class Shelf:
    """A store with two reps of two teams, and a customer each."""

    database: Database
    risks: SqliteRisks
    alerts: SqliteAlerts
    records: SqliteRecords
    ours: RecordId
    theirs: RecordId

    def scope(self, user: User, role: Role | None = None) -> Scope:
        """What somebody may see."""
        return Permissions().scope(Speaker(user.id, user.name, role or user.role, user.team, ZONE))


@pytest_asyncio.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """Opened and closed."""
    clock, ids, database = SetClock(NOW), TimeIds(), Database(tmp_path / "tandem.db")
    migrate(database)
    SqliteQueries(database, SCHEMA)
    records = SqliteRecords(database, clock, ids)
    await SqliteUsers(database, clock, ids).seed([LIN, OWEN])
    made = [
        await records.put("account", {"name": name, "status": "customer", "owner": owner.id, "team": owner.team}, cause=SYSTEM)
        for name, owner in (("北岭泵业", LIN), ("Castrel", OWEN))
    ]
    for one in made:
        await records.put("usage", {"account": one.id, "month": "2026-06-01", "active_users": 40, "seats": 50}, cause=SYSTEM)
        await records.put("invoice", {"account": one.id, "due_date": "2026-05-01", "amount": 9000, "currency": "CNY"}, cause=SYSTEM)
    yield Shelf(database, SqliteRisks(database, SCHEMA), SqliteAlerts(database), records, made[0].id, made[1].id)
    database.close()


def score(account: RecordId, chance: float, day: date = DAY, band: Band = Band.HIGH) -> RiskScore:
    """A score."""
    return RiskScore(account, day, chance, band, (RiskReason("usage_decline", {"from": 60, "to": 20}),), active=20)


def alert(account: RecordId, alert_id: str = "x") -> Alert:
    """A new alert."""
    return Alert(alert_id, account, AlertState.OPEN, NOW, 0.8, 20, (RiskReason("usage_decline"),), RecordId("t"))


async def test_a_history_holds_the_days_on_which_a_score_moved(shelf: Shelf) -> None:
    """The same again, and a hair more, are no step; a new band is; the latest day is kept in any case."""
    for day, chance in enumerate((0.70, 0.70, 0.71, 0.75), 1):
        await shelf.risks.keep([score(shelf.ours, chance, date(2026, 7, day))])
    await shelf.risks.keep([score(shelf.ours, 0.74, date(2026, 7, 5), Band.MEDIUM)])
    steps = [(one.as_of.day, one.chance) for one in await shelf.risks.history(shelf.ours)]
    [latest] = await shelf.risks.latest([shelf.ours])
    stood = await shelf.risks.before([shelf.ours], date(2026, 7, 3))

    assert ([(1, 0.70), (4, 0.75), (5, 0.74)], 5, 0.70) == (steps, latest.as_of.day, stood[shelf.ours].chance)


async def test_the_likeliest_are_told_within_what_a_person_may_see(shelf: Shelf) -> None:
    """A rep sees their team's; whoever sees no usage sees no score; low ones are nobody's worry."""
    await shelf.risks.keep([score(shelf.ours, 0.7), score(shelf.theirs, 0.9)])
    everybody = [one.name for one in await shelf.risks.top(EVERYTHING, 5)]
    lin = [one.name for one in await shelf.risks.top(shelf.scope(LIN), 5)]
    marketing = await shelf.risks.top(shelf.scope(LIN, Role.MARKETING), 5)
    await shelf.risks.keep([score(shelf.ours, 0.01, band=Band.LOW)])
    calm = await shelf.risks.top(shelf.scope(LIN), 5)

    assert (["Castrel", "北岭泵业"], ["北岭泵业"], [], []) == (everybody, lin, list(marketing), list(calm))


async def test_a_file_holds_what_its_reader_may_see_and_no_more(shelf: Shelf) -> None:
    """Another team's account is not there; for a role without invoices its file has none; amounts that are hidden are taken out."""
    async def seen(scope: Scope) -> dict[str, list[dict[str, dict[str, object]]]]:
        [file] = await shelf.risks.of(scope, [shelf.ours])
        told: dict[str, list[dict[str, dict[str, object]]]] = json.loads(file.told)["records"]
        return told

    whole, service = await seen(EVERYTHING), await seen(shelf.scope(LIN, Role.SERVICE))
    [blind] = (await seen(replace(EVERYTHING, hidden={"invoice": frozenset({"amount"})})))["invoice"]

    assert ([], ["invoice", "usage"], ["usage"]) == (
        list(await shelf.risks.of(shelf.scope(LIN), [shelf.theirs])), sorted(whole), sorted(service),
    )  # fmt: skip
    assert (9000, False) == (whole["invoice"][0]["fields"]["amount"], "amount" in blind["fields"])


async def test_customers_come_in_pages_team_by_team(shelf: Shelf) -> None:
    """One after another by id; prospects, archived ones and other teams' are left out."""
    await shelf.records.put("account", {"name": "P", "status": "prospect", "owner": LIN.id}, cause=SYSTEM)
    gone = await shelf.records.put("account", {"name": "G", "status": "customer", "owner": LIN.id}, cause=SYSTEM)
    await shelf.records.archive(gone.id, cause=SYSTEM)
    east = await shelf.risks.page(EVERYTHING, team="east")
    first = await shelf.risks.page(EVERYTHING, limit=1)
    second = await shelf.risks.page(EVERYTHING, after=first[0].account_id, limit=5)

    assert (["北岭泵业"], 2, 2) == ([one.name for one in east], len({*first, *second}), await shelf.risks.count(EVERYTHING))


async def test_an_account_has_one_alert_whoever_opens_it_and_however_often(shelf: Shelf) -> None:
    """Two at once, and one more while it is taken: the first stays; after it was closed another may be opened."""
    both = await asyncio.gather(shelf.alerts.open(alert(shelf.ours, "x")), shelf.alerts.open(alert(shelf.ours, "y")))
    opened = (await shelf.alerts.of([shelf.ours]))[shelf.ours]
    await shelf.alerts.answer(opened.id, Reply.TAKE, LIN.id, NOW)
    while_taken = await shelf.alerts.open(alert(shelf.ours, "z"))
    await shelf.alerts.close([shelf.ours], NOW)

    assert ([False, True], False, True, {}) == (
        sorted(both), while_taken, await shelf.alerts.open(alert(shelf.ours, "w")), await shelf.alerts.of([shelf.theirs]),
    )  # fmt: skip


async def test_who_was_told_is_noted_once_and_anew_when_it_got_worse(shelf: Shelf) -> None:
    """Tellings belong to a round; a worse score begins the next, and answers stay known."""
    await shelf.alerts.open(alert(shelf.ours))
    for _ in range(2):
        await shelf.alerts.note_told("x", LIN.id, NOW)
    told = (await shelf.alerts.waiting())[0].told
    await shelf.alerts.answer("x", Reply.SEASONAL, LIN.id, NOW)
    quiet = await shelf.alerts.waiting()
    await shelf.alerts.renew("x", score(shelf.ours, 0.95), NOW)
    [again] = await shelf.alerts.waiting()

    assert (((LIN.id, NOW),), [], (), 1, Reply.SEASONAL) == (told, quiet, again.told, again.round, again.reply)
    assert [(("usage_decline",), Reply.SEASONAL)] == list(await shelf.alerts.answers(NOW))


async def test_nothing_of_it_stays_when_an_account_is_erased(shelf: Shelf) -> None:
    """Score, history and reasons go; later scores of it are not kept."""
    await shelf.risks.keep([score(shelf.ours, 0.7)])
    await shelf.alerts.open(alert(shelf.ours))
    await shelf.records.erase(shelf.ours, cause=SYSTEM)
    await shelf.risks.keep([score(shelf.ours, 0.9)])

    assert ([], [], []) == (
        list(await shelf.risks.latest([shelf.ours])), list(await shelf.risks.history(shelf.ours)), list(await shelf.alerts.waiting()),
    )  # fmt: skip


async def test_the_process_judges_as_the_house_does(shelf: Shelf) -> None:
    """The same files, day, rules and lessons: the same scores, in their order; an empty page begins no process."""
    files, rules = await shelf.risks.page(EVERYTHING), ChurnRules(weights={"late_payment": 2.0})
    judge = ChildJudge(lambda: rules)
    try:
        nothing = await judge.judge([], DAY, ZONE, {})
        there = await judge.judge(files, DAY, ZONE, {"usage_decline": 0.5})
        stricter = await judge.judge_by(ChurnRules(scorecard={"high": 0.0, "medium": 0.0}), files, DAY, ZONE, {})
    finally:
        await judge.close()
    here = await JudgeHere(rules).judge(files, DAY, ZONE, {"usage_decline": 0.5})

    assert ((), list(here), [one.account_id for one in files]) == (tuple(nothing), list(there), [one.account_id for one in there])
    assert {Band.HIGH} == {one.band for one in stricter}


@pytest.mark.parametrize(
    "rules, key",
    [
        (ChurnRules(weights={"moon": 1.0}), "churn.weights.moon"), (ChurnRules(weights={"nps_drop": -1.0}), "churn.weights.nps_drop"),
        (ChurnRules(scorecard={"hihg": 0.7}), "churn.scorecard.hihg"), (ChurnRules(scorecard={"high": 7.0}), "churn.scorecard.high"),
        (ChurnRules(scorecard={"high": 0.05}), "churn.scorecard.medium"),
    ],
)  # fmt: skip
def test_what_the_config_says_of_the_scorecard_is_held_against_it(rules: ChurnRules, key: str) -> None:
    """An unknown reason, a wrong sign, a chance above one, cuts in the wrong order: file and key are named."""
    with pytest.raises(BadConfig) as refused:
        check_card(rules, "config.toml")

    assert ("config.toml", key) == (refused.value.facts["file"], refused.value.facts["key"])
