"""One digest under way: who reads it, over which days, what is asked for it, and how its lines come about. Decides on no line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.chart import Chart
from bot.domain.digest import DigestKind, Number
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence
from bot.domain.query import ME, MOST_ROWS, MY_TEAM, Aggregate, Filter, Fn, Found, Op, Period, Query, Row, Sort
from bot.domain.saying import Saying, cut, number, text
from bot.domain.schema import Label
from bot.domain.scope import Reach
from bot.domain.talk import Lang, Turn
from bot.errors import NotAllowed
from bot.ports import OwnReviews, SeenRecords
from bot.ports.digests import SeenMoves, Targets, TeamAtWork, TopRisks, WaitingDrafts

OPEN_STAGES = ("qualify", "proposal", "negotiation")
IS_OPEN = Filter("stage", Op.IN, OPEN_STAGES)
GROUNDS = 3
"""Records that a line shows as its grounds."""
NAMED = 3
ROOM = {Lang.ZH: 18, Lang.EN: 34}
"""Characters of a name inside a line."""
OWNED = frozenset({"opportunity", "task", "quote", "letter", "contract", "account", "order", "touchpoint"})
SHOWN = {
    "opportunity": ("name", "stage", "amount", "close_date", "stage_date", "next_step"), "task": ("subject", "account_name", "due_date"),
    "quote": ("number", "account_name", "status", "amount", "quote_date"), "letter": ("subject", "account_name", "status", "sent_at"),
    "ticket": ("number", "account_name", "severity", "subject", "opened_at"),
    "invoice": ("number", "account_name", "amount", "due_date"), "contract": ("number", "name", "notice_date", "end_date"),
    "account": ("name", "tier", "arr", "renewal_date"), "nps": ("account_name", "contact_name", "score", "comment", "answered_date"),
    "signal": ("account_name", "contact_name", "kind", "subject", "happened_at"),
    "consent": ("account_name", "contact_name", "purpose", "expires_date"),
    "order": ("number", "account_name", "status", "promised_date"), "suggestion": ("account_name", "text", "made_date"),
}  # fmt: skip
"""What a record's ground says of it."""
LABELS = {(entity.name, one.name): one.label for entity in SCHEMA.entities for one in entity.fields}


class Whose(StrEnum):
    """Whose business a digest is about."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Told:
    """A line as it comes about, with its grounds themselves."""

    words: str
    why: str
    numbers: tuple[Number, ...] = ()
    grounds: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one kind, as they come about. aside: for the page alone; the chat has no room for it."""

    title: str
    lines: tuple[Told, ...]
    chart: Chart | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """What some records come to in one currency, and how many they are in it."""

    currency: str
    value: float
    count: int


