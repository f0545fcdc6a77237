"""Every number of every digest of the invented firm is what its own question finds, and what the chat answers to it; nothing leaks."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.digest import Number
from bot.domain.ids import RecordId
from bot.domain.people import Role, User, speaker_of
from bot.domain.permissions import AMOUNTS, Permissions
from bot.domain.query import Query, from_json
from bot.domain.records import Cause
from bot.domain.talk import Lang
from tests.digested import Firm, firm_in, hiding

KINDS = ("digest_daily", "digest_weekly")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """One store for all: nothing writes into it."""
    made = asyncio.run(firm_in(tmp_path_factory.mktemp("firm")))
    yield made
    made.database.close()


async def _numbers(firm: Firm, user: User, lang: Lang) -> list[Number]:
    return [
        number for intent in KINDS if (digest := (await firm.digest(user, intent, lang)).digest)
        for line in digest.lines for number in line.numbers
    ]  # fmt: skip


async def _found(firm: Firm, user: User, number: Number, query: Query) -> float | None:
    return number.in_answer(await firm.queries.within(firm.policy.scope(speaker_of(user))).ask(query))


@pytest.mark.parametrize("lang", Lang)
async def test_every_number_is_what_its_question_finds(firm: Firm, lang: Lang) -> None:
    """Asked as its reader, for every person of the firm."""
    wrong, told = [], 0
    for user in firm.users:
        for number in await _numbers(firm, user, lang):
            if number.query is not None:
                told += 1
                found = await _found(firm, user, number, number.query)
                wrong += [(user.email, number.says, number.value, found)] if found != number.value else []

    assert ([], True) == (wrong, told > 150)


@pytest.mark.parametrize("lang", Lang)
async def test_the_same_question_in_a_chat_gives_the_same_number(firm: Firm, lang: Lang) -> None:
    """The words of each question, said to the skill that answers from the records, lead to the number that the digest tells."""
    wrong, said = [], 0
    for user in firm.users:
        for number in await _numbers(firm, user, lang):
            if number.says:
                said += 1
                query: Mapping[str, Any] = (await firm.ask(user, number.says, lang)).query or {}
                found = await _found(firm, user, number, from_json(query)) if query else None
                wrong += [(user.email, number.says, number.value, found)] if found != number.value else []

    assert ([], True) == (wrong, said > 120)


async def test_nobody_reads_of_what_they_may_not_see(firm: Firm) -> None:
    """Each ground is a record in its reader's sight, and no account of another team is named anywhere."""
    seen: list[tuple[str, str]] = []
    for user in firm.users:
        scope = firm.policy.scope(speaker_of(user))
        for intent in KINDS:
            answer = await firm.digest(user, intent)
            for ground in answer.evidence:
                record = await firm.records.record(RecordId(ground.ref), scope=scope)
                seen += [(user.email, ground.source)] if record is None else []
    north = [str(one.fields["name"]) for one in (await firm.records.page("account", limit=500)).items if one.fields["team"] == "north"]
    told = repr([await firm.digest(firm.user(name), intent) for name in ("zhang.min", "lin.xiao") for intent in KINDS])

    assert ([], []) == (seen, [name for name in north if name in told])


async def test_hidden_amounts_stay_hidden(firm: Firm) -> None:
    """Where a role is shown no amounts, its digest tells how many and never how much."""
    manager = firm.policy.roles[Role.MANAGER]
    roles = {**firm.policy.roles, Role.MANAGER: replace(manager, hidden=(*manager.hidden, AMOUNTS))}
    blind = hiding(firm, Permissions(roles))
    digests = [(await blind.digest(firm.user("zhang.min"), intent)) for intent in KINDS]
    numbers = [number for one in digests if one.digest for line in one.digest.lines for number in line.numbers]

    assert (True, [], False) == (len(numbers) > 4, [one for one in numbers if one.currency], "万" in repr(digests))


async def test_changed_amounts_and_days_are_told_from_their_history(tmp_path: Path) -> None:
    """A deal that grew stands in the waterfall by what it grew, a day that was moved later is told with both days."""
    firm = await firm_in(tmp_path)
    try:
        lin = firm.user("lin.xiao")
        deals = (await firm.records.page("opportunity", limit=500)).items
        deal = next(one for one in deals if one.fields["owner"] == lin.id and one.fields["stage"] == "proposal")
        before = float(str(deal.fields["amount"]))
        changed = {"amount": before + 50_000, "close_date": "2026-12-24"}
        await firm.records.put("opportunity", changed, cause=Cause(lin.id), record_id=deal.id, revision=deal.revision)
        weekly = await firm.digest(lin, "digest", text="这周的周报")
        daily = await firm.digest(lin, "digest_daily")
    finally:
        firm.database.close()
    chart = weekly.chart
    steps = dict(zip(chart.labels, chart.series[0].values, strict=True)) if chart else {}

    assert (50_000, 0) == (steps["变大"], steps["变小"])
    assert round(float(steps["现在"] or 0) - float(steps["本周初"] or 0)) == 50_000
    assert "近7天1单推迟了签约日" in daily.text
    assert "→12/24" in daily.text
