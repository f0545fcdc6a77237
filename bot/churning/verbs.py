"""The verbs of `tandem churn`, done in this process. Knows files and the order; models and formulas are the skill's."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.churning.own import Own
from bot.churning.scoring import ByCard, ByModel, Judge, scored
from bot.churning.told import SENTENCES, Reasons, Telling
from bot.domain.risk import Band
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.home import Home
from bot.words import TomlWords
from skills.churn_risk.in_bulk import known_columns
from skills.churn_risk.scorecard import read_scorecard
from skills.churn_risk.table.backtest import Material, looked_back, material, trained
from skills.churn_risk.table.model import TableModel, kept, model_in
from skills.churn_risk.table.reading import Table, opened

Json = dict[str, Any]

FEW = 8
"""So many columns are named in a sentence."""


class Shown(Protocol):
    """Where results are shown; see `bot.terminal.Terminal`."""

    @property
    def words(self) -> TomlWords:
        """Its sentences."""
        ...

    def complain(self, text: str) -> None:
        """One line on standard error."""
        ...

    def show_told(self, lines: Sequence[str], data: object) -> None:
        """Lines for a person, or the data as JSON."""
        ...


@dataclass(frozen=True)
class Churning:
    """The verbs over tables; what is learned is kept in the home."""

    home: Home
    shown: Shown
    lang: Lang

    def carry_out(self, asked: Namespace) -> int:
        """What was asked for on the command line; returns the exit code."""
        verbs: dict[str, Callable[[Namespace], None]] = {"score": self._score, "train": self._train, "backtest": self._backtest}
        try:
            verbs[asked.does](asked)
        except BadConfig as wrong:
            self.shown.complain(self._words.say(wrong.key, self.lang, **wrong.facts))
            return 1
        return 0

    def show_own(self, does: str, told: Json, out: Path | None) -> None:
        """What the house answered about its own accounts: their scores, or how a model did against the scorecard.

        Raises: BadConfig where `out` cannot be written.
        """
        own = Own(self._words, self.lang)
        with _writing(out or self.home.churn):
            lines = own.scored(told, out or self.home.churn) if does == "score" else own.looked_back(told, out, kept=does == "train")
        self.shown.show_told(lines, told)

    @property
    def _words(self) -> TomlWords:
        return self.shown.words.own(SENTENCES)

    def _train(self, asked: Namespace) -> None:
        ready = _material(asked)
        self.home.make()
        model, telling = kept(trained(ready), self.home.churn), Telling(self._words, self.lang)
        where = telling.say("churn_kept", file=self.home.churn / "table.json", hash=model.sha256[:12])
        lines = [*telling.notes(ready)[:1], *telling.warnings(ready), *telling.notes(ready)[1:], where]
        self.shown.show_told(lines, {**material_told(ready), "sha256": model.sha256, "columns": list(model.needs)})

    def _backtest(self, asked: Namespace) -> None:
        ready, telling = _material(asked), Telling(self._words, self.lang)
        made = looked_back(ready)
        lines = [telling.verdict(made), telling.how(made), *telling.warnings(ready), *telling.notes(ready)]
        if asked.out:
            with _writing(asked.out):
                telling.write(made, telling.warnings(ready), telling.notes(ready), asked.out)
            lines.append(telling.say("churn_files", folder=asked.out))
        self.shown.show_told(lines, {**material_told(ready), **asdict(made)})

    def _score(self, asked: Namespace) -> None:
        table, out, telling = opened(asked.csv), asked.out or self.home.churn, Telling(self._words, self.lang)
        by, judge = self._judge(table, telling)
        if not asked.out:
            self.home.make()
        words = Reasons(self._words, self.lang)
        with _writing(out):
            tally = scored(judge, table, out / "scores.csv", words)
        rows, facts = tally.bands.total(), {str(band): tally.bands[band] for band in Band}
        lines = [telling.say("churn_scored", rows=rows, file=out / "scores.csv", **facts), by]
        lines += [telling.say("churn_bad_rows", bad=tally.bad, line=tally.first_bad)] if tally.bad else []
        lines += [words.line(one) for one in tally.top]
        data = {"rows": rows, **facts, "bad": tally.bad, "file": str(out / "scores.csv"), "top": [asdict(one) for one in tally.top]}
        self.shown.show_told(lines, data)

    def _judge(self, table: Table, telling: Telling) -> tuple[str, Judge]:
        """The trained model where the table has its columns, else the scorecard where it has columns of that; said in words.

        Raises: BadConfig when neither can judge it.
        """
        places = known_columns(table.header)
        try:
            model = model_for(table, self.home.churn)
        except BadConfig:
            if not places:
                raise
            columns = ", ".join(table.header[place] for place in places.values())
            return telling.say("churn_by_scorecard", columns=columns), ByCard(read_scorecard(), places, 0 not in places.values())
        return telling.say("churn_by_model", hash=model.sha256[:12]), ByModel(model, table.header)


def model_for(table: Table, folder: Path) -> TableModel:
    """The model that is kept in `folder`.  Raises: BadConfig when there is none, or `table` lacks columns that it reads."""
    model = model_in(folder)
    if missing := [one for one in model.needs if one not in table.header]:
        raise BadConfig("churn_misses_columns", file=table.path, columns=", ".join(missing[:FEW]))
    return model


def material_told(ready: Material) -> Json:
    """What was read, as JSON."""
    return {
        "rows": ready.sample.total, "learned_from": len(ready.known.left), "left": int(ready.known.left.sum()), "target": ready.target,
        "word": ready.word, "used": [one.name for one in ready.used], "ignored": [one.name for one in ready.ignored],
        "leaks": [asdict(one) for one in ready.leaks], "bad": ready.sample.bad, "unknown": ready.unknown,
    }  # fmt: skip


def _material(asked: Namespace) -> Material:
    if not asked.target:
        raise BadConfig("churn_needs_target")
    return material(opened(asked.csv), asked.target)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """The folder is there, and what cannot be written is told."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as err:
        raise BadConfig("churn_no_out", folder=folder, why=err.strerror or err) from err
