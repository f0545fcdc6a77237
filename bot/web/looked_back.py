"""One page of HTML that tells how a model did on what it had not seen: by itself, with its pictures inside. Knows words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from bot.domain.curves import Curves
from bot.domain.talk import Lang


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What the page tells, in one language.

    verdict: a sentence. figures: rows of a table, its header first. notes: sentences, warnings among them before others. warnings: these.
    bars: of the lift, a label and a figure each; bars_title, bars_note: beside them.
    """

    lang: Lang
    title: str
    verdict: str
    figures: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    curves: tuple[Curves, ...]
    bars_title: str
    bars_note: str
    bars: tuple[tuple[str, float], ...]
    table: str


def looked_back_page(told: LookedBack) -> str:
    """The page: no script, nothing loaded from elsewhere; light or dark as the reader's machine is."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["path"] = _path
    return environment.get_template("looked_back.html").render(told=told, highest=max((one for _, one in told.bars), default=1.0))


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Points of a square as those of an SVG, 300 wide, with up being up."""
    return " ".join(f"{300 * across:.1f},{300 - 300 * up:.1f}" for across, up in points)
