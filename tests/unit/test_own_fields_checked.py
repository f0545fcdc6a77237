"""`tandem check` and the fields that a house added; the example in the shipped config is one that works."""

from pathlib import Path

from bot.checkup import check
from bot.home import Home

CONFIG = Path(__file__).parents[2] / "config.toml"


def switched_on(path: Path) -> Path:
    """The shipped config with its example of own fields as an admin would use it: without the marks before its lines."""
    shipped = CONFIG.read_text(encoding="utf-8")
    start = shipped.index("# [[fields.opportunity]]")
    example, rest = shipped[start:].split("\n\n", 1)
    path.write_text(shipped[:start] + "\n".join(line.removeprefix("# ") for line in example.splitlines()) + "\n\n" + rest, encoding="utf-8")
    return path


def test_each_field_is_listed(tmp_path: Path) -> None:
    """By its name, with its type and how many examples teach it."""
    findings = check(switched_on(tmp_path / "config.toml"), Home(tmp_path))

    listed = [one["facts"] for one in findings if one["key"] == "check_own_field"]
    assert [("line_count", "number", 2), ("plant", "choice", 2)] == [(one["name"], one["type"], one["count"]) for one in listed]
