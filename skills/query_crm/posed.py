"""A question as it is put to the records: the query that leads it, and the way it is answered. Knows no words and no store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.query import Period, Query, from_json, to_json


class Way(StrEnum):
    """How a question is answered. ROWS: by its query alone; the others put several to the records.

    SILENT: who was not contacted. WON_SHARE: won of decided. VERSUS: against an earlier period. BETWEEN: values beside each other.
    """

    ROWS = "rows"
    SILENT = "silent"
    WON_SHARE = "won_share"
    VERSUS = "versus"
    BETWEEN = "between"
    WHY_LOST = "why_lost"
    STUCK = "stuck"
    LOOKED_AT = "looked_at"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, ready to be asked.

    days: how long nobody was in touch (SILENT). touch: only this kind of touchpoint counts (SILENT). by_amount: by worth instead of
    number (WON_SHARE). against: the earlier days (VERSUS).
    """

    query: Query
    way: Way = Way.ROWS
    days: int = 0
    touch: str = ""
    by_amount: bool = False
    against: Period | None = None

    def to_json(self) -> Mapping[str, Any]:
        """The query as the outside sees it; `way` and what belongs to it beside, where it takes more than the query."""
        if self.way is Way.ROWS:
            return to_json(self.query)
        beside: dict[str, Any] = {"way": str(self.way)}
        if self.way is Way.SILENT:
            beside |= {"days": self.days, "touch": self.touch or None}
        if self.by_amount:
            beside["by_amount"] = True
        if self.against:
            period = self.against
            beside["against"] = {"field": period.field, "from": period.first.isoformat(), "to": period.last.isoformat()}
        return {**to_json(self.query), **beside}


def posed_from(raw: Mapping[str, Any]) -> Posed:
    """The question that `Posed.to_json` wrote.  Raises: ValueError when it is none."""
    query, against = from_json(raw), raw.get("against")
    earlier = Period(str(against["field"]), date.fromisoformat(against["from"]), date.fromisoformat(against["to"])) if against else None
    days, touch = int(raw.get("days") or 0), str(raw.get("touch") or "")
    return Posed(query, Way(raw.get("way") or "rows"), days, touch, bool(raw.get("by_amount")), earlier)
