"""Leaving learned from tables: what a column holds, what tells too much, what is learned, and tables that nobody would wish for."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.domain.risk import Band
from bot.errors import BadConfig
from skills.churn_risk.table import reading
from skills.churn_risk.table.backtest import How, looked_back, material, trained
from skills.churn_risk.table.columns import Sort, columns
from skills.churn_risk.table.fitting import Array, area, calibrated, chances, fitted, measured
from skills.churn_risk.table.model import TableModel, kept, model_in, scores
from skills.churn_risk.table.outcomes import Why
from skills.churn_risk.table.reading import chunks, opened, sampled

Rows = list[list[str]]
HEADER = ["account id", "plan", "logins", "tickets", "note", "left"]


def invented(count: int, seed: int = 1) -> Rows:
    """Accounts whose leaving hangs on log-ins, tickets and the plan, and on chance."""
    dice = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        plan, logins, tickets = str(dice.choice(["basic", "team", "firm"])), int(dice.poisson(30)), int(dice.poisson(2))
        odds = 3.0 - 0.2 * logins + 0.9 * tickets + {"basic": 0.8, "team": 0.0, "firm": -0.8}[plan]
        note = f"{number}: they told us in the last call that work goes on as planned, number {dice.integers(10**9)}"
        left = "yes" if dice.random() < chances(np.array([odds]))[0] else "no"
        rows.append([f"A-{number:05}", plan, str(logins), str(tickets), note, left])
    return rows


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Sequence[str], Rows], Path]:
    """Writes a table."""

    def write(header: Sequence[str], rows: Rows) -> Path:
        path = tmp_path / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


Write = Callable[[Sequence[str], Rows], Path]


def learned(path: Path, target: str = "left") -> TableModel:
    """The model of a whole table."""
    return trained(material(opened(path), target))


# --- what is learned ------------------------------------------------------------------------------------------------------


def test_what_a_column_holds_is_found_by_looking(written: Write) -> None:
    """Names and free text are told from choices, figures and days."""
    header = ["id", "plan", "seats", "seen on", "remark", "always"]
    said = "what they wrote, at some length, on day"
    rows = [[str(n), "ab"[n % 2], str(n * 7 % 31), f"2026-0{1 + n % 9}-15", f"{said} {n}", "x"] for n in range(90)]

    found = columns(sampled(opened(written(header, rows))))

    assert [Sort.NAME, Sort.CHOICE, Sort.NUMBER, Sort.DATE, Sort.WORDS, Sort.SAME] == [one.sort for one in found]


def test_what_makes_accounts_leave_is_learned(written: Write) -> None:
    """On rows that were not seen, ranking comes near what chance allows, and chances mean what they say."""
    made = looked_back(material(opened(written(HEADER, invented(2_000))), "left"))

    assert (How.FOLDS, True, True) == (made.how, made.ours.auc > 0.8, made.ours.ece < 0.03)


def test_a_reason_says_which_column_and_how_much(written: Write) -> None:
    """Of somebody in trouble the reasons are what made it likelier, the heaviest first."""
    model = learned(written(HEADER, invented(2_000)))

    [score] = scores(model, HEADER, [["A-1", "basic", "2", "9", "", ""]])

    assert (Band.HIGH, "A-1", {"logins", "tickets", "plan"}) == (score.band, score.name, {one.column for one in score.reasons})
    assert all(one.factor > 1 for one in score.reasons)


def test_a_cell_that_holds_nothing_is_no_reason_to_fail(written: Write) -> None:
    """Empty, NaN, infinite, a plan that was never seen: a chance all the same."""
    model = learned(written(HEADER, invented(300)))
    odd = ["", "nan", "inf", "-1e400", "whatever", "1e308"]

    told = scores(model, HEADER, [[cell, cell, cell, cell, cell, cell] for cell in odd])

    assert all(0 < one.chance < 1 for one in told)


def test_later_rows_judge_where_a_column_dates_them(written: Write) -> None:
    """The first full column of days parts the rows; days are no figures to learn from."""
    rows = [[f"2025-{1 + number // 100:02}-{1 + number % 28:02}", *row] for number, row in enumerate(invented(1_200))]

    made = looked_back(material(opened(written(["as of", *HEADER], rows)), "left"))

    assert (How.TIME, "as of", True) == (made.how, made.since, made.ours.rows < 500)


def test_another_day_counts_back_from_the_day_of_its_row(written: Write) -> None:
    """How long somebody has been with us is learned from two days, and the same gap years later adds the same."""
    dice = np.random.default_rng(3)
    rows = []
    for number in range(600):
        year = int(dice.integers(2015, 2025))
        rows.append([str(number), f"2025-06-{1 + number % 28:02}", f"{year}-06-01", "1" if dice.random() < (year - 2014) / 11 else "0"])
    header = ["id", "as of", "since", "gone"]
    model = learned(written(header, rows), "gone")

    then, later = scores(model, header, [["a", "2025-06-01", "2024-06-01", ""], ["b", "2035-06-01", "2034-06-01", ""]])

    assert (True, round(then.chance, 6)) == (then.chance > 0.6, round(later.chance, 6))


# --- what tells too much ----------------------------------------------------------------------------------------------------


def test_a_planted_leak_is_named_and_left_out(written: Write) -> None:
    """A column made from the outcome, and three that were filled in afterwards; the look back does as well as without them."""
    rows = invented(1_500)
    dice = np.random.default_rng(2)
    leaking = []
    for row in rows:
        gone = row[-1] == "yes"
        refund = f"{100 * dice.random():.2f}" if gone else f"{-100 * dice.random():.2f}"
        ended = f"2026-0{dice.integers(1, 9)}-11" if gone and dice.random() < 0.6 else ""
        why = f"{row[0]} told us why at some length when they had made up their mind" if gone else ""
        state = "closing" if gone and dice.random() < 0.5 else str(dice.choice(["fine", "busy"]))
        leaking.append([*row[:-1], refund, ended, why, state, row[-1]])
    header = [*HEADER[:-1], "refund", "ended on", "why", "state", "left"]
    clean, planted = material(opened(written(HEADER, rows)), "left"), material(opened(written(header, leaking)), "left")

    expected = {"refund": Why.TELLS, "ended on": Why.AFTERWARDS, "why": Why.AFTERWARDS, "state": Why.AFTERWARDS}
    assert expected == {one.name: one.why for one in planted.leaks}
    assert looked_back(clean).ours.auc == looked_back(planted).ours.auc


def test_what_is_rare_among_few_is_no_leak(written: Write) -> None:
    """Twelve who left and lack something by chance prove nothing."""
    rows = [[str(n), "x" if n % 7 == 0 and n > 12 else "", str(n * 13 % 17), "1" if n < 12 else "0"] for n in range(90)]

    assert () == material(opened(written(["id", "flag", "figure", "left"], rows)), "left").leaks


def test_the_likeliest_columns_are_chosen_without_looking_at_who_is_judged(written: Write) -> None:
    """Of more columns than are learned from, those are chosen within each fold: noise stays noise."""
    dice = np.random.default_rng(7)
    header = [*(f"c{number}" for number in range(300)), "left"]
    rows = [[*(f"{one:.3f}" for one in dice.normal(size=300)), str(number % 2)] for number in range(150)]

    made = looked_back(material(opened(written(header, rows)), "left"))

    assert 0.3 < made.ours.auc < 0.7


# --- formulas -----------------------------------------------------------------------------------------------------------------


def test_a_weight_keeps_the_side_that_is_known() -> None:
    """What the data would turn round stands at zero; the others are as if it were not there."""
    dice = np.random.default_rng(4)
    told = dice.normal(size=(500, 2))
    left = (dice.random(500) < chances(1.2 * told[:, 0] - 0.8 * told[:, 1])).astype(float)

    free, _ = fitted(told, left, np.ones(2))
    bound, _ = fitted(told, left, np.ones(2), signs=np.array([1.0, 1.0]))
    alone, _ = fitted(told[:, :1], left, np.ones(1))

    assert (True, 0.0, round(alone[0], 8)) == (free[1] < -0.5, bound[1], round(bound[0], 8))


def test_with_no_data_to_speak_of_the_prior_stands() -> None:
    """Held tightly, weights stay at what was expected of them."""
    weights, _ = fitted(np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([0.0, 1.0, 1.0, 0.0]), np.array([1e6]), prior=np.array([0.7]))

    assert 0.7 == round(float(weights[0]), 4)


def test_the_curve_of_chances_never_falls_and_is_never_certain() -> None:
    """Between blocks it rises in a straight line, so accounts that differ seldom tie."""
    odds = np.linspace(-3, 3, 300)
    left = (odds + np.random.default_rng(6).normal(size=300) > 0).astype(float)

    found = calibrated(odds, left).at(np.linspace(-9, 9, 500))

    assert (True, True) == (bool((np.diff(found) >= 0).all()), bool(((found > 0) & (found < 1)).all()))


@pytest.mark.parametrize("chance", [np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.5, 0.5, 0.5, 0.5]), np.array([0.9, 0.8, 0.2, 0.1])])
def test_the_area_counts_pairs_in_the_right_order(chance: Array) -> None:
    """As by comparing every pair, ties counting half."""
    left = np.array([0.0, 0.0, 1.0, 1.0])
    pairs = [(chance[gone] > chance[stayed]) + 0.5 * (chance[gone] == chance[stayed]) for gone in (2, 3) for stayed in (0, 1)]

    assert sum(pairs) / 4 == area(left, chance)


def test_measures_of_a_perfect_and_of_an_honest_guess() -> None:
    """Certainty that is right errs by nothing; the average is honest and lifts nothing."""
    left = np.array([1.0, 0.0] * 50)
    perfect, average = measured(left, left), measured(left, np.full(100, 0.5))

    assert (1.0, 0.0, 2.0, 0.5, 0.0) == (perfect.auc, perfect.ece, perfect.lift[0], average.auc, average.ece)


# --- a model is kept ------------------------------------------------------------------------------------------------------------


def test_a_kept_model_scores_as_the_one_that_was_learned(written: Write, tmp_path: Path) -> None:
    """What is read back gives the same chances and reasons."""
    rows = invented(400)
    model = learned(written(HEADER, rows))

    assert scores(model, HEADER, rows[:50]) == scores(kept(model, tmp_path / "churn"), HEADER, rows[:50])


def test_a_model_that_was_changed_by_hand_is_not_believed(written: Write, tmp_path: Path) -> None:
    """One figure more, and its hash does not fit."""
    kept(learned(written(HEADER, invented(300))), tmp_path)
    told = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    (tmp_path / "table.json").write_text(json.dumps({**told, "base": told["base"] + 1}), encoding="utf-8")

    with pytest.raises(BadConfig) as refused:
        model_in(tmp_path)

    assert "churn_model_broken" == refused.value.key


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"sha256": 1}', "\0\0", '{"a": NaN}'])
def test_whatever_lies_where_a_model_should_is_refused_in_one_way(tmp_path: Path, text: str) -> None:
    """No trace of a crash."""
    (tmp_path / "table.json").write_text(text, encoding="utf-8")

    with pytest.raises(BadConfig) as refused:
        model_in(tmp_path)

    assert "churn_model_broken" == refused.value.key


# --- tables that nobody would wish for --------------------------------------------------------------------------------------------


def _many_columns(rows: int) -> str:
    header = ",".join([*(f"c{number}" for number in range(10_000)), "left"])
    return "\n".join([header, *(",".join([*(str((row * column) % 97) for column in range(10_000)), str(row % 2)]) for row in range(rows))])


@pytest.mark.parametrize("content, key", [
    (b"", "churn_empty"), (b"  \n\n", "churn_empty"), (b"a,left\n", "churn_no_rows"), (b"a,b,left\n1,2\n1\n", "churn_no_rows"),
    (b"left\n1\n0\n", "churn_columns"), (b"a,b\n1,2\n", "churn_no_target"), (b"a,left\n1,1\n", "churn_target_values"),
    (b"a,left\n" + b"1,1\n" * 50, "churn_target_values"), (b"a,left\n" + b"1,\n" * 50, "churn_target_values"),
    (b"a,left\n" + b"1,1\n2,2\n3,3\n" * 20, "churn_target_values"), (b"a,left\n" + b"1,1\n" * 50 + b"1,0\n" * 3, "churn_too_few"),
    (b"a,left\n" + b",1\n,0\n" * 30, "churn_nothing_to_learn"), (b"a,left\n" + b"7,1\n7,0\n" * 30, "churn_nothing_to_learn"),
    (b"a,left\n" + b"1,1\n0,0\n" * 30, "churn_nothing_to_learn"), (b"PK\x03\x04 and so on", "churn_no_table"),
    (b"\x00\x01\x02", "churn_no_table"), (b'a,left\n"never closed,1\n' + b"1,1\n" * 50_000, "churn_unreadable"),
    (b"a,left\n" + b"x" * 5_000_000, "churn_long_line"), (b"a,left\n1,1\n" + b"1,1\n" * 300_000 + b"\xff\xfe,0\n", "churn_unreadable"),
])  # fmt: skip
def test_a_table_that_cannot_be_learned_from_is_refused_by_name(tmp_path: Path, content: bytes, key: str) -> None:
    """Each for its own reason, and never with a crash."""
    path = tmp_path / "odd.csv"
    path.write_bytes(content)

    with pytest.raises(BadConfig) as refused:
        trained(material(opened(path), "left"))

    assert key == refused.value.key


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """So is a folder."""
    keys = []
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadConfig) as refused:
            opened(path)
        keys.append(refused.value.key)

    assert ["churn_no_file", "churn_no_file"] == keys


@pytest.mark.parametrize("encoding, separator", [("gb18030", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "|")])
def test_tables_of_other_habits_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    """Chinese in GBK, Excel's signs at the beginning, semicolons, tabs, and yes and no in Chinese."""
    path = tmp_path / "表.csv"
    told = [[f"客户{number}", str(number % 9), "是" if number % 9 > 5 - number % 5 else "否"] for number in range(120)]
    rows = [separator.join(row) for row in told]
    path.write_text("\n".join([separator.join(["客户", "工单", "流失"]), *rows]), encoding=encoding)

    ready = material(opened(path), "流失")

    assert (("工单",), "是", True) == (tuple(one.name for one in ready.used), ready.word, ready.sure)


