"""The expert's scorecard: signals to a chance within 90 days, a band, and the reasons worth telling. Knows weights; finds no signal."""

import math
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.domain.risk import Band
from bot.errors import BadConfig
from skills.churn_risk.contact import NEAR, contact
from skills.churn_risk.service import service
from skills.churn_risk.story import Code, Signal, Story
from skills.churn_risk.usage import usage

__all__ = ["Band", "Judgement", "Scorecard", "Weight", "judge", "read_scorecard", "taught", "tuned"]

FILE = Path(__file__).with_name("scorecard.toml")
PLAIN = ("base", "high", "medium", "heard", "near_renewal")
CHANCES = ("high", "medium", "heard")
MOST_TOLD, MOST_RISKS_OF_MEDIUM = 5, 3


@dataclass(frozen=True, slots=True)
class Weight:
    """What a signal of strength 1 adds (log-odds), and how well it explains an account to a reader (0 and up)."""

    weight: float
    tells: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The weights of an expert. base: log-odds of an account of which nothing is known. high, medium: least chances of these bands.

    heard: least strength of a reason. near_renewal: added (log-odds) when the contract ends within `NEAR` days, for then they can leave.
    """

    base: float
    high: float
    medium: float
    heard: float
    near_renewal: float
    weights: Mapping[Code, Weight]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the scorecard makes of an account. chance: 0 to 1, within 90 days. reasons: the most telling first, at most `MOST_TOLD`."""

    chance: float
    band: Band
    reasons: tuple[Signal, ...]


def read_scorecard(file: Path = FILE) -> Scorecard:
    """The scorecard in `file`.  Raises: BadConfig naming the file and the key that is unknown, missing or has a bad value."""
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    plain = {key: _number(file, key, told.pop(key, None)) for key in PLAIN}
    if unknown := sorted(set(told) - set(Code)):
        raise BadConfig("config_unknown_key", file=str(file), key=unknown[0], known=", ".join(Code))
    weights = {code: _weight(file, code, told.get(code)) for code in Code}
    return Scorecard(**plain, weights=weights)


def tuned(card: Scorecard, scorecard: Mapping[str, float], weights: Mapping[str, float], file: str) -> Scorecard:
    """`card` with what a house's config says: `[churn.scorecard]` its cuts, `[churn.weights]` what single signals weigh.

    Raises: BadConfig naming the file and the key, for one that is unknown, out of bounds, or a weight of the wrong sign.
    """
    for key, value in scorecard.items():
        if key not in PLAIN:
            raise BadConfig("config_unknown_key", file=file, key=f"churn.scorecard.{key}", known=", ".join(PLAIN))
        if not math.isfinite(value) or (key in CHANCES and not 0 <= value <= 1):
            raise BadConfig("config_bad_value", file=file, key=f"churn.scorecard.{key}", value=value, wanted="0..1")
    plain = {**{key: getattr(card, key) for key in PLAIN}, **scorecard}
    found = Scorecard(**plain, weights=card.weights)
    if found.medium > found.high:
        raise BadConfig("config_bad_value", file=file, key="churn.scorecard.medium", value=found.medium, wanted=f"<= {found.high}")
    for name, weight in weights.items():
        if name not in set(Code):
            raise BadConfig("config_unknown_key", file=file, key=f"churn.weights.{name}", known=", ".join(Code))
        if not math.isfinite(weight) or (weight != 0 and (weight > 0) is not Code(name).risk):
            wanted = ">= 0" if Code(name).risk else "<= 0"
            raise BadConfig("config_bad_value", file=file, key=f"churn.weights.{name}", value=weight, wanted=wanted)
    own = {Code(name): replace(card.weights[Code(name)], weight=weight) for name, weight in weights.items()}
    return replace(found, weights={**card.weights, **own})


def taught(card: Scorecard, factors: Mapping[str, float], fixed: Collection[str] = ()) -> Scorecard:
    """`card` with weights taken times what the house's answers taught. fixed: codes that the config weighs, which wins."""
    learned = {
        Code(code): replace(card.weights[Code(code)], weight=card.weights[Code(code)].weight * factor)
        for code, factor in factors.items() if code in set(Code) and code not in fixed
    }  # fmt: skip
    return replace(card, weights={**card.weights, **learned})


def _weight(file: Path, code: Code, told: object) -> Weight:
    table = told if isinstance(told, dict) else {}
    weight, tells = (_number(file, f"{code}.{key}", table.get(key)) for key in ("weight", "tells"))
    if weight != 0 and (weight > 0) is not code.risk:
        raise BadConfig("config_bad_value", file=str(file), key=f"{code}.weight", value=weight, wanted=">= 0" if code.risk else "<= 0")
    return Weight(weight, tells)


def _number(file: Path, key: str, told: object) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise BadConfig("config_bad_value", file=str(file), key=key, value=told, wanted="0.0")
    return float(told)


def judge(story: Story, card: Scorecard, chance_of: Callable[[float], float] | None = None) -> Judgement:
    """What `card` makes of `story`; an account of which nothing is known gets the base and no reason.

    chance_of: what log-odds mean, where that was learned (`skills.churn_risk.model`).
    """
    found = signals(story)
    near = card.near_renewal if ends_soon(story) else 0.0
    odds = card.base + near + math.fsum(card.weights[one.code].weight * one.strength for one in found)
    chance = chance_of(odds) if chance_of else 1 / (1 + math.exp(-odds))
    band = Band.HIGH if chance >= card.high else Band.MEDIUM if chance >= card.medium else Band.LOW
    return Judgement(chance, band, _told(found, band, card))


def signals(story: Story) -> list[Signal]:
    """All that `story` says for leaving or for staying."""
    return [*usage(story), *service(story), *contact(story)]


def ends_soon(story: Story) -> bool:
    """Whether the contract ends within `NEAR` days."""
    return story.renewal_date is not None and 0 <= -story.ago(story.renewal_date) <= NEAR


def _told(signals: Sequence[Signal], band: Band, card: Scorecard) -> tuple[Signal, ...]:
    """Of a band its own side: what speaks for leaving when it is high, for staying when it is low, both in between."""
    ranked = sorted((one for one in signals if one.strength >= card.heard), key=lambda one: -card.weights[one.code].tells * one.strength)
    risks, stays = [one for one in ranked if one.code.risk], [one for one in ranked if not one.code.risk]
    match band:
        case Band.HIGH:
            return tuple(risks[:MOST_TOLD])
        case Band.LOW:
            return tuple((stays or risks)[:MOST_TOLD])
        case Band.MEDIUM:
            most = risks[:MOST_RISKS_OF_MEDIUM]
            both = [*most, *stays[: MOST_TOLD - len(most)]]
            return tuple(sorted(both, key=lambda one: -card.weights[one.code].tells * one.strength))
