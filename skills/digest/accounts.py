"""The accounts that need their people most, and why: rules over what is due, late or complained about, and chances of leaving.

A weight only orders them; it is never told. What is told are the facts that gave it.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.digest import Number
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.query import Aggregate, Dir, Filter, Fn, Op, Period, Query, Row, Sort
from bot.domain.risk import RiskScore
from bot.domain.saying import cut, number, text
from bot.domain.talk import Lang
from skills.digest.desk import GROUNDS, Desk, Part, Told, Whose, summed

TOP = 3
REASONS = 3
RENEWS_SOON, NOTICE_SOON = 60, 30
LATELY = 90
"""Days for which a low answer, or a complaint, counts."""
LOW = 6
"""NPS answers go from 0 to 10; up to 6 somebody is a detractor.  Source: Reichheld, HBR 12/2003."""
WEIGHT = {"high": 9.0, "medium": 3.0, "P1": 5.0, "P2": 3.0, "overdue": 3.0, "notice": 5.0, "renews": 3.0, "low": 3.0, "complaint": 3.0}
MOST_RISKS = 20
SURE = 95
"""Percent: nobody is sure to leave, so no more is told."""
MARKS = "①②③"
NAME_ROOM = {Lang.ZH: 16, Lang.EN: 30}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for one account. short: in a line; why: the rule with its numbers."""

    account: str
    name: str
    weight: float
    short: str
    why: str
    numbers: tuple[Number, ...]
    grounds: tuple[Evidence, ...]


