"""The port `SpokenReader`: figures and days out of raw speech, and how words sound. The one room that knows pypinyin, imported late."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import date
from functools import lru_cache

from bot.domain.found import Reading
from bot.domain.numerals import fold
from bot.reading.reader import RuleReader, read
from bot.reading.spoken import as_said, spoken

HAN = re.compile(r"[\u3400-\u9fff]")
RUNS = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")


def read_speech(text: str, today: date, fiscal: tuple[int, int] = (1, 1)) -> Reading:
    """All figures, amounts and days in a transcript. Pure, so it can run anywhere."""
    said = spoken(text)
    return as_said(read(said.text, today, fiscal), said)


@lru_cache(maxsize=20_000)
def sounds_of(text: str) -> tuple[str, ...]:
    """One sound a character of `text`."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables are loaded when the first name is compared

    made: list[str] = []
    for run in RUNS.findall(text):
        sounds = lazy_pinyin(run) if HAN.match(run) else list(run)
        made += sounds if len(sounds) == len(run) else list(run)
    return tuple(fold(one) for one in made)


class RuleSpokenReader(RuleReader):
    """Reads speech by rules, and tells how words sound. year_starts, pool: as of a `RuleReader`."""

    def __init__(self, year_starts: str = "01-01", pool: Executor | None = None) -> None:
        super().__init__(year_starts, pool, read_speech)

    async def sounds(self, texts: Sequence[str]) -> Sequence[tuple[str, ...]]:
        """One sound a character, for each text; off the loop, for the tables take half a second to load."""
        return await asyncio.to_thread(lambda: [sounds_of(text) for text in texts])
