"""How a house's own accounts are told of: their scores, and how a model of theirs did. Knows the house's JSON; works nothing out."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.churning.told import Telling, safe
from bot.domain.risk import Band
from bot.domain.talk import Lang
from bot.words import TomlWords
from skills.churn_risk.table.backtest import Backtest, How, Rival
from skills.churn_risk.table.fitting import Measures

Json = dict[str, Any]

TOP, REASONS = 10, 3


@dataclass(frozen=True)
class Own:
    """Sentences, a sheet and a page."""

    words: TomlWords
    lang: Lang

    def scored(self, told: Json, folder: Path) -> list[str]:
        """The scores in words; all of them in `scores.csv`.  Raises: OSError."""
        telling, counted = Telling(self.words, self.lang), Counter(one["band"] for one in told["scores"])
        rows = [self._row(one) for one in told["scores"]]
        with (folder / "scores.csv").open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file)
            head = [telling.say(f"churn_head_{one}") for one in ("name", "chance", "band")]
            sheet.writerow([*head, *(telling.say("churn_head_reason", number=number) for number in range(1, REASONS + 1))])
            sheet.writerows(rows)
        facts = {str(band): counted[band] for band in Band}
        lines = [telling.say("churn_scored", rows=len(rows), file=folder / "scores.csv", **facts)]
        by = telling.say("churn_rival_scorecard") if told["judge"] == "scorecard" else told["judge"]
        return [*lines, telling.say("churn_own_judge", judge=by), *(self._line(one, telling) for one in told["scores"][:TOP])]

    def looked_back(self, told: Json, out: Path | None, *, kept: bool) -> list[str]:
        """How the model did, in words; with pictures and a page in `out`, if there is one.  Raises: OSError."""
        telling = Telling(self.words, self.lang)
        made = Backtest(
            How.TIME, _measures(told["ours"]), Rival.SCORECARD, _measures(told["theirs"]), telling.say("churn_own_day"),
            date.fromisoformat(told["split"]),
        )  # fmt: skip
        notes = [telling.say("churn_own_read", **{name: told[name] for name in ("accounts", "left", "snapshots", "until")})]
        verdict = telling.say("churn_own_on" if told["on"] else "churn_own_off")
        if out:
            telling.write(made, [verdict], notes, out)
            notes.append(telling.say("churn_files", folder=out))
        figures = telling.say(
            "churn_own_figures", ours=f"{made.ours.auc:.3f}", theirs=f"{made.theirs.auc:.3f}", ece=f"{made.ours.ece:.3f}",
            their_ece=f"{made.theirs.ece:.3f}",
        )  # fmt: skip
        return [verdict, figures, telling.how(made), *notes, *([telling.say("churn_own_kept")] if kept else [])]

    def _row(self, one: Json) -> list[str]:
        reasons = [safe(_reason(reason)) for reason in one["reasons"][:REASONS]]
        return [safe(one["account"]), f"{one['chance']:.4f}", one["band"], *reasons, *[""] * (REASONS - len(reasons))]

    def _line(self, one: Json, telling: Telling) -> str:
        reasons = telling.say("churn_reasons_comma").join(_reason(reason) for reason in one["reasons"][:REASONS])
        band = telling.say(f"churn_band_{one['band']}")
        return telling.say("churn_top", name=one["account"], chance=f"{one['chance']:.0%}", band=band, reasons=reasons)


def _reason(one: Json) -> str:
    """A reason by its code, as the scorecard's file calls it, with its figures."""
    figures = ", ".join(f"{name} {value:g}" for name, value in one["numbers"].items())
    return f"{one['code']} ({figures})" if figures else str(one["code"])


def _measures(told: Json) -> Measures:
    made: Json = {**told, "lift": tuple(told["lift"])}
    return Measures(**{**made, **{name: tuple(tuple(point) for point in told[name]) for name in ("roc", "calibration")}})
