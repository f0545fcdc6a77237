"""When a rule's condition came true, told from records: the same for what is past, to try a rule on, as for what is new.

Asks the records of one person and knows what an occasion is; tells nobody and keeps nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.ids import RecordId
from bot.domain.query import MOST_ROWS, Dir, Filter, Found, Op, Period, Query, Row
from bot.domain.query import Sort as Order
from bot.domain.scope import Scope
from bot.domain.watch import Signal, Sort, Watch

DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=400)
"""So far back the earlier figure of a change lies, the last contact, or what is still open."""
A_MONTH = timedelta(days=62)
"""A month's figure is known after its end."""
SEVERITY, SILENCE = "severity", "silence_days"


class Asked(Protocol):
    """The records of one person, to be asked: as of the port `SeenRecords`."""

    @property
    def scope(self) -> Scope:
        """What they may see."""
        ...

    async def ask(self, query: Query) -> Found:
        """What `query` finds."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time at which a condition came true for an account.

    key: the same for the same occasion, however often it is looked for. day: on which it came true. value: the figure; before: what it is
    told against, None where it is none. still: whether it is so yet, for what lasts. record: what tells it, of the signal's entity.
    """

    account: RecordId
    account_name: str
    key: str
    day: date
    value: float
    record: Row
    before: float | None = None
    still: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found between two days. whole: whether everything could be looked at. now_only: whether the past of it is not kept."""

    found: tuple[Occasion, ...]
    whole: bool = True
    now_only: bool = False


async def occasions(records: Asked, watch: Watch, first: date, last: date, *, account: RecordId | None = None) -> Looked:
    """The occasions of a rule between two days (both meant), oldest first; and what lasts since before and is so yet.

    account: only those of one. Raises: NotAllowed where the rule asks by what the person may not see.
    """
    signal, zone = watch.of, ZoneInfo(records.scope.zone)
    looking = _Looking(records, watch, account)
    begins, ends = first, last
    match signal.sort:
        case Sort.FIELD:
            rows, whole = await looking.standing()
            return Looked(tuple(_standing(watch, rows, last)), whole, now_only=True)
        case Sort.EVENT:
            begins = first - A_MONTH
        case Sort.CHANGE:
            begins = first - LOOK_BACK
        case Sort.UNTIL:
            ends = last + timedelta(days=watch.days)
        case Sort.SINCE | Sort.COUNT:
            begins = first - LOOK_BACK - timedelta(days=watch.days)
    rows, whole = await looking.rows(begins, ends)
    found = _found(watch, rows, zone, last)
    kept = [one for one in found if (first <= one.day <= last) or (one.still and one.day <= last)]
    return Looked(tuple(sorted(kept, key=lambda one: (one.day, one.account, one.key))), whole)


def _found(watch: Watch, rows: Sequence[Row], zone: ZoneInfo, today: date) -> Iterable[Occasion]:
    match watch.of.sort:
        case Sort.EVENT:
            return _events(watch, rows, zone)
        case Sort.CHANGE:
            return _changes(watch, rows, zone)
        case Sort.UNTIL:
            return _ahead(watch, rows, zone, today)
        case Sort.COUNT:
            return _counted(watch, rows, zone, today)
        case Sort.SINCE:
            return (_silences if watch.signal == SILENCE else _lasting)(watch, rows, zone, today)
        case Sort.FIELD:
            return _standing(watch, rows, today)


@dataclass(frozen=True, slots=True)
class _Looking:
    records: Asked
    watch: Watch
    account: RecordId | None

    async def rows(self, first: date, last: date) -> tuple[list[Row], bool]:
        """Every record of the signal between two days. One answer holds so many rows, so a full stretch is asked again in halves."""
        signal = self.watch.of
        query = Query(
            signal.entity, self._filters(), sort=Order(signal.day, Dir.DESC), limit=MOST_ROWS, period=Period(signal.day, first, last)
        )
        found = await self.records.ask(query)
        if found.total <= len(found.rows):
            return list(found.rows), True
        if first == last:
            return list(found.rows), False
        half = first + (last - first) // 2
        early, late = await self.rows(first, half), await self.rows(half + DAY, last)
        return [*early[0], *late[0]], early[1] and late[1]

    async def standing(self) -> tuple[list[Row], bool]:
        """The accounts whose figure is one the rule is about."""
        op = {"below": Op.LT, "at_most": Op.LTE, "above": Op.GT}.get(self.watch.comparison, Op.GTE)
        value = Filter(self.watch.of.value, op, self.watch.threshold)
        found = await self.records.ask(Query(self.watch.of.entity, (*self._filters(), value), limit=MOST_ROWS))
        rows = [one for one in found.rows if self.account in (None, one.id)]
        return rows, found.total <= len(found.rows)

    def _filters(self) -> tuple[Filter, ...]:
        of_one = self.account is not None and self.watch.of.entity != "account"
        return (*self.watch.filters(), *((Filter("account", Op.EQ, str(self.account)),) if of_one else ()))


def _events(watch: Watch, rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Occasion]:
    for row in rows:
        value, day = figure(watch.of, row), told_on(watch.of, row, zone)
        if value is not None and day is not None and watch.holds(value):
            yield Occasion(*_whose(row), row.id, day, value, row)


def _changes(watch: Watch, rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Occasion]:
    """An answer against the one before; a month against the one so many months earlier, where both are known and it was not nothing."""
    back = watch.of.months_back
    for mine in _each(rows).values():
        told = [(day, value, row) for row in mine if (day := told_on(watch.of, row, zone)) and (value := figure(watch.of, row)) is not None]
        told.sort(key=lambda one: (one[0], one[2].id))
        at = {_month(day): value for day, value, _ in told} if back else {}
        earlier = [at.get(_month(day) - back) for day, _, _ in told] if back else [None, *(value for _, value, _ in told[:-1])]
        for (day, value, row), before in zip(told, earlier, strict=True):
            if before is None or (back and before <= 0):
                continue
            change = 100 * (value - before) / before if back else value - before
            if watch.holds(change):
                yield Occasion(*_whose(row), row.id, day, round(change, 1), row, before)


def _lasting(watch: Watch, rows: Iterable[Row], zone: ZoneInfo, today: date) -> Iterator[Occasion]:
    """What began, and had not ended so many days later."""
    for row in rows:
        began, ended = _day(row, watch.of.day, zone), _day(row, watch.of.ends, zone)
        is_over = row.fields.get("status") in {"closed", "cancelled"} and ended is None
        if began is None or is_over:
            continue
        due = began + timedelta(days=watch.days)
        if due <= today and (ended is None or ended >= due):
            yield Occasion(*_whose(row), row.id, due, float(((ended or today) - began).days), row, still=ended is None)


def _silences(watch: Watch, rows: Iterable[Row], zone: ZoneInfo, today: date) -> Iterator[Occasion]:
    """So many days after a contact without another one."""
    for mine in _each(rows).values():
        dated = sorted(((day, row) for row in mine if (day := _day(row, watch.of.day, zone)) and day <= today), key=lambda one: one[0])
        following = [*(day for day, _ in dated[1:]), None]
        for (day, row), next_one in zip(dated, following, strict=True):
            due = day + timedelta(days=watch.days)
            if due <= today and (next_one is None or next_one > due):
                yield Occasion(*_whose(row), row.id, due, float(((next_one or today) - day).days), row, still=next_one is None)


def _counted(watch: Watch, rows: Iterable[Row], zone: ZoneInfo, today: date) -> Iterator[Occasion]:
    """When one more made it too many at once."""
    for mine in _each(rows).values():
        moves = []
        for row in mine:
            began, ended = _day(row, watch.of.day, zone), _day(row, watch.of.ends, zone)
            if began is not None and not (ended is None and row.fields.get("status") == "closed"):
                moves += [(began, 1, row), *([(ended, -1, row)] if ended else [])]
        count, last = 0, None
        for day, step, row in sorted(moves, key=lambda one: (one[0], one[1], one[2].id)):
            count += step
            if not watch.holds(count):
                last = None
            elif step > 0 and last is None and day <= today:
                last = Occasion(*_whose(row), row.id, day, float(count), row)
                yield last


def _ahead(watch: Watch, rows: Iterable[Row], zone: ZoneInfo, today: date) -> Iterator[Occasion]:
    """So many days before a day that lies ahead."""
    for row in rows:
        day = _day(row, watch.of.day, zone)
        if day is None or row.fields.get("status") in {"ended", "replaced"}:
            continue
        due = day - timedelta(days=watch.days)
        left = float((day - today).days if day > today else watch.days)
        yield Occasion(*_whose(row), f"{row.id}:{day}", due, left, row, still=day >= today)


def _standing(watch: Watch, rows: Iterable[Row], today: date) -> Iterator[Occasion]:
    """What stands there now; the past of a field is not asked for."""
    for row in rows:
        value = figure(watch.of, row)
        if value is not None and watch.holds(value):
            yield Occasion(*_whose(row), f"{row.id}:{value:g}", today, value, row, still=True)


def figure(signal: Signal, row: Row) -> float | None:
    """The figure that a record tells; None where it tells none. P1 is 1."""
    value = row.fields.get(signal.value)
    if signal.value == SEVERITY and isinstance(value, str) and value[1:].isdigit():
        return float(value[1:])
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN is unlike itself
        return None
    return float(value)


def told_on(signal: Signal, row: Row, zone: ZoneInfo) -> date | None:
    """The day on which a record's figure is known: a month's after its end, for half a month looks like a drop."""
    day = _day(row, signal.day, zone)
    if day is None or signal.day != "month":
        return day
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def worst_first(found: Sequence[Occasion], watch: Watch) -> list[Occasion]:
    """Occasions by how far beyond the threshold they are."""
    sign = -1 if watch.comparison in {"below", "at_most", "drops"} else 1
    return sorted(found, key=lambda one: (-sign * one.value, one.day))


def last_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the quarter before that of `today`."""
    begins = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = begins - DAY
    return date(last.year, 3 * ((last.month - 1) // 3) + 1, 1), last


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _each(rows: Iterable[Row]) -> Mapping[RecordId, list[Row]]:
    found: dict[RecordId, list[Row]] = {}
    for row in rows:
        found.setdefault(_whose(row)[0], []).append(row)
    return found


def _whose(row: Row) -> tuple[RecordId, str]:
    """The account of a record, which may be the record itself."""
    if "account" in row.fields:
        return RecordId(str(row.fields["account"] or "")), str(row.fields.get("account_name") or "")
    return row.id, str(row.fields.get("name") or "")


def _day(row: Row, name: str, zone: ZoneInfo) -> date | None:
    value = row.fields.get(name) if name else None
    if not isinstance(value, str) or not value:
        return None
    return datetime.fromisoformat(value).astimezone(zone).date() if "T" in value else date.fromisoformat(value)