@dataclass(frozen=True)
class Desk:
    """window: the days that are looked back on, whole stretches of the calendar; stretch: what those are called ("last_week")."""

    turn: Turn
    said: Saying
    records: SeenRecords
    drafts: WaitingDrafts
    reviews: OwnReviews
    moves: SeenMoves
    targets: Targets
    team: TeamAtWork
    risks: TopRisks
    kind: DigestKind
    whose: Whose
    window: Period
    stretch: str
    told_before: dict[Query, Found | None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.said.today

    # --- asking ----------------------------------------------------------------------------------------------------

    def theirs(self, entity: str) -> tuple[Filter, ...]:
        """What makes records of `entity` the business of this digest."""
        owner = "owner" if entity in OWNED else "account.owner"
        match self.whose:
            case Whose.OWN:
                return (Filter(owner, Op.EQ, ME),)
            case Whose.TEAM:
                return (Filter(f"{owner}.team", Op.EQ, MY_TEAM),)
            case Whose.ALL:
                return ()

    def query(self, entity: str, *filters: Filter, sort: Sort | None = None, period: Period | None = None, most: int = 20) -> Query:
        """Those of `entity` that are the business of this digest, as a list."""
        return Query(entity, (*filters, *self.theirs(entity)), sort=sort, limit=most, period=period)

    async def found(self, query: Query) -> Found | None:
        """What `query` finds; None where that is nothing for this reader to know."""
        if query not in self.told_before:
            self.told_before[query] = await self._asked(query)
        return self.told_before[query]

    async def _asked(self, query: Query) -> Found | None:
        if self.records.scope.of(query.entity) is Reach.NONE:
            return None
        try:
            return await self.records.ask(query)
        except NotAllowed:
            return None

    async def sums(self, query: Query, path: str = "amount") -> tuple[Sum, ...]:
        """What the amounts of these come to, each currency by itself; nothing where amounts are hidden from the reader."""
        found = await self.found(summed(query, path))
        figures = [one for one in found.figures if isinstance(one.value, int | float)] if found else []
        return tuple(Sum(one.currency or "", float(str(one.value)), one.count) for one in figures)

    async def all_of(self, query: Query) -> Sequence[Row]:
        """As many of the rows as can be looked at at once."""
        found = await self.found(Query(query.entity, query.filters, sort=query.sort, limit=MOST_ROWS, period=query.period))
        return found.rows if found else ()

    # --- saying ----------------------------------------------------------------------------------------------------

    def say(self, key: str, **facts: object) -> str:
        """A sentence of this skill."""
        return self.said.say(key, **facts)

    def asks(self, key: str, **facts: object) -> str:
        """A question as the reader would say it in a chat."""
        return " ".join(self.say(f"says_{key}", whose=self.say(f"whose_{self.whose}"), **facts).split())

    def money(self, sums: Iterable[Sum]) -> str:
        """Sums beside each other, never added up."""
        return self.say("plus").join(self.said.amount(one.value, one.currency) for one in sums)

    def many(self, found: Found, says: str, **facts: object) -> Number:
        """How many were found, as a number with its question."""
        return Number(found.total, found.query, says=self.asks(says, **facts) if says else "")

    def amounts(self, query: Query, sums: Iterable[Sum], says: str, path: str = "amount", **facts: object) -> tuple[Number, ...]:
        """Sums as numbers with their question."""
        asked = self.asks(says, **facts) if says else ""
        return tuple(Number(one.value, summed(query, path), one.currency, says=asked) for one in sums)

    def names(self, rows: Iterable[Row], of: str = "name", most: int = NAMED) -> str:
        """What records are called, in a row; each name once."""
        found = list(dict.fromkeys(name for row in rows if (name := text(row, of))))
        return self.say("comma").join(cut(name, ROOM[self.said.lang]) for name in found[:most])

    def grounds(self, entity: str, rows: Sequence[Row]) -> tuple[Evidence, ...]:
        """The first of them as grounds: what each record says."""
        return tuple(self.ground(entity, row) for row in rows[:GROUNDS])

    def ground(self, entity: str, row: Row) -> Evidence:
        """A record as grounds."""
        quote = self.said.dots([shown for name in SHOWN.get(entity, ()) if (shown := self._shown(entity, row, name))])
        return self.said.ground(entity, row, quote or row.id)

    def _shown(self, entity: str, row: Row, name: str) -> str:
        if name in {"amount", "arr"}:
            return self.said.money(row, name)
        if name.endswith(("_date", "_at")):
            day = self.said.day_of(row, name)
            label = self._label(entity, name)
            return f"{label} {self.said.day(day)}" if day else ""
        if (value := number(row, name)) is not None:
            return f"{self._label(entity, name)} {value:g}"
        return self.said.label(entity, row, name) or text(row, name)

    def _label(self, entity: str, name: str) -> str:
        label: Label = LABELS[entity, name]
        return label.zh if self.said.lang is Lang.ZH else label.en


def summed(query: Query, path: str = "amount") -> Query:
    """The same records, their amounts added up instead of listed."""
    return Query(query.entity, query.filters, aggregate=Aggregate(Fn.SUM, path), period=query.period)


def local_day(at: datetime, zone: str) -> date:
    """The day of a moment where somebody is."""
    return at.astimezone(ZoneInfo(zone)).date()
