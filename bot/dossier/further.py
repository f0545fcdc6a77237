"""Further things to talk about: what they publish, what others had, who introduced us, money, time, rivals. Chooses and quotes."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.dossier import GROUNDS, Angle, Facts, Point
from bot.domain.evidence import Evidence
from bot.domain.grounding import sentences
from bot.domain.query import Row
from bot.domain.saying import Saying, number, once, text
from bot.dossier.found import Read
from bot.dossier.points import title_of, told_of
from bot.dossier.rivals import called
from bot.dossier.signs import REFERRAL

LATELY = 400
"""Days back to which what people said about money and dates still holds."""
SAID = 2
MONEY = re.compile(
    r"预算|报价|价格|太贵|贵了|便宜|投资|回收|成本|折扣|赔"
    r"|\b(?:budgets?|pric\w+|expensive|cheaper|costs?|payback|discount|invest\w*)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"大修(?!费)|检修|窗口期?|停产|交期|工期|旺季|淡季|月底|年底|季末|开春|投产"
    r"|\b(?:overhaul(?! budget)|windows?|shutdown|deadline|lead time|peak season|by the end of|go-live"
    r"|before (?:the )?(?:winter|summer|peak|overhaul))\b",
    re.IGNORECASE,
)
PRESSING = re.compile(
    r"大修(?!费)|检修|窗口|停产|交期|预算|太贵|回收|overhaul(?! budget)|shutdown|lead time|budget|payback", re.IGNORECASE
)
"""What weighs more than that a day or a price was mentioned."""
REPORTED = "report"
STOPS = "；;，,"
BRACKET = re.compile(r"[（(，,、]")


def further(facts: Facts, papers: Read, named: Sequence[Row], said: Saying) -> list[Point]:
    """Each of these angles that has grounds; rivals first where they were named."""
    rival = _rival(facts, papers, said)
    found = [
        _priority(facts, papers, said), _proof(papers, said), _money(facts, papers, named, said), _time(facts, papers, named, said),
        _introduction(facts, named, said),
    ]  # fmt: skip
    ranked = [rival, *found] if papers.rivals.named else [*found, rival]
    return [one for one in ranked if one is not None]


def _priority(facts: Facts, papers: Read, said: Saying) -> Point | None:
    """What they publish about themselves: their papers, and what was noted of them."""
    noted = [said.ground("signal", row, text(row, "quote")) for row in facts.of("signals")
             if text(row, "kind") == REPORTED and text(row, "quote")]  # fmt: skip
    grounds = once([*papers.priority, *noted])[:GROUNDS]
    if not grounds:
        return None
    return Point(Angle.PRIORITY, _from_paper(grounds[0], said), grounds)


def _proof(papers: Read, said: Saying) -> Point | None:
    if not papers.cases:
        return None
    return Point(Angle.PROOF, _from_paper(papers.cases[0], said), papers.cases[:GROUNDS])


def _introduction(facts: Facts, named: Sequence[Row], said: Saying) -> Point | None:
    """Who brought us together with whoever is met, else with whose word weighs most."""
    there = sorted(facts.of("contacts"), key=lambda row: -(number(row, "weight") or 0.0))
    led = [row for row in (named or there) if text(row, "introduced_by") and row.fields.get("status") != "left"]
    if not led:
        return None
    who, by = led[0], text(led[0], "introduced_by")
    name = BRACKET.split(by)[0].strip()
    shown = said.say("introduced", who=" ".join(part for part in (text(who, "name"), text(who, "title")) if part), by=by)
    told = [said.ground("signal", row, text(row, "quote")) for row in facts.of("signals")
            if text(row, "kind") == REFERRAL and row.fields.get("contact") == who.id and text(row, "quote")]  # fmt: skip
    noted = [said.ground("touchpoint", row, sentence) for row in facts.of("touches") for sentence in sentences(text(row, "note"))
             if name and name in sentence]  # fmt: skip
    return Point(Angle.INTRODUCTION, shown, once([said.ground("contact", who, shown), *told[:1], *noted])[:GROUNDS])


def _money(facts: Facts, papers: Read, named: Sequence[Row], said: Saying) -> Point | None:
    """What they said and have of money, and what stands against it: a rival's price, what it pays back."""
    heard = _heard(facts, MONEY, named, said)
    told = text(facts.account, "budget_progress")
    theirs = [said.ground("account", facts.account, said.say("budget", status=told))] if told else []
    theirs += [said.ground("opportunity", row, said.dots([text(row, "name"), said.say("budget", status=status)]))
               for row in facts.of("open_deals") if (status := said.label("opportunity", row, "budget_status"))]  # fmt: skip
    return _asked(Angle.MONEY, heard, theirs, papers, papers.money, said)


