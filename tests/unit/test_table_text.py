"""Tables as TOML text: whatever is written is read again as it was, and one change is one line."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, load
from bot.table_text import plain, toml_of

scalar = st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False, width=32) | st.text(max_size=12)
keys = st.text(min_size=1, max_size=6)
tables = st.recursive(
    st.dictionaries(keys, scalar | st.lists(scalar, max_size=3), max_size=3),
    lambda inner: st.dictionaries(keys, inner | st.lists(inner, max_size=2) | scalar, max_size=3), max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(tables)
def test_what_is_written_is_read_again(table: dict[str, object]) -> None:
    """Strange keys, quotes, tables in rows, nothing at all: numbers come back as numbers of the same worth."""
    assert table == tomllib.loads(toml_of(table))


def test_the_shipped_config_is_written_and_read(tmp_path: Path) -> None:
    """Whole, by the code that reads config.toml."""
    path = tmp_path / "config.toml"
    path.write_text(toml_of(plain(Config())), encoding="utf-8")

    assert Config() == load(path, {})


def test_one_change_is_one_line() -> None:
    """So that a difference shows what was done."""
    before = toml_of(plain(Config())).splitlines()
    changed = plain(Config())
    changed["review"]["due_min"] = 60

    assert ["due_min = 60"] == [line for line in toml_of(changed).splitlines() if line not in before]


def test_what_toml_does_not_hold_is_refused() -> None:
    """Nothing is written in its place."""
    with pytest.raises(TypeError):
        toml_of({"nothing": None})
