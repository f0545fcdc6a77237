"""A judge in our own process: the same code, without the seconds that a process takes to begin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from bot.domain.alert import ChurnRules
from bot.domain.risk import RiskScore
from bot.errors import Upstream
from bot.judging import question, scores
from bot.ports.churn import AccountFile
from skills.churn_risk.judging import answer


@dataclass
class JudgeHere:
    """The port `RiskJudge`. asked: how many files came each time; dies: how often it is to die before it answers."""

    rules: ChurnRules = field(default_factory=ChurnRules)
    asked: list[int] = field(default_factory=list)
    dies: int = 0

    async def judge(self, files: Sequence[AccountFile], as_of: date, zone: str, factors: Mapping[str, float]) -> Sequence[RiskScore]:
        """The scores of these accounts."""
        self.asked.append(len(files))
        if self.dies:
            self.dies -= 1
            raise Upstream("churn_judge")
        told = answer(question(files, as_of, zone, factors, self.rules))
        return scores(files, as_of, cast("list[Mapping[str, Any]]", told["done"]))
