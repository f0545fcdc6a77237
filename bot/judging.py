"""The ports `RiskJudge` and `RiskTeacher`: accounts are judged by a process of their own, for it holds the interpreter's lock."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.domain.alert import ChurnRules
from bot.domain.risk import Band, RiskReason, RiskScore
from bot.errors import BadConfig, Unclear, Upstream
from bot.ports.churn import AccountFile
from knowledge.child import Child, ChildStopped

PROCESS = "bot.weighing"
CARD, MODEL = "skills.churn_risk.scorecard", "skills.churn_risk.model"
LINGER_S, PATIENCE_S = 30.0, 60.0


def check_card(rules: ChurnRules, file: str) -> None:
    """Hold what the config says of the scorecard against it.  Raises: BadConfig naming `file` and the key."""
    card = import_module(CARD)
    card.tuned(card.read_scorecard(), rules.scorecard, rules.weights, file)


def shipped_card() -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The scorecard as it is shipped: its cuts by name, and what each reason weighs by code."""
    module = import_module(CARD)
    card = module.read_scorecard()
    return {name: getattr(card, name) for name in module.PLAIN}, {str(code): one.weight for code, one in card.weights.items()}


@dataclass(frozen=True)
class KeptModel:
    """What a house learned from its own outcomes, as it lies in a folder of its home."""

    folder: Path

    def text(self) -> str:
        """It as text; "" where there is none, or it is not as it was written: then the scorecard judges."""
        model = import_module(MODEL)
        told: str = model.text_in(self.folder)
        try:
            model.judge_for(told, import_module(CARD).read_scorecard())
        except BadConfig:
            return ""
        return told

    def keep(self, text: str) -> None:
        """Keep another one."""
        import_module(MODEL).keep(text, self.folder)


def question(
    files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float], rules: ChurnRules, model: str = ""
) -> dict[str, object]:
    """What the judge is asked, as JSON: see `skills.churn_risk.judging`. model: what the house learned, as text."""
    return {
        "files": [one.told for one in files], "as_of": as_of.isoformat(), "zone": zone, "factors": dict(factors), "model": model,
        "scorecard": dict(rules.scorecard), "weights": dict(rules.weights),
    }  # fmt: skip


def scores(files: Sequence[AccountFile], as_of: date, judged: Sequence[Mapping[str, Any]], judge: str = "scorecard") -> list[RiskScore]:
    """What the judge answered, as scores of these files."""
    return [
        RiskScore(
            file.account_id, as_of, made["chance"], Band(made["band"]),
            tuple(RiskReason(code, numbers) for code, numbers in made["reasons"]), judge, made["active"], file.name,
        )
        for file, made in zip(files, judged, strict=True)
    ]  # fmt: skip


class ChildJudge:
    """The ports `RiskJudge` and `RiskTeacher`. Nothing is begun before somebody asks; the process ends soon after the last question.

    rules: asked for each question. kept: what the house learned, where it learned anything.
    """

    def __init__(self, rules: Callable[[], ChurnRules], kept: KeptModel | None = None, *, linger_s: float = LINGER_S) -> None:
        self._rules = rules
        self._kept = kept
        self._child = Child(PROCESS, linger_s=linger_s)

    async def judge(self, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]) -> Sequence[RiskScore]:
        """The scores of these accounts, in their order."""
        return await self.judge_by(self._rules(), files, as_of, zone, factors)

    async def judge_by(
        self, rules: ChurnRules, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]
    ) -> Sequence[RiskScore]:
        """The same, by other rules than those that hold."""
        if not files:
            return ()
        model = self._kept.text() if self._kept else ""
        answer = await self._asked(question(files, as_of, zone, factors, rules, model))
        return scores(files, as_of, answer["done"], answer["judge"])

    async def snapshots(self, past: Sequence[tuple[AccountFile, date | None]], today: date, zone: str) -> Sequence[object]:
        """How these accounts stood on past days."""
        told = [[file.told, left.isoformat() if left else None] for file, left in past]
        found: Sequence[object] = (await self._asked({"past": told, "today": today.isoformat(), "zone": zone}))["done"]
        return found

    async def learn(self, snapshots: Sequence[object]) -> str:
        """The model that snapshots teach, as text.  Raises: Unclear where there are too few outcomes."""
        now = self._rules()
        enough = {"left": now.model.least_left, "accounts": now.model.least_accounts}
        rules = {"scorecard": dict(now.scorecard), "weights": dict(now.weights)}
        answer = await self._asked({"learn": list(snapshots), "enough": enough, **rules})
        if "refused" in answer:
            raise Unclear(answer["refused"], **answer["facts"])
        return str(answer["done"])

    async def _asked(self, told: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            async with aclosing(self._child.ask(told, PATIENCE_S)) as answers:
                return [one async for one in answers][-1]
        except ChildStopped as stopped:
            raise Upstream("churn_judge") from stopped

    async def close(self) -> None:
        """End the process."""
        await self._child.stop()
