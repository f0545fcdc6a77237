"""A digest as it was told: its lines, the questions that their numbers answer, their grounds, why they are there. Knows no sentence."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.domain.chart import Chart, chart_from_json, chart_to_json
from bot.domain.ids import UserId
from bot.domain.query import Fn, Found, Query, Row, from_json, to_json

MANY = 5
"""Fewer people than this are never shown as a team: what one of them did could be told from it."""


class DigestKind(StrEnum):
    """How often it is meant to be read, and so what it looks at."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a line tells.

    query: the typed question that it answers, in the reader's own view of the records; None for what is no record (drafts, reviews, a
    field's history). currency: of a sum of money, "" for how many. weighed: the sum has each amount times its probability. says: the
    question as its reader says it in a chat, "" where nobody asks it there.
    """

    value: float
    query: Query | None = None
    currency: str = ""
    weighed: bool = False
    says: str = ""

    def in_answer(self, found: Found) -> float | None:
        """The number that an answer to `query` tells in its place; None where it tells none. Of weighed rows all must be in it."""
        if self.weighed:
            return weighed(found, self.currency)
        aggregate = found.query.aggregate
        if aggregate is None or aggregate.fn is Fn.COUNT:
            return float(found.total)
        values = [one.value for one in found.figures if (one.currency or "") == self.currency]
        return next((float(value) for value in values if isinstance(value, int | float)), None)


def weighed(found: Found, currency: str) -> float:
    """Amounts of rows in one currency, each by its probability, to the cent."""
    return round(sum(_chance(row.fields) for row in found.rows if row.fields.get("currency") == currency), 2)


def _chance(fields: Mapping[str, object]) -> float:
    amount, percent = fields.get("amount"), fields.get("probability")
    if not isinstance(amount, int | float) or not isinstance(percent, int | float) or not math.isfinite(amount * percent):
        return 0.0
    return amount * min(max(percent, 0), 100) / 100


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that its reader should know. why: the rule that put it here, with its numbers. grounds: places in the answer's evidence."""

    words: str
    why: str
    numbers: tuple[Number, ...] = ()
    grounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind. chart: where they are better looked at."""

    title: str
    lines: tuple[Line, ...]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """All of it. first, last: the days that it looks back on, as its reader counts them. more: how many lines the chat left to the page."""

    kind: DigestKind
    title: str
    first: date
    last: date
    sections: tuple[Section, ...]
    more: int = 0

    @property
    def lines(self) -> Iterator[Line]:
        """Every line, in order."""
        return (line for section in self.sections for line in section.lines)


@dataclass(frozen=True, slots=True)
class FieldMove:
    """A field of a record that changed. row: the record as it is now. before, after: None where it was empty. on: as the reader counts."""

    row: Row
    before: object
    after: object
    on: date


@dataclass(frozen=True, slots=True)
class Adoption:
    """How much of what a team was shown it used. people: of the team; active: those who asked anything."""

    people: int
    active: int
    shown: int
    used: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """How often people of a team were spoken to unasked. most: the one who was most often."""

    people: int
    total: int
    most: int


@dataclass(frozen=True, slots=True)
class PutOffDigest:
    """One that may not be sent yet, for its reader is not to be spoken to. key: of the occasion; until: aware, UTC, no longer than that."""

    key: str
    user_id: UserId
    kind: DigestKind
    at: datetime
    until: datetime


def digest_to_json(digest: Digest) -> dict[str, Any]:
    """The digest as it is kept and as the page is told it."""
    return {
        "kind": str(digest.kind), "title": digest.title, "first": digest.first.isoformat(), "last": digest.last.isoformat(),
        "more": digest.more, "sections": [_section(one) for one in digest.sections],
    }  # fmt: skip


def digest_from_json(raw: Mapping[str, Any]) -> Digest:
    """The digest that `digest_to_json` wrote.  Raises: ValueError, KeyError when `raw` is none."""
    first, last = date.fromisoformat(raw["first"]), date.fromisoformat(raw["last"])
    sections = tuple(
        Section(
            one["title"], tuple(_line_from(line) for line in one["lines"]), chart_from_json(one["chart"]) if one["chart"] else None
        )
        for one in raw["sections"]
    )
    return Digest(DigestKind(raw["kind"]), raw["title"], first, last, sections, raw["more"])


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title, "chart": chart_to_json(section.chart) if section.chart else None,
        "lines": [
            {"words": one.words, "why": one.why, "grounds": list(one.grounds), "numbers": [_number(each) for each in one.numbers]}
            for one in section.lines
        ],
    }  # fmt: skip


def _number(one: Number) -> dict[str, Any]:
    return {
        "value": one.value, "query": to_json(one.query) if one.query else None, "currency": one.currency, "weighed": one.weighed,
        "says": one.says,
    }  # fmt: skip


def _line_from(raw: Mapping[str, Any]) -> Line:
    numbers = tuple(
        Number(one["value"], from_json(one["query"]) if one["query"] else None, one["currency"], one["weighed"], one["says"])
        for one in raw["numbers"]
    )
    return Line(raw["words"], raw["why"], numbers, tuple(raw["grounds"]))
