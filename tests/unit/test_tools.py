"""Borrowed programs: found, skipped with a reason, or required."""

import pytest

from tests.tools import REQUIRED_VARIABLE, needed


def test_a_program_that_is_there_is_found() -> None:
    """By its whole path."""
    assert needed("sh", "no shell").endswith("/sh")


def test_a_missing_one_skips_with_its_name_and_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reading the skips knows what to install."""
    monkeypatch.delenv(REQUIRED_VARIABLE, raising=False)

    with pytest.raises(pytest.skip.Exception, match="no-such-program is not installed: no pictures"):
        needed("no-such-program", "no pictures")


def test_where_all_are_required_a_missing_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that should have everything does not skip in silence."""
    monkeypatch.setenv(REQUIRED_VARIABLE, "1")

    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        needed("no-such-program", "no pictures")
