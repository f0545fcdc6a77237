"""Grounds in the form of a chat: “quote” (source §, current), three at most where the rest is a press away. Knows no button."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.channels.form.cutting import shortened
from bot.channels.form.markup import plain
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.outcome import Answer, Outcome

Say = Callable[..., str]
"""The sentence of a key in the reader's language, filled with facts."""
MOST, LONGEST_QUOTE = 3, 100
QUOTED = re.compile('“[^“”]+”|"[^"]+"')
LEAST_QUOTE = 12
"""A quote shorter than this is no quote."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """lines: plain words, one a ground. left_over: there is more to see than they show."""

    lines: tuple[str, ...] = ()
    left_over: bool = False


def grounds_of(outcome: Outcome, say: Say, *, most: int | None = MOST, longest: int | None = LONGEST_QUOTE) -> Grounds:
    """The grounds of an outcome. most, longest: how many, and how long a quote may be; None without bound.

    A quote that the answer's own words hold already is not said twice: its source alone stands there; of a draft, whose words repeat
    what was said, only where no other ground has that source.
    """
    evidence = _telling(outcome, grounds_in(outcome))
    shown = evidence[:most]
    told = [_line(one, outcome.text, say, longest) for one in shown]
    return Grounds(tuple(dict.fromkeys(line for line, _ in told)), len(shown) < len(evidence) or any(cut for _, cut in told))


def grounds_in(outcome: Outcome) -> Sequence[Evidence]:
    """The evidence of an outcome, each ground once, in its order; of a draft that of the fields that it wants shown comes first."""
    if isinstance(outcome, Answer):
        evidence = outcome.evidence
    else:
        order = {name: place for place, name in enumerate(outcome.shows)}
        evidence = tuple(outcome.evidence[name] for name in sorted(outcome.evidence, key=lambda name: order.get(name, len(order))))
    return tuple({(one.quote, one.source, one.locator): one for one in evidence}.values())


def _telling(outcome: Outcome, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    if isinstance(outcome, Answer):
        return evidence
    said = _bare(plain(outcome.text))
    new = [one for one in evidence if _bare(plain(as_words(one.quote))) not in said]
    sources = {one.source for one in new}
    return [one for one in evidence if one in new or one.source not in sources]


def fitting(grounds: Grounds, most: int | None) -> bool:
    """Whether all lines together take at most `most` characters."""
    return most is None or sum(len(line) + 1 for line in grounds.lines) <= most + 1


def _line(one: Evidence, text: str, say: Say, longest: int | None) -> tuple[str, bool]:
    """One ground, and whether its quote was cut."""
    where, quote = _where(one, say), plain(as_words(one.quote))
    quote = " ".join(quote.split())
    if not quote:
        return say("form_source", where=f"{where} · {say('form_quote_erased')}"), False
    if _bare(quote) in _bare(plain(text)):
        return say("form_source", where=where), False
    shown = quote if longest is None else shortened(quote, max(longest, LEAST_QUOTE))
    bare = shown[1:-1] if QUOTED.fullmatch(shown) else shown
    return say("form_ground", quote=bare, where=where), shown != quote


def _where(one: Evidence, say: Say) -> str:
    if one.kind is not EvidenceKind.DOCUMENT:  # a record's locator is its id, for machines
        return say("form_stale", where=one.source) if one.stale else one.source
    path = PurePosixPath(one.source)
    name = path.stem if re.fullmatch(r"\.[A-Za-z]{2,5}", path.suffix) else path.name
    return say("form_stale" if one.stale else "form_current", where=" ".join(part for part in (name, one.locator) if part))


def as_words(quote: str) -> str:
    """A quote as people read it: a row of a table without its bars."""
    lines = quote.strip().splitlines()
    if not lines or not all(line.strip().startswith("|") and line.strip().endswith("|") for line in lines):
        return quote
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return "\n".join(" · ".join(filter(None, row)) for row in rows if not all(set(cell) <= {"-", ":"} for cell in row))


def _bare(text: str) -> str:
    return "".join(text.split())
