"""`tandem churn` over a table: what is written, in which words, and what no spreadsheet shall work out."""

import csv
import json
from pathlib import Path

import pytest

from bot.churning.told import safe
from bot.cli import main
from bot.domain.curves import Course, Curves
from bot.render.curves import curves_drawing
from bot.render.fonts import chinese_font
from bot.render.sheet import Box, Faces

HEADER = ["account", "plan", "logins", "left"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Accounts of which those with few log-ins leave, mostly; one has a name that a spreadsheet would work out."""
    rows = [[f"A{n:03}", ("basic", "firm")[n % 2], str(n % 20), "yes" if n % 20 + n * 7 % 9 < 11 else "no"] for n in range(200)]
    rows[0][0] = '=HYPERLINK("http://example.com")'
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def churn(tmp_path: Path, *words: str) -> int:
    """One verb in a home of its own."""
    return main(["--home", str(tmp_path / "home"), "churn", *words])


def test_what_was_trained_scores_the_next_table(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row with account, chance, band and reasons, and the most endangered on the screen."""
    assert 0 == churn(tmp_path, "train", "--csv", str(table), "--target", "left")
    assert 0 == churn(tmp_path, "score", "--csv", str(table), "--out", str(tmp_path / "out"), "--json")

    told = json.loads(capsys.readouterr().out.partition("\n{")[2].join(("{", "")))
    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (200, 200, 10) == (told["rows"], len(rows), len(told["top"]))
    assert all(0 < float(row["probability"]) < 1 and row["band"] in {"high", "medium", "low"} for row in rows)
    assert any("logins" in row["reason 1"] for row in rows)


def test_what_is_learned_is_nobody_elses_to_read(tmp_path: Path, table: Path) -> None:
    """The home that a verb makes is its owner's alone."""
    churn(tmp_path, "train", "--csv", str(table), "--target", "left")

    assert [0o700, 0o700] == [(tmp_path / name).stat().st_mode & 0o777 for name in ("home", "home/churn")]


def test_nothing_in_the_sheet_is_a_formula(tmp_path: Path, table: Path) -> None:
    """What begins like one has an apostrophe before it."""
    churn(tmp_path, "train", "--csv", str(table), "--target", "left")
    churn(tmp_path, "score", "--csv", str(table), "--out", str(tmp_path / "out"))

    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]

    assert ('\'=HYPERLINK("http://example.com")' in cells, []) == (True, [one for one in cells if one.startswith(("=", "+", "-", "@"))])


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_each_sign_that_begins_a_formula_is_known(cell: str) -> None:
    """As spreadsheets know them."""
    assert f"'{cell}" == safe(cell)


def test_looking_back_draws_and_tells(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three pictures, and a page that asks nobody for anything."""
    out = tmp_path / "out"
    assert 0 == churn(tmp_path, "backtest", "--csv", str(table), "--target", "left", "--out", str(out))

    page = (out / "report.html").read_text(encoding="utf-8")
    pictures = [(out / f"{name}.png").read_bytes()[:4] for name in ("roc", "calibration", "lift")]
    assert ([b"\x89PNG"] * 3, True) == (pictures, capsys.readouterr().out.startswith("Better than guessing the average"))
    assert [] == [sign for sign in ("<script", "http:", "https:", "@import", "url(", "src=") if sign in page]


def test_a_page_in_chinese_says_so(tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the language of the machine."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    churn(tmp_path, "backtest", "--csv", str(table), "--target", "left", "--out", str(tmp_path / "out"))

    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")

    assert (True, True) == ('<html lang="zh">' in page, "流失模型回测" in page)


def test_a_leak_stands_in_what_is_said(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the column's name, on the screen and on the page, where it cannot become markup."""
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*header, "<b>refund"], *([*row, "9" if row[-1] == "yes" else "0"] for row in rows)])

    churn(tmp_path, "backtest", "--csv", str(table), "--target", "left", "--out", str(tmp_path / "out"))

    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert ('Leak: "<b>refund"' in capsys.readouterr().out, True, False) == (True, "&lt;b&gt;refund" in page, "<b>refund" in page)


@pytest.mark.parametrize("lang, said", [("en_US.UTF-8", "No model was trained yet"), ("zh_CN.UTF-8", "还没有训练过的模型")])
def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, said: str
) -> None:
    """In the language of the machine, with what to do; the exit code is 1."""
    monkeypatch.setenv("LC_ALL", lang)

    code = churn(tmp_path, "score", "--csv", str(table))

    complained = capsys.readouterr().err
    assert (1, True, 1) == (code, complained.startswith(said), complained.count("\n"))


def test_a_table_that_lacks_a_column_is_told_which(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The model reads it, and the table does not have it."""
    churn(tmp_path, "train", "--csv", str(table), "--target", "left")
    other = tmp_path / "other.csv"
    other.write_text("account,plan\nA,basic\n", encoding="utf-8")

    assert (1, True) == (churn(tmp_path, "score", "--csv", str(other)), "logins" in capsys.readouterr().err)


def test_without_a_model_the_scorecard_judges_columns_that_it_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the first day on; which columns it read is said."""
    table = tmp_path / "accounts.csv"
    table.write_text("account,active_users,active_users_high,competitor\nNordwind,10,80,1\nHarbor,80,80,0\n", encoding="utf-8")

    assert 0 == churn(tmp_path, "score", "--csv", str(table))

    said = capsys.readouterr().out
    assert (True, True) == ("scorecard" in said, said.index("Nordwind") < said.index("Harbor"))


def test_a_large_table_is_scored_by_several_processes_as_by_one(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows in the same order."""
    churn(tmp_path, "train", "--csv", str(table), "--target", "left")
    churn(tmp_path, "score", "--csv", str(table), "--out", str(tmp_path / "one"))
    monkeypatch.setattr("bot.churning.scoring.LARGE_BYTES", 0)
    monkeypatch.setattr("skills.churn_risk.table.reading.MOST_CELLS", 400)
    churn(tmp_path, "score", "--csv", str(table), "--out", str(tmp_path / "several"))

    one, several = ((tmp_path / name / "scores.csv").read_text(encoding="utf-8") for name in ("one", "several"))

    assert one == several


def test_a_look_back_needs_to_know_the_outcome(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --target it says so."""
    assert (1, True) == (churn(tmp_path, "backtest", "--csv", str(table)), "--target" in capsys.readouterr().err)


def test_no_word_of_the_curves_stands_on_another() -> None:
    """Long names and both languages."""
    long = "抓住的流失客户占全部流失客户的比例,越高越好,这是一个很长的名字"
    course = Course(long, ((0.0, 0.0), (0.2, 0.7), (1.0, 1.0)), dotted=True)
    words = curves_drawing(Curves(long * 2, long, long, long, (course, course), long * 3), Faces(chinese_font())).sheet.words

    pairs = [(one.text, other.text) for n, one in enumerate(words) for other in words[:n] if _meet(one.box, other.box)]

    assert [] == pairs


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_point_outside_of_the_square_is_refused() -> None:
    """Chances are between 0 and 1."""
    with pytest.raises(ValueError, match="not curves"):
        Curves("", "", "", "", (Course("", ((0.0, 1.1),)),))
