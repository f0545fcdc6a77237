"""What was done is in the audit, in the transaction that did it; and whatever is changed behind its back is found."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.acquaintance import Alias
from bot.domain.decision import Verdict
from bot.domain.ids import TokenId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, User
from bot.domain.proof import Head
from bot.domain.records import Cause
from bot.domain.tokens import Token
from bot.store.audit import SEALED
from bot.store.canonical import canonical
from bot.store.codec import load
from bot.store.heads import SqliteHeads
from bot.store.rows import every
from bot.store.threads import SqliteThreads
from bot.store.verifying import Verification, Wrong
from tests.contracts.house import ANSWER, DRAFT, LIN, MAYA, SEEN, Stores, origin

BUSY = "tests.contracts.busy_writer"
DYING = "tests.contracts.dying_writer"
AUDITED = ("audit", "audit_edge", "audit_heads", "content", *SEALED)
LETTER = Draft("…", "letter", {"subject": "Hello", "body": "Good morning", "addressee": "Somebody", "channel": "forward", "owner": "lin"})
CAUSE = Cause("lin")


def heads(stores: Stores) -> SqliteHeads:
    """Who takes heads of a store."""
    return SqliteHeads(stores.database, stores.clock, stores.path.parent / "heads")


def wrong(path: Path, **outside: Head) -> list[Wrong]:
    """All that is wrong with a store."""
    return list(Verification(path, outside).wrongs())


def keys(path: Path, **outside: Head) -> set[str]:
    """The kinds of what is wrong with a store."""
    return {one.key for one in wrong(path, **outside)}


async def entries(stores: Stores) -> list[dict[str, Any]]:
    """Every entry."""
    rows = await stores.database.read(lambda database: every(database, "SELECT entry FROM audit ORDER BY seq"))
    return [load(row["entry"]) for row in rows]


async def kinds(stores: Stores) -> list[str]:
    """The kinds of every entry."""
    return [entry["kind"] for entry in await entries(stores)]


def behind_its_back(path: Path, statement: str, *values: object) -> int:
    """Change a store as nobody should; says how many rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        return database.execute(statement, values).rowcount


async def lived(stores: Stores) -> Head:
    """A house in which something of everything was done; its newest head."""
    settlement = await stores.settled()
    for message in await stores.outbox.claim(10):
        await stores.outbox.delivered(message.id, "r")
    await stores.settled(Answer("a"), where=origin("t2"))
    [message] = await stores.outbox.claim(10)
    await stores.outbox.unsure(message.id, "lost")
    await heads(stores).take()
    held = await stores.drafted(replace(DRAFT, record_id=None))
    held = await stores.drafts.edit(held.id, 1, LIN, {"amount": [90000, "USD"]}, turn_id=stores.turn())
    await stores.drafts.save(held.id, 2, LIN, turn_id=stores.turn())
    await stores.drafts.discard((await stores.drafted()).id, 1, LIN, turn_id=stores.turn())
    await stores.drafted()
    await SqliteThreads(stores.database, stores.clock, stores.ids).judge(settlement.decision_id, LIN, Verdict.DOWN, "too long")
    await stores.tokens.add(token(stores))
    await stores.records.erase(
        (await stores.records.put("account", {"name": "Acme"}, cause=replace(CAUSE, evidence={"name": SEEN}))).id, cause=CAUSE
    )
    stores.move(days=31)
    await stores.content.purge({"turn": 30})
    return await heads(stores).take()


async def reviewed(stores: Stores) -> None:
    """A letter that was asked about, changed and approved; another that waits."""
    people = ((LIN, Role.REP), ("zhang", Role.MANAGER), ("liang", Role.REVIEWER), ("zhou", Role.LEGAL))
    await stores.users.seed([User(UserId(name), name, f"{name}@e.example", role, "east", "UTC", {}) for name, role in people])
    held = await stores.drafted(LETTER)
    review = await stores.reviews.submit(held.id, 1, LIN, (), turn_id=stores.turn())
    by = review.seats[0].eligible[0]
    review = await stores.reviews.ask(review.ref, by, "Which morning?", turn_id=stores.turn())
    review = await stores.reviews.reply(review.ref, LIN, "This one.", turn_id=stores.turn())
    await stores.reviews.approve(review.ref, by, turn_id=stores.turn(), fields={"body": "Good evening"})
    await stores.reviews.submit((await stores.drafted(LETTER)).id, 1, LIN, (), turn_id=stores.turn())


