"""What another review policy would make of the quotes of late: who would have to agree. Asks the code that decides it; keeps nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.approval import QUOTE, ReviewRules
from bot.domain.query import Dir, Query, Row, Sort
from bot.domain.talk import Lang
from bot.ports import Reviews, SeenRecords

Json = dict[str, Any]

LOOKED_AT, SHOWN = 60, 12


@dataclass(frozen=True)
class ReviewEffect:
    """quotes: all of the house. judged: reviews by other rules, over the same records."""

    quotes: SeenRecords
    judged: Callable[[ReviewRules], Reviews]

    async def __call__(self, now: ReviewRules, new: ReviewRules, lang: Lang) -> Json:  # noqa: ARG002 - named by the pages
        """How many of the latest quotes wait for somebody, before and after, and those that would wait for others."""
        rows = (await self.quotes.ask(Query(QUOTE, sort=Sort("quote_date", Dir.DESC), limit=LOOKED_AT))).rows
        before, after = (self.judged(rules) for rules in (now, new))
        changes, waited, waits = [], 0, 0
        for row in rows:
            was, is_now = [await _posts(reviews, row) for reviews in (before, after)]
            waited, waits = waited + bool(was), waits + bool(is_now)
            if was != is_now:
                about = {name: str(row.fields.get(name) or "") for name in ("number", "account_name")}
                changes.append({**about, "was": was, "now": is_now})
        return {"looked": len(rows), "waited": waited, "waits": waits, "changed": len(changes), "changes": changes[:SHOWN]}


async def _posts(reviews: Reviews, row: Row) -> Sequence[str]:
    gate = await reviews.foreseen(QUOTE, {}, record_id=row.id)
    return [seat.post.value for seat in await reviews.planned(gate, QUOTE, {}, record_id=row.id)]
