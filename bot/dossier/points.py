"""Things to talk about, each from another angle and with its own grounds. Chooses and quotes; invents no text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.bearing import SHARED, Match, best, terms
from bot.domain.dossier import GROUNDS, Angle, Facts, Pending, Point
from bot.domain.evidence import Evidence
from bot.domain.query import Row
from bot.domain.saying import Saying, headless, number, once, text
from bot.dossier.found import Read
from bot.dossier.pending import HURTS
from bot.dossier.signs import PRAISE, VISIT, news_of, pain_of

GROWN = 1.1
HALF_YEAR = 6
GAINED_DAYS = 400
CLAUSES = re.compile(r"[。;；\n]|(?<=[a-z])\.\s")
PROMISE_DAYS = 45
GRAVE = 7.0
PRESSING = ("ticket", "order", "opportunity")
"""What the customer waits for comes before what we wait for."""
PROMISED = re.compile(
    r"答应|承诺|回话|回复他|[前天]回[他她]|说好|补一[次份]|约补|明天给|会后发"
    r"|\b(?:promised|owe (?:him|her|them)|back to (?:him|her|them)|will send|to send)\b",
    re.IGNORECASE,
)
GAINED = re.compile(r"停机下降|误报率?[降少]|提前\d+天|检出率|少停了|省了|\b(?:saved|earlier|caught|avoided)\b", re.IGNORECASE)
WANTED = re.compile(r"要|想|希望|测算|如果|\b(?:needs?|wants?|asks?|payback|if)\b", re.IGNORECASE)
"""In a sentence with one of these a gain is wished for, not had."""


def points(facts: Facts, papers: Read, open_things: Sequence[Pending], named: Sequence[Row], said: Saying) -> list[Point]:
    """What is owed, what hurts, what they have of us, what is new: each where it has grounds, what is to be taken first in front."""
    promise = _promise(facts, open_things, said)
    told = [_pain(facts, papers.pain, named, said), _value(facts, said), _news(facts, papers.news, named, said)]
    ranked = [promise, *told] if promise is not None and promise.urgent else [*told, promise]
    return [one for one in ranked if one is not None]


# --- their pain, in their words ----------------------------------------------------------------------------------------------------


def _pain(facts: Facts, paper: Evidence | None, named: Sequence[Row], said: Saying) -> Point | None:
    pain = pain_of(facts)
    if not pain:
        return None
    words = _words_on(facts, terms(pain), {row.id for row in named})
    quotes = [said.ground("touchpoint", row, match.sentence) for row, match in words]
    record = [said.ground("account", facts.account, pain)] if pain == text(facts.account, "biggest_pain") else [
        said.ground("ticket", row, pain) for row in facts.of("tickets")[:1]
    ]
    grounds = once([*quotes[:1], *([paper] if paper else []), *record, *quotes[1:]])[:GROUNDS]
    if not grounds:
        return None
    said_so = told_of(words[0][0], words[0][1].sentence, said) if words else said.quoted(pain)
    answer = said.say("paper_says", title=title_of(paper), words=said.quoted(paper.quote)) if paper else ""
    return Point(Angle.PAIN, said_so + answer, grounds)


def _words_on(facts: Facts, wanted: frozenset[str], met: set[str]) -> list[tuple[Row, Match]]:
    """Sentences of notes about what is wanted: of those who are met first, then what says most of it, then the newest."""
    found = [(row, match) for row in facts.of("touches") if (match := best(text(row, "note"), wanted))]
    return sorted(found, key=lambda one: (one[0].fields.get("contact") not in met, -one[1].shared))[:2]


def told_of(row: Row, words: str, said: Saying) -> str:
    """Words of a note, after who and when."""
    who, day = text(row, "contact_name"), said.day_of(row, "happened_at")
    return said.say("told", what=said.dots([who, said.ago(day) if day else ""]), words=said.quoted(headless(words, who)))


def title_of(paper: Evidence) -> str:
    """What a paper is called, by its file."""
    return paper.source.rpartition("/")[2].rpartition(".")[0] or paper.source


# --- what they have of it so far -----------------------------------------------------------------------------------------------------


def _value(facts: Facts, said: Saying) -> Point | None:
    parts = [*_growth(facts, said), *_praise(facts, said), *_gains(facts, said)]
    parts = parts or list(_delivered(facts, said))
    if not parts:
        return None
    told = list(dict.fromkeys(shown for shown, _ in parts))[:2]
    return Point(Angle.VALUE, said.dots(told), once([ground for _, ground in parts])[:GROUNDS])


def _growth(facts: Facts, said: Saying) -> Iterator[tuple[str, Evidence]]:
    rows = facts.of("usage")
    if len(rows) <= 1:
        return
    last, base = rows[0], rows[min(HALF_YEAR, len(rows) - 1)]
    now, before, seats = number(last, "active_users"), number(base, "active_users"), number(last, "seats")
    if now and before and now >= GROWN * before:
        shown = said.say("usage_up", months=min(HALF_YEAR, len(rows) - 1), before=f"{before:g}", now=f"{now:g}")
        shown += said.say("seats", seats=f"{seats:g}") if seats else ""
        yield shown, said.ground("usage", last, shown)


def _praise(facts: Facts, said: Saying) -> Iterator[tuple[str, Evidence]]:
    for row in facts.of("nps")[:1]:
        score, comment = number(row, "score"), text(row, "comment")
        if score is not None and score >= PRAISE:
            words = said.quoted(comment, 30) if comment else ""
            shown = said.say("praised", who=text(row, "contact_name"), score=f"{score:g}", words=words)
            ground = said.ground("nps", row, comment or shown)
            yield shown, replace(ground, locator=said.dots([ground.locator, said.say("score", score=f"{score:g}")]))


def _gains(facts: Facts, said: Saying) -> Iterator[tuple[str, Evidence]]:
    """What customers told that they gained, with a figure; the newest."""
    for row in facts.of("touches"):
        day = said.day_of(row, "happened_at")
        if day is None or (said.today - day).days > GAINED_DAYS:
            return
        for clause in CLAUSES.split(text(row, "note")):
            if GAINED.search(clause) and not WANTED.search(clause) and any(char.isdigit() for char in clause):
                yield told_of(row, clause, said), said.ground("touchpoint", row, clause.strip())
                return


def _delivered(facts: Facts, said: Saying) -> Iterator[tuple[str, Evidence]]:
    counts: dict[str, float] = {}
    for row in facts.of("delivered"):
        if (count := number(row, "quantity")) and (product := text(row, "product_name")):
            counts[product] = counts.get(product, 0.0) + count
    if not counts:
        return
    product, count = max(counts.items(), key=lambda one: one[1])
    rows = [row for row in facts.of("delivered") if text(row, "product_name") == product]
    shown = said.say("delivered", product=product, count=f"{count:g}", orders=len(rows))
    yield shown, said.ground("order", rows[0], shown)
    for row in rows:
        day = said.day_of(row, "delivered_date")
        parts = [text(row, "number"), f"{product}×{number(row, 'quantity'):g}", said.day(day) if day else ""]
        yield shown, said.ground("order", row, said.dots(parts))


# --- something new -------------------------------------------------------------------------------------------------------------------


def _news(facts: Facts, paper: Evidence | None, named: Sequence[Row], said: Saying) -> Point | None:
    row = news_of(facts, named, said)
    if row is None:
        return None
    quote, day = text(row, "quote"), said.day_of(row, "happened_at")
    wanted = terms(f"{text(row, 'subject')} {quote}")
    heard = [said.ground("touchpoint", touch, match.sentence) for touch in facts.of("touches")
             if (match := best(text(touch, "note"), wanted)) and match.shared > SHARED]  # fmt: skip
    grounds = once([said.ground("signal", row, quote), *([paper] if paper else []), *heard[:1]])[:GROUNDS]
    shown = said.say("news", kind=said.label("signal", row, "kind"), words=said.quoted(quote), source=text(row, "source"),
                     ago=said.ago(day) if day else "")  # fmt: skip
    shown += said.say("consented") if text(row, "kind") == VISIT else ""
    return Point(Angle.NEWS, shown, grounds)


# --- what is still owed --------------------------------------------------------------------------------------------------------------


def _promise(facts: Facts, open_things: Sequence[Pending], said: Saying) -> Point | None:
    """What to close first: what is grave or late, else a promise in the last notes, else the next step that is due."""
    pressing = [one for one in open_things if _presses(one)]
    urgent = sorted(pressing, key=lambda one: (PRESSING.index(one.entity), -one.line.weight, -one.late))
    if urgent:
        alike = [ground for one in urgent if one.entity == urgent[0].entity for ground in one.line.grounds]
        shown = said.say(f"first_{urgent[0].entity}", what=_brief(urgent[0], said), days=urgent[0].late)
        return Point(Angle.PROMISE, shown, once([*alike, *_notes_on(facts, urgent[0], said)])[:GROUNDS], urgent=True)
    if owed := _owed(facts, said):
        return Point(Angle.PROMISE, owed[0], (owed[1],))
    steps = [one for one in open_things if one.entity == "opportunity" and text(one.row, "next_step")]
    if not steps:
        return None
    first = min(steps, key=lambda one: text(one.row, "next_step_date") or "9999")
    quotes = [ground for one in open_things if one.entity == "quote" and one.row.fields.get("opportunity") == first.row.id
              for ground in one.line.grounds]  # fmt: skip
    shown = said.say("first_step", what=_brief(first, said))
    return Point(Angle.STEP, shown, once([*first.line.grounds, *quotes, *_notes_on(facts, first, said)])[:GROUNDS])


def _notes_on(facts: Facts, one: Pending, said: Saying) -> list[Evidence]:
    """Notes about an open thing: noted with its deal, or naming its number or its subject."""
    wanted, code = terms(text(one.row, "subject")), text(one.row, "number")
    deal = one.row.id if one.entity == "opportunity" else one.row.fields.get("opportunity")
    found = []
    for row in facts.of("touches"):
        note = text(row, "note")
        match = best(note, wanted, least=SHARED + 1)
        if note and ((deal and row.fields.get("opportunity") == deal) or (code and code in note) or match):
            found.append(said.ground("touchpoint", row, match.sentence if match else note))
    return found[:GROUNDS]


def _presses(one: Pending) -> bool:
    if one.entity == "ticket":
        return HURTS.get(text(one.row, "severity"), 0.0) >= GRAVE
    return one.late > 0 and one.entity in PRESSING


def _brief(one: Pending, said: Saying) -> str:
    if one.entity == "opportunity" and (step := text(one.row, "next_step")):
        return said.quoted(step)
    return " ".join(part for part in (text(one.row, "number"), text(one.row, "subject") or text(one.row, "name")) if part)


def _owed(facts: Facts, said: Saying) -> tuple[str, Evidence] | None:
    """A promise in a note after which nothing was noted with the same person."""
    later: set[object] = set()
    for row in facts.of("touches"):
        day, contact = said.day_of(row, "happened_at"), row.fields.get("contact")
        if day is None or (said.today - day).days > PROMISE_DAYS:
            return None
        clause = next((one for one in CLAUSES.split(text(row, "note")) if PROMISED.search(one)), None)
        if clause and contact not in later:
            shown = said.say("owed", who=text(row, "contact_name"), ago=said.ago(day), words=said.quoted(clause))
            return shown, said.ground("touchpoint", row, clause.strip())
        later.add(contact)
    return None
