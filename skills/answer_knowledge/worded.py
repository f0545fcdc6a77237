"""An answer in a chat model's words, over the passages found: asked for, checked, or given up for the quoted one. Knows no vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain.evidence import Evidence, EvidenceKind, Passage
from bot.domain.grounding import sentences, supports, unproven, verbatim
from bot.domain.outcome import Answer, Brain
from bot.domain.talk import Turn
from bot.errors import ModelDown
from bot.ports import ChatModel, Words
from skills.answer_knowledge.quoting import CAP

PROMPT = "answer_knowledge/answer"
SHOWN_TO_MODEL = 6
GROUNDS = 3
SURE = 0.8
"""Trust from which a sentence of a document is given even where the writer finds none: small models decline what they have just quoted."""
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "found": {"type": "boolean"},
        "text": {"type": "string"},
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"passage": {"type": "integer"}, "quote": {"type": "string"}},
                "required": ["passage", "quote"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["found", "text", "quotes"],
    "additionalProperties": False,
}


async def worded(turn: Turn, quoted: Answer, searched: Sequence[Passage], today: date, words: Words, writer: ChatModel) -> Answer:
    """The answer in the writer's words where they hold; else `quoted`, saying why in half a sentence.

    quoted: the answer without a writer, which holds by itself.
    """
    given = searched[:SHOWN_TO_MODEL]
    try:
        told = await writer.fill(PROMPT, {"question": turn.text, "passages": _told(given, today)}, SCHEMA)
    except ModelDown as down:
        return _fallen_back(quoted, turn, words, writer, down.why)
    grounds = _grounds(told["quotes"], given)
    if not told["found"]:
        if quoted.found and quoted.evidence[0].score >= SURE:
            return replace(quoted, brain=Brain(fell_back=f"{writer.name}: declined"))
        return replace(_declined(quoted, grounds, turn, today, words), brain=Brain(writer.name))
    text = _held(told["text"], grounds)
    if not text:
        return _fallen_back(quoted, turn, words, writer, "unproven")
    return Answer(_dated(text, grounds, turn, today, words), _evidence(grounds, today), brain=Brain(writer.name))


@dataclass(frozen=True, slots=True)
class Ground:
    """A quote that stands in a passage, in the passage's own words."""

    quote: str
    passage: Passage


def _told(given: Sequence[Passage], today: date) -> str:
    stale = [" (stale)" if one.is_stale(today) else "" for one in given]
    return "\n\n".join(f"[{at + 1}] {one.source} · {one.locator}{stale[at]}\n{one.text}" for at, one in enumerate(given))


def _grounds(quotes: Sequence[Mapping[str, Any]], given: Sequence[Passage]) -> tuple[Ground, ...]:
    """The quotes that stand where they are said to stand, among the passages that were given, each once."""
    found: dict[str, Ground] = {}
    for one in quotes:
        number = one["passage"]
        passage = given[number - 1] if 1 <= number <= len(given) else None
        stretch = verbatim(one["quote"], passage.text) if passage else None
        if passage and stretch:
            found.setdefault(stretch, Ground(stretch, passage))
    return tuple(found.values())[:GROUNDS]


def _held(text: str, grounds: Sequence[Ground]) -> str:
    """The sentences of `text` that the quoted passages support, and whose figures, names and codes stand in what is shown."""
    cited = [ground.passage.text for ground in grounds]
    shown = [f"{ground.quote}\n{ground.passage.title}\n{ground.passage.locator}" for ground in grounds]
    kept = [one for one in sentences(text) if supports(cited, one) and not unproven(one, shown)]
    held = ""
    for one in kept:
        longer = f"{held}{' ' if held[-1:].isascii() and held else ''}{one}"
        if len(longer) > CAP:
            break
        held = longer
    return held


def _dated(text: str, grounds: Sequence[Ground], turn: Turn, today: date, words: Words) -> str:
    """`text`, with a warning where only outdated passages carry it."""
    first = grounds[0].passage
    if not all(ground.passage.is_stale(today) for ground in grounds):
        return text
    if first.superseded_by is not None:
        return words.say("superseded", turn.lang, quote=text, by=first.superseded_by)
    return words.say("expired", turn.lang, quote=text, until=first.valid_until)


def _declined(quoted: Answer, grounds: Sequence[Ground], turn: Turn, today: date, words: Words) -> Answer:
    """Not found: the nearest sentence is the writer's where it stands, else that of the answer without a writer."""
    if not grounds:
        near = quoted.evidence[:1]
        return Answer(words.say("declined", turn.lang, quote=near[0].quote), near, found=False) if quoted.found and near else quoted
    near = _evidence(grounds[:1], today)
    return Answer(words.say("declined_stale" if near[0].stale else "declined", turn.lang, quote=near[0].quote), near, found=False)


def _fallen_back(quoted: Answer, turn: Turn, words: Words, writer: ChatModel, why: str) -> Answer:
    key = {"budget": "model_budget", "unproven": "model_unproven"}.get(why, "model_down")
    return replace(quoted, text=words.say(key, turn.lang, text=quoted.text), brain=Brain(fell_back=f"{writer.name}: {why}"))


def _evidence(grounds: Sequence[Ground], today: date) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            ground.quote, ground.passage.source, ground.passage.locator, EvidenceKind.DOCUMENT, round(min(ground.passage.score, 1.0), 3),
            ground.passage.id, ground.passage.audience, stale=ground.passage.is_stale(today),
        )
        for ground in grounds
    )
