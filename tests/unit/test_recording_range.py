"""Which bytes of a recording a browser asks for, and how a second is written."""

import pytest

from bot.web.recordings import clock_of, range_of

SIZE = 1_000


@pytest.mark.parametrize("header, asked", [
    ("bytes=0-", (0, 1_000)), ("bytes=0-99", (0, 100)), ("bytes=900-5000", (900, 1_000)), ("bytes=-100", (900, 1_000)),
    ("bytes=-5000", (0, 1_000)), ("bytes=1000-", None), ("bytes=-0", None), ("bytes=50-40", None),
    ("bytes=0-1,5-6", (0, 1_000)), ("pages=1-2", (0, 1_000)), ("bytes=-", (0, 1_000)),
])  # fmt: skip
def test_a_range_is_read_as_browsers_write_it(header: str, asked: tuple[int, int] | None) -> None:
    """One range is given, none that is there is refused, and what is no single range gets all."""
    assert asked == range_of(header, SIZE)


@pytest.mark.parametrize("seconds, told", [(0.0, "0:00"), (7.9, "0:07"), (61.0, "1:01"), (3_723.4, "1:02:03")])
def test_seconds_are_written_as_players_do(seconds: float, told: str) -> None:
    """Hours only where there are any."""
    assert told == clock_of(seconds)
