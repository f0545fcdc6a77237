"""A house's past, page by page, and what it teaches, for the process that judges beside the house. Knows the wire's fields; knows no store.

{"past": [[JSON text, day they left or null], …], "today", "zone"} is answered by {"done": [[account, day, left, features], …]};
{"learn": snapshots, "enough": {"left", "accounts"}, "scorecard", "weights"} by {"done": JSON text} or {"refused": key, "facts": {…}}.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.query import Row
from bot.errors import BadConfig
from skills.churn_risk.features import Snapshot, days_of, features_of
from skills.churn_risk.model import to_text
from skills.churn_risk.scorecard import Scorecard
from skills.churn_risk.stories import Records, day_of, file_of, story_of
from skills.churn_risk.training import Enough, train

FORMER = "former"


def snapshots(question: Mapping[str, Any]) -> Mapping[str, object]:
    """How the accounts of a page stood on past days."""
    today, zone = date.fromisoformat(question["today"]), question["zone"]
    return {"done": [one for told, left in question["past"] for one in _of(told, left, today, zone)]}


def _of(told: str, left: str | None, today: date, zone: str) -> Iterator[list[object]]:
    account, records = file_of(told)
    gone = date.fromisoformat(left) if left else _ended(records, today, zone) if account.fields.get("status") == FORMER else None
    if gone is None and account.fields.get("status") == FORMER:
        return  # nobody knows when they left, so no day has an outcome
    since = day_of(account.fields.get("since_date"), ZoneInfo(zone)) or _first(records, zone)
    for day, was_last in days_of(since, gone, today) if since else ():
        features = features_of(story_of(account, records, day, zone))
        yield [account.id, day.isoformat(), was_last, [round(one, 4) for one in features]]


def _ended(records: Records, today: date, zone: str) -> date | None:
    """When the last contract of somebody who left ran out."""
    return max((day for day in _days(records.get("contract", ()), "end_date", zone) if day <= today), default=None)


def _first(records: Records, zone: str) -> date | None:
    """The first month that they used anything, where nobody noted when they came."""
    return min(_days(records.get("usage", ()), "month", zone), default=None)


def _days(rows: Sequence[Row], field: str, zone: str) -> Iterator[date]:
    return (day for row in rows if (day := day_of(row.fields.get(field), ZoneInfo(zone))))


def learn(question: Mapping[str, Any], card: Scorecard) -> Mapping[str, object]:
    """The model that snapshots teach, beside `card`."""
    told = [Snapshot(account, date.fromisoformat(day), tuple(features), left) for account, day, left, features in question["learn"]]
    try:
        return {"done": to_text(train(told, card, Enough(**question["enough"])))}
    except BadConfig as refused:
        return {"refused": refused.key, "facts": {name: str(fact) for name, fact in refused.facts.items()}}
