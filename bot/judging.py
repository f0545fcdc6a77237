"""The port `RiskJudge`: accounts are judged by a process of their own, for it holds the interpreter's lock. Knows no signal."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import date
from importlib import import_module
from typing import Any

from bot.domain.alert import ChurnRules
from bot.domain.risk import Band, RiskReason, RiskScore
from bot.errors import Upstream
from bot.ports.churn import AccountFile
from knowledge.child import Child, ChildStopped

PROCESS = "bot.weighing"
CARD = "skills.churn_risk.scorecard"
LINGER_S, PATIENCE_S = 30.0, 60.0


def check_card(rules: ChurnRules, file: str) -> None:
    """Hold what the config says of the scorecard against it.  Raises: BadConfig naming `file` and the key."""
    card = import_module(CARD)
    card.tuned(card.read_scorecard(), rules.scorecard, rules.weights, file)


def question(files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float], rules: ChurnRules) -> dict[str, object]:
    """What the judge is asked, as JSON: see `skills.churn_risk.judging`."""
    return {
        "files": [one.told for one in files], "as_of": as_of.isoformat(), "zone": zone, "factors": dict(factors),
        "scorecard": dict(rules.scorecard), "weights": dict(rules.weights),
    }  # fmt: skip


def scores(files: Sequence[AccountFile], as_of: date, judged: Sequence[Mapping[str, Any]]) -> list[RiskScore]:
    """What the judge answered, as scores of these files."""
    return [
        RiskScore(
            file.account_id, as_of, made["chance"], Band(made["band"]),
            tuple(RiskReason(code, numbers) for code, numbers in made["reasons"]), "scorecard", made["active"], file.name,
        )
        for file, made in zip(files, judged, strict=True)
    ]  # fmt: skip


class ChildJudge:
    """The port `RiskJudge`. Nothing is begun before somebody asks; the process ends soon after the last question."""

    def __init__(self, rules: ChurnRules, *, linger_s: float = LINGER_S) -> None:
        self._rules = rules
        self._child = Child(PROCESS, linger_s=linger_s)

    async def judge(self, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]) -> Sequence[RiskScore]:
        """The scores of these accounts, in their order."""
        if not files:
            return ()
        try:
            async with aclosing(self._child.ask(question(files, as_of, zone, factors, self._rules), PATIENCE_S)) as answers:
                judged = [one async for one in answers][-1]["done"]
        except ChildStopped as stopped:
            raise Upstream("churn_judge") from stopped
        return scores(files, as_of, judged)

    async def close(self) -> None:
        """End the process."""
        await self._child.stop()
