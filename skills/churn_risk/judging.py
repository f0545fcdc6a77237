"""Pages of accounts, judged for the process that does so beside the house. Knows the wire's fields; knows no store.

A question is {"files": [JSON text, …], "as_of": day, "zone": IANA, "scorecard": {…}, "weights": {…}, "factors": {…}}; the answer is
{"done": [{"chance", "band", "active", "reasons": [[code, {name: figure}], …]}, …], "judge": its name}, in the order of the files.
"model" may hold what the house learned, as text. What it learns is asked as `skills.churn_risk.learning` says.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from skills.churn_risk.learning import learn, snapshots
from skills.churn_risk.model import Judge, judge_for
from skills.churn_risk.scorecard import Scorecard, read_scorecard, taught, tuned
from skills.churn_risk.stories import file_of, story_of

CONFIG = "config.toml"


def answer(question: Mapping[str, Any]) -> Mapping[str, object]:
    """What is said to one question."""
    if "past" in question:
        return snapshots(question)
    weights = question["weights"]
    card = tuned(_shipped(), question["scorecard"], weights, CONFIG)
    if "learn" in question:
        return learn(question, card)
    judge = judge_for(question.get("model", ""), taught(card, question["factors"], tuple(weights)))
    as_of = date.fromisoformat(question["as_of"])
    return {"done": [_judged(told, as_of, question["zone"], judge) for told in question["files"]], "judge": judge.name}


def _judged(told: str, as_of: date, zone: str, judge: Judge) -> Mapping[str, object]:
    account, records = file_of(told)
    story = story_of(account, records, as_of, zone)
    made = judge(story)
    reasons = [
        [str(one.code), {name: value for name, value in one.numbers.items() if not isinstance(value, str)}]
        for one in made.reasons if one.code.risk
    ]  # fmt: skip
    return {"chance": made.chance, "band": str(made.band), "active": story.active[-1] if story.active else None, "reasons": reasons}


@cache
def _shipped() -> Scorecard:
    return read_scorecard()
