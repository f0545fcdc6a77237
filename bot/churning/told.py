"""How scores and looks back are told: sentences, rows of a sheet, pictures, a page. Knows words; works nothing out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.curves import Course, Curves
from bot.domain.talk import Lang
from bot.render.chart import chart_png
from bot.render.curves import curves_png
from bot.web.looked_back import LookedBack, looked_back_page
from bot.words import TomlWords
from skills.churn_risk.table.backtest import Backtest, How, Material
from skills.churn_risk.table.fitting import Measures
from skills.churn_risk.table.model import MOST_REASONS, Reason, Score, Scored
from skills.churn_risk.table.outcomes import Why

SENTENCES = Path(__file__).with_name("strings.toml")
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""How cells begin that a spreadsheet would work out."""
FEW = 8
WORTH = 0.005
"""By so much more a ranking is better, and so much more of an error is worse."""


@dataclass(frozen=True)
class Reasons:
    """Scores in words, for a sheet and for a terminal."""

    words: TomlWords
    lang: Lang

    def header(self) -> list[str]:
        """The first row of the sheet."""
        head = [self._say(f"churn_head_{one}") for one in ("name", "chance", "band")]
        return [*head, *(self._say("churn_head_reason", number=number) for number in range(1, MOST_REASONS + 1))]

    def rows(self, made: Scored) -> Iterator[Sequence[str]]:
        """Rows of the sheet; what a spreadsheet would take for a formula has an apostrophe before it. The same is put in words once."""
        texts: dict[tuple[int, str, float], str] = {}
        every = zip(made.names, made.chance, made.bands, made.places, made.factors, made.counts, strict=True)
        for row, (name, chance, band, places, factors, count) in enumerate(every):
            cells = [safe(name), f"{chance:.4f}", band.value]
            for place, factor in zip(places[:count], factors, strict=False):
                column, values, typical = made.shown[place]
                key = (place, values[row], factor)
                if (text := texts.get(key)) is None:
                    text = texts[key] = safe(self.reason(Reason(column, values[row].strip(), typical, factor)))
                cells.append(text)
            yield cells + [""] * (MOST_REASONS - count)

    def line(self, one: Score) -> str:
        """One line of the terminal."""
        reasons = self._say("churn_reasons_comma").join(self.reason(reason) for reason in one.reasons)
        return self._say("churn_top", name=one.name, chance=f"{one.chance:.0%}", band=self._say(f"churn_band_{one.band}"), reasons=reasons)

    def reason(self, one: Reason) -> str:
        """What a column adds, with its figure."""
        key = "churn_reason_usual" if one.value == one.typical or not one.typical else "churn_reason"
        value = one.value or self._say("churn_nothing")
        return self._say(key, column=one.column, value=value, typical=one.typical, factor=f"{one.factor:.2g}")

    def _say(self, key: str, /, **facts: object) -> str:
        return self.words.say(key, self.lang, **facts)


