"""Values as rows hold them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, RecordId
from bot.domain.outcome import Answer, Button, Draft, Letter, Outcome, Proposal
from bot.store.codec import all_evidence, dump, load, moment, outcome_from_json, outcome_to_json, ref_of, stamp

QUICK = settings(max_examples=40, deadline=None, derandomize=True)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalar = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | text
value = st.recursive(scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=5)
evidence = st.builds(Evidence, text, text, text, st.sampled_from(EvidenceKind), st.floats(0, 1), text, text.map(Audience), st.booleans())
buttons = st.lists(st.builds(Button, text, text, text), max_size=3).map(tuple)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes beside
figures = st.floats(0, 1e12) | st.none()
charts = st.builds(
    lambda kind, title, values, note: Chart(kind, title, tuple("ab"), (Series("s", values, "CNY"),), note=note),
    st.sampled_from(ChartKind), text, st.tuples(figures, figures), text,
)  # fmt: skip
answers = st.builds(
    Answer, text, st.lists(evidence, max_size=3).map(tuple), buttons, st.booleans(), chart=st.none() | charts, forward=st.none() | text,
    letter=st.none() | st.builds(Letter, text, text, text, text, text, text),
)  # fmt: skip
values = st.dictionaries(text, scalar, max_size=2)
proposals = st.builds(
    Proposal, text, text, values, st.dictionaries(text, evidence, max_size=2), st.none() | text.filter(bool).map(RecordId), values
)
drafts = st.builds(
    Draft,
    text,
    text,
    st.dictionaries(text, value, max_size=3),
    st.dictionaries(text, evidence, max_size=3),
    st.none() | text.filter(bool).map(RecordId),
    buttons,
    st.none() | moments,
    forward=st.none() | text,
    also=st.lists(proposals, max_size=2).map(tuple),
    shows=st.lists(text, max_size=2).map(tuple),
    before=values,
)


@QUICK
@given(answers | drafts)
def test_an_outcome_comes_back_as_it_went(outcome: Outcome) -> None:
    """With its quotes kept elsewhere, in their order."""
    quotes = {str(place): one.quote for place, one in enumerate(all_evidence(outcome))}
    refs = [ref_of(one, str(place)) for place, one in enumerate(all_evidence(outcome))]

    kept = outcome_to_json(outcome, refs)

    assert outcome == outcome_from_json(kept, quotes.get)


def test_an_answer_kept_before_there_were_charts_has_none() -> None:
    """Rows are not rewritten."""
    kept = load(outcome_to_json(Answer("yes"), ()))
    del kept["chart"]

    assert Answer("yes") == outcome_from_json(dump(kept), lambda _: "")


@QUICK
@given(moments, moments)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    """And come back to the microsecond."""
    assert (one, one < other) == (moment(stamp(one)), stamp(one) < stamp(other))


def test_a_time_is_kept_in_utc() -> None:
    """Noon in Shanghai is four o'clock."""
    noon = datetime(2026, 7, 14, 12, tzinfo=timezone(timedelta(hours=8)))

    assert "2026-07-14T04:00:00.000000+00:00" == stamp(noon)


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody knows when it was."""
    with pytest.raises(ValueError, match="without a zone"):
        stamp(datetime(2026, 7, 14))  # noqa: DTZ001 - the point of the test


def test_equal_values_have_one_text() -> None:
    """Whatever the order their keys came in; so digests of equal things are equal."""
    assert '{"a":1,"名":[2]}' == dump({"名": [2], "a": 1}) == dump({"a": 1, "名": [2]})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    """Other engines cannot read it."""
    with pytest.raises(ValueError, match="JSON compliant"):
        dump(number)
