"""What was found, as people want to hear it: the result first, a short table, then how the question was read. Knows no store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.outcome import Answer
from bot.domain.query import COUNT, ME, MY_TEAM, Aggregate, Figure, Filter, Fn, Found, Grain, Op, Row, grouped, terminal, to_json
from bot.domain.schema import Entity, Field, Kind, Label
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.ports import Words
from skills.query_crm.conditions import OPEN_STAGES

LINES, GROUPS, GROUNDS = 5, 10, 3
MYRIAD = 10_000
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
SHOWN: Mapping[str, tuple[str, ...]] = {
    "opportunity": ("account_name", "stage", "amount", "close_date"), "account": ("region", "tier", "arr", "renewal_date"),
    "contact": ("account_name", "title", "role", "email", "phone"), "touchpoint": ("account_name", "kind", "happened_at"),
    "ticket": ("account_name", "subject", "severity", "status", "opened_at"),
    "invoice": ("account_name", "amount", "due_date", "paid_date"),
    "order": ("account_name", "status", "amount", "promised_date"), "quote": ("account_name", "status", "amount", "discount"),
    "contract": ("account_name", "status", "value", "end_date"), "nps": ("account_name", "score", "answered_date"),
}  # fmt: skip
"""Fields that say most about a record of an entity; those that were asked by are added."""


@dataclass(frozen=True)
class Telling:
    """Words for one person about what one query found. wanted: fields that were asked for, told before all others."""

    found: Found
    words: Words
    lang: Lang
    scope: Scope
    wanted: tuple[str, ...] = ()

    def answer(self) -> Answer:
        """The answer with its grounds: the records that matter most."""
        query = self.found.query
        lines = [*self._result(), *self._notes(), self._say("read_as", how=self._read_as())]
        grounds = tuple(self._ground(row) for row in self.found.rows[:GROUNDS])
        return Answer("\n".join(lines), grounds, found=self.found.total > 0, query=to_json(query))

    def _result(self) -> Iterator[str]:
        query, entity = self.found.query, self._entity()
        if not self.found.total:
            yield self._say("nothing", entity=self._label(entity.label))
        elif query.aggregate and query.group_by:
            yield self._say("groups", what=self._what(query.aggregate), group=self._label(self._group_label(query.group_by)))
            yield from self._groups()
        elif query.aggregate:
            yield self._figure_line(query.aggregate)
        else:
            yield self._say("list" if self.found.total > 1 else "one", total=self.found.total, entity=self._label(entity.label))
            yield from self._table()

    def _figure_line(self, aggregate: Aggregate) -> str:
        if aggregate.fn is Fn.COUNT:
            return self._say("count", total=self.found.total, entity=self._label(self._entity().label))
        values = self._say("joint").join(self._value_of(one) for one in self.found.figures)
        return self._say("figure", what=self._what(aggregate), value=values or "-", total=self.found.total)

    def _groups(self) -> Iterator[str]:
        groups: dict[str | None, list[Figure]] = {}
        for figure in self.found.figures:
            groups.setdefault(figure.group, []).append(figure)
        for group, figures in list(groups.items())[:GROUPS]:
            values = self._say("joint").join(self._value_of(one) for one in figures)
            yield self._say("group_line", group=self._group_name(group), value=values)
        if len(groups) > GROUPS:
            yield self._say("more", count=len(groups) - GROUPS)

    def _table(self) -> Iterator[str]:
        for row in self.found.rows[:LINES]:
            yield self._say("row", text=self._row(row))
        listed = min(self.found.total, self.found.query.limit or self.found.total)
        if listed > LINES:
            yield self._say("more", count=listed - LINES)

    def _notes(self) -> Iterator[str]:
        query = self.found.query
        currencies = {figure.currency for figure in self.found.figures if figure.currency}
        by_money = query.sort is not None and query.aggregate is None and self._kind(query.sort.field) is Kind.MONEY
        if by_money:
            currencies |= {str(row.fields["currency"]) for row in self.found.rows if row.fields.get("currency")}
        if len(currencies) > 1:
            yield self._say("currencies")

    # --- how it was read -------------------------------------------------------------------------------------------

    def _read_as(self) -> str:
        query = self.found.query
        parts = [self._label(self._entity().label), *(self._condition(one) for one in query.filters)]
        if query.period:
            first, last = query.period.first, query.period.last
            parts.append(f"{self._field(query.period.field)} {first.isoformat()}" + (f"~{last.isoformat()}" if last != first else ""))
        if query.group_by:
            parts.append(self._say("by", group=self._label(self._group_label(query.group_by))))
        if query.sort and query.sort.field != COUNT:
            parts.append(self._say(f"sort_{query.sort.dir}", field=self._field(query.sort.field)))
        if query.limit:
            parts.append(self._say("first", count=query.limit))
        return self._say("dot").join(parts)

    def _condition(self, one: Filter) -> str:
        if one.field == "stage" and isinstance(one.value, tuple) and set(one.value) == set(OPEN_STAGES):
            return self._say("open")
        if one.value == ME:
            return self._say("mine")
        if one.value == MY_TEAM:
            return self._say("team")
        field = terminal(SCHEMA, self.found.query.entity, one.field)
        values = one.value if isinstance(one.value, tuple) else (one.value,)
        said = self._say("or").join(self._shown(field, value, None) for value in values)
        if one.op in {Op.EQ, Op.IN}:
            plain = one.field == "name" or (field is not None and field.kind in {Kind.ENUM, Kind.REFERENCE})
            return said if plain else f"{self._field(one.field)} {said}"
        return self._say(f"op_{one.op}", field=self._field(one.field), value=said)

    # --- fields and values -----------------------------------------------------------------------------------------

    def _row(self, row: Row) -> str:
        entity = self._entity()
        asked = [one.field for one in self.found.query.filters if "." not in one.field]
        asked += [self.found.query.sort.field] if self.found.query.sort else []
        names = dict.fromkeys((*self.wanted, *SHOWN.get(entity.name, ()), *asked))
        title = str(row.fields.get(entity.title) or row.id)
        parts = [title]
        for name in names:
            field, value = entity.field(name), row.fields.get(name)
            told = name in {entity.title, "currency"} or str(value) == title
            if field is None or field.kind is Kind.REFERENCE or value in {None, ""} or told:
                continue
            shown = self._shown(field, value, row.fields.get("currency"))
            parts.append(shown if field.kind in {Kind.ENUM, Kind.MONEY, Kind.TEXT} else f"{self._label(field.label)} {shown}")
        return self._say("dot").join(parts)

    def _shown(self, field: Field | None, value: object, currency: object) -> str:
        if field is None or value is None:
            return "-" if value is None else str(value)
        if field.kind is Kind.ENUM:
            return next((self._label(one.label) for one in field.values if one.name == value), str(value))
        if field.kind is Kind.MONEY and isinstance(value, int | float):
            return self._money(value, str(currency or ""))
        if field.kind is Kind.MOMENT and "T" in str(value):
            return datetime.fromisoformat(str(value)).astimezone(ZoneInfo(self.scope.zone)).strftime("%Y-%m-%d %H:%M")
        if field.kind is Kind.NUMBER and isinstance(value, int | float):
            return f"{value:,.4g}" + (field.unit if field.unit == "%" else "")
        return str(value)

    def _money(self, value: float, currency: str) -> str:
        sign = SIGNS.get(currency, f"{currency} " if currency else "")
        if self.lang is Lang.ZH and abs(value) >= MYRIAD:
            figure = f"{value / MYRIAD:,.2f}".rstrip("0").rstrip(".")
            return f"{'' if currency == 'CNY' else sign}{figure}万"
        return f"{sign}{value:,.0f}"

    def _value_of(self, figure: Figure) -> str:
        aggregate = self.found.query.aggregate
        field = terminal(SCHEMA, self.found.query.entity, aggregate.field) if aggregate and aggregate.field else None
        if field is None or not isinstance(figure.value, int | float):
            return str(figure.value)
        return self._shown(field, figure.value, figure.currency)

    def _what(self, aggregate: Aggregate) -> str:
        return self._say(f"fn_{aggregate.fn}", field=self._field(aggregate.field) if aggregate.field else "")

    def _group_label(self, path: str) -> Label:
        stem, grain = grouped(path)
        if grain is not None:
            return {Grain.MONTH: Label("月", "month"), Grain.QUARTER: Label("季度", "quarter"), Grain.YEAR: Label("年", "year")}[grain]
        field = terminal(SCHEMA, self.found.query.entity, stem)
        return field.label if field else Label(stem, stem)

    def _group_name(self, group: str | None) -> str:
        if group is None:
            return self._say("unset")
        field = terminal(SCHEMA, self.found.query.entity, self.found.query.group_by or "")
        return self._shown(field, group, None) if field and field.kind is Kind.ENUM else group

    def _ground(self, row: Row) -> Evidence:
        entity = self._entity()
        source = self._say("dot").join((self._label(entity.label), str(row.fields.get(entity.title) or "-")))
        audience = Audience(f"user:{self.scope.user_id}")
        return Evidence(self._row(row), source, row.id, EvidenceKind.RECORD, 1.0, row.id, audience)

    def _entity(self) -> Entity:
        return next(entity for entity in SCHEMA.entities if entity.name == self.found.query.entity)

    def _field(self, path: str) -> str:
        field = terminal(SCHEMA, self.found.query.entity, path)
        return self._label(field.label) if field else path

    def _kind(self, path: str) -> Kind | None:
        field = terminal(SCHEMA, self.found.query.entity, path)
        return field.kind if field else None

    def _label(self, label: Label) -> str:
        return label.zh if self.lang is Lang.ZH else label.en

    def _say(self, key: str, **facts: object) -> str:
        return self.words.say(key, self.lang, **facts)

