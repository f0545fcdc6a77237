"""What may not stand in a prompt, and how two texts of one differ."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.domain.prompting import LONGEST, Fault, FaultKind, difference, faults, patch

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
