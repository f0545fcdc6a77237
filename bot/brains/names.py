"""The names of contacts, kept in memory to be found in any text quickly. Knows names; knows no record and no speaker."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
HAN = re.compile(r"[\u3400-\u9fff]")
MOST_WORDS = 5
SHORTEST_HAN = 2
SHORTEST_PART = 3


class NameSource(Protocol):
    """Where contacts are kept."""

    async def names(self) -> Sequence[str]:
        """The names of all contacts."""
        ...

    async def names_version(self) -> object:
        """Something that differs once contacts have changed."""
        ...


class ContactNames:
    """The port `KnownNames`; read again once the source has changed.

    A name written in words is also known by each of its parts where the whole stands in the same text.
    """

    def __init__(self, source: NameSource) -> None:
        self._source = source
        self._version: object = None
        self._known: frozenset[str] = frozenset()
        self._longest_han = 0

    async def within(self, text: str) -> Sequence[str]:
        """Those that stand in `text`."""
        version = await self._source.names_version()
        if version != self._version:
            self._known = frozenset(_key(name) for name in await self._source.names() if _is_name(name))
            self._longest_han = max((len(name) for name in self._known if HAN.match(name)), default=0)
            self._version = version
        return sorted({*self._han(text, self._known), *_spelt(text, self._known)}, key=lambda name: (-len(name), name))

    def _han(self, text: str, known: frozenset[str]) -> Iterator[str]:
        for match in HAN.finditer(text):
            at = match.start()
            yield from (text[at : at + size] for size in range(SHORTEST_HAN, self._longest_han + 1) if text[at : at + size] in known)


def _spelt(text: str, known: frozenset[str]) -> Iterator[str]:
    words = list(WORD.finditer(text))
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS, len(words))):
            span = text[words[first].start() : words[last].end()]
            if _key(span) in known:
                yield span
                yield from (part[0] for part in WORD.finditer(span) if len(part[0]) >= SHORTEST_PART)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_name(name: str) -> bool:
    """Whether it identifies somebody: two Chinese characters, or two words."""
    return bool(HAN.match(name) and len(name.strip()) >= SHORTEST_HAN) or len(WORD.findall(name)) > 1
