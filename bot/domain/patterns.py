"""Patterns of words that are compiled when they are first asked for something. Knows no word of its own.

A house has hundreds of them, some take milliseconds, and one command needs few: compiling all of them took a fifth of its start.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property


class Pattern:
    """A regular expression of one text, asked as those of `re` are. A wrong `source` raises `re.error` at the first question."""

    def __init__(self, source: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.source = source
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """What `re` makes of it."""
        return re.compile(self.source, self._flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first match between `start` and `end`."""
        return self.compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A match that begins at `start` and is over by `end`."""
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches that do not overlap."""
        return self.compiled.finditer(text)

    def findall(self, text: str) -> list[str]:
        """What the matches say, of a pattern with one group at most."""
        return self.compiled.findall(text)

    def split(self, text: str) -> list[str]:
        """What stands between the matches."""
        return self.compiled.split(text)

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with `by`, or with what it makes of the match, in place of each match."""
        return self.compiled.sub(by, text)
