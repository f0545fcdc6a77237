"""Accounts of invented firms with an expert's judgement, as lines of the set. Knows the file's rows; judges nothing."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FIRST, LATER, LAST = "churn_stories", "churn_stories_later", "churn_stories_last"
FRESH, SECOND = "churn_stories_fresh", "churn_stories_second"
ROWS = {
    "tickets": ("opened", "severity", "closed", "subject"), "nps": ("date", "score", "comment"), "invoices": ("due", "paid"),
    "touchpoints": ("date", "kind", "with", "note"), "events": ("date", "note"),
}  # fmt: skip


def stories(name: str) -> Sequence[Json]:
    """The accounts of `name`, a file beside this one, each with its `gold`."""
    told = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    return [_line(one) for one in told["story"]]


def _line(told: Json) -> Json:
    year, month = (int(part) for part in told["first_month"].split("-"))
    months = [f"{year + (month - 1 + place) // 12}-{(month - 1 + place) % 12 + 1:02}" for place in range(len(told["active"]))]
    rows = {key: [_row(fields, row) for row in told.get(key, ())] for key, fields in ROWS.items()}
    gold = {"band": told["band"], "reasons": [{"code": one} for one in told["reasons"]], "also_valid": told["also"], "confounder": None}
    usage = {"months": months, "active_users": told["active"]}
    same = {key: told[key] for key in ("id", "lang", "as_of", "account")}
    return {**same, "usage": usage, **rows, "gold": gold}


def _row(fields: Sequence[str], row: Sequence[str | int]) -> Json:
    return {field: None if told == "" and field in {"closed", "paid"} else told for field, told in zip(fields, row, strict=True)}
