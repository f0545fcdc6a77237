"""The scorecard over columns: it judges as it judges stories, whatever is missing."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest

from bot.domain.risk import Band
from skills.churn_risk.in_bulk import COLUMNS, SHOWN, judged_by_card, known_columns, strengths
from skills.churn_risk.scorecard import judge, read_scorecard
from skills.churn_risk.story import Invoice, Rating, Story, Ticket
from skills.churn_risk.table.model import Score

CARD = read_scorecard()
DAY = date(2026, 6, 1)


def scored(**figures: str) -> Score:
    """One account of which this is known."""
    header = tuple(figures)
    return judged_by_card(CARD, {name: place for place, name in enumerate(header)}, ["A"], [list(figures.values())]).one(0)


def ago(days: int) -> date:
    """So many days before."""
    return DAY - timedelta(days=days)


STORIES: Mapping[str, tuple[Story, dict[str, str]]] = {
    "a fall of usage": (
        Story(DAY, seats=100, active=(80.0,) * 3 + (70.0, 60.0, 50.0, 40.0, 40.0)),
        {"active_users": "40", "active_users_high": "80", "seats": "100"},
    ),
    "a steady course": (Story(DAY, seats=100, active=(80.0,) * 8), {"active_users": "80", "active_users_high": "80", "seats": "100"}),
    "few seats used": (Story(DAY, seats=100, active=(25.0,) * 8), {"active_users": "25", "active_users_high": "25", "seats": "100"}),
    "an old severe case": (Story(DAY, tickets=(Ticket(ago(90), 2, None, "x"),)), {"open_severe_tickets": "1", "oldest_ticket_days": "90"}),
    "a rating that fell": (
        Story(DAY, ratings=(Rating(ago(300), 50, ""), Rating(ago(20), 15, ""))), {"nps": "15", "nps_before": "50"},
    ),
    "a low rating": (Story(DAY, ratings=(Rating(ago(20), -30, ""),)), {"nps": "-30", "nps_before": "-30"}),
    "a good rating": (Story(DAY, ratings=(Rating(ago(20), 50, ""),)), {"nps": "50", "nps_before": "50"}),
    "paid on time": (
        Story(DAY, invoices=(Invoice(ago(200), ago(199)), Invoice(ago(100), ago(99)))),
        {"invoices": "2", "late_days": "1", "late_invoices": "0"},
    ),
    "paid late": (Story(DAY, invoices=(Invoice(ago(200), ago(160)),)), {"invoices": "1", "late_days": "40", "late_invoices": "1"}),
    "bound for long": (Story(DAY, renewal_date=DAY + timedelta(days=500)), {"renewal_days": "500"}),
    "the end is near, and silence": (Story(DAY, renewal_date=DAY + timedelta(days=30)), {"renewal_days": "30", "silent_days": "360"}),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_columns_are_judged_as_a_story_is(name: str) -> None:
    """The same chance and band from the same facts."""
    told, figures = STORIES[name]
    made, by_columns = judge(told, CARD), scored(**figures)

    assert (made.band, round(made.chance, 6)) == (by_columns.band, round(by_columns.chance, 6))


def test_nothing_known_is_the_base() -> None:
    """Empty, NaN, infinite, words: the account of which nothing is known, and no reason is made up."""
    nothing = judge(Story(DAY), CARD)
    made = [scored(**dict.fromkeys(COLUMNS, cell)) for cell in ("", "nan", "inf", "-inf", "many", "1e999")]

    assert [(round(nothing.chance, 6), ())] * 6 == [(round(one.chance, 6), one.reasons) for one in made]


def test_no_figure_however_odd_is_stronger_than_plain() -> None:
    """Strengths stay between 0 and 1 over the whole range of figures."""
    dice = np.random.default_rng(8)
    figures = {name: 10 ** dice.uniform(-3, 12, 500) * dice.choice([-1, 1], 500) for name in COLUMNS}

    found = strengths(figures, 500).found

    assert (True, True, True) == (bool(np.isfinite(found).all()), bool((found >= 0).all()), bool((found <= 1).all()))


@pytest.mark.parametrize("column, worse", [
    ("active_users", ["80", "60", "40", "20"]), ("oldest_ticket_days", ["5", "20", "90", "170"]), ("late_days", ["0", "15", "30", "60"]),
    ("nps", ["50", "20", "0", "-60"]), ("unanswered", ["0", "1", "2", "3"]), ("open_complaints", ["0", "1", "2", "3"]),
])  # fmt: skip
def test_worse_figures_never_lower_the_chance(column: str, worse: list[str]) -> None:
    """One column moved, the rest as it was."""
    fine = {"active_users": "80", "active_users_high": "80", "open_severe_tickets": "1", "nps_before": "50", "invoices": "3"}

    chances = [scored(**{**fine, column: cell}).chance for cell in worse]

    assert sorted(chances) == chances


def test_reasons_name_their_column() -> None:
    """Somebody in trouble: what is seen of it, the most telling first."""
    made = scored(active_users="20", active_users_high="80", champion_left="1", nps="10", seats="100", renewal_days="40")

    assert (Band.HIGH, True) == (made.band, {"active_users", "champion_left"} <= {one.column for one in made.reasons})


def test_columns_are_known_in_chinese_too() -> None:
    """Three are enough to judge by; two are another table."""
    assert {"active_users": 1, "nps": 2, "late_days": 3} == known_columns(["客户", "活跃用户", "NPS", "逾期天数"])
    assert {} == known_columns(["account", "seats", "nps"])


def test_every_column_that_tells_a_reason_is_one_that_is_read() -> None:
    """A reason points at a column of the table."""
    assert set() == set(SHOWN.values()) - set(COLUMNS)
