"""What was done is in the audit, in the transaction that did it; erasing, dying and writing side by side leave it whole."""

import asyncio
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.acquaintance import Alias
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.store.canonical import canonical
from bot.store.codec import load
from bot.store.rows import every
from bot.store.verifying import Verification, Wrong
from tests.contracts.audited_house import CAUSE, behind_its_back, entries, heads, keys, kinds, lived, reviewed, token, wrong
from tests.contracts.house import ANSWER, LIN, MAYA, SEEN, Stores, origin

DYING = "tests.contracts.dying_writer"


async def test_what_was_done_stands_in_the_audit(stores: Stores) -> None:
    """In order, with who did it; a decision opens its draft in one entry."""
    await lived(stores)

    assert [
        ("decision.settled", "lin"), ("message.sending", "house"), ("message.delivered", "house"), ("decision.settled", "lin"),
        ("message.sending", "house"), ("message.unsure", "house"), ("audit.head", "house"), ("decision.settled", "lin"),
        ("draft.edited", "lin"), ("record.saved", "lin"), ("draft.saved", "lin"), ("decision.settled", "lin"), ("draft.discarded", "lin"),
        ("decision.settled", "lin"), ("feedback.given", "lin"), ("token.created", "maya"), ("record.saved", "lin"),
        ("content.erased", "lin"), ("record.erased", "lin"), ("content.erased", "house"), ("audit.head", "house"),
    ] == [(entry["kind"], entry["actor"]) for entry in await entries(stores)]  # fmt: skip


async def test_every_entry_is_canonical(stores: Stores) -> None:
    """Written by the faster way, and still the bytes that anybody else would hash."""
    await lived(stores)
    rows = await stores.database.read(lambda database: every(database, "SELECT entry FROM audit ORDER BY seq"))

    assert [row["entry"].encode() for row in rows] == [canonical(load(row["entry"])) for row in rows]


async def test_nothing_is_wrong_where_nothing_was_changed(stores: Stores) -> None:
    """After something of everything, with heads, erased texts and open drafts."""
    head = await lived(stores)

    verification = Verification(stores.path, {"mine": head})
    found = list(verification.wrongs())

    assert ([], 21, 3) == (found, verification.tally.entries, verification.tally.heads)
    assert 0 < verification.tally.erased < verification.tally.texts


async def test_handles_tokens_messages_and_sweeps_are_told(stores: Stores) -> None:
    """What an admin or the house does by itself."""
    await stores.users.seed([User(LIN, "Lin", "lin@example.com", Role.REP, "east", "UTC", {})])
    alias = Alias("slack", "T1", "U1")
    await stores.users.link(alias, LIN, MAYA)
    await stores.users.unlink(alias, MAYA)
    await stores.tokens.add(token(stores))
    await stores.tokens.used(token(stores), stores.clock.now(), "ask")
    await stores.tokens.used(token(stores), stores.clock.now(), "ask", refused="token_expired")
    await stores.tokens.revoke("bi", MAYA)
    await stores.outbox.say(origin(), ANSWER, key="k", lang=stores.settlement(stores.turn()).made.lang)
    message = await stores.claim_one()
    await stores.outbox.dead(message.id, "gone")
    await stores.outbox.replay(message.id)
    await stores.drafted()
    stores.move(days=8)
    await stores.drafts.expire()

    assert [
        "handle.linked", "handle.unlinked", "token.created", "token.used", "token.refused", "token.revoked", "message.said",
        "message.sending", "message.dead", "message.replayed", "decision.settled", "draft.expired",
    ] == await kinds(stores)  # fmt: skip
    assert [] == wrong(stores.path)


async def test_a_review_is_told_from_its_opening_to_the_record(stores: Stores) -> None:
    """Who asked, who answered, who changed and approved; and the record that came of it."""
    await reviewed(stores)

    done = [entry for entry in await entries(stores) if entry["kind"].startswith(("review", "record"))]
    assert [
        ("review.submit", "waiting"), ("review.ask", "asked"), ("review.reply", "waiting"), ("record.saved", None),
        ("review.approve", "approved"), ("review.submit", "waiting"),
    ] == [(entry["kind"], entry["about"].get("state")) for entry in done]  # fmt: skip
    assert [] == wrong(stores.path)


async def test_no_entry_says_what_a_text_says(stores: Stores) -> None:
    """Nor a name: what may have to be erased is not in what never can be."""
    await stores.settled(Answer("secret-answer", ANSWER.evidence), said="secret-question")
    await stores.users.seed([User(LIN, "secret-name", "lin@example.com", Role.REP, "east", "UTC", {})])
    await stores.users.link(Alias("slack", "T1", "secret-handle"), LIN, MAYA)
    await stores.records.put("account", {"name": "secret-account"}, cause=replace(CAUSE, evidence={"name": SEEN}))

    told = str(await entries(stores))

    assert [False] * 2 == ["secret" in told, SEEN.quote in told]


async def test_a_change_that_fails_leaves_no_entry(stores: Stores) -> None:
    """The entry is in the transaction of the change."""
    held = await stores.drafted()
    before = await kinds(stores)

    with pytest.raises(ValueError, match="is of"):
        await stores.records.put("contact", {}, cause=CAUSE, record_id=(await stores.records.put("account", {}, cause=CAUSE)).id)
    with pytest.raises(Exception, match="not_your_draft"):
        await stores.drafts.save(held.id, 1, MAYA, turn_id=stores.turn())

    assert ([*before, "record.saved"], []) == (await kinds(stores), wrong(stores.path))


