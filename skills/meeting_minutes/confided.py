"""What may be passed on of a meeting: everything but what was said in confidence. Knows parts of minutes; knows no pattern of words."""

from dataclasses import dataclass, replace

from skills.meeting_minutes.meeting import Minutes, Quote

LEAST = 5
"""Characters from which shared words are the same remark."""


def without_confidences(made: Minutes) -> Minutes:
    """The minutes without anything that quotes a sensitive remark; the remarks themselves stay listed apart."""
    kept = _Confidences(frozenset(one.place for one in made.sensitive), "\n".join(one.text for one in made.sensitive))
    return replace(
        made,
        pains=tuple(one for one in made.pains if not _confided(one.text, one.quote, kept)),
        decisions=tuple(one for one in made.decisions if not _confided(one.text, one.quote, kept)),
        actions=tuple(one for one in made.actions if not _confided(one.what, one.quote, kept)),
        window=made.window if made.window and not _confided("", made.window.quote, kept) else None,
        budget=made.budget if made.budget and not _confided("", made.budget.quote, kept) else None,
        open_questions=tuple(one for one in made.open_questions if not _confided("", one, kept)),
    )


@dataclass(frozen=True, slots=True)
class _Confidences:
    """The places of the turns that were said in confidence, and their words."""

    places: frozenset[int]
    words: str


def _confided(text: str, quote: Quote, sensitive: _Confidences) -> bool:
    """Whether any of its words are those of a sensitive turn."""
    parts = (part for part in (*text.split(" / "), quote.text) if len(part) >= LEAST)
    return quote.place in sensitive.places or any(part in sensitive.words for part in parts)
