"""What other clause rules would say of two short contracts of our own: what they judge otherwise, clause by clause. Keeps nothing."""

import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from bot.domain.comparison import ClauseChange, Report
from bot.domain.contracts import Paper, Paragraph
from bot.domain.talk import Lang

Json = dict[str, Any]
SAMPLE = Path(__file__).with_name("clause_sample.toml")
SNIPPET = 90


class ComparesBy(Protocol):
    """See `bot.comparisons.Comparisons`."""

    def compare_by(self, clauses: Mapping[str, str], old: Paper, new: Paper, our_party: str) -> Awaitable[Report]:
        """What became of `old` in `new`, by these clauses."""
        ...


@dataclass(frozen=True)
class ClausesEffect:
    """An `Effect` of the set `clauses`. merged: changes -> the files of the library with them in."""

    compares: ComparesBy
    merged: Callable[[Any], Mapping[str, str]]

    async def __call__(self, now: Any, then: Any, lang: Lang) -> Json:  # noqa: ANN401 - changes, see `bot.clause_edits`
        """How many changes the sample has, and those that are judged otherwise.  Raises: Upstream."""
        before, after = self.merged(now), self.merged(then)
        moved: list[Json] = []
        judged = 0
        for pair in _pairs():
            old, new = (_paper(pair[side], f"{pair['lang']} {side}") for side in ("old", "new"))
            first = (await self.compares.compare_by(before, old, new, pair["ours"])).changes
            second = (await self.compares.compare_by(after, old, new, pair["ours"])).changes
            judged += len(first)
            moved += _moved(first, second, lang)
        return {"judged": judged, "moved": moved}


def _moved(first: tuple[ClauseChange, ...], second: tuple[ClauseChange, ...], lang: Lang) -> Iterator[Json]:
    for old, new in zip(first, second, strict=False):
        before, after = _told(old, lang), _told(new, lang)
        if before != after:
            clause = old.new or old.old
            text = f"{clause.number} {clause.heading} {clause.text}".strip() if clause else ""
            yield {"text": text[:SNIPPET], "before": before, "after": after}


def _told(change: ClauseChange, lang: Lang) -> Json:
    ground = change.grounds[0] if change.grounds else None
    rule, why = (ground.rule, ground.why.get(lang, "")) if ground else ("", "")
    return {"risk": change.risk, "rule": rule, "why": why, "legal": change.legal}


def _paper(lines: list[str], name: str) -> Paper:
    return Paper(tuple(Paragraph(line) for line in lines), name)


@cache
def _pairs() -> tuple[Json, ...]:
    return tuple(tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["pair"])
