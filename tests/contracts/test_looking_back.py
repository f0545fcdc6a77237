"""What a home's own outcomes teach: told from its records, learned beside it, kept, and from then on judging; or told to be too few."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from bot.domain.alert import ChurnRules, OutcomeRules
from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId
from bot.domain.records import Cause, Import
from bot.errors import Unclear
from bot.judging import ChildJudge, KeptModel
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.risks import SqliteRisks
from bot.turns.looking_back import LookingBack
from tests.fakes.senses import SetClock

NOW = datetime(2026, 7, 14, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"
SYSTEM = Cause("system")
ENOUGH = OutcomeRules(least_left=20, least_accounts=60)


@dataclass
class Past:
    """A store whose accounts left, or did not, and what learns from them."""

    records: SqliteRecords
    risks: SqliteRisks
    looking: LookingBack
    kept: KeptModel
    ids: TimeIds


@pytest_asyncio.fixture
async def past(tmp_path: Path) -> AsyncIterator[Past]:
    """Nobody in it yet."""
    clock, ids, database = SetClock(NOW), TimeIds(), Database(tmp_path / "tandem.db")
    migrate(database)
    SqliteQueries(database, SCHEMA)
    records, risks, kept = SqliteRecords(database, clock, ids), SqliteRisks(database, SCHEMA), KeptModel(tmp_path / "churn")
    judge = ChildJudge(lambda: ChurnRules(model=ENOUGH), kept)
    yield Past(records, risks, LookingBack(risks, risks, judge, judge, kept.keep, clock, ZONE), kept, ids)
    await judge.close()
    database.close()


async def lived(past: Past, accounts: int = 90) -> None:
    """Accounts over three years: whoever pays late leaves soon, and how much they use says nothing."""
    dice, today, rows = np.random.default_rng(2), NOW.date(), list[Import]()

    def kept(entity: str, fields: dict[str, object]) -> RecordId:
        rows.append(Import(RecordId(past.ids.new()), entity, fields))
        return rows[-1].id

    for number in range(accounts):
        gone = today - timedelta(days=int(dice.integers(120, 900))) if number % 2 else None
        fields: dict[str, object] = {"name": f"Firm {number}", "status": "former" if gone else "customer", "since_date": "2022-01-01"}
        account, until = kept("account", fields), gone or today
        for month in months(until):
            kept("usage", {"account": account, "month": month.isoformat(), "active_users": int(dice.integers(5, 60)), "seats": 60})
        for back in range(30, 700, 90):
            due = until - timedelta(days=back)
            late = 55 if gone and back < 130 else 2
            paid = due + timedelta(days=late)
            kept("invoice", {"account": account, "due_date": due.isoformat(), "paid_date": paid.isoformat()})
        if gone:
            kept("contract", {"account": account, "number": f"C{number}", "end_date": gone.isoformat(), "status": "ended"})
    await past.records.put_many(rows, cause=SYSTEM)


def months(until: date) -> list[date]:
    """The months of three years up to a day."""
    first = [date(2023 + place // 12, place % 12 + 1, 1) for place in range(48)]
    return [one for one in first if one <= until]


async def test_a_house_learns_from_what_became_of_its_accounts(past: Past) -> None:
    """The model that it keeps knows who left and when, is judged by days it did not know, and judges from then on."""
    await lived(past)
    [before, *_] = (await past.looking.score())["scores"]

    told = await past.looking.train()
    made = await past.looking.score()

    assert (90, 45, True) == (told["accounts"], told["left"], told["on"])
    assert (True, True) == (made["judge"].startswith("model "), told["ours"]["auc"] > told["theirs"]["auc"])
    assert set(before) == set(made["scores"][0])


async def test_a_look_back_keeps_nothing(past: Past) -> None:
    """It tells how a model would do; the scorecard goes on."""
    await lived(past)

    told = await past.looking.backtest()

    assert (True, "", "scorecard") == (told["on"], past.kept.text(), (await past.looking.score())["judge"])


async def test_too_few_outcomes_are_told_to_the_person(past: Past) -> None:
    """With how many there are; a home without a single account is no crash."""
    with pytest.raises(Unclear) as refused:
        await past.looking.train()

    assert ("churn_own_too_few", "0", "60") == (refused.value.key, refused.value.facts["accounts"], refused.value.facts["least_accounts"])


async def test_a_file_that_is_no_model_judges_nobody(past: Past) -> None:
    """The scorecard does."""
    await past.records.put("account", {"name": "Stays", "status": "customer"}, cause=SYSTEM)
    past.kept.keep(json.dumps({"base": 9, "sha256": "0"}))

    assert ("", "scorecard") == (past.kept.text(), (await past.looking.score())["judge"])


async def test_the_day_on_which_it_was_noted_that_they_left_is_known(past: Past) -> None:
    """From the history of the account's status; those who stay, and those of whom nobody noted it, have none."""
    stays = await past.records.put("account", {"name": "Stays", "status": "customer"}, cause=SYSTEM)
    left = await past.records.put("account", {"name": "Left", "status": "customer"}, cause=SYSTEM)
    await past.records.put("account", {"status": "former"}, cause=SYSTEM, record_id=left.id, revision=left.revision)
    await past.records.put("account", {"name": "Asks", "status": "prospect"}, cause=SYSTEM)

    found = {file.account_id: day for file, day in await past.risks.past()}

    assert {stays.id: None, left.id: NOW.date()} == found
