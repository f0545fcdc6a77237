"""What was found, as people want to hear it: the result first, a short table, then how the question was read. Knows no store."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bot.domain.chart import Chart
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence
from bot.domain.outcome import Answer
from bot.domain.query import Aggregate, Figure, Fn, Found, terminal, to_json
from bot.domain.schema import Kind
from skills.query_crm.charting import charted
from skills.query_crm.saying import Saying
from skills.query_crm.steps import next_steps, nothing

LINES, GROUPS, GROUNDS = 5, 10, 3


@dataclass(frozen=True)
class Telling:
    """Words for one person about what one query found. wanted: fields that were asked for, told before all others."""

    found: Found
    saying: Saying
    wanted: tuple[str, ...] = ()

    def answer(self) -> Answer:
        """The answer with its grounds: the records that matter most."""
        query, say = self.found.query, self.saying.say
        lines = [*self._result(), *self._notes(), say("read_as", how=self.saying.read_as(query))]
        grounds = tuple(self._ground(place) for place in range(len(self.found.rows[:GROUNDS])))
        buttons = next_steps(self.saying, rows=query.aggregate is not None and self.found.total > 0)
        return Answer("\n".join(lines), grounds, buttons, found=self.found.total > 0, query=to_json(query), chart=self._chart())

    def _ground(self, place: int) -> Evidence:
        row = self.found.rows[place]
        return self.saying.ground(self.found.query.entity, row, self._row(place))

    def _chart(self) -> Chart | None:
        query, saying = self.found.query, self.saying
        if not query.aggregate or not query.group_by:
            return None
        told = {"entity": saying.entity(query.entity), "what": saying.what(query.entity, query.aggregate)}
        title = saying.say("chart_title", **told, group=saying.group_label(query))
        return charted(self.found, title, saying.read_as(query), partial(saying.group, query), saying.say)

    def _result(self) -> Iterator[str]:
        query, say = self.found.query, self.saying.say
        label = self.saying.entity(query.entity)
        if not self.found.total:
            yield nothing(self.saying, query.entity)
        elif query.aggregate and query.group_by:
            yield say("groups", what=self.saying.what(query.entity, query.aggregate), group=self.saying.group_label(query))
            yield from self._groups()
        elif query.aggregate:
            yield self._figure_line(query.aggregate)
        else:
            yield say("list" if self.found.total > 1 else "one", total=self.found.total, entity=label)
            yield from self._table()

    def _figure_line(self, aggregate: Aggregate) -> str:
        query, say = self.found.query, self.saying.say
        if aggregate.fn is Fn.COUNT:
            return say("count", total=self.found.total, entity=self.saying.entity(query.entity))
        values = self.saying.listed(self.saying.figure(query, one) for one in self.found.figures)
        return say("figure", what=self.saying.what(query.entity, aggregate), value=values or "-", total=self.found.total)

    def _groups(self) -> Iterator[str]:
        query, say = self.found.query, self.saying.say
        groups: dict[str | None, list[Figure]] = {}
        for figure in self.found.figures:
            groups.setdefault(figure.group, []).append(figure)
        for group, figures in list(groups.items())[:GROUPS]:
            values = self.saying.listed(self.saying.figure(query, one) for one in figures)
            yield say("group_line", group=self.saying.group(query, group), value=values)
        if len(groups) > GROUPS:
            yield say("more", count=len(groups) - GROUPS)

    def _table(self) -> Iterator[str]:
        for place in range(len(self.found.rows[:LINES])):
            yield self.saying.say("row", text=self._row(place))
        listed = min(self.found.total, self.found.query.limit or self.found.total)
        if listed > LINES:
            yield self.saying.say("more", count=listed - LINES)

    def _row(self, place: int) -> str:
        query = self.found.query
        asked = [one.field for one in query.filters if "." not in one.field]
        asked += [query.sort.field] if query.sort else []
        return self.saying.row(query.entity, self.found.rows[place], self.wanted, asked)

    def _notes(self) -> Iterator[str]:
        query = self.found.query
        currencies = {figure.currency for figure in self.found.figures if figure.currency}
        sorted_by = terminal(SCHEMA, query.entity, query.sort.field) if query.sort and query.aggregate is None else None
        if sorted_by is not None and sorted_by.kind is Kind.MONEY:
            currencies |= {str(row.fields["currency"]) for row in self.found.rows if row.fields.get("currency")}
        if len(currencies) > 1:
            yield self.saying.say("currencies")
