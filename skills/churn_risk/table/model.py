"""A model of a table: what was learned and from what, kept as plain JSON under its own hash. Scores rows; learns nothing."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.domain.risk import Band
from bot.errors import BadConfig
from skills.churn_risk.table.columns import absent, days, numbers
from skills.churn_risk.table.fitting import Array, Curve
from skills.churn_risk.table.learning import ChoicePart, Learned, NumberPart, Part

Flags = npt.NDArray[np.bool_]

FORMAT = 1
MOST_REASONS = 3
SLIGHT = 0.05
"""Log-odds; what adds less is no reason."""


@dataclass(frozen=True, slots=True)
class TableModel:
    """What a table taught. word: the value of `target` that means leaving. share: of the rows that had it. named: the column of names.

    sha256: over the rest, so that a file which was changed by hand is not believed.
    """

    target: str
    word: str
    share: float
    rows: int
    named: str
    learned: Learned
    sha256: str = ""

    @property
    def high(self) -> float:
        """The least chance of the band high: twice the average, or half way from it to certain, whichever is less."""
        return min(2 * self.share, (1 + self.share) / 2)

    @property
    def low(self) -> float:
        """Below this, half the average, the band is low."""
        return self.share / 2

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it reads."""
        names = [one.name for one in self.learned.parts]
        dated = [one.since for one in self.learned.parts if isinstance(one, NumberPart) and one.since]
        return tuple(dict.fromkeys([*names, *dated]))


@dataclass(frozen=True, slots=True)
class Reason:
    """What a column adds. value: as it stands in the table, "" for none. typical: the median or the commonest. factor: on the odds."""

    column: str
    value: str
    typical: str
    factor: float


@dataclass(frozen=True, slots=True)
class Score:
    """One row. reasons: what adds most to its band's side, at most `MOST_REASONS`."""

    name: str
    chance: float
    band: Band
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows that follow each other, scored column by column: a million rows are no million objects.

    places, factors: of each row its reasons, the heaviest first, as places in `shown` and with two digits on the odds; counts: how many
    of them are worth telling. shown: what each reason is told by: column, cells, and what is typical.
    """

    names: Sequence[str]
    chance: Sequence[float]
    bands: Sequence[Band]
    places: Sequence[Sequence[int]]
    factors: Sequence[Sequence[float]]
    counts: Sequence[int]
    shown: Sequence[tuple[str, Sequence[str], str]]

    def one(self, row: int) -> Score:
        """One row by itself."""
        pairs = zip(self.places[row][: self.counts[row]], self.factors[row], strict=False)
        reasons = [Reason(self.shown[place][0], self.shown[place][1][row].strip(), self.shown[place][2], by) for place, by in pairs]
        return Score(self.names[row], self.chance[row], self.bands[row], tuple(reasons))


def judged(model: TableModel, header: Sequence[str], rows: Sequence[Sequence[str]], first: int = 1) -> Scored:
    """The scores of `rows`, at least one, whose columns are `header`. first: the number of the first row, its name where none is told.

    Raises: KeyError naming a column that is missing.
    """
    places = {name: place for place, name in enumerate(header)}
    cells = list(zip(*rows, strict=True))
    told = {name: cells[places[name]] for name in model.needs}
    parts = model.learned.parts
    adds = np.array([_adds(one, told) for one in parts]).reshape(len(parts), len(rows)).T
    chance = model.learned.curve.at(model.learned.base + adds.sum(1))
    names = cells[places[model.named]] if model.named in places else [str(number) for number in range(first, first + len(rows))]
    high, low = chance >= model.high, chance < model.low
    side = np.where(high[:, None], adds, np.where(low[:, None], -adds, np.abs(adds)))
    shown = [(one.name, told[one.name], _typical(one)) for one in parts]
    return ranked(names, chance, high, low, np.where(side > SLIGHT, side, 0.0), adds, shown)


def ranked(
    names: Sequence[str], chance: Array, high: Flags, low: Flags, side: Array, adds: Array, shown: Sequence[tuple[str, Sequence[str], str]]
) -> Scored:
    """Rows with their bands, and as reasons what counts most. side: how much each column counts for being told, 0 for not at all."""
    most = np.argsort(-side, axis=1, kind="stable")[:, :MOST_REASONS]
    factors = np.exp(np.clip(np.take_along_axis(adds, most, 1), -20, 20))
    unit = 10.0 ** np.floor(np.log10(factors))
    kinds = (Band.MEDIUM, Band.HIGH, Band.LOW)
    bands = [kinds[kind] for kind in np.where(high, 1, np.where(low, 2, 0)).tolist()]
    counts = (np.take_along_axis(side, most, 1) > 0).sum(1)
    return Scored(names, chance.tolist(), bands, most.tolist(), (np.round(factors / unit, 1) * unit).tolist(), counts.tolist(), shown)


def scores(model: TableModel, header: Sequence[str], rows: Sequence[Sequence[str]], first: int = 1) -> list[Score]:
    """As `judged`, each row by itself."""
    made = judged(model, header, rows, first)
    return [made.one(row) for row in range(len(rows))]


def _adds(part: Part, told: Mapping[str, Sequence[str]]) -> Array:
    cells = told[part.name]
    if isinstance(part, ChoicePart):
        return part.adds(["" if absent(cell) else cell.strip() for cell in cells])
    return part.adds(days(told[part.since]) - days(cells) if part.since else numbers(cells))


def _typical(part: Part) -> str:
    return f"{part.typical:g}" if isinstance(part, NumberPart) else part.typical


def kept(model: TableModel, folder: Path) -> TableModel:
    """`model` as it is kept in `folder`, in place of the one before; with its hash."""
    told = _told(model)
    digest = _digest(told)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, fresh = folder / "table.json", folder / "table.json.new"
    fresh.write_text(json.dumps({**told, "sha256": digest}, ensure_ascii=False), encoding="utf-8")
    fresh.replace(file)
    return model_in(folder)


def model_in(folder: Path) -> TableModel:
    """The model that is kept in `folder`.  Raises: BadConfig when there is none, or it is not as it was written."""
    file = folder / "table.json"
    try:
        told = json.loads(file.read_bytes())
        digest = told.pop("sha256")
        if digest != _digest(told) or told.pop("format") != FORMAT:
            raise BadConfig("churn_model_broken", file=file)
        return _model(told, digest)
    except FileNotFoundError:
        raise BadConfig("churn_no_model", file=file) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        raise BadConfig("churn_model_broken", file=file) from err


def _told(model: TableModel) -> dict[str, Any]:
    told = {"format": FORMAT, **{key: value for key, value in asdict(model).items() if key not in {"sha256", "learned"}}}
    parts = [{"sort": "number" if isinstance(one, NumberPart) else "choice", **asdict(one)} for one in model.learned.parts]
    curve = {"odds": list(model.learned.curve.odds), "chance": list(model.learned.curve.chance)}
    return {**told, "base": model.learned.base, "curve": curve, "parts": parts}


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _model(told: dict[str, Any], digest: str) -> TableModel:
    parts = tuple(_part(one) for one in told.pop("parts"))
    curve, base = told.pop("curve"), float(told.pop("base"))
    learned = Learned(parts, base, Curve(tuple(map(float, curve["odds"])), tuple(map(float, curve["chance"]))))
    if not math.isfinite(base):
        message = "no figure"
        raise ValueError(message)
    return TableModel(**told, learned=learned, sha256=digest)


def _part(told: dict[str, Any]) -> Part:
    sort = told.pop("sort")
    return NumberPart(**told) if sort == "number" else ChoicePart(**told)
