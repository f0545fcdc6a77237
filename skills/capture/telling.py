"""What else a note tells of a deal: stage, budget, the contact's part in deciding, pains, the next step. By words alone."""

import re
from collections.abc import Iterator, Sequence

from skills.capture.cues import cue
from skills.capture.dates import Dated
from skills.capture.field import Field
from skills.capture.heard import Clause, Heard

LONGEST = 240
APART_HAN, APART_LATIN = 1, 45
"""Characters between two clauses that still tell of one pain."""
EMPTY = re.compile(r"(?:之?前|以前|要|给|发|交|他们?|她们?|我们?|客户|过去|过来|就|再|先|吧|啊|[\s,。,.])+")
"""What does not say what is to be done."""


def stage(heard: Heard, current: str | None) -> Field | None:
    """Where the deal stands; the furthest that was said, won and lost before all."""
    for name in ("lost", "won", "negotiation", "proposal", "qualify"):
        match = heard.has(cue("stage", name))
        if not match:
            continue
        if name in {"negotiation", "proposal"} and current is None:
            early = heard.has(cue("stage", "qualify"))
            if (
                early
                and name == "proposal"
                and early.start() < match.start()
                and not re.search(r"报价|quot|proposal|方案|标", match.group())
            ):
                return Field("qualify", heard.words(*early.span()), 0.6)
        return Field(name, heard.words(*match.span()), 0.9 if name in {"won", "lost"} else 0.7)
    return None


def budget(heard: Heard) -> Field | None:
    """Where the money stands."""
    for name in ("frozen", "none", "pending", "approved"):
        for match in heard.find(cue("budget", name)):
            if name == "none" and re.match(r"没(?:有)?(?:变|批|问题)", heard.folded[match.start() :]):
                continue
            return Field(name, heard.words(*match.span()), 0.8)
    return None


def role(heard: Heard) -> Field | None:
    """What part the contact has in deciding."""
    for name in ("champion", "influencer", "gatekeeper", "blocker", "decision_maker", "user"):
        match = heard.has(cue("role", name))
        if match:
            return Field(name, heard.words(*match.span()), 0.7)
    return None


def pains(heard: Heard, taken: Sequence[Clause] = ()) -> tuple[Field, ...]:
    """What hurts the customer: the clauses that say so."""
    found: list[tuple[int, int]] = []
    for clause in heard.clauses:
        said = heard.folded[clause.start : clause.end]
        if clause in taken or not cue("pain").search(said) or cue("pain", "not_pain").search(said):
            continue
        if cue("close", "strong_step").search(said) and any(clause.start <= one.words.start < clause.end for one in heard.reading.days):
            continue
        if found and clause.start - found[-1][1] <= (APART_HAN if heard.chinese else APART_LATIN):
            found[-1] = (found[-1][0], clause.end)  # one pain, told in two breaths
        else:
            found.append((clause.start, clause.end))
    return tuple(Field(heard.words(*one)[:LONGEST], heard.words(*one)[:LONGEST].strip(), 0.7) for one in found)


def next_step(heard: Heard, due: Dated | None) -> Field | None:
    """What is to be done next: the clause that has its day, with the one beside it that says what."""
    if due is None:
        return next(_undated(heard), None)
    at = heard.clauses.index(due.clause)
    start, end = due.clause.start, due.clause.end
    left = _without(heard, due)
    thin = len(EMPTY.sub("", left)) < (3 if heard.chinese else 14)
    if thin or not cue("close", "step").search(left):
        before, after = heard.clauses[at - 1] if at else None, heard.clauses[at + 1] if at + 1 < len(heard.clauses) else None
        if before and _says_what(heard, before):
            start = before.start
        elif after:
            end = after.end
    words = heard.words(start, end)
    return Field(words[:LONGEST], words[:LONGEST].strip(), 0.7)


def _says_what(heard: Heard, clause: Clause) -> bool:
    said = EMPTY.sub("", heard.folded[clause.start : clause.end])
    return cue("close", "step").search(said) is not None


def _without(heard: Heard, due: Dated) -> str:
    return heard.folded[due.clause.start : due.words.words.start] + heard.folded[due.words.words.end : due.clause.end]


def _undated(heard: Heard) -> Iterator[Field]:
    for clause in heard.clauses:
        said = heard.folded[clause.start : clause.end]
        match = re.search(r"下一步|next (?:step|thing)|(?<![a-z])(?:i'?ll|i need to|i have to|i promised to)(?![a-z])", said)
        if match and cue("close", "step").search(said):
            words = heard.words(clause.start, clause.end)
            yield Field(words[:LONGEST], words[:LONGEST].strip(), 0.5)
