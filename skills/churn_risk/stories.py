"""An account's story out of its records, as far as they were handed over. Knows the fields of records; knows no rule and nobody's rights.

What lies ahead of the day, is no figure or stands twice is left out: it neither crashes a judgement nor raises an alarm.
"""

import json
import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.ids import RecordId
from bot.domain.query import Row
from skills.churn_risk.story import Invoice, Leaver, Note, Rating, Rise, Story, Ticket

Records = Mapping[str, Sequence[Row]]
"""Entity -> records of one account, in any order. What may not be seen is not there."""
T = TypeVar("T")

YEAR = 365
REMEMBERED = 400
"""Days that notes are read back: a year, and what was said of the season before."""
COURSE = 13
"""Months of a course: the same month a year ago among them."""
HALF_YEAR_OF_MONTHS = 6
LEVELS = {"P1": 1, "P2": 2, "P3": 3, "P4": 4}
ORDINARY = 3
KINDS = {"demo": "meeting", "message": "email", "complaint": "call"}
"""How a kind of contact counts where the rules know fewer."""
OPEN_STAGES = frozenset({"qualify", "proposal", "negotiation"})
SENT = frozenset({"sent", "accepted"})
ANSWER_SCALE = (-100, -100, -90, -80, -65, -45, -20, 20, 38, 60, 85)
"""What an answer of 0 to 10 says on the scale of -100 to 100: a promoter gives 9 or 10, a detractor 6 or less (Reichheld 2003)."""
RENEWS = re.compile("续|renew", re.IGNORECASE)
"""A deal of this name is about staying, not about buying something else."""
AS_MUCH = 0.1
"""A part of the product counts as used from this share of all users on."""


def story_of(account: Row, records: Records, as_of: date, zone: str) -> Story:
    """The story of `account` as of a day. zone: IANA, in which moments are days."""
    told = _Told(records, as_of, zone)
    course = _course(told)
    months = sorted(course)[-COURSE:]
    contract = _contract(told)
    end = told.day(contract, "end_date") if contract else None
    return Story(
        as_of,
        _figure(course[months[-1]].fields.get("seats")) or None if months else None,
        end or told.day(account, "renewal_date"),
        tuple(_active(course[one]) for one in months),
        tuple(_tickets(told)),
        tuple(_ratings(told)),
        tuple(_invoices(told)),
        tuple(_touches(told)),
        (),
        tuple(_active(course[before]) if (before := _year_before(one)) in course else None for one in months),
        tuple(_per_user(course[one]) for one in months),
        _parts(told, course),
        told.day(contract, "notice_date") if contract else None,
        tuple(_leavers(told)),
        tuple(_rises(told)),
        tuple(_rivals(told)),
        tuple(_letters(told)),
        tuple(_complaints(told)),
    )


def file_of(told: str) -> tuple[Row, Records]:
    """The account and its records in the text of an `AccountFile`."""
    read = json.loads(told, parse_constant=lambda _name: None)
    account = Row(RecordId(read["account"]["id"]), read["account"]["fields"])
    return account, {name: tuple(Row(RecordId(row["id"]), row["fields"]) for row in rows) for name, rows in read["records"].items()}


class _Told:
    """The records of one account, read as of a day."""

    def __init__(self, records: Records, as_of: date, zone: str) -> None:
        self._records = records
        self.as_of = as_of
        self._zone = ZoneInfo(zone)

    def of(self, entity: str) -> Sequence[Row]:
        """Its records, each once."""
        return list({row.id: row for row in self._records.get(entity, ())}.values())

    def day(self, row: Row, field: str) -> date | None:
        """The day in a field; None where there is none."""
        return day_of(row.fields.get(field), self._zone)

    def past(self, entity: str, field: str, since: int | None = None) -> Iterator[tuple[date, Row]]:
        """Records that have happened, forward in time. since: days back that are looked at."""
        first = self.as_of - timedelta(days=since) if since else date.min
        dated = [(day, row) for row in self.of(entity) if (day := self.day(row, field)) and first <= day <= self.as_of]
        yield from _once(sorted(dated, key=lambda one: (one[0], one[1].id)), lambda one: _same(*one))


def day_of(told: object, zone: ZoneInfo) -> date | None:
    """The day that a value tells; None for one that tells none."""
    try:
        text = str(told or "")
        return datetime.fromisoformat(text).astimezone(zone).date() if "T" in text else date.fromisoformat(text[:10]) if text else None
    except (ValueError, OverflowError):
        return None


def _same(day: date, row: Row) -> Hashable:
    """What makes a record the same as another that was kept twice."""
    return day, frozenset((name, str(value)) for name, value in row.fields.items() if name != "number")


