"""The scorecard as a form: alerts, cuts, and what each reason weighs, beside what is shipped. Judges nothing; knows no page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Fields, put, shown, typed
from bot.domain.alert import ChurnRules
from bot.domain.talk import Lang
from bot.table_text import plain

Json = dict[str, Any]

ALERTS: Sequence[tuple[str, str]] = (
    ("untouched_hours", "number"), ("follow_up_days", "whole"), ("at_once", "whole"), ("worse_by", "number"), ("drops_by", "number"),
    ("jumps_by", "number"), ("storm_share", "number"), ("storm_least", "whole"), ("learns", "yes"),
)  # fmt: skip
CUTS = ("high", "medium", "near_renewal", "heard", "base")
WIDEST = 3.0
"""Log-odds at which the bar of a weight is full."""


@dataclass(frozen=True)
class Shipped:
    """What the scorecard says by itself. cuts: by name; weights: by code of a reason, those that speak for leaving first."""

    cuts: Mapping[str, float]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class ChurnSheet:
    """See `Sheet`. shipped: asked late. What stands as it is shipped is not kept, so that it follows an upgrade."""

    shipped: Callable[[], Shipped]
    template: str = "churn"

    def fields(self, value: ChurnRules) -> Fields:
        """All that holds, whether it was tuned or not."""
        shipped = self.shipped()
        alerts = {f"churn.alerts.{name}": shown(getattr(value.alerts, name)) for name, _ in ALERTS}
        cuts = {f"churn.scorecard.{name}": shown(value.scorecard.get(name, shipped.cuts[name])) for name in CUTS}
        weights = {f"churn.weights.{code}": shown(value.weights.get(code, weight)) for code, weight in shipped.weights.items()}
        return {**alerts, **cuts, **weights}

    def told(self, fields: Fields, lang: Lang) -> Json:  # noqa: ARG002 - the page has the words
        """The inputs, in three groups."""
        shipped = self.shipped()
        return {
            "alerts": [_entry(f"churn.alerts.{name}", kind, fields) for name, kind in ALERTS],
            "cuts": [{**_entry(f"churn.scorecard.{name}", "number", fields), "shipped": shown(shipped.cuts[name])} for name in CUTS],
            "weights": [
                {"code": code, "shipped": shown(weight), "stays": weight < 0, **_entry(f"churn.weights.{code}", "number", fields)}
                for code, weight in shipped.weights.items()
            ],
        }  # fmt: skip

    def raw(self, fields: Fields, now: ChurnRules) -> Json:
        """Tables with what differs from what is shipped; the model's own numbers stay as they are."""
        card = self.shipped()
        whole: Json = {"churn": {**plain(now), "scorecard": {}, "weights": {}}}
        for name, kind in ALERTS:
            put(whole, f"churn.alerts.{name}", typed(kind, fields.get(f"churn.alerts.{name}", "")))
        for table, shipped in (("scorecard", card.cuts), ("weights", card.weights)):
            for name, standard in shipped.items():
                value = typed("number", fields.get(f"churn.{table}.{name}", ""))
                if value not in {"", standard}:
                    put(whole, f"churn.{table}.{name}", value)
        return whole


def _entry(key: str, kind: str, fields: Fields) -> Json:
    value = fields.get(key, "")
    return {"key": key, "name": key.replace(".", "_"), "kind": kind, "value": value, "bar": _bar(value)}


def _bar(value: str) -> float:
    """How long the bar of a weight is, 0 to 100."""
    number = typed("number", value)
    return round(min(100.0, 100 * abs(number) / WIDEST), 1) if isinstance(number, int | float) else 0.0
