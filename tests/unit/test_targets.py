"""Targets and who is sent a digest, as the config says it."""

from pathlib import Path

import pytest

from bot.config import load
from bot.domain.people import Role
from bot.domain.targets import DigestRules, target_of
from bot.errors import BadConfig

TARGETS = {"east": {"2026-Q3": {"CNY": 800}, "2026-Q4": {"CNY": 900}}, "global": {"2026-Q3": {"USD": 70, "CNY": 5}}}


def _config(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_target_is_of_one_team_and_of_all_together_by_currency() -> None:
    """No currency is added to another; a quarter without one has none."""
    assert {"CNY": 800} == target_of(TARGETS, "east", "2026-Q3")
    assert {"CNY": 805, "USD": 70} == target_of(TARGETS, None, "2026-Q3")
    assert {} == target_of(TARGETS, "east", "2027-Q1")


def test_the_config_names_teams_quarters_and_readers(tmp_path: Path) -> None:
    """What is not said stays as it ships: reps daily, managers weekly."""
    told = load(_config(tmp_path, '[digests]\nweekly = ["manager", "coach"]\n[targets.east]\n"2026-Q3" = { CNY = 800 }\n'), {})

    assert (DigestRules((Role.REP,), (Role.MANAGER, Role.COACH)), {"east": {"2026-Q3": {"CNY": 800}}}) == (told.digests, told.targets)


@pytest.mark.parametrize("text, key", [
    ('[targets.east]\n"Q3" = { CNY = 1 }\n', 'targets.east."Q3"'), ('[targets.east]\n"2026-Q3" = { RMB = 1 }\n', 'targets.east."2026-Q3"'),
    ('[targets.east]\n"2026-Q3" = { CNY = -1 }\n', 'targets.east."2026-Q3".CNY'), ('[digests]\ndaily = ["boss"]\n', "digests.daily[1]"),
])  # fmt: skip
def test_what_cannot_be_meant_stops_the_start_by_name(tmp_path: Path, text: str, key: str) -> None:
    """File, key and what would fit."""
    with pytest.raises(BadConfig) as stop:
        load(_config(tmp_path, text), {})

    assert ("config_bad_value", key) == (stop.value.key, stop.value.facts["key"])