async def test_a_repeated_press_is_one_entry(stores: Stores) -> None:
    """A press that is delivered twice did one thing."""
    held, turn = await stores.drafted(), stores.turn()
    for _ in range(2):
        await stores.drafts.save(held.id, 1, LIN, turn_id=turn)

    assert 1 == (await kinds(stores)).count("draft.saved")


async def test_erasing_a_person_leaves_the_proof_whole(stores: Stores) -> None:
    """Texts and salts are gone from the disk; every leaf, every head and every digest is as it was."""
    settlement = await stores.settled(said="eighty-thousand-and-not-a-cent-more")
    for message in await stores.outbox.claim(10):
        await stores.outbox.delivered(message.id, "")
    record = await stores.records.put("account", {"name": "Acme"}, cause=replace(CAUSE, evidence={"name": SEEN}))
    head = await heads(stores).take()
    before = (await entries(stores))[: head.size]

    await stores.records.erase(record.id, cause=CAUSE)
    stores.move(days=31)
    await stores.content.purge({"turn": 30, "evidence": 30})

    story = await stores.ledger.decision(settlement.decision_id)
    assert story is not None
    assert (None, b"not-a-cent" in stores.on_disk()) == (story.said, False)
    assert (before, []) == ((await entries(stores))[: head.size], wrong(stores.path, mine=head))


async def test_a_dropped_tail_is_found_against_a_head_that_was_carried_off(stores: Stores) -> None:
    """Whoever owns the file can rewrite all that is in it, edge and heads too; not what somebody else holds."""
    await stores.settled()
    size = (await heads(stores).take()).size
    stores.close()
    younger = shutil.copyfile(stores.path, stores.path.with_name("younger.db"))
    Stores.__post_init__(stores)
    await stores.settled()
    head = await heads(stores).take()

    found = wrong(younger, mine=head)

    assert size < head.size
    assert [Wrong("audit_tail", {"where": "mine", "head": head.size, "size": size + 1})] == found


async def test_a_rewritten_past_is_found_against_a_head_that_was_carried_off(stores: Stores) -> None:
    """Another history of the same length has another root."""
    await stores.settled()
    head = await heads(stores).take()

    other = replace(head, root=f"{int(head.root, 16) ^ 1:064x}")

    assert {"audit_root"} == keys(stores.path, mine=other)


async def test_processes_that_write_at_once_grow_one_tree(stores: Stores) -> None:
    """Each takes its turn: no entry is lost, and none stands twice."""
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.contracts.busy_auditor", str(stores.path), "15", str(number))
        for number in range(2)
    ]
    for number in range(15):
        await stores.records.put("account", {"name": str(number)}, cause=CAUSE)
    codes = [await process.wait() for process in running]

    assert ([0, 0], list(range(1, 46)), []) == (codes, [entry["seq"] for entry in await entries(stores)], wrong(stores.path))


async def test_a_process_that_dies_leaves_the_tree_whole(stores: Stores) -> None:
    """Killed in the middle of whatever it settled: nothing of it is there, or all."""
    turn_id = await stores.kept()
    before = await kinds(stores)

    died = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-m", DYING, str(stores.path), turn_id], capture_output=True, text=True, check=True
    )

    assert ({"-9"}, before, []) == (set(died.stdout.split()), await kinds(stores), wrong(stores.path))
    await stores.ledger.settle(stores.settlement(turn_id))
    assert ([*before, "decision.settled"], []) == (await kinds(stores), wrong(stores.path))


async def test_a_head_is_laid_where_it_can_be_carried_off(stores: Stores) -> None:
    """A file for each, readable by anybody who knows JSON; where nothing was done since, the last one again."""
    await stores.settled()
    first = await heads(stores).take()
    again = await heads(stores).take()
    await stores.settled()
    second = await heads(stores).take()

    laid = {path.name: load(path.read_text()) for path in (stores.path.parent / "heads").iterdir()}
    assert first == again
    assert {f"{head.size:012}.json": head.told() for head in (first, second)} == laid


async def test_a_head_is_taken_each_day(stores: Stores) -> None:
    """Once, as days are counted in UTC."""
    await stores.settled()
    taken = [await heads(stores).daily(), await heads(stores).daily()]
    await stores.settled()
    stores.move(days=1)

    assert [True, False, True] == [*taken, await heads(stores).daily()]


async def test_rules_are_an_entry_when_they_change(stores: Stores) -> None:
    """At each start they are looked at."""
    changes = [{"review": "a"}, {"review": "a"}, {"review": "b"}, {"review": "a"}]

    assert [True, False, True, True] == [await heads(stores).note_rules(rules) for rules in changes]


async def test_a_house_from_before_the_audit_is_taken_in_as_it_stands(stores: Stores) -> None:
    """Its texts and rows are named once, and held to from then on."""
    await lived(stores)
    await stores.database.write(as_before_the_audit)
    stores.close()

    Stores.__post_init__(stores)

    assert [] == wrong(stores.path)
    assert {"audit.adopted", "content.erased"} == set(await kinds(stores))
    behind_its_back(stores.path, "UPDATE drafts SET state = 'saved' WHERE state = 'open'")
    assert {"audit_row_changed"} == keys(stores.path)


def as_before_the_audit(database: Any) -> None:  # noqa: ANN401 - sqlite-utils' own
    """Take the audit's step back."""
    for table in ("audit", "audit_edge", "audit_heads"):
        database.execute(f"DROP TABLE {table}")
    database.execute("DROP INDEX idx_content_erased_by")
    database.execute("ALTER TABLE content DROP COLUMN erased_by")
    database.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%_audit'")


