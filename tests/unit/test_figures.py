"""Why a quote waits is read in words and units of one's own language, and drafts are told without keys of fields."""

import pytest

from bot.domain.drafted import told_rows
from bot.domain.figures import Left, each_once, figures_of, in_words, left_of
from bot.domain.outcome import Draft
from bot.domain.policy import Gate, Ground, Reason
from bot.domain.talk import Lang


@pytest.mark.parametrize(
    "words, zh, en",
    [
        ("discount 20, payment_days 60", "折扣 20%、账期 60天", "discount 20%, payment term 60 days"),
        ("credit_rating C", "信用评级 C", "credit rating C"),
        ("overdue_days 72", "最久逾期 72天", "longest overdue 72 days"),
        ("margin", "低于最低毛利率", "below the lowest margin"),
        ("CNY 3500000", "合计 350万", "in all ¥3.5M"),
        ("打八五折", "打八五折", "打八五折"),
    ],
)
def test_figures_of_rules_are_read_in_words_with_units(words: str, zh: str, en: str) -> None:
    """What a rule noted by its keys is called as people call it; what somebody said stays as it was said."""
    assert (zh, en) == (in_words(words, Lang.ZH), in_words(words, Lang.EN))


def test_a_quotes_figures_are_each_told_once() -> None:
    """Two rules that saw the same figure, and the words of the request beside them."""
    gate = Gate((
        Ground(Reason.PRICING_OUTSIDE_POLICY, "discount 15"), Ground(Reason.COMMITMENT_OUTSIDE_POLICY, "payment_days 60"),
        Ground(Reason.PRICING_OUTSIDE_POLICY, "payment_days 60, credit_rating B"), Ground(Reason.PRICING_OUTSIDE_POLICY, "打八五折"),
    ))  # fmt: skip

    assert ("折扣 15%", "账期 60天", "信用评级 B") == figures_of(gate, Lang.ZH)
    assert ("折扣 14%",) == each_once(["14 %", "折扣 14%"])


def test_a_margin_is_told_only_where_both_its_figures_are_known() -> None:
    """52 % at list price leave 43.5 % after 15 % off."""
    assert Left(52, 43.5, 40) == left_of({"list_margin": 52, "margin_floor": 40}, 15)
    assert left_of({"list_margin": 52}, 15) is None
    assert left_of({"list_margin": 52, "margin_floor": 40}, 100) is None


def test_a_draft_is_told_without_keys_and_ids() -> None:
    """In the order of its kind: no id of an account beside its name, no owner, no state that is not yet."""
    fields = {
        "payment_days": 60, "account": "01a2", "account_name": "海蓝", "discount": 20,
        "owner": "u1", "owner_name": "林晓", "status": "approved",
    }
    rows = told_rows(Draft("", "quote", fields), Lang.ZH)

    assert [("客户", "海蓝"), ("折扣", "20%"), ("账期", "60天")] == [(one.name, one.value) for one in rows]
