"""Which of the firms in a contract is ours, where nobody said so: the seller by its role, or the one that is no account of ours."""

import re
from collections.abc import Iterable, Sequence

from skills.compare_contracts.folded import fold
from skills.compare_contracts.parties import OURS, THEIRS

PARTY = re.compile(
    r"^\W*(?P<role>甲方|乙方|[^\s:：(（]{1,14}方|[^\s:：(（]{1,6}[人商]|party [ab]"
    r"|seller|supplier|provider|vendor|licensor|buyer|customer|client|purchaser)"
    r"\s*(?:[(（](?P<beside>[^()（）]{1,30})[)）])?\s*[:：]\s*(?P<name>[^;；,，\n]{2,60})",
    re.IGNORECASE,
)
PARTS = re.compile(r"[;；\n]")
SELLS_BY_HABIT = frozenset({"乙方", "party b"})


def our_party(heads: Iterable[str], accounts: Sequence[str]) -> str:
    """The name of our firm as the contract writes it, "" where it names none. accounts: names of customers that stand in it."""
    parties = [(fold(found["role"]), fold(found["beside"] or ""), found["name"].strip()) for found in _found(heads)]
    known = [fold(one) for one in accounts]
    for wanted in (OURS, THEIRS):
        for at, (role, beside, name) in enumerate(parties):
            if any(one in {role, beside} for one in wanted):
                others = [other for place, (_, _, other) in enumerate(parties) if place != at]
                return name if wanted is OURS else next(iter(others), "")
    for _, _, name in parties:
        if known and any(one in fold(name) for one in known):
            return next((other for _, _, other in parties if other != name), "")
    return next((name for role, _, name in parties if role in SELLS_BY_HABIT), "")


def _found(heads: Iterable[str]) -> Iterable[re.Match[str]]:
    return (found for head in heads for part in PARTS.split(head) if (found := PARTY.match(part)))
