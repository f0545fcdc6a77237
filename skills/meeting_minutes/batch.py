"""The batch task `minutes`: one meeting in, its minutes out. Knows the lines' fields; knows no rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.ports import Embedder, Reader
from skills.meeting_minutes.heard import meeting
from skills.meeting_minutes.meeting import Quote
from skills.meeting_minutes.minutes import minutes


async def predict(
    line: Mapping[str, Any], _context: Mapping[str, Any], *, reader: Reader, embedder: Embedder
) -> Mapping[str, object]:
    """The minutes of the meeting held at `held_at` in `tz` by `participants`, of whom `turns` tells speaker and words."""
    turns = ((one["speaker"], one["text"]) for one in line["turns"])
    made = await minutes(meeting(datetime.fromisoformat(line["held_at"]), line["tz"], line["participants"], turns), reader, embedder)
    return {
        "id": line["id"],
        "pains": [
            {"pain": one.text, "quote": one.quote.text, "speaker": one.quote.speaker, "confidence": str(one.confidence)}
            for one in made.pains
        ],
        "decisions": [one.text for one in made.decisions],
        "action_items": [
            {"what": one.what, "owner": one.owner, "due_date": one.due_date.isoformat() if one.due_date else None} for one in made.actions
        ],
        "decision_window": {"by_date": made.window.by_date.isoformat(), "quote": made.window.quote.text} if made.window else None,
        "budget": {"status": str(made.budget.status), "quote": made.budget.quote.text} if made.budget else None,
        "open_questions": [_told(one) for one in made.open_questions],
        "sensitive": [_told(one) for one in made.sensitive],
    }


def _told(one: Quote) -> Mapping[str, str]:
    return {"quote": one.text, "speaker": one.speaker}
