"""Ranges of numbers in a sentence: "above 10 % and up to 15 %" speaks of 12 %, though it never says 12. Knows no question."""

import re

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"\s*(?:%|percent|per cent|[a-z]{1,6}|[\u3400-\u9fff]{1,2})?\s*"
_RANGES = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?:above|over|more than|from|between){_UNIT}{_NUMBER}{_UNIT},?\s*(?:and|but|to|up to)"
            rf"(?:\s+(?:up to|at most|not (?:above|over|more than)|below))?\s+{_NUMBER}"
        ),
        rf"{_NUMBER}{_UNIT}(?:to|-|–|—|~|至|到){_UNIT}{_NUMBER}",
        rf"(?:超过|高于|大于|多于){_UNIT}{_NUMBER}{_UNIT}[,、]?\s*(?:且|但|而|并)?\s*(?:不超过|不高于|不多于|至|到|低于|小于|未满){_UNIT}{_NUMBER}",
        rf"{_NUMBER}{_UNIT}以上[,、]?\s*(?:至|到|且|但)?\s*(?:不超过)?{_NUMBER}",
    )
)


def speaks_of(number: float, folded: str) -> bool:
    """Whether a range in `folded` holds `number`."""
    return any(
        float(found[1]) <= number <= float(found[2]) for pattern in _RANGES for found in pattern.finditer(folded)
    )
