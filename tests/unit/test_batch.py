"""A task runs over the lines of a file, in one process, and never sees what is right."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.batch import TASKS as KNOWN
from bot.cli import TASKS, main

LINE = {"id": "q1", "now": "2026-08-04T09:30:00+08:00", "tz": "Asia/Shanghai", "text": "上个月赢了几单"}


def _batch(folder: Path, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out = folder / "out.jsonl"
    code = main(["batch", "query", "--in", str(folder / "in.jsonl"), "--out", str(out), "--home", str(folder / "home")])
    return code, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []


def test_each_line_gets_its_prediction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the lines; how far it is stands on standard error."""
    code, told = _batch(tmp_path, json.dumps(LINE), "", json.dumps({**LINE, "id": "q2", "text": "早上好"}))

    assert (0, ["q1", "q2"], None) == (code, [one["id"] for one in told], told[1]["query"])
    assert {"field": "close_date", "from": "2026-07-01", "to": "2026-07-31"} == told[0]["query"]["period"]
    assert "2/2\n" == capsys.readouterr().err


def test_the_label_changes_nothing(tmp_path: Path) -> None:
    """A line with and without what is right gets the same prediction."""
    labelled = {**LINE, "gold": {"query": {"entity": "order"}}}

    assert _batch(tmp_path, json.dumps(LINE)) == _batch(tmp_path, json.dumps(labelled))


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "q1"}', json.dumps({**LINE, "now": "soon"})])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """File, line and why, in one line."""
    code, _ = _batch(tmp_path, json.dumps(LINE), line)

    said = capsys.readouterr().err.splitlines()[-1]
    assert (1, True) == (code, "in.jsonl" in said and "2" in said)


def test_the_command_line_knows_every_task() -> None:
    """It names them without importing what does them."""
    assert tuple(KNOWN) == TASKS
