"""JSON in one form: the standard's vectors, and that what the store writes anyway is in that form."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.canonical import canonical
from bot.store.codec import dump

NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")
LETTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS), inner, max_size=4),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_standards_examples(name: str) -> None:
    """Byte for byte."""
    folder = os.environ.get("EVALS_DIR")
    if not folder:
        pytest.skip("EVALS_DIR does not say where the standards' vectors lie")
    vectors = Path(folder) / "data/standards/rfc8785"
    given_ = json.loads((vectors / "input" / f"{name}.json").read_bytes())

    written = canonical({"": given_})[len('{"":') : -1]

    assert bytes.fromhex((vectors / "outhex" / f"{name}.txt").read_text()) == written


def test_names_are_sorted_as_utf_16() -> None:
    """A sign beyond the first plane begins with a surrogate, which comes before the last letters of the first."""
    assert '{"1":{"f":"\\n"},"10":1e+21,"b":0.000001,"😂":[],"ﬀ":0}'.encode() == canonical(
        {"ﬀ": -0.0, "😂": [], "10": 1e21, "1": {"f": "\n"}, "b": 1e-6}
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"], ids=["nan", "infinity", "2**53", "half a sign"])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    """Rather than written so that somebody else reads another value."""
    with pytest.raises(ValueError, match=r"representable|exceeds|UTF-8"):
        canonical({"a": value})


@given(st.dictionaries(st.text(LETTERS), PLAIN, max_size=4))
def test_what_rows_hold_is_written_in_that_form_anyway(value: dict[str, object]) -> None:
    """Ids, texts, whole numbers: digests of rows are over the same bytes, by the faster way."""
    assert dump(value).encode() == canonical(value)
