"""A draft changed by a sentence: what was asked before is asked again, and the wish on top. Knows wishes; writes no letter.

The rep's own words are kept as one of the draft's grounds, in order: they say what the letter is made from.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gaps import change_in
from bot.domain.ids import Audience
from bot.domain.records import HeldDraft
from bot.domain.talk import Lang, Turn
from skills.exec_outreach.compose import Fill

ASKED = "asked"
BODY = "body"
ORDINAL = re.compile(
    r"(?:(?:on|let'?s say|say|how about|make it)\s+)*(?:the\s+)?(?P<day>[1-9]|[12]\d|3[01])(?:st|nd|rd|th)[.!]?", re.IGNORECASE
)
BETWEEN, DAY, SAME_DAY = " / ", " = ", "= "
KEPT_DAY = re.compile(r"(?:.* )?= (?P<day>\d{4}-\d{2}-\d{2})")
"""How a day that was said for a gap is kept: the words, and which day that is."""
TITLE = re.compile(r"(?:董事长|副总|总经理|总裁|总监|经理|部长|主任|厂长|老师|先生|女士|董|总|工)$")
ARTICLE = re.compile(r"^(?:the|his|her|their|that|这|那|他的|她的|引荐人?)\s*", re.IGNORECASE)
ANY = ("?",)
"""In place of the gaps of a draft: whatever was said for one is read as that."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything that a person has asked for about one letter.

    said: their words in order, the request in front; a day for a gap as "28号 = 2026-11-28". other: the last wish is for another angle.
    """

    said: tuple[str, ...]
    fills: tuple[Fill, ...] = ()
    without: tuple[str, ...] = ()
    lang: Lang | None = None
    formal: bool = False
    short: bool = False
    other: bool = False

    @property
    def request(self) -> str:
        """What was asked for first."""
        return self.said[0]


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn, and how its words are cited. day: the one that was said in it, as the reader understood it."""

    turn: Turn
    source: str
    locator: str
    day: date | None = None

    def cited(self, words: str) -> Evidence:
        """Words of the speaker as grounds."""
        theirs = Audience(f"user:{self.turn.speaker.user_id}")
        return Evidence(words, self.source, self.locator, EvidenceKind.EVENT, 1.0, self.turn.id, theirs)

    def kept(self, wishes: Wishes) -> Evidence:
        """All that was asked for, as a draft keeps it."""
        return self.cited(BETWEEN.join(one.replace(BETWEEN, "/") for one in wishes.said))


def first(heard: Heard, request: str) -> Wishes:
    """The wishes of a first request; a day that it names is for the gap that waits for one."""
    wishes = Wishes((request,))
    return _on_top(wishes, f"{SAME_DAY}{heard.day.isoformat()}", heard) if heard.day else wishes


def changed(held: HeldDraft, heard: Heard, gaps: Sequence[str]) -> Wishes | None:
    """What was asked for so far, and what `heard` asks on top; None where the draft does not tell, or the words are no wish."""
    change = change_in(heard.turn.text, gaps)
    before = _before(held, heard)
    if change is None or before is None:
        return None
    words = heard.turn.text.strip()
    return _on_top(before, f"{words}{DAY}{heard.day.isoformat()}" if change.fill and heard.day else words, heard)


def resumed(held: HeldDraft, heard: Heard, request: str) -> Wishes | None:
    """What was asked for about a draft, but for its request, which is told anew: another angle was chosen. None where nothing was."""
    before = _before(held, heard)
    return replace(before, said=(request, *before.said[1:])) if before else None


def request_of(held: HeldDraft) -> str:
    """The request from which a draft was made, "" where it does not tell."""
    return held.evidence[ASKED].quote.split(BETWEEN)[0] if ASKED in held.evidence else ""


def edited_by_hand(held: HeldDraft) -> bool:
    """Whether a person wrote in the draft themselves: what they wrote has no ground of ours."""
    return BODY not in held.evidence


def bare_day(said: str, today: date) -> date | None:
    """The next day with the number in "the 28th", where it says no more than that."""
    found = ORDINAL.fullmatch(said.strip())
    if found is None:
        return None
    months = ((today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1) for ahead in range(3))
    days = (date(year, month, int(found["day"])) for year, month in months if int(found["day"]) <= monthrange(year, month)[1])
    return next((one for one in days if one >= today), None)


def _before(held: HeldDraft, heard: Heard) -> Wishes | None:
    if ASKED not in held.evidence:
        return None
    request, *more = held.evidence[ASKED].quote.split(BETWEEN)
    wishes = Wishes((request,))
    for one in more:
        wishes = _on_top(wishes, one, heard)
    return wishes


def _on_top(wishes: Wishes, words: str, heard: Heard) -> Wishes:
    said = (*wishes.said, words)
    if found := KEPT_DAY.fullmatch(words):
        fill = Fill(found["day"], heard.cited(words), date.fromisoformat(found["day"]))
        return replace(wishes, said=said, fills=(*(one for one in wishes.fills if one.day is None), fill))
    change = change_in(words, ANY)
    if change is None:
        return wishes
    return replace(
        wishes,
        said=said if not change.other else wishes.said,
        fills=(*wishes.fills, Fill(change.fill, heard.cited(words))) if change.fill else wishes.fills,
        without=(*wishes.without, *names_in(change.without)),
        lang=change.lang or wishes.lang,
        formal=wishes.formal or change.formal,
        short=wishes.short or change.shorter,
        other=change.other,
    )


def names_in(said: str) -> tuple[str, ...]:
    """What a letter must not hold where somebody shall not be named: 陈总 is whoever has that family name and that title."""
    word = ARTICLE.sub("", said.strip())
    return (word,) if word else ()


def names_person(grounds: Sequence[str], said: str) -> bool:
    """Whether texts name whom `said` means: word for word, or 陈 before any name where 陈总 was said."""
    family = TITLE.sub("", said)
    if family and family != said and len(family) <= len("欧阳"):
        named = re.compile(rf"(?:^|[^\u3400-\u9fff]|[理长总裁师席]){family}[\u3400-\u9fff]{{1,2}}")
        return any(named.search(one) or said in one for one in grounds)
    return any(said.casefold() in one.casefold() for one in grounds)
