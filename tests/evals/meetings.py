"""The meetings that were written for the minutes, as lines of the labelled set. Knows their files; knows no rule."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TUNED, UNSEEN, LATER, LAST = "meetings.toml", "meetings_unseen.toml", "meetings_later.toml", "meetings_last.toml"
FRESH = "meetings_fresh.toml"


def meetings(name: str) -> Sequence[dict[str, Any]]:
    """The meetings of one file, each with `gold`, in the fields of the labelled set."""
    return [_line(one) for one in tomllib.loads((HERE / name).read_text(encoding="utf-8"))["meeting"]]


def _line(one: dict[str, Any]) -> dict[str, Any]:
    told = [line.split(": ", 1) for line in one["turns"].strip().splitlines()]
    turns = [{"n": number, "speaker": speaker, "text": text} for number, (speaker, text) in enumerate(told, 1)]
    gold = {
        "pains": [
            {"pain": "", "quote": quote, "speaker": who, "confidence": sure, "keys": keys}
            for quote, who, sure, keys in one["pains"]
        ],
        "action_items": [{"what": what, "owner": who, "due_date": due or None, "keys": keys} for what, who, due, keys in one["actions"]],
        "decisions": [{"text": text, "keys": keys} for text, keys in one["decisions"]],
        "decision_window": {"by_date": one["window"], "by_date_accept": []} if one["window"] else None,
        "budget": {"status": one["budget"]} if one["budget"] else None,
    }
    return {**{key: one[key] for key in ("id", "lang", "held_at", "tz", "participants")}, "turns": turns, "gold": gold}
