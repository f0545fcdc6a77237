"""A digest of a day or a week: what needs its reader, each line with its question, its grounds and its reason. Reads only."""

from asyncio import gather
from collections.abc import Sequence

from bot.domain.digest import Digest, Line, Section
from bot.domain.evidence import Evidence
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.saying import saying
from bot.domain.talk import Turn
from bot.ports import OwnReviews, Reader, SeenRecords, Words
from bot.ports.digests import DigestPages, SeenMoves, Targets, TeamAtWork, TopRisks, WaitingDrafts
from skills.digest.desk import Desk, Part
from skills.digest.plans import plan_for, whose_of
from skills.digest.subscribing import subscribed
from skills.digest.wanted import DAILY, WEEKLY, wanted

MOST_LINES = 7
"""In a chat, below the line that says what this is."""
ERRANDS = frozenset({DAILY, WEEKLY})
"""What nobody asked for just now, and so can be stopped."""
WHY, STOP = "digest:why", "digest:stop"
"""What the buttons carry; the kind of the digest stands behind."""


async def run(  # noqa: PLR0913 - a port each
    turn: Turn, *, records: SeenRecords, words: Words, drafts: WaitingDrafts, reviews: OwnReviews, moves: SeenMoves, targets: Targets,
    team: TeamAtWork, risks: TopRisks, pages: DigestPages, reader: Reader,
) -> Answer | Draft:
    """The digest that `turn` asks for, or that the house sends of its own accord: in short as text, whole as `Answer.digest`.

    What is said of subscriptions comes to a draft of one.
    """
    said = saying(turn, words)
    if told := await subscribed(turn, said, records, drafts, reader):
        return told
    meant = wanted(turn, said.today)
    desk = Desk(
        turn, said, records, drafts, reviews, moves, targets, team, risks, meant.kind, whose_of(turn.speaker.role), meant.window,
        meant.stretch,
    )  # fmt: skip
    parts = [part for part in await gather(*(builder(desk) for builder in plan_for(turn.speaker.role, meant.kind))) if part]
    later = Button(desk.say("button_time"), "say", desk.say(f"button_time_says_{meant.kind}"))
    if not parts:
        return Answer(desk.say(f"nothing_{meant.kind}"), buttons=(later,))
    digest, grounds = _packed(desk, parts)
    why, stop = Button(desk.say("button_why"), f"{WHY}:{meant.kind}"), Button(desk.say("button_stop"), f"{STOP}:{meant.kind}")
    buttons = (why, later, stop) if turn.intent in ERRANDS else (why, later)
    chart = next((part.chart for part in parts if part.chart), None)
    url = pages.page(turn.id)
    text = _text(desk, parts, digest) + (f"\n{desk.say('open', url=url)}" if url else "")
    return Answer(text, grounds, buttons, chart=chart, digest=digest)


def _packed(desk: Desk, parts: Sequence[Part]) -> tuple[Digest, tuple[Evidence, ...]]:
    """The digest with its grounds by place, and the grounds, each once."""
    places: dict[tuple[str, str], int] = {}
    grounds: list[Evidence] = []

    def place(one: Evidence) -> int:
        if (one.ref, one.quote) not in places:
            places[one.ref, one.quote] = len(grounds)
            grounds.append(one)
        return places[one.ref, one.quote]

    sections = tuple(
        Section(
            part.title, tuple(Line(one.words, one.why, one.numbers, tuple(place(each) for each in one.grounds)) for one in part.lines),
            part.chart,
        )
        for part in parts
    )  # fmt: skip
    days = {"first": desk.said.day(desk.window.first), "last": desk.said.day(desk.window.last)}
    title = desk.say(f"title_{desk.stretch}", whose=desk.say(f"title_whose_{desk.whose}"), **days).strip()
    title = title[:1].upper() + title[1:]
    every, told = (sum(len(part.lines) for part in kept) for kept in (parts, [one for one in parts if not one.aside]))
    return Digest(desk.kind, title, desk.window.first, desk.window.last, sections, every - min(told, MOST_LINES)), tuple(grounds)


def _text(desk: Desk, parts: Sequence[Part], digest: Digest) -> str:
    """The chat's part: what this is, then the lines that matter most; what is left stands on the page."""
    lines = [one.words for part in parts if not part.aside for one in part.lines]
    shown = lines[:MOST_LINES]
    key = f"head_{desk.kind}" if len(lines) > 1 else f"head_{desk.kind}_one"
    head = desk.say(key, title=digest.title, count=len(lines))
    return "\n".join([head, *(desk.say("line", number=number, words=words) for number, words in enumerate(shown, 1))])
