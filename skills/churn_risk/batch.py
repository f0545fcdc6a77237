"""The batch task `churn`: one account's story in, its band and reasons out. Knows the lines' fields; knows no rule."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from skills.churn_risk.scorecard import Scorecard, judge, read_scorecard
from skills.churn_risk.story import Invoice, Note, Rating, Story, Ticket

Json = Mapping[str, Any]
LEVELS = {"critical": 1, "urgent": 1, "blocker": 1, "紧急": 1, "严重": 1, "high": 2, "major": 2, "高": 2}
ORDINARY = 3


async def predict(line: Json, context: Json) -> Mapping[str, object]:
    """The band and the codes of the reasons; `context` names the codes that may be given, all of ours when it is empty."""
    made = judge(story(line), _card())
    told = [one for one in made.reasons if not context or one.code in context]
    return {
        "id": line["id"], "band": str(made.band), "probability": round(made.chance, 3),
        "reasons": [str(one.code) for one in told],
        "grounds": [{"code": str(one.code), "numbers": dict(one.numbers), "quote": one.quote} for one in told],
    }  # fmt: skip


@cache
def _card() -> Scorecard:
    return read_scorecard()


def story(line: Json) -> Story:
    """The story that `line` tells; what it says of days after `as_of`, and figures that are none, are left out.

    Raises: KeyError for a line without `as_of`, ValueError for a day that is none.
    """
    as_of, account = date.fromisoformat(line["as_of"]), line.get("account") or {}
    return Story(
        as_of,
        _figure(account.get("seats")) or None,
        _day(account.get("renewal_date")),
        tuple(_active(line.get("usage") or {}, as_of)),
        tuple(
            Ticket(day, _level(one.get("severity")), _closed(one.get("closed"), as_of), one.get("subject") or "")
            for day, one in _past(line, "tickets", "opened", as_of)
        ),
        tuple(
            Rating(day, score, one.get("comment") or "")
            for day, one in _past(line, "nps", "date", as_of)
            if (score := _figure(one.get("score"))) is not None
        ),
        tuple(Invoice(day, _closed(one.get("paid"), as_of)) for day, one in _past(line, "invoices", "due", as_of)),
        tuple(_notes(line, "touchpoints", as_of)),
        tuple(_notes(line, "events", as_of)),
    )


def _notes(line: Json, key: str, as_of: date) -> Iterator[Note]:
    for day, one in _past(line, key, "date", as_of):
        yield Note(day, one.get("kind") or "event", one.get("with") or "", one.get("note") or "")


def _past(line: Json, key: str, field: str, as_of: date) -> Sequence[tuple[date, Json]]:
    """What stands under `key` up to `as_of`, forward in time; what is said twice counts once."""
    dated = [(day, one) for one in line.get(key) or () if (day := _day(one.get(field))) and day <= as_of]
    once = {repr(sorted(one.items(), key=lambda item: item[0])): (day, one) for day, one in dated}
    return sorted(once.values(), key=lambda pair: pair[0])


def _active(usage: Json, as_of: date) -> Iterator[float]:
    for month, told in sorted(zip(usage.get("months") or (), usage.get("active_users") or (), strict=False), key=lambda one: str(one[0])):
        figure = _figure(told)
        if figure is not None and str(month) <= as_of.strftime("%Y-%m"):
            yield max(0.0, figure)


def _figure(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) and math.isfinite(told) else None


def _day(told: object) -> date | None:
    return date.fromisoformat(str(told)) if told else None


def _closed(told: object, as_of: date) -> date | None:
    """The day, unless it is still to come."""
    day = _day(told)
    return day if day and day <= as_of else None


def _level(told: object) -> int:
    said = str(told or "").strip().lower()
    digits = [int(one) for one in said if one.isdigit()]
    return max(1, digits[0]) if digits else LEVELS.get(said, ORDINARY)
