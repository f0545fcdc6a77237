"""What a clause is about, by its heading and its words. Knows the library's signs; knows no rule."""

from collections.abc import Iterable

from bot.domain.comparison import Category
from skills.compare_contracts.library import Library

HEADING = 4.0
HINT = 1.5
CHANGED = 1.0
OF_PAPER = 2.5
MOST = 2
"""One sign counts so often in one text, lest a long text be about whatever word it repeats."""
SOME = 0.3
"""Beside the likeliest, what has so much of its weight is likely, too."""


def categories(
    library: Library, heading: str, text: str, changed: Iterable[str] = (), paper: Category | None = None
) -> tuple[Category, ...]:
    """The likely ones, best first; never none.

    heading, text: as rules read them (folded). changed: the parts of it that changed, which weigh more. paper: what the whole contract is
    about, where it says so.
    """
    told = tuple(changed)
    scores = {one: _score(library, one, heading, text, told) + OF_PAPER * (one is paper) for one in library.shelves}
    known = (one for one in scores if scores[one] > 0)
    best = sorted(known, key=lambda one: (-scores[one], one is Category.OTHER, one.value))
    return tuple(one for one in best if scores[one] >= SOME * scores[best[0]]) or (Category.OTHER,)


def _score(library: Library, category: Category, heading: str, text: str, changed: tuple[str, ...]) -> float:
    shelf = library.shelves[category]
    headed = HEADING * any(pattern.search(heading) for pattern in shelf.heads) or HINT * any(one.search(heading) for one in shelf.hints)
    said = sum(weight * min(MOST, len(pattern.findall(text))) for pattern, weight in shelf.signs)
    part = sum(weight * min(MOST, len(pattern.findall(one))) for pattern, weight in shelf.signs for one in changed)
    return headed + said + CHANGED * part