def token(stores: Stores) -> Token:
    """A token of Lin's."""
    now = stores.clock.now()
    return Token(TokenId("0123456789abcdef"), "bi", LIN, MAYA, ("ask",), "d1935", now, now.replace(year=2099))


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


TAMPERED: tuple[tuple[str, str, str], ...] = (
    ("a row in the middle dropped", "DELETE FROM audit WHERE seq = 3", "audit_gap"),
    ("the last row dropped", "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "audit_edge"),
    ("two entries swapped", "UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE seq END", "audit_columns"),
    ("an entry rewritten", "UPDATE audit SET entry = replace(entry, 'lin', 'max') WHERE seq = 1", "audit_leaf"),
    ("a leaf rewritten", "UPDATE audit SET leaf = (SELECT leaf FROM audit WHERE seq = 2) WHERE seq = 1", "audit_leaf"),
    ("a kind rewritten", "UPDATE audit SET kind = 'draft.saved' WHERE seq = 1", "audit_columns"),
    ("a head dropped", "DELETE FROM audit_heads WHERE size = (SELECT min(size) FROM audit_heads)", "audit_head_entry"),
    ("a head made up", "INSERT INTO audit_heads VALUES (2, 'aa', '2026-01-01')", "audit_head_unnamed"),
    ("a head's time changed", "UPDATE audit_heads SET at = '2026-01-01'", "audit_head_entry"),
    ("the edge set back", "UPDATE audit_edge SET size = size - 1", "audit_edge"),
    ("a text rewritten", "UPDATE content SET body = 'no' WHERE erased_at IS NULL", "audit_text_changed"),
    ("a text and its digest taken from another", """
        UPDATE content SET (body, salt, digest) = (SELECT body, salt, digest FROM content AS other
        WHERE other.body IS NOT NULL AND other.id <> content.id LIMIT 1) WHERE body IS NOT NULL""", "audit_text_digest"),
    ("a text dropped", "DELETE FROM content WHERE id = (SELECT outcome_id FROM outbox LIMIT 1)", "audit_text_gone"),
    ("a text put in", "INSERT INTO content (id, retention, digest, created_at) VALUES ('x', 'turn', '', '')", "audit_text_unnamed"),
    ("a text erased by hand", "UPDATE content SET body = NULL, salt = NULL, erased_at = '2026-01-01', erased_by = 1 WHERE body <> ''",
     "audit_text_untold"),
    ("a text emptied by hand", "UPDATE content SET body = NULL, salt = NULL WHERE body <> ''", "audit_text_half"),
    ("a text hidden in an erasure", """
        UPDATE content SET body = NULL, salt = NULL, erased_at = '2026-01-01',
            erased_by = (SELECT max(seq) FROM audit WHERE kind = 'content.erased') WHERE body <> ''""", "audit_erasure"),
    ("a digest of an erased text changed", "UPDATE content SET digest = 'aa' WHERE erased_at IS NOT NULL", "audit_erasure"),
    ("a text kept longer", "UPDATE content SET retention = 'audio' WHERE erased_at IS NULL", "audit_text_kept"),
    ("a decision rewritten", "UPDATE decisions SET made = replace(made, 'builtin', 'gpt')", "audit_row_changed"),
    ("a decision dropped", "DELETE FROM decisions WHERE seq = 1", "audit_row_gone"),
    ("a draft saved by hand", "UPDATE drafts SET state = 'saved' WHERE state = 'open'", "audit_row_changed"),
    ("a draft given away", "UPDATE drafts SET author = 'maya'", "audit_row_changed"),
    ("a revision put in", """
        INSERT INTO draft_revisions (draft_id, revision, fields_id, evidence, by_id, turn_id, at)
        SELECT draft_id, 9, fields_id, evidence, by_id, turn_id, at FROM draft_revisions LIMIT 1""", "audit_row_unnamed"),
    ("a review approved by hand", "UPDATE reviews SET state = 'approved' WHERE state = 'waiting'", "audit_row_changed"),
    ("an approval made up", "UPDATE review_seats SET approved_by = 'zhang' WHERE approved_by IS NULL", "audit_row_changed"),
    ("an approval given away", "UPDATE review_seats SET approved_by = 'lin' WHERE approved_by IS NOT NULL", "audit_row_changed"),
    ("a question taken back", "DELETE FROM review_talk WHERE seq = 1", "audit_row_gone"),
    ("a verdict turned round", "UPDATE feedback SET verdict = 'up'", "audit_row_changed"),
    ("a token widened", "UPDATE api_tokens SET scopes = '[\"records:write\"]'", "audit_row_changed"),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house that has lived, closed; tests work on copies of it."""
    stores = Stores(tmp_path_factory.mktemp("lived") / "tandem.db")
    asyncio.run(lived(stores))
    asyncio.run(reviewed(stores))
    stores.close()
    return stores.path


@pytest.mark.parametrize("statement, key", [pytest.param(*rest, id=name) for name, *rest in TAMPERED])
def test_what_is_changed_behind_its_back_is_found(house: Path, tmp_path: Path, statement: str, key: str) -> None:
    """Each kind of change, by its own word."""
    path = shutil.copyfile(house, tmp_path / "tandem.db")

    touched = behind_its_back(path, statement)

    assert (True, True) == (touched > 0, key in keys(path))


@dataclass(frozen=True)
class Cell:
    """A value in a table."""

    table: str
    row: int
    column: str
    value: str | int

    @property
    def is_number_of_row(self) -> bool:
        """Whether it is what SQLite itself calls the row by."""
        return (self.table, self.column) in {("audit", "seq"), ("decisions", "seq"), ("audit_heads", "size"), ("review_talk", "seq")}


def cells(path: Path) -> list[Cell]:
    """Every value of every table that the audit speaks for."""
    with closing(sqlite3.connect(path)) as database:
        found = []
        for table in AUDITED:
            rows = database.execute(f"SELECT rowid, * FROM {table}")  # noqa: S608 - tables of the test
            names = [column[0] for column in rows.description][1:]
            for number, *values in rows:
                found += [Cell(table, number, name, value) for name, value in zip(names, values, strict=True) if value is not None]
    return found


def test_any_byte_that_is_changed_is_found(house: Path, tmp_path: Path) -> None:
    """Anywhere in the audit, its heads, the texts, and the rows that it seals: one bit of one byte is enough."""
    path = shutil.copyfile(house, tmp_path / "tandem.db")

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(cells(house)), st.integers(0, 10_000), st.integers(0, 6))
    def changed(cell: Cell, place: int, bit: int) -> None:
        other = replace(cell, value=flipped(cell, place, bit))
        if put(path, cell, other.value):
            found = wrong(path)
            put(path, other, cell.value)
            assert [] != found

    changed()
    assert [] == wrong(path)


def put(path: Path, cell: Cell, value: str | int) -> bool:
    """Put a value into a cell; False when SQLite itself refuses it."""
    where = cell.value if cell.is_number_of_row else cell.row
    try:
        return behind_its_back(path, f'UPDATE {cell.table} SET "{cell.column}" = ? WHERE rowid = ?', value, where) == 1  # noqa: S608 - as above
    except sqlite3.IntegrityError:
        return False


def flipped(cell: Cell, place: int, bit: int) -> str | int:
    """A value with one bit changed."""
    if isinstance(cell.value, int):
        return cell.value ^ (1 << bit)
    raw = bytearray(cell.value.encode() or b" ")
    raw[place % len(raw)] ^= 1 << bit
    return raw.decode(errors="replace")


def test_bytes_that_are_no_text_are_found_and_end_nothing(house: Path, tmp_path: Path) -> None:
    """A broken disk leaves what cannot be decoded."""
    path = shutil.copyfile(house, tmp_path / "tandem.db")
    behind_its_back(path, "UPDATE audit SET entry = CAST(x'7bff7d' AS TEXT) WHERE seq = 2")
    behind_its_back(path, "UPDATE content SET body = CAST(x'ff' AS TEXT) WHERE body IS NOT NULL")
    behind_its_back(path, "UPDATE decisions SET made = CAST(x'ff' AS TEXT) WHERE seq = 1")

    assert {"audit_entry", "audit_text_changed", "audit_row_changed"} <= keys(path)


@pytest.mark.parametrize("entry", ["[]", "{}", '{"seq": 2}', '{"seq":2,"at":"","kind":"","about":[],"contents":{},"rows":{}}',
                                   '{"seq":2,"at":"","kind":"audit.head","about":{"size":[]},"contents":{"a":1},"rows":{"b":{}}}'])
def test_an_entry_of_another_form_ends_nothing(house: Path, tmp_path: Path, entry: str) -> None:
    """Whoever rewrites an entry may rewrite its leaf as well."""
    path = shutil.copyfile(house, tmp_path / "tandem.db")
    behind_its_back(path, "UPDATE audit SET entry = ? WHERE seq = 2", entry)

    assert {"audit_entry", "audit_leaf"} <= keys(path)


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


