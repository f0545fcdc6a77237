"""Answer from documents the speaker may see: quote the sentence that answers, or say plainly that there is none. Invents no text.

Where a chat model writes, the wording is its own and every word of it is held against the passages (`worded.py`).
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.evidence import Evidence, EvidenceKind, Passage
from bot.domain.outcome import Answer
from bot.domain.talk import Lang, Turn
from bot.ports import ChatModel, Passages, Words
from skills.answer_knowledge.asking import Question, understood
from skills.answer_knowledge.quoting import CAP, shortened, shown, spoken
from skills.answer_knowledge.relevance import Bearing, bearings
from skills.answer_knowledge.verdict import answers, companions, is_near, ordered, replaces, supports, trust
from skills.answer_knowledge.worded import worded

PASSAGES = 10
EVIDENCE = 3
NEAREST_CAP = 60


async def run(turn: Turn, *, passages: Passages, words: Words, writer: ChatModel | None = None) -> Answer:
    """What answers `turn`, with up to three grounds; `found` is False when the documents do not answer.

    Without a writer the answer is the sentence of a document; with one it is worded from the passages, and checked against them.
    Current passages go before those past their date or superseded; an answer that only such a one gives says so.
    """
    today = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
    searched = await passages.search(turn.text, PASSAGES)
    quoted = _quoted(turn, searched, today, words)
    return await worded(turn, quoted, searched, today, words, writer) if writer and searched else quoted


def _quoted(turn: Turn, searched: Sequence[Passage], today: date, words: Words) -> Answer:
    question = understood(turn.text)
    found = ordered(bearings(question, searched))
    current = [bearing for bearing in found if not bearing.passage.is_stale(today)]
    outdated = [bearing for bearing in found if bearing.passage.is_stale(today)]
    for pool in (current, outdated):
        for foreign in (False, True):
            best = next((bearing for bearing in pool if bearing.foreign is foreign), None)
            if best is not None and answers(best):
                best = next((bearing for bearing in current if replaces(bearing, best)), best)
                return _answer(question, best, [*current, *outdated], turn, today, words)
    return _decline(question, found, turn, today, words)


def _answer(question: Question, best: Bearing, found: Sequence[Bearing], turn: Turn, today: date, words: Words) -> Answer:
    grounds = [best, *(bearing for bearing in found if bearing is not best and supports(bearing, best))][:EVIDENCE]
    beside = companions(question, best, found)
    stale = best.passage.is_stale(today)
    room = CAP - len(_framed("", best, turn, words, stale=stale))
    text = _framed(spoken(best, beside, question, room), best, turn, words, stale=stale)
    return Answer(text, tuple(_evidence(ground, today) for ground in grounds))


def _framed(quote: str, best: Bearing, turn: Turn, words: Words, *, stale: bool) -> str:
    """`quote` with what must be said about its source: another language, or out of date."""
    if best.foreign:
        quote = words.say("foreign", turn.lang, quote=quote)
    if not stale:
        return quote
    if best.passage.superseded_by is not None:
        return words.say("superseded", turn.lang, quote=quote, by=best.passage.superseded_by)
    return words.say("expired", turn.lang, quote=quote, until=best.passage.valid_until)


def _decline(question: Question, found: Sequence[Bearing], turn: Turn, today: date, words: Words) -> Answer:
    nearest = next((bearing for bearing in found if is_near(bearing)), None)
    if nearest is None:
        return Answer(words.say("nothing_near", turn.lang), found=False)
    key = "declined_stale" if nearest.passage.is_stale(today) else "declined"
    quote = shortened(shown(nearest.sentence), question, NEAREST_CAP if question.lang is Lang.ZH else 2 * NEAREST_CAP)
    return Answer(words.say(key, turn.lang, quote=quote), (_evidence(nearest, today),), found=False)


def _evidence(bearing: Bearing, today: date) -> Evidence:
    passage = bearing.passage
    return Evidence(
        bearing.sentence.text, passage.source, passage.locator, EvidenceKind.DOCUMENT, round(trust(bearing), 3),
        passage.id, passage.audience, stale=passage.is_stale(today),
    )
