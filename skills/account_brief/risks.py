"""What is at risk at an account, each with its numbers and what they are compared with. Rules of thumb; no score, no forecast."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import mean

from bot.domain.dossier import Facts
from bot.domain.query import Row
from bot.domain.saying import Line, Saying, number, text
from skills.account_brief.people import has_left

SHOWN = 5
DROP = 0.8
"""Below this share of its best of the half year before, usage has dropped; a season is no drop: it must lie below a year ago, too."""
HALF_YEAR, YEAR = 6, 12
LOW_NPS = 6
NOTICE_SOON = 90
LEFT_LATELY = 180
RECENT = 90
OLD_TICKET = 14
SILENT = 45
YEAR_DAYS = 365
LATE_PAYER = 10
SLOW = 60
"""Days in one stage that are long where no won deal of the account says what is usual."""
WEIGHTY = frozenset({"champion", "decision_maker"})


def risks(facts: Facts, said: Saying) -> list[Line]:
    """The risks found, the gravest first."""
    found = (
        _usage, _left, _notice, _score, _unpaid, _tickets, _stuck, _budget, _complaints, _silence, _habit, _late_orders,
    )  # fmt: skip
    return sorted((line for rule in found for line in rule(facts, said)), key=lambda one: -one.weight)


def drop(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """The month with most users in the half year before, and the last month, where usage has dropped between them."""
    if len(rows) <= 1:
        return None
    last, top = rows[0], max(rows[1 : HALF_YEAR + 1], key=lambda row: number(row, "active_users") or 0.0)
    now, before = number(last, "active_users"), number(top, "active_users")
    if now is None or not before or now >= DROP * before:
        return None
    year_ago = number(rows[YEAR], "active_users") if len(rows) > YEAR else None
    return None if year_ago is not None and now >= DROP * year_ago else (top, last)


def _usage(facts: Facts, said: Saying) -> Iterator[Line]:
    rows = facts.of("usage")
    if found := drop(rows):
        top, last = found
        before, now = number(top, "active_users") or 0.0, number(last, "active_users") or 0.0
        year_ago = number(rows[YEAR], "active_users") if len(rows) > YEAR else None
        percent, since = f"{100 * (before - now) / before:.0f}", text(top, "month")[:7]
        shown = said.say("usage_drop", before=f"{before:g}", now=f"{now:g}", percent=percent, since=since)
        shown += said.say("year_ago", value=f"{year_ago:g}") if year_ago else ""
        yield Line(shown, (said.ground("usage", last, shown),), 9.0)


def _left(facts: Facts, said: Saying) -> Iterator[Line]:
    for row in facts.of("contacts"):
        left = said.day_of(row, "left_date")
        if has_left(row) and text(row, "role") in WEIGHTY and (left is None or (said.today - left).days <= LEFT_LATELY):
            weight = number(row, "weight")
            role = said.label("contact", row, "role")
            role = said.say("role_weight", role=role, weight=f"{weight:g}") if weight is not None else role
            who = " ".join(part for part in (text(row, "name"), text(row, "title")) if part)
            shown = said.say("champion_left", who=who, role=role, ago=said.ago(left) if left else said.say("left"))
            reply = next((one for one in facts.of("signals") if one.fields.get("contact") == row.id and text(one, "quote")), None)
            grounds = (said.ground("signal", reply, text(reply, "quote")),) if reply else (said.ground("contact", row, shown),)
            yield Line(shown, grounds, 8.5)


def _notice(facts: Facts, said: Saying) -> Iterator[Line]:
    for row in facts.of("contracts"):
        last = said.day_of(row, "notice_date")
        if last and said.today <= last <= said.today + timedelta(days=NOTICE_SOON):
            renews = row.fields.get("auto_renews")
            how = said.say("renews") if renews is True else said.say("must_sign") if renews is False else ""
            end, left = said.day_of(row, "end_date") or last, (last - said.today).days
            shown = said.say("notice", name=text(row, "name"), days=left, day=said.day(last), end=said.day(end), how=how)
            yield Line(shown, (said.ground("contract", row, shown),), 6.0 if renews is True else 8.0)


def _score(facts: Facts, said: Saying) -> Iterator[Line]:
    rows = facts.of("nps")
    score = number(rows[0], "score") if rows else None
    day = said.day_of(rows[0], "answered_date") if rows else None
    if score is None or score > LOW_NPS or (day and (said.today - day).days > YEAR_DAYS):
        return
    before = next((found for row in rows[1:] if (found := number(row, "score")) is not None), None)
    shown = said.say("low_score", who=text(rows[0], "contact_name"), score=f"{score:g}", ago=said.ago(day) if day else "")
    shown += said.say("score_before", score=f"{before:g}") if before is not None else ""
    comment = text(rows[0], "comment")
    shown += said.say("told", what="", words=said.quoted(comment, 30)) if comment else ""
    yield Line(shown, (said.ground("nps", rows[0], comment or shown),), 7.0)


def _unpaid(facts: Facts, said: Saying) -> Iterator[Line]:
    late = [(said.overdue(row, "due_date"), row) for row in facts.of("unpaid")]
    late = sorted((one for one in late if one[0]), key=lambda one: -one[0])
    if not late:
        return
    usual = number(facts.account, "pays_late_days")
    money = _sum([row for _, row in late], said)
    shown = said.say("unpaid", count=len(late), money=money, days=late[0][0])
    shown += said.say("usually_late", days=f"{usual:g}") if usual is not None else ""
    grounds = tuple(said.ground("invoice", row, said.dots([text(row, "number"), said.money(row, "amount"),
                                                           said.say("overdue_by", days=days)])) for days, row in late[:2])  # fmt: skip
    yield Line(shown, grounds, 7.5 if usual is None or late[0][0] > usual else 5.0)


def _habit(facts: Facts, said: Saying) -> Iterator[Line]:
    """Somebody who usually pays late still owes something that is not due yet."""
    usual = number(facts.account, "pays_late_days")
    coming = [row for row in facts.of("unpaid") if not said.overdue(row, "due_date") and said.day_of(row, "due_date")]
    if usual is None or usual < LATE_PAYER or not coming:
        return
    rating = text(facts.account, "credit_rating")
    first = min(day for row in coming if (day := said.day_of(row, "due_date")))
    money = _sum(coming, said)
    shown = said.say("pays_late", days=f"{usual:g}", credit=said.say("credit", rating=rating) if rating else "", money=money,
                     day=said.day(first))  # fmt: skip
    yield Line(shown, (said.ground("account", facts.account, shown),), 3.0)


def _sum(rows: Sequence[Row], said: Saying) -> str:
    """Their amounts added up, one sum for each currency."""
    sums: dict[str, float] = {}
    for row in rows:
        if (value := number(row, "amount")) is not None:
            sums[text(row, "currency")] = sums.get(text(row, "currency"), 0.0) + value
    return said.say("joint").join(said.amount(value, currency) for currency, value in sums.items())


def _late_orders(facts: Facts, said: Saying) -> Iterator[Line]:
    """What was promised and is not shipped, beside how punctual we were before."""
    before = [
        (shipped - promised).days for row in facts.of("delivered")
        if (shipped := said.day_of(row, "shipped_date")) and (promised := said.day_of(row, "promised_date"))
    ]  # fmt: skip
    for row in facts.of("coming"):
        days = 0 if text(row, "shipped_date") else said.overdue(row, "promised_date")
        if days:
            shown = said.say("late_order", number=text(row, "number"), days=days)
            shown += said.say("shipped_before", days=f"{mean(before):.0f}", count=len(before)) if before else ""
            yield Line(shown, (said.ground("order", row, shown),), 7.4)


def _tickets(facts: Facts, said: Saying) -> Iterator[Line]:
    days = {row.id: said.overdue(row, "opened_at") for row in facts.of("tickets")}
    old = [row for row in facts.of("tickets") if text(row, "severity") in {"P1", "P2"} and days[row.id] >= OLD_TICKET]
    if not old:
        return
    old.sort(key=lambda row: -days[row.id])
    ages = said.say("joint").join(str(days[row.id]) for row in old)
    shown = said.say("old_tickets", count=len(old), severity=text(old[0], "severity"), ages=ages, limit=OLD_TICKET)
    yield Line(shown, tuple(said.ground("ticket", row, text(row, "subject")) for row in old[:2]), 7.2)


def _stuck(facts: Facts, said: Saying) -> Iterator[Line]:
    usual = _cycle(facts, said)
    for row in facts.of("open_deals"):
        days = said.overdue(row, "stage_date")
        limit = usual if usual is not None else SLOW
        if days > max(limit, 14):
            key = "stuck_usual" if usual is not None else "stuck"
            shown = said.say(key, name=text(row, "name"), stage=said.label("opportunity", row, "stage"), days=days, usual=f"{limit:.0f}")
            yield Line(shown, (said.ground("opportunity", row, shown),), 5.5)


def _cycle(facts: Facts, said: Saying) -> float | None:
    """Mean days from beginning to signing of the account's won deals; None where fewer than two tell."""
    spans = [
        (closed - begun).days for row in facts.of("won_deals")
        if (begun := said.day_of(row, "created_date")) and (closed := said.day_of(row, "close_date"))
    ]  # fmt: skip
    return mean(spans) if len(spans) > 1 else None


