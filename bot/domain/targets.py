"""Who is sent a digest without asking, and what teams are to sell. Values of the config; knows no store and no clock."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.people import Role
from bot.domain.vocabulary import CURRENCIES

TeamTargets: TypeAlias = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Team -> quarter (`2026-Q3`) -> currency -> amount."""
QUARTER = re.compile(r"\d{4}-Q[1-4]")
KNOWN = tuple(one.name for one in CURRENCIES)


@dataclass(frozen=True)
class DigestRules:
    """`[digests]`: roles that are sent a daily or a weekly one, at the times of `[[schedule.jobs]]`, until they say that they want none."""

    daily: tuple[Role, ...] = (Role.REP,)
    weekly: tuple[Role, ...] = (Role.MANAGER,)


def target_faults(targets: TeamTargets) -> Iterator[tuple[str, object, str]]:
    """What cannot be meant: the key, its value, and what would fit."""
    for team, quarters in targets.items():
        for quarter, amounts in quarters.items():
            key = f'{team}."{quarter}"'
            if not QUARTER.fullmatch(quarter):
                yield key, quarter, "a quarter, such as 2026-Q3"
            for currency, amount in amounts.items():
                if currency not in KNOWN:
                    yield key, currency, ", ".join(KNOWN)
                if amount < 0:
                    yield f"{key}.{currency}", amount, "0 or more"


def target_of(targets: TeamTargets, team: str | None, quarter: str) -> Mapping[str, float]:
    """Currency -> amount for one team; for all of them together where no team is named, each currency by itself."""
    found: dict[str, float] = {}
    for name, quarters in targets.items():
        if team is None or name == team:
            for currency, amount in quarters.get(quarter, {}).items():
                found[currency] = found.get(currency, 0.0) + amount
    return found