def safe(cell: str) -> str:
    """A cell that no spreadsheet works out (CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


@dataclass(frozen=True)
class Telling:
    """What was read and how it went, in sentences."""

    words: TomlWords
    lang: Lang

    def say(self, key: str, /, **facts: object) -> str:
        """One sentence."""
        return self.words.say(key, self.lang, **facts)

    def warnings(self, ready: Material) -> list[str]:
        """What should not be overlooked: leaks first."""
        told = [
            self.say(f"churn_leak_{one.why}", column=one.name, figure=f"{one.figure:.3f}" if one.why is Why.TELLS else f"{one.figure:.0%}")
            for one in ready.leaks
        ]
        return told if ready.sure else [*told, self.say("churn_unsure_word", word=ready.word)]

    def notes(self, ready: Material) -> list[str]:
        """What was read, and what was not used."""
        left, sample = ready.known.left, ready.sample
        notes = [
            self.say(
                "churn_read", total=sample.total, rows=len(left), left=int(left.sum()), share=f"{left.mean():.1%}", target=ready.target,
                word=ready.word, used=len(ready.used),
            )
        ]  # fmt: skip
        if sample.bad:
            notes.append(self.say("churn_bad_rows", bad=sample.bad, line=sample.first_bad))
        if ready.unknown:
            notes.append(self.say("churn_unknown_rows", count=ready.unknown))
        if ready.ignored:
            names = [one.name for one in ready.ignored]
            notes.append(self.say("churn_ignored", columns=", ".join(names[:FEW]) + ("…" if len(names) > FEW else "")))
        return notes

    def verdict(self, made: Backtest) -> str:
        """Whether the model is worth using."""
        key = "churn_verdict_better" if better(made) else "churn_verdict_worse"
        rival = self.say(f"churn_rival_{made.rival}")
        return self.say(
            key, rival=rival, ours=f"{made.ours.auc:.3f}", theirs=f"{made.theirs.auc:.3f}", ece=f"{made.ours.ece:.3f}",
            lift=f"{made.ours.lift[0]:.1f}",
        )  # fmt: skip

    def how(self, made: Backtest) -> str:
        """How rows to learn from and rows to be judged by were parted."""
        facts = {"rows": made.ours.rows, "left": made.ours.left}
        if made.how is How.FOLDS:
            return self.say("churn_how_folds", **facts)
        return self.say("churn_how_time", since=made.since, split=made.split or date.min, **facts)

    def curves(self, made: Backtest) -> tuple[Curves, Curves]:
        """The ROC curve and the calibration, ours beside the rival's where it has one."""
        ours, theirs = self.say("churn_ours"), self.say(f"churn_rival_{made.rival}_short")
        roc, calibration = [Course(ours, made.ours.roc)], [_calibration(ours, made.ours)]
        if made.theirs.auc != 0.5:  # noqa: PLR2004 - what guesses has the diagonal
            roc.append(Course(theirs, made.theirs.roc))
            calibration.append(_calibration(theirs, made.theirs))
        return self._square("roc", roc), self._square("calibration", calibration)

    def _square(self, which: str, courses: Sequence[Course]) -> Curves:
        title, across, up, even, note = (self.say(f"churn_{which}{part}") for part in ("", "_across", "_up", "_even", "_note"))
        return Curves(title, across, up, even, tuple(courses), note)

    def write(self, made: Backtest, warnings: Sequence[str], notes: Sequence[str], folder: Path) -> None:
        """`report.html`, `roc.png`, `calibration.png`, `lift.png`.  Raises: OSError."""
        roc, calibration = self.curves(made)
        (folder / "roc.png").write_bytes(curves_png(roc))
        (folder / "calibration.png").write_bytes(curves_png(calibration))
        labels = tuple(str(number) for number in range(1, len(made.ours.lift) + 1))
        lift = Chart(ChartKind.BARS, self.say("churn_lift"), labels, (Series("", made.ours.lift),), note=self.say("churn_lift_note"))
        (folder / "lift.png").write_bytes(chart_png(lift, self.lang))
        page = LookedBack(
            self.lang, self.say("churn_title"), self.verdict(made), self._figures(made), tuple(warnings), (self.how(made), *notes),
            (roc, calibration), lift.title, lift.note, tuple(zip(labels, made.ours.lift, strict=True)), self.say("churn_table"),
        )  # fmt: skip
        (folder / "report.html").write_text(looked_back_page(page), encoding="utf-8")

    def _figures(self, made: Backtest) -> tuple[tuple[str, ...], ...]:
        ours, theirs = made.ours, made.theirs
        rows = (("auc", ours.auc, theirs.auc), ("ece", ours.ece, theirs.ece), ("brier", ours.brier, theirs.brier))
        head = (self.say("churn_measure"), self.say("churn_ours"), self.say(f"churn_rival_{made.rival}_short"))
        lift = (self.say("churn_lift_top"), f"{ours.lift[0]:.1f}", f"{theirs.lift[0]:.1f}" if theirs.auc != 0.5 else "1.0")  # noqa: PLR2004 - as above
        return (head, *((self.say(f"churn_{key}"), f"{one:.3f}", f"{other:.3f}") for key, one, other in rows), lift)


def better(made: Backtest) -> bool:
    """Whether a model ranks better than its rival, and its chances are no worse: their mean squared error is below the rival's."""
    return made.ours.auc > made.theirs.auc + WORTH and made.ours.brier < made.theirs.brier


def _calibration(name: str, measures: Measures) -> Course:
    return Course(name, tuple((told, share) for told, share, _ in measures.calibration), dotted=True)
