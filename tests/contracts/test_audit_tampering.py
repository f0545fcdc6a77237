"""Whatever is changed behind the back of the audit is found: rows, texts, heads, to the last bit."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.audit import SEALED
from tests.contracts.audited_house import behind_its_back, keys, lived, reviewed, wrong
from tests.contracts.house import Stores

AUDITED = ("audit", "audit_edge", "audit_heads", "content", *SEALED)

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
    value: str | float

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


def put(path: Path, cell: Cell, value: str | float) -> bool:
    """Put a value into a cell; False when SQLite itself refuses it."""
    where = cell.value if cell.is_number_of_row else cell.row
    try:
        return behind_its_back(path, f'UPDATE {cell.table} SET "{cell.column}" = ? WHERE rowid = ?', value, where) == 1  # noqa: S608 - as above
    except sqlite3.IntegrityError:
        return False


def flipped(cell: Cell, place: int, bit: int) -> str | float:
    """A value with one bit changed."""
    if isinstance(cell.value, int):
        return cell.value ^ (1 << bit)
    if isinstance(cell.value, float):
        return cell.value + 0.5**bit
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
