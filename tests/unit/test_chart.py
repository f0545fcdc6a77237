"""Charts as nouns: what cannot be drawn is refused; panels have one scale each; figures read as people say them."""

import math

import pytest

from bot.domain.chart import Chart, ChartKind, Series, chart_from_json, chart_to_json
from bot.domain.panels import exact_text, figure_text, panels_of, percent, ticks_of
from bot.domain.talk import Lang

MONEY = Chart(ChartKind.BARS, "t", ("a", "b"), (Series("CNY", (12_300.0, None), "CNY"), Series("EUR", (0.0, 5.0), "EUR")), note="n")


def test_a_chart_comes_back_from_json_as_it_was() -> None:
    """Gaps, currencies and words."""
    assert MONEY == chart_from_json(chart_to_json(MONEY))


@pytest.mark.parametrize(
    "kind, labels, values",
    [
        (ChartKind.BARS, (), ()), (ChartKind.BARS, ("a",), (1.0, 2.0)), (ChartKind.BARS, ("a",), (math.nan,)),
        (ChartKind.TREND, tuple("abcdefghijklmnopqrstuvwxy"), (1.0,) * 25), (ChartKind.SHARE, ("a",), (-1.0,)),
        (ChartKind.BARS, ("a" * 500,), (1.0,)),
    ],
)  # fmt: skip
def test_what_nobody_can_draw_is_refused(kind: ChartKind, labels: tuple[str, ...], values: tuple[float, ...]) -> None:
    """Nothing, too much, figures without labels, no number, a negative part, a label without end."""
    with pytest.raises(ValueError, match="not a chart"):
        Chart(kind, "t", labels, (Series("s", values),))


def test_each_currency_has_a_panel_with_its_own_scale_and_its_own_labels() -> None:
    """What a currency has nothing of is not drawn in its panel."""
    panels = panels_of(MONEY, Lang.EN)

    assert [("CNY", ("a",), ("¥12.3K",)), ("EUR", ("b",), ("€5",))] == [(one.title, one.labels, one.lines[0].texts) for one in panels]


def test_lines_that_share_a_currency_share_a_panel() -> None:
    """This year and the last one, to be compared."""
    both = Chart(ChartKind.TREND, "t", ("1", "2"), (Series("now", (1.0, 2.0), "CNY"), Series("then", (3.0, 4.0), "CNY")))

    assert [("", ["now", "then"])] == [(one.title, [line.name for line in one.lines]) for one in panels_of(both, Lang.EN)]


def test_shares_say_their_part_first() -> None:
    """Of what they are parts of."""
    chart = Chart(ChartKind.SHARE, "t", ("a", "b", "c"), (Series("", (9_500.0, 450.0, 50.0)),))

    assert ("95% (9500)", "4.5% (450)", "0.5% (50)") == panels_of(chart, Lang.ZH)[0].lines[0].texts


@pytest.mark.parametrize(
    "value, lang, currency, expected",
    [
        (1_234_567, Lang.ZH, "CNY", "123.5万"), (90_000, Lang.ZH, "EUR", "€9万"),
        (92_190, Lang.ZH, "CNY", "9.22万"), (99_999_999, Lang.ZH, "CNY", "1亿"),
        (800, Lang.ZH, "CNY", "¥800"), (1_234_567, Lang.EN, "CNY", "¥1.23M"), (999_999, Lang.EN, "USD", "$1M"),
        (-80_000, Lang.EN, "USD", "-$80K"), (5_000, Lang.EN, "SEK", "SEK 5K"), (7, Lang.EN, "", "7"), (0, Lang.ZH, "CNY", "¥0"),
    ],
)  # fmt: skip
def test_figures_are_as_short_as_people_say_them(value: float, lang: Lang, currency: str, expected: str) -> None:
    """万 and 亿, K and M, by the language; rounding does not leave a thousand thousands."""
    assert expected == figure_text(value, lang, currency)


def test_exact_figures_keep_their_digits() -> None:
    """For the table behind a chart."""
    assert ["¥1,234,567", "-$0.5", "12.35%"] == [exact_text(1_234_567, "CNY"), exact_text(-0.5, "USD"), exact_text(12.345_6, unit="%")]


@pytest.mark.parametrize(
    "values, expected",
    [
        ((3.0,), (0, 1, 2, 3)), ((1_230_000.0,), (0, 500_000, 1_000_000, 1_500_000)), ((-30.0, 60.0), (-50, -25, 0, 25, 50, 75)),
        ((0.0,), (0, 1)), ((1.0,), (0, 1)), ((0.35,), (0, 0.1, 0.2, 0.3, 0.4)),
    ],
)  # fmt: skip
def test_scales_begin_at_zero_with_round_steps(values: tuple[float, ...], expected: tuple[float, ...]) -> None:
    """And whole ones where the figures are whole: nobody has half a deal."""
    assert expected == ticks_of(values)


def test_percentages_keep_a_place_where_they_are_small() -> None:
    """4.5%, not 4%."""
    assert ["62%", "4.5%", "0%"] == [percent(share) for share in (0.6234, 0.045, 0)]


def test_steps_of_a_waterfall_hang_between_its_levels_and_those_that_lead_nowhere_are_left_out() -> None:
    """Each step begins where the one before ended, upwards with a plus; the last level stands on its own feet."""
    chart = Chart(ChartKind.WATERFALL, "t", ("then", "new", "grown", "won", "now"), (Series("", (100, 50, 0, -30, 120), "EUR"),))

    panel = panels_of(chart, Lang.EN)[0]

    assert ("then", "new", "won", "now") == panel.labels
    assert (((0, 100), (100, 150), (150, 120), (0, 120)), ("€100", "+€50", "-€30", "€120")) == (panel.lines[0].spans, panel.lines[0].texts)


def test_an_empty_waterfall_keeps_its_two_levels() -> None:
    """Nothing then, nothing now: both are still told."""
    chart = Chart(ChartKind.WATERFALL, "t", ("then", "new", "now"), (Series("", (0, 0, 0), "EUR"),))

    panel = panels_of(chart, Lang.EN)[0]

    assert (("then", "now"), ((0, 0), (0, 0))) == (panel.labels, panel.lines[0].spans)
