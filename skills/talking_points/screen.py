"""Three points put on a phone: whose meeting, one line each with the numbers of its grounds, what is missing. Computes nothing."""

from collections.abc import Iterator

from bot.domain.dossier import GROUNDS, Angle, Dossier, Point
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.outcome import Answer, Button
from bot.domain.saying import Line, Saying, headless, numbered, text
from bot.domain.talk import Lang, language_of
from skills.talking_points.choosing import POINTS, Batch, asked_for

MARKS = "①②③"
TOLD = frozenset({Angle.PROMISE, Angle.STEP, Angle.VALUE, Angle.INTRODUCTION, Angle.NEWS})
"""Angles whose words are figures and names of records already; the others are told by their first quote."""
ROOM = {Lang.ZH: 50, Lang.EN: 100}
"""Characters of a quote: three of them, with all else, are read at a glance."""
ASKED = 80
"""Characters of the request that a button repeats."""


def screen(asked: str, dossier: Dossier, shown: Batch, said: Saying, words: dict[Angle, str]) -> Answer:
    """The points of `shown` as an answer, its evidence in their order. words: what a chat model made of some, by angle."""
    lines, grounds = list(_head(dossier, shown, said)), list[Evidence]()
    for mark, point in zip(MARKS, shown.points, strict=False):
        told = words.get(point.angle) or brief(point, said)
        line = numbered(Line(told, point.grounds), len(grounds) + 1)
        lines.append(said.say("point", mark=mark, angle=said.say(f"angle_{point.angle}"), text=line.text))
        grounds += point.grounds
    lines += _missing(shown, said)
    about = (*(row.id for row in dossier.met.contacts), dossier.met.account.id)
    buttons = tuple(_buttons(asked, dossier, shown, said))
    return Answer("\n".join(lines), tuple(grounds), buttons, found=bool(shown.points), about=tuple(dict.fromkeys(about)))


def brief(point: Point, said: Saying) -> str:
    """A point in few words: its first quote with who said it, or where it stands."""
    first = point.grounds[0]
    if point.angle in TOLD:
        return point.text
    if first.kind is EvidenceKind.RECORD:
        return first.quote
    where = place(first.locator)
    room = ROOM[language_of(first.quote)]
    if first.kind is EvidenceKind.DOCUMENT:
        title = first.source.rpartition("/")[2].rpartition(".")[0] or first.source
        return said.say("from", words=said.quoted(first.quote, room), title=title, where=where)
    who = first.source.partition(said.say("dot"))[2]
    quote = said.quoted(headless(first.quote, who), room)
    return said.say("by", words=quote, who=said.dots([who, where]))


def place(locator: str) -> str:
    """Where in a paper, in a word: its page, else its last heading."""
    page, _, heading = locator.partition("§")
    return page.strip() or heading.rpartition(" > ")[2].partition(", line")[0].strip()


def _head(dossier: Dossier, shown: Batch, said: Saying) -> Iterator[str]:
    """Whose meeting it is, against whom; which rivals no paper speaks of."""
    if dossier.silent:
        yield said.say("silent", names=said.say("joint").join(dossier.silent))
    who = said.dots([text(dossier.met.account, "name"), *(text(row, "name") for row in dossier.met.contacts[:1])])
    if not shown.points:
        yield said.say("no_more" if shown.number > 1 else "none", who=who)
        return
    key = "three" if len(shown.points) == POINTS else "fewer"
    rivals = [one for one in dossier.rivals if one not in dossier.silent]
    if rivals:
        yield said.say(f"{key}_against", who=who, rival=rivals[0], count=len(shown.points))
    else:
        yield said.say(key, who=who, count=len(shown.points))


def _missing(shown: Batch, said: Saying) -> Iterator[str]:
    """How many grounds there are, where they are fewer than they should be."""
    if any(len(point.grounds) < GROUNDS for point in shown.points):
        counts = (f"{mark}{len(point.grounds)}" for mark, point in zip(MARKS, shown.points, strict=False))
        yield said.say("few_grounds", counts=said.say("joint").join(counts))


def _buttons(asked: str, dossier: Dossier, shown: Batch, said: Saying) -> Iterator[Button]:
    name, plain = text(dossier.met.account, "name"), asked_for(asked)[:ASKED]
    plain = plain if name in plain else said.dots([name, plain])
    if shown.more:
        yield Button(said.say("button_next"), "say", said.say("say_next", asked=plain, number=shown.number + 1))
    elif shown.number > 1:
        yield Button(said.say("button_first"), "say", said.say("say_first", asked=plain))
    yield Button(said.say("button_brief"), "say", said.say("say_brief", name=name))