async def accounts(desk: Desk) -> Part | None:
    """Three of them at most, a line each."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for rule in (_risks, _tickets, _overdue, _notice, _renewals, _scores, _complaints):
        async for reason in rule(desk):
            if reason.account and reason.name:
                found[reason.account].append(reason)
    heaviest = sorted(found.values(), key=lambda reasons: (-sum(one.weight for one in reasons), reasons[0].name))
    once = list({reasons[0].name: reasons for reasons in reversed(heaviest)}.values())[::-1]  # the same firm kept twice is told once
    lines = tuple(_line(desk, reasons) for reasons in once[:TOP])
    return Part(desk.say("accounts_title"), lines) if lines else None


def _line(desk: Desk, reasons: Sequence[Reason]) -> Told:
    told = sorted(reasons, key=lambda one: -one.weight)[:REASONS]
    marks = MARKS if len(told) > 1 else " "
    short = " ".join(f"{mark}{one.short}".strip() for mark, one in zip(marks, told, strict=False))
    words = desk.say("account", name=cut(told[0].name, NAME_ROOM[desk.said.lang]), reasons=short)
    grounds = tuple(one.grounds[0] for one in told if one.grounds)
    more = tuple(ground for one in told for ground in one.grounds[1:])
    numbers = tuple(each for one in told for each in one.numbers)
    why = desk.say("account_why", reasons=desk.say("semicolon").join(one.why for one in told))
    return Told(words, why, numbers, (*grounds, *more)[:GROUNDS])


async def _risks(desk: Desk) -> AsyncIterator[Reason]:
    """How likely they are to leave, as it was last scored."""
    mine = [one for one in await desk.risks.top(MOST_RISKS) if desk.whose is not Whose.OWN or one.owner == desk.said.user_id]
    for one in mine:
        percent = max(round(100 * one.chance), 1)
        chance = desk.say("almost_sure") if percent > SURE else desk.say("percent", percent=percent)
        short = desk.say(f"risk_{one.band}", chance=chance)
        yield Reason(
            one.account_id, one.name, WEIGHT.get(one.band, 0.0), short,
            desk.say("risk_why", chance=chance, day=desk.said.day(one.as_of)), (Number(min(percent, SURE)),), (_scored(desk, one, short),)
        )  # fmt: skip


def _scored(desk: Desk, one: RiskScore, short: str) -> Evidence:
    ours = Audience(f"user:{desk.said.user_id}")
    where = desk.said.day(one.as_of)
    return Evidence(short, desk.said.dots([desk.said.kind("account"), one.name]), where, EvidenceKind.RECORD, 1.0, one.account_id, ours)


async def _tickets(desk: Desk) -> AsyncIterator[Reason]:
    """Grave ones that are not closed."""
    is_open = Filter("status", Op.NEQ, "closed")
    query = desk.query("ticket", is_open, Filter("severity", Op.IN, ("P1", "P2")), sort=Sort("opened_at", Dir.ASC))
    for account, rows in _by_account(await desk.all_of(query)).items():
        name, days = text(rows[0], "account_name"), desk.said.overdue(rows[0], "opened_at")
        counts = {grade: sum(text(row, "severity") == grade for row in rows) for grade in ("P1", "P2")}
        told = desk.say("comma").join(f"{grade}×{count}" for grade, count in counts.items() if count)
        numbers = tuple(
            Number(
                count, Query("ticket", (is_open, Filter("severity", Op.EQ, grade), Filter("account", Op.EQ, account)), limit=20),
                says=desk.asks("ticket_p1", account=name) if grade == "P1" else "",
            )
            for grade, count in counts.items() if count
        )  # fmt: skip
        weight = sum(WEIGHT[grade] * count for grade, count in counts.items())
        yield Reason(
            account, name, min(weight, 2 * WEIGHT["P1"]), desk.say("ticket_short", told=told, days=days),
            desk.say("ticket_why", told=told, days=days), numbers, desk.grounds("ticket", rows),
        )  # fmt: skip


async def _overdue(desk: Desk) -> AsyncIterator[Reason]:
    """What they owe us and should have paid."""
    filters = (Filter("paid_date", Op.IS_NULL), Filter("due_date", Op.LT, desk.today.isoformat()))
    query = desk.query("invoice", *filters, sort=Sort("due_date", Dir.ASC))
    for account, rows in _by_account(await desk.all_of(query)).items():
        name, days = text(rows[0], "account_name"), desk.said.overdue(rows[0], "due_date")
        asked = Query("invoice", (*filters, Filter("account", Op.EQ, account)), limit=20)
        sums: dict[str, float] = defaultdict(float)
        for row in rows:
            if (value := number(row, "amount")) is not None:
                sums[text(row, "currency")] += value
        numbers = (
            Number(len(rows), asked, says=desk.asks("overdue", account=name)),
            *(Number(value, summed(asked), currency, says=desk.asks("overdue_sum", account=name)) for currency, value in sums.items()),
        )
        money = desk.say("plus").join(desk.said.amount(value, currency) for currency, value in sums.items())
        facts = {"count": len(rows), "money": money, "days": days}
        yield Reason(
            account, name, WEIGHT["overdue"] + min(days / 30, 3.0), desk.say("overdue_short", **facts), desk.say("overdue_why", **facts),
            numbers, desk.grounds("invoice", rows),
        )  # fmt: skip


async def _notice(desk: Desk) -> AsyncIterator[Reason]:
    """Contracts whose last day to give notice is near."""
    period = Period("notice_date", desk.today, desk.today + timedelta(days=NOTICE_SOON))
    query = desk.query("contract", Filter("status", Op.EQ, "active"), sort=Sort("notice_date", Dir.ASC), period=period)
    for account, rows in _by_account(await desk.all_of(query)).items():
        days = _left(desk, rows[0], "notice_date")
        facts = {"days": days, "limit": NOTICE_SOON, "day": desk.said.day(desk.today + timedelta(days=days))}
        yield Reason(
            account, text(rows[0], "account_name"), WEIGHT["notice"], desk.say("notice_short", **facts), desk.say("notice_why", **facts),
            (), desk.grounds("contract", rows),
        )  # fmt: skip


async def _renewals(desk: Desk) -> AsyncIterator[Reason]:
    """Customers that are to renew soon."""
    period = Period("renewal_date", desk.today, desk.today + timedelta(days=RENEWS_SOON))
    customers = Filter("status", Op.EQ, "customer")
    for row in await desk.all_of(desk.query("account", customers, sort=Sort("renewal_date", Dir.ASC), period=period)):
        days = _left(desk, row, "renewal_date")
        facts = {"days": days, "limit": RENEWS_SOON, "day": desk.said.day(desk.today + timedelta(days=days))}
        weight = WEIGHT["renews"] * (1 - days / (2 * RENEWS_SOON))
        yield Reason(
            row.id, text(row, "name"), weight, desk.say("renews_short", **facts), desk.say("renews_why", **facts),
            (), desk.grounds("account", [row]),
        )  # fmt: skip


async def _scores(desk: Desk) -> AsyncIterator[Reason]:
    """Who there gave us a low mark."""
    period = Period("answered_date", desk.today - timedelta(days=LATELY), desk.today)
    query = desk.query("nps", Filter("score", Op.LTE, LOW), sort=Sort("score", Dir.ASC), period=period)
    for account, rows in _by_account(await desk.all_of(query)).items():
        score = number(rows[0], "score")
        if score is None:
            continue
        asked = Query("nps", (Filter("account", Op.EQ, account),), aggregate=Aggregate(Fn.MIN, "score"), period=period)
        facts = {"score": f"{score:g}", "days": LATELY, "limit": LOW, "who": text(rows[0], "contact_name")}
        yield Reason(
            account, text(rows[0], "account_name"), WEIGHT["low"], desk.say("low_short", **facts), desk.say("low_why", **facts),
            (Number(score, asked),), desk.grounds("nps", rows),
        )  # fmt: skip


async def _complaints(desk: Desk) -> AsyncIterator[Reason]:
    """Complaints that were noted lately."""
    period = Period("happened_at", desk.today - timedelta(days=NOTICE_SOON), desk.today)
    query = desk.query("touchpoint", Filter("kind", Op.EQ, "complaint"), sort=Sort("happened_at", Dir.DESC), period=period)
    for account, rows in _by_account(await desk.all_of(query)).items():
        day = desk.said.day_of(rows[0], "happened_at") or desk.today
        facts = {"day": desk.said.day(day), "count": len(rows), "limit": NOTICE_SOON}
        ground = desk.said.ground("touchpoint", rows[0], text(rows[0], "note") or desk.said.day(day))
        yield Reason(
            account, text(rows[0], "account_name"), WEIGHT["complaint"], desk.say("complaint_short", **facts),
            desk.say("complaint_why", **facts), (), (ground,),
        )  # fmt: skip


def _by_account(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if account := text(row, "account"):
            found[account].append(row)
    return found


def _left(desk: Desk, row: Row, name: str) -> int:
    day: date = desk.said.day_of(row, name) or desk.today
    return max(0, (day - desk.today).days)


