"""`tandem backup` beside a house that serves, `tandem restore` into an empty home, and the house that wakes up in it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scenarios.household import Household, household


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """Three people and a document."""
    home = household(tmp_path_factory.mktemp("backup"))
    home.run("ingest", str(home.folder / "papers"))
    return home


def test_what_was_backed_up_while_it_served_answers_in_another_home(home: Household, tmp_path: Path) -> None:
    """The same answer from the same documents, a whole audit from the head that was told, and each refusal in one line."""
    with home.served():
        before = home.data("ask", "续约最多几折?", "--as", "li.wei@example.com")
        told = home.data("backup", str(tmp_path))
        again = home.run("backup", told["file"])
    other = replace(home, folder=tmp_path / "other")
    other.folder.mkdir()
    (other.folder / "config.toml").write_bytes((home.folder / "config.toml").read_bytes())
    restored = other.run("restore", told["file"])
    full = other.run("restore", told["file"])
    head = other.data("audit", "head")
    after = other.data("ask", "续约最多几折?", "--as", "li.wei@example.com")
    whole = other.run("audit", "verify")

    assert (0, 0, "") == (restored.returncode, whole.returncode, restored.stderr)
    assert (told["size"], told["root"]) == (head["size"], head["root"])
    assert (before["text"], before["evidence"][0]["quote"]) == (after["text"], after["evidence"][0]["quote"])
    assert [(1, 1), (1, 1)] == [(one.returncode, one.stderr.count("\n")) for one in (again, full)]
    assert told == json.loads((home.folder / "home" / "backed_up.json").read_text(encoding="utf-8"))
    assert not (other.folder / "home" / "restored.json").exists()
