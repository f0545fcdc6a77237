"""The house's own model: the scorecard's signals under weights that outcomes taught. Judges stories; learns nothing."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import BadConfig
from skills.churn_risk.scorecard import Judgement, Scorecard, Weight, judge
from skills.churn_risk.story import Code, Story
from skills.churn_risk.table.fitting import Curve, Measures

FORMAT = 1
FILE = "own.json"
SCORECARD = "scorecard"


@dataclass(frozen=True, slots=True)
class OwnModel:
    """What outcomes taught. weights: by code, never against the side that is known. near: added when the contract ends soon.

    curve: what log-odds mean. high, medium: least chances of the bands. accounts, left, snapshots, until: what it was learned from.
    split: the first day that judged it; ours, theirs: how it and the scorecard did from then on. on: whether it beat the scorecard.
    """

    base: float
    near: float
    weights: Mapping[str, float]
    curve: Curve
    high: float
    medium: float
    accounts: int
    left: int
    snapshots: int
    until: date
    split: date
    ours: Measures
    theirs: Measures
    on: bool

    def as_card(self, card: Scorecard) -> Scorecard:
        """`card` with what was learned; reasons are ordered by what they add."""
        weights = {code: Weight(self.weights[code], abs(self.weights[code])) for code in Code}
        return replace(card, base=self.base, near_renewal=self.near, high=self.high, medium=self.medium, weights=weights)


@dataclass(frozen=True, slots=True)
class Judge:
    """Either judge. name: `scorecard`, or the model's with the beginning of its hash."""

    name: str
    card: Scorecard
    chance_of: Callable[[float], float] | None = None

    def __call__(self, story: Story) -> Judgement:
        """Chance within 90 days, band and reasons."""
        return judge(story, self.card, self.chance_of)


def judge_for(told: str, card: Scorecard) -> Judge:
    """The model in the text `told` where it is switched on, else `card`; "" for none.  Raises: BadConfig for a text that is none."""
    if not told:
        return Judge(SCORECARD, card)
    model, digest = from_text(told)
    if not model.on:
        return Judge(SCORECARD, card)
    return Judge(f"model {digest[:12]}", model.as_card(card), model.curve.one)


def model_for(folder: Path, card: Scorecard) -> Judge:
    """The judge of a house that keeps what it learned in `folder`.  Raises: BadConfig where the file is not as it was written."""
    return judge_for(text_in(folder), card)


def text_in(folder: Path) -> str:
    """The model that is kept in `folder`, as text; "" for none."""
    try:
        return (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def to_text(model: OwnModel) -> str:
    """The model as JSON, under its own hash."""
    told = {"format": FORMAT, **asdict(model), "until": model.until.isoformat(), "split": model.split.isoformat()}
    return json.dumps({**told, "sha256": _digest(told)})


def from_text(text: str) -> tuple[OwnModel, str]:
    """The model that `to_text` wrote, and its hash.  Raises: BadConfig when it is not as it was written."""
    try:
        told = json.loads(text)
        digest = told.pop("sha256")
        if digest != _digest(told) or told.pop("format") != FORMAT or set(told["weights"]) != set(Code):
            raise BadConfig("churn_model_broken", file=FILE)
        curve = Curve(tuple(told["curve"]["odds"]), tuple(told["curve"]["chance"]))
        days = {name: date.fromisoformat(told[name]) for name in ("until", "split")}
        made: dict[str, Any] = {**told, **days, "curve": curve, "ours": _measures(told["ours"]), "theirs": _measures(told["theirs"])}
        return OwnModel(**made), digest
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise BadConfig("churn_model_broken", file=FILE) from err


def _measures(told: Mapping[str, Any]) -> Measures:
    made: dict[str, Any] = {**told, "lift": tuple(told["lift"])}
    return Measures(**{**made, **{name: tuple(tuple(point) for point in told[name]) for name in ("roc", "calibration")}})


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def keep(text: str, folder: Path) -> Path:
    """Keep a model in `folder`, in place of the one before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, fresh = folder / FILE, folder / f"{FILE}.new"
    fresh.write_text(text, encoding="utf-8")
    return fresh.replace(file)
