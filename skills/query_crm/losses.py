"""Why opportunities were lost: what the records hold, what was noted on the way, what documents say of it. Quotes; guesses nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.outcome import Answer
from bot.domain.query import COUNT, Aggregate, Dir, Filter, Fn, Found, Op, Period, Query, Row, Sort
from skills.query_crm.case import Case, of_account, shortened
from skills.query_crm.posed import Posed
from skills.query_crm.steps import finished, nothing

FEW = 3
"""Lost opportunities that are told one by one."""
BEFORE, AFTER = timedelta(days=120), timedelta(days=14)
"""How long before and after a loss what was noted may be about it."""
NOTES, REASONS, PASSAGES = 2, 3, 5


async def why_lost(case: Case, posed: Posed) -> Answer:
    """Of few: each one's reason, competitor, discount and the last words noted. Of many: the reasons and competitors by number."""
    found = await case.ask(replace(posed.query, sort=Sort("close_date", Dir.DESC), limit=FEW))
    if not found.total:
        return await _none(case, posed)
    if found.total <= FEW:
        return await _each(case, posed, found.rows)
    return await _many(case, posed, found)


async def _none(case: Case, posed: Posed) -> Answer:
    """That nothing was lost; and how many are still open, where that is what was meant."""
    still = tuple(one for one in posed.query.filters if one.field != "stage")
    found = await case.tried(Query("opportunity", (*still, Filter("stage", Op.IN, ("qualify", "proposal", "negotiation"))), limit=FEW))
    lines = [nothing(case.saying, "opportunity")]
    if found and found.total:
        names = case.saying.listed(str(row.fields["name"]) for row in found.rows)
        lines.append(case.saying.say("none_lost", count=found.total, names=names))
    grounds = [case.saying.ground("opportunity", row) for row in found.rows] if found else []
    return finished(case.saying, posed, lines, grounds, found=bool(grounds))


async def _each(case: Case, posed: Posed, deals: Sequence[Row]) -> Answer:
    lines, grounds = [_story(case, row) for row in deals], [case.saying.ground("opportunity", row) for row in deals[:1]]
    notes = await _noted(case, deals[0])
    lines += [case.saying.say("last_note", source=one.source, quote=shortened(one.quote)) for one in notes[:1]]
    documents = await _documents(case, deals[0])
    lines += [case.saying.say("document_says", source=one.source, quote=shortened(one.quote)) for one in documents]
    rest = [case.saying.ground("opportunity", row) for row in deals[1:]]
    answer = finished(case.saying, posed, lines, [*grounds, *(notes[:1] if documents else notes), *documents, *rest])
    return replace(answer, about=(deals[0].id,))


def _story(case: Case, row: Row) -> str:
    """One loss in a line: to whom, why, when, how much, at what discount; only what the record holds."""
    fields, say = row.fields, case.saying.say
    reason = fields.get("lost_reason")
    parts = [say("lost_for", reason=reason) if reason else say("lost_unsaid")]
    if fields.get("competitor"):
        parts.append(say("lost_to", competitor=fields["competitor"]))
    if isinstance(fields.get("amount"), int | float):
        parts.append(case.saying.money(float(str(fields["amount"])), str(fields.get("currency") or "")))
    if isinstance(fields.get("discount"), int | float):
        parts.append(say("at_discount", discount=f"{float(str(fields['discount'])):g}"))
    parts.append(str(fields.get("close_date") or ""))
    return say("lost_story", name=fields.get("name"), how=case.saying.listed(part for part in parts if part))


async def _noted(case: Case, deal: Row) -> list[Evidence]:
    """What was noted at the account around the loss, the latest first."""
    lost_on = str(deal.fields.get("close_date") or "")
    account = deal.fields.get("account")
    if not lost_on or not account:
        return []
    day = date.fromisoformat(lost_on)
    query = Query(
        "touchpoint", (of_account(str(account)),), sort=Sort("happened_at", Dir.DESC), limit=20,
        period=Period("happened_at", day - BEFORE, day + AFTER),
    )
    found = await case.tried(query)
    rows = found.rows if found else ()
    own = [row for row in rows if row.fields.get("opportunity") == deal.id]
    telling = [row for row in rows if row not in own and _bears(row, deal)]
    ranked = [*own, *telling, *(row for row in rows if row not in own and row not in telling)]
    return [case.touch(row) for row in ranked[:NOTES]]


def _bears(row: Row, deal: Row) -> bool:
    """Whether a note speaks of the loss: of its competitor or its reason, in the record's words."""
    note = str(row.fields.get("note") or "").casefold()
    words = (deal.fields.get("competitor"), deal.fields.get("lost_reason"))
    return any(str(word).casefold() in note for word in words if word)


async def _documents(case: Case, deal: Row) -> list[Evidence]:
    """The first passage that names the account or the opportunity: what merely sounds alike is no ground."""
    account = str(deal.fields.get("account_name") or "")
    asked = " ".join(str(deal.fields.get(name) or "") for name in ("account_name", "name", "competitor", "lost_reason"))
    named = [word.casefold() for word in (account, str(deal.fields.get("name") or "")) if word]
    for passage in await case.documents(asked, PASSAGES):
        if any(word in passage.text.casefold() for word in named):
            quote = next((line for line in passage.text.splitlines() if any(word in line.casefold() for word in named)), passage.text)
            stale = passage.is_stale(case.today)
            return [
                Evidence(
                    quote.strip(), passage.source, passage.locator, EvidenceKind.DOCUMENT, passage.score, passage.id, passage.audience,
                    stale=stale,
                )
            ]
    return []


async def _many(case: Case, posed: Posed, found: Found) -> Answer:
    say, query = case.saying.say, posed.query
    reasons, rivals = [await _by(case, query, field) for field in ("lost_reason", "competitor")]
    lines = [say("lost_many", count=found.total, reasons=reasons or say("unset"))]
    if rivals and not any(one.field == "competitor" for one in query.filters):
        lines.append(say("lost_most_to", rivals=rivals))
    lines += [line async for line in _discounts(case, query)]
    lines += [say("row", text=_story(case, row)) for row in found.rows[:2]]
    grounds = [case.saying.ground("opportunity", row) for row in found.rows[:2]]
    notes = await _noted(case, found.rows[0])
    return finished(case.saying, posed, lines, [*grounds, *notes[:1]], rows=False)


async def _by(case: Case, query: Query, field: str) -> str:
    """The most frequent values of a field among the lost: 价格 12、预算冻结 9."""
    asked = replace(query, group_by=field, aggregate=Aggregate(Fn.COUNT), sort=Sort(COUNT, Dir.DESC), limit=REASONS)
    found = await case.tried(asked)
    named = [one for one in found.figures if one.group is not None] if found else []
    return case.saying.listed(f"{one.group} {one.value}" for one in named)


async def _discounts(case: Case, query: Query) -> AsyncIterator[str]:
    """The mean discount of lost and of won, where both are known: whether price may have mattered."""
    others = tuple(one for one in query.filters if one.field != "stage")
    means = []
    for stage in ("lost", "won"):
        asked = Query("opportunity", (*others, Filter("stage", Op.EQ, stage)), aggregate=Aggregate(Fn.AVG, "discount"), period=query.period)
        found = await case.tried(asked)
        means += [one.value for one in found.figures if isinstance(one.value, int | float)] if found else []
    if len(means) == 2:  # noqa: PLR2004 - lost and won
        yield case.saying.say("discounts", lost=f"{means[0]:.1f}", won=f"{means[1]:.1f}")
