"""A draft with several records is saved exactly once, and the card says the truth: twice, by two, too late, over a change, busy, killed."""

import asyncio
import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import RecordId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.records import Cause
from bot.domain.talk import Tap
from bot.errors import Upstream
from bot.senses import TimeIds
from bot.store import database as store
from bot.store.database import Database
from bot.store.ledger import SqliteLedger
from bot.store.records import SqliteRecords
from tests.contracts.audited_house import wrong
from tests.fakes.senses import SetClock
from tests.scenarios.gate_stage import LIN, ZHANG, GateStage, gate_stage

ALSO = (
    Proposal("touchpoint", "touchpoint", {"opportunity": MAIN, "note": "聊了预算", "owner": LIN.id}),
    Proposal("task", "task", {"opportunity": MAIN, "subject": "报价", "owner": LIN.id, "status": "open"}),
)
DEAL = Draft("新商机", "opportunity", {"name": "S3", "amount": 800_000, "currency": "CNY", "owner": LIN.id}, also=ALSO)
OLD = RecordId("deal-1")
PLACES = (("before save", 1), ("within save", 1), ("within save", 6), ("after save", 1), ("before settle", 2), ("within settle", 15),
          ("after settle", 2))  # fmt: skip
"""Where to die: what comes second is of the press, for what was said is settled first."""


async def counted(stage: GateStage) -> list[int]:
    """How many deals, touchpoints and tasks there are."""
    return [len((await stage.records.page(entity)).items) for entity in ("opportunity", "touchpoint", "task")]


async def drafted(stage: GateStage, draft: Draft = DEAL) -> None:
    """Lin tells something."""
    stage.skill.given = draft
    await stage.say(LIN, "刚跟海蓝聊完")


async def old_deal(stage: GateStage) -> None:
    """A deal of Lin's, and a draft that would change it."""
    fields = {"name": "S3", "amount": 500_000, "currency": "CNY", "owner": LIN.id}
    await stage.records.put("opportunity", fields, cause=Cause("system"), record_id=OLD)
    await drafted(stage, replace(DEAL, fields={"amount": 800_000}, record_id=OLD))


async def test_the_same_press_many_times_at_once_saves_once(tmp_path: Path) -> None:
    """A platform that did not hear us sends it again; the person presses again. One save, one answer to each press."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        card = stage.last(LIN, "slack")
        same = Tap(stage.origin(LIN), "same", card.id, 0, stage.clock.now())
        taps = [same, same, same, replace(same, dedupe_key="again"), replace(same, dedupe_key="third")]
        await asyncio.gather(*(stage.do(one) for one in taps))
        texts = Counter(one.outcome.text for one in stage.at(LIN, "slack") if one.updates is None)

        assert ([1, 1, 1], 1, 2) == (await counted(stage), texts["存好了。10分钟内可以撤销。"], texts["这份草稿已经处理过了。"])
    assert [] == wrong(tmp_path / "tandem.db")


async def test_only_its_author_decides_about_a_draft(tmp_path: Path) -> None:
    """Their manager is told so, and nothing happens; the author presses at the same time, and it is saved."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        card = stage.last(LIN, "slack")
        hers, his = await asyncio.gather(stage.press(ZHANG, card, "save", "wecom"), stage.press(LIN, card, "save"))

        assert ("这是别人问的,只有本人能点。想知道就直接问我。", "存好了。10分钟内可以撤销。") == (hers, his)
        assert [1, 1, 1] == await counted(stage)


