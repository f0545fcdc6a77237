"""`tandem check` reads the clause library as a comparison does, and names what is broken in it."""

import shutil
from pathlib import Path

import pytest

from bot.checkup import check, check_clauses
from bot.errors import BadConfig
from bot.home import Home

CONFIG = Path(__file__).parents[2] / "config.toml"
CLAUSES = CONFIG.parent / "knowledge" / "clauses"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A copy of the library that may be broken."""
    return Path(shutil.copytree(CLAUSES, tmp_path / "clauses"))


def test_the_library_is_counted(tmp_path: Path) -> None:
    """What comparisons judge by is there, and how many rules it has."""
    findings = check(CONFIG, Home(tmp_path))

    told = [one for one in findings if one["key"] == "check_clauses"]
    assert [("on", True)] == [(one["state"], one["facts"]["count"] > 200) for one in told]


@pytest.mark.parametrize(
    "written, named",
    [
        ('direction = "theirs"', "theirs"),
        ('direction = "them"\nlost = "("', "X-99"),
        ('direction = "them"\ngained = "FOB"', "FOB"),
        ('direction = "them"\nlooks = "a"', "looks"),
        ('direction = "them', "line"),
    ],
)
def test_a_broken_rule_is_named(shelf: Path, written: str, named: str) -> None:
    """The file is told, and in it the rule or the words that cannot be."""
    with (shelf / "assignment.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[rule]]\nid = "X-99"\nrisk = "low"\nwhy = {{ zh = "", en = "" }}\n{written}\n')

    with pytest.raises(BadConfig) as wrong:
        check_clauses(shelf)

    assert ("clauses_bad", "assignment.toml", True) == (wrong.value.key, wrong.value.facts["file"], named in str(wrong.value.facts["why"]))


def test_a_name_that_two_rules_have_is_told(shelf: Path) -> None:
    """A judgement is explained by its rule's name, so no two have the same."""
    (shelf / "other.toml").write_text((shelf / "other.toml").read_text(encoding="utf-8").replace("O-05", "X-01"), encoding="utf-8")

    with pytest.raises(BadConfig) as wrong:
        check_clauses(shelf)

    assert ("other.toml", True) == (wrong.value.facts["file"], "X-01" in str(wrong.value.facts["why"]))


def test_a_file_that_is_no_text_is_told(shelf: Path) -> None:
    """A file saved in another encoding is named, like any other that cannot be read."""
    (shelf / "ip.toml").write_bytes('category = "知识产权"'.encode("gb18030"))

    with pytest.raises(BadConfig) as wrong:
        check_clauses(shelf)

    assert ("clauses_bad", "ip.toml") == (wrong.value.key, Path(str(wrong.value.facts["file"])).name)