def _budget(facts: Facts, said: Saying) -> Iterator[Line]:
    for row in facts.of("open_deals"):
        close = said.day_of(row, "close_date")
        if text(row, "budget_status") in {"none", "frozen"} and close and (close - said.today).days <= RECENT:
            days = (close - said.today).days
            shown = said.say("no_budget", name=text(row, "name"), budget=said.label("opportunity", row, "budget_status"), days=max(days, 0))
            yield Line(shown, (said.ground("opportunity", row, shown),), 5.2)


def _complaints(facts: Facts, said: Saying) -> Iterator[Line]:
    for row in facts.of("touches"):
        day = said.day_of(row, "happened_at")
        if text(row, "kind") == "complaint" and day and (said.today - day).days <= RECENT:
            shown = said.say("complained", who=text(row, "contact_name"), ago=said.ago(day), words=said.quoted(text(row, "note")))
            yield Line(shown, (said.ground("touchpoint", row, text(row, "note")),), 6.5)
            return


def _silence(facts: Facts, said: Saying) -> Iterator[Line]:
    days = [day for row in facts.of("touches") if (day := said.day_of(row, "happened_at"))]
    if not days or (said.today - days[0]).days <= SILENT:
        return
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    shown = said.say("silent", days=(said.today - days[0]).days)
    shown += said.say("usual_gap", days=f"{mean(gaps):.0f}") if gaps else ""
    yield Line(shown, (said.ground("touchpoint", facts.of("touches")[0], text(facts.of("touches")[0], "note") or shown),), 5.0)
