"""Deals that go wrong without a word: past their day, put off, stuck, told of in gaps. Knows days; knows no likelihood."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from bot.domain.digest import FieldMove, Number
from bot.domain.query import Dir, Filter, Op, Query, Row, Sort
from bot.domain.saying import cut, text
from skills.digest.desk import IS_OPEN, NAMED, ROOM, Desk, Part, Told

PUT_OFF = 7
"""Days in which a close date that was moved later is news."""
FEW_WON = 3
"""Fewer won deals say nothing of what is usual."""
USUAL = 60
"""Days in one stage that are long where no won deals say what is usual."""
GAPS = ("amount", "close_date", "next_step", "budget_status")
"""Fields of an open deal without which questions about it have no answer."""


async def slipping(desk: Desk) -> Part | None:
    """Open deals whose day is over, and those that were put off lately."""
    lines = [line for line in (await _past(desk), await _put_off(desk)) if line]
    return Part(desk.say("slipping_title"), tuple(lines)) if lines else None


async def _past(desk: Desk) -> Told | None:
    query = desk.query("opportunity", IS_OPEN, Filter("close_date", Op.LT, desk.today.isoformat()), sort=Sort("close_date", Dir.ASC))
    found = await desk.found(query)
    if found is None or not found.total:
        return None
    sums = await desk.sums(query)
    days = desk.said.overdue(found.rows[0], "close_date")
    money = desk.say("worth", money=desk.money(sums)) if sums else ""
    words = desk.say("past", count=found.total, money=money, first=_named(desk, found.rows), days=days)
    numbers = (desk.many(found, "past"), *desk.amounts(query, sums, "past_sum"))
    return Told(words, desk.say("past_why", count=found.total, days=days), numbers, desk.grounds("opportunity", found.rows))


def _named(desk: Desk, rows: Sequence[Row]) -> str:
    return desk.say("comma").join(
        desk.say("late_by", name=cut(text(row, "name"), ROOM[desk.said.lang]), days=desk.said.overdue(row, "close_date"))
        for row in rows[:NAMED]
    )


async def _put_off(desk: Desk) -> Told | None:
    since = desk.today - timedelta(days=PUT_OFF)
    found = await desk.moves.moves(desk.query("opportunity", IS_OPEN), "close_date", since, desk.today)
    later = _latest([one for one in found if _is_later(one)])
    if not later:
        return None
    first = desk.say("comma").join(
        desk.say(
            "moved_to", name=cut(text(one.row, "name"), ROOM[desk.said.lang]), before=desk.said.day(date.fromisoformat(str(one.before))),
            after=desk.said.day(date.fromisoformat(str(one.after))),
        )
        for one in later[:NAMED]
    )  # fmt: skip
    words = desk.say("put_off", count=len(later), days=PUT_OFF, first=first)
    why = desk.say("put_off_why", count=len(later), days=PUT_OFF)
    return Told(words, why, (Number(len(later)),), desk.grounds("opportunity", [one.row for one in later]))


def _is_later(one: FieldMove) -> bool:
    return isinstance(one.before, str) and isinstance(one.after, str) and one.after > one.before


def _latest(moves: Sequence[FieldMove]) -> list[FieldMove]:
    """The last change of each deal."""
    return list({one.row.id: one for one in moves}.values())


async def stuck(desk: Desk) -> Part | None:
    """Open deals that are in their stage for longer than the team's own won deals took from beginning to signing."""
    usual, known = await _usual(desk)
    before = desk.today - timedelta(days=usual)
    query = desk.query("opportunity", IS_OPEN, Filter("stage_date", Op.LT, before.isoformat()), sort=Sort("stage_date", Dir.ASC))
    found = await desk.found(query)
    if found is None or not found.total:
        return None
    days = desk.said.overdue(found.rows[0], "stage_date")
    words = desk.say("stuck", count=found.total, usual=usual, first=desk.names(found.rows), days=days)
    why = desk.say("stuck_why" if known else "stuck_why_thumb", count=found.total, usual=usual, won=known, day=desk.said.day(before))
    numbers = (desk.many(found, "stuck", day=before.isoformat()),)
    return Part(desk.say("stuck_title"), (Told(words, why, numbers, desk.grounds("opportunity", found.rows)),))


async def _usual(desk: Desk) -> tuple[int, int]:
    """The usual number of days, and on how many won deals it stands; 0 where it is a rule of thumb."""
    won = await desk.all_of(desk.query("opportunity", Filter("stage", Op.EQ, "won"), sort=Sort("close_date", Dir.DESC)))
    spans = [
        (closed - begun).days for row in won
        if (begun := desk.said.day_of(row, "created_date")) and (closed := desk.said.day_of(row, "close_date")) and closed >= begun
    ]  # fmt: skip
    return (round(median(spans)), len(spans)) if len(spans) >= FEW_WON else (USUAL, 0)


async def gaps(desk: Desk) -> Part | None:
    """Fields that are empty and are asked for."""
    lines = [line for field in GAPS if (line := await _gap(desk, desk.query("opportunity", IS_OPEN, Filter(field, Op.IS_NULL)), field))]
    renewals = desk.query("account", Filter("renewal_date", Op.IS_NULL), Filter("status", Op.EQ, "customer"))
    if line := await _gap(desk, renewals, "renewal_date"):
        lines.append(line)
    return Part(desk.say("gaps_title"), tuple(lines), aside=True) if lines else None


async def _gap(desk: Desk, query: Query, field: str) -> Told | None:
    found = await desk.found(query)
    if found is None or not found.total:
        return None
    words = desk.say(f"gap_{field}", count=found.total, first=desk.names(found.rows))
    why = desk.say("gap_why", count=found.total)
    return Told(words, why, (desk.many(found, f"gap_{field}"),), desk.grounds(query.entity, found.rows))
