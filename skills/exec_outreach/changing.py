"""A draft changed by a sentence: what was asked before is asked again, and the wish on top. Knows wishes; writes no letter.

The rep's own words are kept among the draft's grounds, in order: they say what the letter is made from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gaps import Change, change_in
from bot.domain.ids import Audience
from bot.domain.records import HeldDraft
from bot.domain.talk import Lang, Turn
from skills.exec_outreach.compose import Fill

ASKED = "asked"
BODY = "body"
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
TITLE = re.compile(r"(?:董事长|副总|总经理|总裁|总监|经理|部长|主任|厂长|老师|先生|女士|董|总|工)$")
ARTICLE = re.compile(r"^(?:the|his|her|their|that|这|那|他的|她的|引荐人?)\s*", re.IGNORECASE)
ANY = ("?",)
"""In place of the gaps of a draft: whatever was said for one is read as that."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything that a person has asked for about one letter, the first request in front.

    words: as they will be kept. other: the last wish is for another angle.
    """

    request: str
    words: tuple[Evidence, ...]
    fills: tuple[Fill, ...] = ()
    without: tuple[str, ...] = ()
    lang: Lang | None = None
    formal: bool = False
    short: bool = False
    other: bool = False

    def kept(self) -> Mapping[str, Evidence]:
        """The words, by the names under which a draft keeps them."""
        return {ASKED if not at else f"{ASKED}.{at}": one for at, one in enumerate(self.words)}


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as it is kept. day: the one that was said in it, as the reader understood it."""

    turn: Turn
    source: str
    locator: str
    day: date | None = None

    def words(self, *, fill: bool = False) -> Evidence:
        """The words; a day for a gap as its date, with what was said beside it."""
        told = self.day.isoformat() if fill and self.day else self.turn.text
        where = self.turn.text if fill and self.day else self.locator
        return Evidence(told, self.source, where, EvidenceKind.EVENT, 1.0, self.turn.id, Audience(f"user:{self.turn.speaker.user_id}"))


def first(heard: Heard, request: str) -> Wishes:
    """The wishes of a first request; a day that it names is for the gap that waits for one."""
    wishes = Wishes(request, (replace(heard.words(), quote=request),))
    return _with_day(wishes, heard.words(fill=True)) if heard.day else wishes


def changed(held: HeldDraft, heard: Heard, gaps: Sequence[str]) -> Wishes | None:
    """What was asked for so far, and what `heard` asks on top; None where the draft does not tell, or the words are no wish."""
    change = change_in(heard.turn.text, gaps)
    kept = _kept(held.evidence)
    if change is None or not kept:
        return None
    wishes = Wishes(kept[0].quote, kept[:1])
    for one in kept[1:]:
        wishes = _replayed(wishes, one)
    return _on_top(wishes, change, heard.words(fill=bool(change.fill)))


def edited_by_hand(held: HeldDraft) -> bool:
    """Whether a person wrote in the draft themselves: what they wrote has no ground of ours."""
    return BODY not in held.evidence


def _kept(evidence: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    while (key := ASKED if not found else f"{ASKED}.{len(found)}") in evidence:
        found.append(evidence[key])
    return tuple(found)


def _replayed(wishes: Wishes, words: Evidence) -> Wishes:
    if ISO.fullmatch(words.quote):
        return _with_day(wishes, words)
    change = change_in(words.quote, ANY)
    return _on_top(wishes, change, words) if change else wishes


def _on_top(wishes: Wishes, change: Change, words: Evidence) -> Wishes:
    if change.fill and ISO.fullmatch(words.quote):
        return _with_day(wishes, words)
    return replace(
        wishes,
        words=(*wishes.words, words),
        fills=(*wishes.fills, Fill(change.fill, words)) if change.fill else wishes.fills,
        without=(*wishes.without, *names_in(change.without)),
        lang=change.lang or wishes.lang,
        formal=wishes.formal or change.formal,
        short=wishes.short or change.shorter,
        other=change.other,
    )


def _with_day(wishes: Wishes, words: Evidence) -> Wishes:
    fill = Fill(words.quote, words, date.fromisoformat(words.quote))
    return replace(wishes, words=(*wishes.words, words), fills=(*(one for one in wishes.fills if one.day is None), fill))


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