def _once(rows: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[T]:
    seen: set[Hashable] = set()
    for row in rows:
        if (name := key(row)) not in seen:
            seen.add(name)
            yield row


def _figure(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told) else None


def _text(row: Row, field: str) -> str:
    return str(row.fields.get(field) or "").strip()


def _course(told: _Told) -> dict[str, Row]:
    """Months that are over, by name (2026-07): one that still runs says too little. Of two records of a month the one with more users."""
    found: dict[str, Row] = {}
    now = told.as_of.strftime("%Y-%m")
    for row in told.of("usage"):
        month = _text(row, "month")[:7]
        users = _figure(row.fields.get("active_users"))
        if users is not None and users >= 0 and month and month < now and users >= (_active(found[month]) if month in found else 0):
            found[month] = row
    return found


def _active(row: Row) -> float:
    return _figure(row.fields.get("active_users")) or 0.0


def _per_user(row: Row) -> float:
    users = _active(row)
    return (_figure(row.fields.get("logins")) or 0.0) / users if users else 0.0


def _year_before(month: str) -> str:
    return f"{int(month[:4]) - 1:04}{month[4:]}" if month[:4].isdigit() else ""


def _parts(told: _Told, course: Mapping[str, Row]) -> tuple[int, int] | None:
    """How many parts of the product are used in the last month told of, and were half a year before."""
    months: dict[str, set[str]] = {}
    for row in told.of("feature_usage"):
        month = _text(row, "month")[:7]
        users = _active(course[month]) if month in course else 0.0
        if users and _active(row) >= AS_MUCH * users:
            months.setdefault(month, set()).add(_text(row, "feature"))
    listed = sorted(months)
    if len(listed) <= HALF_YEAR_OF_MONTHS:
        return None
    return len(months[listed[-1]]), len(months[listed[-1 - HALF_YEAR_OF_MONTHS]])


def _tickets(told: _Told) -> Iterator[Ticket]:
    for day, row in told.past("ticket", "opened_at", 2 * YEAR):
        closed = told.day(row, "closed_at")
        shut = closed if closed and closed <= told.as_of else day if _text(row, "status") == "closed" and closed is None else None
        yield Ticket(day, LEVELS.get(_text(row, "severity"), ORDINARY), shut, _text(row, "subject"), row.id)


def _ratings(told: _Told) -> Iterator[Rating]:
    rows = [(day, score, row) for day, row in told.past("nps", "answered_date") if (score := _figure(row.fields.get("score"))) is not None]
    answers = all(0 <= score < len(ANSWER_SCALE) for _, score, _ in rows)
    for day, score, row in rows:
        on_scale = float(ANSWER_SCALE[round(score)]) if answers else max(-100.0, min(100.0, score))
        yield Rating(day, on_scale, _text(row, "comment"), score if answers else None, row.id)


def _invoices(told: _Told) -> Iterator[Invoice]:
    for day, row in told.past("invoice", "due_date", 2 * YEAR):
        paid = told.day(row, "paid_date")
        yield Invoice(day, paid if paid and paid <= told.as_of else None, row.id)


def _touches(told: _Told) -> Iterator[Note]:
    for day, row in told.past("touchpoint", "happened_at", REMEMBERED):
        kind = _text(row, "kind") or _text(row, "channel") or "call"
        deal = _text(row, "opportunity_name") or _text(row, "opportunity")
        selling = bool(deal) and not RENEWS.search(deal)
        yield Note(day, KINDS.get(kind, kind), _text(row, "contact_name"), _text(row, "note"), row.id, selling)


def _contract(told: _Told) -> Row | None:
    """The subscription that ends next, else whichever contract in force does."""
    running = [
        (end, row) for row in told.of("contract")
        if _text(row, "status") in {"", "active"} and (end := told.day(row, "end_date")) and end >= told.as_of
    ]  # fmt: skip
    subscribed = [one for one in running if _text(one[1], "kind") == "subscription"]
    return min(subscribed or running, key=lambda one: (one[0], one[1].id), default=(None, None))[1]


def _leavers(told: _Told) -> Iterator[Leaver]:
    for row in told.of("contact"):
        left = told.day(row, "left_date")
        if _text(row, "status") == "left" and left and left <= told.as_of:
            weight = _figure(row.fields.get("weight"))
            yield Leaver(left, _text(row, "name"), weight / 100 if weight is not None else None, row.id)


def _rises(told: _Told) -> Iterator[Rise]:
    """Quotes that ask more for one piece of the same product, in the same currency, than the one before them."""
    before: dict[tuple[str, str], float] = {}
    for day, row in told.past("quote", "quote_date", 3 * YEAR):
        amount, pieces = _figure(row.fields.get("amount")), _figure(row.fields.get("quantity"))
        if not amount or not pieces or amount <= 0 or pieces <= 0 or _text(row, "status") not in SENT:
            continue
        of = (_text(row, "product"), _text(row, "currency"))
        if of in before and amount / pieces > before[of]:
            yield Rise(day, round(100 * (amount / pieces / before[of] - 1)), row.id)
        before[of] = amount / pieces


def _rivals(told: _Told) -> Iterator[Note]:
    for day, row in told.past("opportunity", "created_date", YEAR):
        if _text(row, "competitor") and _text(row, "stage") in OPEN_STAGES:
            yield Note(day, "event", _text(row, "competitor"), _text(row, "name"), row.id, selling=True)


def _letters(told: _Told) -> Iterator[Note]:
    for day, row in told.past("letter", "written_date", YEAR):
        if _text(row, "kind") == "renewal":
            yield Note(day, "event", _text(row, "addressee"), f"{_text(row, 'subject')} {_text(row, 'body')}".strip(), row.id)


def _complaints(told: _Told) -> Iterator[Note]:
    """What they complained of and suggested, where nobody has done anything about it; in order."""
    found = [
        Note(day, "event", _text(row, "contact_name"), _text(row, "note"), row.id)
        for day, row in told.past("touchpoint", "happened_at", YEAR) if _text(row, "kind") == "complaint" and not _answered(told, day)
    ]  # fmt: skip
    found += [
        Note(day, "event", _text(row, "contact_name"), _text(row, "text"), row.id)
        for day, row in told.past("suggestion", "made_date", YEAR) if _text(row, "status") == "declined"
    ]
    yield from sorted(found, key=lambda one: one.at)


def _answered(told: _Told, complained: date) -> bool:
    """Whether a case that was opened then, or later, has been closed since."""
    days = ((told.day(row, "opened_at"), told.day(row, "closed_at")) for row in told.of("ticket"))
    return any(opened and closed and opened >= complained - timedelta(days=7) and closed <= told.as_of for opened, closed in days)
