"""Fields, values and conditions of records as people read them, in their language. Knows no question and no store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.query import COUNT, ME, MY_TEAM, Aggregate, Figure, Filter, Grain, Op, Period, Query, Row, grouped, terminal
from bot.domain.schema import Entity, Field, Kind, Label
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.ports import Words
from skills.query_crm.conditions import OPEN_STAGES

MYRIAD = 10_000
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
SHOWN: Mapping[str, tuple[str, ...]] = {
    "opportunity": ("account_name", "stage", "amount", "close_date"), "account": ("region", "tier", "arr", "renewal_date"),
    "contact": ("account_name", "title", "role", "email", "phone"), "touchpoint": ("account_name", "kind", "happened_at"),
    "task": ("account_name", "due_date"),
    "ticket": ("account_name", "subject", "severity", "status", "opened_at"),
    "invoice": ("account_name", "amount", "due_date", "paid_date"),
    "order": ("account_name", "status", "amount", "promised_date"), "quote": ("account_name", "status", "amount", "discount"),
    "contract": ("account_name", "status", "value", "end_date"), "nps": ("account_name", "score", "answered_date"),
    "signal": ("account_name", "contact_name", "kind", "happened_at"),
}  # fmt: skip
"""Fields that say most about a record of an entity; those that were asked by are added."""
GRAINS = {Grain.MONTH: Label("月", "month"), Grain.QUARTER: Label("季度", "quarter"), Grain.YEAR: Label("年", "year")}


@dataclass(frozen=True)
class Saying:
    """Words for one person: what they may see, in their language and zone."""

    words: Words
    lang: Lang
    scope: Scope

    def say(self, key: str, **facts: object) -> str:
        """A sentence of strings.toml."""
        return self.words.say(key, self.lang, **facts)

    def joint(self, parts: Iterable[str]) -> str:
        """Parts beside each other in one line."""
        return self.say("dot").join(parts)

    def listed(self, parts: Iterable[str]) -> str:
        """Things of one kind, one after the other."""
        return self.say("joint").join(parts)

    def label(self, label: Label) -> str:
        """A name in the person's language."""
        return label.zh if self.lang is Lang.ZH else label.en

    def entity(self, name: str) -> str:
        """What records of an entity are called."""
        return self.label(entity(name).label)

    def field(self, of: str, path: str) -> str:
        """What the field at the end of a path is called."""
        found = terminal(SCHEMA, of, path)
        return self.label(found.label) if found else path

    # --- how it was read -------------------------------------------------------------------------------------------

    def read_as(self, query: Query) -> str:
        """The conditions of a query, in one line."""
        return self.joint([self.entity(query.entity), *self.conditions(query), *self._order(query)])

    def conditions(self, query: Query) -> list[str]:
        """Each condition of a query, its period last."""
        parts = [self.condition(query.entity, one) for one in query.filters]
        return [*parts, self.period(query.entity, query.period)] if query.period else parts

    def _order(self, query: Query) -> list[str]:
        parts = [self.say("by", group=self.group_label(query))] if query.group_by else []
        if query.sort and query.sort.field != COUNT:
            parts.append(self.say(f"sort_{query.sort.dir}", field=self.field(query.entity, query.sort.field)))
        return [*parts, self.say("first", count=query.limit)] if query.limit else parts

    def period(self, of: str, period: Period) -> str:
        """A date field and its days."""
        return f"{self.field(of, period.field)} {days(period)}"

    def condition(self, of: str, one: Filter) -> str:
        """One condition."""
        if one.field == "stage" and isinstance(one.value, tuple) and set(one.value) == set(OPEN_STAGES):
            return self.say("open")
        if one.value == ME:
            return self.say("mine")
        if one.value == MY_TEAM:
            return self.say("team")
        field = terminal(SCHEMA, of, one.field)
        values = one.value if isinstance(one.value, tuple) else (one.value,)
        said = self.say("or").join(self.shown(field, value, None) for value in values)
        if one.op in {Op.EQ, Op.IN}:
            plain = one.field == "name" or (field is not None and field.kind in {Kind.ENUM, Kind.REFERENCE})
            return said if plain else f"{self.field(of, one.field)} {said}"
        return self.say(f"op_{one.op}", field=self.field(of, one.field), value=said)

    # --- values ----------------------------------------------------------------------------------------------------

    def shown(self, field: Field | None, value: object, currency: object) -> str:
        """A value of a field."""
        if field is None or value is None:
            return "-" if value is None else str(value)
        if field.kind is Kind.ENUM:
            return next((self.label(one.label) for one in field.values if one.name == value), str(value))
        if field.kind is Kind.MONEY and isinstance(value, int | float):
            return self.money(value, str(currency or ""))
        if field.kind is Kind.MOMENT and "T" in str(value):
            return datetime.fromisoformat(str(value)).astimezone(ZoneInfo(self.scope.zone)).strftime("%Y-%m-%d %H:%M")
        if field.kind is Kind.NUMBER and isinstance(value, int | float):
            return f"{value:,.4g}" + (field.unit if field.unit == "%" else "")
        return str(value)

    def money(self, value: float, currency: str) -> str:
        """An amount, in 万 from there on where that is how people count."""
        sign = SIGNS.get(currency, f"{currency} " if currency else "")
        if self.lang is Lang.ZH and abs(value) >= MYRIAD:
            figure = f"{value / MYRIAD:,.2f}".rstrip("0").rstrip(".")
            return f"{'' if currency == 'CNY' else sign}{figure}万"
        return f"{sign}{value:,.0f}"

    def figure(self, query: Query, figure: Figure) -> str:
        """The value of one figure."""
        aggregate = query.aggregate
        field = terminal(SCHEMA, query.entity, aggregate.field) if aggregate and aggregate.field else None
        if field is None or not isinstance(figure.value, int | float):
            return str(figure.value)
        return self.shown(field, figure.value, figure.currency)

    def what(self, of: str, aggregate: Aggregate) -> str:
        """What a figure is."""
        return self.say(f"fn_{aggregate.fn}", field=self.field(of, aggregate.field) if aggregate.field else "")

    def group_label(self, query: Query) -> str:
        """What the groups of a query are."""
        path, grain = grouped(query.group_by or "")
        return self.label(GRAINS[grain]) if grain is not None else self.field(query.entity, path)

    def group(self, query: Query, group: str | None) -> str:
        """One group's name."""
        if group is None:
            return self.say("unset")
        field = terminal(SCHEMA, query.entity, query.group_by or "")
        return self.shown(field, group, None) if field and field.kind is Kind.ENUM else group

    # --- records ---------------------------------------------------------------------------------------------------

    def row(self, of: str, row: Row, first: Iterable[str] = (), last: Iterable[str] = ()) -> str:
        """A record in one line: its name, the fields `first`, those that say most, the fields `last`."""
        kind = entity(of)
        title = str(row.fields.get(kind.title) or row.id)
        parts = [title]
        for name in dict.fromkeys((*first, *SHOWN.get(of, ()), *last)):
            field, value = kind.field(name), row.fields.get(name)
            told = name in {kind.title, "currency"} or str(value) == title
            if field is None or field.kind is Kind.REFERENCE or value in {None, ""} or told:
                continue
            shown = self.shown(field, value, row.fields.get("currency"))
            parts.append(shown if field.kind in {Kind.ENUM, Kind.MONEY, Kind.TEXT} else f"{self.label(field.label)} {shown}")
        return self.joint(parts)

    def ground(self, of: str, row: Row, quote: str = "", kind: EvidenceKind = EvidenceKind.RECORD) -> Evidence:
        """A record as evidence, shown to nobody but the person who asked. quote: its own words, else the record in one line."""
        source = self.joint((self.entity(of), str(row.fields.get(entity(of).title) or "-")))
        return Evidence(quote or self.row(of, row), source, row.id, kind, 1.0, row.id, Audience(f"user:{self.scope.user_id}"))


def entity(name: str) -> Entity:
    """The entity called `name`."""
    return next(one for one in SCHEMA.entities if one.name == name)


def days(period: Period) -> str:
    """2026-07-01~2026-09-30, or one day."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return first if first == last else f"{first}~{last}"
