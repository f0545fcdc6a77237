"""The port `Reader`: rules over the text, in this process or in one of a pool. Knows calendars and numerals; knows no record."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.found import Reading
from bot.reading.calendar import month_day
from bot.reading.days import days
from bot.reading.figures import figures

SHORT = 400
"""Characters up to which reading takes less time than asking another process to."""


def read(text: str, today: date, fiscal: tuple[int, int] = (1, 1)) -> Reading:
    """All figures, amounts and days in `text`. A figure that is part of a day is no figure of its own. Pure, so it can run anywhere."""
    said = days(text, today, fiscal)
    money, numbers = figures(text)

    def free(start: int, end: int) -> bool:
        return all(end <= one.words.start or one.words.end <= start for one in said)

    return Reading(
        tuple(one for one in money if free(one.words.start, one.words.end)),
        tuple(one for one in numbers if free(one.words.start, one.words.end)),
        said,
    )


class RuleReader:
    """Reads by rules. year_starts: month and day, `04-01`, on which the fiscal year starts.

    pool: where long texts are read, one of the loop's own threads where there is none.
    how: what is read, and in which way: written text, unless told otherwise.
    """

    def __init__(
        self, year_starts: str = "01-01", pool: Executor | None = None, how: Callable[[str, date, tuple[int, int]], Reading] = read
    ) -> None:
        self._fiscal = month_day(year_starts)
        self._pool = pool
        self._how = how

    async def read(self, text: str, *, said_at: datetime, zone: str) -> Reading:
        """What is found in `text`, said at `said_at` by somebody whose days are counted in `zone`."""
        today = said_at.astimezone(ZoneInfo(zone)).date()
        if len(text) <= SHORT:
            return self._how(text, today, self._fiscal)
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._how, text, today, self._fiscal)
