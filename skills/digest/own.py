"""What waits for the reader themself: tasks, answers, drafts, reviews. Knows no deal and no team."""

from datetime import timedelta

from bot.domain.digest import Number
from bot.domain.drafted import entity_label
from bot.domain.query import ME, Dir, Filter, Op, Period, Query, Row, Sort
from bot.domain.records import HeldDraft
from bot.domain.review import ReviewState, Watched
from bot.domain.saying import Saying, cut, text
from bot.domain.talk import Lang
from skills.digest.desk import NAMED, ROOM, Desk, Part, Told, local_day

MINE = Filter("owner", Op.EQ, ME)
LETTERS = 14
"""Days after which nobody waits for an answer to a letter any more."""
TURN = frozenset({ReviewState.ASKED, ReviewState.COUNTERED})
"""Where it is the author's turn."""
NAMES = ("name", "subject", "number", "account_name", "contact_name")


async def tasks(desk: Desk) -> Part | None:
    """What is due today or was before."""
    until = Filter("due_date", Op.LTE, desk.today.isoformat())
    todo = (MINE, Filter("status", Op.EQ, "open"))
    sort = Sort("due_date", Dir.ASC)
    due = await desk.found(Query("task", (*todo, until), sort=sort, limit=20))
    late = await desk.found(Query("task", (*todo, Filter("due_date", Op.LT, desk.today.isoformat())), sort=sort, limit=20))
    if due is None or late is None or not due.total:
        return None
    key = "tasks" if not late.total else "tasks_late" if late.total < due.total else "tasks_all_late"
    first = desk.say("semicolon").join(_task(row, desk.said) for row in due.rows[:NAMED])
    words = desk.say(key, due=due.total, late=late.total, first=first)
    numbers = (desk.many(due, "tasks_due"), *((desk.many(late, "tasks_late"),) if late.total else ()))
    why = desk.say("tasks_why", due=due.total, late=late.total, day=desk.said.day(desk.today))
    return Part(desk.say("tasks_title"), (Told(words, why, numbers, desk.grounds("task", due.rows)),))


def _task(row: Row, said: Saying) -> str:
    what, account = text(row, "subject"), text(row, "account_name")
    whose = said.say("task_of", account=cut(account, ROOM[said.lang])) if account and account not in what else ""
    return cut(what, ROOM[said.lang] * 2) + whose


async def replies(desk: Desk) -> Part | None:
    """What was sent and not answered: quotes, letters; and what a reviewer asks back."""
    lines = [line for line in (await _quotes(desk), await _letters(desk), *await _asked_back(desk)) if line]
    return Part(desk.say("replies_title"), tuple(lines)) if lines else None


async def _quotes(desk: Desk) -> Told | None:
    query = Query("quote", (MINE, Filter("status", Op.EQ, "sent")), sort=Sort("quote_date", Dir.ASC), limit=20)
    found = await desk.found(query)
    if found is None or not found.total:
        return None
    days = desk.said.overdue(found.rows[0], "quote_date")
    words = desk.say("quotes_sent", count=found.total, days=days, first=desk.names(found.rows, "account_name"))
    why = desk.say("quotes_sent_why", count=found.total, days=days)
    return Told(words, why, (desk.many(found, "quotes_sent"),), desk.grounds("quote", found.rows))


async def _letters(desk: Desk) -> Told | None:
    """Letters after which nothing was noted of that account."""
    days = Period("sent_at", desk.today - timedelta(days=LETTERS), desk.today)
    query = Query("letter", (MINE, Filter("status", Op.EQ, "sent")), sort=Sort("sent_at", Dir.ASC), limit=20, period=days)
    found = await desk.found(query)
    silent = [row for row in found.rows if not await _heard_since(desk, row)] if found else []
    if found is None or not silent:
        return None
    first = desk.names(silent, "addressee") or desk.names(silent, "subject")
    words = desk.say("letters_silent", count=found.total, days=LETTERS, first=first)
    why = desk.say("letters_silent_why", count=found.total, days=LETTERS, silent=len(silent))
    return Told(words, why, (desk.many(found, ""), Number(len(silent))), desk.grounds("letter", silent))


async def _heard_since(desk: Desk, letter: Row) -> bool:
    account, sent = text(letter, "account"), desk.said.day_of(letter, "sent_at")
    if not account or sent is None:
        return False
    since = Period("happened_at", min(sent, desk.today) + timedelta(days=1), desk.today + timedelta(days=1))
    found = await desk.found(Query("touchpoint", (Filter("account", Op.EQ, account),), limit=1, period=since))
    return bool(found and found.total)


async def _asked_back(desk: Desk) -> list[Told]:
    mine = [one for one in await desk.reviews.sent() if one.review.state in TURN]
    if not mine:
        return []
    words = desk.say("asked_back", count=len(mine), first=desk.say("comma").join(_what(one, desk.said) for one in mine[:NAMED]))
    return [Told(words, desk.say("asked_back_why", count=len(mine)), (Number(len(mine)),))]


async def drafts(desk: Desk) -> Part | None:
    """What was proposed and waits for the reader's word."""
    waiting = await desk.drafts.waiting()
    if not waiting:
        return None
    first = desk.say("comma").join(_draft(one, desk.said.lang) for one in waiting[:NAMED])
    words = desk.say("drafts", count=len(waiting), first=first)
    return Part(desk.say("drafts_title"), (Told(words, desk.say("drafts_why", count=len(waiting)), (Number(len(waiting)),)),))


async def reviews(desk: Desk) -> Part | None:
    """What waits for the reader's decision."""
    waiting = await desk.reviews.to_decide()
    if not waiting:
        return None
    oldest = min(one.review.opened_at for one in waiting)
    days = (desk.today - local_day(oldest, desk.said.zone)).days
    late = sum(local_day(one.review.due_at, desk.said.zone) < desk.today for one in waiting)
    first = desk.say("comma").join(_what(one, desk.said) for one in waiting[:NAMED])
    words = desk.say("reviews_late" if late else "reviews", count=len(waiting), late=late, first=first)
    why = desk.say("reviews_why", count=len(waiting), days=days, late=late)
    numbers = (Number(len(waiting)), *((Number(late),) if late else ()))
    return Part(desk.say("reviews_title"), (Told(words, why, numbers),))


def _what(one: Watched, said: Saying) -> str:
    return _named(entity_label(one.entity, said.lang), one.fields, said.lang)


def _draft(held: HeldDraft, lang: Lang) -> str:
    return _named(entity_label(held.entity, lang), held.fields, lang)


def _named(kind: str, fields: object, lang: Lang) -> str:
    values = dict(fields) if isinstance(fields, dict) else {}
    name = next((str(values[one]) for one in NAMES if isinstance(values.get(one), str) and values[one]), "")
    return f"{kind} {cut(name, ROOM[lang])}".strip()
