"""What an export broke in one version, mended by the other: words cut at a line's end, headings cut in two. Knows no rule."""

import re
from dataclasses import replace

from bot.domain.comparison import Clause
from skills.compare_contracts.folded import essence

_TORN = re.compile(r"\b([A-Za-z]+) (?=([A-Za-z]+)\b)")
_WORDS = re.compile("[A-Za-z]+")
_SHORTEST = 2


def headed_alike(before: Clause, after: Clause) -> tuple[Clause, Clause]:
    """Both, with the heading of each whole: where one ends early and its text goes on as the other's heading does, it is put together."""
    one, other = essence(before.heading), essence(after.heading)
    if one == other:
        return before, after
    if len(other) >= _SHORTEST and one.startswith(other):
        return before, _headed(after, one, before.heading)
    if len(one) >= _SHORTEST and other.startswith(one):
        return _headed(before, other, after.heading), after
    return before, after


def _headed(clause: Clause, whole: str, heading: str) -> Clause:
    """`clause` under `heading`, where its own heading and text together begin with it; else as it is."""
    rest = len(whole) - len(essence(clause.heading))
    if not essence(f"{clause.heading}{clause.text}").startswith(whole):
        return clause
    at = next((place for place in range(1, len(clause.text) + 1) if len(essence(clause.text[:place])) >= rest), 0)
    return replace(clause, heading=heading, text=clause.text[at:].lstrip()) if at else clause


def mended(text: str, like: str) -> str:
    """`text` with words put together that stand whole in `like` and are no words of it in their parts."""
    known = {one.lower() for one in _WORDS.findall(like)}
    if not known:
        return text

    def joined(found: re.Match[str]) -> str:
        first, second = found.group(1).lower(), found.group(2).lower()
        return found.group(1) if first + second in known and not {first, second} <= known else found.group()

    return _TORN.sub(joined, text)
