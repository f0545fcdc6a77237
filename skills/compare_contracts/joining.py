"""Clauses that were taken apart or put together: whose words stand in whose. Knows how clauses are paired; judges nothing."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.comparison import Clause
from skills.compare_contracts.folded import essence

SHORTEST = 12
"""Letters of a part; what is shorter stands in many a clause by chance."""
MOST = 300
"""Clauses without a partner that are looked for in others; with more of them two papers are different contracts."""


def taken_apart(wholes: Sequence[Clause], parts: Sequence[Clause], paired: Mapping[int, int], loose: Sequence[int]) -> dict[int, int]:
    """Place of a loose part -> place of the whole in which all its words stand, though the whole's own partner lacks them.

    paired: place of a whole -> place of its partner among the parts. The other way about, with both sides changed, it finds what was
    put together.
    """
    if not loose or len(loose) > MOST:
        return {}
    whole, part = [essence(one.text) for one in wholes], [essence(one.text) for one in parts]
    found: dict[int, int] = {}
    for place in loose:
        words = part[place]
        if len(words) < SHORTEST:
            continue
        holder = next((here for here, there in paired.items() if words in whole[here] and words not in part[there]), None)
        if holder is not None:
            found[place] = holder
    return found


def gathered(base: str, extras: Iterable[str], like: str) -> str:
    """`base` with the parts that were taken from it, in the order in which they stand in `like`."""
    whole = essence(like)
    return "\n".join(sorted((base, *extras), key=lambda one: whole.find(essence(one)[:SHORTEST]) % (len(whole) + 1)))