def _time(facts: Facts, papers: Read, named: Sequence[Row], said: Saying) -> Point | None:
    """What they said of dates, when they decide, and what stands against it."""
    heard = _heard(facts, TIME, named, said)
    told = text(facts.account, "decision_window")
    theirs = [said.ground("account", facts.account, said.say("window", window=told))] if told else []
    theirs += [said.ground("opportunity", row, said.dots([text(row, "name"), said.say("closes", day=said.day(close))]))
               for row in facts.of("open_deals") if (close := said.day_of(row, "close_date")) and close >= said.today]  # fmt: skip
    return _asked(Angle.TIME, heard, theirs, papers, papers.time, said)


def _asked(
    angle: Angle, heard: Sequence[tuple[Row, Evidence]], theirs: Sequence[Evidence], papers: Read, paper: Evidence | None, said: Saying
) -> Point | None:
    """Their words or their record, and one sentence of our papers to answer with. Against a named rival that sentence comes first."""
    ours = papers.against.grounds.get(angle, ())
    spoken = [ground for _, ground in heard]
    if papers.rivals.named and ours:
        return Point(angle, _beside(papers, ours[0], said), once([ours[0], *spoken[:1], *ours[1:], *theirs])[:GROUNDS])
    if not spoken and not theirs:
        return None
    answer = [paper] if paper else []
    first = told_of(heard[0][0], heard[0][1].quote, said) if heard else theirs[0].quote
    shown = first + (said.say("paper_says", title=title_of(answer[0]), words=said.quoted(answer[0].quote)) if answer else "")
    return Point(angle, shown, once([*(spoken or theirs)[:1], *answer, *spoken[1:], *theirs])[:GROUNDS])


def _heard(facts: Facts, sign: re.Pattern[str], named: Sequence[Row], said: Saying) -> list[tuple[Row, Evidence]]:
    """What was said about it lately: by those who are met first, then the newest."""
    met = {row.id for row in named}
    found = [(row, said.ground("touchpoint", row, sentence.rstrip(STOPS))) for row in facts.of("touches") if _lately(row, said)
             for sentence in sentences(text(row, "note")) if sign.search(sentence)]  # fmt: skip
    return sorted(found, key=lambda one: (one[0].fields.get("contact") not in met, not PRESSING.search(one[1].quote)))[:SAID]


def _lately(row: Row, said: Saying) -> bool:
    day = said.day_of(row, "happened_at")
    return day is not None and (said.today - day).days <= LATELY


def _rival(facts: Facts, papers: Read, said: Saying) -> Point | None:
    """Facts beside a rival's, and what the customer said of it."""
    ours, who = papers.against.grounds.get(Angle.RIVAL, ()), papers.against.who
    heard = list(_spoken_of(facts, who, said)) if who else []
    if not ours:
        return None
    return Point(Angle.RIVAL, _beside(papers, ours[0], said), once([ours[0], *heard[:1], *ours[1:]])[:GROUNDS])


def _spoken_of(facts: Facts, rival: str, said: Saying) -> Iterator[Evidence]:
    for row in facts.of("touches"):
        for sentence in sentences(text(row, "note")):
            if any(name.casefold() in sentence.casefold() for name in called(rival)):
                yield said.ground("touchpoint", row, sentence)


def _beside(papers: Read, paper: Evidence, said: Saying) -> str:
    return said.say("beside", who=papers.against.who, title=title_of(paper), words=said.quoted(paper.quote))


def _from_paper(paper: Evidence, said: Saying) -> str:
    return said.say("from_paper", title=title_of(paper), where=paper.locator.partition(" § ")[0], words=said.quoted(paper.quote))