@pytest.mark.parametrize("gone, stayed, word", [
    ("1.0", "0.0", "1"), ("TRUE", "FALSE", "true"), ("2", "1", "2"), ("Churned", "Active", "churned"),
])  # fmt: skip
def test_any_two_values_are_an_outcome(written: Write, gone: str, stayed: str, word: str) -> None:
    """Those that commonly mean leaving do; else the rarer one does."""
    rows = [[str(number * 7 % 23), gone if number % 3 == 0 else stayed] for number in range(90)]

    ready = material(opened(written(["a", "left"], rows)), "left")

    assert (word, 30) == (ready.word, int(ready.known.left.sum()))


def test_columns_of_one_name_and_none_are_told_apart(tmp_path: Path) -> None:
    """Two that are called alike, two without a name."""
    path = tmp_path / "a.csv"
    path.write_text("x,x,, ,left\n", encoding="utf-8")

    assert ("x", "x (2)", "#3", "#4", "left") == opened(path).header


def test_rows_of_another_width_are_counted_and_left_out(tmp_path: Path) -> None:
    """With the line of the first; empty lines are none."""
    path = tmp_path / "a.csv"
    path.write_text("a,left\n1,1\n\n2\n3,0\n4,1,9\n", encoding="utf-8")

    sample = sampled(opened(path))

    assert (2, 2, 4) == (sample.total, sample.bad, sample.first_bad)


