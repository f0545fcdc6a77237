"""The brief put on one screen: one sentence first, then who, what happened, what is open, risks, three points. Orders; computes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.dossier import GROUNDS, Angle, Dossier, Facts, Point
from bot.domain.evidence import Evidence
from bot.domain.found import Days
from bot.domain.outcome import Answer, Button
from bot.domain.saying import Line, Saying, number, numbered, once, text
from bot.domain.talk import Lang
from skills.account_brief.risks import SHOWN as RISKS

MARKS = "①②③"
POINTS = 3
ANGLES = frozenset({Angle.PROMISE, Angle.STEP, Angle.PAIN, Angle.VALUE, Angle.NEWS})
"""What a brief's points start from; whoever wants more asks for talking points."""
PENDING = 5
OPEN = ("open_deals", "tickets", "quotes", "coming", "unpaid")
"""Views that open things are looked for in, as they are named where there is none."""
WEEKDAYS = {Lang.ZH: "一二三四五六日", Lang.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
EVIDENCE = 14
"""Grounds kept at most: those of the points, then of risks, open things, notes."""
JUDGED = ("usage", "nps", "unpaid", "contracts", "tickets")
"""Views that risks are looked for in, as they are named where there is none."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that goes on the screen, computed."""

    dossier: Dossier
    people: Sequence[Line]
    risks: Sequence[Line]
    points: Sequence[Point]


def screen(brief: Brief, days: Sequence[Days], said: Saying) -> Answer:
    """The brief as an answer: the points' grounds first, by the numbers that stand behind them."""
    dossier = brief.dossier
    lines = [_first(dossier.facts, days, said), *_people(brief, said), *_past(dossier, said), *_pending(dossier, said)]
    lines += _risks(brief, said)
    told, grounds = _points(brief.points, said)
    told_of = {ground.ref for ground in grounds}
    lines_below = (*brief.risks[:RISKS], *(one.line for one in dossier.pending[:PENDING]), *dossier.past)
    rest = once([ground for line in lines_below for ground in line.grounds if ground.ref not in told_of])
    about = (*(row.id for row in dossier.met.contacts), dossier.met.account.id)
    evidence = (*grounds, *rest)[:EVIDENCE]
    return Answer("\n".join([*lines, *told]), evidence, tuple(_buttons(brief, said)), about=tuple(dict.fromkeys(about)))


def _first(facts: Facts, days: Sequence[Days], said: Saying) -> str:
    """Who they are, in one sentence; on which day they are met, where that was said."""
    account = facts.account
    since, arr = said.day_of(account, "since_date"), number(account, "arr")
    owner = text(account, "owner_name")
    mine = account.fields.get("owner") == said.user_id
    parts = [
        "" if account.fields.get("status") == "customer" else said.label("account", account, "status"),
        said.label("account", account, "industry"),
        said.dots([said.label("account", account, "region"), text(account, "city")]) if said.lang is Lang.EN
        else said.label("account", account, "region") + text(account, "city"),
        said.say("tier", tier=text(account, "tier")) if text(account, "tier") else "",
        said.say("since", since=f"{since.year}") if since else "",
        said.say("arr", arr=said.money(account, "arr")) if arr else "",
        said.say("yours") if mine else said.say("owner", owner=owner) if owner else "",
    ]  # fmt: skip
    told = said.say("joint").join(part for part in parts if part)
    when = next((one.first for one in days if one.first == one.last and one.first >= said.today), None)
    if when is None:
        return said.say("header", name=text(account, "name"), told=told)
    weekday = WEEKDAYS[said.lang][when.weekday()]
    return said.say("header_on", name=text(account, "name"), told=told, day=said.day(when), weekday=weekday)


def _people(brief: Brief, said: Saying) -> Iterator[str]:
    if brief.people:
        yield said.say("people")
        yield from (said.say("line", text=line.text) for line in brief.people)
    elif brief.dossier.facts.sees("contacts"):
        yield said.say("no_people")


def _past(dossier: Dossier, said: Saying) -> Iterator[str]:
    if dossier.past:
        yield said.say("past")
        yield from (said.say("line", text=line.text) for line in dossier.past)
    elif dossier.facts.sees("touches"):
        yield said.say("no_past")


def _pending(dossier: Dossier, said: Saying) -> Iterator[str]:
    kinds = said.say("joint").join(said.say(f"view_{view}") for view in OPEN if dossier.facts.sees(view))
    if dossier.pending:
        yield said.say("pending")
        yield from (said.say("line", text=f"{said.kind(one.entity)} {one.line.text}") for one in dossier.pending[:PENDING])
        if len(dossier.pending) > PENDING:
            yield said.say("more", count=len(dossier.pending) - PENDING)
    elif kinds:
        yield said.say("no_pending", kinds=kinds)


def _risks(brief: Brief, said: Saying) -> Iterator[str]:
    if brief.risks:
        yield said.say("risks")
        yield from (said.say("line", text=line.text) for line in brief.risks[:RISKS])
    elif kinds := said.say("joint").join(said.say(f"view_{view}") for view in JUDGED if brief.dossier.facts.sees(view)):
        yield said.say("no_risks", kinds=kinds)


def _points(points: Sequence[Point], said: Saying) -> tuple[list[str], tuple[Evidence, ...]]:
    """The points with the numbers of their grounds; says where there are fewer than three of either."""
    shown = list(points[:POINTS])
    if not shown:
        return [said.say("no_points")], ()
    lines = [said.say("points") if len(shown) == POINTS else said.say("few_points", count=len(shown))]
    grounds: list[Evidence] = []
    for mark, point in zip(MARKS, shown, strict=False):
        head = said.say(f"angle_{point.angle}")
        line = numbered(Line(point.text, point.grounds), len(grounds) + 1)
        lines.append(said.say("point", mark=mark, angle=head, text=line.text))
        grounds += point.grounds
    if any(len(point.grounds) < GROUNDS for point in shown):
        counts = said.say("joint").join(f"{mark}{len(point.grounds)}" for mark, point in zip(MARKS, shown, strict=False))
        lines.append(said.say("few_grounds", counts=counts))
    return lines, tuple(grounds)


def _buttons(brief: Brief, said: Saying) -> Iterator[Button]:
    name = text(brief.dossier.facts.account, "name")
    wanted = [
        ("touches", bool(brief.dossier.past)), ("tickets", bool(brief.dossier.facts.of("tickets"))),
        ("deals", bool(brief.dossier.facts.of("open_deals"))), ("unpaid", bool(brief.dossier.facts.of("unpaid"))),
    ]  # fmt: skip
    for key, there in wanted:
        if there:
            yield Button(said.say(f"button_{key}"), "say", said.say(f"say_{key}", name=name))