async def test_a_press_after_its_time_says_so(tmp_path: Path) -> None:
    """Whether or not the sweep has come by; nothing is saved."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        card = stage.last(LIN, "slack")
        stage.clock.move(timedelta(days=7))
        answer = await stage.press(LIN, card, "save")

        assert ("这份草稿过期了,没有保存。再说一遍就行。", [0, 0, 0]) == (answer, await counted(stage))


async def test_a_record_that_was_changed_elsewhere_is_looked_at_again_before_it_is_saved(tmp_path: Path) -> None:
    """Nothing is saved by the first press; the second is of what was shown, and writes over what was seen."""
    async with gate_stage(tmp_path) as stage:
        await old_deal(stage)
        card = stage.last(LIN, "slack")
        await stage.records.put("opportunity", {"amount": 600_000}, cause=Cause(ZHANG.id), record_id=OLD)
        answer = await stage.press(LIN, card, "save")
        between = await counted(stage)
        [held] = await stage.drafts.open_of(LIN.id)
        saved = await stage.press(LIN, stage.last(LIN, "slack"), "save")
        record = await stage.records.record(OLD)

        assert answer.startswith("存之前,这条记录有人改过,先没存。现在是这样,还存吗?")
        assert record is not None
        assert ([1, 0, 0], 2, "存好了。10分钟内可以撤销。", 800_000, [1, 1, 1]) == (
            between, held.revision, saved, record.fields["amount"], await counted(stage),
        )  # fmt: skip


async def test_a_record_that_was_archived_meanwhile_is_told(tmp_path: Path) -> None:
    """There is nothing to save it into; none of what comes with it is saved either."""
    async with gate_stage(tmp_path) as stage:
        await old_deal(stage)
        await stage.records.archive(OLD, cause=Cause(ZHANG.id))
        answer = await stage.press(LIN, stage.last(LIN, "slack"), "save")

        assert ("这条记录已经归档了,没存。要新建一条就再说一遍。", [0, 0, 0]) == (answer, await counted(stage))


async def test_a_draft_that_was_edited_in_another_chat_is_not_saved_from_the_old_card(tmp_path: Path) -> None:
    """The old card says that it has changed; the new one saves what it shows."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        old = stage.last(LIN, "slack")
        [held] = await stage.drafts.open_of(LIN.id)
        await stage.drafts.edit(held.id, 1, LIN.id, {"task": ""}, turn_id=held.turn_id)
        answer = await stage.press(LIN, old, "save")

        assert ("草稿在你看之后又改过,请看最新的一版。", [0, 0, 0]) == (answer, await counted(stage))


async def test_a_save_while_somebody_else_writes_waits(tmp_path: Path) -> None:
    """And is done when they are."""
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        other = sqlite3.connect(tmp_path / "tandem.db", isolation_level=None)
        card = stage.last(LIN, "slack")
        tap = Tap(stage.origin(LIN), "busy", card.id, 0, stage.clock.now())
        kept = await stage.door.arrive(tap)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.2)
        other.execute("COMMIT")
        other.close()
        async with asyncio.timeout(20):
            while not await stage.inbox.is_settled(kept.turn_id):  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.01)

        assert [1, 1, 1] == await counted(stage)


async def test_a_save_that_waits_too_long_is_told_and_leaves_the_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half: the draft is open, its card has its buttons, and the next press saves it."""
    monkeypatch.setattr(store, "BUSY_TIMEOUT_S", 0)
    async with gate_stage(tmp_path) as stage:
        await drafted(stage)
        card = stage.last(LIN, "slack")
        kept = await stage.inbox.keep(Tap(stage.origin(LIN), "busy", card.id, 0, stage.clock.now()), backlog=10)
        with closing(sqlite3.connect(tmp_path / "tandem.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Upstream, match="store"):
                await stage.conversation.take_turn(kept.turn_id)
        await stage.conversation.give_up(kept.turn_id)
        story = await stage.ledger.decision_of(kept.turn_id)
        between = await counted(stage)
        answer = await stage.press(LIN, card, "save")

        assert story is not None
        assert ("现在太忙,这一下没做成。草稿还在,过会儿再按一次。", [0, 0, 0]) == (story.text, between)
        assert ("存好了。10分钟内可以撤销。", [1, 1, 1]) == (answer, await counted(stage))


async def lived_through(home: Path, deaths: Sequence[tuple[str, int]]) -> None:
    """Live and die as planned: each draft is saved once, whole, and each press answered once, as it was."""
    command = (sys.executable, "-m", "tests.scenarios.press_crash_house", str(home), json.dumps(deaths))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # noqa: ASYNC221 - alone here
    assert 0 == done.returncode, done.stderr
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    database = Database(home / "tandem.db")
    records, ledger = SqliteRecords(database, SetClock(), TimeIds()), SqliteLedger(database, SetClock(), TimeIds())
    names = {
        entity: sorted(str(one.fields[field]) for one in (await records.page(entity)).items)
        for entity, field in (("opportunity", "name"), ("touchpoint", "note"), ("task", "subject"))
    }
    told = [one.text for one in (await ledger.decisions(None)).items if one.said == "save"]
    database.close()

    expected = sorted(f"deal {life}" for life in range(len(deaths) + 1))
    assert [*[True] * len(deaths), False] == [life["killed"] for life in lives]
    assert dict.fromkeys(names, expected) == names
    assert ["Saved. You can undo it for ten minutes."] * len(expected) == told
    assert [] == wrong(home / "tandem.db")


async def test_killed_between_press_and_save_it_is_saved_once_and_told_once(tmp_path: Path) -> None:
    """Kill -9 in the transaction of the save, after it, and while its answer is settled."""
    await lived_through(tmp_path, [("within save", 6), ("after save", 1)])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("SOAK_SEEDS", "5"))))
async def test_killed_all_along_a_press(tmp_path: Path, seed: int) -> None:
    """The same at every place, in seeded orders."""
    await lived_through(tmp_path, random.Random(seed).sample(PLACES, len(PLACES)))
