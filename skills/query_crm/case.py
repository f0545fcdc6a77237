"""One question under way: who asks, what they may see, how it is put to the records. Says aloud what it may not see; decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.evidence import Evidence, EvidenceKind, Passage
from bot.domain.query import MOST_ROWS, Aggregate, Dir, Filter, Fn, Found, Op, Query, Row, Sort
from bot.domain.scope import Reach
from bot.domain.talk import Turn
from bot.errors import NotAllowed
from bot.ports import Passages, SeenRecords
from skills.query_crm.saying import Saying, entity

QUOTED = 60
"""Characters of somebody's words that an answer quotes; the grounds have them whole."""


@dataclass(frozen=True)
class Case:
    """One question of one person. today: in their zone. passages: the documents that they may see."""

    turn: Turn
    records: SeenRecords
    passages: Passages | None
    saying: Saying
    today: date

    async def ask(self, query: Query) -> Found:
        """What `query` finds.  Raises: NotAllowed for records, or a field, that the person may not see: that is never "none"."""
        if self.records.scope.of(query.entity) is Reach.NONE:
            label = entity(query.entity).label
            raise NotAllowed("unseen_records", entity=label.zh, entity_en=label.en)
        return await self.records.ask(query)

    async def tried(self, query: Query) -> Found | None:
        """What `query` finds, None where the person may not see it: for a part of an answer that stands without it."""
        try:
            return await self.ask(query)
        except NotAllowed:
            return None

    async def rows(self, of: str, filters: Sequence[Filter], sort: str = "", limit: int = MOST_ROWS) -> Sequence[Row]:
        """Records that hold, the highest of `sort` first; none where they may not be seen."""
        found = await self.tried(Query(of, tuple(filters), sort=Sort(sort, Dir.DESC) if sort else None, limit=limit))
        return found.rows if found else ()

    async def last_touches(self, filters: Sequence[Filter]) -> Mapping[str, date]:
        """Account name -> the day of its last touchpoint, among touchpoints that hold.  Raises: NotAllowed."""
        query = Query("touchpoint", tuple(filters), group_by="account", aggregate=Aggregate(Fn.MAX, "happened_at"))
        found = await self.ask(query)
        return {one.group: self.day(str(one.value)) for one in found.figures if one.group is not None}

    async def documents(self, query: str, limit: int) -> Sequence[Passage]:
        """What the person's documents say to `query`; nothing where there are none to search."""
        return await self.passages.search(query, limit) if self.passages else ()

    def day(self, moment: str) -> date:
        """The person's day of a moment or a day."""
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(self.turn.speaker.zone)).date() if "T" in moment \
            else date.fromisoformat(moment)

    def ago(self, day: date) -> int:
        """How many days ago it was."""
        return (self.today - day).days


    def touch(self, row: Row) -> Evidence:
        """A touchpoint or a signal as evidence: what was noted then."""
        kind = "touchpoint" if "note" in row.fields else "signal"
        words = str(row.fields.get("note") or row.fields.get("quote") or row.fields.get("subject") or "-")
        day = self.day(str(row.fields["happened_at"])).isoformat() if row.fields.get("happened_at") else ""
        source = self.saying.joint(part for part in (self.saying.entity(kind), str(row.fields.get("account_name") or ""), day) if part)
        return replace(self.saying.ground(kind, row, words, EvidenceKind.EVENT), source=source)


def shortened(text: str, most: int = QUOTED) -> str:
    """The beginning of a text, as much as a line of an answer has room for."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def of_account(name: str) -> Filter:
    """What belongs to an account, by its id or name."""
    return Filter("account", Op.EQ, name)
