"""What may not stand in a prompt, and how two texts of one differ."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.prompting import LONGEST, Edition, Fault, FaultKind, Holding, Standing, difference, faults, holding, patch, version_of

GOOD = "Say hello to {{name}}.\nIn {{ language }}.\n"


@pytest.mark.parametrize(
    "text, found",
    [
        (GOOD, []),
        ("", [Fault(FaultKind.EMPTY), Fault(FaultKind.MISSING, "name"), Fault(FaultKind.MISSING, "language")]),
        ("{{name}} {{language}}\n{{nmae}}", [Fault(FaultKind.UNKNOWN, "nmae", 2)]),
        ("{{name}}", [Fault(FaultKind.MISSING, "language")]),
        (GOOD + "{{name", [Fault(FaultKind.BRACES, "", 3)]),
        (GOOD + "x" * LONGEST, [Fault(FaultKind.TOO_LONG)]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, found: list[Fault]) -> None:
    """Every variable and no other, braces that close, neither empty nor endless."""
    assert found == faults(text, ("name", "language"))


def test_a_difference_tells_each_line_once() -> None:
    """With its number on either side."""
    lines = difference("a\nb\nc", "a\nB\nc\nd")

    assert [("same", "a", 1, 1), ("gone", "b", 2, 0), ("new", "B", 0, 2), ("same", "c", 3, 3), ("new", "d", 0, 4)] == [
        (one.kind, one.text, one.before, one.after) for one in lines
    ]


def test_a_patch_can_be_applied(tmp_path: Path) -> None:
    """What was changed here goes back into the files by git."""
    new = GOOD.replace("hello", "good morning")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "hello.md").write_text(GOOD, encoding="utf-8")
    git = shutil.which("git") or "git"
    subprocess.run([git, "apply", "-"], cwd=tmp_path, input=patch("prompts/hello.md", GOOD, new), text=True, check=True)

    assert new == (tmp_path / "prompts" / "hello.md").read_text(encoding="utf-8")


def edition(text: str, shipped: str) -> Edition:
    """One in force."""
    version, at = version_of(text), datetime(2026, 7, 14, tzinfo=UTC)
    return Edition("1", "a/b", 1, text, version, "base", version_of(shipped), UserId("he"), "why", at, Standing.PUBLISHED)


@pytest.mark.parametrize(
    "over, shipped, expected",
    [
        (None, "Old {{x}}", Holding.SHIPPED),
        (edition("Mine {{x}}", "Old {{x}}"), "Old {{x}}", Holding.EDITED),
        (edition("Mine {{x}}", "Old {{x}}"), "New {{x}}", Holding.UPGRADED),
        (edition("Mine", "Old {{x}}"), "Old {{x}}", Holding.BROKEN),
        (edition("Old {{x}}", "Old {{x}}"), "New {{x}}", Holding.SHIPPED),
    ],
)
def test_which_text_holds_over_the_shipped_one(over: Edition | None, shipped: str, expected: Holding) -> None:
    """An edition, upgraded under or not; the shipped one where the edition broke, or had given the shipped text back."""
    assert expected == holding(over, shipped, ["x"])