def test_ten_thousand_columns_are_learned_from(tmp_path: Path) -> None:
    """The most telling of them."""
    path = tmp_path / "wide.csv"
    path.write_text(_many_columns(24), encoding="utf-8")

    model = learned(path)

    assert 200 >= len(model.needs)


def test_of_a_long_table_an_even_part_is_held(written: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows from its beginning and its end alike, the same ones each time."""
    monkeypatch.setattr(reading, "MOST_ROWS", 500)
    path = written(["number", "left"], [[str(number), "1"] for number in range(20_000)])

    first, second = (sampled(opened(path)) for _ in range(2))

    middle = sum(int(row[0]) for row in first.rows) / 500
    assert (500, 20_000, True, first.rows) == (len(first.rows), first.total, 9_000 < middle < 11_000, second.rows)


def test_a_large_table_is_read_a_part_at_a_time(written: Write) -> None:
    """No more rows at once than were asked for."""
    path = written(["number", "left"], [[str(number), "1"] for number in range(2_500)])

    assert [1_000, 1_000, 500] == [len(one.rows) for one in chunks(opened(path), 1_000)]


def test_rows_that_stand_twice_are_scored_twice(written: Write) -> None:
    """Each row of the table has its own, in its order; without a name it is called by its number."""
    model = learned(written([*HEADER[1:]], [row[1:] for row in invented(300)]))
    twice = [["basic", "9", "3", "", ""]] * 2

    told = scores(model, HEADER[1:], twice, 5)

    assert (["5", "6"], told[0].chance) == ([one.name for one in told], told[1].chance)
