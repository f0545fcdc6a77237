"""`tandem check` says whether charts can show Chinese, and what turns that on."""

from pathlib import Path

import pytest

from bot.checkup import check
from bot.home import Home
from bot.render import fonts

CONFIG = Path(__file__).parents[2] / "config.toml"


def _font(tmp_path: Path) -> list[tuple[str, str]]:
    return [(one["state"], one["key"]) for one in check(CONFIG, Home(tmp_path)) if "chart_font" in one["key"]]


def test_with_the_font_it_is_on(tmp_path: Path) -> None:
    """As it comes with the house."""
    assert [("on", "check_chart_font")] == _font(tmp_path)


def test_without_any_it_is_off_and_nothing_else_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are drawn all the same."""
    monkeypatch.setattr(fonts, "SHA256", "0" * 64)
    monkeypatch.setattr(fonts, "OF_SYSTEMS", ())

    assert [("off", "check_no_chart_font")] == _font(tmp_path)
